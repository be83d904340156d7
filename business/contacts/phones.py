"""Phone numbers as people write them in our countries, kept as E.164 and shown as at home (package phonenumbers)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


@dataclass(frozen=True, slots=True)
class Phone:
    """``value``: E.164 (``+37477123456``); ``display``: as it is written at home, or with its country's code."""

    value: str
    display: str


def read_phone(stated: str, regions: Iterable[str], home: Iterable[str] | None = None) -> Phone | None:
    """What a person means by ``077 123456``; None for what is no number.

    ``regions``: ISO 3166-1 alpha-2 of the firm's countries, the likeliest first; the first in which the number exists
    counts. ``home``: those whose numbers are shown without the country's code, the same where not given. With its
    country's code any number of a right length will do: new prefixes come faster than releases.
    """
    tried = tuple(dict.fromkeys(region.upper() for region in regions))
    return _read(stated.strip(), tried, tried if home is None else tuple(sorted({one.upper() for one in home})))


@lru_cache(maxsize=2048)
def _read(stated: str, regions: tuple[str, ...], home: tuple[str, ...]) -> Phone | None:
    import phonenumbers as library  # 40 ms and 3 MB, and many a process never sees a phone

    if len(stated) > 60 or not any(letter.isdigit() for letter in stated):
        return None
    full = stated.startswith(("+", "\uff0b", "00"))
    for region in regions or ("ZZ",):
        try:
            number = library.parse(stated, region)
        except library.NumberParseException:
            continue
        likely = library.ValidationResult.IS_POSSIBLE
        if library.is_valid_number(number) or (full and library.is_possible_number_with_reason(number) == likely):
            number.extension = None
            return Phone(library.format_number(number, library.PhoneNumberFormat.E164), _style(number, home))
    return None


def show_phone(value: str, regions: Iterable[str]) -> str:
    """An E.164 number as people of these regions write it; anything else as it is."""
    return _show(value, tuple(dict.fromkeys(region.upper() for region in regions)))


@lru_cache(maxsize=2048)
def _show(value: str, regions: tuple[str, ...]) -> str:
    import phonenumbers as library

    try:
        number = library.parse(value, None)
    except library.NumberParseException:
        return value
    return _style(number, regions)


def _style(number: "PhoneNumber", regions: tuple[str, ...]) -> str:
    import phonenumbers as library

    home = library.region_code_for_number(number) in regions
    style = library.PhoneNumberFormat.NATIONAL if home else library.PhoneNumberFormat.INTERNATIONAL
    return library.format_number(number, style)
