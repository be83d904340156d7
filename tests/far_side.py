"""Other people's servers in tests: one on this machine that keeps what it was asked, and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

WAIT_S = 60.0


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class FarSide:
    """A server. ``answer``: what it says; until told otherwise 200 and nothing."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], web.Response] = lambda _: web.Response()
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Keeps the request and answers it."""
        one = Asked(request.method, request.path_qs, request.headers, await request.read())
        self.asked.append(one)
        self._came.set()
        return self.answer(one)

    async def wait(self, count: int) -> list[Asked]:
        """What was asked, as soon as it is so much."""
        async with asyncio.timeout(WAIT_S):
            while len(self.asked) < count:
                self._came.clear()
                await self._came.wait()
        return self.asked


@asynccontextmanager
async def far_side() -> AsyncIterator[FarSide]:
    """One that runs."""
    side = FarSide(0)
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", side.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    side.port = runner.addresses[0][1]
    try:
        yield side
    finally:
        await runner.cleanup()
