"""The five languages: which one a visitor wants, what it is called, and how it counts (Unicode CLDR plural rules)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, get_args

from conversation.messages import Json, Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

OWN_NAMES: Final[dict[Language, str]] = {
    "hy": "Հայերեն",
    "ka": "ქართული",
    "kk": "Қазақша",
    "ru": "Русский",
    "en": "English",
}
"""What each language calls itself, for language switches."""

_CODES: Final[dict[str, Language]] = {
    **{code: code for code in LANGUAGES},
    "hye": "hy",
    "hyw": "hy",
    "arm": "hy",
    "kat": "ka",
    "geo": "ka",
    "kaz": "kk",
    "rus": "ru",
    "eng": "en",
}
"""ISO 639-1, 639-2 (both kinds) and 639-3 codes of the five, Western Armenian counted as Armenian."""

_NEXT_BEST: Final[tuple[Language, ...]] = ("ru", "en")
"""Where something has no form in a reader's language he gets it in one of these, if it has it, else in any."""
_HEADER_LIMIT = 1000
_RANGE = re.compile(r"\s*([A-Za-z0-9*_.-]{1,40})\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?\Z")


def parse_tag(tag: str) -> Language | None:
    """The language of a BCP 47 tag or a locale name (``hy-AM``, ``kk_KZ.UTF-8``, ``kat``), None for any other."""
    return _CODES.get(re.split("[-_.]", tag.strip(), maxsplit=1)[0].lower())


def negotiate(wanted: str | None, accept_language: str | None, default: Language) -> Language:
    """The stated language, else the best of an ``Accept-Language`` header (RFC 9110, 12.5.4), else the default.

    Takes whatever a stranger sent; never raises.
    """
    stated = parse_tag(wanted) if wanted else None
    if stated is not None:
        return stated
    return max(_accepted(accept_language or ""), key=lambda found: found[1], default=(default, 0.0))[0]


def form_in(forms: Mapping[str, Json], language: Language) -> str:
    """The form that a name kept by language (``{"hy": "...", "ru": "..."}``) has for a reader; empty where it has
    none at all."""
    for one in form_order(language):
        form = forms.get(one)
        if form:
            return str(form)
    return ""


def form_order(language: Language) -> tuple[Language, ...]:
    """The languages in which ``form_in`` looks, in its order."""
    return tuple(dict.fromkeys((language, *_NEXT_BEST, *LANGUAGES)))


def _accepted(header: str) -> Iterator[tuple[Language, float]]:
    for item in header[:_HEADER_LIMIT].split(","):
        match = _RANGE.match(item)
        language = parse_tag(match[1]) if match else None
        weight = float(match[2] or 1) if match else 0.0
        if language is not None and weight > 0:
            yield language, weight


def plural_category(language: Language, count: float) -> str:
    """The CLDR plural category of a count: ``one``, ``few``, ``many`` or ``other``."""
    return _PLURALS[language](abs(count))


def plural_categories(language: Language) -> tuple[str, ...]:
    """All categories a language tells apart; ``other`` is the last of them and always there."""
    return ("one", "few", "many", "other") if language == "ru" else ("one", "other")


def _armenian(count: float) -> str:
    return "one" if count < 2 else "other"


def _exactly_one(count: float) -> str:
    return "one" if count == 1 else "other"


def _russian(count: float) -> str:
    if count % 1:
        return "other"
    last, last_two = count % 10, count % 100
    if last == 1 and last_two != 11:
        return "one"
    return "few" if 2 <= last <= 4 and not 12 <= last_two <= 14 else "many"


_PLURALS: Final[dict[Language, Callable[[float], str]]] = {
    "hy": _armenian,
    "ka": _exactly_one,
    "kk": _exactly_one,
    "ru": _russian,
    "en": _exactly_one,
}
