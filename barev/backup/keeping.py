"""The folder of backups and its schedule: one of several processes makes one, old ones go once a new one is sound."""

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, cast

from barev.backup.archive import BackupError, Reader, make_folder
from barev.backup.making import name_for
from business.team.deeds import record_deed
from business.team.settings import read_text, read_whole
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json
from crm_store import Tx, settings_table
from crm_store.backup_list import BackupFile, BackupKind, page_backups
from crm_store.engine import Store
from crm_store.paging import Wanted
from desk.rest.backups import BackupStatus

log = logging.getLogger(__name__)

STATE: Final = "backup.state"
LEASE_S: Final = 300.0
AGAIN_S: Final = 900.0
"""After one that failed."""
_BROKEN_OFF: Final = "it was broken off"
_GONE: Final = "the folder is not there any more, or none of its backups is (is its disk attached?)"
_NAME: Final = re.compile(r"barev-\d{8}T\d{6}Z\.zip")
_UPGRADE: Final = re.compile(r"before-upgrade-\w+-\d{8}T\d{6}Z\.zip")
_PART: Final = re.compile(r"\.barev-\d{8}T\d{6}Z\.zip\.\d+\.part")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the firm set: how often, how many are kept and where, and from which age on somebody is reminded.
    ``chosen``: the folder is not the usual one."""

    every_hours: int
    keep: int
    folder: Path
    remind_hours: int
    chosen: bool = False

    def is_gone(self, state: "State") -> bool:
        """Whether a folder that the firm chose, and backups were written to, is not there any more, or without any of
        them: its disk is not attached, and a backup would fill the place where it was."""
        if not self.chosen or state.folder != str(self.folder):
            return False
        return not any(_NAME.fullmatch(path.name) for path in self.folder.glob("barev-*.zip"))


@dataclass(frozen=True, slots=True)
class State:
    """What all processes know, kept in the store. Times in milliseconds since 1970; 0: never.

    ``since_ms``: when the schedule began; ``owner`` makes one until ``until_ms``. ``folder``: where the last one is;
    ``gone``: that folder is not there any more.
    """

    since_ms: int = 0
    last_ms: int = 0
    tried_ms: int = 0
    error: str = ""
    owner: str = ""
    until_ms: int = 0
    folder: str = ""
    gone: bool = False

    def due_ms(self, schedule: Schedule) -> int:
        """When the next one is to be made."""
        due = max(self.last_ms, self.since_ms) + schedule.every_hours * 3_600_000
        return max(due, self.tried_ms + round(AGAIN_S * 1000)) if self.error else due

    def overdue(self, schedule: Schedule, now_ms: int) -> bool:
        """Whether somebody must be reminded."""
        return self.gone or now_ms - max(self.last_ms, self.since_ms) > schedule.remind_hours * 3_600_000


def usual_folder(data: Path) -> Path:
    """Where backups lie if the firm chose no other place, and where those before an upgrade always do."""
    return data / "backups"


def read_schedule(tx: Tx, data: Path) -> Schedule:
    """What is set, with the usual values for the rest."""
    folder = read_text(tx, "backup.folder").strip()
    return Schedule(
        every_hours=read_whole(tx, "backup.every_hours"),
        keep=read_whole(tx, "backup.keep"),
        folder=Path(folder) if folder else usual_folder(data),
        remind_hours=read_whole(tx, "backup.remind_hours"),
        chosen=bool(folder),
    )


def read_state(tx: Tx) -> State:
    """What all processes know."""
    kept = settings_table.get(tx, STATE)
    if not isinstance(kept, dict):
        return State()
    return State(**{name: value for name, value in kept.items() if name in State.__slots__})  # type: ignore[arg-type]  # as _put wrote it


def _put(tx: Tx, state: State) -> None:
    settings_table.put(tx, STATE, cast("Json", asdict(state)), clock.now())


def list_backups(folder: Path) -> list[BackupFile]:
    """The scheduled backups in a folder, the latest first."""
    return _list(folder, _NAME, "schedule")


def list_all(folder: Path, data: Path) -> list[BackupFile]:
    """The scheduled backups in a folder, and those made before upgrades."""
    return [*list_backups(folder), *_list(usual_folder(data), _UPGRADE, "upgrade")]


def _list(folder: Path, form: re.Pattern[str], kind: BackupKind) -> list[BackupFile]:
    names = sorted((path.name for path in folder.glob("*.zip") if form.fullmatch(path.name)), reverse=True)
    return [item for name in names if (item := _item(folder / name, kind)) is not None]


def _item(path: Path, kind: BackupKind) -> BackupFile | None:
    try:
        size = path.stat().st_size
    except OSError:
        return None
    named = datetime.strptime(path.stem[-16:], "%Y%m%dT%H%M%SZ").replace(tzinfo=clock.EPOCH.tzinfo)
    number = 2 * int(named.timestamp()) + (kind == "upgrade")
    try:
        with Reader(path) as reader:
            return BackupFile(number, path.name, reader.manifest.at, size, ok=True, kind=kind)
    except BackupError:
        return BackupFile(number, path.name, named, size, ok=False, kind=kind)


def remove_old(folder: Path, keep: int) -> list[str]:
    """Leaves the latest ``keep`` sound ones; returns the names of those removed. Unsound ones stay, to be looked at."""
    sound = [item.name for item in list_backups(folder) if item.ok]
    for name in sound[keep:]:
        (folder / name).unlink(missing_ok=True)
    day_ago_s = clock.now_ms() / 1000 - 86_400
    for left in folder.glob(".barev-*.part"):  # of one that was killed
        with suppress(OSError):
            if _PART.fullmatch(left.name) and left.stat().st_mtime < day_ago_s:
                left.unlink()
    return sound[keep:]


class Backups:
    """Implements ``desk.rest.backups.Backups``. The work is done by a process of its own, at low priority, so that the
    talk does not wait for it. ``environment``: of that process; ``owner``: what this one is called in the lease."""

    def __init__(self, store: Store, data: Path, environment: Mapping[str, str], owner: str) -> None:
        self._store = store
        self._data = data
        self._environment = environment
        self._owner = owner
        self._task: asyncio.Task[None] | None = None
        self._overdue = False

    @property
    def overdue(self) -> bool:
        """Whether somebody must be reminded, as of the last look."""
        return self._overdue

    async def look(self) -> None:
        """Makes one if it is due and nobody else does; to be called every minute or so."""
        schedule, state = await self._store.read(self._read)
        now_ms = clock.now_ms()
        if not state.since_ms:
            await self._store.writer.run(_begin)
            return
        self._overdue = state.overdue(schedule, now_ms)
        if state.due_ms(schedule) > now_ms or self._task is not None:
            return
        if await self._store.writer.run(lambda tx: self._take(tx, due=True)):
            self._begin(schedule, gone=await asyncio.to_thread(schedule.is_gone, state))

    async def status(self, asked: Wanted) -> BackupStatus:
        """A page of what there is, and when the next one comes."""
        schedule, state = await self._store.read(self._read)
        files = await asyncio.to_thread(list_all, schedule.folder, self._data)
        items, following = await self._store.read(lambda tx: page_backups(tx, files, asked))
        now_ms = clock.now_ms()
        return BackupStatus(
            items=items,
            following=following,
            last_at=clock.from_ms(state.last_ms) if state.last_ms else None,
            next_at=clock.from_ms(state.due_ms(schedule)) if state.since_ms else None,
            overdue=state.overdue(schedule, now_ms) if state.since_ms else False,
            folder=str(schedule.folder),
            running=bool(state.owner) and state.until_ms > now_ms,
            error=state.error,
            gone=state.gone,
        )

    async def start(self, agent: Agent, remote: str) -> None:
        """Begins one now. Raises Rejected conflict where one is being made."""

        def take(tx: Tx) -> bool:
            taken = self._take(tx, due=False)
            if taken:
                record_deed(tx, agent, "backup.started", "backup", 0, remote=remote)
            return taken

        if self._task is not None or not await self._store.writer.run(take):
            raise Rejected("conflict", "backup.running")
        schedule, state = await self._store.read(self._read)
        missing = not await asyncio.to_thread(schedule.folder.is_dir)
        self._begin(schedule, gone=missing and await asyncio.to_thread(schedule.is_gone, state))

    async def close(self) -> None:
        """Ends what is under way; nothing half-written stays."""
        if self._task is not None:
            self._task.cancel()
            await self.wait()
            await self._store.writer.run(lambda tx: self._settle(tx, clock.now(), _BROKEN_OFF))

    async def wait(self) -> None:
        """Returns when nothing is under way here."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _read(self, tx: Tx) -> tuple[Schedule, State]:
        return read_schedule(tx, self._data), read_state(tx)

    def _take(self, tx: Tx, *, due: bool) -> bool:
        state, now_ms = read_state(tx), clock.now_ms()
        if state.owner and state.until_ms > now_ms:
            return False
        if due and state.due_ms(read_schedule(tx, self._data)) > now_ms:
            return False
        _put(tx, replace(state, owner=self._owner, until_ms=now_ms + round(LEASE_S * 1000), tried_ms=now_ms))
        return True

    def _begin(self, schedule: Schedule, *, gone: bool) -> None:
        self._task = asyncio.get_running_loop().create_task(self._make(schedule, gone), name="backup")

    async def _make(self, schedule: Schedule, gone: bool) -> None:
        begun = clock.now()
        target = schedule.folder / name_for(begun)
        error = _BROKEN_OFF
        try:
            error = _GONE if gone else await self._run(target)
            if not error:
                removed = await asyncio.to_thread(remove_old, schedule.folder, schedule.keep)
                log.info("backed up to %s; %d older ones removed", target, len(removed))
            else:
                log.error("the backup to %s failed: %s; next try in %g min", target, error, AGAIN_S / 60)
        except Exception:
            log.exception("the backup to %s failed", target)
            error = "it failed"
        finally:
            await self._store.writer.run(lambda tx: self._settle(tx, begun, error, schedule.folder, gone=gone))
            self._task = None

    def _settle(self, tx: Tx, begun: datetime, error: str, folder: Path | None = None, *, gone: bool = False) -> None:
        state = read_state(tx)
        if state.owner == self._owner:
            if not error:
                state = replace(state, last_ms=clock.to_ms(begun), folder=str(folder))
            _put(tx, replace(state, owner="", until_ms=0, error=error[:500], gone=gone))
            self._overdue = gone or (self._overdue and bool(error))

    async def _run(self, target: Path) -> str:
        """Runs the process; returns what went wrong in one line, empty if nothing did."""
        try:
            await asyncio.to_thread(make_folder, target.parent)
        except BackupError as error:
            return str(error)
        command = [sys.executable, "-m", "barev", "backup", str(target), "--gently", "--config", os.devnull]
        process = await asyncio.create_subprocess_exec(
            *command,
            env=dict(self._environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        talk = asyncio.ensure_future(process.communicate())
        try:
            while not (await asyncio.wait({talk}, timeout=LEASE_S / 5))[0]:
                await self._store.writer.run(self._prolong)
            _, said = talk.result()
        except BaseException:
            await _end(process, talk)
            raise
        lines = said.decode(errors="replace").strip().splitlines()
        if process.returncode == 0:
            return ""
        return lines[-1].removeprefix("barev: ") if lines else f"it ended with status {process.returncode}"

    def _prolong(self, tx: Tx) -> None:
        state = read_state(tx)
        if state.owner == self._owner:
            _put(tx, replace(state, until_ms=clock.now_ms() + round(LEASE_S * 1000)))


async def _end(process: asyncio.subprocess.Process, talk: "asyncio.Future[tuple[bytes, bytes]]") -> None:
    """Asks it to end, so that it takes its unfinished file away; then ends it."""
    for how in (signal.SIGINT, signal.SIGTERM) if os.name == "nt" else (signal.SIGINT, signal.SIGKILL):
        if process.returncode is None:
            with suppress(ProcessLookupError, ValueError):
                process.send_signal(how)
        if (await asyncio.wait({talk}, timeout=0.5))[0]:
            return


def _begin(tx: Tx) -> None:
    state = read_state(tx)
    if not state.since_ms:
        _put(tx, replace(state, since_ms=clock.now_ms()))


def is_overdue(schedule: Schedule, state: State, now: datetime) -> timedelta | None:
    """How long ago the last one was made, where that is too long; for those who only look."""
    if not state.since_ms or not state.overdue(schedule, clock.to_ms(now)):
        return None
    return now - clock.from_ms(max(state.last_ms, state.since_ms))
