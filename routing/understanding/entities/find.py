"""All entities of a message: times, phones, sums, personal names, the firm's own, numbers. None overlaps another."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeVar

from conversation.messages import Json, JsonObject
from routing.understanding.entities.frame import Frame, TimeValue
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.entities.names import find_names
from routing.understanding.entities.numbers import find_numbers
from routing.understanding.entities.phones import find_phones
from routing.understanding.entities.sums import find_sums
from routing.understanding.entities.symbols import Symbol, read
from routing.understanding.entities.times import TimeFound, find_times
from routing.understanding.entities.tokens import Token, tokens_of

EntityKind = Literal["time", "phone", "money", "number", "name", "service", "staff", "branch"]
LONGEST: Final = 10_000
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a message names: ``text`` is the message from ``start`` to ``end``.

    ``value``: of a time ``TimeValue.as_json``; of a phone E.164; of money {amount_minor, currency}; of a number itself;
    of a name the name; of the firm's own the id, or a list of ids where several are as likely. ``time``: of a time."""

    kind: EntityKind
    text: str
    start: int
    end: int
    value: Json
    time: TimeValue | None = None

    def as_json(self) -> JsonObject:
        """As the contract has it."""
        return {"kind": self.kind, "text": self.text, "start": self.start, "end": self.end, "value": self.value}


@cache
def _nothing() -> Gazetteer:
    return Gazetteer(())


def find_entities(text: str, frame: Frame, gazetteer: Gazetteer | None = None) -> list[Entity]:
    """The entities of a message, sorted, not overlapping. Pure; takes any text, and never raises.

    ``frame``: when and where it is read. ``gazetteer``: the firm's services, staff and branches. What may be two things
    is the earlier of: phone, time, money, a name told as such, the firm's own, a known first name, number."""
    text = text[:LONGEST]
    found: list[Entity] = []

    def keep(kind: EntityKind, start: int, end: int, value: Json, time: TimeValue | None = None) -> None:
        found.append(Entity(kind, text[start:end], start, end, value, time))

    plain = text
    for phone in find_phones(text, frame.country):
        keep("phone", phone.start, phone.end, phone.value)
        plain = plain[: phone.start] + "," * (phone.end - phone.start) + plain[phone.end :]
    tokens = tokens_of(plain)
    seen = read(tokens, frame.language)
    times = find_times(seen, frame)
    taken = [piece for one in times for piece in one.pieces]
    for money in find_sums(plain, seen.symbols, frame.currency):
        if _is_free(money.start, money.end, taken):
            value: Json = {"amount_minor": money.value.minor, "currency": money.value.currency}
            keep("money", money.start, money.end, value)
            taken.append((money.start, money.end))
    names = find_names(_free(tokens, taken))
    for name in names:
        if name.said:
            keep("name", name.start, name.end, name.value)
            taken.append((name.start, name.end))
    for own in (gazetteer or _nothing()).find(_free(tokens, taken)):
        keep(own.kind, own.start, own.end, own.ids[0] if len(own.ids) == 1 else list(own.ids))
        taken.append((own.start, own.end))
    for name in names:
        if not name.said and _is_free(name.start, name.end, taken):
            keep("name", name.start, name.end, name.value)
            taken.append((name.start, name.end))
    for number in find_numbers(_free(seen.symbols, taken)):
        keep("number", number.start, number.end, number.value)
    for one in times:
        start, end = _span(one, found)
        keep("time", start, end, one.value.as_json(), one.value)
    return sorted(found, key=lambda one: one.start)


_Placed = TypeVar("_Placed", Token, Symbol)


def _free(placed: list[_Placed], taken: list[tuple[int, int]]) -> list[_Placed]:
    """Those that stand in none of the places taken."""
    if not taken:
        return placed
    spans = sorted(taken)
    found: list[_Placed] = []
    at = 0
    for one in placed:
        while at < len(spans) and spans[at][1] <= one.start:
            at += 1
        if at == len(spans) or one.end <= spans[at][0]:
            found.append(one)
    return found


def _is_free(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return all(end <= other or to <= start for other, to in taken)


def _span(time: TimeFound, others: list[Entity]) -> tuple[int, int]:
    """From the day to its hour; where another entity stands between them, the first of the two."""
    if all(one.end <= time.start or time.end <= one.start for one in others):
        return time.start, time.end
    return time.pieces[0]
