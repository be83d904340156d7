"""Texts in Latin letters, so that they take fewer parts: as each country spells its own, in letters that SMS has.

Sources: for Armenian and Russian BGN/PCGN (1981, 1947) without its apostrophes; for Georgian the national system of
2002, likewise; for Kazakh the alphabet of 2021 as far as the GSM alphabet has its letters (ä, ö, ü, ñ), else the
letter without its mark. Punctuation that makes a text long becomes the plain one.
"""

import re
import unicodedata
from typing import Final

from bot.sms.parts import BASIC, EXTENSION
from conversation.messages import Language

_HAS: Final = frozenset(BASIC) - {"\x1b"} | frozenset(EXTENSION)


def _letters(table: str) -> dict[str, str]:
    """Pairs as written below; a letter with nothing behind its dash is silent."""
    pairs = (pair.partition("-") for pair in table.split())
    return {letter: spelling for letter, _, spelling in pairs}


_RUSSIAN: Final = _letters("""
    а-a б-b в-v г-g д-d е-e ё-yo ж-zh з-z и-i й-y к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f х-kh ц-ts ч-ch ш-sh
    щ-shch ъ- ы-y ь- э-e ю-yu я-ya""")
_KAZAKH: Final = _letters("ә-ä ғ-g қ-q ң-ñ ө-ö ұ-u ү-ü һ-h і-i")
_IN_KAZAKH: Final = _letters("е-e ж-j и-i й-i у-u х-h ц-ts ч-ch ш-sh щ-shch ы-y э-e ю-iu я-ia ё-io")
_ARMENIAN: Final = _letters("""
    ա-a բ-b գ-g դ-d ե-e զ-z է-e ը-y թ-t ժ-zh ի-i լ-l խ-kh ծ-ts կ-k հ-h ձ-dz ղ-gh ճ-ch մ-m յ-y ն-n շ-sh ո-o չ-ch պ-p ջ-j
    ռ-r ս-s վ-v տ-t ր-r ց-ts ւ-v փ-p ք-k օ-o ֆ-f և-ev""")
_GEORGIAN: Final = _letters("""
    ა-a ბ-b გ-g დ-d ე-e ვ-v ზ-z თ-t ი-i კ-k ლ-l მ-m ნ-n ო-o პ-p ჟ-zh რ-r ს-s ტ-t უ-u ფ-p ქ-k ღ-gh ყ-q შ-sh ჩ-ch ც-ts
    ძ-dz წ-ts ჭ-ch ხ-kh ჯ-j ჰ-h""")
_SIGNS: Final = {
    "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‟": '"', "’": "'", "‘": "'", "‚": "'", "ʼ": "'", "`": "'",
    "–": "-", "—": "-", "‑": "-", "−": "-", "֊": "-", "…": "...", "№": "No. ", "•": "-", "·": "-", "→": "->",
    "։": ".", "․": ".", "՝": ",", "՛": "", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u00ad": "",
    "₽": "rub.", "֏": "dram", "₾": "lari", "₸": "tenge",
}  # fmt: skip
_ALL: Final = {**_RUSSIAN, **_KAZAKH, **_ARMENIAN, **_GEORGIAN}
_BY_LANGUAGE: Final = {"kk": {**_ALL, **_IN_KAZAKH}}
_ARMENIAN_WORD: Final = re.compile(r"[Ա-Ֆա-և՛՜՞]+")
_BEGINS: Final = {"ե": "ye", "ո": "vo", "և": "yev"}
_MARKS: Final = {"՞": "?", "՜": "!"}


def to_latin(text: str, language: Language) -> str:
    """The text as a reader of its language spells it in Latin letters; what has no spelling stays as it is. Never
    raises."""
    table = _BY_LANGUAGE.get(language, _ALL)
    plain = _ARMENIAN_WORD.sub(lambda found: _armenian(found[0]), unicodedata.normalize("NFC", text))
    return "".join(_spell(plain, place, table) for place in range(len(plain)))


def _spell(text: str, place: int, table: dict[str, str]) -> str:
    one = text[place]
    if one in _HAS:
        return one
    sign = _SIGNS.get(one)
    if sign is not None:
        return sign
    spelling = table.get(one.lower())
    if spelling is None:
        return _bare(one)
    return _cased(spelling, text, place) if one != one.lower() else spelling


def _cased(spelling: str, text: str, place: int) -> str:
    """Of a capital letter: all capitals inside a word of capitals."""
    beside = text[place + 1 : place + 2] or text[max(place - 1, 0) : place]
    if not beside.isalpha() and place:
        beside = text[place - 1]
    return spelling.upper() if beside.isupper() else spelling[:1].upper() + spelling[1:]


def _bare(one: str) -> str:
    """A Latin letter without marks that SMS has not; anything else as it is."""
    base = unicodedata.normalize("NFKD", one)
    kept = "".join(letter for letter in base if not unicodedata.combining(letter))
    return kept if kept and all(letter in _HAS for letter in kept) else one


def _armenian(word: str) -> str:
    """A word with its first sound as it is spoken, ``ու`` as one letter, and the mark of a question at its end. Returns
    Armenian letters where one letter is one sound, so that capitals are told as everywhere."""
    marks = "".join(_MARKS.get(one, "") for one in word)
    bare = "".join(one for one in word if one not in "՛՜՞")
    bare = bare.replace("ու", "u").replace("Ու", "U").replace("ՈՒ", "U")
    first = _BEGINS.get(bare[:1].lower())
    if first is not None:
        capital = bare[0] != bare[0].lower()
        whole = capital and bare[1:2].isupper()
        bare = (first.upper() if whole else first.capitalize() if capital else first) + bare[1:]
    return bare + marks
