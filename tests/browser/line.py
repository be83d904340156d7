"""The network between a browser and the product: it can be cut for a while, or hold back whatever is sent.

Unlike ``tests.proxy``, whose lines end for good, it stays cut until it is mended, and then delivers what it held.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.leaving import see_off


class Line:
    """Carries bytes from its own port of the loopback to another one."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self._up = asyncio.Event()
        self._flows = asyncio.Event()
        self._up.set()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._delay_s = 0.0
        self._lost = 0.0
        self._chance = random.Random(5)

    @property
    def address(self) -> str:
        """Where the browser finds the product."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Breaks all connections; new ones are broken at once."""
        self._up.clear()
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Everything passes again."""
        self._up.set()
        self._flows.set()

    def hold(self) -> None:
        """Connections stay, and nothing arrives until it is mended: a network that died without a goodbye."""
        self._flows.clear()

    def slow(self, round_trip_s: float, lost: float) -> None:
        """From now on what is sent takes its time, and of so many parts of it the first try gets lost: TCP sends them
        again, and what follows waits."""
        self._delay_s = round_trip_s / 2
        self._lost = lost

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        if not self._up.is_set():
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._writers |= ends
        try:
            ways = (self._pass(reader, far_writer), self._pass(far_reader, writer))
            await asyncio.gather(*ways)
        finally:
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flows.wait()
                for part in self._packets(data):
                    await self._travel()
                    writer.write(part)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except ConnectionError:
            writer.transport.abort()

    def _packets(self, data: bytes) -> list[bytes]:
        size = 16 * 1024 if self._delay_s else len(data)
        return [data[start : start + size] for start in range(0, len(data), size)]

    async def _travel(self) -> None:
        if self._delay_s:
            again_s = max(0.2, 2 * self._delay_s) if self._chance.random() < self._lost else 0.0
            await asyncio.sleep(self._delay_s + again_s)


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """A line to a port while the block runs."""
    line = Line(port)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
        await see_off()
    finally:
        line.mend()
        server.close()
        line.cut()
        await server.wait_closed()
