"""The store, its disk, its backups."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from barev.backup.keeping import (
    Schedule,
    State,
    is_overdue,
    list_all,
    list_backups,
    read_schedule,
    read_state,
    usual_folder,
)
from barev.doctor.findings import Finding, ok, warn, wrong
from barev.opening import store_address
from barev.settings import Settings
from barev.shared_folder import Used, list_used, read_folder_id
from conversation import clock
from conversation.errors import BarevError
from crm_store.checkup import Checkup, check_store
from crm_store.engine import StoreUrl, read_apart
from crm_store.errors import StoreUnfit
from crm_store.schema import HEAD, REVISIONS

MEGABYTE = 1024 * 1024
LEAST_FREE_MB = 1024
WAL_MB = 512
CLOCK_S = 2.0
DESCRIPTORS = 4096


async def check_all(settings: Settings) -> list[Finding]:
    """All about the store."""
    url = store_address(settings)
    if url.sqlite is not None and not url.sqlite.is_file():
        return [warn("store.data", "store_none", url=url), *_disk(settings)]
    try:
        begun = time.monotonic()
        found = await read_apart(url, check_store)
        took_s = time.monotonic() - begun
    except StoreUnfit as error:
        return [wrong("store.url", "store_unfit", url=url, error=error), *_disk(settings)]
    except BarevError as error:
        return [wrong("store.url", "store_lost", url=url, error=error.__cause__ or error), *_disk(settings)]
    lines = [ok("store.url", "store_there", url=url, engine=found.engine, version=found.version)]
    lines += [*_schema(found), *_safety(found), *_clock(found, took_s), *_disk(settings), *_files(url)]
    if found.revision == HEAD:
        lines += await _backups(url, settings.data_dir)
        if url.sqlite is None:
            lines += _folders(await read_apart(url, list_used), settings.data_dir)
    return lines


def _folders(used: list[Used], data: Path) -> list[Finding]:
    if not used:
        return []
    shown = ", ".join(sorted({one.place for one in used}))
    if len({one.folder for one in used}) > 1:
        return [wrong("store.data", "folders_apart", folders=shown)]
    if read_folder_id(data) != used[0].folder:
        return [warn("store.data", "folder_other", folder=data.absolute(), folders=shown)]
    return [ok("store.data", "folders_shared", folders=shown)]


def _schema(found: Checkup) -> Iterator[Finding]:
    if found.revision is None:
        yield warn("store.url", "schema_none")
    elif found.revision not in REVISIONS:
        yield wrong("store.url", "schema_newer", revision=found.revision, head=HEAD)
    elif found.revision != HEAD:
        yield warn("store.url", "schema_older", revision=found.revision, head=HEAD)
    else:
        yield ok("store.url", "schema", revision=HEAD)


def _safety(found: Checkup) -> Iterator[Finding]:
    if found.damage:
        yield wrong("store.data", "damaged", error=found.damage)
    elif found.damage is not None:
        yield ok("store.data", "sound")
    for name in found.unsafe:
        yield wrong(found.engine, "unsafe", name=name)
    if found.engine == "PostgreSQL" and not found.unsafe:
        yield ok(found.engine, "safe")


def _clock(found: Checkup, took_s: float) -> Iterator[Finding]:
    apart_s = abs((clock.now() - found.now).total_seconds())
    if apart_s > CLOCK_S + took_s:
        yield warn("clock", "clock_apart", seconds=round(apart_s, 1), command="timedatectl set-ntp true")
    else:
        yield ok("clock", "clock")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free // MEGABYTE
    if free_mb < LEAST_FREE_MB:
        yield wrong("store.data", "disk_full", folder=folder, mb=free_mb)
    else:
        yield ok("store.data", "disk", folder=folder, mb=free_mb)
    if not os.access(folder, os.W_OK):
        yield wrong("store.data", "disk_closed", folder=folder, command=f"chown -R barev {folder}")


def _files(url: StoreUrl) -> Iterator[Finding]:
    path = url.sqlite
    if path is None:
        return
    log = path.with_name(path.name + "-wal")
    size_mb = log.stat().st_size // MEGABYTE if log.exists() else 0
    if size_mb > WAL_MB:
        yield warn("store.data", "wal", file=log, mb=size_mb)
    yield from check_private(path, "store.data")


def check_private(path: Path, subject: str) -> Iterator[Finding]:
    """Whether others on this machine may read a file that holds secrets."""
    if sys.platform == "win32":
        return
    if path.stat().st_mode & 0o077:
        yield wrong(subject, "readable", file=path, command=f"chmod 600 {path}")
    else:
        yield ok(subject, "private", file=path)


async def _backups(url: StoreUrl, data: Path) -> list[Finding]:
    schedule, state = await read_apart(url, lambda tx: (read_schedule(tx, data), read_state(tx)))
    upgrades = [item for item in list_all(schedule.folder, data) if item.kind == "upgrade"]
    kept = [ok("backup", "backup_upgrades", names=", ".join(item.name for item in upgrades), folder=usual_folder(data))]
    return [*_scheduled(schedule, state), *(kept if upgrades else [])]


def _scheduled(schedule: Schedule, state: State) -> list[Finding]:
    if state.gone or schedule.is_gone(state):
        return [wrong("backup", "backup_gone", folder=schedule.folder)]
    late = is_overdue(schedule, state, clock.now())
    if late is not None:
        hours = int(late.total_seconds() // 3600)
        return [wrong("backup", "backup_old", hours=hours, folder=schedule.folder, error=state.error or "-")]
    broken = [item.name for item in list_backups(schedule.folder) if not item.ok]
    if broken:
        return [warn("backup", "backup_broken", file=schedule.folder / broken[0])]
    if not state.last_ms:
        return [warn("backup", "backup_none", folder=schedule.folder)]
    return [ok("backup", "backup", at=clock.to_iso(clock.from_ms(state.last_ms)), folder=schedule.folder)]


def check_machine(settings: Settings) -> Iterator[Finding]:
    """Descriptors, time zones."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(settings.business.timezone)
        yield ok("business.timezone", "timezone", name=settings.business.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        command = f"{Path(sys.executable).name} -m pip install tzdata"
        yield wrong("business.timezone", "timezone_unknown", name=settings.business.timezone, command=command)
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < DESCRIPTORS:
        yield warn("LimitNOFILE", "descriptors_few", count=hard)
    else:
        yield ok("LimitNOFILE", "descriptors", count=hard if hard != resource.RLIM_INFINITY else "∞")
