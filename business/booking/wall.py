"""The clock on the wall and the moments it means: what is booked keeps both, and starts lie on a grid of the wall.

A grid begins at the wall's midnight. An hour that the clock jumps over has no starts; of one that comes twice only the
first has, so that a day, an hour and a zone always name one moment. Moments are milliseconds since 1970 UTC.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from business.hours.week import moment_of
from conversation.clock import EPOCH, to_ms

DAY: Final = timedelta(days=1)
MINUTE_MS: Final = 60_000
DAY_MS: Final = 24 * 60 * MINUTE_MS
_HOUR_MS: Final = 60 * MINUTE_MS
WALL_FORMAT: Final = "%Y-%m-%dT%H:%M"


class Stretch(NamedTuple):
    """A part of a day in which the clock runs evenly: moments ``anchor + k * step`` in ``[start, end)`` are on the grid
    that begins at midnight, whatever the step."""

    start: int
    end: int
    anchor: int


@lru_cache(maxsize=4096)
def wall_of(moment: datetime, zone: ZoneInfo) -> str:
    """``YYYY-MM-DDTHH:MM`` as the clock of a zone shows it."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def is_repeated(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock has shown this hour of the day before: it was put back meanwhile."""
    return bool(moment.astimezone(zone).fold)


def moment_at(wall: str, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clock shows it: the first of two, the jump for one that never comes.

    Raises ValueError for what is no ``YYYY-MM-DDTHH:MM``."""
    shown = datetime.strptime(wall, WALL_FORMAT)  # noqa: DTZ007  (a wall clock's)
    return moment_of(shown.date(), shown.hour * 60 + shown.minute, zone)


@lru_cache(maxsize=8192)
def midnight_of(day: date, zone: ZoneInfo) -> int:
    """When a day of the wall's calendar begins."""
    return to_ms(moment_of(day, 0, zone))


@lru_cache(maxsize=4096)
def day_of(moment_ms: int, zone: ZoneInfo) -> date:
    """The day that the wall's calendar shows."""
    return (EPOCH + timedelta(milliseconds=moment_ms)).astimezone(zone).date()


@lru_cache(maxsize=8192)
def stretches_of(day: date, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """A day's stretches: one, but where the clock is changed."""
    start, end = midnight_of(day, zone), midnight_of(day + DAY, zone)
    if end - start == DAY_MS and _offset(start, zone) == _offset(end - 1, zone):
        return (Stretch(start, end, start),)
    shown_midnight = to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))
    found: list[Stretch] = []
    begin, before = start, None
    while begin < end:
        offset = _offset(begin, zone)
        until = _change_after(begin, end, zone)
        twice = 0 if before is None else max(before - offset, 0)
        if begin + twice < until:
            found.append(Stretch(begin + twice, until, shown_midnight - offset))
        begin, before = until, offset
    return tuple(found)


@lru_cache(maxsize=64)
def grid_of(first: date, last: date, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """The stretches of all days from the first to the last."""
    return tuple(one for number in range((last - first).days + 1) for one in stretches_of(first + number * DAY, zone))


def _offset(moment_ms: int, zone: ZoneInfo) -> int:
    shown = (EPOCH + timedelta(milliseconds=moment_ms)).astimezone(zone).utcoffset() or timedelta()
    return shown // timedelta(milliseconds=1)


def _change_after(begin: int, end: int, zone: ZoneInfo) -> int:
    """The first moment after ``begin`` at which the clock is changed; ``end`` where none is before it."""
    offset = _offset(begin, zone)
    low = begin
    while low < end:
        high = min(low + _HOUR_MS, end)
        if _offset(high, zone) == offset:
            low = high
            continue
        while high - low > 1000:
            middle = (low + high) // 2000 * 1000
            if _offset(middle, zone) == offset:
                low = middle
            else:
                high = middle
        return min(high, end)
    return end
