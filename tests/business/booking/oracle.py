"""Free time by brute force: every minute is looked at for itself. Slow, and simple enough to be believed.

A minute is a number since 1970 UTC. Nothing here is shared with the product but the records that describe the question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Minutes = tuple[int, int]


@dataclass
class Thing:
    """A resource: minutes it works, minutes it is busy, by kind."""

    id: int
    worked: set[int]
    busy: set[int]


@dataclass
class Ask:
    """One part: who can do it, for how long, with what around it, what it needs, which sessions stand."""

    doers: dict[int, int]
    before: int
    after: int
    step: int
    needs: list[list[int]] = field(default_factory=list)
    sessions: dict[tuple[int, int], int] = field(default_factory=dict)
    fresh: bool = True


@cache
def wall(minute: int, zone: ZoneInfo) -> datetime:
    """What the clock shows."""
    return (_EPOCH + timedelta(minutes=minute)).astimezone(zone).replace(tzinfo=None, fold=0)


def number(moment: datetime) -> int:
    """The minute of a moment."""
    return (moment - _EPOCH) // timedelta(minutes=1)


def about(day: date) -> range:
    """Every minute that could belong to a day or to the night after it, wherever it is."""
    noon = number(datetime(day.year, day.month, day.day, tzinfo=UTC))
    return range(noon - 26 * 60, noon + 74 * 60)


@cache
def shift(day: date, start_min: int, end_min: int, zone: ZoneInfo) -> Minutes:
    """From the first minute at which the clock has reached the beginning to the first at which it has the end."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (a wall clock's)
    begin, end = (midnight + timedelta(minutes=one) for one in (start_min, end_min))
    first = next(one for one in about(day) if wall(one, zone) >= begin)
    return first, next(one for one in about(day) if wall(one, zone) >= end)


@cache
def grid(day: date, step: int, zone: ZoneInfo) -> frozenset[int]:
    """The minutes of a day at which the clock shows, for the first time, a multiple of the step."""
    seen: set[datetime] = set()
    found: set[int] = set()
    for one in about(day):
        shown = wall(one, zone)
        if shown.date() == day and (shown.hour * 60 + shown.minute) % step == 0 and shown not in seen:
            found.add(one)
        seen.add(shown)
    return frozenset(found)


def free(thing: Thing, start: int, length: int, before: int, after: int) -> bool:
    """Worked throughout, and not busy with all around it."""
    around = range(start - before, start + length + after)
    return thing.worked.issuperset(range(start, start + length)) and thing.busy.isdisjoint(around)


def ways(ask: Ask, things: dict[int, Thing], start: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Who could do a part at a minute, until when, with what."""
    for doer, length in ask.doers.items():
        if (doer, start) in ask.sessions:
            yield doer, ask.sessions[doer, start], ()
        elif ask.fresh and free(things[doer], start, length, ask.before, ask.after):
            for chosen in product(*ask.needs):
                if len({doer, *chosen}) == 1 + len(chosen) and all(
                    free(things[one], start, length, ask.before, ask.after) for one in chosen
                ):
                    yield doer, start + length, chosen


def who_can(asks: Sequence[Ask], things: dict[int, Thing], start: int, at_once: bool) -> set[int]:
    """Which doers of the first part could begin at a minute so that all else is done too."""
    found: set[int] = set()
    for doer, end, chosen in ways(asks[0], things, start):
        if at_once:
            rest = product(*(list(ways(ask, things, start)) for ask in asks[1:]))
            if any(_apart([(doer, end, chosen), *others]) for others in rest):
                found.add(doer)
        elif _follow(asks[1:], things, end):
            found.add(doer)
    return found


def _follow(asks: Sequence[Ask], things: dict[int, Thing], start: int) -> bool:
    return not asks or any(_follow(asks[1:], things, end) for _, end, _ in ways(asks[0], things, start))


def _apart(done: Sequence[tuple[int, int, tuple[int, ...]]]) -> bool:
    used = [one for doer, _, chosen in done for one in (doer, *chosen)]
    return len(used) == len(set(used))


def waste(thing: Thing, start: int, length: int, before: int, after: int, least: int) -> tuple[int, int]:
    """The first minute of the stretch in which it would be, and how much of it would be of no use."""
    begin, end = start, start + length
    while begin - 1 in thing.worked and begin - 1 not in thing.busy:
        begin -= 1
    while end in thing.worked and end not in thing.busy:
        end += 1
    gaps = start - before - begin, end - (start + length + after)
    return begin, sum(gap for gap in gaps if 0 < gap < least)
