"""A text cut into words, numbers, clock times, dates and marks, each with its place, and the key a word is known by."""

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from conversation.search_key import fold

Script = Literal["armenian", "georgian", "cyrillic", "latin", "other"]
Kind = Literal["word", "number", "clock", "pair", "date", "iso", "half", "mark"]

_TOKEN: Final = re.compile(
    r"""
      (?P<iso>(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d))
    | (?P<date>(?<![\d.])\d{1,2}(?:[./]\d{1,2}[./]|-\d{1,2}-)(?:\d{4}|\d{2}(?![:։\d]))(?!\d))
    | (?P<clock>(?<!\d)\d{1,2}[:։∶]\d{2}(?!\d))
    | (?P<pair>(?<![\d.,])\d{1,2}[./]\d{1,2}(?![\d%]|[.,]\d))
    | (?P<half>(?<![^\W_])[apAP]\.\s?[mM]\b\.?)
    | (?P<word>(?:2(?=mo|ni|day)|[^\W\d_])WITHIN*(?:MARK+WITHIN+)*[՛՜՞]?)
    | (?P<number>\d+)
    | (?P<mark>[^\w\s]|\n)
    """.replace("WITHIN", r"[^\W\d_'’ʼ`՛՜՞\u0300-\u036f]").replace("MARK", r"['’ʼ`՛՜՞\u0300-\u036f]"),
    re.VERBOSE,
)
_SOUND: Final = re.compile("s(?:h?ch)|tch|ch|sh|ts|tz|dzh|zh|dj|dz|kh|th|ph|ck")
_SOUNDS: Final = {"shch": "sh", "sch": "sh", "tch": "ch", "ch": "ch", "sh": "sh", "ts": "c", "tz": "c"}
_SOUNDS_MORE: Final = {"dzh": "j", "zh": "j", "dj": "j", "dz": "z", "kh": "h", "th": "t", "ph": "p", "ck": "k"}
_SAID: Final = {**_SOUNDS, **_SOUNDS_MORE}
_DOUBLE: Final = re.compile(r"([a-z])\1+")
LONGEST_WORD: Final = 40
"""Characters of the longest word that may mean something here."""


class Token(NamedTuple):
    """``start`` and ``end`` are places in the text; ``spaced``: whether a space stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text in their order. Linear; takes any text."""
    found: list[Token] = []
    last = -1
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        found.append(Token(match.lastgroup or "", match[0], start, end, start != last))
        last = end
    return found


@lru_cache(maxsize=8192)
def key_of(word: str) -> str:
    """What a word is known by, from whatever alphabet: the exact key of search, with the habits of writing c for ts,
    j for zh, h for kh and dz for z taken together. Idempotent for one-word texts."""
    if len(word) > LONGEST_WORD:
        return ""
    folded = fold(word).replace(" ", "")
    return _DOUBLE.sub(r"\1", _SOUND.sub(lambda match: _SAID[match[0]], folded))


def latin_keys(word: str) -> tuple[str, ...]:
    """The keys of a word in Latin letters: x may be ks or kh, j may be й."""
    found = [key_of(word)]
    low = word.lower()
    if "x" in low:
        found.append(key_of(low.replace("x", "kh")))
    if "j" in low:
        found.append(key_of(low.replace("j", "y")))
    return tuple(dict.fromkeys(found))


def script_of(word: str) -> Script:
    """The script of a word by its first letter."""
    code = ord(word[0])
    if code < 0x250:
        return "latin"
    if 0x400 <= code < 0x530:
        return "cyrillic"
    if 0x530 <= code < 0x590:
        return "armenian"
    if 0x10A0 <= code < 0x1100 or 0x1C90 <= code < 0x1CC0:
        return "georgian"
    return "other"
