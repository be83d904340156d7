"""The built-in engine: a model, its two tiers, and the finders of entities."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from routing.understanding.entities.frame import Frame
from routing.understanding.entities.shifts import find_shift
from routing.understanding.features import Weights
from routing.understanding.model import Model
from routing.understanding.reading import Reader, Reading
from routing.understanding.tier1 import Embedder, EmbedderGone
from routing.understanding.understood import Entity, Ranked, Understood

RANKED: Final = 10
Finder = Callable[[str, Frame], Sequence[Entity]]
"""Finds the entities of a text as it was written; all finders together return none that overlap."""


class BuiltIn:
    """The engine in this process: the first tier always, the second while ``embedder`` answers."""

    def __init__(
        self,
        model: Model,
        reader: Reader,
        embedder: Embedder | None = None,
        finders: Sequence[Finder] = (),
    ) -> None:
        self._model = model
        self._reader = reader
        self._embedder = embedder
        self._finders = tuple(finders)

    def understand(self, text: str, frame: Frame) -> Understood:
        """What is meant by a message. Never raises for any text."""
        reading = self._reader.read(text, frame.language or self._model.language)
        scores = self._model.tier0.scores(reading.features)
        vector = self._vector(reading)
        confidences = self._model.confidences(scores, vector)
        order = np.argsort(-confidences, kind="stable").tolist()
        ranking = tuple(Ranked(self._model.intents[one], float(confidences[one])) for one in order[:RANKED])
        best = ranking[0]
        answered = best.confidence >= self._model.threshold(vector is not None)
        heard = reading.script != "none" or self._model.tier0.knows(reading.features)
        entities = tuple(one for find in self._finders for one in find(text, frame))
        return Understood(
            text,
            reading.language,
            best.intent if answered and heard else None,
            best.confidence,
            ranking,
            entities,
            reading.script,
            find_shift(text, frame),
        )

    def _vector(self, reading: Reading) -> Weights | None:
        if self._embedder is None or self._model.tier1 is None:
            return None
        try:
            found: Weights = self._embedder.embed([self._reader.native(reading)])[0]
        except EmbedderGone:
            return None
        return found
