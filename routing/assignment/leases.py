"""Keeps it known in the store which agents have a window open at this process."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from conversation import clock
from conversation.errors import BarevError
from crm_store import Tx, presence
from crm_store.engine import Store
from routing.presence import LivePresence, Watch

log = logging.getLogger(__name__)
RENEW_S = 10.0
LEASE_S = 30.0
"""A process that was killed is believed for so long."""


class PresenceLeases:
    """A lease for each agent, prolonged every ``RENEW_S`` and ended when he goes. ``on_change`` is called after who is
    there, or his status, changed here and the store knows it."""

    def __init__(self, store: Store, live: LivePresence, process: str, on_change: Callable[[], None]) -> None:
        self._store = store
        self._live = live
        self._process = process
        self._on_change = on_change
        self._held: set[int] = set()
        self._again = False
        self._writing: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        live.watch(Watch(self._agent_turned, lambda _contact_id, _came: None))

    def start(self) -> None:
        """Begins to prolong what is held; belongs to the running loop."""
        self._renewing = asyncio.get_running_loop().create_task(self._keep_renewing(), name="renewing presence leases")

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            try:
                await self.renew()
            except BarevError as error:
                log.warning("who is there could not be kept (%s); next try in %g s", error, RENEW_S)

    def _agent_turned(self, _agent_id: int) -> None:
        self._again = True
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_soon(), name="presence leases")

    async def _write_soon(self) -> None:
        while self._again:
            self._again = False
            try:
                await self.renew()
            except BarevError as error:
                log.warning("who is there could not be kept (%s); next try in %g s", error, RENEW_S)
                return
            self._on_change()

    async def renew(self) -> None:
        """Writes who is here now; with nobody here nothing is written. Raises Unavailable."""
        here = {one.agent.id for one in self._live.list_here()[0]}
        gone = self._held - here
        if not here and not gone:
            return

        def write(tx: Tx) -> None:
            at = clock.now()
            presence.hold(tx, self._process, here, at + timedelta(seconds=LEASE_S))
            if gone:
                presence.release(tx, self._process, gone, at)
                presence.sweep(tx, at)

        self._held |= here
        await self._store.writer.run(write)
        self._held -= gone

    async def close(self) -> None:
        """Ends all leases: this process ends."""
        tasks = [task for task in (self._writing, self._renewing) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        held, self._held = self._held, set()
        if held:
            try:
                await self._store.writer.run(lambda tx: presence.release(tx, self._process, held, clock.now()))
            except BarevError as error:
                log.warning("the leases of %d agents run out by themselves: %s", len(held), error)
