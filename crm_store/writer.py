"""The one writer of a process: everything that waits shares a transaction, and is answered after its commit."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from conversation.errors import BarevError, Unavailable
from crm_store import Tx
from crm_store.appending import Appended, NewMessage
from crm_store.batch import AppendStep, Failed, Outcome, RunStep, Step, commit_batch
from crm_store.counters import next_events
from crm_store.errors import fault_of

_log = logging.getLogger(__name__)
SAY_AGAIN_S = 60.0
"""A store that goes and comes (a disk with room for small things only) is spoken of once a minute."""
T = TypeVar("T")
AppendDone = Callable[[Appended | BarevError], None]


class Backend(Protocol):
    """A kind of store: where its connections are and on which threads they are used."""

    async def prepare(self, work: Callable[[Tx], T]) -> T:
        """Runs ``work`` before anything else. It may take minutes, and wait for another process that does the same."""

    def write(self, work: Callable[[Tx], T]) -> Awaitable[T]:
        """Runs ``work`` on the writer's own connection, opening it if need be. Never called twice at a time. Where it
        needs a thread it begins at once, and not only when it is awaited."""

    async def drop_writer(self) -> None:
        """Throws the writer's connection away, whatever state it is in; the next ``write`` opens a new one."""

    async def read(self, question: Callable[[Tx], T]) -> T:
        """Runs ``question`` on a reading connection, all its statements seeing one and the same moment."""

    async def close(self) -> None:
        """Closes all connections."""


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """``batch``: operations a transaction; ``queue``: operations that may wait; the pauses, in seconds, are between
    attempts to reconnect, the first and the longest; ``close_s``: how long ``close`` waits for what is under way."""

    batch: int = 500
    queue: int = 20_000
    pause_first_s: float = 0.1
    pause_most_s: float = 5.0
    close_s: float = 3.0


@dataclass(slots=True)
class _Run:
    op: Callable[[Tx], Any]
    future: "asyncio.Future[Any]"
    then: Callable[[Any], None] | None


_Append = tuple[NewMessage, AppendDone]
_Waiting = _Run | _Append


