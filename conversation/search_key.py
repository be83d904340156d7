"""What a text is found by: script-neutral, Latin-like words, the same from whatever alphabet and hand they came.

``fold`` is the exact key: one romanisation for Armenian, Georgian, Cyrillic and Latin letters, so that Անի, ანი, Ани
and Ani are one word. ``loosen`` is the forgiving one for names: the habits of romanisation (kh, x and h; ts and c; zh,
j and dzh; ye, yo and e; ph and f) fall together. Both are pure, never raise, and grow at most ``GROWTH`` times.

The romanisation keeps what people type first in front (ш is ``sh``, х is ``kh``, ц is ``ts``), so that the key of a
beginning is the beginning of the key: what search as you type lives on. The few exceptions are told by ``unfinished``.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product
from typing import Final

GROWTH: Final = 18
"""No character becomes more than so many (U+FDFA is the longest there is)."""
WORD_CHARS: Final = 64
"""A longer word is cut: nobody types that much of one."""
MOST_SPELLINGS: Final = 8
_KEPT_CHARS: Final = 64
_KEPT: Final = 4096
"""Keys of so many short texts are remembered: a card folds its words several times, a firm has its names often."""


def _letters(table: str) -> dict[str, str]:
    """Pairs as written below; a letter with nothing behind its dash is silent."""
    pairs = (pair.partition("-") for pair in table.split())
    return {letter: key for letter, _, key in pairs}


_RUSSIAN = _letters("""
    а-a б-b в-v г-g д-d е-e ж-zh з-z и-i й-i к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f х-kh ц-ts ч-ch ш-sh щ-sh ъ- ы-i
    ь- э-e ю-iu я-ia""")
_MORE_CYRILLIC = _letters("""
    ә-a ғ-g қ-k ң-n ө-o ұ-u ү-u һ-h і-i
    ґ-g є-e ҳ-h ҷ-j ђ-dj ј-i љ-l њ-n ћ-ch џ-j""")
_ARMENIAN = _letters("""
    ա-a բ-b գ-g դ-d ե-e զ-z է-e ը-e թ-t ժ-zh ի-i լ-l խ-kh ծ-ts կ-k հ-h ձ-dz ղ-g ճ-ch մ-m յ-i ն-n շ-sh ո-o չ-ch պ-p ջ-j
    ռ-r ս-s վ-v տ-t ր-r ց-ts ւ-v փ-p ք-k օ-o ֆ-f""")
_GEORGIAN = _letters("""
    ა-a ბ-b გ-g დ-d ე-e ვ-v ზ-z თ-t ი-i კ-k ლ-l მ-m ნ-n ო-o პ-p ჟ-zh რ-r ს-s ტ-t უ-u ფ-p ქ-k ღ-g ყ-k შ-sh ჩ-ch ც-ts ძ-dz
    წ-ts ჭ-ch ხ-kh ჯ-j ჰ-h ჱ-e ჲ-i ჳ-v ჴ-k ჵ-o""")
_LATIN = {
    "w": "v",
    "q": "k",
    "x": "ks",
    "y": "i",
    "ı": "i",
    "ə": "a",
    "ɘ": "e",
    "ß": "s",
    "æ": "ae",
    "ø": "o",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "t",
    "ł": "l",
    "ħ": "h",
    "ŋ": "n",
}
_SILENT = "'’‘ʼʻʹ`´՚՛՜՞՟"  # apostrophes, and the marks that Armenian writes inside a word


class _Letters(dict[int, str]):
    """For ``str.translate``: what each character becomes. Unusual ones are looked up, not kept: memory stays flat."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Nd":
            return str(unicodedata.decimal(character))
        if category in ("Mn", "Me", "Cf"):
            return ""
        return character if character.isalnum() or category == "Mc" else " "


_TABLE: Final = _Letters(
    {
        **{ord(one): one for one in "abcdefghijklmnopqrstuvwxyz0123456789"},
        **{code: " " for code in range(128) if not chr(code).isalnum()},
        **{
            ord(one): key
            for letters in (_RUSSIAN, _MORE_CYRILLIC, _ARMENIAN, _GEORGIAN, _LATIN)
            for one, key in letters.items()
        },
        **{ord(one): "" for one in _SILENT},
        **dict.fromkeys(range(0x300, 0x370), ""),
    }
)
_VO = re.compile(r"(?<!\w)ո")
_DOUBLE = re.compile(r"([a-z])\1+")


def fold(text: str) -> str:
    """The exact key of a text: its words, parted by one space each. Idempotent, blind to case and script.

    Letters of scripts we do not romanise stay themselves; digits of any script become 0-9 and never fall together.
    """
    return _fold_short(text) if len(text) <= _KEPT_CHARS else _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if "ո" in text:  # ու is one vowel; a word does not begin with ո but with վո
            text = _VO.sub("վո", text.replace("ու", "u"))
    else:
        text = text.lower()
    if "ye" in text:
        text = text.replace("ye", "e")
    plain = _DOUBLE.sub(r"\1", text.translate(_TABLE))
    if "gh" in plain:
        plain = _DOUBLE.sub(r"\1", plain.replace("gh", "g"))
    return " ".join([word[:WORD_CHARS] for word in plain.split()])


