"""Typed on the wrong keyboard: "фттф" is anna on the Russian layout, "fyyf" is анна on the Latin one.

Layouts by key, in the order of a US keyboard: Russian ЙЦУКЕН, Kazakh (ЙЦУКЕН with its letters in the row of digits),
Armenian phonetic, Georgian QWERTY, as Windows and X11 have them.
"""

from typing import Final

_KEYS = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_RUSSIAN = "ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю."
_KAZAKH = '("әіңғ,.үұқөһйцукенгшщзхъ\\фывапролджэячсмитьбю№'
_ARMENIAN = "՝էթփձջւևռչճ-ժքոերտըւիօպխծշասդֆգհյկլ;'զղցվբնմ,./"
_GEORGIAN = "`1234567890-=ქწერტყუიოპ[]\\ასდფგჰჯკლ;'ზხცვბნმ,./"
_SHIFTED_KEYS: Final = dict(zip('~_+{}|:"<>', "`-=[]\\;',.", strict=True))
_SHIFTED_GEORGIAN: Final = {"ჭ": "w", "ღ": "r", "თ": "t", "შ": "s", "ჟ": "j", "ძ": "z", "ჩ": "c"}
_ONTO: Final = tuple(dict(zip(_KEYS, layout, strict=True)) for layout in (_RUSSIAN, _KAZAKH, _ARMENIAN, _GEORGIAN))
_SHIFTED_ONTO: Final = {key.upper(): letter for letter, key in _SHIFTED_GEORGIAN.items()}


def _keys_of(*layouts: str) -> dict[str, str]:
    """From letters to keys; where layouts share a letter, the first one's key."""
    found: dict[str, str] = {}
    for layout in layouts:
        for letter, key in zip(layout, _KEYS, strict=True):
            if letter != key and letter.isalpha():
                found.setdefault(letter, key)
    return found


_CYRILLIC_KEYS: Final = _keys_of(_RUSSIAN, _KAZAKH)
_ARMENIAN_KEYS: Final = _keys_of(_ARMENIAN)
_GEORGIAN_KEYS: Final = {**_keys_of(_GEORGIAN), **_SHIFTED_GEORGIAN}


def other_layouts(text: str) -> tuple[str, ...]:
    """What the same keys write on the other layouts, the likeliest first; nothing for a text of mixed alphabets.

    The case of a Latin text is kept where it makes another letter (Georgian), else all is small.
    """
    keys = _to_keys(text)
    if keys is None:
        return ()
    small = keys.lower()
    latin = any(one in _CYRILLIC_KEYS or one in _ARMENIAN_KEYS or one in _GEORGIAN_KEYS for one in text.casefold())
    found: dict[str, None] = {small: None} if latin else {}
    for letters in _ONTO:
        plain = letters.get("q") != "ქ"
        written = "".join(letters.get(one, one) for one in small) if plain else _georgian(keys, letters)
        found[written] = None
    found.pop(text.casefold(), None)
    return tuple(found)


def _georgian(keys: str, letters: dict[str, str]) -> str:
    return "".join(_SHIFTED_ONTO.get(one) or letters.get(one.lower(), one) for one in keys)


def _to_keys(text: str) -> str | None:
    """The keys pressed, or None where no single layout could have written it (or it has no letter)."""
    letters = [one for one in text if one.isalpha()]
    if not letters:
        return None
    if all(one.isascii() for one in letters):
        return "".join(_SHIFTED_KEYS.get(one, one) for one in text)
    small = text.casefold()
    for known in (_CYRILLIC_KEYS, _ARMENIAN_KEYS, _GEORGIAN_KEYS):
        if all(one in known for one in small if one.isalpha()):
            return "".join(known.get(one, one) for one in small)
    return None
