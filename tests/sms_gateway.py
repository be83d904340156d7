"""A gateway of SMS in tests: takes messages over HTTP as it is told to (errors, limits, silence), and calls for what
people write and for what became of messages, as gateways do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

WAIT_S = 60.0
SECRET = "a-secret-of-the-gateway"


@dataclass
class SmsGateway:
    """The server. ``sent``: what it took, in its order; ``fails``: statuses that the next requests get instead. While
    ``held`` is set, what is sent is taken and not answered. It counts each way apart, as gateways with an inbox and an
    outbox do, and so that what a phone says next bears the number of what was just sent to it."""

    port: int = 0
    door: str = ""
    sent: list[dict[str, str]] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    held: asyncio.Event | None = None
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _in: int = 700_000
    _out: dict[str, int] = field(default_factory=dict)
    _web: aiohttp.ClientSession | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What a product is told of it."""
        return {
            "BAREV_SMS_DRIVER": "http",
            "BAREV_SMS_URL": f"http://127.0.0.1:{self.port}/send",
            "BAREV_SMS_ANSWER_ID": '"message_id": *"([^"]+)"',
            "BAREV_SMS_IN_SECRET": SECRET,
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A message that is to be sent."""
        if self.fails and self.fails[0]:
            return web.json_response({"status": "no"}, status=self.fails.pop(0), headers={"Retry-After": "1"})
        del self.fails[:1]
        asked: dict[str, str] = await request.json()
        self._out[asked["to"]] = max(self._in, self._out.get(asked["to"], 0)) + 1
        known = str(self._out[asked["to"]])
        async with self.arrived:
            self.sent.append({**asked, "message_id": known})
            self.arrived.notify_all()
        if self.held is not None:
            await self.held.wait()
        return web.json_response({"status": "accepted", "message_id": known})

    async def heard(self, to: str, count: int) -> list[dict[str, str]]:
        """What a phone got, as soon as it is so much."""

        def mine() -> list[dict[str, str]]:
            return [one for one in self.sent if one["to"] == to]

        async with asyncio.timeout(WAIT_S), self.arrived:
            await self.arrived.wait_for(lambda: len(mine()) >= count)
        return mine()

    async def says(self, sender: str, text: str, far_id: str = "") -> str:
        """Somebody writes; the gateway calls until it is answered. Returns its id."""
        if not far_id:
            self._in += 1
        known = far_id or str(self._in)
        status = 0
        async with asyncio.timeout(WAIT_S):
            while status != 200:
                try:
                    status = await self.call("incoming", {"id": known, "from": sender, "text": text})
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        return known

    async def reports(self, message: dict[str, str], status: str, **more: str) -> None:
        """What became of a message."""
        told = {"message_id": message["message_id"], "to": message["to"], "status": status, **more}
        assert await self.call("report", told) == 200

    async def call(self, what: str, told: Any, secret: str = SECRET, **how: Any) -> int:
        """One call; its status."""
        assert self._web is not None
        given = {"json": told, **how} if told is not None else how
        method = str(given.pop("method", "POST"))
        async with self._web.request(method, f"{self.door}/channels/sms/{what}/{secret}", **given) as answer:
            await answer.read()
            return answer.status


@asynccontextmanager
async def sms_gateway() -> AsyncIterator[SmsGateway]:
    """Runs one."""
    gateway = SmsGateway()
    app = web.Application()
    app.router.add_post("/send", gateway.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        gateway._web = session
        try:
            yield gateway
        finally:
            if gateway.held is not None:
                gateway.held.set()
            await runner.cleanup()
