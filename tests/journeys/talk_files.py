"""Talks with the bot as files that anybody can read and mend: ``tests/journeys/talks/*.txt``.

language: ru                     the visitor's
channel words are the section ``flow`` of the catalogue:
> Сколько стоит стрижка?         what he writes; ``> [menu.visit]`` presses the button with that label
~ price 0.93                     what is understood of it (``~ 0.4 price 0.3 services``: the ranking, not sure)
@ time в пятницу = 2026-11-27    and what it names
< buttons prices                 what comes back: text or buttons, and which texts are in it
= prices                         the flow and step it is at then; ``-``: none; ``people``: handed over; ``resolved``
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from conversation.messages import Json, Language
from routing.flows.ports import Entity, EntityKind, Ranked, Understood

FOLDER = Path(__file__).with_name("talks")


@dataclass
class Line:
    """A visitor's line and what is expected of it."""

    text: str
    number: int
    intent: str | None = None
    confidence: float = 0.0
    ranking: list[Ranked] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    language: Language | None = None
    kind: str = ""
    keys: list[str] = field(default_factory=list)
    state: str = ""

    @property
    def pressed(self) -> str | None:
        """The key of the label of the button that is pressed."""
        return self.text[1:-1] if self.text.startswith("[") else None

    @property
    def understood(self) -> Understood:
        """As the engine would have it."""
        return Understood(
            self.text,
            self.language,
            self.intent,
            self.confidence,
            tuple(self.ranking or ([Ranked(self.intent, self.confidence)] if self.intent else [])),
            tuple(self.entities),
        )


@dataclass
class Talk:
    """A whole file."""

    name: str
    language: Language
    lines: list[Line]


def read_talk(path: Path) -> Talk:
    """One file."""
    language: Language = "en"
    lines: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        mark, _, rest = raw.strip().partition(" ")
        rest = rest.strip()
        if mark == "language:":
            language = cast("Language", rest)
        elif mark == ">":
            lines.append(Line(rest, number))
        elif mark == "~":
            _read_understood(lines[-1], rest.split())
        elif mark == "@":
            kind, _, named = rest.partition(" ")
            text, _, value = named.partition(" = ")
            start = lines[-1].text.index(text)
            lines[-1].entities.append(
                Entity(cast("EntityKind", kind), text, start, start + len(text), _value(kind, value or text))
            )
        elif mark == "<":
            lines[-1].kind, *lines[-1].keys = rest.split()
        elif mark == "=":
            lines[-1].state = rest
        else:
            assert not mark or mark == "#", f"{path.name}:{number}: {raw}"
    return Talk(path.stem, language, lines)


def read_talks() -> list[Talk]:
    """All of them."""
    return [read_talk(path) for path in sorted(FOLDER.glob("*.txt"))]


def known_texts() -> dict[str, Understood]:
    """What is understood of every line of every talk."""
    lines = (line for talk in read_talks() for line in talk.lines if line.pressed is None)
    return {line.text: line.understood for line in lines}


def _value(kind: str, value: str) -> Json:
    if kind != "time":
        return value
    grain = "minute" if "T" in value else "day"
    return {"from": value, "to": None, "grain": grain, "ambiguous": False}


def _read_understood(line: Line, words: list[str]) -> None:
    """``price 0.93``, ``price 0.93 ru``, or ``0.4 price 0.3 services``."""
    if words[0][0].isdigit():
        line.ranking = [Ranked(name, float(share)) for share, name in zip(words[::2], words[1::2], strict=True)]
        line.intent, line.confidence = line.ranking[0]
        return
    line.intent, line.confidence = words[0], float(words[1])
    if len(words) > 2:
        line.language = cast("Language", words[2])
