"""The stock carrier: python-engineio under aiohttp, for polling, upgrades from polling, and whatever lean leaves.

The Socket.IO packets inside are read and written by the same code as on the lean carrier, so both behave the same.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import engineio
from aiohttp import web
from engineio.packet import NOOP, Packet
from engineio.payload import Payload

from barev.realtime.client import Client
from barev.realtime.handshake import KEPT_HEADERS, PATH
from barev.realtime.packets import text_of

if TYPE_CHECKING:
    from barev.realtime.hub import Hub

_PACKETS_A_POST = 10_000  # a browser sends all it has in one request; its size is limited anyway

_engine_log = logging.getLogger(f"{__name__}.engine")
_engine_log.setLevel(logging.CRITICAL)  # it would tell a traceback of whatever nonsense a client sends


class _Queue(asyncio.Queue[Packet | None]):
    """What the engine has for one client. The end of a session does not wait for the client to fetch it all."""

    async def join(self) -> None:
        """Waits for nothing."""

    async def emptied(self) -> None:
        """Waits until the engine has taken all out."""
        await super().join()


class _Engine(engineio.AsyncServer):  # type: ignore[misc]  # engineio has no types
    def create_queue(self, *args: Any, **kwargs: Any) -> _Queue:
        """Makes the queue of a session."""
        return _Queue(*args, **kwargs)


class StockConnection(Client):
    """One Engine.IO session, on whichever transport it is at the moment."""

    __slots__ = ("_out", "_pending", "_pumping", "_sizes", "_stock", "over", "sid", "websocket")

    def __init__(self, stock: "Stock", sid: str, remote: str, headers: Mapping[str, str]) -> None:
        Client.__init__(self, stock.hub, remote, headers)
        self.sid = sid
        self.websocket: asyncio.Transport | None = None
        self.over = False
        self._stock = stock
        self._out: list[bytes] = []
        self._pumping = False
        self._sizes: deque[int] = deque()  # of what is in the engine's queue
        self._pending = 0

    def write(self, frame: bytes) -> None:
        """Sends it at the end of this turn of the loop."""
        if self.over:
            return
        if not self._out:
            self.hub.mark(self)
        self._out.append(frame)

    def flush(self) -> None:
        """Starts giving the engine what there is, in order."""
        if self._out and not self._pumping:
            self.hub.spawn(self.pump())

    def close(self) -> None:
        """Ends the session: the client will come back by itself."""
        if not self.over:
            self.over = True
            self._stock.say_goodbye(self)

    def abort(self) -> None:
        """Cuts the session off; what was not sent is lost."""
        self._out.clear()
        if self.websocket is not None:
            self.websocket.abort()
        self.close()

    async def pump(self) -> None:
        """Gives the engine all there is."""
        if self._pumping:
            return
        self._pumping = True
        while self._out:
            out, self._out = self._out, []
            for frame in out:
                self._sizes.append(len(frame))
                self._pending += len(frame)
                waiting = await self._stock.send(self.sid, text_of(frame))
                while len(self._sizes) > waiting:
                    self._pending -= self._sizes.popleft()
                behind = self._pending - self._sizes[0] if self._sizes else 0  # one message may be as long as it likes
                if behind > self.hub.settings.hard_limit_bytes and not self.over:
                    self.hub.counters.dropped_slow += 1
                    self.abort()
                    break
        self._pumping = False


class Stock:
    """The engine and its sessions."""

    def __init__(self, hub: "Hub") -> None:
        settings = hub.settings
        self.hub = hub
        self._connections: dict[str, StockConnection] = {}
        self._websockets: dict[asyncio.Transport, StockConnection] = {}
        self._goodbyes: set[asyncio.Task[None]] = set()
        self._over = False
        self._requests: set[asyncio.Transport] = set()  # being handled now
        self._idle = asyncio.Event()  # there are none
        self._idle.set()
        Payload.max_decode_packets = _PACKETS_A_POST
        self._engine = _Engine(
            async_mode="aiohttp",
            async_handlers=False,
            ping_interval=settings.ping_interval_s,
            ping_timeout=settings.ping_timeout_s,
            max_http_buffer_size=settings.message_limit_bytes,
            cors_allowed_origins=self._accepts_origin,
            cors_credentials=False,
            logger=_engine_log,
        )
        self._engine.on("connect", self._connected)
        self._engine.on("message", self._message)
        self._engine.on("disconnect", self._disconnected)

    def attach(self, app: web.Application) -> None:
        """Adds the route of the engine to the application."""
        app.router.add_route("*", PATH, self._handle)

    async def send(self, sid: str, text: str) -> int:
        """Gives the engine one packet; returns how many are waiting in its queue."""
        await self._engine.send(sid, text)
        session = self._engine.sockets.get(sid)
        return session.queue.qsize() if session is not None else 0

    def say_goodbye(self, connection: StockConnection) -> None:
        """Ends a session; its door knows at once, the client as soon as it listens."""
        task = asyncio.get_running_loop().create_task(self._disconnect(connection))
        self._goodbyes.add(task)
        task.add_done_callback(self._goodbyes.discard)

    async def _disconnect(self, connection: StockConnection) -> None:
        await connection.pump()
        session = self._engine.sockets.get(connection.sid)
        await self._engine.disconnect(connection.sid)
        if connection.websocket is not None:
            if session is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(session.queue.emptied(), self.hub.settings.close_timeout_s)
            connection.websocket.close()

    def send_away(self) -> None:
        """Begins to end every session."""
        for connection in list(self._connections.values()):
            connection.close()

    async def close_all(self) -> None:
        """Begins to end every session, and stops the engine's own work."""
        self.send_away()
        if not self._over:
            self._over = True
            await self._engine.shutdown()

    async def finish(self, timeout_s: float) -> None:
        """Waits until all goodbyes are said and no request is being handled; then cuts off what is left."""
        idle = asyncio.get_running_loop().create_task(self._idle.wait())
        _done, left = await asyncio.wait({idle, *self._goodbyes}, timeout=timeout_s)
        for task in left:
            task.cancel()
        for connection in list(self._connections.values()):
            connection.abort()
        for transport in list(self._requests):
            transport.abort()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if transport is None:
            return web.Response(status=400)
        self._requests.add(transport)
        self._idle.clear()
        connection = self._connections.get(request.query.get("sid", ""))
        if connection is not None and "Upgrade" in request.headers:
            connection.websocket = transport
            self._websockets[transport] = connection
        try:
            response: web.StreamResponse = await self._engine.handle_request(request)
        except web.HTTPException:  # a handshake that aiohttp does not like
            opened = self._websockets.get(transport)
            if opened is not None:
                opened.websocket = None
                opened.close()
            raise
        except Exception:  # what is no Engine.IO packet comes through as whatever it was
            self.hub.counters.malformed += 1
            response = web.Response(status=400)
            if transport in self._websockets:
                self._websockets[transport].abort()
        finally:
            self._websockets.pop(transport, None)
            self._requests.discard(transport)
            if not self._requests:
                self._idle.set()
        return response

    def _accepts_origin(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        return self.hub.settings.accepts_origin(origin, environ.get("HTTP_HOST"))

    def _connected(self, sid: str, environ: Mapping[str, Any]) -> bool:
        if self.hub.closing:
            return False
        request: web.Request = environ["aiohttp.request"]
        headers = {name: ", ".join(values) for name in KEPT_HEADERS if (values := request.headers.getall(name, None))}
        remote = self.hub.settings.remote(request.remote or "", headers.get("x-forwarded-for"))
        connection = self._connections[sid] = StockConnection(self, sid, remote, headers)
        if "Upgrade" in request.headers and request.transport is not None:
            connection.websocket = request.transport
            self._websockets[request.transport] = connection
        self.hub.counters.stock += 1
        self.hub.counters.accepted += 1
        return True

    def _message(self, sid: str, data: object) -> None:
        connection = self._connections.get(sid)
        if connection is None:
            return
        if isinstance(data, str):
            connection.receive(data)
        else:  # binary, or JSON instead of a packet
            self.hub.counters.malformed += 1

    async def _disconnected(self, sid: str, reason: str) -> None:
        connection = self._connections.pop(sid, None)
        if connection is not None:
            connection.over = True
            self.hub.counters.stock -= 1
            if reason == self._engine.reason.PING_TIMEOUT:
                self.hub.counters.dropped_dead += 1
            connection.lost()
            self.hub.left()
            if connection.websocket is not None and reason != self._engine.reason.SERVER_DISCONNECT:
                connection.websocket.close()  # the engine would let it lie open for a while
        if self._engine.transport(sid) == "polling":  # its request would be left waiting
            await self._engine.send_packet(sid, Packet(NOOP))
