"""The hub and its sockets where doors, not clients, are at fault; and what an idle connection costs."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from barev.realtime import Hub, Settings
from conversation.errors import BarevError, Rejected
from conversation.messages import Json, JsonObject
from conversation.sockets import Namespace, Reply, Socket, SocketServer
from tests.barev.realtime.live import Door, Live, our_errors, serving, until
from tests.barev.realtime.raw import raw, visitor


class Clumsy(Door):
    """A door that does what doors should not."""

    async def connect(self, socket: Socket, auth: JsonObject) -> None:
        """May close what it lets in, or refuse without words."""
        await super().connect(socket, auth)
        if auth.get("close"):
            socket.join("a")
            socket.close()
        if auth.get("wordless"):
            self.sockets.remove(socket)
            raise Rejected("forbidden", "error.forbidden", extra={"odd": object()})

    def disconnected(self, socket: Socket) -> None:
        """Fails after its work."""
        super().disconnected(socket)
        raise RuntimeError("hinges")

    def receive(self, socket: Socket, event: str, data: Json, reply: Reply) -> None:
        """Replies with what has no JSON, fails after replying, or sends what has no JSON."""
        if event == "odd_reply":
            reply({"ok": object()})
        elif event == "odd_error":
            raise Rejected("conflict", "error.conflict", extra={"odd": object()})
        elif event == "odd_emit":
            self.hub.emit(self.name, ["a"], "odd", {"odd": object()})
        elif event == "reply_and_fail":
            reply({"ok": True})
            raise RuntimeError("hinges")
        else:
            super().receive(socket, event, data, reply)


@pytest.fixture(params=["lean", "stock"])
async def live(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    """A server with a clumsy door besides the two good ones."""
    async with serving(Settings(lean=request.param == "lean")) as server:
        server.hub.register(Clumsy(server.hub, "/clumsy"))
        yield server


def test_it_is_what_doors_are_promised() -> None:
    hub: SocketServer = Hub(Settings(), lambda _socket, error: error.code)
    door: Namespace = Door(Hub(Settings(), lambda _socket, error: error.code), "/visitor")
    hub.register(door)
    hub.emit("/visitor", ["a"], "nobody hears", {})


@pytest.mark.parametrize("name", ["/visitor", "visitor", ""])
def test_names_of_namespaces(name: str) -> None:
    hub = Hub(Settings(), lambda _socket, error: error.code)
    hub.register(Door(hub, "/visitor"))
    with pytest.raises(ValueError, match="no name"):
        hub.register(Door(hub, name))


async def test_faults_of_a_door_stay_in_its_answers(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    async with raw(live.url) as client:
        await client.connect("/clumsy", {"rooms": ["a"]})
        for n, event in enumerate(["odd_reply", "odd_emit"]):
            assert (await client.call(event, namespace="/clumsy", ack=n))["error"]["code"] == "unavailable"
        assert await client.call("odd_error", namespace="/clumsy", ack=7) == {
            "ok": False,
            "error": {"code": "conflict", "message": "?: error.conflict {}"},
        }
        assert await client.call("reply_and_fail", namespace="/clumsy", ack=8) == {"ok": True}
        assert await client.call("echo", 1, "/clumsy", ack=9) == {"ok": True, "data": 1}
    await until(lambda: not live.connections)
    assert our_errors(caplog.records) == [
        "/clumsy: event 'odd_reply' failed",
        "/clumsy: event 'odd_emit' failed",
        "/clumsy: an error that has no JSON",
        "/clumsy: event 'reply_and_fail' failed",
        "/clumsy: disconnected failed",
    ]


async def test_door_that_closes_what_it_lets_in(live: Live) -> None:
    async with raw(live.url) as client:
        await client.send('40/clumsy,{"close":true,"rooms":["b"]}')
        assert await client.text() == "41/clumsy,"
        assert not live.hub.listened("/clumsy", ["a", "b"])
        assert (await client.connect())[0] == "40"


async def test_refusal_without_json(live: Live) -> None:
    async with raw(live.url) as client:
        head, data = await client.connect("/clumsy", {"wordless": True})
        assert (head, data["data"]) == ("44", {"code": "forbidden"})


async def test_text_that_cannot_be_rendered_is_the_code(caplog: pytest.LogCaptureFixture) -> None:
    def render(_socket: Socket, error: BarevError) -> str:
        raise KeyError(error.text_key)

    async with serving(Settings(), render) as live, visitor(live.url) as client:
        assert (await client.call("who"))["error"] == {"code": "invalid", "message": "invalid"}
        assert len(our_errors(caplog.records)) == 1


async def test_idle_lean_connection_has_no_task_and_no_dict() -> None:
    async with serving(Settings()) as live, visitor(live.url), visitor(live.url, {"rooms": ["a"]}):
        tasks = {task for task in asyncio.all_tasks() if "barev" in repr(task.get_coro())}
        assert tasks == set()
        for socket in live.visitor.sockets:
            assert not hasattr(socket, "__dict__")
        for waiter in live.hub.wheel:
            assert not hasattr(waiter, "__dict__")


async def test_counters(live: Live) -> None:
    hub = live.hub
    async with visitor(live.url, {"rooms": ["a"]}) as one, visitor(live.url, {"rooms": ["a"]}) as two:
        await one.send('42/visitor,["say",{"rooms":["a"],"text":"x"}]')
        assert [await client.event() for client in (one, two)] == [("said", {"text": "x"})] * 2
        await one.send("42/visitor,{}")
        await one.call("echo")
        counters = hub.counters
        assert (counters.lean + counters.stock, counters.accepted) == (2, 2)
        assert (counters.events_in, counters.events_out, counters.malformed) == (3, 2, 1)
    await until(lambda: not live.connections)


async def test_shutdown_waits_for_what_doors_are_doing(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send('42/visitor,1["wait",1]')
        await live.visitor.waiting.wait()
        closing = asyncio.create_task(live.hub.close_all(timeout_s=5))
        await client.ended()
        await until(lambda: not live.connections)
        assert not closing.done()
        live.visitor.gate.set()
        await closing
        assert live.visitor.sockets == []


async def test_shutdown_ends_in_time_all_the_same(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send('42/visitor,1["wait",1]')
        await live.visitor.waiting.wait()
        await live.hub.close_all(timeout_s=0.2)
        assert live.connections == 0
        live.visitor.gate.set()
        await live.visitor.went.get()
