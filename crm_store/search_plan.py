"""What a query asks for: conditions on keys, from the surest to the most forgiving. Pure; see ``search_key``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from conversation.layouts import other_layouts
from conversation.search_key import (
    digits_of,
    fold,
    loose_beginnings,
    plate_key,
    unfinished,
)

QUERY_CHARS: Final = 100
MOST_WORDS: Final = 8
_MOST_SPELLINGS: Final = 6
_RAW_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ`՚՛՞՜\u0300-\u036f]+[^\W_]*)*")
_PHONE = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*\Z")

Kind = Literal["word", "start", "part"]
"""A whole word, the beginning of one, or any part of the column's text."""


class Has(NamedTuple):
    """A column of keys holds something."""

    column: str
    kind: Kind
    text: str

    @property
    def wanted(self) -> str:
        """The characters to be found in the column: every word there has two spaces before it and one behind."""
        return {"word": f"  {self.text} ", "start": f"  {self.text}", "part": self.text}[self.kind]


AnyOf = tuple[Has, ...]
AllOf = tuple[AnyOf, ...]
Plan = tuple[AllOf, ...]
"""Any of these alternatives, each of which needs all of its clauses, each of which needs any of its conditions."""


def column_text(words: Iterable[str]) -> str:
    """Words as a column of keys holds them."""
    joined = "".join(f"  {word}" for word in words)
    return joined + " " if joined else ""


