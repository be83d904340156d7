"""All entities of a message: times, phones, sums, personal names, the firm's own, numbers. None overlaps another."""

import re
from functools import cache
from typing import Final, TypeVar

from conversation.messages import Json
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.entities.impossible import find_impossible
from routing.understanding.entities.names import find_names
from routing.understanding.entities.numbers import find_numbers
from routing.understanding.entities.phones import find_phones
from routing.understanding.entities.readings import readings_of
from routing.understanding.entities.sums import find_sums
from routing.understanding.entities.symbols import Symbol, read
from routing.understanding.entities.times import TimeFound, find_times
from routing.understanding.entities.tokens import Token, tokens_of
from routing.understanding.understood import Entity, EntityKind

LONGEST: Final = 10_000
"""Characters of a text that are looked at."""

_Placed = TypeVar("_Placed", Token, Symbol)
_TAKEN: Final = b"x"
_ADDRESS: Final = re.compile(r"\S{1,200}@\S{1,200}|(?:https?://|www\.)\S+")
"""Addresses of mail and of pages: nothing is looked for inside."""


@cache
def _nothing() -> Gazetteer:
    return Gazetteer(())


def find_entities(text: str, frame: Frame, gazetteer: Gazetteer | None = None) -> list[Entity]:
    """The entities of a message, sorted, not overlapping. Pure; takes any text, and never raises.

    ``frame``: when and where it is read. ``gazetteer``: the firm's services, staff and branches. What may be two things
    is the earlier of: phone, time, money, a name told as such, the firm's own, a known first name, number."""
    finding = _Finding(text[:LONGEST], frame)
    finding.add_sums()
    finding.add_names(gazetteer or _nothing())
    finding.add_numbers()
    return finding.done()


class _Finding:
    """The entities of one message, kind by kind; what one has taken, the next does not see."""

    def __init__(self, text: str, frame: Frame) -> None:
        self._text, self._frame = text, frame
        self._found: list[Entity] = []
        self._taken = bytearray(len(text))
        plain = _ADDRESS.sub(lambda match: "," * len(match[0]), text) if "@" in text or "/" in text else text
        phones = find_phones(plain, frame.country)
        if phones:
            for phone in phones:
                self._keep("phone", phone.start, phone.end, phone.value)
            plain = "".join("," if gone else one for one, gone in zip(plain, self._taken, strict=True))
        self._tokens = tokens_of(plain)
        self._read = read(self._tokens, frame.language)
        self._times = self._possible(find_times(self._read, frame))
        for start, end in (piece for one in self._times for piece in one.pieces):
            self._take(start, end)

    def _possible(self, times: list[TimeFound]) -> list[TimeFound]:
        """Without what was made of a day or an hour that there is not; nor is the hour of such a day today's."""
        none = find_impossible(self._read.symbols)
        no_day = any(one.kind == "day" for one in none)
        return [
            time
            for time in times
            if (time.value.dated or not no_day)
            and not any(one.start < end and start < one.end for one in none for start, end in time.pieces)
        ]

    def add_sums(self) -> None:
        """Sums of money."""
        for one in find_sums(self._text, self._read.symbols, self._frame.currency):
            if self._is_free(one.start, one.end):
                value: Json = {"amount_minor": one.value.minor, "currency": one.value.currency}
                self._keep("money", one.start, one.end, value)

    def add_names(self, gazetteer: Gazetteer) -> None:
        """Names told as such, then the firm's own, then a first name that is all that is said."""
        names = find_names(self._free(self._tokens))
        for one in names:
            if one.said:
                self._keep("name", one.start, one.end, one.value)
        for own in gazetteer.find(self._free(self._tokens)):
            self._keep(own.kind, own.start, own.end, own.ids[0] if len(own.ids) == 1 else list(own.ids))
        for one in names:
            if not one.said and self._is_free(one.start, one.end):
                self._keep("name", one.start, one.end, one.value)

    def add_numbers(self) -> None:
        """Numbers that are left."""
        for one in find_numbers(self._free(self._read.symbols)):
            self._keep("number", one.start, one.end, one.value)

    def done(self) -> list[Entity]:
        """All, with the times: from the day to its hour, or the first of both where another entity stands between."""
        others = bytearray(len(self._text))
        for entity in self._found:
            others[entity.start : entity.end] = _TAKEN * (entity.end - entity.start)
        for one in self._times:
            start, end = one.pieces[0] if any(others[one.start : one.end]) else (one.start, one.end)
            text, readings = self._text[start:end], readings_of(one.value, self._frame)
            self._found.append(Entity("time", text, start, end, one.value.as_json(), one.value, readings))
        return sorted(self._found, key=lambda entity: entity.start)

    def _keep(self, kind: EntityKind, start: int, end: int, value: Json) -> None:
        self._found.append(Entity(kind, self._text[start:end], start, end, value))
        self._take(start, end)

    def _take(self, start: int, end: int) -> None:
        self._taken[start:end] = _TAKEN * (end - start)

    def _is_free(self, start: int, end: int) -> bool:
        return not any(self._taken[start:end])

    def _free(self, placed: list[_Placed]) -> list[_Placed]:
        return [one for one in placed if not self._taken[one.start]]
