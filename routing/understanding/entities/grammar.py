"""First step: symbols that belong together become items: a day (e), a clock time (c), a moment (j).

A rule is a pattern over the signs of ``lexicon`` and what to make of it. Rules are tried at each place in their order,
those first that begin with its sign; none is longer than a dozen symbols, so that the work grows with the text's length
and no faster.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from routing.understanding.entities import days
from routing.understanding.entities.frame import Clock, Days, Moment
from routing.understanding.entities.symbols import Symbol

Made = Days | Clock | Moment
BARE: Final = frozenset("zU$%MHVGo1")
"""A number before one of these is no hour by itself."""


class Item(NamedTuple):
    """``sign``: e, c, j, or a symbol's own where nothing was made of it."""

    sign: str
    start: int
    end: int
    value: Days | Clock | Moment | float | str | None
    language: str | None = None
    digits: int = 0


class At(NamedTuple):
    """Where a rule is tried: the match over the signs, the symbols, the firm's wall time."""

    match: re.Match[str]
    row: list[Symbol]
    wall: datetime

    def symbol(self, group: int) -> Symbol:
        """The symbol of a group; it must have matched."""
        return self.row[self.match.start(group)]

    def number(self, group: int) -> float | None:
        """The number of a group: a quarter is 15, a half 30; None where the group is empty."""
        if self.match[group] is None:
            return None
        one = self.symbol(group)
        if one.sign in "QH":
            return 15.0 if one.sign == "Q" else 30.0
        return one.value if isinstance(one.value, float) else None

    def before(self) -> str:
        """The sign in front, or nothing."""
        place = self.match.start()
        return self.row[place - 1].sign if place else ""

    def after(self) -> str:
        """The sign behind, or nothing."""
        place = self.match.end()
        return self.row[place].sign if place < len(self.row) else ""


Build = Callable[[At], Made | None]
_RULES: Final[dict[str, list[tuple[re.Pattern[str], Build]]]] = defaultdict(list)


def _rule(pattern: str, first: str) -> Callable[[Build], Build]:
    compiled = re.compile(pattern)

    def keep(build: Build) -> Build:
        for sign in first:
            _RULES[sign].append((compiled, build))
        return build

    return keep


# --- durations
# -------------------------------------------------------------------------------------------------------------


def _ahead(at: At, count: float, unit: Symbol) -> Made | None:
    minutes = {"q": 1440.0, "V": 10080.0}.get(unit.sign, unit.value)
    if not isinstance(minutes, float) or count < 0 or count == float("inf"):
        return None
    day = days.later(at.wall.date(), count, minutes)
    if day is not None:
        return Days(day)
    if minutes < 0 or not 0 < count * minutes <= 525_600:
        return None
    whole = minutes == 60 and count == int(count)
    return Moment(at.wall + timedelta(minutes=int(count * minutes)), "hour" if whole else "minute")


@_rule(r"i[gu]{0,2}(?:(N)(H)?|(H)[gu]{0,2}N?)?([Uo1Vq])(?:&u?(H))?(?:F[wD])?", "i")
def _in_so_much(at: At) -> Made | None:
    count = at.number(1)
    if count is None and at.match[3] is None and at.symbol(4).language == "en" and "u" not in at.match[0]:
        return None
    count = (1.0 if count is None else count) + (0.5 if at.match[2] or at.match[5] else 0)
    return _ahead(at, 0.5 if at.match[3] else count, at.symbol(4))


@_rule(r"([Uo1q])i(N)", "Uo1q")
def _turned_about(at: At) -> Made | None:
    count = at.number(2)
    return None if count is None else _ahead(at, count, at.symbol(1))


@_rule(r"(?:(N)(H)?|(H)|u)?([Uo1Vq])(?:(\^)A?|/|%?A|F(?:w|D)|i(?![NU1o]))", "NHuUo1Vq")
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


@_rule("d", "d")
def _written(at: At) -> Made | None:
    return days.written(str(at.symbol(0).value), at.wall.date(), american=True)


