"""Viber in tests: a server of the REST Bot API with its documented statuses, and people who write to the bot. Its calls
of the webhook are signed, and repeated where they are not answered with 200."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

WAIT_S = 60.0
TOKEN = "4db5f1a0-tests-viber-8a1c-0b1d2c3e4f5a"
Wire = dict[str, Any]


@dataclass
class Person:
    """Somebody with Viber."""

    id: str = "01234567890A="
    name: str = "Ani"
    language: str = "hy"

    @property
    def wire(self) -> Wire:
        """As a user."""
        return {"id": self.id, "name": self.name, "language": self.language, "country": "AM", "api_version": 10}


@dataclass
class ViberApi:
    """The server. ``sent``: what the bot said, in its order, each receiver of a broadcast by himself; ``broadcasts``:
    to whom each went; ``may_broadcast``: whether Viber has approved it; ``fails``: statuses that the next messages get
    instead; ``breaks``: how many of the next get a gateway's error; ``gone``: who is not subscribed. While ``held`` is
    set, what is sent arrives and is not answered."""

    port: int = 0
    token: str = TOKEN
    webhook: str = ""
    sent: list[Wire] = field(default_factory=list)
    broadcasts: list[list[str]] = field(default_factory=list)
    may_broadcast: bool = True
    fails: list[int] = field(default_factory=list)
    breaks: int = 0
    gone: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    held: asyncio.Event | None = None
    set_up: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tokens: "itertools.count[int]" = field(default_factory=lambda: itertools.count(5_900_000_000_000_000_001))
    _web: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """Of the API."""
        return f"http://127.0.0.1:{self.port}/pa"

    # --- what the bot asks

    async def set_webhook(self, request: web.Request) -> web.Response:
        """Calls the address at once, and takes it where it answers."""
        body = await request.json()
        if request.headers.get("X-Viber-Auth-Token") != self.token:
            return _status(2, "invalidAuthToken")
        self.webhook = body["url"]
        if await self.call({"event": "webhook", "timestamp": _now(), "message_token": next(self._tokens)}) != 200:
            self.webhook = ""
            return _status(1, "invalidUrl")
        self.set_up.set()
        return _status(0, "ok", event_types=body["event_types"])

    async def get_account_info(self, request: web.Request) -> web.Response:
        """Whose the token is."""
        if request.headers.get("X-Viber-Auth-Token") != self.token:
            return _status(2, "invalidAuthToken")
        return _status(0, "ok", id="pa:75346594275468546724", name="Salon", uri="salontest", subscribers_count=1)

    async def send_message(self, request: web.Request) -> web.Response:
        """A message of the bot."""
        body: Wire = await request.json()
        if request.headers.get("X-Viber-Auth-Token") != self.token:
            return _status(2, "invalidAuthToken")
        if self.breaks:
            self.breaks -= 1
            return web.Response(status=502)
        if self.fails:
            return _status(self.fails.pop(0), "as it was told")
        if body["receiver"] in self.gone:
            return _status(6, "receiverNotSubscribed")
        if not _is_good(body):
            return _status(3, "badData")
        body["message_token"] = next(self._tokens)
        self.sent.append(body)
        async with self.arrived:
            self.arrived.notify_all()
        if self.held is not None:
            await self.held.wait()
        return _status(0, "ok", message_token=body["message_token"], chat_hostname="SN-TEST")

    async def broadcast_message(self, request: web.Request) -> web.Response:
        """A message of the bot to many."""
        raw = await request.read()
        body: Wire = json.loads(raw)
        receivers: list[str] = body.pop("broadcast_list", [])
        if request.headers.get("X-Viber-Auth-Token") != self.token:
            return _status(2, "invalidAuthToken")
        if not self.may_broadcast:
            return _status(20, "broadcastNotAllowed")
        if self.breaks:
            self.breaks -= 1
            return web.Response(status=502)
        if self.fails:
            return _status(self.fails.pop(0), "as it was told")
        good = _is_good(body) and len(raw) <= 30 * 1024 and "receiver" not in body
        if not good or not 0 < len(receivers) <= 300 or len(set(receivers)) != len(receivers):
            return _status(3, "badData")
        token = next(self._tokens)
        self.broadcasts.append(receivers)
        failed = [
            {"receiver": one, "status": 6, "status_message": "receiverNotSubscribed"}
            for one in receivers
            if one in self.gone
        ]
        kept = (one for one in receivers if one not in self.gone)
        self.sent += [{**body, "receiver": one, "message_token": token} for one in kept]
        async with self.arrived:
            self.arrived.notify_all()
        if self.held is not None:
            await self.held.wait()
        return _status(0, "ok", message_token=token, failed_list=failed)

    async def media(self, request: web.Request) -> web.Response:
        """A file that a customer sent."""
        name = request.match_info["name"]
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)

    # --- what people do

    async def call(self, event: Wire, signature: str | None = None) -> int:
        """Calls the webhook until it is answered with 200, as Viber does; returns the last status."""
        assert self._web is not None
        body = json.dumps(event).encode()
        signed = signature or hmac.new(self.token.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Viber-Content-Signature": signed, "Content-Type": "application/json"}
        status = 0
        for _ in range(60):
            try:
                async with self._web.post(self.webhook, data=body, headers=headers) as answer:
                    status = answer.status
                    self.answered = await answer.text()
            except aiohttp.ClientError:
                await asyncio.sleep(0.3)  # the product is down: it is called again, as Viber does
                continue
            if status not in (502, 503, 504):
                break
        return status

    answered: str = ""

    def token_of_message(self) -> int:
        """A new one."""
        return next(self._tokens)

    async def says(self, who: Person, text: str, **message: Any) -> int:
        """A message of somebody; its token."""
        token = self.token_of_message()
        said = {"type": "text", "text": text, **message}
        assert await self.call(self.event(who, token, said)) == 200
        return token

    def event(self, who: Person, token: int, said: Wire) -> Wire:
        """The event of a message."""
        return {
            "event": "message",
            "timestamp": _now(),
            "message_token": token,
            "sender": who.wire,
            "message": said,
            "silent": False,
        }

    async def tells(self, kind: str, who: Person, token: int = 0, **more: Any) -> None:
        """Another event of somebody."""
        event = {"event": kind, "timestamp": _now(), "message_token": token or self.token_of_message(), **more}
        about = {"user": who.wire} if kind in ("subscribed", "conversation_started") else {"user_id": who.id}
        assert await self.call({**event, **about}) == 200

    async def heard(self, who: Person, count: int) -> list[Wire]:
        """What the bot said to somebody, as soon as there is so much of it."""
        async with asyncio.timeout(WAIT_S), self.arrived:
            while len(found := [one for one in self.sent if one["receiver"] == who.id]) < count:
                await self.arrived.wait()
        return found


def _is_good(body: Wire) -> bool:
    """The limits of the documentation that a bot most easily breaks."""
    kind = body.get("type")
    if not body.get("sender", {}).get("name") or len(body["sender"]["name"]) > 28:
        return False
    if kind == "text" and not 0 < len(body.get("text") or "") <= 7000:
        return False
    if kind in ("picture", "video", "file") and not str(body.get("media", "")).startswith("http"):
        return False
    if kind == "file" and not (body.get("size") and body.get("file_name")):
        return False
    buttons = (body.get("keyboard") or body.get("rich_media") or {}).get("Buttons", [])
    return all(0 < len(one.get("Text", "")) <= 250 and 1 <= one["Columns"] <= 6 for one in buttons)


def _now() -> int:
    return int(time.time() * 1000)


def _status(status: int, words: str, **more: Any) -> web.Response:
    return web.json_response({"status": status, "status_message": words, **more})


@asynccontextmanager
async def viber_api() -> AsyncIterator[ViberApi]:
    """A running server."""
    api = ViberApi()
    app = web.Application()
    app.router.add_post("/pa/set_webhook", api.set_webhook)
    app.router.add_post("/pa/get_account_info", api.get_account_info)
    app.router.add_post("/pa/send_message", api.send_message)
    app.router.add_post("/pa/broadcast_message", api.broadcast_message)
    app.router.add_get("/media/{name}", api.media)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.port = runner.addresses[0][1]
    try:
        async with aiohttp.ClientSession() as api._web:
            yield api
    finally:
        if api.held is not None:
            api.held.set()
        await runner.cleanup()
