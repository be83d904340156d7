"""Sentence vectors in a file: nothing is reckoned twice, whatever happened to the process that wrote it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from routing.understanding.kept_vectors import KeptVectors
from routing.understanding.tier1 import DIMENSIONS, EmbedderGone, Vectors


class Counting:
    """Reckons vectors of its own, and goes away after so many texts."""

    def __init__(self, most: int = 10_000) -> None:
        self.asked: list[str] = []
        self._most = most

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone."""
        if len(self.asked) + len(texts) > self._most:
            raise EmbedderGone("gone")
        self.asked += texts
        return np.array([[len(text)] * DIMENSIONS for text in texts], np.float32)


def say_nothing(_done: int, _of: int) -> None:
    """Nobody listens."""


def test_what_was_reckoned_is_there_after_the_end(tmp_path: Path) -> None:
    path, texts = tmp_path / "vectors", [f"text {'x' * number}" for number in range(100)]
    first, told = Counting(64), []
    with pytest.raises(EmbedderGone):
        KeptVectors(path, first, lambda done, of: told.append((done, of))).embed(texts)
    assert told == [(64, 100)]
    with path.open("ab") as file:
        file.write(b"half a record")
    second = Counting()
    kept = KeptVectors(path, second, say_nothing)
    assert kept.count_new([*texts, texts[0]]) == 36
    vectors = kept.embed([*texts, texts[0]])
    assert second.asked == texts[64:]
    assert vectors.shape == (101, DIMENSIONS)
    assert vectors[:, 0].tolist() == [len(text) for text in [*texts, texts[0]]]
    assert KeptVectors(path, Counting(0), say_nothing).embed(texts[90:]).shape == (10, DIMENSIONS)
