"""Rules of clock times, as they are said in five languages."""

import re
from dataclasses import replace
from typing import Final

from routing.understanding.entities import days
from routing.understanding.entities.frame import Clock, Moment
from routing.understanding.entities.rules import At, Item, Made, RuleBook
from routing.understanding.entities.symbols import Symbol

BOOK: Final = RuleBook()


def clock_of_digits(minute: int, text: str) -> Clock | None:
    if minute > 1440:
        return None
    return Clock(minute, fixed=minute >= 780 or text.startswith("0"), exact=True)


def _told(hour: float | None, minute: float = 0, unsure: bool = False) -> Clock | None:
    """A clock time by its hour; minutes below zero count back from it. None where there is no such hour."""
    if hour is None or hour != int(hour) or not 0 <= hour <= 24 or not -59 <= minute <= 59 or minute != int(minute):
        return None
    whole = int(hour) * 60 + int(minute)
    if 0 < hour <= 12 and whole < 60:
        whole += 720  # a quarter to one
    if not 0 <= whole <= 1440:
        return None
    return Clock(whole, fixed=whole >= 780 or (hour == 0 and minute >= 0), exact=minute != 0, unsure=unsure)


def hour_of(one: Symbol | Item, minute: float = 0) -> Clock | None:
    """A number as an hour: 3, 15, and 1530 in four digits; with its minutes."""
    if not isinstance(one.value, float) or one.value == float("inf"):
        return None
    if one.digits not in (3, 4):
        return _told(one.value, minute) if one.digits <= 2 else None
    hour, minute = divmod(int(one.value), 100)
    if not 0 < hour < 24 or minute % 5:
        return None
    return clock_of_digits(hour * 60 + minute, "0" if one.digits == 4 and hour < 10 else "") if minute < 60 else None


@BOOK.rule(r"(C)>?(R)?", "C")
def _digits(at: At) -> Made | None:
    text = str(at.symbol(1).value)
    hour, minute = (int(part) for part in re.split("[:։∶]", text))
    if hour > 24 or minute > 59:
        return None
    clock = clock_of_digits(hour * 60 + minute, text)
    return clock if clock is None or at.match[2] is None else _halved(clock, at.symbol(2))


@BOOK.rule(r"(N)(N)?o?(R)", "N")
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


@BOOK.rule(r"(H|Q|N)U?p(N)o?(R)?", "HQN")
def _past(at: At) -> Made | None:
    clock = _told(at.number(2), at.number(1) or 0)
    return clock if clock is None or not at.match[3] else _halved(clock, at.symbol(3))


@BOOK.rule(r"(Q|N)U?T(N)o?(R)?", "QN")
def _to(at: At) -> Made | None:
    """Ten to four: as good as from ten to four, but for a quarter."""
    minute, first = at.number(1), at.symbol(1)
    if minute not in (5.0, 10.0, 15.0, 20.0, 25.0) or (first.sign == "N" and at.before() in ("F", "E", "B")):
        return None
    if first.sign == "N" and (first.language != "en" if not first.digits else minute < 15):
        return None
    clock = _told(at.number(2), -minute, unsure=first.sign == "N" and minute in (5.0, 10.0))
    return clock if clock is None or not at.match[3] else _halved(clock, at.symbol(3))


@BOOK.rule(r"(H)(N)#?", "H")
def _half_of(at: At) -> Made | None:
    """Половина третьего is half past two; half three is half past three, in London at least."""
    if at.symbol(1).language == "ru":
        return _told(at.number(2), -30) if at.match[0].endswith("#") else None
    if at.symbol(1).language != "en":
        return None
    return _told(at.number(2), 30, unsure=True)


@BOOK.rule(r"(Q)(N)#", "Q")
@BOOK.rule(r"(N)U(N)#", "N")
def _of_the_hour(at: At) -> Made | None:
    hour = at.number(2)
    return None if hour is None else _told(hour - 1 or 12, at.number(1) or 0)


@BOOK.rule(r"m(Q|N)U?([N1])o?", "m")
def _without(at: At) -> Made | None:
    hour = 1.0 if at.symbol(2).sign == "1" else at.number(2)
    return _told(hour, -(at.number(1) or 0))


@BOOK.rule(r"(N)[>~%]?[xg]?b[xg]?(H|Q|N)U?>?", "N")
@BOOK.rule(r"(N)\^(N)U?s", "N")
def _and_minutes(at: At) -> Made | None:
    return _told(at.number(1), at.number(2) or 0)


@BOOK.rule(r"(N)&(N)U?>", "N")
def _and_so_much(at: At) -> Made | None:
    """ექვსი და ოცდაათზე."""
    return _told(at.number(1), at.number(2) or 0) if at.symbol(1).language == "ka" else None


