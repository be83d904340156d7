"""What the dialogue asks of understanding and of what the firm has written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conversation.messages import Language
from routing.understanding.entities.frame import Frame
from routing.understanding.understood import Entity, EntityKind, Ranked, Shift, Understanding, Understood

__all__ = [
    "Entity",
    "EntityKind",
    "Frame",
    "FreeAnswer",
    "FreeAnswers",
    "Knowledge",
    "Known",
    "Knows",
    "Passage",
    "Ranked",
    "Shift",
    "Understanding",
    "Understood",
]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of what the firm has written down for its customers. ``url``: where all of it may be read, or empty."""

    title: str
    text: str
    url: str = ""


class Knowledge(Protocol):
    """What the firm has written down for its customers."""

    def find(self, text: str, language: Language) -> Sequence[Passage]:
        """The passages that are likeliest to answer a question, the best first; from any thread. Raises
        Unavailable."""


@dataclass(frozen=True, slots=True)
class Known:
    """A passage that answers a question, and the article that it is of."""

    article_id: int
    passage: Passage


class Knows(Protocol):
    """What the firm's articles say."""

    async def answer(self, question: str, language: Language) -> Known | None:
        """What surely enough answers; None where nothing does. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class FreeAnswer:
    """Something said in free words, and the passage that it is taken from."""

    text: str
    source: Passage


class FreeAnswers(Protocol):
    """Answers that no flow has, taken from the firm's own knowledge. They say; they do nothing."""

    def answer(self, text: str, language: Language) -> FreeAnswer | None:
        """The answer to a question, or None: there is none, or it is not to be had now. From any thread; never
        raises."""
