"""Talks with the bot as files that anybody can read and mend: ``tests/journeys/talks/*.txt``.

language: ru                     the visitor's; farther down: what the bot answers in from there on
channel words are the section ``flow`` of the catalogue:
> Сколько стоит стрижка?         what he writes; ``> [menu.visit]`` presses the button with that label
< buttons prices                 what comes back: text or buttons, and which texts are in it
: стрижка                        words that are in the answer or on its buttons
= prices                         the flow and step it is at then; ``-``: none; ``people``: handed over; ``resolved``
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from conversation.messages import Language

FOLDER = Path(__file__).with_name("talks")


@dataclass
class Line:
    """A visitor's line and what is expected of it."""

    text: str
    number: int = 0
    language: Language = "en"
    kind: str = ""
    keys: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    state: str = ""

    @property
    def pressed(self) -> str | None:
        """The key of the label of the button that is pressed, or the label itself."""
        return self.text[1:-1] if self.text.startswith("[") else None


@dataclass
class Talk:
    """A whole file."""

    name: str
    language: Language
    lines: list[Line]


def read_talk(path: Path) -> Talk:
    """One file."""
    first: Language | None = None
    language: Language = "en"
    lines: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        mark, _, rest = raw.strip().partition(" ")
        rest = rest.strip()
        if mark == "language:":
            language = cast("Language", rest)
            first = first or language
        elif mark == ">":
            lines.append(Line(rest, number, language))
        elif mark == "<":
            lines[-1].kind, *lines[-1].keys = rest.split()
        elif mark == ":":
            lines[-1].words.append(rest)
        elif mark == "=":
            lines[-1].state = rest
        else:
            assert not mark or mark == "#", f"{path.name}:{number}: {raw}"
    return Talk(path.stem, first or language, lines)


def read_talks() -> list[Talk]:
    """All of them."""
    return [read_talk(path) for path in sorted(FOLDER.glob("*.txt"))]
