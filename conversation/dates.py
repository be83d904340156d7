"""Days and hours as people say them: 24-hour clock, the week from Monday, "tomorrow, 15:30". Zones are handed in."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from conversation.messages import Language
from conversation.ports import Texts

FIRST_WEEKDAY: Final = 1
"""ISO number of the day a week begins with, in all five languages: Monday."""

_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def week_of(day: date) -> tuple[date, ...]:
    """The seven days, from Monday, of the week that ``day`` is in."""
    monday = day - timedelta(days=day.isoweekday() - FIRST_WEEKDAY)
    return tuple(monday + timedelta(days=number) for number in range(7))


def say_time(moment: datetime, zone: tzinfo) -> str:
    """``15:30``, the wall time in a zone."""
    return moment.astimezone(zone).strftime("%H:%M")


def say_day(texts: Texts, language: Language, day: date, today: date) -> str:
    """Yesterday, today, tomorrow; a weekday within the next six days; else the date, with its year if another."""
    ahead = (day - today).days
    if ahead in _NEAR:
        return texts.get(language, f"time.{_NEAR[ahead]}")
    if 1 < ahead < 7:
        return texts.get(language, f"time.weekday.{day.isoweekday()}")
    month = texts.get(language, f"time.month.{day.month}")
    key = "time.date" if day.year == today.year else "time.date_year"
    return texts.get(language, key, day=day.day, month=month, year=day.year)


def say_moment(texts: Texts, language: Language, moment: datetime, zone: tzinfo, now: datetime) -> str:
    """``tomorrow, 15:30``: the day as ``say_day`` has it, and the hour, both in a zone."""
    day = say_day(texts, language, moment.astimezone(zone).date(), now.astimezone(zone).date())
    return texts.get(language, "time.moment", day=day, time=say_time(moment, zone))
