"""Stand-ins of ours for machines that are asked over HTTP: they answer what a test has them answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from conversation.messages import Json

Answer = Callable[[Json], Json | int | bytes | None]
"""What is said to a body: JSON, other bytes, the status of a failure, or None for no answer at all."""


@dataclass
class FarSide:
    """``asked``, ``paths``, ``keys``: of each question the body, the address below the host, and the key."""

    answer: Answer
    url: str = ""
    asked: list[Json] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        """One question."""
        body: Json = await request.json()
        self.asked.append(body)
        self.paths.append(request.path_qs)
        self.keys.append(request.headers.get("Authorization", ""))
        answer = self.answer(body)
        if answer is None:
            await self.over.wait()
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/json")
        if isinstance(answer, int):
            return web.Response(status=answer, text="<html>no</html>")
        return web.json_response(answer)


@asynccontextmanager
async def standing_in(answer: Answer) -> AsyncIterator[FarSide]:
    """A server that answers so."""
    side = FarSide(answer)
    app = web.Application()
    app.router.add_post("/{path:.*}", side.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    side.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield side
    finally:
        side.over.set()
        await runner.cleanup()
