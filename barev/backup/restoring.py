"""Restoring a backup into an empty store, of either kind. What was there before is never lost."""

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from barev.backup.archive import BackupError, Reader, make_folder
from barev.backup.making import is_inside, make_backup, name_for
from conversation import clock
from conversation.errors import BarevError
from crm_store.engine import StoreUrl, work_apart
from crm_store.errors import StoreUnfit
from crm_store.loading import check_revision, check_unused, is_empty, load
from crm_store.sqlite import make_private_folder, sync_folder, take_for_oneself


class Restored(NamedTuple):
    """What is in the store now. ``aside``: where what was there before is kept."""

    rows: int
    files: int
    aside: Path | None


async def restore_backup(path: Path, url: StoreUrl, data: Path, *, replace: bool = False) -> Restored:
    """Reads all of the backup first, then fills the store, which must be empty unless ``replace``.

    ``data``: the folder for attachments. Raises BackupError; the store is then as it was.
    """
    with Reader(path) as reader:
        try:
            check_revision(reader.revision)
            reader.verify()
            for name in reader.manifest.files:
                if not is_inside(data, name):
                    raise BackupError(f"{path} is damaged: {name!r} is no place in a data folder")
            if url.sqlite is not None:
                return await _into_sqlite(reader, url.sqlite, data, replace=replace)
            return await _into_postgres(reader, url, data, replace=replace)
        except StoreUnfit as error:
            raise BackupError(str(error)) from error
        except BarevError as error:
            raise BackupError(f"the store {url} cannot be filled: {error.__cause__ or error}") from error
        except OSError as error:
            raise BackupError(f"it could not be restored: {error}") from error


async def _into_sqlite(reader: Reader, path: Path, data: Path, *, replace: bool) -> Restored:
    """Fills a file beside, and gives it the name once it is whole."""
    make_private_folder(path.parent)
    if _holds_something(path):
        if not replace and not await work_apart(StoreUrl(sqlite=path), is_empty):
            raise _not_empty(f"the store {path}")
        take_for_oneself(path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.restoring")
    try:
        loaded = await work_apart(StoreUrl(sqlite=fresh), lambda tx: load(tx, reader))
        files = _place_files(reader, data)
        aside = _put_in_place(fresh, path)
    finally:
        for leftover in (fresh, *(fresh.with_name(fresh.name + end) for end in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
    return Restored(loaded.rows, files, aside)


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _put_in_place(fresh: Path, path: Path) -> Path | None:
    """Returns where the former store is kept, if there was one."""
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    aside = _free_name(path) if _holds_something(path) else None
    if aside is not None:
        path.rename(aside)
    fresh.rename(path)
    sync_folder(path.parent)
    return aside


async def _into_postgres(reader: Reader, url: StoreUrl, data: Path, *, replace: bool) -> Restored:
    """In one transaction; what is dropped by ``replace`` is backed up before."""
    aside = None
    if not await work_apart(url, is_empty):
        if not replace:
            raise _not_empty(f"the database {url}")
        await work_apart(url, check_unused)
        aside = data / "backups" / name_for(clock.now(), "before-restore")
        make_folder(aside.parent)
        await make_backup(url, data, aside)
    loaded = await work_apart(url, lambda tx: load(tx, reader, replace=replace))
    return Restored(loaded.rows, _place_files(reader, data), aside)


def _not_empty(what: str) -> BackupError:
    return BackupError(
        f"{what} is not empty: restore into an empty one, or say --replace (what is there is kept aside)", words=True
    )


def _free_name(path: Path) -> Path:
    return path.with_name(f"{path.stem}-before-{clock.now():%Y%m%dT%H%M%SZ}{path.suffix}")


def _place_files(reader: Reader, data: Path) -> int:
    """Puts the attachments into the data folder; one of another content that is there already is kept aside."""
    for name in reader.manifest.files:
        target = data / name
        if target.exists():
            if _hash(target) == reader.manifest.parts[f"files/{name}"].sha256:
                continue
            target.rename(_free_name(target))
        make_private_folder(target.parent)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            reader.extract(name, file)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).rename(target)
        sync_folder(target.parent)
    return len(reader.manifest.files)


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(256 * 1024):
            digest.update(piece)
    return digest.hexdigest()
