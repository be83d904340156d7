"""The bus: events of this process go out to the others, theirs come in, and all are told in one order."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2s
from secrets import token_hex

import orjson

from barev.bus.codec import Plain, pack_event, unpack_event
from barev.bus.crowd import BEAT_S, Crowd, Word
from barev.bus.line import Ends, Line, Times
from barev.bus.missed import read_last, read_missed
from barev.bus.sequence import Missed, Sequencer
from conversation.errors import BarevError
from conversation.events import Event, number_of
from crm_store.engine import Store
from routing.presence import LivePresence
from routing.publisher import Publisher

log = logging.getLogger(__name__)
FORMAT = 1
"""Of frames. Processes of different formats do not hear each other: what they miss they read from the store."""
JUMP_MOST = 5_000
"""Events that are read from the store and told; where more were missed (a long outage, an import), it is quicker that
every client asks for what concerns it."""
_NAME_CHARS = 12
_AT_ONCE = 1000  # events a frame
_UNSAID_MOST = 20_000


@dataclass(frozen=True, slots=True)
class BusSettings:
    """``url``: of Redis. ``key``: what only processes on the same store share. Seconds: ``patience_s`` a missing number
    is waited for, ``patience_down_s`` the same while Redis is away; the store is asked for its last number every
    ``look_s``, and every ``look_down_s`` while Redis is away; agents are told of an outage that lasts ``lasting_s``;
    a start waits for Redis ``start_s`` at most."""

    url: str
    key: bytes
    patience_s: float = 0.15
    patience_down_s: float = 0.02
    look_s: float = 1.0
    look_down_s: float = 0.25
    lasting_s: float = 10.0
    start_s: float = 3.0
    times: Times = field(default_factory=Times)


@dataclass(frozen=True, slots=True)
class Hooks:
    """``lasting`` is called with True when an outage lasts, and with False when it is over; ``start_over`` when every
    client here must load for himself what he missed: close their connections."""

    lasting: Callable[[bool], None]
    start_over: Callable[[], None]


class Bus:
    """One process's end of it. Belongs to one loop."""

    def __init__(
        self,
        settings: BusSettings,
        store: Store,
        publisher: Publisher,
        presence: LivePresence,
        hooks: Hooks,
    ) -> None:
        self._settings = settings
        self._store = store
        self._publisher = publisher
        self._hooks = hooks
        self.name = token_hex(_NAME_CHARS // 2)
        self._prefix = self.name.encode()
        channel = f"barev:{FORMAT}:{blake2s(settings.key, digest_size=8, person=b'bus').hexdigest()}"
        self._line = Line(settings.url, channel, Ends(self._take, self._hear, self._turned), settings.times)
        self.crowd = Crowd(self.name, presence, self._line.wake)
        self._unsaid: deque[tuple[int | None, Event]] = deque()
        self._number: int | None = None  # of the event published last
        self._full = False
        self._sequencer = Sequencer(publisher.deliver, self._read_missed, settings.patience_down_s)
        self._stands = asyncio.Event()
        self._unknown: set[str] = set()
        self._lasts = False
        self._lasting_timer: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def stands(self) -> bool:
        """Whether the line to Redis stands."""
        return self._stands.is_set()

    @property
    def sequencer(self) -> Sequencer:
        """The order of events, with its counts."""
        return self._sequencer

    async def start(self) -> None:
        """Begins; to be called before anybody connects. Where Redis is away, it goes on without. Raises Unavailable
        where the store is lost."""
        settings = self._settings
        self._sequencer.begin(await read_last(self._store))
        self._publisher.divert(self.publish)
        loop = asyncio.get_running_loop()
        self._wait_for_lasting()
        self._tasks = [
            loop.create_task(work, name=name)
            for work, name in ((self._line.keep(), "bus line"), (self._look(), "bus look"), (self._beat(), "bus beat"))
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(settings.start_s):
                await self._stands.wait()

    async def close(self) -> None:
        """Leaves."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._lasting_timer is not None:
            self._lasting_timer.cancel()
        await self._sequencer.close()

    # --- out --------------------------------------------------------------------------------------------------------

    def publish(self, event: Event) -> None:
        """Tells this process's own people in their turn, then, in one piece with what else there is, the others."""
        number = number_of(event)
        self._put(number, event)
        if not self._stands.is_set():
            return
        if number is None or number != self._number:  # words of one number stay together
            self._number = number
            self._full = len(self._unsaid) >= _UNSAID_MOST  # Redis is slow beyond hope: the others read the store
        if not self._full:
            self._unsaid.append((number, event))
            self._line.wake()

    def _take(self) -> bytes | None:
        words: list[Word] = self.crowd.take()
        if self._unsaid:
            highest: int | None = 0
            packed: list[Plain] = []
            while self._unsaid and (len(packed) < _AT_ONCE or self._unsaid[0][0] == highest):
                number, event = self._unsaid.popleft()
                packed.append(pack_event(event))
                highest = highest if number is None else number
            words.append(["events", highest, packed])
        return self._prefix + orjson.dumps(words) if words else None

    # --- in ---------------------------------------------------------------------------------------------------------

    def _put(self, number: int | None, event: Event) -> None:
        if number is None:
            self._publisher.deliver(event)
        else:
            self._sequencer.put(number, event)

    def _hear(self, frame: bytes) -> None:
        if frame.startswith(self._prefix):
            return
        try:
            process = frame[:_NAME_CHARS].decode("ascii")
            words = orjson.loads(frame[_NAME_CHARS:])
            for word in words:
                self._hear_word(process, word)
        except (ValueError, TypeError) as error:  # not from one of us; what it should have told is read from the store
            self._say_unknown("frame", f"a frame makes no sense and is passed over: {error!s:.200}")

    def _hear_word(self, process: str, word: Sequence[Plain]) -> None:
        match word:
            case ["events", int(highest), list(events)]:
                self._hear_events(events)
                self._sequencer.expect(highest)
            case [str(kind), *_]:
                if not self.crowd.hear(process, list(word)):
                    self._say_unknown(kind, f"a word is not known to this version and passed over: {kind:.40}")
            case _:
                raise ValueError("no word")

    def _hear_events(self, packed: list[Plain]) -> None:
        """Tells them in their turn. Where this version does not know one, those with numbers come from the store: of
        two words of one number it would tell but one."""
        events = [self._unpack(one) for one in packed]
        whole = all(one is not None for one in events)
        for event in events:
            if event is not None and (whole or number_of(event) is None):
                self._put(number_of(event), event)

    def _unpack(self, packed: Plain) -> Event | None:
        match packed:
            case [str(tag), values]:
                event = unpack_event(tag, values)
                if event is None:
                    self._say_unknown(tag, f"an event is not known to this version, the store tells it: {tag:.60}")
                return event
            case _:
                raise ValueError("no event")

    def _say_unknown(self, what: str, line: str) -> None:
        if what not in self._unknown and len(self._unknown) < 100:
            self._unknown.add(what)
            log.warning("%s", line)

    async def _read_missed(self, after: int) -> Missed:
        last = await read_last(self._store)
        if last - after <= JUMP_MOST:
            return await read_missed(self._store, after)
        log.warning("%d events were missed, too many to be told one by one: all clients are to catch up", last - after)
        self._hooks.start_over()
        return Missed([], last, False)

    # --- up and down ------------------------------------------------------------------------------------------------

    def _turned(self, stands: bool) -> None:
        if stands:
            self._stands.set()
            self._sequencer.patience_s = self._settings.patience_s
            self._sequencer.read_now()  # what was said before we listened
            self.crowd.begin()
            if self._lasting_timer is not None:
                self._lasting_timer.cancel()
            if self._lasts:
                self._lasts = False
                self._hooks.lasting(False)
        else:
            self._stands.clear()
            self._sequencer.patience_s = self._settings.patience_down_s
            self._unsaid.clear()
            self._wait_for_lasting()

    def _wait_for_lasting(self) -> None:
        loop = asyncio.get_running_loop()
        self._lasting_timer = loop.call_later(self._settings.lasting_s, self._say_lasting)

    def _say_lasting(self) -> None:
        self._lasts = True
        self._hooks.lasting(True)

    async def _look(self) -> None:
        """Asks the store for its last number: the last words of a process that died are missed by nobody else."""
        settings = self._settings
        while True:
            await asyncio.sleep(settings.look_s if self.stands else settings.look_down_s)
            try:
                self._sequencer.expect(await read_last(self._store))
            except BarevError:
                continue  # the store is lost, which its own log says
            except Exception:
                log.exception("the store's last event number could not be read")

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            if self.stands:
                self.crowd.beat()
