"""What the words of an imported row become: phones as E.164, e-mails casefolded, days as ISO dates, whole names."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

from business.contacts.names import compose_name, order_of
from business.contacts.phones import read_phone
from conversation.language import OWN_NAMES, parse_tag
from conversation.messages import Language

_EMAIL: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}\Z")
_SPACED: Final = re.compile(r"\s+")
_SCIENCE: Final = re.compile(r"\+?\d(?:[.,]\d+)?[eе]\+?\d{1,2}\Z", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\d+[.,]0+\Z")
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?:[T ].*)?\Z"),
    re.compile(r"(?P<d>\d{1,2})[-./ ](?P<m>\d{1,2})[-./ ](?P<y>\d{4})(?:[ г].*)?\Z"),
    re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<s>\d{2})\Z"),
    re.compile(r"--?(?P<m>\d{2})-(?P<d>\d{2})\Z"),
    re.compile(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})\.?\Z"),
)
_LANGUAGE_WORDS: Final[dict[str, Language]] = {
    **{name.casefold(): code for code, name in OWN_NAMES.items()},
    **dict.fromkeys(("armenian", "армянский", "арм"), "hy"),
    **dict.fromkeys(("georgian", "грузинский", "груз"), "ka"),
    **dict.fromkeys(("kazakh", "казахский", "каз", "қаз"), "kk"),
    **dict.fromkeys(("russian", "рус", "русский язык", "ռուսերեն", "რუსული", "орыс", "орысша"), "ru"),
    **dict.fromkeys(("английский", "англ", "անգլերեն", "ინგლისური", "ағылшын", "ағылшынша"), "en"),
}


@lru_cache(maxsize=4096)
def to_phone(text: str, country: str) -> tuple[str, str] | None:
    """A phone as (E.164, how people of the country write it); None for what is none.

    ``country``: ISO 3166-1 alpha-2, for numbers without their country's code. Numbers that a spreadsheet made of it
    (7.7011234567E10, 77123456.0) are taken as they were meant.
    """
    plain = _undo_spreadsheet(text.strip().lstrip("'"))
    found = read_phone(plain, [country])
    if found is None and plain.isdecimal() and len(plain) >= 11 and not plain.startswith("0"):
        found = read_phone(f"+{plain}", [country])  # in full, its plus lost on the way
    return None if found is None else (found.value, found.display)


def _undo_spreadsheet(text: str) -> str:
    if _SCIENCE.match(text):
        mantissa, _, exponent = text.lower().replace("е", "e").replace(",", ".").lstrip("+").partition("e")
        whole, _, fraction = mantissa.partition(".")
        digits = whole + fraction
        return digits.ljust(len(whole) + int(exponent), "0") if len(fraction) <= int(exponent) else text
    return re.split("[.,]", text)[0] if _WHOLE.match(text) else text


def to_email(text: str) -> tuple[str, str] | None:
    """An e-mail address as (casefolded, as written); None for what is none."""
    written = text.strip().removeprefix("mailto:").strip("<>")
    return (written.casefold(), written) if len(written) <= 254 and _EMAIL.match(written) else None


def to_day(text: str, *, future: bool = False) -> str | None:
    """A day as YYYY-MM-DD, or --MM-DD where no year is said; None for what is none (with ``future`` off: or not yet
    come). Day before month, as all our countries write it."""
    plain = text.strip()
    for form in _DATES:
        match = form.match(plain)
        if match is not None:
            return _to_day(match.groupdict(), future)
    return None


def _to_day(said: dict[str, str], future: bool) -> str | None:
    today = date.today()  # noqa: DTZ011  # a birthday is a day of the calendar, without a zone
    try:
        if "y" not in said and "s" not in said:
            date(2000, int(said["m"]), int(said["d"]))
            return f"--{int(said['m']):02}-{int(said['d']):02}"
        year = int(said["y"]) if "y" in said else 2000 + int(said["s"])
        year -= 100 if "s" in said and year > today.year else 0
        day = date(year, int(said["m"]), int(said["d"]))
    except ValueError:
        return None
    return day.isoformat() if future or date(1850, 1, 1) <= day <= today else None


def to_language(text: str) -> Language | None:
    """One of the five languages by its code or its name in any of them; None for another."""
    word = text.strip().casefold()
    return _LANGUAGE_WORDS.get(word) or (parse_tag(word) if word.isascii() else None)


def to_country(text: str) -> str | None:
    """An ISO 3166-1 alpha-2 code; None for what phone numbers know no country by."""
    import phonenumbers  # takes 40 ms to import, and many a process never sees a phone

    code = text.strip().upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


def one_line(text: str) -> str:
    """A name as it is kept: composed letters, single spaces, no line breaks."""
    return _SPACED.sub(" ", unicodedata.normalize("NFC", text)).strip()


def put_name_together(given: str, family: str, patronymic: str, country: str) -> str:
    """The name to show, in the order of the country."""
    return compose_name(given, family, patronymic, order_of(country))
