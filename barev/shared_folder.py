"""Whether the processes of one store keep files in one data folder, as they have to.

A data folder has an id of its own (``folder.id``). Each process says in the store which folder is its own and for how
long that may be believed; so every process, and ``barev doctor``, sees the folders of all.
"""

import asyncio
import logging
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conversation import clock
from conversation.errors import BarevError
from crm_store import Tx, settings_table
from crm_store.engine import Store

log = logging.getLogger(__name__)
RENEW_S: Final = 20.0
LEASE_S: Final = 60.0
"""A process that was killed is believed for so long."""
_GOODBYE_S: Final = 0.5
_KEY: Final = "store.folders"
_NAME: Final = "folder.id"


@dataclass(frozen=True, slots=True)
class Used:
    """The data folder of a running process: ``folder`` is its id, ``place`` is where that process sees it."""

    folder: str
    place: str


def read_folder_id(data: Path) -> str | None:
    """The id of a data folder; None where it has none."""
    try:
        return (data / _NAME).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None


def name_folder(data: Path) -> str:
    """The id of a data folder, which gets one if it has none; of several processes that come at once, one names it.
    Raises OSError where nothing can be written there."""
    if (known := read_folder_id(data)) is not None:
        return known
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = data / f"{_NAME}.{secrets.token_hex(8)}"
    try:
        made.write_text(secrets.token_hex(16), encoding="ascii")
        with suppress(FileExistsError):
            os.link(made, data / _NAME)
    finally:
        made.unlink(missing_ok=True)
    found = read_folder_id(data)
    if found is None:
        raise OSError(f"{data / _NAME} cannot be read")
    return found


def list_used(tx: Tx) -> list[Used]:
    """The data folders of the processes that run now, each once."""
    return list(dict.fromkeys(Used(folder, place) for folder, place, _ in _read(tx).values()))


def _read(tx: Tx) -> dict[str, tuple[str, str, int]]:
    """By process: the folder's id, its place, and until when (ms) that is believed; what ran out is left out."""
    kept, now_ms, found = settings_table.get(tx, _KEY), clock.now_ms(), {}
    for process, told in kept.items() if isinstance(kept, dict) else ():
        match told:
            case [str(folder), str(place), int(until_ms)] if until_ms > now_ms:
                found[process] = (folder, place, until_ms)
    return found


def _write(tx: Tx, told: dict[str, tuple[str, str, int]]) -> None:
    settings_table.put(tx, _KEY, {name: list(one) for name, one in told.items()} or None, clock.now())


class SharedFolder:
    """Keeps it known which data folder this process uses, and says once when another process has another, and once
    when that is over."""

    def __init__(self, store: Store, data: Path) -> None:
        self._store = store
        self._data = data
        self._process = secrets.token_hex(8)
        self._place = f"{socket.gethostname()}:{data.absolute()}"
        self._others: list[str] = []
        self._told = False

    async def work(self) -> None:
        """Looks every ``RENEW_S``, until it is cancelled. Raises BarevError."""
        while True:
            await self.look()
            await asyncio.sleep(RENEW_S)

    async def look(self) -> None:
        """Says which folder is ours, and compares. Raises BarevError."""
        try:
            folder = await asyncio.to_thread(name_folder, self._data)
        except OSError as error:
            log.warning("the data folder %s has no id, so it cannot be told from others: %s", self._data, error)
            return

        def write(tx: Tx) -> list[str]:
            told = _read(tx)
            told[self._process] = (folder, self._place, clock.now_ms() + int(LEASE_S * 1000))
            _write(tx, told)
            return sorted({place for other, place, _ in told.values() if other != folder})

        self._told = True
        others = await self._store.writer.run(write)
        if others and others != self._others:
            log.error(
                "files of the talk are kept in several folders: %s here, %s by other processes of this store; a file"
                " that one takes cannot be fetched from another. Give all the same store.data",
                self._place,
                ", ".join(others),
            )
        elif self._others and not others:
            log.info("all processes of this store keep files in %s now", self._place)
        self._others = others

    async def close(self) -> None:
        """This process ends."""
        if not self._told:
            return

        def write(tx: Tx) -> None:
            told = _read(tx)
            told.pop(self._process, None)
            _write(tx, told)

        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self._store.writer.run(write)
        except (BarevError, TimeoutError) as error:
            log.warning("what this process said of its data folder runs out by itself: %s", error)
