"""Files that are to be imported: kept in the data folder, bounded, and looked into once."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from business.exchange.headings import is_header
from business.exchange.tables import Shape, TableLimits, read_lines, sniff
from conversation.errors import Rejected

FOLDER: Final = "imports"
_LOOKED_AT: Final = 200
"""Rows from whose content a column's meaning is guessed."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds. ``samples``: for each column values of its first rows; ``total``: rows without the header."""

    shape: Shape
    headings: list[str]
    samples: list[list[str]]
    total: int


class Uploads:
    """The folder of files. ``file_limit`` and ``folder_limit`` in bytes: of one, and of all together."""

    def __init__(self, data: Path, file_limit: int, folder_limit: int) -> None:
        self._data = data
        self._file_limit = file_limit
        self._folder_limit = folder_limit

    def path(self, relative: str) -> Path:
        """Where a kept file lies."""
        return self._data / relative

    def place(self) -> tuple[str, Path]:
        """A new place: relative to the data folder, and whole. Raises Rejected too_large where the folder is full."""
        folder = self._data / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        used = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
        if used >= self._folder_limit:
            raise Rejected("too_large", "exchange.folder_full", limit_mb=self._folder_limit // 1024 // 1024)
        relative = f"{FOLDER}/{secrets.token_hex(16)}"
        return relative, self._data / relative

    async def keep(self, chunks: AsyncIterator[bytes]) -> str:
        """Keeps what comes; returns its place, relative to the data folder. Raises Rejected too_large."""
        relative, path = self.place()
        size = 0
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > self._file_limit:
                        limit_mb = self._file_limit // 1024 // 1024
                        raise Rejected("too_large", "exchange.file_too_large", limit_mb=limit_mb)
                    await asyncio.to_thread(file.write, chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return relative

    def drop(self, relative: str | None) -> None:
        """Removes a kept file."""
        if relative is not None:
            self.path(relative).unlink(missing_ok=True)

    def drop_strangers(self, known: set[str], older_than_s: float, now_s: float) -> int:
        """Removes files that no import knows and nobody has written for so long; returns how many."""
        folder = self._data / FOLDER
        gone = 0
        for file in folder.iterdir() if folder.is_dir() else ():
            if f"{FOLDER}/{file.name}" not in known and now_s - file.stat().st_mtime > older_than_s:
                file.unlink(missing_ok=True)
                gone += 1
        return gone


def look_into(path: Path, limits: TableLimits, country: str) -> Found:
    """Reads the whole file once: its shape, its columns, how many rows. Raises Rejected for what cannot be imported."""
    shape = sniff(path)
    lines = read_lines(path, shape, limits)
    first = [cells for _, cells in islice(lines, _LOOKED_AT + 1)]
    if not first:
        raise Rejected("invalid", "exchange.file_empty")
    header = shape.format == "jsonl" or is_header(first[0], country)
    total = len(first) + sum(1 for _ in lines) - (1 if header else 0)
    if total < 1:
        raise Rejected("invalid", "exchange.file_empty")
    if total > limits.rows:
        raise Rejected("too_large", "exchange.file_rows", limit=limits.rows)
    width = max(len(cells) for cells in first)
    rows = first[1:] if header else first
    headings = [first[0][n].strip() if header and n < len(first[0]) else "" for n in range(width)]
    samples = [[cells[n] for cells in rows if n < len(cells) and cells[n].strip()] for n in range(width)]
    return Found(replace(shape, header=header), headings, samples, total)


def shown_samples(values: list[str]) -> list[str]:
    """A few short values for the reader's eye."""
    return [value.strip()[:100] for value in values[:_SHOWN]]
