"""A greeting before what is wanted: "Hello, how late are you open?" is a question."""

import re
from dataclasses import replace
from typing import Final

from routing.understanding.entities.frame import Frame
from routing.understanding.understood import Understanding, Understood

_GREETED: Final = re.compile(r"^\s*\S{2,30}(?:\s+\S{1,30}){0,2}?\s*[,.!՜։…)\n-]+\s*(\w.*)$", re.DOTALL)
"""One to three words, a stop, and something more."""
_LIKELIER: Final = 0.7
_WORDS: Final = 3
_POLITE: Final = frozenset(("greet", "goodbye", "thank", "affirm", "deny"))


class PastGreeting:
    """Has an engine understand what comes after a greeting, where that says more."""

    def __init__(self, engine: Understanding) -> None:
        self._engine = engine

    def understand(self, text: str, frame: Frame) -> Understood:
        """See the protocol. The entities are of the whole text."""
        whole = self._engine.understand(text, frame)
        match = _GREETED.match(text) if whole.intent == "greet" else None
        if match is None or len(match[1].split()) < _WORDS:
            return whole
        rest = self._engine.understand(match[1], replace(frame, language=whole.language))
        if rest.intent is None or rest.intent in _POLITE or rest.confidence < _LIKELIER:
            return whole
        return replace(whole, intent=rest.intent, confidence=rest.confidence, ranking=rest.ranking)
