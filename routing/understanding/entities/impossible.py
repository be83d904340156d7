"""Days and hours that there are not: the 31st of February, 25:99. What is no time is none of a message's times; who
answers may say so instead of taking another one for it."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from conversation.messages import Language
from routing.understanding.entities.symbols import Read, Symbol, read
from routing.understanding.entities.tokens import tokens_of

_LEAP_YEAR: Final = 2028
_YEARS: Final = range(1900, 2200)
_LONGEST: Final = 10_000
_KEPT: Final = 64


class Impossible(NamedTuple):
    """Where in the text it is said, and what it would be."""

    start: int
    end: int
    kind: Literal["day", "hour"]


def find_impossible(row: Sequence[Symbol]) -> list[Impossible]:
    """The days and hours of a row of symbols that no calendar and no clock has, in their order."""
    signs, found, place = "".join(one.sign for one in row), list[Impossible](), 0
    while place < len(row):
        place = _step(signs, row, place, found)
    return found


@lru_cache(maxsize=_KEPT)
def impossible_in(text: str, language: Language) -> tuple[tuple[str, Literal["day", "hour"]], ...]:
    """The same of a text whose writer is known to use a language: in his own words."""
    said: Read = read(tokens_of(text[:_LONGEST]), language)
    return tuple((text[one.start : one.end], one.kind) for one in find_impossible(said.symbols))


def _step(signs: str, row: Sequence[Symbol], place: int, found: list[Impossible]) -> int:
    """Looks at one place; where to go on."""
    for pattern, kind, is_none in _RULES:
        match = pattern.match(signs, place)
        if match is None:
            continue
        if is_none(match, row):
            begin = place + (signs[place] == "a")  # "at" is not of the hour
            found.append(Impossible(row[begin].start, row[match.end() - 1].end, kind))
        return match.end()
    return place + 1


def _whole(row: Sequence[Symbol], place: int) -> int | None:
    """A number of two digits at most, or in words."""
    one = row[place]
    if not isinstance(one.value, float) or one.value != one.value // 1 or one.digits > 2:
        return None
    return int(one.value)


def _is_no_date(day: int, month: int, year: int | None = None) -> bool:
    if year is not None and year not in _YEARS:
        return False  # another age is no mistake of the calendar
    return not 1 <= month <= 12 or not 1 <= day <= monthrange(year or _LEAP_YEAR, month)[1]


def _month_day(match: re.Match[str], row: Sequence[Symbol]) -> bool:
    day, month = _whole(row, match.start("day")), row[match.start("month")].value
    if day is None or not isinstance(month, float):
        return False
    year = None
    if match["year"]:
        one = row[match.start("year")]
        year = int(one.value) if isinstance(one.value, float) and one.digits == 4 else None
    return _is_no_date(day, int(month), year)


def _of_month(match: re.Match[str], row: Sequence[Symbol]) -> bool:
    day = _whole(row, match.start("day"))
    return day is not None and not 1 <= day <= 31


def _written(match: re.Match[str], row: Sequence[Symbol]) -> bool:
    text = str(row[match.start()].value)
    parts = [int(one) for one in re.split("[./-]", text)]
    if len(text) >= 8 and text[4] == "-":
        return _is_no_date(parts[2], parts[1], parts[0])
    year = parts[2] + 2000 if parts[2] < 100 else parts[2]
    turned = "/" in text and not _is_no_date(parts[1], parts[0], year)
    return _is_no_date(parts[0], parts[1], year) and not turned


def _pair(match: re.Match[str], row: Sequence[Symbol]) -> bool:
    """31.02, where it can be no hour and nothing is counted."""
    parts = re.fullmatch(r"(30|31)\.(0[1-9]|1[0-2])", str(row[match.start()].value))
    return parts is not None and _is_no_date(int(parts[1]), int(parts[2]))


def _clock(match: re.Match[str], row: Sequence[Symbol]) -> bool:
    hour, minute = (int(one) for one in re.split("[:։∶]", str(row[match.start()].value))[:2])
    return minute > 59 or hour * 60 + minute > 1440


def _hour(match: re.Match[str], row: Sequence[Symbol]) -> bool:
    hour = _whole(row, match.start("hour"))
    return hour is not None and hour > 24


_Check = Callable[[re.Match[str], Sequence[Symbol]], bool]
_RULES: Final[tuple[tuple[re.Pattern[str], Literal["day", "hour"], _Check], ...]] = (
    (re.compile("d"), "day", _written),
    (re.compile("Z(?![$zoUq×])"), "day", _pair),
    (re.compile("C"), "hour", _clock),
    (re.compile("(?P<day>N)[>#]?[gO]?(?P<month>M)[>=]?(?:,?(?P<year>N)y?(?![>#UoMR]))?"), "day", _month_day),
    (
        re.compile("(?P<month>M)[gr]?(?P<day>N)[#>%=]?(?![#>%=gO]*M|[Uo1q$zR×])(?:,?(?P<year>N)y?(?![>#UoMR]))?"),
        "day",
        _month_day,
    ),
    (re.compile("O(?P<day>N)[#>]?(?!M)"), "day", _of_month),
    (re.compile("(?P<day>N)[#>]?O(?!M)"), "day", _of_month),
    (re.compile("a(?P<hour>N)[o1]>?"), "hour", _hour),
    (re.compile("h(?P<hour>N)>?"), "hour", _hour),
    (re.compile("(?P<hour>N)(?:o>|o?R)"), "hour", _hour),
)
