"""The sentence model as knowledge asks for it: the port ``business.knowledge.ports.Meaning``.

Arrays are loaded with the first question, as the model is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from business.knowledge.ports import MeaningGone

if TYPE_CHECKING:
    from routing.understanding.tier1 import Embedder


class SentenceMeaning:
    """Vectors of an embedder as float16 bytes, compared by their cosine."""

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """See the port."""
        import numpy as np

        from routing.understanding.tier1 import EmbedderGone

        try:
            rows = self._embedder.embed(texts)
        except EmbedderGone as error:
            raise MeaningGone(str(error)) from error
        return [row.astype(np.float16).tobytes() for row in rows]

    def likeness(self, vector: bytes, others: Sequence[bytes]) -> list[float]:
        """See the port; 0 for what has another length, made by another model."""
        import numpy as np

        asked = np.frombuffer(vector, np.float16).astype(np.float32)
        fitting = [one if len(one) == len(vector) else bytes(len(vector)) for one in others]
        rows = np.frombuffer(b"".join(fitting), np.float16).reshape(len(fitting), -1).astype(np.float32)
        found: list[float] = (rows @ asked).tolist()
        return found
