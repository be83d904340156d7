"""Vectors kept in a file: asked for once, whatever happened to the file meanwhile."""

from pathlib import Path

import numpy as np
import pytest

from routing.understanding.tier1 import DIMENSIONS, EmbedderGone
from routing.understanding.vector_file import VectorFile
from tests.routing.understanding.made import Counting

RECORD = 20 + 2 * DIMENSIONS


def ask(path: Path, texts: list[str], model: str = "one", most_bytes: int = 1 << 20) -> tuple[list[float], list[str]]:
    """What a run of its own answers, the first number of each row, and what it had to ask for."""
    counting = Counting()
    kept = VectorFile(counting, path, model, most_bytes=most_bytes)
    rows = kept.embed(texts)
    kept.close()
    assert rows.shape == (len(texts), DIMENSIONS)
    assert rows.dtype == np.float32
    return rows[:, 0].tolist(), counting.asked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors"


def test_the_next_run_asks_for_what_is_new_only(path: Path) -> None:
    assert ask(path, ["a", "bb", "a", "\ud800"]) == ([1, 2, 1, 1], ["a", "bb", "\ud800"])
    assert ask(path, ["ccc", "bb", "\ud800"]) == ([3, 2, 1], ["ccc"])
    assert ask(path, []) == ([], [])


def test_what_was_reckoned_stays_wherever_it_ends(path: Path) -> None:
    texts, told = ["x" * length for length in range(1, 101)], []
    first = VectorFile(Counting(64), path, "one", say=lambda done, of: told.append((done, of)))
    with pytest.raises(EmbedderGone):
        first.embed(texts)
    assert told == [(64, 100)]
    assert first.count_new([*texts, texts[-1]]) == 36
    first.close()
    assert ask(path, texts)[1] == texts[64:]


def test_another_model_knows_nothing_of_it(path: Path) -> None:
    ask(path, ["a"], "one")
    assert ask(path, ["a"], "two") == ([1], ["a"])


def test_two_runs_at_a_time_keep_both(path: Path) -> None:
    first, second = VectorFile(Counting(), path, "one"), VectorFile(Counting(), path, "one")
    for number in range(1, 4):
        first.embed(["a" * number])
        second.embed(["b" * number])
    assert first.embed(["aa", "aaa"])[:, 0].tolist() == [2, 3]
    first.close()
    second.close()
    assert ask(path, ["a", "bbb", "aaa", "bb"]) == ([1, 3, 3, 2], [])


def test_what_a_crash_cut_short_is_asked_for_anew(path: Path) -> None:
    ask(path, ["a", "bb"])
    path.write_bytes(path.read_bytes()[:-5])
    assert ask(path, ["a", "bb", "ccc"]) == ([1, 2, 3], ["bb", "ccc"])
    assert ask(path, ["a", "bb", "ccc"]) == ([1, 2, 3], [])


def test_what_was_damaged_is_asked_for_anew(path: Path) -> None:
    ask(path, ["a", "bb"])
    raw = bytearray(path.read_bytes())
    raw[RECORD - 1] ^= 1
    path.write_bytes(raw)
    assert ask(path, ["a", "bb"]) == ([1, 2], ["a"])


def test_the_newer_half_of_a_full_file_stays(path: Path) -> None:
    texts = ["x" * length for length in range(1, 12)]
    ask(path, texts)
    assert ask(path, texts[-5:], most_bytes=10 * RECORD) == ([7, 8, 9, 10, 11], [])
    assert path.stat().st_size == 5 * RECORD
    assert ask(path, texts[:1], most_bytes=10 * RECORD) == ([1], texts[:1])
