"""Writes docs/how-to/settings.md from the dataclasses of barev/sections.py: every setting, its kind, default and use.

python -m tools.settings_page          writes the page
python -m tools.settings_page --check  says whether it is up to date (exit status 1 if not)
"""

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from barev.sections import Settings

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "settings.md"
_HEAD = """\
# Settings

<!-- Written by `python -m tools.settings_page` from barev/sections.py: change it there. -->

Three places, each over the one before: `barev.toml` in the working folder (or `--config FILE`), environment variables
`BAREV_SECTION_KEY`, flags. A name that does not exist in `barev.toml` is refused. Secrets belong into the environment:
a password in `--database-url` is refused, set `BAREV_STORE_URL`. `barev doctor` looks at all of them.

    [business]
    name = "Salon Ani"
    timezone = "Asia/Yerevan"
    country = "AM"
    languages = ["hy", "ru", "en"]      # the first is the default

    [server]
    trusted_proxies = ["127.0.0.1"]     # in the environment: BAREV_SERVER_TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8
    public_url = "https://chat.example.am"

What an owner changes while it runs (backups, how long things are kept, the order of names) is kept in the store and set
in the desk, not here.
"""


def page() -> str:
    """The whole page."""
    sections = [(one.name, one.default_factory) for one in fields(Settings) if one.default_factory is not MISSING]
    return "\n".join([_HEAD, *("\n".join(_section(name, kind)) for name, kind in sections)])


def _section(name: str, kind: Any) -> Iterator[str]:
    intro, texts = _read_docstring(inspect.getdoc(kind) or "")
    hints = get_type_hints(kind)
    yield f"## {name}\n"
    yield f"{intro}\n"
    yield "| setting | kind | default | meaning |"
    yield "|---|---|---|---|"
    for one in fields(kind):
        row = f"`{name}.{one.name}`", _kind(hints[one.name]), _default(one), texts.get(one.name, "")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The words before ``Attributes:``, and those of each attribute."""
    intro, _, attributes = text.partition("Attributes:")
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", attributes, re.MULTILINE)
    texts = {name: re.sub(r"\s+", " ", words).replace("``", "`") for name, words in found}
    return re.sub(r"\s+", " ", intro).strip().replace("``", "`"), texts


def _kind(hint: Any) -> str:
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    names = {bool: "yes or no", int: "whole number", float: "number", str: "text"}
    return "list of texts" if get_origin(hint) is tuple else names[hint]


def _default(one: "Field[Any]") -> str:
    value = one.default
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`" if value else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return f"`{value}`" if isinstance(value, str) and value else str(value) if value != "" else "empty"


def main(words: list[str]) -> int:
    """Writes the page, or says whether it is up to date."""
    if "--check" not in words:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/how-to/settings.md is not up to date: run python -m tools.settings_page\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
