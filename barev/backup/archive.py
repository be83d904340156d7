"""The backup's file: a zip that says of every part how long it is and what its SHA-256 is.

    tables/NAME.jsonl   a row a line, a JSON array of the columns' values; bytes as base64
    files/PATH          attachments, by their place in the data folder
    manifest.json       format, version, revision of the tables, time, and every part

The manifest comes last, for only then everything is known. It is tied to the file by its own hash in the zip's comment.
A file has its final name only once it is whole, synced, and was read again.
"""

import json
import os
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final

import orjson

from conversation import clock
from conversation.errors import BarevError
from crm_store.dumping import Column, Kind
from crm_store.sqlite import sync_folder

FORMAT: Final = "barev-backup"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
_COMMENT: Final = f"{FORMAT} {VERSION} "
_CHUNK: Final = 256 * 1024
_MANIFEST_LIMIT: Final = 64 * 1024 * 1024
_KINDS: Final[Mapping[str, Kind]] = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "text": "text",
    "bytes": "bytes",
    "other": "other",
}


class BackupError(Exception):
    """It could not be done; the message is one plain sentence. ``words``: the request is off, not the machine."""

    def __init__(self, message: str, *, words: bool = False) -> None:
        super().__init__(message)
        self.words = words


@dataclass(frozen=True, slots=True)
class Part:
    """A member of the file. ``size`` in bytes, before it was packed."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. ``counts``: rows by table; ``highest``: the highest id ever given, by table;
    ``missing``: attachments whose files were not there any more."""

    at: datetime
    product: str
    store: str
    revision: str
    columns: Mapping[str, tuple[Column, ...]]
    counts: Mapping[str, int]
    highest: Mapping[str, int]
    parts: Mapping[str, Part]
    missing: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(self.counts.values())

    @property
    def files(self) -> list[str]:
        """Attachments in it, by their place in the data folder."""
        return [name.removeprefix("files/") for name in self.parts if name.startswith("files/")]


@dataclass(slots=True)
class Writer:
    """Writes the parts of a backup one after the other."""

    _zip: zipfile.ZipFile
    _at: datetime
    parts: dict[str, Part] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    columns: dict[str, tuple[Column, ...]] = field(default_factory=dict)

    def write_table(self, name: str, columns: tuple[Column, ...], batches: Iterable[Sequence[Sequence[Any]]]) -> None:
        """One table, its rows some at a time."""
        places = [(place, column.kind) for place, column in enumerate(columns) if column.kind in ("bool", "bytes")]
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for rows in batches:
                count += len(rows)
                yield b"".join(orjson.dumps(_plain(row, places)) + b"\n" for row in rows)

        self._write(f"tables/{name}.jsonl", lines())
        self.columns[name] = columns
        self.counts[name] = count

    def write_file(self, name: str, file: IO[bytes]) -> None:
        """One attachment."""
        self._write(f"files/{name}", iter(lambda: file.read(_CHUNK), b""))

    def write_manifest(self, **said: object) -> None:
        """The last part."""
        tables = {
            name: {"rows": self.counts[name], "columns": [[column.name, column.kind] for column in columns]}
            for name, columns in self.columns.items()
        }
        parts = {name: {"size": part.size, "sha256": part.sha256} for name, part in self.parts.items()}
        head = {"format": FORMAT, "version": VERSION, "at": clock.to_iso(self._at)}
        document = json.dumps({**head, **said, "tables": tables, "parts": parts}, ensure_ascii=False, indent=1).encode()
        self._write(MANIFEST, iter([document]))
        self._zip.comment = (_COMMENT + sha256(document).hexdigest()).encode()

    def _write(self, name: str, pieces: Iterator[bytes]) -> None:
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        digest, size = sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        self.parts[name] = Part(size, digest.hexdigest())


def _plain(row: Sequence[Any], places: Iterable[tuple[int, Kind]]) -> list[Any]:
    values = list(row)
    for place, kind in places:
        if values[place] is not None:
            values[place] = b64encode(values[place]).decode() if kind == "bytes" else bool(values[place])
    return values


