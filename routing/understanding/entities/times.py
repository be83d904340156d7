"""Dates and times in a text: items of ``grammar`` joined to stretches, a day with its hour made one, hours resolved
against the firm's opening hours. Where two readings stay, the value says ``ambiguous``."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Final, NamedTuple

from routing.understanding.entities import frame as framing
from routing.understanding.entities.clock_rules import hour_of
from routing.understanding.entities.days import same_month
from routing.understanding.entities.frame import Clock, Days, Frame, Hours, Moment, TimeValue
from routing.understanding.entities.grammar import itemize
from routing.understanding.entities.rules import BARE, Item
from routing.understanding.entities.symbols import Read

_TELLING: Final = frozenset("dDWMPXUo1VCZHQNKYwhy")
"""Without one of these signs there is no time."""
_MOST_BETWEEN: Final = 6
"""Words that may stand between a day and its hour."""


class TimeFound(NamedTuple):
    """A time said between ``start`` and ``end``; ``pieces``: the parts of that stretch that say it."""

    start: int
    end: int
    value: TimeValue
    pieces: tuple[tuple[int, int], ...]


def find_times(read: Read, frame: Frame) -> list[TimeFound]:
    """The dates and times of a text, in their order."""
    row = read.symbols
    if not any(one.sign in _TELLING for one in row):
        return []
    items = _join_stretches(itemize(row, frame.wall()), any(one.value == "moved" for one in row))
    return _resolve(_clusters(items), frame)


# --- stretches: from this to that
# -------------------------------------------------------------------------------------------------------------

_ONE: Final = "([ceN])"
_GLUE: Final = "[agh]{0,2}"


_STRETCHES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (f"E{_GLUE}{_ONE}[=%]?[&Tr]{_GLUE}{_ONE}[=%]?", "both"),
        (f"{_ONE}[=%]?&{_ONE}[=%]?E", "both"),
        (f"F{_GLUE}{_ONE}[>~]?,?[BTr]{_GLUE}{_ONE}[>~]?", "both"),
        (rf"{_ONE}\^r?B?{_GLUE}{_ONE}[<~>]?B?(?!A)", "both"),
        (f"{_ONE}[rT]{_GLUE}{_ONE}", "dash"),
        (rf"{_ONE}[\^%]A", "behind"),
        (rf"{_ONE}\^B", "before"),
        (f"A{_GLUE}{_ONE}", "behind"),
        (f"F{_GLUE}([ce])", "after"),
        (r"([ce])\^", "after"),
        (r"(?<=e)(N)\^", "after"),
        (f"B{_GLUE}{_ONE}>?", "before"),
        (f"{_ONE}<", "before"),
        (f"{_ONE}~B", "before"),
        (f"B{_GLUE}(P)", "before"),
        ("(P)<", "before"),
        (f"(P)B(?!{_GLUE}[ceNP])", "before"),
    )
)
_BEGINNINGS: Final = frozenset("EFABPceN")


def _join_stretches(items: list[Item], moved: bool) -> list[Item]:
    """``moved``: something is said to be moved, so that from one to another may be two times."""
    signs = "".join(one.sign for one in items)
    found: list[Item] = []
    place = 0
    while place < len(items):
        item, end = _stretch_at(signs, items, place, moved) if signs[place] in _BEGINNINGS else (None, place)
        if item is None:
            item, end = items[place], place + 1
        found.append(item)
        place = end
    return found


def _stretch_at(signs: str, items: list[Item], place: int, moved: bool) -> tuple[Item | None, int]:
    for pattern, kind in _STRETCHES:
        match = pattern.match(signs, place)
        if match is None:
            continue
        end = match.end()
        first = items[match.start(1)]
        last = items[match.start(2)] if pattern.groups > 1 else None
        if not _is_operand(signs, match.start(1)) or (last is not None and not _is_operand(signs, match.start(2))):
            continue
        if kind == "behind" and items[place].sign == "A" and items[place].value == 1:
            continue  # later today
        if kind == "after" and signs[place] == "F" and _is_moved(items, end):
            continue
        if kind == "dash" and not _is_stretch(signs, items, match):
            continue
        if kind == "before" and items[place].value == 1 and "e" not in signs[max(0, place - 4) : end + 4]:
            kind = "by"  # divided by two
        made = _made(kind, first, last)
        if made is not None and last is not None and (moved or _may_be_days(items[place:end])):
            made = replace(made, unsure=True)
        if made is not None:
            begin = place + (signs[place] == "E" and signs[place + 1] in "agh")
            sign = "e" if isinstance(made, Days) else "v"
            return Item(sign, items[begin].start, items[end - 1].end, made, first.language), end
    return None, place


def _may_be_days(items: list[Item]) -> bool:
    """С 1 по 5 is said of days, too."""
    return any(one.sign == "T" and one.language == "ru" for one in items) and all(one.sign not in "ce" for one in items)


def _is_moved(items: list[Item], end: int) -> bool:
    """С вторника на четверг: what is moved, and to where."""
    following = items[end : end + 2]
    return len(following) == 2 and following[0].sign == "a" and following[0].value == 1 and following[1].sign in "ce"


def _is_operand(signs: str, place: int) -> bool:
    return signs[place] != "N" or signs[place + 1 : place + 2] not in BARE - {"%"}


def _is_stretch(signs: str, items: list[Item], match: re.Match[str]) -> bool:
    """3-5 means hours where a day, an hour or its word is near."""
    if match[1] != "N" or match[2] != "N":
        return True
    before, after = signs[max(0, match.start() - 6) : match.start()], signs[match.end() : match.end() + 4]
    if after.lstrip("agh,").startswith(("e", "P")):
        return True
    return before.rstrip("agh,").endswith(("e", "P")) or signs[match.start() - 1 : match.start()] == "h"


def _made(kind: str, first: Item, last: Item | None) -> Hours | Days | None:
    if last is None:
        return _made_of_one(kind, first)
    if isinstance(first.value, Days) or isinstance(last.value, Days):
        one, other = first.value, last.value
        if not isinstance(one, Days) or not isinstance(other, Days) or one.last or other.last:
            return None
        one, other = same_month(one, other)
        end = other.first
        while end <= one.first and other.named == "weekday":
            end += timedelta(days=7)
        unsure = end < one.first or (one.unsure and one.named != "weekday") or (other.unsure and other.named == "date")
        return Days(one.first, end, unsure=unsure, named="date") if end > one.first else None
    one_clock, other_clock = _clock(first), _clock(last)
    if one_clock is None or other_clock is None:
        return None
    minutes = kind == "dash" and first.sign == "N" and first.value in (5.0, 10.0) and last.start - first.end > 3
    return Hours(one_clock, other_clock, unsure=minutes)


def _made_of_one(kind: str, one: Item) -> Hours | Days | None:
    if isinstance(one.value, Days):
        day = one.value
        if day.last is not None or day.grain == "week":
            return None
        if kind in ("before", "by"):
            return replace(day, first=date.min, last=day.first)
        first = day.first + timedelta(days=kind == "behind")
        return replace(day, first=first, last=first + framing.FEW_DAYS)
    clock = _clock(one)
    if clock is None:
        return None
    if kind == "by":
        return Hours(None, replace(clock, unsure=one.sign == "N"))
    return Hours(None, clock) if kind == "before" else Hours(clock, None)


def _clock(one: Item) -> Clock | None:
    if one.sign == "P":
        return Clock(framing.PARTS[str(one.value)][0], fixed=True)
    return one.value if isinstance(one.value, Clock) else hour_of(one)


# --- a day with its hour
# -------------------------------------------------------------------------------------------------------------


class Cluster(NamedTuple):
    """What was said of one time."""

    items: tuple[Item, ...]
    days: Days | None = None
    part: str | None = None
    clock: Clock | None = None
    hours: Hours | None = None
    moment: Moment | None = None
    anytime: bool = False
    denied: bool = False
    """Not then: "not on Friday"."""
    or_next: bool = False
    """Whether the next one is another choice: at 5 or 6 tomorrow."""


def _clusters(items: list[Item]) -> list[Cluster]:
    found: list[Cluster] = []
    between: list[str] = []
    for item in items:
        alone = _alone(item)
        if alone is None:
            if item.sign == "!" and item.language == "kk" and found and not between:
                found[-1] = found[-1]._replace(denied=True)
            between.append(item.sign)
            continue
        alone = alone._replace(denied="".join(between).rstrip("agh").endswith("!"))
        joined = _joined(found[-1], alone, between) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            if found and [sign for sign in between if sign not in "agh,"] == ["|"]:
                found[-1] = found[-1]._replace(or_next=True)
            found.append(alone)
        between = []
    return found


def _alone(item: Item) -> Cluster | None:
    value = item.value
    if isinstance(value, Days):
        return Cluster((item,), days=value)
    if isinstance(value, Clock):
        return Cluster((item,), clock=value)
    if isinstance(value, Hours):
        return Cluster((item,), hours=value)
    if isinstance(value, Moment):
        return Cluster((item,), moment=value)
    if item.sign == "P" and isinstance(value, str):
        return Cluster((item,), part=value)
    return Cluster((item,), anytime=True) if item.sign == "Y" else None


def _joined(one: Cluster, other: Cluster, between: list[str]) -> Cluster | None:
    """Both as one time, where they say different things of it and little stands between them."""
    if any(sign in ".|&" for sign in between):
        return None
    if one.moment or other.moment:
        return _moment_today(one, other) if not between else None
    words = sum(sign not in "agi,rh" for sign in between)
    items = one.items + other.items
    if one.days is not None and other.days is not None:
        if words or not (one.clock is None and one.hours is None and one.part is None):
            return None
        merged = _same_day(one.days, other.days)
        return None if merged is None else other._replace(items=items, days=merged, denied=one.denied or other.denied)
    if words > _MOST_BETWEEN or (one.part and other.part):
        return None
    if (one.clock or one.hours) and (other.clock or other.hours):
        return None
    if words and one.days is None and other.days is None:
        return None
    return Cluster(
        items,
        one.days or other.days,
        one.part or other.part,
        one.clock or other.clock,
        one.hours or other.hours,
        None,
        one.anytime or other.anytime,
        one.denied or other.denied,
    )


def _moment_today(one: Cluster, other: Cluster) -> Cluster | None:
    """Today in two hours."""
    days, moment = one.days or other.days, one.moment or other.moment
    if (
        days is None
        or moment is None
        or days.first != moment.at.date()
        or days.last
        or one.clock
        or one.hours
        or one.part
    ):
        return None
    return Cluster(one.items + other.items, moment=moment)


def _same_day(one: Days, other: Days) -> Days | None:
    """A weekday beside a date, or a day beside its weekday; where they do not agree, it must be asked."""
    if one.last or other.last or (one.named == other.named) or {one.named, other.named} == {"date", "number"}:
        return None
    named, exact = (one, other) if one.named == "weekday" else (other, one)
    if named.named != "weekday":
        return replace(other, unsure=one.first != other.first or one.unsure, named="date")
    ahead = named.first.isoweekday() - exact.first.isoweekday()
    if ahead and exact.named == "weeks":  # in a week, on Friday
        return Days(exact.first + timedelta(days=ahead), unsure=True, named="date")
    return replace(exact, unsure=ahead != 0, named="date")


# --- the value
# -------------------------------------------------------------------------------------------------------------


def _resolve(clusters: list[Cluster], frame: Frame) -> list[TimeFound]:
    found: list[TimeFound] = []
    said: Days | None = None
    for one, following in zip_longest(clusters, clusters[1:]):
        if said is None and one.or_next and following is not None:
            said = following.days
        if one.days is not None and one.days.last is None and one.days.first != date.min:
            said = one.days
        value = _value(one, said, frame)
        value = replace(value, ambiguous=True, denied=True) if one.denied else value
        pieces = tuple((item.start, item.end) for item in one.items)
        found.append(TimeFound(pieces[0][0], max(end for _, end in pieces), value, pieces))
    return found


def _value(one: Cluster, said: Days | None, frame: Frame) -> TimeValue:
    wall = frame.wall()
    today = wall.date()
    if one.moment is not None:
        return TimeValue(one.moment.at, None, one.moment.grain)
    days = one.days or said
    if one.clock is None and one.hours is None and one.part is None:
        if one.days is None:
            return TimeValue(today, today + framing.FEW_DAYS, "week", dated=False)
        first = max(one.days.first, today) if one.days.first == date.min else one.days.first
        return TimeValue(first, one.days.last, one.days.grain, one.days.unsure)
    if days is None:
        return _undated(one, frame)
    value = _on_day(one, days.first if days.first != date.min else today, frame)
    if days.first == date.min and one.clock is not None and days.last is not None:
        until = _on_day(one, days.last, frame)
        return replace(until, start=wall, end=until.start)
    last = one.days.last if one.days is not None else None
    if last is not None:
        end = _on_day(one, last, frame)
        value = replace(value, end=end.end or end.start)
    return replace(value, ambiguous=value.ambiguous or days.unsure)


def _undated(one: Cluster, frame: Frame) -> TimeValue:
    """Today, where that is still ahead; else tomorrow, and it must be asked."""
    wall = frame.wall()
    today = _on_day(one, wall.date(), frame)
    end = today.end or today.start
    over = end <= wall if one.clock is None else today.start < wall
    begun = one.part is not None and one.clock is None and one.hours is None and today.start < wall
    if not over:
        return replace(today, dated=False, ambiguous=today.ambiguous or begun)
    return replace(_on_day(one, wall.date() + timedelta(days=1), frame), dated=False, ambiguous=True)


def _on_day(one: Cluster, day: date, frame: Frame) -> TimeValue:
    if one.hours is not None:
        first, last, unsure = framing.between(day, one.hours, one.part, frame)
        ends = (one.hours.first, one.hours.last)
        exact = any(clock is not None and clock.exact for clock in ends)
        return _wall_value(day, first, last, exact, unsure, frame)
    if one.clock is not None:
        minute, unsure = framing.at_clock(day, one.clock, one.part, frame)
        return _wall_value(day, minute, None, one.clock.exact, unsure, frame)
    first, last = framing.PARTS[one.part or "morning"]
    return TimeValue(framing.at_minute(day, first), framing.at_minute(day, last), "part")


def _wall_value(day: date, first: int, last: int | None, exact: bool, unsure: bool, frame: Frame) -> TimeValue:
    start = framing.at_minute(day, first)
    end = None if last is None else framing.at_minute(day, last)
    odd = framing.is_odd(start, frame.zone)
    return TimeValue(start, end, "minute" if exact else "hour", unsure or odd)