def satisfies(columns: Mapping[str, str], plan: Plan) -> bool:
    """Whether keys fulfil a plan: what the store's index answers, asked of one row."""
    return any(
        all(any(one.wanted in columns[one.column] for one in clause) for clause in alternative) for alternative in plan
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as typed, or as it would be on another keyboard layout."""

    words: tuple[str, ...]
    """As written, without the signs around them."""

    @classmethod
    def of(cls, text: str) -> "Reading":
        """The words of a text; none where it has no letter and no digit."""
        found = _RAW_WORD.findall(text)
        return cls(tuple(word for word in found if fold(word))[:MOST_WORDS])

    def starts(self) -> list[tuple[str, ...]]:
        """For each word the exact keys that a found word may begin with."""
        return [_starts(word) for word in self.words]


@lru_cache(maxsize=256)
def _starts(word: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for spelling in (word, unfinished(word)):
        if spelling is not None:
            found.update(dict.fromkeys(fold(spelling).split()[:1]))
    if word[-1:] in "yY" and len(word) > 2:
        found[fold(word[:-1])] = None
    return tuple(key for key in found if key)


_HABITS: Final = (("kh", "ks"), ("kh", "h"), ("ks", "kh"), ("zh", "j"), ("j", "zh"), ("dzh", "j"), ("ts", "c"))


def habitual(starts: tuple[str, ...]) -> tuple[str, ...]:
    """These keys and what they are where the text was romanised by another habit (messages keep one key only)."""
    found = dict.fromkeys(starts)
    for start in starts:
        for one, other in _HABITS:
            if one in start and len(found) < _MOST_SPELLINGS and len(start) > 2:
                found[start.replace(one, other)] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Tier:
    """One plan for contacts; ``fields`` that it speaks of are shown first."""

    name: Literal["word", "start", "phone", "other", "loose", "layout", "part"]
    plan: Plan


_OTHERS = ("names", "others", "codes")


@lru_cache(maxsize=64)
def contact_tiers(query: str) -> tuple[Tier, ...]:
    """Plans in the order of their worth: whole words of the name, beginnings, phone and code, the rest of the card,
    other romanisations, other keyboard layouts, parts of words."""
    query = query[:QUERY_CHARS]
    reading = Reading.of(query)
    if not reading.words:
        return ()
    starts = reading.starts()
    short = len("".join(reading.words)) < 3
    tiers = [
        Tier("word", (_each("names", "word", [one[:1] for one in starts]),)),
        Tier("start", (_each("names", "start", starts),)),
        Tier("phone", _numbers(query)),
        Tier("other", (tuple(_anywhere(word, keys) for word, keys in zip(reading.words, starts, strict=True)),)),
        Tier("loose", (_loose(reading),)),
    ]
    if not short:
        layouts = [Reading.of(text) for text in other_layouts(query)]
        alternatives = [plan for one in layouts if one.words for plan in _of_layout(one)]
        tiers.append(Tier("layout", tuple(alternatives)))
        tiers.append(Tier("part", (_parts(reading, starts),)))
    return tuple(tier for tier in tiers if tier.plan and all(tier.plan))


def message_plan(query: str) -> Plan:
    """The plan for messages: each word begins a word of the text, as typed or on another layout."""
    query = query[:QUERY_CHARS]
    reading = Reading.of(query)
    readings = [reading]
    if len("".join(reading.words)) >= 3:
        readings += [Reading.of(text) for text in other_layouts(query)]
    found: dict[AllOf, None] = {}
    for one in readings:
        if one.words:
            found[_each("body", "start", [habitual(keys) for keys in one.starts()])] = None
    return tuple(found)


def _each(column: str, kind: Kind, keys: list[tuple[str, ...]]) -> AllOf:
    return tuple(tuple(Has(column, kind, key) for key in some) for some in keys)


def _anywhere(word: str, starts: tuple[str, ...]) -> AnyOf:
    found = [Has(column, "start", key) for column in _OTHERS for key in starts]
    if word.isdecimal():
        found.append(Has("digits", "start", digits_of(word) or "0"))
    return tuple(found)


def _of_layout(reading: Reading) -> list[AllOf]:
    exact: AllOf = tuple(
        tuple(Has(column, "start", key) for column in ("names", "others") for key in keys) for keys in reading.starts()
    )
    loose = _loose(reading)
    return [exact, loose] if loose else [exact]


def _loose(reading: Reading) -> AllOf:
    """None where a key has shrunk to one letter of several (ha is a): that finds too many."""
    found = tuple(
        tuple(Has("loose", "start", key) for key in loose_beginnings(word) if len(key) > 1 or len(fold(word)) == 1)
        for word in reading.words
    )
    return found if all(found) else ()


def _parts(reading: Reading, starts: list[tuple[str, ...]]) -> AllOf:
    clauses = []
    for word, keys in zip(reading.words, starts, strict=True):
        kind: Kind = "part" if len(keys[0]) > 2 else "start"
        clause = [Has(column, kind, key) for column in _OTHERS for key in keys if len(key) > 2 or kind == "start"]
        if word.isdecimal() and kind == "part":
            clause.append(Has("digits", "part", digits_of(word) or word))
        clauses.append(tuple(clause))
    return tuple(clauses)


def _numbers(query: str) -> Plan:
    """A phone written in any way, a plate, a code."""
    alternatives: list[AllOf] = []
    if _PHONE.match(query):
        alternatives = [
            ((Has("digits", "part" if len(digits) > 2 else "start", digits),),) for digits in phone_beginnings(query)
        ]
    code = plate_key(query)
    if any(one.isdigit() for one in code):
        alternatives.append(((Has("codes", "part" if len(code) > 2 else "start", code),),))
    return _of_one_index(alternatives)


def _of_one_index(alternatives: list[AllOf]) -> Plan:
    """Alternatives of a plan are asked of one index: parts of any length cannot be asked of the index of words."""
    parts = [one for one in alternatives if one[0][0].kind == "part"]
    return tuple(parts or alternatives)


def phone_beginnings(query: str) -> tuple[str, ...]:
    """Digits to look for: as typed, and without what is dialled inside a country only (0, or 8 before ten digits)."""
    digits = digits_of(query)
    found = {digits: None}
    if "+" not in query:
        found[digits.lstrip("0")] = None
        if digits.startswith("8"):
            found[digits[1:]] = None
    return tuple(one for one in found if len(one) > 2 or (one and one == digits))