@contextmanager
def writing(target: Path, at: datetime) -> Iterator[Writer]:
    """A new file, under its name only if all went well and it was found sound. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists already", words=True)
    if not target.parent.is_dir():
        raise BackupError(f"cannot write {target}: there is no folder {target.parent} (is its disk attached?)")
    hidden = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _opened_new(hidden) as file:
            with zipfile.ZipFile(file, "w", compresslevel=1, allowZip64=True) as packed:
                yield Writer(packed, at)
            file.flush()
            os.fsync(file.fileno())
        with Reader(hidden) as reader:
            reader.verify()
        hidden.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise BackupError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Makes the folder of backups where there is none. Raises BackupError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"cannot write to {folder}: {error.strerror or error}") from error


def _opened_new(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)  # of a process that had our number and was killed
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


class Reader:
    """An open backup. Its making reads the manifest; raises BackupError for a file that is none, or of a newer kind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        # zipfile says NotImplementedError for a zip of a version or a kind of compression that it cannot read
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no zip file, or it was cut off"
            raise BackupError(f"{path} cannot be read: {reason or error}") from error
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def revision(self) -> str:
        """Of the tables."""
        return self.manifest.revision

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows by table."""
        return self.manifest.counts

    @property
    def highest(self) -> Mapping[str, int]:
        """The highest id ever given, by table."""
        return self.manifest.highest

    def columns(self, table: str) -> Sequence[Column]:
        """The columns of a table in the order of its rows' values."""
        return self.manifest.columns[table]

    def rows(self, table: str, batch: int = 500) -> Iterator[list[list[Any]]]:
        """The rows of a table, some at a time."""
        rows: list[list[Any]] = []
        with self._guarded(), self._zip.open(f"tables/{table}.jsonl") as member:
            for line in member:
                rows.append(orjson.loads(line))
                if len(rows) == batch:
                    yield rows
                    rows = []
        if rows:
            yield rows

    def extract(self, file: str, target: IO[bytes]) -> None:
        """Writes one attachment."""
        for piece in self._pieces(f"files/{file}"):
            target.write(piece)

    def verify(self) -> None:
        """Reads all of it. Raises BackupError where anything is not as the manifest says."""
        parts = dict(self.manifest.parts)
        names = self._zip.namelist()
        if sorted(names) != sorted([*parts, MANIFEST]):
            strange = sorted(set(names) ^ {*parts, MANIFEST}) or ["a name twice"]
            raise self._damaged(f"its list of parts is off ({strange[0]})")
        for name, part in parts.items():
            self._verify_part(name, part)

    def _verify_part(self, name: str, part: Part) -> None:
        digest, size, lines = sha256(), 0, 0
        for piece in self._pieces(name):
            digest.update(piece)
            size += len(piece)
            lines += piece.count(b"\n")
        if size != part.size or digest.hexdigest() != part.sha256:
            raise self._damaged(f"{name} was altered")
        table = name.removeprefix("tables/").removesuffix(".jsonl")
        if name.startswith("tables/") and lines != self.counts.get(table):
            raise self._damaged(f"{name} has {lines} rows instead of {self.counts.get(table)}")

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self._guarded(), self._zip.open(name) as member:
            yield from iter(lambda: member.read(_CHUNK), b"")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        # NotImplementedError: a part is compressed in a way that zipfile cannot read, so it is none of ours
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError) as error:
            raise self._damaged(str(error)) from error
        except (OSError, RuntimeError) as error:  # RuntimeError: it says that it is encrypted
            raise BackupError(f"{self._path} cannot be read: {error}") from error

    def _damaged(self, how: str) -> BackupError:
        return BackupError(f"{self._path} is damaged: {how}")

    def _read_manifest(self) -> Manifest:
        if MANIFEST not in self._zip.namelist() or not self._zip.comment.startswith(FORMAT.encode()):
            raise BackupError(f"{self._path} is no backup of Barev")
        if self._zip.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
            raise self._damaged("its manifest is too long")
        raw = b"".join(self._pieces(MANIFEST))
        try:
            document = json.loads(raw)
            version = document["version"]
            if document["format"] == FORMAT and isinstance(version, int) and version > VERSION:
                raise BackupError(
                    f"{self._path} was made by a newer Barev (format {version}, this version reads {VERSION}): "
                    "upgrade Barev first"
                )
            if self._zip.comment.decode() != _COMMENT + sha256(raw).hexdigest():
                raise self._damaged("its manifest was altered")
            return _manifest_from(document)
        except (ValueError, KeyError, TypeError, AttributeError, BarevError) as error:
            raise self._damaged("its manifest makes no sense") from error


def _manifest_from(document: Mapping[str, Any]) -> Manifest:
    tables = document["tables"]
    if (
        set(document["parts"])
        - {f"tables/{name}.jsonl" for name in tables}
        - {name for name in document["parts"] if name.startswith("files/")}
    ):
        raise ValueError("a part of no kind")
    return Manifest(
        at=clock.from_iso(document["at"]),
        product=str(document["product"]),
        store=str(document["store"]),
        revision=str(document["revision"]),
        columns={
            name: tuple(Column(column, _KINDS[kind]) for column, kind in table["columns"])
            for name, table in tables.items()
        },
        counts={name: int(table["rows"]) for name, table in tables.items()},
        highest={name: int(last) for name, last in document["highest"].items()},
        parts={name: Part(int(part["size"]), str(part["sha256"])) for name, part in document["parts"].items()},
        missing=tuple(map(str, document["missing"])),
    )
