"""First step: symbols that belong together become items: a day (e), a clock time (c), a moment (j)."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Final

from routing.understanding.entities import clock_rules, day_rules
from routing.understanding.entities.clock_rules import hour_of
from routing.understanding.entities.frame import Clock, Days
from routing.understanding.entities.rules import BARE, At, Build, Item, Made
from routing.understanding.entities.symbols import Symbol

_RULES: Final[dict[str, list[tuple[re.Pattern[str], Build]]]] = defaultdict(list)
for _first, _pattern, _build in (*day_rules.BOOK.rules, *clock_rules.BOOK.rules):
    for _sign in _first:
        _RULES[_sign].append((_pattern, _build))
_PREFIX: Final = re.compile("[ah][ahg]{0,2}")
_ENDS: Final = frozenset((",", ".", "&", "|", ""))


def itemize(row: list[Symbol], wall: datetime) -> list[Item]:
    """The symbols of a text with what belongs together made one item."""
    signs = "".join(one.sign for one in row)
    found: list[Item] = []
    place = 0
    while place < len(row):
        item, end = _item_at(signs, row, place, wall, found)
        found.append(item)
        place = end
    return found


def _item_at(signs: str, row: list[Symbol], place: int, wall: datetime, found: list[Item]) -> tuple[Item, int]:
    made, end = _made_at(signs, row, place, wall)
    if made is not None:
        return _item(made, row, place, end), end
    one = row[place]
    if one.sign == "l" and signs[place + 1 : place + 2] in tuple("PWUVMK"):
        return Item("x", one.start, row[place + 1].end, None), place + 2  # last night
    if signs[place : place + 2] == "Fw":
        return Item("x", one.start, row[place + 1].end, None), place + 2  # from now on
    if one.sign in "ah":
        prefix = _PREFIX.match(signs, place)
        start = prefix.end() if prefix else place + 1
        if start < len(row):
            made, end = _made_at(signs, row, start, wall)
            if isinstance(made, Clock):
                return _item(made, row, place if one.sign == "h" else start, end), end
            if signs[start] == "N" and made is None and _may_be_hour(signs, row, start, one):
                clock, end = _hour_and_minutes(signs, row, start)
                if clock is not None:
                    begins = place + signs[place:start].index("h") if "h" in signs[place:start] else start
                    return _item(clock, row, begins, end), end
    if one.sign == "N" and _is_wanted(signs, row, place, found):
        clock, end = _hour_and_minutes(signs, row, place)
        if clock is not None:
            return _item(clock, row, place, end), end
    return Item(one.sign, one.start, one.end, one.value, one.language, one.digits), place + 1


def _hour_and_minutes(signs: str, row: list[Symbol], place: int) -> tuple[Clock | None, int]:
    """An hour by its number, and the minutes where they follow: twelve thirty, 15 30."""
    clock = hour_of(row[place])
    if clock is not None and signs[place + 1 : place + 2] == "N" and signs[place + 2 : place + 3] not in BARE:
        minute = row[place + 1]
        if isinstance(minute.value, float) and 10 <= minute.value < 60 and minute.digits in (0, 2) and not clock.exact:
            return hour_of(row[place], minute.value), place + 2
    return clock, place + 1


def _may_be_hour(signs: str, row: list[Symbol], place: int, prefix: Symbol) -> bool:
    after = signs[place + 1 : place + 2]
    if signs[place + 1 : place + 4] in ("TNU", "rNU", "|NU"):
        return False  # about one or two weeks
    if prefix.value is not None and after == "x" and row[place + 1].language is None:
        return False  # на 3 машины
    return after not in BARE or (prefix.sign == "h" and after in ("%", "U"))


def _is_wanted(signs: str, row: list[Symbol], place: int, found: list[Item]) -> bool:
    """A bare number is an hour behind a part of the day, and behind a day where nothing follows."""
    if signs[place : place + 3] in ("NND", "NNW") and row[place + 1].digits in (0, 2):
        return True  # ten thirty tomorrow
    if signs.rstrip(".") == "NN" and place == 0:
        return True
    after = signs[place + 1 : place + 2]
    before = "".join(one.sign for one in found[-2:])
    if before == "c|" or (before == "c," and after == "|"):
        return after not in BARE
    last = next((one.sign for one in reversed(found[-3:]) if one.sign not in ",agh"), "")
    if last == "P":
        return after not in BARE
    after = signs[place + 2 : place + 3] if after == "N" else after
    return last == "e" and bool(found) and found[-1].sign in "eag" and after in _ENDS


def _made_at(signs: str, row: list[Symbol], place: int, wall: datetime) -> tuple[Made | None, int]:
    for pattern, build in _RULES.get(signs[place], ()):
        match = pattern.match(signs, place)
        if match is not None:
            made = build(At(match, row, wall))
            if made is not None:
                return made, match.end()
    return None, place


def _item(made: Made, row: list[Symbol], place: int, end: int) -> Item:
    sign = "e" if isinstance(made, Days) else "c" if isinstance(made, Clock) else "j"
    last = end - 1
    while last > place and row[last].sign in "ag,":
        last -= 1
    first = place
    while first < last and row[first].sign in "aFg":
        first += 1
    return Item(sign, row[first].start, row[last].end, made, row[first].language)
