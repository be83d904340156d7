"""Phone numbers in a text, with their country's code or as they are dialled at home."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from business.contacts.phones import read_phone
from routing.understanding.entities.lexicon import look_up
from routing.understanding.entities.symbols import CURRENCY_SIGNS

_LEAST_DIGITS: Final = 8
_MOST_DIGITS: Final = 15
_CARD_DIGITS: Final = 16
"""So many in a row are a card's."""
_DATES: Final = re.compile(
    r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}[:։∶]\d{2})(?!\d)"
)
_RUN: Final = re.compile(r"(?<![\w+])(?:\+|00)?[ (]{0,2}\d(?:[ \u00a0().\-–‑/]{0,3}\d){6,18}(?!\w)")
_FOLLOWING: Final = re.compile(r"[ \u00a0]?([^\W\d_]{1,20}|[^\w\s])")
_GROUP: Final = re.compile(r"\S+")
_MOST_GROUPS: Final = 8


class PhoneFound(NamedTuple):
    """``value``: E.164."""

    start: int
    end: int
    value: str


def find_phones(text: str, country: str) -> list[PhoneFound]:
    """The phones of a text. ``country``: ISO 3166-1 alpha-2, whose numbers need no code. Dates are no phones."""
    if sum(map(text.count, "0123456789")) < _LEAST_DIGITS:
        return []
    plain = _DATES.sub(lambda match: "x" * len(match[0]), text)
    return [phone for match in _RUN.finditer(plain) for phone in _phones_in(plain, match, country)]


def _is_counted(text: str, end: int) -> bool:
    """Whether a currency stands behind a number."""
    word = _FOLLOWING.match(text, end)
    if word is None:
        return False
    return word[1] in CURRENCY_SIGNS or any(one.emits[0][0] == "$" for one in look_up(word[1]).readings)


def _phones_in(text: str, run: re.Match[str], country: str) -> Iterator[PhoneFound]:
    """The longest groups of a run that are a number; an hour or a count may stand in front of it or behind."""
    if run[0].lstrip(" (")[0] != "+" and sum(one.isdigit() for one in run[0]) >= _CARD_DIGITS:
        return
    groups = [(run.start() + one.start(), run.start() + one.end()) for one in _GROUP.finditer(run[0])]
    first = 0
    while first < min(len(groups), _MOST_GROUPS):
        for last in range(min(len(groups), first + _MOST_GROUPS), first, -1):
            start, end = groups[first][0], groups[last - 1][1]
            digits = sum(one.isdigit() for one in text[start:end])
            if not _LEAST_DIGITS <= digits <= _MOST_DIGITS:
                continue
            phone = read_phone(text[start:end], (country,))
            if phone is not None and not _is_counted(text, end):
                yield PhoneFound(start, end, phone.value)
                first = last
                break
        else:
            first += 1
