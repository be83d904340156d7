"""What is meant: the one protocol every engine speaks, and the built-in engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import numpy as np

from conversation.messages import JsonObject, Language
from routing.understanding.features import Weights
from routing.understanding.model import Model
from routing.understanding.reading import Reader, Reading
from routing.understanding.scripts import Script
from routing.understanding.tier1 import Embedder, EmbedderGone

RANKED: Final = 10
_DIGITS: Final = 4


class Frame(Protocol):
    """What a message is understood in; finders of entities want more of it."""

    @property
    def language(self) -> Language | None:
        """The language the customer wrote in so far."""


class Entity(Protocol):
    """A piece of a message with a meaning of its own: a time, a phone, a sum, a name."""

    def as_json(self) -> JsonObject:
        """As the contract of ``barev understand`` has it."""


FrameT = TypeVar("FrameT", bound=Frame)
FrameIn = TypeVar("FrameIn", bound=Frame, contravariant=True)
Finder = Callable[[str, FrameT], Sequence[Entity]]
"""Finds the entities of a text as it was written; all finders together return none that overlap."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An intent and how likely it is what was meant, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understood:
    """``intent``: None where the message is out of scope; ``ranking``: intents, the likeliest first, even then."""

    text: str
    language: Language
    script: Script
    intent: str | None
    confidence: float
    ranking: tuple[Ranked, ...]
    entities: tuple[Entity, ...] = ()

    def as_json(self) -> JsonObject:
        """As the contract of ``barev understand`` has it."""
        return {
            "text": self.text,
            "language": self.language,
            "intent": self.intent,
            "confidence": round(self.confidence, _DIGITS),
            "ranking": [{"intent": one.intent, "confidence": round(one.confidence, _DIGITS)} for one in self.ranking],
            "entities": [one.as_json() for one in self.entities],
        }


class Understanding(Protocol[FrameIn]):
    """An engine. ``understand`` answers any text at all."""

    def understand(self, text: str, frame: FrameIn) -> Understood:
        """What is meant by a message. Never raises; may take tens of milliseconds, so not on the event loop."""


class BuiltIn(Generic[FrameT]):
    """The engine in this process: the first tier always, the second while ``embedder`` answers."""

    def __init__(
        self,
        model: Model,
        reader: Reader,
        embedder: Embedder | None = None,
        finders: Sequence[Finder[FrameT]] = (),
    ) -> None:
        self._model = model
        self._reader = reader
        self._embedder = embedder
        self._finders = tuple(finders)

    def understand(self, text: str, frame: FrameT) -> Understood:
        """What is meant by a message. Never raises for any text."""
        reading = self._reader.read(text, frame.language or self._model.language)
        scores = self._model.tier0.scores(reading.features)
        vector = self._vector(reading)
        confidences = self._model.confidences(scores, vector)
        order = np.argsort(-confidences, kind="stable").tolist()
        ranking = tuple(Ranked(self._model.intents[one], float(confidences[one])) for one in order[:RANKED])
        best = ranking[0]
        answered = best.confidence >= self._model.threshold(vector is not None)
        entities = tuple(one for find in self._finders for one in find(text, frame))
        return Understood(
            text,
            reading.language,
            reading.script,
            best.intent if answered and len(reading.features[0]) else None,
            best.confidence,
            ranking,
            entities,
        )

    def _vector(self, reading: Reading) -> Weights | None:
        if self._embedder is None or self._model.tier1 is None:
            return None
        try:
            found: Weights = self._embedder.embed([self._reader.native(reading)])[0]
        except EmbedderGone:
            return None
        return found
