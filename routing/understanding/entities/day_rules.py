"""Rules of days: durations, weekdays, weeks, dates."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from routing.understanding.entities import days
from routing.understanding.entities.clock_rules import clock_of_digits
from routing.understanding.entities.frame import Clock, Days, Moment
from routing.understanding.entities.rules import At, Made, RuleBook
from routing.understanding.entities.symbols import Symbol

BOOK: Final = RuleBook()
_ENGLISH_WORDS: Final = frozenset(("sat", "sun", "wed"))
_SHORT: Final = 3
"""Symbols of a text that says an hour and little else."""

# --- durations
# -------------------------------------------------------------------------------------------------------------


def _ahead(at: At, count: float, unit: Symbol) -> Made | None:
    minutes = {"q": 1440.0, "V": 10080.0, "y": -1.0}.get(unit.sign, unit.value)
    count *= 12 if unit.sign == "y" else 1
    if not isinstance(minutes, float) or count < 0 or count == float("inf"):
        return None
    day = days.later(at.wall.date(), count, minutes)
    if day is not None:
        return Days(day, named="weeks" if minutes >= 10080 else "relative")
    if minutes < 0 or not 0 < count * minutes <= 525_600:
        return None
    whole = minutes == 60 and count == int(count)
    return Moment(at.wall + timedelta(minutes=int(count * minutes)), "hour" if whole else "minute")


@BOOK.rule(r"i[gua]{0,2}(?:(N)(H)?|(H)[gu]{0,2}N?)?([Uo1Vqy])(?:&u?(H))?(?:F[wD])?", "i")
def _in_so_much(at: At) -> Made | None:
    count = at.number(1)
    if count is None and at.match[3] is None and at.symbol(4).language == "en" and "u" not in at.match[0]:
        return None
    count = (1.0 if count is None else count) + (0.5 if at.match[2] or at.match[5] else 0)
    return _ahead(at, 0.5 if at.match[3] else count, at.symbol(4))


@BOOK.rule(r"i[gua]{0,2}(N)[r|](N)([UVq])", "i")
@BOOK.rule(r"(N)[r|](N)([UVq])(?:\^A?|/|%?A)", "N")
def _in_some(at: At) -> Made | None:
    """Через 2-3 дня: from one to the other."""
    first, last = at.number(1), at.number(2)
    if first is None or last is None or first >= last:
        return None
    one, other = _ahead(at, first, at.symbol(3)), _ahead(at, last, at.symbol(3))
    return Days(one.first, other.first) if isinstance(one, Days) and isinstance(other, Days) else None


@BOOK.rule(r"([Uo1q])i(N)", "Uo1q")
def _turned_about(at: At) -> Made | None:
    count = at.number(2)
    return None if count is None else _ahead(at, count, at.symbol(1))


@BOOK.rule(r"(?:(N)(H)?|(H)[gu]{0,2}|u)?([Uo1Vqy])(?:(\^)A?|/|%?A|F(?:w|D)|i(?![NU1o]))", "NHuUo1Vqy")
def _so_much_later(at: At) -> Made | None:
    unit, said = at.symbol(4), at.match.end() - at.match.start(4)
    count = at.number(1)
    if count is None:
        if at.match[3] is None and not at.match[0].startswith("u") and not (unit.sign == "U" and unit.value == 90):
            return None
        count = 0.5 if at.match[3] else 1.0
    if at.match[5] and at.match[0][-1] == "^" and unit.language != "hy":
        return None
    if said > 1 and at.match[0][-1] == "A" and unit.sign == "o":
        return None  # 3 საათის შემდეგ: after three, or three hours later
    return _ahead(at, count + (0.5 if at.match[2] else 0), unit)


# --- days
# -------------------------------------------------------------------------------------------------------------


@BOOK.rule("d", "d")
def _written(at: At) -> Made | None:
    return days.written(str(at.symbol(0).value), at.wall.date(), american=True)


@BOOK.rule("D", "D")
def _from_today(at: At) -> Made | None:
    offset = at.symbol(0).value
    return Days(at.wall.date() + timedelta(days=int(offset))) if isinstance(offset, float) else None


@BOOK.rule(r"([nt])g?([UV])[/%>g~]{0,2}[ag,]{0,2}(W)>?[UG]?", "nt")
@BOOK.rule(r"W>?[ag]{0,2}([nt])([UV])[/%>]?", "WV")
def _day_of_week(at: At) -> Made | None:
    if not _is_week(at.symbol(2)):
        return None
    named = at.symbol(3) if at.match.re.groups > 2 else at.symbol(0)
    return days.week(at.wall.date(), at.match[1], int(named.value or 1)) if isinstance(named.value, float) else None


@BOOK.rule(r"ng?y", "n")
def _next_year(at: At) -> Made | None:
    if any(one.sign in "Md" for one in at.row):
        return None  # of which the month or the day is told
    year = at.wall.year + 1
    return Days(date(year, 1, 1), date(year, 12, 31), named="date")


@BOOK.rule(r"([nt])g?([UV])[/>]?(?![GU]|%?[ga,]{0,3}N#)", "nt")
def _whole_week(at: At) -> Made | None:
    unit = at.symbol(2)
    if unit.value == -1:
        return days.next_month(at.wall.date(), at.match[1])
    if unit.value == 1440 and at.match[1] == "n":
        return None
    return days.week(at.wall.date(), at.match[1]) if _is_week(unit) else None


def _is_week(unit: Symbol) -> bool:
    return unit.sign == "V" or unit.value == 10080


@BOOK.rule(r"([ntl])?g?(W|V(?![/%]))>?(?:[UG](?!\^)>?)?", "ntlWV")
def _weekday(at: At) -> Made | None:
    number = at.symbol(2).value
    if at.match[1] == "l" or not isinstance(number, float):
        return None
    if at.symbol(2).text.casefold() in _ENGLISH_WORDS and not _is_a_day(at):
        return None
    day = days.weekday(int(number), at.wall.date(), at.match[1])
    unit = at.row[at.match.end() - 1]
    if unit.sign == "U" and unit.value == 10080:
        return replace(day, first=day.first + timedelta(days=7), unsure=True)  # thursday week, in London
    return None if unit.sign == "U" and unit.value != 1440 else day


def _is_a_day(at: At) -> bool:
    """Whether sat, sun or wed stands where a day does."""
    return at.before() in tuple("gatnFBArET|,&") or at.after() not in ("x", "z")


@BOOK.rule(r"([nt])?g?K", "ntK")
def _weekend(at: At) -> Made | None:
    return days.weekend(at.wall.date(), at.match[1])


@BOOK.rule(r"F?(N)[#>]?(?:\^[rT]?|[rTB&E])[ag]?(N)[#>]?[gO]?(M)[>=<~]?B?", "FN")
@BOOK.rule(r"F?M[gr]?(N)[#>]?(?:\^|r|T|B)B?(N)[#>]?(?:[<~]B?)?(M?)", "FM")
def _days_of_month(at: At) -> Made | None:
    first, last, named = at.number(1), at.number(2), at.match.start() + at.match[0].index("M")
    number = at.row[named].value
    if first is None or last is None or not isinstance(number, float) or first >= last or at.match[3] == "r":
        return None
    start = days.date_of(first, number, None, at.wall.date())
    end = days.date_of(last, number, start.first.year if start else None, at.wall.date())
    if start is None or end is None:
        return None
    return Days(start.first, end.first, unsure=start.unsure, named="date")


@BOOK.rule(r"(N)[>#]?[gO]?(M)[>=]?", "N")
@BOOK.rule(r"(N)[>#]?[gO]?(M)[>=]?,?(N)y?", "N")
def _day_and_month(at: At) -> Made | None:
    return _date(at, at.number(1), at.symbol(2))


@BOOK.rule(r"(N)(?=[#>]?[,|&]N[#>]?[gO]?(M))", "N")
def _one_of_days(at: At) -> Made | None:
    """27 или 28 ноября."""
    return _date(at, at.number(1), at.symbol(2))


@BOOK.rule(r"(M)[gr]?(N)[#>%=]?[UG]?", "M")
@BOOK.rule(r"(M)[gr]?(N)[#>%=]?[UG]?,?(N)y?", "M")
def _month_and_day(at: At) -> Made | None:
    number = at.symbol(2)
    if number.digits >= 3:
        return None
    return _date(at, at.number(2), at.symbol(1))


def _date(at: At, day: float | None, named: Symbol) -> Made | None:
    year = at.number(3) if at.match.re.groups == 3 else None
    if day is None or not isinstance(named.value, float) or (year is not None and at.symbol(3).digits != 4):
        return None
    return days.date_of(day, named.value, year, at.wall.date())


@BOOK.rule(r"[aint]{0,2}(M)>?", "aintM")
def _month_alone(at: At) -> Made | None:
    named = at.symbol(1)
    known = at.match[0][0] != "M" or at.match[0].endswith(">") or at.before() in ("F", "B")
    ascii_only = named.text.isascii() and named.language in ("hy", "ka", "kk")
    if ascii_only and at.row[at.match.start()].language != named.language:
        return None  # Martin is no month
    if not known or at.after() == "N" or not isinstance(named.value, float):
        return None
    return days.month(int(named.value), at.wall.date(), "n" if "n" in at.match[0] else None)


@BOOK.rule(r"([tn])[OU]%?[ga,]{0,3}(N)[#>]?[GU]?", "tn")
@BOOK.rule(r"(N)#?O?g?([tn])(U)", "N")
def _day_of_that_month(at: At) -> Made | None:
    """The 8th of this month, հաջորդ ամսի 5-ին."""
    behind = at.match.re.groups == 3
    which, number = at.match[2 if behind else 1], at.number(1 if behind else 2)
    unit = at.row[at.match.start() + 1] if not behind else at.symbol(3)
    if number is None or (unit.sign == "U" and unit.value != -1):
        return None
    month = days.next_month(at.wall.date(), which).first
    return days.date_of(number, month.month, month.year, at.wall.date())


@BOOK.rule(r"F(N)#?T(N)#?(?![oUzM$R])", "F")
def _numbers_of_days(at: At) -> Made | None:
    """С 25 по 30: days, where no hour is as late."""
    first, last = at.number(1), at.number(2)
    if first is None or last is None or not first < last or last <= 24:
        return None
    start = days.day_of_month(first, at.wall.date())
    end = days.day_of_month(last, start.first) if start is not None else None
    return Days(start.first, end.first, named="date") if start is not None and end is not None else None


@BOOK.rule(r"O(N)[#>]?[GU]?", "O")
@BOOK.rule(r"(N)[#>]?O", "N")
@BOOK.rule(r"(N)(#)[gOG]?>?", "N")
def _day_number(at: At) -> Made | None:
    """The 5th, ամսի 5-ին; a third floor is none, nor the thirtieth of February."""
    one, end = at.symbol(1), at.match.end()
    if "M" in (at.before(), at.after()):
        return None
    if at.match.re.groups == 2:
        counted = end < len(at.row) and at.row[end].sign == "x" and at.row[end].language is None
        if counted or at.after() == "z" or not (one.digits or (one.language == "ru" and at.after() not in ("x", ""))):
            return None
    value = at.number(1)
    return None if value is None else days.day_of_month(value, at.wall.date())


def _is_asked_for(at: At) -> bool:
    """Whether something near says that an hour is told."""
    around = at.before() in tuple("ahrFBAE&") or at.after() in tuple("DWPrR")
    return around or bool(at.match[1]) or at.near_before("DWMPVd")


@BOOK.rule("Z(>)?", "Z")
def _pair(at: At) -> Made | None:
    """12.30: an hour where it can be no date, or where an hour is asked for; else a date."""
    text = str(at.symbol(0).value)
    if at.after() in ("$", "z", "o", "U", "q", "×") and at.before() != "h":
        return None
    first, last = (int(part) for part in re.split("[./]", text))
    clock = clock_of_digits(first * 60 + last, text) if first <= 24 and last < 60 and "/" not in text else None
    clock = clock if len(text.rpartition(".")[2]) == 2 else None
    day = days.date_of(first, last, None, at.wall.date())
    if len(text) - max(text.find("."), text.find("/")) == 2 and not (at.before() in ("a", "i") or "/" in text):
        day = None
    if clock is not None and day is None and len(at.row) > _SHORT and not _is_asked_for(at):
        clock = replace(clock, unsure=True)
    if clock is None or day is None:
        return clock or (day if at.before() != "h" else None)
    near = "".join(one.sign for one in at.row[max(0, at.match.start() - 3) : at.match.start()])
    if at.match[1] or at.after() == "R" or near.endswith("h") or any(sign in near for sign in "DWP"):
        return Clock(clock.minute, clock.fixed, exact=True)
    if near.endswith("a") and last % 5 == 0:
        return Days(day.first, unsure=True, named="date")
    return day
