"""One order of events in every process: that of their numbers, which is the order of their commits.

A desk catches up from the last number it saw. That skips nothing only if it never sees a number before all those below
it. Own events and those of other processes come as they come; here they are put in line. What does not come in time
(its process died, a frame was lost, a command wrote it that tells nobody) is read from the store.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from conversation.errors import BarevError
from conversation.events import Event

log = logging.getLogger(__name__)
WAITING_MOST = 20_000
"""Numbers that may wait in memory; beyond that all is read from the store."""
_STORE_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class Missed:
    """What the store has after a number, as it is now, by rising numbers, up to ``reached``; ``more``: ask again."""

    events: list[tuple[int, Event]]
    reached: int
    more: bool


Read = Callable[[int], Awaitable[Missed]]


@dataclass(slots=True)
class Counts:
    """Numbers for the metrics: events told, those that waited for a lower number, those read from the store, and how
    often the store was read."""

    told: int = 0
    waited: int = 0
    read: int = 0
    reads: int = 0


class Sequencer:
    """Tells events in the order of their numbers. Belongs to one loop. All words of one number are to be put in one
    turn of it.

    ``reached``: all up to it has been told. ``patience_s``: how long a missing number is waited for before the store is
    asked; it may be changed at any time.
    """

    def __init__(self, tell: Callable[[Event], None], read: Read, patience_s: float) -> None:
        self.reached = 0
        self.patience_s = patience_s
        self.counts = Counts()
        self._tell = tell
        self._read = read
        self._known = 0  # the highest number that is known to be given
        self._from_store = 0  # up to here all was told as the store has it: whatever comes of it is old
        self._waiting: dict[int, list[Event]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._draining: asyncio.Handle | None = None
        self._reading: asyncio.Task[None] | None = None
        self._closed = False

    def begin(self, last: int) -> None:
        """Whoever connects from now on loads everything up to this number by himself."""
        self.reached = self._known = self._from_store = last

    def put(self, number: int, event: Event) -> None:
        """Tells the event in its turn: now, if all before it is told."""
        if number <= self._from_store:
            return
        if number <= self.reached + 1:  # the next one, or a further word of one that is told already
            self._tell_next(number, event)
            if self._waiting and self._draining is None:  # not now: this number may have another word
                self._draining = asyncio.get_running_loop().call_soon(self._tell_waiting)
            return
        self.counts.waited += 1
        if len(self._waiting) < WAITING_MOST or number in self._waiting:
            self._waiting.setdefault(number, []).append(event)
        self.expect(number)

    def expect(self, number: int) -> None:
        """This number is given: it is to come, or to be read."""
        self._known = max(self._known, number)
        if self._known > self.reached and self._timer is None and self._reading is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self.patience_s, self._look, self.reached)

    def read_now(self) -> None:
        """Asks the store for what was missed, without waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reading is None and not self._closed:
            self._reading = asyncio.get_running_loop().create_task(self._catch_up(), name="events from the store")

    async def close(self) -> None:
        """Ends what is under way."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])

    def _tell_next(self, number: int, event: Event) -> None:
        self.reached = max(self.reached, number)
        self.counts.told += 1
        self._tell(event)

    def _tell_waiting(self) -> None:
        self._draining = None
        while (events := self._waiting.pop(self.reached + 1, None)) is not None:
            number = self.reached + 1
            for event in events:
                self._tell_next(number, event)

    def _look(self, reached_then: int) -> None:
        """The patience is over: what was missing and still is, is read."""
        self._timer = None
        if self.reached == reached_then:
            self.read_now()
        else:
            self.expect(self._known)

    async def _catch_up(self) -> None:
        try:
            while True:
                try:
                    self.counts.reads += 1
                    missed = await self._read(self.reached)
                except BarevError:  # the store is lost: its own log says so, and nothing can be committed meanwhile
                    await asyncio.sleep(_STORE_PAUSE_S)
                    continue
                self._take(missed)
                if not missed.more:
                    break
        except Exception:
            log.exception("events could not be read from the store; next try in %g s", _STORE_PAUSE_S)
            await asyncio.sleep(_STORE_PAUSE_S)
        finally:
            self._reading = None
        self.expect(self._known)

    def _take(self, missed: Missed) -> None:
        """Tells what was read. What came by itself in the meantime is told already."""
        begun = self.reached
        for number, event in missed.events:
            if number > begun:
                self.counts.read += 1
                self._tell_next(number, event)
        if missed.reached > begun:
            self.reached = self._from_store = missed.reached
            self._known = max(self._known, missed.reached)
        for number in [number for number in self._waiting if number <= self.reached]:
            del self._waiting[number]
        self._tell_waiting()
