"""Which alphabet a text is written in. Pure; never raises."""

from typing import Final, Literal

Script = Literal["armenian", "georgian", "cyrillic", "latin", "none"]

READ_CHARS: Final = 2_000
"""So much of a message is read: what somebody wants is said by then, and the cost has a bound."""

KAZAKH_LETTERS: Final = frozenset("әіңғүұқөһ")
"""Cyrillic letters that Kazakh has and Russian has not (Kazakhstan's alphabet of 1940)."""


def script_of(text: str) -> Script:
    """The alphabet of most letters; ``none`` where there is no letter of the four. Digits and signs do not count."""
    counts: dict[Script, int] = {"armenian": 0, "georgian": 0, "cyrillic": 0, "latin": 0}
    for one in text[:READ_CHARS]:
        script = _script_of_letter(one)
        if script is not None:
            counts[script] += 1
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] else "none"


def _script_of_letter(letter: str) -> Script | None:
    if letter.isascii():
        return "latin" if letter.isalpha() else None
    if "\u0400" <= letter <= "\u052f":
        return "cyrillic"
    if "\u0531" <= letter <= "\u0588" or "\ufb13" <= letter <= "\ufb17":
        return "armenian"
    if "\u10a0" <= letter <= "\u10ff" or "\u1c90" <= letter <= "\u1cbf" or "\u2d00" <= letter <= "\u2d2d":
        return "georgian"
    return "latin" if ("\u00c0" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff") and letter.isalpha() else None
