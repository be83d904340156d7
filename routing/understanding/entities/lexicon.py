"""The words of time in five languages, read from ``tables``, by their script-neutral keys.

A line of a table is ``SYMBOL [value] [SYMBOL [value] ...] : form form ...``. A form is one word, or several joined by
``_``; a word of all five languages' letters stands under one key, so that завтра and zavtra are one. ``{w}`` in a form
adds the module's endings of that name. Roles at the end of a form or an ending say what its case means:

    >  at (3-ին, 3-ზე, 3-те)     ^  from (3-ից, 3-დან, 3-тен)     <  until (3-მდე)      %  of (3-ის)
    ~  to (3-ке, kk)             =  to (3-ს, ka)                  /  within (3 დღეში)   #  ordinal (5-го, 5th, 5-і)

Symbols: C clock, N number, d date, D day from today, W weekday, M month, P part of the day (f: before its hour
only), X noon or midnight, U unit (minutes; -1 month), o hour of the clock, 1 Russian час, V Saturday or week (hy),
Sunday or week (ka), G day, H half, Q quarter, n next, t this, l last, i in, A after, B before, F from, T to, E
between, p past (en), b past (hy), s past (kk, behind), m to (ru), k to (behind), g filling, a at, h hour (before),
& and, | or, R am or pm, Y any time, K weekend, w now, u an, y year, O of the month, q дня, $ currency, × thousand
(behind a number), z what is counted, ! not, x any other word (moved: to another time), - a word that means nothing.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from types import ModuleType
from typing import Final, NamedTuple

from conversation.messages import Language
from routing.understanding.entities.tables import en, hy, ka, kk, ru
from routing.understanding.entities.tokens import Script, key_of, latin_keys, script_of

ROLES: Final = "><^%~=/#+"
Emit = tuple[str, float | str | None]
_TABLES: Final[dict[Language, ModuleType]] = {"hy": hy, "ka": ka, "kk": kk, "ru": ru, "en": en}
_SCRIPTS: Final[dict[Script, frozenset[Language]]] = {
    "armenian": frozenset({"hy"}),
    "georgian": frozenset({"ka"}),
    "cyrillic": frozenset({"ru", "kk", "hy", "ka"}),
    "latin": frozenset({"en", "ru", "hy", "ka", "kk"}),
    "other": frozenset(),
}
_ALSO: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "hy": (("ը", "ի"), ("ղ", "խ")),
    "kk": (("ң", "нг"), ("ә", "е"), ("ү", "и")),
    "ka": (),
    "ru": (),
    "en": (),
}
"""Other habits of writing a letter, so that վաղը is also vakhi."""
_GUESSED: Final = frozenset("DWMPK")
"""Only such words are known in spite of a typing mistake."""
_LEAST_GUESSED: Final = 5


class Reading(NamedTuple):
    """One meaning of a word: its language and what it stands for, symbols with their values."""

    language: Language
    emits: tuple[Emit, ...]


class Phrase(NamedTuple):
    """The keys after the first, and the meaning of all."""

    rest: tuple[str, ...]
    reading: Reading


class Lexicon(NamedTuple):
    """Words by their letters, words and phrases by their (first) key, endings of numbers; and the keys of words of
    time, by what is left of them without one letter."""

    exact: dict[str, tuple[Reading, ...]]
    words: dict[str, tuple[Reading, ...]]
    phrases: dict[str, tuple[Phrase, ...]]
    endings: dict[str, tuple[Reading, ...]]
    shortened: dict[str, tuple[str, ...]]


@cache
def lexicon() -> Lexicon:
    """All tables, read once, at the first use: a fifth of a second."""
    exact: dict[str, dict[Reading, None]] = defaultdict(dict)
    words: dict[str, dict[Reading, None]] = defaultdict(dict)
    phrases: dict[str, dict[Phrase, None]] = defaultdict(dict)
    endings: dict[str, dict[Reading, None]] = defaultdict(dict)
    for language, table in _TABLES.items():
        for form, emits in _entries(table):
            reading = Reading(language, emits)
            exact[form][reading] = None
            for keys in _keys(form, language):
                if len(keys) == 1:
                    words[keys[0]][reading] = None
                else:
                    phrases[keys[0]][Phrase(keys[1:], reading)] = None
        for line in table.SUFFIXES.strip().splitlines():
            role, *forms = line.split()
            for form in forms:
                roles = form[len(form.rstrip(ROLES)) :] or role
                ending = Reading(language, _roles(roles))
                exact["-" + form.rstrip(ROLES)][ending] = None
                for keys in _keys(form.rstrip(ROLES), language):
                    endings[keys[0]][ending] = None
    shortened: dict[str, dict[str, None]] = defaultdict(dict)
    for key, readings in words.items():
        if len(key) >= _LEAST_GUESSED and any(reading.emits[0][0] in _GUESSED for reading in readings):
            for less in _without_one(key):
                shortened[less][key] = None
    return Lexicon(
        {form: tuple(found) for form, found in exact.items()},
        {key: tuple(found) for key, found in words.items()},
        {key: tuple(sorted(found, key=lambda one: -len(one.rest))) for key, found in phrases.items()},
        {key: tuple(found) for key, found in endings.items()},
        {key: tuple(found) for key, found in shortened.items()},
    )


def _roles(text: str) -> tuple[Emit, ...]:
    return tuple((role, None) for role in text if role != "+")


def _entries(table: ModuleType) -> list[tuple[str, tuple[Emit, ...]]]:
    """Forms with what they stand for: words, number words, ordinals."""
    found: list[tuple[str, tuple[Emit, ...]]] = []
    endings: dict[str, str] = table.ENDINGS
    for line in table.WORDS.strip().splitlines():
        head, _, forms = line.partition(":")
        emits = _emits(head)
        for form in forms.split():
            found += [(plain, emits + _roles(roles)) for plain, roles in _inflected(form, endings)]
    cases = {"c": getattr(table, "CASES", ""), "v": getattr(table, "CASES_V", ""), "": ""}
    joined: dict[str, str] = getattr(table, "JOINED", {})
    for line in table.NUMBERS.strip().splitlines():
        head, _, forms = line.partition(":")
        value = float(head)
        for form in forms.split():
            for plain, roles in _inflected(form, cases):
                found.append((plain, (("N", value), *_roles(roles))))
                if value < 20 and value == int(value):
                    found += [
                        (tens + plain, (("N", int(ten) + value), *_roles(roles)))
                        for ten, tens in joined.items()
                        if value < 10 or table is ka
                    ]
    for line in table.ORDINALS.strip().splitlines():
        head, _, forms = line.partition(":")
        found += [(form, (("N", float(head)), ("#", None))) for form in forms.split()]
        if table is ru:  # полтретьего
            found += [("пол" + form, (("H", None), ("N", float(head)), ("#", None))) for form in forms.split()]
    return found


def _emits(head: str) -> tuple[Emit, ...]:
    found: list[Emit] = []
    for part in head.split():
        if len(part) == 1 and not (part.isdigit() and found and found[-1][1] is None):
            found.append((part, None))
        else:
            found[-1] = (found[-1][0], float(part) if part.strip("-").replace(".", "").isdigit() else part)
    return tuple(found)


def _inflected(form: str, endings: dict[str, str]) -> list[tuple[str, str]]:
    stem, brace, name = form.partition("{")
    if not brace:
        plain = form.rstrip(ROLES) or form
        return [(plain, form[len(plain) :])]
    found = []
    for ending in endings[name.rstrip("}")].split("|"):
        plain = ending.rstrip(ROLES)
        found.append((stem + plain, ending[len(plain) :]))
    return found


def _keys(form: str, language: Language) -> list[tuple[str, ...]]:
    """The keys of a form's words, by each habit of writing."""
    spelled = {form: None}
    for letter, other in _ALSO[language]:
        spelled.update({one.replace(letter, other): None for one in list(spelled) if letter in one})
    found: dict[tuple[str, ...], None] = {}
    for one in spelled:
        keys = tuple(key_of(part) for part in re.split("[_-]", one) if part)
        if keys and all(keys):
            found[keys] = None
    return list(found)


