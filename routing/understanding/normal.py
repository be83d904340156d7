"""A message as it is compared: what two hands, keyboards and alphabets write differently and mean alike falls together.

Two views of one text. ``spelled``: its words as written, blind to case, width, lengthened letters and which number it
is. ``sounding``: the same words by sound, one romanisation for every alphabet in which the habits of typing (kh, x, h;
sh; ts, c) are one, so that "хочу записаться", "hochu zapisatsa" and "xo4u zapisatsya" share most of it. Pure.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from conversation.search_key import fold, loosen
from routing.understanding.scripts import READ_CHARS

_TOKEN: Final = re.compile(r"[^\W_]+|[^\w\s]")
_LONG: Final = re.compile(r"([^\W\d_])\1{2,}")
_NUMBER: Final = re.compile(r"\d{2,}|(?<![^\W\d_])\d(?![^\W\d_])")
_CHE: Final = re.compile(r"4(?=[a-z])|(?<=[a-z])4(?=[a-z])")
_MARKS: Final = re.compile("[\u055b\u055c\u055e\u055f'’‘ʼ`´]")
"""Armenian writes its question and stress marks inside a word; apostrophes come and go with the keyboard."""


def spelled(text: str) -> list[str]:
    """Words and signs of a text as written: NFKC, casefolded, a letter repeated thrice or more once, numbers of two
    digits or more as so many zeros."""
    whole = text[:READ_CHARS].encode("utf-8", "ignore").decode()  # halves of characters say nothing
    plain = unicodedata.normalize("NFKC", whole).casefold()
    plain = _LONG.sub(r"\1", _MARKS.sub("", plain))
    return _TOKEN.findall(_NUMBER.sub(_zeros, plain))


def sounding(words: list[str]) -> list[str]:
    """The spelled words by sound; signs are left out, and what has no sound."""
    return [sound for word in words if (sound := _sound(word))]


@lru_cache(maxsize=8_192)
def _sound(word: str) -> str:
    if word.isascii():
        if not word[0].isalnum():
            return ""
        word = _CHE.sub("ch", word.replace("x", "kh"))
    return loosen(fold(word).replace(" ", ""))


def _zeros(found: re.Match[str]) -> str:
    return "0" * min(len(found[0]), 12)


def comparable(text: str) -> str:
    """One key for what is the same message but for case, marks, signs, alphabet and habits; empty where no word is."""
    return " ".join(sounding(spelled(text)))


def same_message(text: str) -> str:
    """``comparable``, or the text itself where no word is: never empty."""
    return comparable(text) or text.strip().casefold() or text