@BOOK.rule(r"(N)(&)?(H)>?(?![Uo1z])", "N")
def _and_half(at: At) -> Made | None:
    """үш жарым, երեք ու կես; two and a half is no time."""
    language = at.symbol(3).language
    return _told(at.number(1), 30) if language == "hy" or (language == "kk" and not at.match[2]) else None


@BOOK.rule(r"(N)[>~=^]?[gx]?(Q|N)U?k", "N")
@BOOK.rule(r"(N)[=~>][gx]?k(Q|N)U?", "N")
def _lacking(at: At) -> Made | None:
    return _told(at.number(1), -(at.number(2) or 0))


@BOOK.rule(r"(Q|N)U?k(N)>?", "QN")
def _lacking_first(at: At) -> Made | None:
    return _told(at.number(2), -(at.number(1) or 0))


@BOOK.rule(r"(N)%(H)>?", "N")
@BOOK.rule(r"(N)%(N)U>?", "N")
def _georgian(at: At) -> Made | None:
    """სამის ნახევარი is half past two, სამის ათი წუთი ten past two."""
    hour = at.number(1)
    if hour is None or at.symbol(2).language not in ("ka", None):
        return None
    return _told(hour - 1 or 12, at.number(2) or 0)


@BOOK.rule(r"(N)%?o[>=]?(?:&?(N)(U)?>?)?[gia]{0,3}(P|q)?", "N")
def _oclock(at: At) -> Made | None:
    """3 часа, 3 საათზე, 16 часов 20 минут."""
    minute = at.number(2)
    if minute is not None and not (at.match[3] or at.symbol(2).digits == 2):
        return None
    clock = _told(at.number(1), minute or 0, unsure=_may_last(at))
    if clock is None or at.match[4] is None:
        return clock
    return replace(clock, part="afternoon" if at.match[4] == "q" else str(at.symbol(4).value))


def _may_last(at: At) -> bool:
    """3 часа may be how long it takes, or when, where nothing tells; 3 საათის შემდეგ after three, or in three hours."""
    if at.match[4] or at.near_before("DWMVdP"):
        return False
    if [one.sign for one in at.row[at.match.end() : at.match.end() + 2]] == ["%", "A"]:
        return True
    before = at.row[at.match.start() - 1] if at.match.start() else None
    said = before is not None and before.sign in "aABFTEhr" and before.value is None
    return not (
        said
        or ">" in at.match[0]
        or any(one.sign == "o" and one.language == "en" for one in at.row[at.match.start() : at.match.end()])
        or at.after() in ("^", "<", "D", "W")
    )


@BOOK.rule(r"(N)>", "N")
def _at_ending(at: At) -> Made | None:
    """3-ին may be the third, in Armenian, where nothing else tells."""
    one, clock = at.symbol(1), hour_of(at.symbol(1))
    if _means_else(at) and (one.language == "kk" or not at.near_before("DWMVdP")):
        return None
    armenian = at.row[at.match.end() - 1].language == "hy"
    if armenian and one.digits and at.before() not in ("h", "P"):
        if clock is None:
            number = at.number(1)
            return None if number is None else days.day_of_month(number, at.wall.date())
        return Clock(clock.minute, clock.fixed, clock.exact, unsure=not at.near_before("DWCPVM"))
    return clock


@BOOK.rule(r"(N)~(?![BN])", "N")
def _plain(at: At) -> Made | None:
    return None if _means_else(at) else hour_of(at.symbol(1))


def _means_else(at: At) -> bool:
    """Онда is then, бірге together, մեկին to somebody, ერთზე about one: hours only behind a word that says so."""
    one = at.symbol(1)
    return (
        not one.digits and one.value in (1.0, 10.0 if one.language == "kk" else 1.0) and at.before() not in ("h", "P")
    )


@BOOK.rule(r"(N)(N)?[>~]?([gia]{0,3})(P)[>%]?", "N")
def _in_part(at: At) -> Made | None:
    """7 вечера, nine in the morning."""
    clock = hour_of(at.symbol(1)) if at.match[2] is None else hour_of(at.symbol(1), at.number(2) or 0)
    english = all(one.language == "en" for one in at.row[at.match.start(3) : at.match.end(3)])
    return None if clock is None or not english else replace(clock, part=str(at.symbol(4).value))


@BOOK.rule(r"(N)q", "N")
def _by_day(at: At) -> Made | None:
    """3 дня: in the afternoon where an hour is asked for, else three days."""
    clock = hour_of(at.symbol(1))
    if at.before() not in tuple("aABFTDWP,r") or clock is None:
        return None
    if at.before() == "a" and at.row[at.match.start() - 1].value is not None:
        return None
    return Clock(clock.minute, clock.fixed, clock.exact, part="afternoon")


@BOOK.rule("X", "X")
def _constant(at: At) -> Made | None:
    minute = at.symbol(0).value
    return Clock(int(minute), fixed=True) if isinstance(minute, float) else None


@BOOK.rule("w", "w")
def _now(at: At) -> Made | None:
    return Moment(at.wall, "minute")
