"""Takes files in, finds them again, and removes those that nobody has any more (the port ``Files``)."""

import asyncio
import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from business.files.folder import Folder
from business.files.kinds import Group, Kind, tell_kind
from business.files.measures import measure
from business.files.names import clean_name
from conversation import clock
from conversation.errors import Rejected, Unavailable
from conversation.messages import Attachment
from conversation.ports import Kept, Upload
from crm_store import Tx, attachments
from crm_store.attachments import VISITOR, Stored
from crm_store.engine import Store

_log = logging.getLogger(__name__)
_MB: Final = 1024 * 1024
_LOOK_S: Final = 2.0
_SWEEP_S: Final = 3600.0
_AT_ONCE: Final = 200
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FileLimits:
    """``file_mb``: one file; ``daily_mb``: what a visitor may bring in a day; ``keep_free_mb``: what must stay free on
    the disk; ``at_once``: uploads of one owner; ``unsent_hours``: after which what was never sent is removed;
    ``stall_s``: how long a silent upload is waited for."""

    file_mb: int
    daily_mb: int
    keep_free_mb: int
    at_once: int
    unsent_hours: int
    stall_s: float
    groups: Sequence[Group]


class _Taken(NamedTuple):
    size: int
    sha256: str


class TalkFiles:
    """The files of a store. Several processes may use one store and one data folder."""

    def __init__(self, store: Store, data: Path, limits: FileLimits) -> None:
        self._store = store
        self._folder = Folder(data)
        self._limits = limits
        self._coming: Counter[str] = Counter()
        self._swept_s = -_SWEEP_S

    async def find(self, owner: str, client_id: str | None) -> Attachment | None:
        """What this owner brought under this id before."""
        if client_id is None:
            return None
        found = await self._store.read(lambda tx: attachments.find_by_client_id(tx, owner, client_id))
        if found is not None:
            await self.find_stored(found.id)
        return found

    async def keep(self, upload: Upload, chunks: AsyncIterator[bytes]) -> Kept:
        """Writes it down part by part, looks what it is, writes the row, and gives it its place: see ``folder`` for
        what a crash leaves behind."""
        await self._check_room(upload)
        self._coming[upload.owner] += 1
        try:
            return await self._keep(upload, chunks)
        except OSError as error:
            _log.error("a file could not be kept: %s", error)
            raise Unavailable("error.file_not_kept", retry_after_s=10.0) from error
        finally:
            self._coming[upload.owner] -= 1
            if not self._coming[upload.owner]:
                del self._coming[upload.owner]

    async def find_stored(self, file_id: int) -> tuple[Stored, Path]:
        """A file as it is served. Raises Rejected not_found; Unavailable where its row is there and it is not."""
        stored = await self._store.read(lambda tx: attachments.find_stored(tx, file_id))
        if stored is None:
            raise Rejected("not_found", "error.attachment_not_found")
        path = await asyncio.to_thread(self._folder.settle, stored.path)
        if path is None:
            _log.error("file %d is not in the data folder: is it the one that all processes share?", file_id)
            raise Unavailable("error.file_not_here", retry_after_s=30.0)
        return stored, path

    async def tend(self) -> None:
        """Removes what nobody has any more, and now and then what was never sent or never came whole; then rests."""
        now_s = time.monotonic()
        if now_s - self._swept_s >= _SWEEP_S:
            self._swept_s = now_s
            await self.sweep()
        await self.remove_doomed()
        await asyncio.sleep(_LOOK_S)

    async def remove_doomed(self) -> None:
        """First the file, then its row: what a crash leaves is removed again."""
        while gone := await self._store.read(lambda tx: attachments.list_doomed(tx, _AT_ONCE)):
            for one in gone:
                await asyncio.to_thread(self._folder.drop, one.path)
            ids = [one.id for one in gone]
            await self._store.writer.run(lambda tx, ids=ids: attachments.forget(tx, ids))  # type: ignore[misc]  # binds the loop's value

    async def _keep(self, upload: Upload, chunks: AsyncIterator[bytes]) -> Kept:
        unfinished = await asyncio.to_thread(self._folder.begin)
        try:
            taken = await self._write(unfinished, chunks)
            kind = await asyncio.to_thread(tell_kind, unfinished)
            if kind is None or kind.group not in self._limits.groups:
                raise Rejected("invalid", "error.file_kind", field="file")
            sides = await asyncio.to_thread(measure, unfinished, kind.mime)
            relative = await asyncio.to_thread(self._folder.place_of, unfinished)
            kept = await self._store.writer.run(lambda tx: self._write_down(tx, upload, taken, kind, sides, relative))
        except Unavailable:  # it may be written down all the same: then it is settled when it is asked for
            raise
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        if kept.repeated:
            await asyncio.to_thread(unfinished.unlink, missing_ok=True)
        else:
            await asyncio.to_thread(self._folder.settle, relative)
        return kept

    async def _write(self, path: Path, chunks: AsyncIterator[bytes]) -> _Taken:
        digest, size, most = hashlib.sha256(), 0, self._limits.file_mb * _MB

        def write(file: int, chunk: bytes) -> None:
            digest.update(chunk)
            done = 0
            while done < len(chunk):
                done += os.write(file, chunk[done:])

        with path.open("ab", buffering=0) as file:
            while True:
                try:
                    chunk = await asyncio.wait_for(anext(chunks, b""), self._limits.stall_s)
                except TimeoutError as error:
                    raise Rejected("invalid", "error.file_broken_off", field="file") from error
                if not chunk:
                    break
                size += len(chunk)
                if size > most:
                    raise self._too_large()
                await asyncio.to_thread(write, file.fileno(), chunk)
            if size == 0:
                raise Rejected("invalid", "error.file_empty", field="file")
            await asyncio.to_thread(os.fsync, file.fileno())
        return _Taken(size, digest.hexdigest())

    def _write_down(
        self, tx: Tx, upload: Upload, taken: _Taken, kind: Kind, sides: tuple[int, int] | None, relative: str
    ) -> Kept:
        if upload.client_id is not None:
            known = attachments.find_by_client_id(tx, upload.owner, upload.client_id)
            if known is not None:
                return Kept(known, repeated=True)
        self._check_quota(tx, upload.owner, taken.size)
        prefix, _, agent_id = upload.owner.partition(":")
        width, height = sides or (None, None)
        added = attachments.insert_attachment(
            tx,
            name=clean_name(upload.name, kind),
            mime=kind.mime,
            size=taken.size,
            sha256=taken.sha256,
            path=relative,
            created_at=clock.now(),
            owner=upload.owner,
            client_id=upload.client_id,
            agent_id=int(agent_id) if prefix == "agent" else None,
            width=width,
            height=height,
        )
        return Kept(added)

    async def _check_room(self, upload: Upload) -> None:
        """Before anything is read: most refusals need no upload."""
        if upload.size is not None and upload.size > self._limits.file_mb * _MB:
            raise self._too_large()
        if self._coming[upload.owner] >= self._limits.at_once:
            raise Rejected("too_many", "error.files_at_once", retry_after_s=2.0)
        try:
            free = await asyncio.to_thread(self._folder.free_bytes)
        except OSError as error:
            _log.error("the folder of files cannot be used: %s", error)
            raise Unavailable("error.file_not_kept", retry_after_s=60.0) from error
        if free < self._limits.keep_free_mb * _MB + (upload.size or 0):
            _log.error("no file is taken: less than %d MB are free in the data folder", self._limits.keep_free_mb)
            raise Unavailable("error.file_not_kept", retry_after_s=60.0)
        await self._store.read(lambda tx: self._check_quota(tx, upload.owner, upload.size or 1))

    def _check_quota(self, tx: Tx, owner: str, size: int) -> None:
        if not owner.startswith(VISITOR):
            return
        if attachments.sum_brought(tx, owner, clock.now() - _DAY) + size > self._limits.daily_mb * _MB:
            raise Rejected("too_large", "error.files_daily", limit_mb=self._limits.daily_mb)

    def _too_large(self) -> Rejected:
        return Rejected("too_large", "error.file_too_large", limit_mb=self._limits.file_mb, field="file")

    async def sweep(self) -> None:
        """Dooms what was never sent; removes what never came whole, and settles what came and was not put in place."""
        now, hours = clock.now(), self._limits.unsent_hours
        await self._store.writer.run(lambda tx: attachments.doom_unsent(tx, now - timedelta(hours=hours), now))
        now_s = clock.now_ms() / 1000
        for path in await asyncio.to_thread(self._folder.list_unfinished, hours * 3600.0, now_s):
            relative = await asyncio.to_thread(self._folder.place_of, path)
            if await self._store.read(lambda tx, relative=relative: attachments.is_known(tx, relative)):  # type: ignore[misc]  # binds the loop's value
                await asyncio.to_thread(self._folder.settle, relative)
            else:
                await asyncio.to_thread(path.unlink, missing_ok=True)
