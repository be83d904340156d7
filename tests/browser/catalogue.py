"""The texts that a person is to see, as the product's own catalogue has them."""

import functools
import json
from pathlib import Path

import conversation


@functools.cache
def words(language: str, section: str) -> dict[str, str]:
    """A section of a language: ``words("hy", "widget")["open"]``."""
    path = Path(conversation.__file__).parent / "texts" / language / f"{section}.json"
    texts: dict[str, str] = json.loads(path.read_text())
    return texts
