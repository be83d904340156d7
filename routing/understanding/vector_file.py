"""Sentence vectors kept in a file: what was reckoned once is there at the next run.

One record a text, appended: a key of 16 bytes (of the model's name and the text), a CRC of four, the vector as float16.
A record that a crash cut short, or that two processes wrote into each other, fails its CRC and is asked for anew.
"""

import hashlib
import threading
import zlib
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Final

import numpy as np

from routing.understanding.tier1 import DIMENSIONS, Embedder, Vectors

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of the file; above that its older half is dropped. A vector takes 788 bytes."""
_KEY, _CRC, _ROW = 16, 4, 2 * DIMENSIONS
_RECORD: Final = _KEY + _CRC + _ROW
_TOGETHER: Final = 64


class VectorFile:
    """An embedder that looks into a file first, and appends what it had to ask of another one, some texts at a time:
    what was reckoned stays, wherever it ends.

    ``model``: the name of what is asked, so that another model's vectors are not taken for its own. ``say`` is told how
    many of how many new texts are reckoned, where they are many."""

    def __init__(
        self,
        asked: Embedder,
        path: Path,
        model: str,
        *,
        most_bytes: int = MOST_BYTES,
        say: Callable[[int, int], None] | None = None,
    ) -> None:
        """Makes the folder where there is none. Raises OSError."""
        self._asked = asked
        self._say = say
        self._model = model.encode()
        self._lock = threading.Lock()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tidy(path, most_bytes)
        self._file: IO[bytes] = path.open("a+b", buffering=0)
        self._file.seek(0)
        raw = self._file.read()
        self._places = {raw[at : at + _KEY]: at for at in range(0, len(raw) - _RECORD + 1, _RECORD)}

    def count_new(self, texts: Sequence[str]) -> int:
        """How many of the texts are to be asked for."""
        return len({self._key(text) for text in texts} - self._places.keys())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EmbedderGone."""
        keys = [self._key(text) for text in texts]
        with self._lock:
            rows = {key: row for key in set(keys) if (row := self._read(key)) is not None}
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
            for at in range(0, len(new), _TOGETHER):
                rows |= self._reckon(dict(islice(new.items(), at, at + _TOGETHER)))
                if self._say is not None and len(new) > _TOGETHER:
                    self._say(min(at + _TOGETHER, len(new)), len(new))
        raw = b"".join(rows[key] for key in keys)
        return np.frombuffer(raw, "<f2").astype(np.float32).reshape(len(texts), DIMENSIONS)

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _key(self, text: str) -> bytes:
        said = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, digest_size=_KEY, key=self._model).digest()

    def _reckon(self, new: dict[bytes, str]) -> dict[bytes, bytes]:
        found = self._asked.embed(list(new.values())).astype("<f2")
        fresh = {key: row.tobytes() for key, row in zip(new, found, strict=True)}
        self._append(fresh)
        return fresh

    def _read(self, key: bytes) -> bytes | None:
        place = self._places.get(key)
        if place is None:
            return None
        self._file.seek(place)
        record = self._file.read(_RECORD)
        return record[_KEY + _CRC :] if len(record) == _RECORD and record == _record(key, record[-_ROW:]) else None

    def _append(self, rows: dict[bytes, bytes]) -> None:
        """A full disk costs the next run time, this one nothing."""
        written = b"".join(_record(key, row) for key, row in rows.items())
        try:
            whole = self._file.write(written) == len(written)
        except OSError:
            return
        if whole:
            begin = self._file.tell() - len(written)
            self._places.update((key, begin + number * _RECORD) for number, key in enumerate(rows))


def _record(key: bytes, row: bytes) -> bytes:
    return key + zlib.crc32(key + row).to_bytes(_CRC, "little") + row


def _tidy(path: Path, most_bytes: int) -> None:
    """Drops a last record that is not whole, and the older half of a file that has grown too large."""
    if not path.exists():
        return
    size = path.stat().st_size
    whole = size - size % _RECORD
    if size > most_bytes:
        with path.open("rb") as file:
            file.seek(whole - most_bytes // 2 // _RECORD * _RECORD)
            kept = file.read(most_bytes // 2 // _RECORD * _RECORD)
        beside = path.with_suffix(".new")
        beside.write_bytes(kept)
        beside.replace(path)
    elif whole != size:
        with path.open("r+b") as file:
            file.truncate(whole)
