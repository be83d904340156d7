"""Sums of money in a text: a number with a currency's word or sign, or so many thousand of the firm's own currency."""

import re
from typing import Final, NamedTuple

from business.money import Money, digits_of, parse_money
from routing.understanding.entities.symbols import Symbol

_NUMBER: Final = r"\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_BEHIND: Final = re.compile(rf"(?<![\d.,])({_NUMBER})\s{{0,2}}\Z")
_AHEAD: Final = re.compile(rf"\s{{0,2}}({_NUMBER})(?!\d)")
_WINDOW: Final = 30
"""Characters that a sum in digits takes at most."""
_MOST: Final = 10**13


class SumFound(NamedTuple):
    """A sum said between ``start`` and ``end``."""

    start: int
    end: int
    value: Money


def find_sums(text: str, row: list[Symbol], currency: str) -> list[SumFound]:
    """The sums of a text. ``currency``: ISO 4217, of thousands without one ("5 հազար")."""
    found: list[SumFound] = []
    free = 0
    for place, one in enumerate(row):
        made: SumFound | None = None
        if one.sign == "$" and isinstance(one.value, str):
            made = _before(text, row, place, one.value, free) or _behind(text, row, place, one.value)
        elif _is_thousands(row, place):
            made = _of(one.value, one.start, one.end, currency)
        if made is not None and made.start >= free:
            found.append(made)
            free = made.end
    return found


def _before(text: str, row: list[Symbol], place: int, currency: str, free: int) -> SumFound | None:
    """5 000 драм, пять тысяч драм, 12,50 լարի."""
    one = row[place]
    back = place - 1
    if back > 0 and row[back].sign in ".r" and one.start - row[back].end <= 1:
        back -= 1  # тыс. драм
    named = row[back] if back >= 0 else None
    if named is not None and named.sign == "N" and (not named.digits or named.language is not None):
        return _of(named.value, named.start, one.end, currency)
    begin = max(free, one.start - _WINDOW)
    match = _BEHIND.search(text[begin : one.start])
    return None if match is None else _parsed(match[1], begin + match.start(1), one.end, currency)


def _behind(text: str, row: list[Symbol], place: int, currency: str) -> SumFound | None:
    """$20, ֏ 5000."""
    one = row[place]
    match = _AHEAD.match(text[one.end : one.end + _WINDOW])
    if match is None or one.language is not None:
        return None
    named = row[place + 1]
    if named.sign == "N" and named.language is not None:
        return _of(named.value, one.start, named.end, currency)
    return _parsed(match[1], one.start, one.end + match.end(1), currency)


def _is_thousands(row: list[Symbol], place: int) -> bool:
    one = row[place]
    if one.sign != "N" or one.language is None or not isinstance(one.value, float) or one.value < 1000:
        return False
    after = "".join(other.sign for other in row[place + 1 : place + 3]).removeprefix(".")[:1]
    return after not in ("$", "z") and (one.digits > 0 or one.value > 1000)


def _of(value: float | str | None, start: int, end: int, currency: str) -> SumFound | None:
    if not isinstance(value, float) or value >= _MOST:
        return None
    return SumFound(start, end, Money(round(value * 10 ** digits_of(currency)), currency))


def _parsed(amount: str, start: int, end: int, currency: str) -> SumFound | None:
    try:
        money = parse_money(amount, currency)
    except ValueError:
        return None
    return SumFound(start, end, money) if money.minor < _MOST else None
