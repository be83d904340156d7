"""Which alphabet a text is written in. Pure; never raises."""

from collections import Counter
from typing import Final, Literal

Script = Literal["armenian", "georgian", "cyrillic", "latin", "none"]

READ_CHARS: Final = 2_000
"""So much of a message is read: what somebody wants is said by then, and the cost has a bound."""

KAZAKH_LETTERS: Final = frozenset("әіңғүұқөһ")
"""Cyrillic letters that Kazakh has and Russian has not (Kazakhstan's alphabet of 1940)."""


_RANGES: Final[tuple[tuple[str, str, Script], ...]] = (
    ("A", "Z", "latin"),
    ("a", "z", "latin"),
    ("\u00c0", "\u024f", "latin"),
    ("\u1e00", "\u1eff", "latin"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0531", "\u0588", "armenian"),
    ("\ufb13", "\ufb17", "armenian"),
    ("\u10a0", "\u10ff", "georgian"),
    ("\u1c90", "\u1cbf", "georgian"),
    ("\u2d00", "\u2d2d", "georgian"),
)
_OF_LETTER: Final[dict[str, Script]] = {
    chr(code): script
    for first, last, script in _RANGES
    for code in range(ord(first), ord(last) + 1)
    if chr(code).isalpha()
}


def script_of(text: str) -> Script:
    """The alphabet of most letters; ``none`` where there is no letter of the four. Digits and signs do not count."""
    best: Script = "none"
    most = 0
    for script, count in Counter(map(_OF_LETTER.get, text[:READ_CHARS])).items():
        if script is not None and count > most:
            best, most = script, count
    return best
