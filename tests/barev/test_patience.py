"""Bodies that stay away, drip, or take their time, by a clock that the test moves on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from barev.patience import in_time
from tests.barev.realtime.wire import Wire

WITHIN_S = 10.0
LONG = 100_000


@dataclass
class Reader:
    """What reads bodies: ``came``, and whom it tells of each piece."""

    came: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, request: web.Request) -> web.Response:
        """Piece by piece, as soon as the gate is open."""
        await self.gate.wait()
        while piece := await request.content.readany():
            async with self.news:
                self.came += len(piece)
                self.news.notify_all()
        return web.Response(text=str(self.came))

    async def has(self, size: int) -> None:
        """Waits until so much has come."""
        async with self.news:
            await self.news.wait_for(lambda: self.came >= size)


@asynccontextmanager
async def posting(within_s: float, length: int) -> AsyncIterator[tuple[Reader, Wire]]:
    """A server, and somebody who announces a body."""
    reader, app = Reader(), web.Application(client_max_size=0, middlewares=[in_time(within_s)])
    app.router.add_post("/", reader.read)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client = Wire(*await asyncio.open_connection("127.0.0.1", runner.addresses[0][1]))  # with no clock of its own
    try:
        client.send(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
        yield reader, client
    finally:
        client.writer.close()
        await client.writer.wait_closed()
        await runner.cleanup()


@pytest.fixture
async def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the loop's clock on."""
    loop, ahead = asyncio.get_running_loop(), [0.0]
    usual = loop.time
    monkeypatch.setattr(loop, "time", lambda: usual() + ahead[0])

    def move(seconds: float) -> None:
        ahead[0] += seconds

    return move


@pytest.mark.parametrize("drops", [0, 5])
async def test_who_stays_away_or_drips_is_answered(pass_time: Callable[[float], None], drops: int) -> None:
    async with posting(WITHIN_S, 1000) as (reader, client):
        reader.gate.set()
        for count in range(drops + 1):
            client.send(b"x")
            await reader.has(count + 1)
        pass_time(WITHIN_S + 1)
        assert (await client.response())[0] == 408
        assert await client.rest() == b"", "the line is closed"


async def test_who_goes_on_has_the_time_he_needs(pass_time: Callable[[float], None]) -> None:
    """However long it takes, and also where the last piece is short."""
    async with posting(WITHIN_S, LONG) as (reader, client):
        reader.gate.set()
        for sent in range(10_000, LONG, 10_000):
            client.send(b"x" * 10_000)
            await reader.has(sent)
            pass_time(WITHIN_S + 1)
        client.send(b"x" * 10_000)
        assert (await client.response())[::2] == (200, str(LONG).encode())


async def test_a_last_piece_may_be_short(pass_time: Callable[[float], None]) -> None:
    async with posting(WITHIN_S, 5) as (reader, client):
        reader.gate.set()
        client.send(b"x" * 4)
        await reader.has(4)
        pass_time(WITHIN_S / 2)
        client.send(b"x")
        assert (await client.response())[::2] == (200, b"5")


async def test_nobody_is_hurried_while_we_do_not_read(pass_time: Callable[[float], None]) -> None:
    """What has come and waits for us stops the line; its sender cannot help that."""
    size = 4 * 1024 * 1024
    async with posting(WITHIN_S, size) as (reader, client):
        sending = asyncio.ensure_future(send_all(client, b"x" * size))
        for _ in range(3):
            pass_time(WITHIN_S + 1)
            await turns(1000)
        reader.gate.set()
        assert (await client.response())[::2] == (200, str(size).encode())
        await sending


async def send_all(client: Wire, body: bytes) -> None:
    """As fast as it is taken."""
    client.send(body)
    await client.writer.drain()


async def turns(count: int) -> None:
    """Lets the loop do what it can do now."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_no_limit(pass_time: Callable[[float], None]) -> None:
    async with posting(0, 5) as (reader, client):
        reader.gate.set()
        client.send(b"x")
        await reader.has(1)
        pass_time(1000)
        await turns(10)
        client.send(b"x" * 4)
        assert (await client.response())[::2] == (200, b"5")
