"""The order of texts as people sort them, the same on both stores: blind to case and accents, each alphabet in its own
order (Қ beside К, Ё with Е, І behind Ы), Latin before Cyrillic before Armenian before Georgian.

    Sort(ordered(ContactRow.name))      any column: the store works the key out for each row
    Sort(ContactRow.sort_name)          where an index shall give the order: the key is kept (``order_key``)

Keys are compared by their code points: by bytes on SQLite, by the collation "C" on PostgreSQL. Each letter becomes one
letter or none, so that ``translate`` of PostgreSQL makes the very keys that ``str.translate`` makes.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SQLITE_FUNCTION: Final = "barev_order"
"""The name of ``order_key`` on connections to SQLite."""
_CYRILLIC: Final = "аәбвгғґдеєжзийкқлмнңоөпрстуұүфхһцчшщъыіїьэюя"
_SILENT: Final = "'’‘ʼʻʹ`´\"“”„«»()՛՜՞՚"
_ODD: Final = {"ё": "е", "ў": "у", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "s", "æ": "a", "œ": "o"}
_ODD_ARMENIAN: Final = {"և": "ե"}


def _letters() -> dict[int, str | None]:
    """What each letter becomes; what is not in it stays itself."""
    small = {chr(code): chr(code) for code in range(ord("a"), ord("z") + 1)}
    for code in range(0xC0, 0x250):  # Latin letters with their accents
        plain = unicodedata.normalize("NFD", chr(code).lower())[0]
        if "a" <= plain <= "z":
            small[chr(code)] = plain
    small |= {letter: chr(ord("а") + place) for place, letter in enumerate(_CYRILLIC)}
    small |= {odd: small.get(plain, plain) for odd, plain in _ODD.items()} | _ODD_ARMENIAN
    small |= {chr(code): chr(code) for code in (*range(0x561, 0x587), *range(0x10D0, 0x1100))}
    found: dict[int, str | None] = {}
    for letter, key in small.items():
        for spelled in (letter, letter.upper()):
            if len(spelled) == 1:
                found.setdefault(ord(spelled), key)
    found |= dict.fromkeys((*range(768, 880), *map(ord, _SILENT)))
    found |= {ord(gap): " " for gap in "-\u00a0\u2010\u2013"}
    return {code: key for code, key in sorted(found.items()) if key != chr(code)}


_LETTERS: Final = _letters()
_GIVEN: Final = [code for code, key in _LETTERS.items() if key is not None]
_GONE: Final = [code for code, key in _LETTERS.items() if key is None]
FROM: Final = "".join(map(chr, [*_GIVEN, *_GONE]))
"""The letters that ``translate`` changes; those beyond the length of ``TO`` it takes away."""
TO: Final = "".join(_LETTERS[code] or "" for code in _GIVEN)


def order_key(text: str | None) -> str | None:
    """What a text is sorted by; None where there is nothing to sort by, so that it comes last."""
    return (text.translate(_LETTERS) or None) if text else None


def sorted_by(values: Mapping[str, object]) -> Mapping[str, object]:
    """Columns of a contact to be set, with the key of the name where that is among them."""
    name = values.get("name")
    return {**values, "sort_name": order_key(name)} if isinstance(name, str) else values


class ordered(FunctionElement[str]):  # noqa: N801  # reads as a function in a query
    """``order_key`` of a column, worked out by the store."""

    type = Text()
    inherit_cache = True


@compiles(ordered, "sqlite")
def _on_sqlite(element: ordered, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{SQLITE_FUNCTION}({compiler.process(element.clauses, **kw)})"


@compiles(ordered, "postgresql")
def _on_postgres(element: ordered, compiler: SQLCompiler, **kw: Any) -> str:
    given, to = (word.replace("'", "''").replace("%", "%%") for word in (FROM, TO))
    return f"nullif(translate({compiler.process(element.clauses, **kw)}, '{given}', '{to}'), '') COLLATE \"C\""
