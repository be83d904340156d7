"""Sums of money as our countries write them: digits in threes, then the sign, no-break spaces between (package babel).

``5 000 ֏``, ``120.50 ₾``, ``5 000 ₸``. Sums are whole numbers of the currency's smallest units. How many of those make
one is CLDR's word, through Babel; the signs and the spaces are our own rules, the same in all five languages.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

SPACE: Final = "\u00a0"
_SIGNS: Final = {
    "AMD": "֏",
    "AZN": "₼",
    "BYN": "Br",
    "EUR": "€",
    "GBP": "£",
    "GEL": "₾",
    "KZT": "₸",
    "RUB": "₽",
    "UAH": "₴",
    "USD": "$",
}
_OF_COUNTRY: Final = {"AM": "AMD", "GE": "GEL", "KZ": "KZT", "RU": "RUB"}
_WORDS: Final = {
    "դր": "AMD",
    "դր.": "AMD",
    "դրամ": "AMD",
    "դրամի": "AMD",
    "dram": "AMD",
    "драм": "AMD",
    "драмов": "AMD",
    "лари": "GEL",
    "ლარი": "GEL",
    "ლ": "GEL",
    "lari": "GEL",
    "тг": "KZT",
    "тг.": "KZT",
    "тенге": "KZT",
    "теңге": "KZT",
    "tenge": "KZT",
    "руб": "RUB",
    "руб.": "RUB",
    "рублей": "RUB",
    "р.": "RUB",
}
_BLANKS: Final = " \u00a0\u202f\u2009'’"
_AMOUNT: Final = re.compile(rf"([+\-\u2212]?)\s*(\d[\d.,{_BLANKS}]*\d|\d)")


@dataclass(frozen=True, slots=True)
class Money:
    """``minor``: in the currency's smallest units; ``currency``: ISO 4217. Raises ValueError for one there is not."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        digits_of(self.currency)


@cache
def currency_of(country: str) -> str:
    """What is paid with in a country (ISO 3166-1 alpha-2) today; dollars where nobody knows."""
    if country in _OF_COUNTRY:
        return _OF_COUNTRY[country]
    from babel.numbers import get_territory_currencies  # as below

    return next(iter(get_territory_currencies(country)), "USD") if country else "USD"


@cache
def digits_of(currency: str) -> int:
    """How many digits a currency's smallest units take: 2 for most, 0 for yen. Raises ValueError for none."""
    from babel.core import get_global  # 50 ms and 8 MB, for those who deal in money
    from babel.numbers import get_currency_precision

    if currency not in get_global("all_currencies"):
        raise ValueError(f"{currency!r} is no currency")
    return int(get_currency_precision(currency))


def format_money(money: Money) -> str:
    """``5 000 ֏``: no fraction where it is zero. A currency without a sign of its own shows its code."""
    digits = digits_of(money.currency)
    whole, rest = divmod(abs(money.minor), 10**digits)
    text = f"{whole:,}".replace(",", SPACE) + (f".{rest:0{digits}}" if rest else "")
    return f"{'−' if money.minor < 0 else ''}{text}{SPACE}{_SIGNS.get(money.currency, money.currency)}"


def parse_money(text: str, currency: str) -> Money:
    """A sum as somebody typed it: ``5000``, ``5 000 ֏``, ``120,50``, ``1.234,56``, ``$ 20``.

    ``currency``: where none is named. The last point or comma parts the fraction, unless exactly three digits follow
    it and a currency of two digits is meant. Raises ValueError for anything that is no sum.
    """
    text = text.strip()
    match = _AMOUNT.search(text)
    if match is None:
        raise ValueError(f"{text!r} is no sum of money")
    named = (text[: match.start()] + " " + text[match.end() :]).split()
    if len(named) > 1:
        raise ValueError(f"{text!r} is no sum of money")
    currency = _currency_of(named[0]) if named else currency
    digits = digits_of(currency)
    whole, fraction = _split(match[2], digits)
    minor = int(whole) * 10**digits + int((fraction + "0" * digits)[:digits] or "0")
    return Money(minor if match[1] in {"", "+"} else -minor, currency)


def _currency_of(word: str) -> str:
    by_sign = {sign: code for code, sign in _SIGNS.items()}
    found = by_sign.get(word) or _WORDS.get(word.casefold()) or word.upper()
    digits_of(found)
    return found


def _split(amount: str, digits: int) -> tuple[str, str]:
    """Whole and fraction of an amount. Raises ValueError where its groups are not of three digits."""
    plain = amount.translate(dict.fromkeys(map(ord, _BLANKS), " "))
    at = max(plain.rfind("."), plain.rfind(","))
    whole, fraction = (plain, "") if at < 0 else (plain[:at], plain[at + 1 :])
    mark = plain[at] if at >= 0 else ""
    if at >= 0 and (plain.count(mark) > 1 or (len(fraction) == 3 and digits != 3)):
        whole, fraction = plain, ""
    groups = re.split(r"[ .,]", whole)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise ValueError(f"{amount!r} is no sum of money")
    if fraction and (not fraction.isdigit() or len(fraction) > digits):
        raise ValueError(f"{amount!r} is no sum of money")
    return "".join(groups), fraction
