"""What the octets of an SMS say: the default alphabet in septets (3GPP TS 23.038 section 6.1.2.1), UCS-2 and what
gateways use beside, and the header that makes one text of several SMS (3GPP TS 23.040 section 9.2.3.24)."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

from bot.sms.parts import BASIC, EXTENSION

Coding = Literal["gsm7", "ucs2", "latin1", "ascii", "cyrillic", "binary"]
"""``gsm7``: a septet in each octet; ``binary``: no text."""
_ESCAPE: Final = 0x1B
_SEPTETS: Final = {
    **{one: bytes((place,)) for place, one in enumerate(BASIC) if place != _ESCAPE},
    **{one: bytes((_ESCAPE, place)) for one, place in EXTENSION.items()},
}
_EXTENDED: Final = {place: one for one, place in EXTENSION.items()}
_CODECS: Final = {"ucs2": "utf-16-be", "latin1": "latin-1", "ascii": "ascii", "cyrillic": "iso8859-5"}
_GAP: Final = "…"


class Joined(NamedTuple):
    """Which part of which text an SMS is. ``reference``: the sender's own of the text, reused after 256 or 65,536;
    ``number``: from 1 to ``total``."""

    reference: int
    total: int
    number: int


class Body(NamedTuple):
    """What one SMS carries. A sender may cut a character in two: decode what is joined, not each part."""

    coding: Coding
    data: bytes


def to_septets(text: str) -> bytes:
    """The text in the default alphabet, a septet in each octet. Raises KeyError for what it lacks."""
    return b"".join(_SEPTETS[one] for one in text)


def from_septets(septets: bytes) -> str:
    """The text of septets. What the extension lacks is read in the default alphabet, as section 6.2.1.1 says."""
    said: list[str] = []
    escaped = False
    for septet in septets:
        if septet == _ESCAPE:
            if escaped:
                said.append(" ")
            escaped = not escaped
            continue
        plain = BASIC[septet & 0x7F]
        said.append(_EXTENDED.get(septet, plain) if escaped else plain)
        escaped = False
    return "".join(said)


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Septets in octets, the first in the lowest bits, behind ``fill_bits`` empty ones."""
    bits = 0
    for place, septet in enumerate(septets):
        bits |= septet << (fill_bits + 7 * place)
    return bits.to_bytes((fill_bits + 7 * len(septets) + 7) // 8, "little")


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> bytes:
    """So many septets out of octets; fewer where the octets end before."""
    bits = int.from_bytes(octets, "little") >> fill_bits
    count = min(count, max((8 * len(octets) - fill_bits) // 7, 0))
    return bytes((bits >> (7 * place)) & 0x7F for place in range(count))


def write_header(joined: Joined) -> bytes:
    """A user data header with the length of itself before it: element 0, of a reference of 8 bits."""
    return bytes((5, 0, 3, joined.reference & 0xFF, joined.total, joined.number))


def read_header(octets: bytes) -> tuple[Joined | None, int]:
    """Which part an SMS is that begins with a header (None: it is a whole), and how many octets the header takes."""
    end = min(1 + octets[0], len(octets)) if octets else 0
    place, joined = 1, None
    while place + 2 <= end:
        kind, length = octets[place], octets[place + 1]
        value = octets[place + 2 : min(place + 2 + length, end)]
        wide = kind == 8
        if kind in (0, 8) and len(value) == (4 if wide else 3):
            found = Joined(int.from_bytes(value[:-2], "big"), value[-2], value[-1])
            if found.total > 1 and 1 <= found.number <= found.total:
                joined = found
        place += 2 + length
    return joined, end


def decode(bodies: Sequence[Body | None]) -> str:
    """The text of the parts in their order; what is missing (None) or no text is shown as a gap. Never raises."""
    said = []
    for coding, run in groupby(bodies, key=lambda body: "binary" if body is None else body.coding):
        data = b"".join(body.data for body in run if body is not None)
        if coding == "binary":
            said.append(_GAP)
        elif coding == "gsm7":
            said.append(from_septets(data))
        else:
            said.append(data.decode(_CODECS[coding], "replace"))
    return "".join(said)


def coding_of(scheme: int) -> Coding:
    """What a data coding scheme of 3GPP TS 23.038 section 4 says."""
    group = scheme >> 4
    if group >= 0xF:
        return "binary" if scheme & 4 else "gsm7"
    if group == 0xE:
        return "ucs2"
    if group >= 8:
        return "gsm7"
    if scheme & 0x20:
        return "binary"  # compressed
    kinds: tuple[Coding, ...] = ("gsm7", "binary", "ucs2", "gsm7")
    return kinds[(scheme >> 2) & 3]
