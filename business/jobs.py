"""Does jobs whose whole work is in the store: each in one transaction with its end, so that it is done once, whatever
dies."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from conversation import clock
from conversation.errors import BarevError
from conversation.events import Event
from crm_store import Tx, jobs
from crm_store.engine import Store
from crm_store.jobs import Job

log = logging.getLogger(__name__)
LOOK_S: Final = 1.0
_LEASE_S: Final = 60.0


class Outcome(NamedTuple):
    """``events``: to be published after the commit; ``again_at``: the job is to be done then, nothing was done now."""

    events: list[Event]
    again_at: datetime | None = None


Handle = Callable[[Tx, Job, datetime], Outcome]
"""Does a job inside the transaction that ends it."""


class JobRunner:
    """Takes jobs of these kinds one by one, the longest due first; those of several processes share them."""

    def __init__(self, store: Store, publish: Callable[[Event], None], handlers: Mapping[str, Handle]) -> None:
        self._store = store
        self._publish = publish
        self._handlers = handlers
        self._owner = f"jobs-{secrets.token_hex(6)}"
        self._wake = asyncio.Event()

    def heard(self, _event: Event) -> None:
        """A listener: something was committed that may have left a job that is due."""
        self._wake.set()

    async def work(self) -> None:
        """Does what is due, until it is cancelled. Raises Unavailable, and is then to be called anew."""
        while True:
            self._wake.clear()
            if not await self.run_due():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._wake.wait()

    async def run_due(self) -> int:
        """Does all that is due; returns how many jobs."""
        kinds, done = tuple(self._handlers), 0
        while await self._store.read(lambda tx: jobs.any_due(tx, clock.now(), kinds)):
            if not await self._run_one(kinds):
                break
            done += 1
        return done

    async def _run_one(self, kinds: tuple[str, ...]) -> bool:
        taken: list[Job] = []

        def write(tx: Tx) -> Outcome:
            at = clock.now()
            taken[:] = jobs.lease(tx, self._owner, at, _LEASE_S, 1, kinds=kinds)
            if not taken:
                return Outcome([])
            job = taken[0]
            outcome = self._handlers[job.kind](tx, job, at)
            if outcome.again_at is None:
                jobs.finish(tx, job.id, self._owner)
            else:
                jobs.put_off(tx, job.id, self._owner, outcome.again_at)
            return outcome

        try:
            await self._store.writer.run(write, self._tell)
        except BarevError:
            raise
        except Exception as error:
            if not taken:
                raise
            log.exception("job %d (%s) failed", taken[0].id, taken[0].kind)
            why = type(error).__name__
            await self._store.writer.run(lambda tx: self._fail(tx, taken[0].id, why))
        return bool(taken)

    def _fail(self, tx: Tx, job_id: int, why: str) -> None:
        """Nothing of it was kept, its being taken neither."""
        at = clock.now()
        for job in jobs.lease(tx, self._owner, at, _LEASE_S, 1, job_id=job_id):
            jobs.fail(tx, job, self._owner, why, at)

    def _tell(self, outcome: Outcome) -> None:
        for event in outcome.events:
            self._publish(event)