@_rule("D", "D")
def _from_today(at: At) -> Made | None:
    offset = at.symbol(0).value
    return Days(at.wall.date() + timedelta(days=int(offset))) if isinstance(offset, float) else None


@_rule(r"([nt])g?([UV])[/%>g~]{0,2}[ag,]{0,2}(W)>?[UG]?", "nt")
@_rule(r"W>?[ag]{0,2}([nt])([UV])[/%>]?", "WV")
def _day_of_week(at: At) -> Made | None:
    if not _is_week(at.symbol(2)):
        return None
    named = at.symbol(3) if at.match.re.groups > 2 else at.symbol(0)
    return days.week(at.wall.date(), at.match[1], int(named.value or 1)) if isinstance(named.value, float) else None


@_rule(r"([nt])g?([UV])[/>]?(?![GU])", "nt")
def _whole_week(at: At) -> Made | None:
    unit = at.symbol(2)
    if unit.value == -1:
        return days.next_month(at.wall.date(), at.match[1])
    if unit.value == 1440 and at.match[1] == "n":
        return None
    return days.week(at.wall.date(), at.match[1]) if _is_week(unit) else None


def _is_week(unit: Symbol) -> bool:
    return unit.sign == "V" or unit.value == 10080


@_rule(r"([ntl])?g?([WV])(?!/)>?(?:[UG](?!\^)>?)?", "ntlWV")
def _weekday(at: At) -> Made | None:
    number = at.symbol(2).value
    if at.match[1] == "l" or not isinstance(number, float):
        return None
    return days.weekday(int(number), at.wall.date(), at.match[1])


@_rule(r"([nt])?g?K", "ntK")
def _weekend(at: At) -> Made | None:
    return days.weekend(at.wall.date(), at.match[1])


@_rule(r"F?(N)[#>]?(?:\^[rT]?|[rTB&E])[ag]?(N)[#>]?[gO]?(M)[>=<~]?B?", "FN")
@_rule(r"F?M[gr]?(N)[#>]?(?:\^|r|T|B)B?(N)[#>]?(?:[<~]B?)?(M?)", "FM")
def _days_of_month(at: At) -> Made | None:
    first, last, named = at.number(1), at.number(2), at.match.start() + at.match[0].index("M")
    number = at.row[named].value
    if first is None or last is None or not isinstance(number, float) or first >= last or "r" == at.match[3]:
        return None
    start = days.date_of(first, number, None, at.wall.date())
    end = days.date_of(last, number, start.first.year if start else None, at.wall.date())
    if start is None or end is None:
        return None
    return Days(start.first, end.first, unsure=start.unsure, named="date")


@_rule(r"(N)[>#]?[gO]?(M)[>=]?(?:,?(N)y?)?", "N")
def _day_and_month(at: At) -> Made | None:
    return _date(at, at.number(1), at.symbol(2), 3)


@_rule(r"(M)[gr]?(N)[#>%=]?[UG]?(?:,?(N)y?)?", "M")
def _month_and_day(at: At) -> Made | None:
    number = at.symbol(2)
    if number.digits >= 3:
        return None
    return _date(at, at.number(2), at.symbol(1), 3)


def _date(at: At, day: float | None, named: Symbol, group: int) -> Made | None:
    if day is None or not isinstance(named.value, float):
        return None
    year = at.number(group) if at.match[group] and at.symbol(group).digits == 4 else None
    return days.date_of(day, named.value, year, at.wall.date())


@_rule(r"[aint]{0,2}(M)>?", "aintM")
def _month_alone(at: At) -> Made | None:
    named = at.symbol(1)
    known = at.match[0][0] != "M" or at.match[0].endswith(">") or at.before() in ("F", "B")
    if not known or at.after() == "N" or not isinstance(named.value, float):
        return None
    return days.month(int(named.value), at.wall.date(), "n" if "n" in at.match[0] else None)


