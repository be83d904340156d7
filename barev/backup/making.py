"""Making a backup: of a store in use, or of one that is about to be upgraded."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from barev import __version__
from barev.backup.archive import BackupError, Reader, Writer, writing
from conversation import clock
from conversation.errors import BarevError
from crm_store import Tx
from crm_store.dumping import Table, begin_snapshot, list_tables, read_highest, read_rows
from crm_store.engine import StoreUrl, read_apart
from crm_store.errors import StoreUnfit
from crm_store.schema import stored_revision


class Made(NamedTuple):
    """A backup that was written, read again and given its name. ``size`` in bytes."""

    path: Path
    rows: int
    files: int
    size: int
    missing: int


async def make_backup(url: StoreUrl, data: Path, target: Path) -> Made:
    """Writes a store as it is now, whatever its revision; others may write meanwhile. Raises BackupError.

    ``data``: the folder that attachments lie in.
    """
    try:
        return await read_apart(url, lambda tx: write_backup(tx, data, target))
    except StoreUnfit as error:
        raise BackupError(str(error)) from error
    except BarevError as error:
        raise BackupError(f"the store {url} cannot be read: {error.__cause__ or error}") from error


def write_backup(tx: Tx, data: Path, target: Path, *, alone: bool = False) -> Made:
    """Writes what this transaction sees. ``alone``: it is one that changes things (see ``begin_snapshot``)."""
    at = clock.now()
    begin_snapshot(tx, alone=alone)
    revision = stored_revision(tx)
    if revision is None:
        raise BackupError("the store is empty: there is nothing to back up")
    with writing(target, at) as writer:
        files: list[str] = []
        for table in list_tables(tx):
            writer.write_table(table.name, table.columns, _noting(tx, table, files))
        missing = _write_files(writer, data, files)
        writer.write_manifest(
            product=__version__,
            store=tx.dialect.name,
            revision=revision,
            highest=read_highest(tx),
            missing=missing,
        )
    with Reader(target) as reader:
        found = reader.manifest
    return Made(target, found.rows, len(found.files), target.stat().st_size, len(missing))


def _noting(tx: Tx, table: Table, files: list[str]) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a table; of attachments it also notes the files."""
    names = [column.name for column in table.columns]
    place = names.index("path") if table.name == "attachments" and "path" in names else None
    for rows in read_rows(tx, table):
        if place is not None:
            files.extend(str(row[place]) for row in rows)
        yield rows


def _write_files(writer: Writer, data: Path, files: list[str]) -> list[str]:
    """Files that are gone (removed since the snapshot, or by hand) are named and do not stop a backup."""
    missing: list[str] = []
    for name in sorted(set(files)):
        if not is_inside(data, name):
            missing.append(name)
            continue
        try:
            with (data / name).open("rb") as file:
                writer.write_file(name, file)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            missing.append(name)
    return missing


def is_inside(folder: Path, name: str) -> bool:
    """Whether a relative path stays within the folder."""
    whole = folder.resolve()
    return bool(name) and "\\" not in name and (whole / name).resolve().is_relative_to(whole)


def name_for(at: datetime, what: str = "") -> str:
    """The name of a backup made at that moment: ``barev-20261124T100000Z.zip``. ``what``: another beginning."""
    return f"{what or 'barev'}-{at:%Y%m%dT%H%M%SZ}.zip"
