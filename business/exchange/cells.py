"""How a value stands in a cell: safe to open in a spreadsheet, and the same again when it is read back.

The rules, of docs/how-to/bring-your-customers.md:

1. A cell that a spreadsheet would take for a formula gets an apostrophe in front; reading takes it off again.
2. Several names in a cell are parted by ``; ``; a ``;`` or ``\\`` inside a name has a ``\\`` before it.
3. In whole records (not in the contacts' own sheet) an empty cell is "nothing", and a text that is empty, or of
   backslashes only, has one backslash more.
"""

import re
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = re.compile(r"[\s']*[=+\-@＝＋－＠]|[\t\r\n]|'+[\t\r\n]")
_PARTED: Final = re.compile(r"((?:\\.|[^\\;|\n])*)(?:[;|\n]|$)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def guard(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """The inverse of ``guard``; other texts stay as they are."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell


def join_names(names: Iterable[str]) -> str:
    """Several names in one cell."""
    return "; ".join(re.sub(r"([\\;|\n])", r"\\\1", name) for name in names)


def split_names(cell: str) -> list[str]:
    """The inverse of ``join_names``; ``|`` and line breaks part too. Each name once, in order, trimmed."""
    return list(dict.fromkeys(name for name in split_cells(cell) if name))


def split_cells(cell: str) -> list[str]:
    """The same with what is empty and what comes twice, each in its place."""
    if not cell.strip():
        return []
    found = [_ESCAPED.sub(r"\1", part).strip() for part in _PARTED.findall(cell)]
    return found[:-1] if found[-1:] == [""] else found


def mark_nothing(text: str | None) -> str:
    """A text that may be nothing, as a cell of whole records."""
    if text is None:
        return ""
    return text + "\\" if not text.strip("\\") else text


def read_nothing(cell: str) -> str | None:
    """The inverse of ``mark_nothing``."""
    if cell == "":
        return None
    return cell[:-1] if not cell.strip("\\") else cell
