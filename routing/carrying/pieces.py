"""A message as the pieces that a channel can carry: long texts parted at words, buttons or numbers, files or links."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conversation.channels import Capabilities, FileOut, Piece
from conversation.messages import Button, Language, Message
from conversation.ports import Texts

_MB: Final = 1024 * 1024
_JOINERS: Final = frozenset("\u200d\ufe0f\ufe0e")
_BREAKS: Final = ("\n\n", "\n", ". ", "! ", "? ", "։ ", "; ", ", ", " ")


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message and where it goes. ``quote``: the far side's id of what it answers; ``files``: its attachments."""

    id: str
    to: str
    language: Language
    message: Message
    quote: str | None = None
    files: tuple[FileOut, ...] = ()


def units(text: str) -> int:
    """How long a text is as messengers count: UTF-16 code units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def part_text(text: str, most: int) -> list[str]:
    """A text in parts of at most ``most`` units: at the end of a paragraph, a line, a sentence or a word, whichever
    comes first in this order in the latter half of what fits; a word that is too long is cut between its letters."""
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > most:
        fits = _prefix(rest, most)
        cut = _cut(rest, fits)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _prefix(text: str, most: int) -> int:
    """How many characters fit."""
    used = 0
    for place, letter in enumerate(text):
        used += 2 if letter > "\uffff" else 1
        if used > most:
            return place
    return len(text)


def _cut(text: str, fits: int) -> int:
    for mark in _BREAKS:
        place = text.rfind(mark, 0, fits + (1 if mark == " " else 0))
        if place >= max(fits // 2, 1):
            return place + len(mark.rstrip()) if mark.strip() else place
    place = next((place for place in range(fits, 0, -1) if text[place].isspace()), 0)
    if place > 0:
        return place
    cut = fits
    while cut > 1 and _clings(text, cut):
        cut -= 1
    return cut if cut > 1 else max(fits, 1)


def _clings(text: str, place: int) -> bool:
    """Whether the letter at a place belongs to the one before it."""
    letter = text[place]
    return letter in _JOINERS or text[place - 1] == "\u200d" or bool(unicodedata.combining(letter))


def to_pieces(one: Outbound, can: Capabilities, texts: Texts) -> list[Piece]:
    """What is sent, in its order; never nothing."""
    message = one.message
    if message.template is not None and any(known.name == message.template.name for known in can.templates):
        return [Piece(f"{one.id}-0", one.to, message.text, one.language, quote=one.quote, template=message.template)]
    buttons = _tokens(message.id, message.buttons) if _shows(message.buttons, can) else ()
    text = message.text
    if message.buttons and not buttons:
        text = _numbered(text, message.buttons, one.language, texts)
    carried = [file for file in one.files if file.size <= can.file_mb * _MB]
    links = [file for file in one.files if file.size > can.file_mb * _MB]
    text = "\n\n".join([*([text] if text else []), *(f"{file.name}\n{file.link}" for file in links)])
    fits = len(carried) <= can.files and sum(file.size for file in carried) <= can.file_mb * _MB
    wordy = 0 < units(text) <= can.caption_chars or (not text and can.files > 1)
    together = bool(carried) and fits and not buttons and wordy
    bodies: list[tuple[str, FileOut | None]] = []
    if together:
        bodies.append((text, carried[0]))
    else:
        bodies += [(part, None) for part in part_text(text, can.text_chars)]
        bodies += [("", file) for file in carried]
    last = max((place for place, (_, file) in enumerate(bodies) if file is None), default=0)
    return [
        Piece(
            id=f"{one.id}-{place}",
            to=one.to,
            text=body,
            language=one.language,
            buttons=buttons if place == last else (),
            file=file,
            more=tuple(carried[1:]) if together else (),
            quote=one.quote if place == 0 and can.quotes else None,
            thread=message.conversation_id,
        )
        for place, (body, file) in enumerate(bodies or [("…", None)])
    ]


def _shows(buttons: Sequence[Button], can: Capabilities) -> bool:
    return 0 < len(buttons) <= can.buttons


def _tokens(message_id: int, buttons: Sequence[Button]) -> tuple[Button, ...]:
    """The buttons with short names in the place of their values, since channels allow few bytes."""
    return tuple(Button(f"{message_id}.{place}", button.label) for place, button in enumerate(buttons))


def read_token(token: str) -> tuple[int, int] | None:
    """The message and the place of its button; None: it is no such name."""
    message_id, point, place = token.partition(".")
    if not point or not (message_id.isascii() and message_id.isdigit() and place.isascii() and place.isdigit()):
        return None
    return (int(message_id), int(place)) if len(message_id) < 19 and len(place) < 5 else None


def _numbered(text: str, buttons: Sequence[Button], language: Language, texts: Texts) -> str:
    """Where a channel has no buttons (or too few) they are numbers to be typed."""
    lines = "\n".join(f"{number}. {button.label}" for number, button in enumerate(buttons, 1))
    return "\n\n".join([*([text] if text else []), lines, texts.get(language, "channel.number")])


def read_number(text: str, buttons: Sequence[Button]) -> Button | None:
    """The button that a typed number means, digits of any script; None: it is none of these."""
    bare = text.strip().rstrip(".)").lstrip("#(").strip()
    if not bare.isdecimal() or len(bare) > 3:
        return None
    number = int(bare)
    return buttons[number - 1] if 1 <= number <= len(buttons) else None
