"""The live socket server: namespaces, rooms, and emits that are encoded once and written once a turn of the loop."""

import asyncio
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from os import urandom
from typing import TYPE_CHECKING

from barev.realtime.acks import Acks
from barev.realtime.client import Client
from barev.realtime.member import Member
from barev.realtime.packets import event_frame
from barev.realtime.settings import Settings
from barev.realtime.space import Space
from barev.realtime.wheel import Wheel
from conversation.errors import BarevError
from conversation.sockets import Namespace, Socket

if TYPE_CHECKING:
    from aiohttp import web

    from barev.realtime.stock import Stock

log = logging.getLogger(__name__)

RenderError = Callable[[Socket, BarevError], str]
"""The text of an error in the language of the socket."""


@dataclass(slots=True)
class Counters:
    """Numbers for the metrics. ``lean`` and ``stock`` are open connections, the others only rise.

    ``events_out`` counts an event once for each receiver. ``dropped_slow``: connections dropped because they did not
    read; ``dropped_dead``: because they did not answer a ping. ``malformed``: packets or frames that made no sense.
    """

    lean: int = 0
    stock: int = 0
    accepted: int = 0
    events_in: int = 0
    events_out: int = 0
    dropped_slow: int = 0
    dropped_dead: int = 0
    malformed: int = 0
    handler_errors: int = 0


class Hub:
    """Implements ``conversation.sockets.SocketServer``. All but its making belongs to one loop."""

    def __init__(self, settings: Settings, render_error: RenderError) -> None:
        self.settings = settings
        self.counters = Counters()
        self.acks = Acks()
        self.tells_all = log.isEnabledFor(logging.DEBUG)
        self._render_error = render_error
        self._spaces: dict[str, Space] = {}
        self._dirty: list[Client] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._stock: Stock | None = None
        self._left: asyncio.Future[None] | None = None
        self.closing = False
        self.draining = False
        times = (settings.ping_interval_s, settings.ping_timeout_s, settings.head_timeout_s, settings.close_timeout_s)
        self.wheel = Wheel(max(0.01, min(1.0, min(times) / 4)), max(times))

    def attach(self, app: "web.Application") -> None:
        """Serves its /socket.io/ by the stock engine: polling, upgrades, and all where ``lean`` is off."""
        from barev.realtime.stock import Stock

        self._stock = Stock(self)
        self._stock.attach(app)

    def register(self, namespace: Namespace) -> None:
        """Opens a namespace. Raises ValueError for a name that is taken or has no slash in front."""
        if not namespace.name.startswith("/") or namespace.name in self._spaces:
            raise ValueError(f"no name for a new namespace: {namespace.name}")
        self._spaces[namespace.name] = Space(namespace)

    def emit(
        self,
        namespace: str,
        rooms: Iterable[str],
        event: str,
        payload: Mapping[str, object],
        skip: Socket | None = None,
    ) -> None:
        """Sends to every local member of any of the rooms, each once; encoded once.

        Never blocks, never raises for a lost client. Raises TypeError for a payload that has no JSON.
        """
        space = self._spaces.get(namespace)
        if space is None:
            return
        audience = space.audience(rooms)
        if not audience:
            return
        frame = event_frame(space.start(event), payload)
        sent = 0
        for member in audience:
            if member is not skip:
                member.deliver(frame)
                sent += 1
        self.counters.events_out += sent

    def listened(self, namespace: str, rooms: Iterable[str]) -> bool:
        """Whether anybody here would get an emit to these rooms."""
        space = self._spaces.get(namespace)
        return space is not None and any(room in space.rooms for room in rooms)

    def members(self, namespace: str, room: str) -> tuple[Socket, ...]:
        """Who is in the room here and now."""
        space = self._spaces.get(namespace)
        return tuple(space.rooms.get(room, ())) if space is not None else ()

    def send_away(self) -> None:
        """Closes every connection; the clients come back by themselves and catch up."""
        for waiter in list(self.wheel):
            waiter.close()
        if self._stock is not None:
            self._stock.send_away()

    async def drain(self, timeout_s: float) -> None:
        """Takes no more events, and returns when those taken are handled, or queued in the store."""
        self.draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)

    async def close_all(self, timeout_s: float = 2.0) -> None:
        """Closes every connection, so that the clients come back by themselves, and takes no new ones.

        Returns when all are gone and their doors know it, or after the time-out, when the rest was cut off.
        """
        self.closing = True
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        self.send_away()
        if self._stock is not None:
            await self._stock.close_all()
        while (self.counters.lean or self.counters.stock) and loop.time() < deadline:
            self._left = loop.create_future()
            await asyncio.wait((self._left,), timeout=deadline - loop.time())
        for waiter in list(self.wheel):
            waiter.abort()
        if self._stock is not None:
            await self._stock.finish(max(0.0, deadline - loop.time()))
        await asyncio.sleep(0)  # lets the transports tell what was cut off
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=max(0.0, deadline - loop.time()))

    def left(self) -> None:
        """A connection is gone (its carrier has counted it already)."""
        if self._left is not None and not self._left.done():
            self._left.set_result(None)

    def space(self, name: str) -> Space | None:
        """The namespace of that name."""
        return self._spaces.get(name)

    def mark(self, client: Client) -> None:
        """The client has something to be flushed when this turn of the loop is over."""
        if not self._dirty:
            asyncio.get_running_loop().call_soon(self._flush)
        self._dirty.append(client)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Runs it as a task that is not forgotten."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def message_of(self, member: Member, error: BarevError) -> str:
        """The text of an error for that member; never raises."""
        try:
            return self._render_error(member, error)
        except Exception:
            log.exception("no text for %s", error)
            return error.code

    def new_id(self) -> str:
        """An id nobody can guess (120 random bits)."""
        return urlsafe_b64encode(urandom(15)).decode()

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for client in dirty:
            client.flush()
        self.acks.flushed()
