"""The listening socket: by the head of its first request a connection goes to the lean carrier or to aiohttp."""

import asyncio
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from barev.realtime.handshake import read_upgrade
from barev.realtime.lean import LeanConnection

if TYPE_CHECKING:
    from aiohttp import web

    from barev.realtime.hub import Hub

_END: Final = b"\r\n\r\n"
_TOO_LONG: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_TOO_LATE: Final = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Front(asyncio.Protocol):
    """A connection that has not said yet what it wants. Later requests of the same connection are aiohttp's."""

    __slots__ = ("_head", "_hub", "_transport", "_web", "slot")

    def __init__(self, hub: "Hub", web_protocol: Callable[[], asyncio.Protocol]) -> None:
        self._hub = hub
        self._web = web_protocol
        self._head = b""
        self.slot = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Waits for the head, for so long."""
        self._transport = cast(asyncio.Transport, transport)
        self._hub.wheel.add(self, self._hub.settings.head_timeout_s)

    def data_received(self, data: bytes) -> None:
        """Decides once the head is whole."""
        self._head += data
        end = self._head.find(_END)
        if 0 <= end <= self._hub.settings.head_limit_bytes:
            self._decide(end)
        elif len(self._head) > self._hub.settings.head_limit_bytes:
            self._refuse(_TOO_LONG)

    def eof_received(self) -> None:
        """The peer changed its mind; the transport closes."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone before it said what it wanted."""
        self._hub.wheel.remove(self)

    def due(self) -> None:
        """The head took too long."""
        self._refuse(_TOO_LATE)

    def close(self) -> None:
        """Ends it in good order."""
        self._hub.wheel.remove(self)
        self._transport.close()

    def abort(self) -> None:
        """Cuts it off."""
        self._transport.abort()

    def _refuse(self, answer: bytes) -> None:
        self._hub.wheel.remove(self)
        self._transport.write(answer)
        self._transport.close()

    def _decide(self, end: int) -> None:
        hub, transport = self._hub, self._transport
        hub.wheel.remove(self)
        upgrade = read_upgrade(self._head[:end], hub.settings) if hub.settings.lean else None
        if upgrade is not None and not hub.closing:
            peer = transport.get_extra_info("peername")
            host = str(peer[0]) if isinstance(peer, tuple) and peer else ""
            remote = hub.settings.remote(host, upgrade.headers.get("x-forwarded-for"))
            connection = LeanConnection(hub, remote, upgrade.headers)
            transport.set_protocol(connection)
            connection.start(transport, upgrade.response, self._head[end + len(_END) :])
            return
        protocol = self._web()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(self._head)


async def serve_front(
    hub: "Hub",
    runner: "web.AppRunner",
    host: str,
    port: int,
    *,
    backlog: int = 1024,
    reuse_port: bool = False,
    tls: ssl.SSLContext | None = None,
) -> asyncio.Server:
    """Listens for everything: live sockets and the web application of ``runner``, which is set up already.

    ``tls``: for https and wss; both carriers work over it.

    To end: close the server, then ``hub.close_all()``, then clean the runner up. Raises OSError where the port is
    taken, RuntimeError where the runner is not set up.
    """
    web_server = runner.server
    if web_server is None:
        raise RuntimeError("the web runner is not set up")
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Front(hub, web_server),
        host,
        port,
        backlog=backlog,
        reuse_port=reuse_port or None,
        ssl=tls,
        ssl_handshake_timeout=hub.settings.head_timeout_s if tls is not None else None,
    )
