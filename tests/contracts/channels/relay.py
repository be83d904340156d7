"""A channel of one's own as a case of the suite: the relay, and its far side."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from conversation.channels import Carrier
from tests.contracts.channels.case import Again, Arrived, Case, Fault, read_numbered
from tests.contracts.own.bot.relay.carrier import CAN, RelayCarrier
from tests.contracts.own.bot.relay.wire import RelayWire

OWN = Path(__file__).parents[1] / "own"
KEY = "relay-key-of-the-tests-0123456789"
WAIT_S = 60.0
_STATUSES = {"refused": 400, "busy": 429, "broken": 502}


@dataclass
class RelayServer:
    """The far side. ``lines``: what customers said; ``repeats``: which of it is told once more; ``sent``: what they
    were told, to whom. It counts each way apart: a customer's next line bears the number of what he was just told."""

    port: int = 0
    lines: list[dict[str, object]] = field(default_factory=list)
    repeats: list[dict[str, object]] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    held: asyncio.Event | None = None
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _known: dict[str, int] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)

    async def tell(self, told: list[dict[str, object]], line: dict[str, object]) -> None:
        """A line of a customer."""
        async with self.news:
            told.append(line)
            self.news.notify_all()

    async def asked(self, request: web.Request) -> web.Response:
        """``GET /lines?after=N&wait=SECONDS``"""
        self._check(request)
        after = int(request.query["after"])
        async with self.news:
            try:
                async with asyncio.timeout(float(request.query["wait"])):
                    await self.news.wait_for(lambda: len(self.lines) > after or bool(self.repeats))
            except TimeoutError:
                return web.json_response({"lines": []})
        repeats, self.repeats = self.repeats, []
        return web.json_response({"lines": [*self.lines[after:], *repeats]})

    async def told(self, request: web.Request) -> web.Response:
        """``POST /lines``"""
        self._check(request)
        line = await request.json()
        if self.fails:
            return web.Response(status=self.fails.pop(0), headers={"Retry-After": "1"})
        if line["to"] in self.gone:
            return web.Response(status=410)
        if not 0 < len(line["text"]) <= CAN.text_chars:
            return web.Response(status=400)
        if line["id"] not in self._known:
            self._told[line["to"]] = max(len(self.lines), self._told.get(line["to"], 0)) + 1
            self._known[line["id"]] = self._told[line["to"]]
            async with self.news:
                self.sent.append((line["to"], line["text"]))
                self.news.notify_all()
        if self.held is not None:
            await self.held.wait()
        return web.json_response({"n": self._known[line["id"]]})

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            raise web.HTTPUnauthorized


class Relay:
    """See ``Case``."""

    channel = "relay"
    faults: frozenset[Fault] = frozenset(("refused", "blocked", "busy", "broken"))
    secret = KEY
    repeatable = True
    edits = False
    takes_files = False
    cold = True

    def __init__(self, server: RelayServer) -> None:
        self.server = server

    @property
    def url(self) -> str:
        """Of the far side."""
        return f"http://127.0.0.1:{self.server.port}"

    def environment(self, address: str) -> dict[str, str]:
        """Its folder is on the path, beside the product's."""
        path = os.pathsep.join([str(OWN), *filter(None, [os.environ.get("PYTHONPATH"), str(OWN.parents[2])])])
        return {
            "PYTHONPATH": path,
            "BAREV_RELAY_URL": self.url,
            "BAREV_RELAY_KEY": KEY,
            "BAREV_SERVER_PUBLIC_URL": address,
        }

    async def opened(self) -> None:
        """It asks by itself."""

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """See the case."""
        wire = RelayWire(self.url, KEY, answer_s=0.5)
        try:
            yield RelayCarrier(wire)
        finally:
            await wire.close()

    def person(self, number: int) -> str:
        """A name there."""
        return f"guest{number}"

    async def says(self, who: str, text: str) -> Again:
        """See the case."""
        line = {"n": len(self.server.lines) + 1, "from": who, "text": text}
        await self.server.tell(self.server.lines, line)

        async def again() -> None:
            await self.server.tell(self.server.repeats, line)

        return again

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """There is no such thing."""
        raise NotImplementedError

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """Types the number."""
        await self.says(who, str(place + 1))

    def arrived(self, who: str) -> list[Arrived]:
        """See the case."""
        return [read_numbered(text) for to, text in self.server.sent if to == who]

    async def until(self, look: Callable[[], bool]) -> None:
        """See the case."""
        async with asyncio.timeout(WAIT_S), self.server.news:
            await self.server.news.wait_for(look)

    def fail(self, fault: Fault, who: str) -> None:
        """See the case."""
        if fault == "blocked":
            self.server.gone.add(who)
        else:
            self.server.fails.append(_STATUSES[fault])

    async def returns(self, who: str) -> None:
        """Is there again."""
        self.server.gone.discard(who)

    def hold(self) -> None:
        """See the case."""
        self.server.held = asyncio.Event()

    def let_go(self) -> None:
        """See the case."""
        held, self.server.held = self.server.held, None
        if held is not None:
            held.set()

    def fits(self, text: str) -> bool:
        """See the case."""
        return len(text) <= CAN.text_chars


@asynccontextmanager
async def relay() -> AsyncIterator[Case]:
    """One that runs."""
    server = RelayServer()
    app = web.Application()
    app.router.add_get("/lines", server.asked)
    app.router.add_post("/lines", server.told)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    case = Relay(server)
    try:
        yield case
    finally:
        case.let_go()
        await runner.cleanup()
