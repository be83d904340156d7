"""One working time: a week in a zone, with the days that differ and the public holidays."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from business.hours.week import ALWAYS, Hours, Open, OtherDay, Weekly, joined, opens_of

FAR_DAYS: Final = 400
"""How far ahead is looked: a year, its holidays, and the longest closing that anybody announces."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """``holidays``: the days off of a year by date, None where they are worked through."""

    zone: ZoneInfo
    weekly: Weekly = ALWAYS
    exceptions: Mapping[date, OtherDay] = field(default_factory=dict)
    holidays: Callable[[int], Mapping[date, str]] | None = None

    @property
    def always(self) -> bool:
        """Whether there is no hour of any day that is closed."""
        return self.weekly == ALWAYS and not self.exceptions and self.holidays is None

    def hours_of(self, day: date) -> Hours:
        """What is worked on a day of the wall's calendar."""
        exception = self.exceptions.get(day)
        if exception is not None:
            return exception.hours
        if self.holidays is not None and day in self.holidays(day.year):
            return ()
        return self.weekly[day.weekday()]

    def why_differs(self, day: date) -> str | None:
        """What makes a day differ from its week, empty where it has no name; None where nothing does."""
        exception = self.exceptions.get(day)
        if exception is not None:
            return exception.name
        return None if self.holidays is None else self.holidays(day.year).get(day)

    def opens_from(self, moment: datetime) -> Iterator[Open]:
        """All stretches from the day before a moment on, by their start."""
        first = moment.astimezone(self.zone).date() - _DAY
        days = (first + number * _DAY for number in range(FAR_DAYS))
        for day in days if any(self.weekly) else sorted(one for one in self.exceptions if one >= first):
            yield from opens_of(day, self.hours_of(day), self.zone)

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment is within the hours."""
        if self.always:
            return True
        day = moment.astimezone(self.zone).date()
        return any(
            start <= moment < end
            for one in (day - _DAY, day)
            for start, end in opens_of(one, self.hours_of(one), self.zone)
        )


def next_open(schedules: Sequence[Schedule], moment: datetime) -> Open | None:
    """The stretch that a moment is in, or else the next one, whole; of several schedules together, open where one is.

    None where none is in sight; a stretch that has no end in sight ends about ``FAR_DAYS`` on.
    """
    found = merge(*(schedule.opens_from(moment) for schedule in schedules))
    return next((one for one in joined(found) if one.end > moment), None)


def opens_at(schedules: Sequence[Schedule], moment: datetime) -> datetime | None:
    """When work begins: at the moment itself where it is under way. None: not in sight."""
    if any(schedule.is_open(moment) for schedule in schedules):
        return moment
    found = next_open(schedules, moment)
    return None if found is None else found.start


def closes_at(schedules: Sequence[Schedule], moment: datetime) -> datetime | None:
    """When the work that is under way ends. None: none is, or it has no end in sight."""
    if any(schedule.always for schedule in schedules):
        return None
    found = next_open(schedules, moment)
    if found is None or found.start > moment or found.end > moment + (FAR_DAYS - 3) * _DAY:
        return None
    return found.end


def closed_since(schedule: Schedule, moment: datetime) -> datetime | None:
    """Since when nobody works. None: somebody does, or nobody did in the year before."""
    for back in (8, FAR_DAYS):
        begun = takewhile(lambda one: one.start <= moment, joined(schedule.opens_from(moment - back * _DAY)))
        last = max((one.end for one in begun), default=None)
        if last is not None:
            return None if last > moment else last
    return None
