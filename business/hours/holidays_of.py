"""Public holidays of a country, by ten years at a time; see ``holidays_process`` for where they come from."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from business.hours import holidays_process
from business.hours.holidays_process import Named
from conversation.messages import Language

log = logging.getLogger(__name__)
_SPAN: Final = 10
_PATIENCE_S: Final = 60


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int, language: Language | None = None) -> dict[date, str]:
    """Days off by date, with their names: in the language where the country has it, else in English, else its own.

    ``country``: ISO 3166-1 alpha-2; one that the package does not know has none. Moon feasts of years to come are
    estimates, as the package's pages say. May take a second for the first year of ten.
    """
    known = _read(country, year // _SPAN * _SPAN)
    spoken = next((one for one in (language, "en_US", "en") if one in known), "")
    days = {date.fromisoformat(day): name for day, name in known.get(spoken or "", {}).items()}
    return {day: name for day, name in days.items() if day.year == year}


def load_holidays(countries: Iterable[str], year: int) -> None:
    """Reads what is needed ahead, in a thread of its own, so that nobody waits for it later."""
    for country in countries:
        for near in (year - 1, year, year + 1):
            holidays_of(country, near)


@lru_cache(maxsize=64)
def _read(country: str, first: int) -> dict[str, Named]:
    last = first + _SPAN - 1
    command = [sys.executable, "-P", str(Path(holidays_process.__file__)), country, str(first), str(last)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE_S)  # noqa: S603  (our own script)
        read: dict[str, Named] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        log.warning("holidays of %s are read by the server itself: %s", country, error)
        return holidays_process.read_holidays(country, first, last)
    return read