@_rule(r"O(N)[#>]?[GU]?", "O")
@_rule(r"(N)[#>]?O", "N")
@_rule(r"(N)#[gOG]?>?", "N")
def _day_number(at: At) -> Made | None:
    one = at.symbol(1)
    plain = at.match.re.pattern.startswith("(N)#")
    if plain and (at.after() in ("z", "x") and one.language == "en" or (not one.digits and one.language != "ru")):
        return None
    if plain and (at.after() == "z" or (not one.digits and at.after() in ("x", ""))):
        return None
    value = at.number(1)
    return None if value is None else days.day_of_month(value, at.wall.date())


@_rule("Z(>)?", "Z")
def _pair(at: At) -> Made | None:
    """12.30: an hour where it can be no date, or where an hour is asked for; else a date."""
    text = str(at.symbol(0).value)
    if at.after() in ("$", "z", "o", "U", "q", "×") and at.before() != "h":
        return None
    first, last = (int(part) for part in re.split("[./]", text))
    clock = _clock(first * 60 + last, text) if first <= 24 and last < 60 and "/" not in text else None
    clock = clock if len(text.rpartition(".")[2]) == 2 else None
    day = days.date_of(first, last, None, at.wall.date())
    if len(text) - max(text.find("."), text.find("/")) == 2 and not (at.before() in ("a", "i") or "/" in text):
        day = None
    if clock is None or day is None:
        return clock or (day if at.before() != "h" else None)
    near = "".join(one.sign for one in at.row[max(0, at.match.start() - 3) : at.match.start()])
    if at.match[1] or at.after() == "R" or near.endswith("h") or any(sign in near for sign in "DWP"):
        return Clock(clock.minute, clock.fixed, exact=True)
    if near.endswith("a") and last % 5 == 0:
        return Days(day.first, unsure=True, named="date")
    return day


# --- clock times
# -------------------------------------------------------------------------------------------------------------


def _clock(minute: int, text: str) -> Clock | None:
    if minute > 1440:
        return None
    return Clock(minute, fixed=minute >= 780 or text.startswith("0"), exact=True)


def _told(hour: float | None, minute: float = 0, unsure: bool = False) -> Clock | None:
    """A clock time by its hour; minutes below zero count back from it. None where there is no such hour."""
    if hour is None or hour != int(hour) or not 0 <= hour <= 24 or not -59 <= minute <= 59 or minute != int(minute):
        return None
    whole = int(hour) * 60 + int(minute)
    if hour <= 12 and whole < 60:
        whole += 720  # half past twelve, a quarter to one
    if not 0 <= whole <= 1440:
        return None
    return Clock(whole, fixed=whole >= 780 or (hour == 0 and minute >= 0), exact=minute != 0, unsure=unsure)


def hour_of(one: Symbol | Item) -> Clock | None:
    """A number as an hour: 3, 15, and 1530 in four digits."""
    if not isinstance(one.value, float) or one.value == float("inf"):
        return None
    if one.digits in (3, 4):
        hour, minute = divmod(int(one.value), 100)
        text = "0" if one.digits == 4 and one.value < 1000 else ""
        return _clock(hour * 60 + minute, text) if hour < 24 and minute < 60 and minute % 5 == 0 and hour else None
    return _told(one.value) if one.digits <= 2 else None


@_rule(r"(C)>?(R)?", "C")
def _digits(at: At) -> Made | None:
    text = str(at.symbol(1).value)
    hour, minute = (int(part) for part in re.split("[:։∶]", text))
    if hour > 24 or minute > 59:
        return None
    clock = _clock(hour * 60 + minute, text)
    return clock if clock is None or at.match[2] is None else _halved(clock, at.symbol(2))


@_rule(r"(N)(N)?o?(R)", "N")
def _with_half(at: At) -> Made | None:
    clock = hour_of(at.symbol(1))
    if at.match[2]:
        clock = _told(at.number(1), at.number(2) or 0)
    return None if clock is None else _halved(clock, at.symbol(3))


