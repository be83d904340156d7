"""A real server on the loopback for these tests: the hub, both carriers, aiohttp, and a door that tells all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import web

from barev.realtime import Hub, Settings, serve_front
from barev.realtime.hub import RenderError
from barev.realtime.member import Member
from conversation.errors import BarevError, Rejected
from conversation.messages import Json, JsonObject
from conversation.sockets import Reply, Socket


def render_error(socket: Socket, error: BarevError) -> str:
    """The text of an error, in the language the client asked for."""
    return f"{socket.headers.get('accept-language', '?')}: {error.text_key} {error.fields}"


class Door:
    """A namespace whose events do what their name says; it writes down who came, what was said and who went."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.name = name
        self.hub = hub
        self.sockets: list[Socket] = []
        self.seen: list[str] = []
        self.came: asyncio.Queue[Socket] = asyncio.Queue()
        self.went: asyncio.Queue[Socket] = asyncio.Queue()
        self.gate = asyncio.Event()
        self.waiting = asyncio.Event()

    async def connect(self, socket: Socket, auth: JsonObject) -> None:
        """Refuses, fails, waits or lets in, as ``auth`` says."""
        if auth.get("crash"):
            raise RuntimeError("the door fell off")
        if auth.get("wait"):
            self.waiting.set()
            await self.gate.wait()
        if auth.get("refuse"):
            raise Rejected(
                "unauthorized", "error.token_wrong", retry_after_s=1.5, extra={"hint": "a"}, who=auth["refuse"]
            )
        socket.state = auth
        rooms = auth.get("rooms")
        for room in rooms if isinstance(rooms, list) else []:
            socket.join(str(room))
        if auth.get("welcome"):
            socket.emit("welcome", {"before": "the door is open"})
        self.sockets.append(socket)
        self.came.put_nowait(socket)

    def disconnected(self, socket: Socket) -> None:
        """Remembers who went."""
        self.sockets.remove(socket)
        self.went.put_nowait(socket)

    def receive(self, socket: Socket, event: str, data: Json, reply: Reply) -> Any:
        """Does what the event says."""
        self.seen.append(event)
        if event == "wait":
            return self._wait(data, reply)
        if event == "wait_and_fail":
            return self._wait_and_fail(reply)
        self._now(socket, event, data, reply)
        return None

    def _now(self, socket: Socket, event: str, data: Json, reply: Reply) -> None:
        words = data if isinstance(data, dict) else {}
        if event == "echo":
            reply({"ok": True, "data": data})
        elif event == "say":
            self.hub.emit(self.name, [str(room) for room in words["rooms"]], "said", {"text": words["text"]})  # type: ignore[union-attr]  # a list
            reply({"ok": True})
        elif event == "others":
            self.hub.emit(self.name, [str(words["room"])], "said", {"text": words["text"]}, skip=socket)
            reply({"ok": True})
        elif event in ("join", "leave"):
            (socket.join if event == "join" else socket.leave)(str(words["room"]))
            reply({"ok": True})
        elif event == "later":
            asyncio.get_running_loop().call_soon(reply, {"ok": True, "late": True})
        elif event == "twice":
            reply({"ok": True, "n": 1})
            reply({"ok": True, "n": 2})
        elif event == "reject":
            raise Rejected("already_taken", "error.already_taken", extra={"assignee": {"id": 7}}, name="Ani")
        elif event == "crash":
            raise RuntimeError("the door fell off")
        elif event == "cut":
            cast(Member, socket).client.abort()
        elif event == "end":
            reply({"ok": True})
            socket.close()
        else:
            raise Rejected("invalid", "error.event_unknown", event=event)

    async def _wait(self, data: Json, reply: Reply) -> None:
        self.waiting.set()
        await self.gate.wait()
        reply({"ok": True, "waited": data})

    async def _wait_and_fail(self, reply: Reply) -> None:
        await self.gate.wait()
        raise RuntimeError("the door fell off late")


@dataclass
class Live:
    """A running server."""

    hub: Hub
    visitor: Door
    desk: Door
    runner: web.AppRunner
    server: asyncio.Server
    port: int
    troubles: list[Mapping[str, Any]] = field(default_factory=list)  # what the loop was told of

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many are open on both carriers."""
        return self.hub.counters.lean + self.hub.counters.stock


def application() -> web.Application:
    """A little of what the product serves beside its sockets."""

    async def hello(request: web.Request) -> web.Response:
        assert request.transport is not None
        told = {
            "path": request.path,
            "cookie": request.cookies.get("who"),
            "body": await request.text(),
            "port": request.transport.get_extra_info("peername")[1],
        }
        response = web.json_response(told)
        response.set_cookie("who", "ani", httponly=True)
        return response

    app = web.Application()
    app.router.add_route("*", "/hello/{name}", hello)
    return app


@asynccontextmanager
async def serving(settings: Settings, render: RenderError = render_error) -> AsyncIterator[Live]:
    """Runs a server in the present loop."""
    hub = Hub(settings, render)
    visitor, desk = Door(hub, "/visitor"), Door(hub, "/desk")
    hub.register(visitor)
    hub.register(desk)
    app = application()
    hub.attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    server = await serve_front(hub, runner, "127.0.0.1", 0)
    live = Live(hub, visitor, desk, runner, server, server.sockets[0].getsockname()[1])
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: live.troubles.append(context))
    try:
        yield live
    finally:
        server.close()
        await hub.close_all()
        await runner.cleanup()
    assert live.troubles == []
    assert live.connections == 0
    assert visitor.sockets == desk.sockets == []


async def until(condition: Callable[[], object]) -> None:
    """Lets the loop turn until it holds, for what nobody is told of."""
    while not condition():  # noqa: ASYNC110  # there is no event to wait for
        await asyncio.sleep(0)


def our_errors(records: list[logging.LogRecord]) -> list[str]:
    """What the server logged as its own failures."""
    return [
        record.getMessage() for record in records if record.name.startswith("barev") and record.levelno >= logging.ERROR
    ]
