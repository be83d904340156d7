"""Sentence vectors come from a process that may die, and are asked for once."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from routing.understanding.embedding import E5Process, Remembered
from routing.understanding.tier1 import DIMENSIONS, EmbedderGone
from tests.routing.understanding.made import Counting

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


def test_a_text_is_asked_once() -> None:
    counting = Counting()
    remembered = Remembered(counting)
    assert remembered.embed(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert remembered.embed(["bb", "ccc"])[:, 0].tolist() == [2, 3]
    assert counting.asked == ["a", "bb", "ccc"]
    assert remembered.embed([]).shape == (0, DIMENSIONS)


SLOW = f"""
import json, struct, sys
go = open(sys.argv[0] + ".go")
for line in sys.stdin.buffer:
    texts = json.loads(line)
    if "wait" in texts:
        go.read()
    sys.stdout.buffer.write(struct.pack("<I", {DIMENSIONS}))
    for text in texts:
        sys.stdout.buffer.write(struct.pack("<{DIMENSIONS}f", *([len(text)] * {DIMENSIONS})))
    sys.stdout.buffer.flush()
"""


def test_who_is_slow_is_not_waited_for_and_its_late_answer_is_no_others(tmp_path: Path) -> None:
    """The next question is answered with its own vectors, by the same process."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    os.mkfifo(f"{script}.go")
    process = E5Process(script=script, timeout_s=0.3)
    with ThreadPoolExecutor(1) as threads:
        opened = threads.submit(open, f"{script}.go", "w")  # until it is opened at both ends
        with suppress(EmbedderGone):  # it starts, in its own time
            process.embed(["wait"])
        with opened.result(), pytest.raises(EmbedderGone, match="slow"):
            process.embed(["four"])
        patient = ""
        while not patient:
            with suppress(EmbedderGone):
                patient = str(process.embed(["sixsix"])[0, 0])
    process.close()
    assert patient == "6.0"


def test_it_rests_and_comes_back_but_not_after_the_end(speaking: E5Process) -> None:
    """A process that has nothing to do may go; the next question starts another, unless all is over."""
    speaking.embed(["one"])
    speaking.rest()
    assert speaking.embed(["three"])[0, 0] == 5
    speaking.close()
    with pytest.raises(EmbedderGone):
        speaking.embed(["one"])


OWNER = """
import os, signal, sys
from pathlib import Path
from routing.understanding.embedding import E5Process
process = E5Process(script=Path(sys.argv[1]))
process.embed(["x"])
print(process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.kill
def test_it_does_not_outlive_who_asks_it(tmp_path: Path) -> None:
    """Whoever started it is killed: its input ends, and so does it."""
    script = tmp_path / "speaks.py"
    script.write_text(f"{SPEAKS}\nopen({str(tmp_path / 'ended')!r}, 'w').close()\n")
    owner = subprocess.run([sys.executable, "-c", OWNER, script], capture_output=True, check=False)
    pid = int(owner.stdout)
    with suppress(ProcessLookupError):
        waiter = os.pidfd_open(pid)
        select.select([waiter], [], [], 30)
        os.close(waiter)
    assert owner.returncode == -signal.SIGKILL
    assert (tmp_path / "ended").exists()
