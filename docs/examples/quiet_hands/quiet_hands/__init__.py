"""A firm's own policy: who knows the customer's language best comes first; of equals, who has the most free places."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any


def rank(waiting: Any, candidate: Any, at: datetime) -> Sequence[tuple[str, float]]:
    """How a candidate ranks for a conversation: named numbers; the first that differ decide, the lower first."""
    languages = candidate.answerer.languages
    only = 0 if waiting.language in languages and len(languages) == 1 else 1
    free = candidate.answerer.capacity - candidate.load
    return [("language", only), ("places", -free)]
