"""Public holidays of a country, from the PyPI package ``holidays``; one country's module is read when first asked."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from conversation.messages import Language


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int, language: Language | None = None) -> dict[date, str]:
    """Days off by date, with their names: in the language where the country has it, else in English, else its own.

    ``country``: ISO 3166-1 alpha-2; one that the package does not know has none. Moon feasts of years to come are
    estimates, as the package's pages say.
    """
    import holidays  # a third of a second, and a country's holidays are asked for where they are switched on only

    try:
        known = holidays.country_holidays(country, years=year).supported_languages
        spoken = next((one for one in (language, "en_US", "en") if one in known), None)
        return dict(sorted(holidays.country_holidays(country, years=year, language=spoken).items()))
    except NotImplementedError:
        return {}


def load_holidays(countries: Iterable[str], year: int) -> None:
    """Reads what is needed ahead, in a thread of its own, so that nobody waits for it later."""
    for country in countries:
        for near in (year - 1, year, year + 1):
            holidays_of(country, near)
