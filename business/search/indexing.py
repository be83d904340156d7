"""The background indexer of a process: a second or so behind the talk, out of its way when it is busy."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from conversation import clock
from conversation.errors import BarevError
from crm_store import Tx, search_sweep
from crm_store.engine import Store

_log = logging.getLogger(__name__)
_LOOKS = 100
"""How often, while the writer is busy, it is looked at before the indexer goes on all the same."""


@dataclass(frozen=True, slots=True)
class IndexingLimits:
    """``every_s``: seconds between looks for something new. ``batch``: rows a transaction, so small that an appended
    message hardly waits for one. ``busy``: with more operations than this in the writer's queue the indexer waits, but
    not for longer than ``patience_s``. ``pause_s``: between steps while much is behind;
    ``again_s``: after a failure."""

    every_s: float = 0.5
    batch: int = 64
    busy: int = 16
    patience_s: float = 10.0
    pause_s: float = 0.005
    again_s: float = 5.0


class Indexer:
    """Follows the store; several processes on one store take turns by themselves."""

    def __init__(self, store: Store, limits: IndexingLimits | None = None) -> None:
        self._store = store
        self._limits = limits or IndexingLimits()
        self._owner = uuid4().hex
        self._checked = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins; belongs to the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._follow(), name="search indexer")

    async def close(self) -> None:
        """Ends; what is not indexed yet is so after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def catch_up(self) -> int:
        """Indexes all there is; returns the number of steps. Raises Unavailable where the store is lost."""
        if not self._checked:
            if await self._store.read(search_sweep.is_outdated):
                await self._store.writer.run(search_sweep.restart_if_outdated)
            self._checked = True
        steps = 0
        while (step := await self._store.read(self._plan)) is not None:
            await self._let_others_go_first()
            do = partial(search_sweep.do_step, step=step, owner=self._owner, at=clock.now())
            if not await self._store.writer.run(do):
                break
            steps += 1
            if step.left <= 0:
                break
            await asyncio.sleep(self._limits.pause_s)
        return steps

    def _plan(self, tx: Tx) -> search_sweep.Step | None:
        return search_sweep.plan_step(tx, self._owner, clock.now(), self._limits.batch)

    async def _let_others_go_first(self) -> None:
        for _ in range(_LOOKS):
            if self._store.writer.waiting <= self._limits.busy:
                return
            await asyncio.sleep(self._limits.patience_s / _LOOKS)

    async def _follow(self) -> None:
        """Indexes for ever. What goes wrong is said once, until something has gone well again."""
        quiet = False
        while True:
            pause_s = self._limits.every_s
            try:
                await self.catch_up()
                quiet = False
            except Exception as error:
                pause_s = self._limits.again_s
                if not quiet:
                    ours = isinstance(error, BarevError)
                    _log.warning("what is new cannot be indexed for the search: %s", error, exc_info=not ours)
                quiet = True
            await asyncio.sleep(pause_s)
