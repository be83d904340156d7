"""What a time that can be read in several ways may be: the few likely readings, for the customer to choose from."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from routing.understanding.entities.frame import Frame, TimeValue

_HALF_DAY: Final = timedelta(hours=12)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_NEAR_DAYS: Final = 14
"""A day so near may have been said by its weekday, of this week or of the next."""


def readings_of(value: TimeValue, frame: Frame) -> tuple[TimeValue, ...]:
    """The readings of an ambiguous time that are still to come, the likeliest first; none of what was denied ("not on
    Friday"), of a day that is over, and none of a time that is clear."""
    if not value.ambiguous or value.denied or _is_over(value, frame):
        return ()
    found: list[TimeValue] = []
    for one in (*_earlier(value, frame), *_halves(value, frame), *_ends(value)):
        clear = replace(one, ambiguous=False)
        if clear not in found and _is_ahead(clear, frame):
            found.append(clear)
    return tuple(found) or (replace(_moved(value, _DAY), ambiguous=False),)


def _is_over(value: TimeValue, frame: Frame) -> bool:
    """A day that is named and over is no other one: 5 January 2020."""
    last = value.start if value.end is None else value.end
    return value.dated and (last.date() if isinstance(last, datetime) else last) < frame.wall().date()


def _halves(value: TimeValue, frame: Frame) -> list[TimeValue]:
    """At 9: in the morning or in the evening, where the firm is open at both or at neither."""
    if not isinstance(value.start, datetime) or value.grain == "part":
        return [value]
    start = value.start
    other = start + _HALF_DAY if start.hour < _HALF_DAY.seconds // 3600 else start - _HALF_DAY
    if _is_open(start, frame) != _is_open(other, frame):
        return [value]
    end = value.end
    moved = end + (other - start) if isinstance(end, datetime) else end
    return sorted((value, replace(value, start=other, end=moved)), key=lambda one: str(one.start))


def _ends(value: TimeValue) -> list[TimeValue]:
    """From Friday to Saturday: it may be moved there."""
    if isinstance(value.start, datetime) or value.end is None or value.grain == "week":
        return []
    return [replace(value, start=one, end=None) for one in (value.end, value.start)]


def _earlier(value: TimeValue, frame: Frame) -> list[TimeValue]:
    """Today rather than tomorrow, this week's rather than the next one's."""
    if not value.dated:
        return [_moved(value, -_DAY)]
    day = value.start.date() if isinstance(value.start, datetime) else value.start
    near = 0 <= (day - frame.wall().date()).days <= _NEAR_DAYS
    return [_moved(value, -_WEEK)] if near and value.grain != "week" else []


def _moved(value: TimeValue, by: timedelta) -> TimeValue:
    return replace(value, start=value.start + by, end=None if value.end is None else value.end + by)


def _is_ahead(value: TimeValue, frame: Frame) -> bool:
    wall = frame.wall()
    last = value.start if value.end is None else value.end
    return last > wall if isinstance(last, datetime) else last >= wall.date()


def _is_open(moment: datetime, frame: Frame) -> bool:
    minute = moment.hour * 60 + moment.minute
    return any(start <= minute < end for start, end in frame.hours_of(moment.date()))
