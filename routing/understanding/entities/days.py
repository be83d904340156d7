"""Which days are meant: weekdays, days of a month, weeks, months. Dates without a year move forward."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from routing.understanding.entities.frame import Days

_JUST_PAST: Final = timedelta(days=60)
"""Who names a date that long ago without its year may mean the past one."""
_YEARS: Final = range(1900, 2200)


def weekday(number: int, today: date, which: str | None = None) -> Days:
    """A weekday by its ISO number. ``which``: n for the next, t for this one."""
    ahead = (number - today.isoweekday()) % 7
    if which == "n":
        monday = today + timedelta(days=8 - today.isoweekday())
        return Days(monday + timedelta(days=number - 1), unsure=number > today.isoweekday(), named="weekday")
    if which == "t":
        return Days(today + timedelta(days=ahead), unsure=ahead == 0, named="weekday")
    return Days(today + timedelta(days=ahead or 7), unsure=ahead == 0, named="weekday")


def week(today: date, which: str | None, on: int | None = None) -> Days:
    """This week or the next one (n), Monday to Sunday; or one day of it."""
    monday = today - timedelta(days=today.isoweekday() - 1) + timedelta(days=7 if which == "n" else 0)
    if on is None:
        return Days(monday, monday + timedelta(days=6), "week")
    day = monday + timedelta(days=on - 1)
    return Days(day, unsure=day < today, named="weekday")


def weekend(today: date, which: str | None) -> Days:
    """Saturday and Sunday of this week, or the next one's (n)."""
    saturday = today + timedelta(days=6 - today.isoweekday())
    unsure = today.isoweekday() == 7 or (which == "n" and today.isoweekday() < 6)
    if which == "n":
        saturday += timedelta(days=7)
    return Days(saturday, saturday + timedelta(days=1), unsure=unsure)


def month(number: int, today: date, which: str | None = None) -> Days:
    """All days of a month to come or of this one."""
    year = today.year + (number < today.month or (which == "n" and number == today.month))
    return Days(date(year, number, 1), date(year, number, monthrange(year, number)[1]), named="date")


def next_month(today: date, which: str | None) -> Days:
    """All days of this month or of the next one (n)."""
    number = today.month + (which == "n")
    year, number = (today.year + 1, 1) if number > 12 else (today.year, number)
    return Days(date(year, number, 1), date(year, number, monthrange(year, number)[1]), named="date")


def date_of(day: float, number: float, year: float | None, today: date) -> Days | None:
    """A day of a month; without its year the next one there is. None where there is no such day."""
    if day != int(day) or not 1 <= day <= 31 or not 1 <= number <= 12:
        return None
    if year is not None:
        whole = int(year) + 2000 if year < 100 else int(year)
        if whole not in _YEARS:
            return None
        found = _day(whole, int(number), int(day))
        return None if found is None else Days(found, unsure=found < today, named="date")
    for ahead in range(5):
        found = _day(today.year + ahead, int(number), int(day))
        if found is not None and found >= today:
            last = _day(today.year + ahead - 1, int(number), int(day))
            return Days(found, unsure=last is not None and today - last < _JUST_PAST, named="date")
    return None


def day_of_month(day: float, today: date) -> Days | None:
    """The next day with this number. None where there is no such day."""
    if day != int(day) or not 1 <= day <= 31:
        return None
    year, number = today.year, today.month
    for _ in range(3):
        found = _day(year, number, int(day))
        if found is not None and found >= today:
            return Days(found, named="number")
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    return None


def same_month(first: Days, last: Days) -> tuple[Days, Days]:
    """From one day to another, of which one may be a number only: the 8th to the 17th of January."""
    if last.named == "number" and first.named == "date":
        return first, day_of_month(last.first.day, first.first) or last
    if first.named == "number" and last.named == "date" and first.first.day < last.first.day:
        start = _day(last.first.year, last.first.month, first.first.day)
        return (first if start is None else Days(start, unsure=last.unsure, named="date")), last
    return first, last


def _day(year: int, number: int, day: int) -> date | None:
    return date(year, number, day) if day <= monthrange(year, number)[1] else None


def written(text: str, today: date, american: bool) -> Days | None:
    """A date in digits with its year: 25.12.2026, 25/12/26, 2026-12-25. ``american``: 5/6 may be the month first."""
    parts = [int(part) for part in re.split("[./-]", text)]
    if len(text) >= 8 and text[4] == "-":
        return date_of(parts[2], parts[1], parts[0], today)
    found = date_of(parts[0], parts[1], parts[2], today)
    if american and "/" in text:
        other = date_of(parts[1], parts[0], parts[2], today)
        if found is None or other is None or found.first == other.first:
            return found or other
        return Days(found.first, unsure=True, named="date")
    return found


def later(today: date, count: float, unit: float) -> date | None:
    """So many days, weeks (in minutes) or months (-1) later; None where it is no whole number of days, or too far."""
    if unit == -1:
        if count != int(count) or count > 60:
            return None
        number = today.month - 1 + int(count)
        year, number = today.year + number // 12, number % 12 + 1
        return date(year, number, min(today.day, monthrange(year, number)[1]))
    days = count * unit / 1440
    return today + timedelta(days=int(days)) if days == int(days) and days <= 1000 else None
