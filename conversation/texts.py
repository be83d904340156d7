"""The one catalogue: ``texts/<language>/<section>.json``, read when first asked for. Filling in a text never raises.

A key is ``section.key``. A text that counts has a variant for every plural category of its language
(``error.rate.one``, ``error.rate.few``, ...) and is asked for without the category; what is counted is the first
field of its ``.other`` text.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from conversation.language import plural_category
from conversation.messages import Language

FOLDER: Final = Path(__file__).with_name("texts")
VALUE_LIMIT: Final = 200
"""A field's value is cut to so many characters: a text may quote what a stranger sent."""

_FIELD = re.compile(r"\{([a-z_]+)\}")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")
_UNKNOWN = "…"


def one_line(text: str) -> str:
    """A name as it is kept: without line breaks, controls and marks that turn the order of letters, blanks single."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


class Catalogue:
    """Implements ``conversation.ports.Texts`` on a folder of JSON files; each is read once, when first asked for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._sections: dict[tuple[str, str], dict[str, str]] = {}

    def get(self, language: Language, key: str, **fields: object) -> str:
        """The text of a key, its ``{fields}`` filled in, its plural chosen. Raises KeyError for an unknown key."""
        section, _, rest = key.partition(".")
        texts = self._load(language, section)
        text = texts.get(rest)
        if text is None:
            text = _plural(language, texts, rest, fields)
            if text is None:
                raise KeyError(key)
        return fill(text, fields) if "{" in text else text

    def section(self, language: Language, prefix: str) -> dict[str, str]:
        """All texts whose key begins with ``prefix.``, keyed by the rest, not filled in; none for an unknown prefix."""
        section, _, within = prefix.partition(".")
        texts = self._load(language, section)
        if not within:
            return dict(texts)
        start = within + "."
        return {key.removeprefix(start): text for key, text in texts.items() if key.startswith(start)}

    def _load(self, language: str, section: str) -> dict[str, str]:
        texts = self._sections.get((language, section))
        if texts is None:
            texts = _read(self._folder, language, section)
            if texts:  # names nobody has are not kept: strangers could make up any number of them
                self._sections[language, section] = texts
        return texts


def fill(text: str, fields: Mapping[str, object]) -> str:
    """``text`` with its ``{fields}`` replaced by short printable values; a field nobody gave shows as an ellipsis.

    Never raises, whatever the values are, and never reads a value as a text with fields of its own.
    """
    return _FIELD.sub(lambda match: _shown(fields[match[1]]) if match[1] in fields else _UNKNOWN, text)


def fields_of(text: str) -> tuple[str, ...]:
    """The names of a text's fields in order of appearance."""
    return tuple(_FIELD.findall(text))


def _read(folder: Path, language: str, section: str) -> dict[str, str]:
    if not (language.isalpha() and section.replace("_", "").isalnum()):
        return {}
    try:
        raw = (folder / language / f"{section}.json").read_bytes()
    except FileNotFoundError:
        return {}
    texts = json.loads(raw)
    if not isinstance(texts, dict):
        raise ValueError(f"{language}/{section}.json is no JSON object")
    return {str(key): str(text) for key, text in texts.items()}


def _plural(language: Language, texts: Mapping[str, str], key: str, fields: Mapping[str, object]) -> str | None:
    other = texts.get(f"{key}.other")
    if other is None:
        return None
    counted = fields.get(next(iter(fields_of(other)), ""))
    if isinstance(counted, bool) or not isinstance(counted, int | float):
        return other
    return texts.get(f"{key}.{plural_category(language, counted)}", other)


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        shown = str(value)
    except Exception:  # a value's own __str__, or an integer too long to print: the text around it still helps
        return _UNKNOWN
    if len(shown) > VALUE_LIMIT:
        shown = shown[:VALUE_LIMIT] + _UNKNOWN
    return _UNPRINTABLE.sub(" ", shown)