class Writer:
    """Queues operations and commits them in batches, in the order they came. To be used from its event loop only."""

    def __init__(self, backend: Backend, limits: WriterLimits, on_state: Callable[[bool], None] | None = None) -> None:
        self._backend = backend
        self._limits = limits
        self._on_state = on_state
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._healthy = True
        self._pause_s = limits.pause_first_s
        self._said_at = -math.inf
        self._since = 0.0  # when the first in the queue came, or a batch was taken that it had no place in
        self._worker: asyncio.Task[None] | None = None
        self._recovery: asyncio.Task[None] | None = None

    @property
    def healthy(self) -> bool:
        """Whether the last attempt to write reached the store (for readyz)."""
        return self._healthy

    @property
    def waiting(self) -> int:
        """How many operations wait for their transaction."""
        return len(self._queue)

    @property
    def age_s(self) -> float:
        """For how long, at least, the first of those that wait has waited, in seconds."""
        return asyncio.get_running_loop().time() - self._since if self._queue else 0.0

    def start(self) -> None:
        """Begins to work. Call once, on the loop."""
        self._worker = asyncio.get_running_loop().create_task(self._work(), name="store writer")

    async def run(self, op: Callable[[Tx], T], then: Callable[[T], None] | None = None) -> T:
        """Runs ``op`` inside the shared transaction and returns its result after the commit.

        ``then`` is called with the result after the commit, in its turn among all that was committed, and before
        anything later is told: what publishes belongs there, since the caller of ``run`` goes on at some time only.

        ``op`` only asks and writes through its connection: it neither commits nor does anything that cannot be undone,
        since it is run again where the transaction loses a race. On SQLite it runs in another thread.
        Raises what ``op`` raises (nothing of it is kept then), Rejected conflict or invalid for what the store refuses,
        Unavailable where the store is lost, full or behind.
        """
        if self._full():
            raise Unavailable("error.store_down")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._queue:
            self._since = loop.time()
        self._queue.append(_Run(op, future, then))
        self._wake.set()
        return await future

    def append(self, new: NewMessage, done: AppendDone) -> None:
        """Queues a message. ``done`` is called on the loop after the commit, in the order of the calls; with
        Unavailable where the store is lost, and, without waiting for its turn, where too many wait already."""
        if self._full():
            asyncio.get_running_loop().call_soon(done, Unavailable("error.store_down"))
            return
        if not self._queue:
            self._since = asyncio.get_running_loop().time()
        self._queue.append((new, done))
        self._wake.set()

    async def settle(self, timeout_s: float) -> bool:
        """Waits until all that waits now is committed and told; False: it takes too long, or the store is lost."""
        try:
            await asyncio.wait_for(self.run(lambda _tx: None), timeout_s)
        except (BarevError, TimeoutError):
            return False
        return True

    async def close(self, commit_s: float | None = None) -> None:
        """Commits what waits, refuses what comes, and ends. A store that does not answer is waited for ``commit_s``
        seconds, or as the limits say."""
        self._closing = True
        self._wake.set()
        if self._worker is not None:
            _, unfinished = await asyncio.wait(
                [self._worker], timeout=self._limits.close_s if commit_s is None else commit_s
            )
            if unfinished:
                _log.error("the store did not answer at the end; %d operations are given up", len(self._queue))
                await _cancel(self._worker)
                rest = list(self._queue)
                _deliver(rest, [Failed(Unavailable("error.store_down")) for _ in rest])
        if self._recovery is not None:
            await _cancel(self._recovery)

    def _full(self) -> bool:
        return self._closing or len(self._queue) >= self._limits.queue

    async def _work(self) -> None:
        """Commits batch after batch; while one is under way, those of the one before it are told."""
        heard: tuple[Sequence[_Waiting], Sequence[Outcome]] = ((), ())
        while True:
            batch = self._take()
            steps = _steps(batch)
            committing = self._backend.write(partial(commit_batch, steps)) if batch and self._healthy else None
            _deliver(*heard)
            heard = ((), ())
            if batch:
                heard = (batch, await self._outcomes(steps, len(batch), committing))
            elif self._closing and not self._queue:
                return
            elif not self._queue:
                self._wake.clear()
                await self._wake.wait()

    def _take(self) -> list[_Waiting]:
        queue = self._queue
        batch = [queue.popleft() for _ in range(min(len(queue), self._limits.batch))]
        if queue:
            self._since = asyncio.get_running_loop().time()
        return batch

    async def _outcomes(
        self, steps: Sequence[Step], count: int, committing: Awaitable[Sequence[Outcome]] | None
    ) -> Sequence[Outcome]:
        """One outcome for each of ``count`` that wait."""
        if committing is None:
            await asyncio.sleep(0)  # a caller who asks again at once shall not keep the loop from turning
        else:
            try:
                outcomes = _spread(steps, await committing)
                self._pause_s = self._limits.pause_first_s
                return outcomes
            except Exception as error:
                self._lose(error)
        return [Failed(Unavailable("error.store_down")) for _ in range(count)]

    def _lose(self, error: Exception) -> None:
        if fault_of(error) != "lost":
            _log.error("the store's writer failed", exc_info=error)
        self._healthy = False
        loop = asyncio.get_running_loop()
        aloud = loop.time() - self._said_at > SAY_AGAIN_S
        if aloud:
            self._said_at = loop.time()
            _log.error("the store is lost, trying to reach it again: %s", _said(error))
        self._recovery = loop.create_task(self._recover(aloud), name="store recovery")
        if self._on_state is not None:
            self._on_state(False)

    async def _recover(self, aloud: bool) -> None:
        """Reconnects, with growing pauses, until something can be written again."""
        loop = asyncio.get_running_loop()
        lost_at = loop.time()
        probe = RunStep(lambda tx: next_events(tx, 0))
        while True:
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, self._limits.pause_most_s)
            try:
                await self._backend.drop_writer()
                (outcome,) = await self._backend.write(partial(commit_batch, [probe]))
            except Exception as error:
                outcome = Failed(error)
            if not isinstance(outcome, Failed):
                break
            _log.debug("the store is still lost: %s", _said(outcome.error))
        self._healthy = True
        if aloud:
            _log.warning("the store is back after %.1f s", loop.time() - lost_at)
        if self._on_state is not None:
            self._on_state(True)


def _steps(batch: Sequence[_Waiting]) -> list[Step]:
    """What is to be done, messages in a row taken together."""
    steps: list[Step] = []
    messages: list[NewMessage] = []
    for waiting in batch:
        if isinstance(waiting, _Run):
            steps.append(RunStep(waiting.op))
            messages = []
        else:
            if not messages:
                steps.append(AppendStep(messages))
            messages.append(waiting[0])
    return steps


def _spread(steps: Sequence[Step], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome for each that waits, from one outcome a step."""
    spread: list[Outcome] = []
    for step, outcome in zip(steps, outcomes, strict=True):
        if isinstance(step, AppendStep):
            spread.extend(outcome)
        else:
            spread.append(outcome)
    return spread


def _deliver(batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    for waiting, outcome in zip(batch, outcomes, strict=True):
        answer: Any = outcome.error if isinstance(outcome, Failed) else outcome
        done = waiting.then if isinstance(waiting, _Run) else waiting[1]
        if done is not None and not (isinstance(waiting, _Run) and isinstance(outcome, Failed)):
            try:
                done(answer)
            except Exception:
                _log.exception("it is in the store, but telling of it failed")
        if not isinstance(waiting, _Run) or waiting.future.done():  # its caller has gone
            continue
        if answer is outcome:
            waiting.future.set_result(answer)
        else:
            waiting.future.set_exception(answer)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _said(error: Exception) -> str:
    """The first line of what a driver said."""
    return (str(error) or type(error).__name__).splitlines()[0]
