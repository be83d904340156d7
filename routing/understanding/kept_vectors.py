"""Sentence vectors that were reckoned once, in a file: a text's hash and its vector as float16, one after the other."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from routing.understanding.scripts import READ_CHARS
from routing.understanding.tier1 import DIMENSIONS, Embedder, Vectors

_KEY: Final = 16
_RECORD: Final = _KEY + 2 * DIMENSIONS
_TOGETHER: Final = 64
_MOST_BYTES: Final = 64 * 1024 * 1024
"""A file that has grown beyond holds mostly what nobody asks for any more, and is begun anew."""


class KeptVectors:
    """An embedder that asks another one only for what the file has not. What it was told stays, wherever it ends."""

    def __init__(self, path: Path, asked: Embedder, say: Callable[[int, int], None]) -> None:
        """``say`` is told how many of how many new texts are reckoned, where they are many."""
        self._path = path
        self._asked = asked
        self._say = say
        self._kept = _read(path)

    def count_new(self, texts: Sequence[str]) -> int:
        """How many of the texts are to be asked for."""
        return len({_key(text) for text in texts} - self._kept.keys())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone, OSError."""
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept}
        self._reckon(list(new), list(new.values()))
        raw = b"".join(self._kept[key] for key in keys)
        return np.frombuffer(raw, "<f2").astype(np.float32).reshape(len(texts), DIMENSIONS)

    def _reckon(self, keys: list[bytes], texts: list[str]) -> None:
        for at in range(0, len(texts), _TOGETHER):
            rows = self._asked.embed(texts[at : at + _TOGETHER]).astype("<f2")
            fresh = {key: row.tobytes() for key, row in zip(keys[at : at + _TOGETHER], rows, strict=True)}
            with self._path.open("ab") as file:
                file.write(b"".join(key + row for key, row in fresh.items()))
            self._kept |= fresh
            if len(texts) > _TOGETHER:
                self._say(min(at + _TOGETHER, len(texts)), len(texts))


def _key(text: str) -> bytes:
    return hashlib.blake2b(text[:READ_CHARS].encode("utf-8", "replace"), digest_size=_KEY).digest()


def _read(path: Path) -> dict[bytes, bytes]:
    """What the file holds; half a record at its end, of a process that died, is cut off."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    whole = len(raw) - len(raw) % _RECORD
    if len(raw) > _MOST_BYTES:
        whole = 0
    if whole < len(raw):
        with path.open("r+b") as file:
            file.truncate(whole)
    return {raw[at : at + _KEY]: raw[at + _KEY : at + _RECORD] for at in range(0, whole, _RECORD)}
