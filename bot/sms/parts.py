"""What an SMS is counted as: its encoding and its parts (3GPP TS 23.038, 6.2.1, and TS 23.040, 9.2.3.24).

A text whose characters are all of the GSM 7 bit default alphabet or its extension takes 160 septets in one part, or 153
in each of several; any other text is UCS-2 (in truth UTF-16) and takes 70 or 67 code units. A character of the
extension is two septets and one of the upper planes two units: neither is cut.
"""

from typing import Final, Literal, NamedTuple

Encoding = Literal["gsm7", "ucs2"]
BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet: a character's place is its septet; 0x1B is the escape to the extension, no character."""
EXTENSION: Final = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
"""The extension: a character is the escape and this septet."""
_COSTS: Final = {**{one: 1 for one in BASIC if one != "\x1b"}, **dict.fromkeys(EXTENSION, 2)}
_ONE: Final[dict[Encoding, int]] = {"gsm7": 160, "ucs2": 70}
_EACH: Final[dict[Encoding, int]] = {"gsm7": 153, "ucs2": 67}


class Count(NamedTuple):
    """``units``: septets or UTF-16 code units; ``parts``: what is paid for, 0 of an empty text; ``left``: units that
    still fit the last part."""

    encoding: Encoding
    units: int
    parts: int
    left: int


def encoding_of(text: str) -> Encoding:
    """The smaller one that has all characters."""
    return "gsm7" if all(one in _COSTS for one in text) else "ucs2"


def count(text: str) -> Count:
    """What a text is sent as. Never raises."""
    encoding = encoding_of(text)
    cut = part(text)
    last = _units(cut[-1], encoding) if cut else 0
    most = (_ONE if len(cut) <= 1 else _EACH)[encoding]
    return Count(encoding, _units(text, encoding), len(cut), most - last)


def part(text: str, encoding: Encoding | None = None) -> list[str]:
    """The parts that a text is sent in; joined they are the text. Nothing of an empty one. ``encoding``: where it must
    be another than ``encoding_of`` finds."""
    encoding = encoding or encoding_of(text)
    if _units(text, encoding) <= _ONE[encoding]:
        return [text] if text else []
    parts: list[str] = []
    begin = used = 0
    for place, one in enumerate(text):
        cost = _cost(one, encoding)
        if used + cost > _EACH[encoding]:
            parts.append(text[begin:place])
            begin, used = place, 0
        used += cost
    return [*parts, text[begin:]]


def _units(text: str, encoding: Encoding) -> int:
    return sum(_cost(one, encoding) for one in text)


def _cost(one: str, encoding: Encoding) -> int:
    if encoding == "gsm7":
        return _COSTS[one]
    return 2 if one > "\uffff" else 1
