"""What zones and countries are called: a zone by its city, as the Unicode locale data have it."""

from functools import lru_cache

from conversation.messages import Language


@lru_cache(maxsize=256)
def name_country(country: str, language: Language) -> str:
    """``AM``: Հայաստան, Армения, Armenia. One that nobody knows keeps its letters."""
    from babel import Locale

    return str(Locale.parse(language).territories.get(country, country))


@lru_cache(maxsize=256)
def name_zone(timezone: str, language: Language) -> str:
    """``Asia/Yerevan``: Երևան, Ереван, Yerevan. A zone without a city keeps its own name."""
    from babel import Locale  # its data of a language are read when first asked for

    zones = Locale.parse(language).time_zones
    city = zones.get(timezone, {}).get("city")
    return str(city or timezone.rpartition("/")[2].replace("_", " "))