def _without_one(key: str) -> set[str]:
    return {key} | {key[:place] + key[place + 1 :] for place in range(1, len(key))}


class Word(NamedTuple):
    """A word as it is known: its keys, its readings in languages its script allows, its endings of a number."""

    keys: tuple[str, ...]
    readings: tuple[Reading, ...]
    guessed: bool
    endings: tuple[Reading, ...]


@lru_cache(maxsize=8192)
def look_up(word: str) -> Word:
    """What a word may mean. A word with a mistake in one letter is known where it can only be one word of time."""
    script = script_of(word)
    allowed = _SCRIPTS[script]
    keys = latin_keys(word) if script == "latin" else (key_of(word),)
    book = lexicon()
    plain = word.casefold()
    readings = _both(
        book.exact.get(plain, ()), [one for key in keys for one in book.words.get(key, ())], allowed, len(plain) < 6
    )
    endings = _both(book.exact.get("-" + plain, ()), book.endings.get(keys[0], ()), allowed)
    guessed = False
    if not readings and len(keys[0]) >= _LEAST_GUESSED:
        near = _near(keys[0], book, allowed)
        guessed = bool(near)
        readings = near
    return Word(keys, tuple(dict.fromkeys(readings)), guessed, tuple(dict.fromkeys(endings)))


def _both(
    exact: Sequence[Reading], by_key: Sequence[Reading], allowed: frozenset[Language], short: bool = False
) -> list[Reading]:
    """A word by its letters goes before words that only sound alike, in its language. Short English words do not sound
    alike: then is not ten."""
    spelled = {one.language for one in exact} | ({"en"} if short else set())
    return [one for one in exact if one.language in allowed] + [
        one for one in by_key if one.language in allowed and one.language not in spelled
    ]


def _near(key: str, book: Lexicon, allowed: frozenset[Language]) -> list[Reading]:
    """Readings of the one word of time that is a letter away; none where there are several, or none."""
    found: dict[str, None] = {}
    for less in _without_one(key):
        for near in book.shortened.get(less, ()):
            if _one_apart(key, near):
                found[near] = None
    readings = [one for near in found for one in book.words[near] if one.language in allowed]
    meant = [one for one in readings if one.emits[0][0] in _GUESSED]
    return meant if len({one.emits[:1] for one in meant}) == 1 else []


def _one_apart(one: str, other: str) -> bool:
    """Whether two keys that begin alike differ by a letter: one more, one less, another, or two changed about."""
    if one[0] != other[0]:
        return False
    place = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ends = (one[place:], other[place:])
    if len(one) == len(other):
        return ends[0][1:] == ends[1][1:] or ends[0] == ends[1][1::-1] + ends[1][2:]
    return ends[0][1:] == ends[1] or ends[0] == ends[1][1:]