def _halved(clock: Clock, half: Symbol) -> Clock:
    if clock.minute >= 780:
        return clock
    minute = clock.minute % 720 + (720 if half.value == "pm" else 0)
    return Clock(minute, fixed=True, exact=clock.exact)


@_rule(r"(H|Q|N)U?p(N)", "HQN")
def _past(at: At) -> Made | None:
    return _told(at.number(2), at.number(1) or 0)


@_rule(r"(Q|N)U?T(N)", "QN")
def _to(at: At) -> Made | None:
    """Ten to four: as good as from ten to four, but for a quarter."""
    minute, first = at.number(1), at.symbol(1)
    if minute not in (5.0, 10.0, 15.0, 20.0, 25.0) or at.before() in ("F", "E", "B") or first.language != "en":
        return None
    return _told(at.number(2), -minute, unsure=first.sign == "N" and minute in (5.0, 10.0))


@_rule(r"(H)(N)#?", "H")
def _half_of(at: At) -> Made | None:
    """Половина третьего is half past two; half three is half past three, in London at least."""
    if at.symbol(1).language == "ru":
        return _told(at.number(2), -30) if at.match[0].endswith("#") else None
    if at.symbol(1).language != "en":
        return None
    return _told(at.number(2), 30, unsure=True)


@_rule(r"(Q)(N)#", "Q")
@_rule(r"(N)U(N)#", "N")
def _of_the_hour(at: At) -> Made | None:
    hour = at.number(2)
    return None if hour is None else _told(hour - 1 or 12, at.number(1) or 0)


@_rule(r"m(Q|N)U?(N)o?", "m")
def _without(at: At) -> Made | None:
    return _told(at.number(2), -(at.number(1) or 0))


@_rule(r"(N)[>~+]?[xg]?b[xg]?(H|Q|N)U?>?", "N")
@_rule(r"(N)\^(N)U?s", "N")
@_rule(r"(N)(?:&|F)?(H)>?(?![Uo1z])", "N")
def _and_minutes(at: At) -> Made | None:
    return _told(at.number(1), at.number(2) or 0)


@_rule(r"(N)[>~=^]?[gx]?(Q|N)U?k", "N")
@_rule(r"(N)[=~>][gx]?k(Q|N)U?", "N")
def _lacking(at: At) -> Made | None:
    return _told(at.number(1), -(at.number(2) or 0))


@_rule(r"(Q|N)U?k(N)>?", "QN")
def _lacking_first(at: At) -> Made | None:
    return _told(at.number(2), -(at.number(1) or 0))


@_rule(r"(N)%(H)>?", "N")
@_rule(r"(N)%(N)U>?", "N")
def _georgian(at: At) -> Made | None:
    """სამის ნახევარი is half past two, სამის ათი წუთი ten past two."""
    hour = at.number(1)
    if hour is None or at.symbol(2).language not in ("ka", None):
        return None
    return _told(hour - 1 or 12, at.number(2) or 0)


@_rule(r"(N)%?o[>=]?(?:&?(N)(U)?>?)?", "N")
def _oclock(at: At) -> Made | None:
    """3 часа, 3 საათზე, 16 часов 20 минут."""
    minute = at.number(2)
    if minute is not None and not (at.match[3] or at.symbol(2).digits == 2):
        return None
    return _told(at.number(1), minute or 0)


@_rule(r"(N)>", "N")
def _at_ending(at: At) -> Made | None:
    """3-ին may be the third, in Armenian, where nothing else tells."""
    one, clock = at.symbol(1), hour_of(at.symbol(1))
    armenian = at.row[at.match.end() - 1].language == "hy"
    if armenian and one.digits and at.before() not in ("h", "P"):
        clear = any(other.sign in "DWCPVM" for other in at.row[: at.match.start()])
        if clock is None:
            return None if one.value is None else days.day_of_month(float(one.value), at.wall.date())
        return Clock(clock.minute, clock.fixed, clock.exact, unsure=not clear)
    return clock