_fold_short = lru_cache(_KEPT)(_fold)


def unfinished(word: str) -> str | None:
    """What else a word as typed so far may become: its last letter belongs to the next one, as y does to e in Yelena.

    None where the key of the beginning is the beginning of the key anyway."""
    last = word[-1:].casefold()
    if last == "y":
        return word[:-1] + "e"
    return word[:-1] + "ու" if last == "ո" else None


# --- the forgiving key
# ---------------------------------------------------------------------------------------------------

_HABITS: Final = tuple(
    (re.compile(habit), sound)
    for habit, sound in (
        ("sh?ch|sh", "s"),
        ("d?zh|dj", "j"),
        ("t?ch|ts|tz", "c"),
        ("dz", "z"),
        ("kh|h", ""),
        ("f", "p"),
        ("ck", "k"),
        ("i+[eo]", "e"),
        ("iu|ou", "u"),
    )
)
_ANY_HABIT: Final = re.compile("|".join([*(habit.pattern for habit, _ in _HABITS), r"([a-z])\1"]))
_MAY_VANISH = frozenset("ktdzisoc")
"""Letters that the next one may still turn into another sound."""


def loosen(word: str) -> str:
    """The forgiving key of one folded word (of a name): the usual ways to romanise it fall together. Idempotent."""
    while _ANY_HABIT.search(word):
        for habit, sound in _HABITS:
            word = habit.sub(sound, word)
        word = _DOUBLE.sub(r"\1", word)
    return word


def loose_spellings(raw: str) -> tuple[str, ...]:
    """All forgiving keys of one word as it is written: x is ks or kh, c is k or ts, j may be й; at most eight."""
    return _spell_short(raw) if len(raw) <= _KEPT_CHARS else _spell(raw)


def _spell(raw: str) -> tuple[str, ...]:
    word = raw.casefold()
    choices = [_AMBIGUOUS.get(letter, (letter,)) for letter in _split_ambiguous(word)]
    found: dict[str, None] = {}
    for spelling in _first(choices):
        key = loosen(fold(spelling).replace(" ", ""))
        if key:
            found[key] = None
    return tuple(found)


_spell_short = lru_cache(_KEPT)(_spell)


_AMBIGUOUS: Final[dict[str, tuple[str, ...]]] = {
    "x": ("x", "kh"),
    "c": ("ts", "k", "s"),
    "j": ("zh", "i"),
    "ղ": ("ղ", "կ"),
    "ը": ("է", "ի"),
}
_SPLIT = re.compile(r"([xjղը]|c(?![hk]))")


def _split_ambiguous(word: str) -> list[str]:
    return [part for part in _SPLIT.split(word) if part]


def _first(choices: list[tuple[str, ...]]) -> list[str]:
    spellings = product(*choices)
    return ["".join(parts) for parts, _ in zip(spellings, range(MOST_SPELLINGS), strict=False)]


def loose_beginnings(raw: str) -> tuple[str, ...]:
    """The forgiving keys of the beginning of a word: as ``loose_spellings``, and without a last letter that the next
    one may change."""
    found = dict.fromkeys(loose_spellings(raw))
    for key in list(found):
        if len(key) > 3 and key[-1] in _MAY_VANISH:
            found[key[:-1]] = None
    return tuple(found)


# --- keys of other things
# ----------------------------------------------------------------------------------------------------

_LOOK_ALIKE = str.maketrans("авекмнорстухіё", "abekmhopctyxie")
_NO_DIGIT = re.compile(r"[^0-9]+")
_NOT_PLATE = re.compile(r"[\W_]+")


def plate_key(text: str) -> str:
    """A car plate or a client's code as it is compared: look-alikes of Cyrillic are Latin (А123ВС is A123BC), nothing
    but letters and digits. Idempotent, blind to case."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LOOK_ALIKE)
    return _NOT_PLATE.sub("", folded)


_TRUNK: Final = {"374": ("0", 8), "995": ("0", 9), "7": ("8", 10)}
"""By calling code: what is dialled before a national number, and the digits of one."""


def digits_of(text: str) -> str:
    """The digits of a phone, of any script, without a leading 00."""
    if text.isascii():
        found = _NO_DIGIT.sub("", text)
    else:
        found = "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())
    return found.removeprefix("00")


def phone_keys(text: str) -> tuple[str, ...]:
    """A phone as it is searched for: internationally and, where the country is one of ours, as dialled inside it, with
    what is dialled before (0, 8) and without."""
    digits = digits_of(text)
    if not digits:
        return ()
    for code, (trunk, length) in _TRUNK.items():
        if digits.startswith(code) and len(digits) == len(code) + length:
            national = digits[len(code) :]
            return (digits, trunk + national, national)
    return (digits,)
