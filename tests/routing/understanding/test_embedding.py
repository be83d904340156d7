"""Sentence vectors come from a process that may die, and are asked for once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from routing.understanding.embedding import E5Process, Remembered
from routing.understanding.tier1 import DIMENSIONS, EmbedderGone, Vectors

SPEAKS = f"""
import json, struct, sys
for line in sys.stdin.buffer:
    texts = json.loads(line)
    sys.stdout.buffer.write(struct.pack("<I", {DIMENSIONS}))
    for text in texts:
        if text == "die":
            sys.exit(1)
        sys.stdout.buffer.write(struct.pack("<{DIMENSIONS}f", *([len(text)] * {DIMENSIONS})))
    sys.stdout.buffer.flush()
"""


@pytest.fixture
def speaking(tmp_path: Path) -> Iterator[E5Process]:
    """A process that says how long each text is."""
    script = tmp_path / "speaks.py"
    script.write_text(SPEAKS)
    process = E5Process(script=script)
    yield process
    process.close()


def test_a_row_a_text_in_their_order(speaking: E5Process) -> None:
    texts = ["x" * length for length in range(150)]
    rows = speaking.embed(texts)
    assert rows.shape == (150, DIMENSIONS)
    assert rows[:, 0].tolist() == list(range(150))
    assert speaking.embed([]).shape == (0, DIMENSIONS)


def test_halves_of_characters_and_long_texts_are_sayable(speaking: E5Process) -> None:
    assert speaking.embed(["\ud800", "\n\x00", "x" * 10_000])[:, 0].tolist() == [1, 2, 2_000]


def test_who_died_is_started_again(speaking: E5Process) -> None:
    with pytest.raises(EmbedderGone):
        speaking.embed(["die"])
    assert speaking.embed(["four"])[0, 0] == 4


def test_what_cannot_start_is_gone(tmp_path: Path) -> None:
    with pytest.raises(EmbedderGone):
        E5Process(script=tmp_path / "none.py").embed(["x"])


class Counting:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text: its length."""
        self.asked += texts
        return np.array([[len(text)] * DIMENSIONS for text in texts], np.float32)


def test_a_text_is_asked_once() -> None:
    counting = Counting()
    remembered = Remembered(counting)
    assert remembered.embed(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert remembered.embed(["bb", "ccc"])[:, 0].tolist() == [2, 3]
    assert counting.asked == ["a", "bb", "ccc"]
    assert remembered.embed([]).shape == (0, DIMENSIONS)