@_rule(r"(N)~(?![BN])", "N")
@_rule(r"(N)(?=[>~]?g?P)", "N")
def _plain(at: At) -> Made | None:
    return hour_of(at.symbol(1))


@_rule(r"(N)q", "N")
def _by_day(at: At) -> Made | None:
    """3 дня: in the afternoon where an hour is asked for, else three days."""
    clock = hour_of(at.symbol(1))
    if at.before() not in tuple("aABFTDWP,r") or clock is None:
        return None
    if at.before() == "a" and at.row[at.match.start() - 1].value is not None:
        return None
    return Clock(clock.minute, clock.fixed, clock.exact, part="afternoon")


@_rule("X", "X")
def _constant(at: At) -> Made | None:
    minute = at.symbol(0).value
    return Clock(int(minute), fixed=True) if isinstance(minute, float) else None


@_rule("w", "w")
def _now(at: At) -> Made | None:
    return Moment(at.wall, "minute")


# --- the row
# -------------------------------------------------------------------------------------------------------------

_PREFIX: Final = re.compile("[ah][ahg]{0,2}")
_ENDS: Final = frozenset((",", ".", "&", "|", ""))


def itemize(row: list[Symbol], wall: datetime) -> list[Item]:
    """The symbols of a text with what belongs together made one item."""
    signs = "".join(one.sign for one in row)
    found: list[Item] = []
    place = 0
    while place < len(row):
        item, end = _item_at(signs, row, place, wall, found)
        found.append(item)
        place = end
    return found


def _item_at(signs: str, row: list[Symbol], place: int, wall: datetime, found: list[Item]) -> tuple[Item, int]:
    made, end = _made_at(signs, row, place, wall)
    if made is not None:
        return _item(made, row, place, end), end
    one = row[place]
    if one.sign in "ah":
        prefix = _PREFIX.match(signs, place)
        start = prefix.end() if prefix else place + 1
        if start < len(row):
            made, end = _made_at(signs, row, start, wall)
            if isinstance(made, Clock):
                return _item(made, row, place if one.sign == "h" else start, end), end
            if signs[start] == "N" and made is None and _may_be_hour(signs, start, one):
                clock = hour_of(row[start])
                if clock is not None:
                    begins = place + signs[place:start].index("h") if "h" in signs[place:start] else start
                    return _item(clock, row, begins, start + 1), start + 1
    if one.sign == "N" and _is_wanted(signs, place, found):
        clock = hour_of(one)
        if clock is not None:
            return _item(clock, row, place, place + 1), place + 1
    return Item(one.sign, one.start, one.end, one.value, one.language, one.digits), place + 1


def _may_be_hour(signs: str, place: int, prefix: Symbol) -> bool:
    after = signs[place + 1 : place + 2]
    return after not in BARE or (prefix.sign == "h" and after in ("%", "U"))


def _is_wanted(signs: str, place: int, found: list[Item]) -> bool:
    """A bare number is an hour behind a part of the day, and behind a day where nothing follows."""
    last = next((one.sign for one in reversed(found[-3:]) if one.sign not in ",agh"), "")
    after = signs[place + 1 : place + 2]
    if last == "P":
        return after not in BARE
    return last == "e" and bool(found) and found[-1].sign in "eag" and after in _ENDS


def _made_at(signs: str, row: list[Symbol], place: int, wall: datetime) -> tuple[Made | None, int]:
    for pattern, build in _RULES.get(signs[place], ()):
        match = pattern.match(signs, place)
        if match is not None:
            made = build(At(match, row, wall))
            if made is not None:
                return made, match.end()
    return None, place


def _item(made: Made, row: list[Symbol], place: int, end: int) -> Item:
    sign = "e" if isinstance(made, Days) else "c" if isinstance(made, Clock) else "j"
    last = end - 1
    while last > place and row[last].sign in "ag,":
        last -= 1
    first = place
    while first < last and row[first].sign in "aFg":
        first += 1
    return Item(sign, row[first].start, row[last].end, made, row[first].language)
