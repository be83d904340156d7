"""A week's hours, days that differ, and the moments they mean in a zone. Pure: nothing is asked of anybody.

Hours are wall time. A shift may go over midnight (``["22:00", "06:00"]``) and belongs to the day it begins on; a whole
day is ``["00:00", "24:00"]``. Where a clock is put forward, an hour that there is not begins or ends at the jump;
where it is put back, an hour that comes twice is meant the first time.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from conversation.errors import Rejected
from conversation.messages import Json, JsonObject

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN: Final = 24 * 60
MOST_SPANS: Final = 12
MOST_EXCEPTIONS: Final = 1000
NAME_LIMIT: Final = 100
YEARS: Final = range(2000, 2100)
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_MINUTE: Final = timedelta(minutes=1)


class Span(NamedTuple):
    """Hours of one day in minutes since its midnight: ``0 <= start_min < 1440``, ``start_min < end_min`` and at most
    24 hours later, so that the end of a night's shift is above 1440."""

    start_min: int
    end_min: int


class Open(NamedTuple):
    """From when to when, aware UTC; the end is not in it."""

    start: datetime
    end: datetime


Hours = tuple[Span, ...]
Weekly = tuple[Hours, ...]
"""Seven days from Monday."""
ALWAYS: Final[Weekly] = ((Span(0, DAY_MIN),),) * 7


@dataclass(frozen=True, slots=True)
class OtherDay:
    """One day that differs: its hours (none: closed) and what it is called."""

    hours: Hours
    name: str = ""


# --- reading
# -------------------------------------------------------------------------------------------------------------


def parse_weekly(value: JsonObject) -> Weekly:
    """A week as it is kept and sent. Raises Rejected invalid, with the day."""
    for day in value:
        if day not in DAYS:
            raise Rejected("invalid", "error.field_wrong", field=day[:20])
    return tuple(parse_hours(value.get(day), day) for day in DAYS)


def parse_exceptions(value: Sequence[Json]) -> dict[date, OtherDay]:
    """Days that differ. Raises Rejected invalid for a day named twice, or what is no date and no hours."""
    if len(value) > MOST_EXCEPTIONS:
        raise Rejected("invalid", "hours.too_many", field="exceptions", most=MOST_EXCEPTIONS)
    found: dict[date, OtherDay] = {}
    for one in value:
        if not isinstance(one, dict):
            raise Rejected("invalid", "error.field_wrong", field="exceptions")
        try:
            day = date.fromisoformat(str(one.get("date")))
        except ValueError:
            raise Rejected("invalid", "error.field_wrong", field="date") from None
        if day.year not in YEARS:
            raise Rejected("invalid", "error.field_wrong", field="date")
        if day in found:
            raise Rejected("invalid", "hours.day_twice", field="exceptions", day=day.isoformat())
        name = one.get("name")
        found[day] = OtherDay(parse_hours(one.get("hours"), day.isoformat()), str(name or "").strip()[:NAME_LIMIT])
    return found


def parse_hours(value: Json, day: str) -> Hours:
    """The hours of one day as they are kept and sent. Raises Rejected invalid, with ``day``."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_SPANS:
        raise Rejected("invalid", "error.field_wrong", field=day)
    spans = sorted(_parse_span(one, day) for one in value)
    for first, second in pairwise(spans):
        if second.start_min < first.end_min:
            raise Rejected("invalid", "hours.overlap", field=day)
    return tuple(spans)


def _parse_span(value: Json, day: str) -> Span:
    if not isinstance(value, list) or len(value) != 2:
        raise Rejected("invalid", "error.field_wrong", field=day)
    start, end = (_parse_time(one, day) for one in value)
    if start in (end, DAY_MIN):
        raise Rejected("invalid", "hours.empty_span", field=day)
    return Span(start, end if end > start else end + DAY_MIN)


def _parse_time(value: Json, day: str) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Rejected("invalid", "hours.time_wrong", field=day)
    return DAY_MIN if found[1] is None else int(found[1]) * 60 + int(found[2])


def show_hours(hours: Hours) -> list[Json]:
    """As they are kept and sent."""
    return [[_show_time(span.start_min), _show_time(span.end_min)] for span in hours]


def _show_time(minute: int) -> str:
    minute = minute if minute <= DAY_MIN else minute - DAY_MIN
    return f"{minute // 60:02}:{minute % 60:02}"


def show_weekly(weekly: Weekly) -> dict[str, Json]:
    """As it is kept and sent: days with hours only."""
    return {day: show_hours(hours) for day, hours in zip(DAYS, weekly, strict=True) if hours}


def show_exceptions(exceptions: Mapping[date, OtherDay]) -> list[JsonObject]:
    """As they are kept and sent, by date."""
    return [
        {"date": day.isoformat(), "hours": show_hours(one.hours), "name": one.name}
        for day, one in sorted(exceptions.items())
    ]


# --- what they mean
# -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def moment_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the wall clock of a zone shows so many minutes after a day's midnight."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001  (a wall clock's)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # there is no such hour: look for the jump
    offset = moment.astimezone(zone).utcoffset()
    while moment - before > _MINUTE:
        middle = before + (moment - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            moment = middle
        else:
            before = middle
    return moment.replace(second=0, microsecond=0)


def opens_of(day: date, hours: Hours, zone: ZoneInfo) -> list[Open]:
    """The hours of a day as moments; those that the clock jumped over are left out."""
    found = (Open(moment_of(day, one.start_min, zone), moment_of(day, one.end_min, zone)) for one in hours)
    return [one for one in found if one.start < one.end]


def joined(opens: Iterable[Open]) -> Iterator[Open]:
    """Stretches that touch or overlap become one. Wants them by their start."""
    last: Open | None = None
    for one in opens:
        if last is None:
            last = one
        elif one.start <= last.end:
            last = Open(last.start, max(last.end, one.end))
        else:
            yield last
            last = one
    if last is not None:
        yield last
