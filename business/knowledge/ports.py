"""What knowledge asks of understanding."""

from collections.abc import Sequence
from typing import Protocol


class MeaningGone(Exception):
    """Meanings cannot be compared just now: words alone tell."""


class Meaning(Protocol):
    """Meanings of short texts, from any thread; opaque bytes that can be kept and compared."""

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """One a text, all of one length. Raises MeaningGone."""

    def likeness(self, vector: bytes, others: Sequence[bytes]) -> list[float]:
        """How near each of the others is: 1 is the same, 0 nothing in common."""
