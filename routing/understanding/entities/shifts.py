"""How far from another time something is to be: "an hour later", "на неделю раньше", "the same time". What time that is
only the talk knows: the visit that is moved, or the hour that was offered. "In an hour" is from now, and none of these.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from conversation.messages import Language
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.readings import readings_of
from routing.understanding.entities.symbols import Read, Symbol, read
from routing.understanding.entities.times import find_times
from routing.understanding.entities.tokens import Token, key_of, tokens_of
from routing.understanding.understood import Entity, Shift

_LONGEST: Final = 10_000
_MINUTES_MOST: Final = 525_600
_DAY_MIN: Final = 1440
_WEEK_MIN: Final = 10_080
_MONTHS_MOST: Final = 60


def _keys(*lines: str) -> frozenset[str]:
    return frozenset(key_of(one) for line in lines for one in line.split())


def _phrases(*lines: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(key_of(part) for part in one.split()) for line in lines for one in line.split(","))


_WAYS: Final[dict[str, frozenset[str]]] = {
    "+": _keys(
        "later позже попозже позднее попозднее",
        "ուշ ուշացնել ուշացրեք ush გვიან მოგვიანებით gvian mogvianebit",
        "кейін кейінірек кейінге соң кеш кешірек keyin keiin keyinirek keyinge son kesh keshirek",
    ),
    "-": _keys(
        "earlier sooner раньше пораньше ранее",
        "շուտ վաղ shut ადრე adre ерте ертерек бұрын бұрынырақ erte erterek buryn",
    ),
    "@": _keys(
        "postpone delay push отложить отложите отложи отложим отодвинуть отодвиньте",
        "հետաձգել հետաձգեք հետաձգենք hetadzgel hetadzgeq გადავდოთ გადავდო გადადეთ გადადება gadavdot gadadet",
        "шегеру шегеріңіз shegeru",
    ),
    "*": _keys("ավելի aveli უფრო ufro"),
}
"""Later, earlier, to put off, more: the signs that such words have here."""
_AHEAD: Final[dict[str, str]] = {
    **dict.fromkeys(_keys("вперёд вперед"), "+"),
    **dict.fromkeys(_keys("назад"), "-"),
}
"""These count behind на: час назад is an hour ago."""
_BEHIND_BY: Final[dict[str, str]] = {**dict.fromkeys(_keys("հետո heto"), "+"), **dict.fromkeys(_keys("առաջ araj"), "-")}
"""These count behind the Armenian "by": մեկ ժամ հետո is an hour from now."""
_SAME: Final = _phrases(
    "same time,same hour,то же время,тоже время,то же самое время,это же время,том же времени,тот же час",
    "նույն ժամին,նույն ժամ,նույն ժամի,նույն ժամը,նույն ժամանակ,նույն ժամանակին",
    "იმავე დროს,იმავე დრო,იგივე დროს,იგივე დრო,ამავე დროს,იმავე საათზე,იგივე საათზე,იმავე საათს,იმავე დროისთვის",
    "сол уақытта,сол уақытқа,сол уақыт,осы уақытта,осы уақытқа,сол сағатта,сол сағатқа,бұрынғы уақытта,сол мезгілде",
)
_NEXT_DAY: Final = _phrases(
    "next day,following day,следующий день,հաջորդ օրը,հաջորդ օր,შემდეგ დღეს,მომდევნო დღეს,მეორე დღეს",
    "келесі күні,келесі күнге",
)
_DAY_BEFORE: Final = _phrases("previous day,предыдущий день,նախորդ օրը,წინა დღეს,алдыңғы күні")
_TELLING: Final = frozenset(
    {key for way in "+-@" for key in _WAYS[way]}.union(
        _AHEAD, _BEHIND_BY, (phrase[0] for phrase in (*_SAME, *_NEXT_DAY, *_DAY_BEFORE))
    )
)
"""Words of which there is one in whatever says how far: without any there is nothing to look for."""
_AMOUNT: Final = (
    r"(?:(?P<half>H)[gu]{0,2}|(?P<one>u)|(?P<count>N)(?P<more>&?u?H)?)?(?P<unit>[Uo1VqG])(?P<and>&u?H)?[~=]?"
)
_BEFORE: Final = re.compile(rf"(?P<on>a?){_AMOUNT}\*?(?:(?P<way>[-+])(?![NCXh])|x{{0,2}}(?P<off>@))")
_BEHIND: Final = re.compile(rf"(?:(?P<way>[-+])\*?(?P<on>[aB])|(?P<off>@)[xg]{{0,4}}?(?P<by>[aBg]?)){_AMOUNT}")


class _Place(NamedTuple):
    start: int
    end: int
    minutes: float = 0.0
    months: int = 0


def find_shift(text: str, frame: Frame) -> Shift | None:
    """How far from another time a message says that something is to be, the first of it; None where it does not. Pure;
    takes any text, and never raises."""
    tokens = tokens_of(text[:_LONGEST])
    if _TELLING.isdisjoint(key_of(one.text) for one in tokens):
        return None
    said = read(tokens, frame.language)
    place = _same(tokens, said.symbols) or next(_amounts(said), None)
    if place is None:
        return None
    days, minutes = divmod(abs(place.minutes), _DAY_MIN)
    sign = -1 if place.minutes < 0 else 1
    beside = _beside(text, said, place, frame)
    return Shift(sign * int(minutes), sign * int(days), place.months, beside)


def _beside(text: str, said: Read, place: _Place, frame: Frame) -> tuple[Entity, ...]:
    """The times that are named beside it: "tomorrow at the same time"."""
    rest = [Symbol("x", one.start, one.end) if place.start <= one.start < place.end else one for one in said.symbols]
    found = find_times(Read(rest, said.language), frame)
    return tuple(
        Entity("time", text[one.start : one.end], one.start, one.end, one.value.as_json(), one.value, readings)
        for one in found
        for readings in [readings_of(one.value, frame)]
    )


def _same(tokens: Sequence[Token], row: Sequence[Symbol]) -> _Place | None:
    """The same hour, the next day."""
    words = [one for one in tokens if one.kind == "word"]
    keys = tuple(key_of(one.text) for one in words)
    days = {one.start for one in row if one.sign == "D" and one.end - one.start > len(one.text)}
    for known, minutes in ((_SAME, 0), (_NEXT_DAY, _DAY_MIN), (_DAY_BEFORE, -_DAY_MIN)):
        for first in range(len(words)):
            for phrase in known:
                last = first + len(phrase)
                if keys[first:last] == phrase and words[first].start not in days:
                    return _Place(words[first].start, words[last - 1].end, minutes)
    return None


def _amounts(said: Read) -> Iterator[_Place]:
    row = said.symbols
    signs = "".join(_sign(row, place) for place in range(len(row)))
    if not any(way in signs for way in "+-@"):
        return
    for pattern in (_BEFORE, _BEHIND):
        for match in pattern.finditer(signs):
            made = _amount(match, row)
            if made is not None:
                yield made


def _sign(row: Sequence[Symbol], place: int) -> str:
    one = row[place]
    if one.sign in "N|" or (one.sign in "AB" and one.end - one.start != len(one.text)):
        return one.sign  # or later, no later than
    key, before = key_of(one.text), row[place - 1] if place else one
    if key in _BEHIND_BY and before.language == "hy" and key_of(before.text).endswith("ov"):
        return _BEHIND_BY[key]
    if key in _AHEAD:
        on = [other for other in row[max(0, place - 3) : place] if other.sign == "a" and other.value == 1]
        return _AHEAD[key] if on else one.sign
    return next((sign for sign, known in _WAYS.items() if key in known), one.sign)


def _amount(match: re.Match[str], row: Sequence[Symbol]) -> _Place | None:
    unit = row[match.start("unit")]
    size = {"V": _WEEK_MIN, "q": _DAY_MIN, "G": _DAY_MIN}.get(unit.sign, unit.value)
    count = _count(match, row, unit)
    if not isinstance(size, int | float) or count is None:
        return None
    way = -1 if match["way"] == "-" else 1
    start, end = row[match.start()].start, row[match.end() - 1].end
    if size == -1:
        whole = count == int(count) and count <= _MONTHS_MOST
        return _Place(start, end, months=way * int(count)) if whole else None
    minutes = count * size
    if minutes != int(minutes) or not 0 < minutes <= _MINUTES_MOST:
        return None
    return _Place(start, end, way * minutes)


def _count(match: re.Match[str], row: Sequence[Symbol], unit: Symbol) -> float | None:
    """How many of the unit; None where none was said that counts: "at 3 hours, earlier I cannot"."""
    groups = match.groupdict()
    on = row[match.start("on")] if groups.get("on") else None
    if on is not None and on.value != 1:
        return None
    if on is None and match.start() and row[match.start() - 1].sign in "hi" and not groups.get("by"):
        return None
    if _is_georgian(unit.language) and not key_of(unit.text).endswith("it"):
        return None  # საათით is by hours
    half = 0.5 if match["more"] or match["and"] else 0.0
    if match["half"]:
        return 0.5
    if match["count"]:
        one = row[match.start("count")]
        return one.value + half if isinstance(one.value, float) and one.value <= _MINUTES_MOST else None
    whole = bool(match["one"] or on is not None or groups.get("by")) or unit.value in (30.0, 90.0)
    return 1.0 + half if whole else None


def _is_georgian(language: Language | None) -> bool:
    return language == "ka"
