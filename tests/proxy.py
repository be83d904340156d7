"""A TCP line between a client and a server that a test can cut, or let go silent as a lost network does."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType


class Proxy:
    """Forwards to a port of the loopback. ``up`` is from the client to the server, ``down`` the other way; ``at``:
    where it listens, 0 for any port."""

    def __init__(self, port: int, at: int = 0) -> None:
        self._port = port
        self._at = at
        self._server: asyncio.Server | None = None
        self._lines: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.up = True
        self.down = True
        self._over = False
        self.dropped = asyncio.Event()  # the server closed a line from its side

    async def __aenter__(self) -> "Proxy":
        """Listens."""
        self._over = False
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._at)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cuts all lines and listens no more."""
        assert self._server is not None
        self._server.close()
        self._over = True
        self.cut()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def go_silent(self, *, up: bool = True, down: bool = True) -> None:
        """From now on nothing gets through in these directions, and neither side is told."""
        self.up = self.up and not up
        self.down = self.down and not down

    def cut(self) -> None:
        """Resets all lines; new ones are forwarded again."""
        lines, self._lines = self._lines, []
        for writer in lines:
            writer.transport.abort()
        self.up = self.down = True
        self.dropped.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = asyncio.current_task()
        assert own is not None
        self._tasks.add(own)
        own.add_done_callback(self._tasks.discard)
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        self._lines += [writer, server_writer]
        if self._over:  # meanwhile
            self.cut()
            return
        for pump in (self._pump_up(reader, server_writer), self._pump_down(server_reader, writer)):
            task = asyncio.create_task(pump)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump_up(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        async for data in _chunks(client):
            if self.up:
                server.write(data)
        if self.up:
            server.close()

    async def _pump_down(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        async for data in _chunks(server):
            if self.down:
                client.write(data)
        self.dropped.set()
        if self.down:
            client.close()


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    try:
        while data := await reader.read(65536):
            yield data
    except ConnectionError:
        return
