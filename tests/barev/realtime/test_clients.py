"""The official clients, Python and JavaScript, over every transport: all see the same."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio
import socketio.exceptions

from barev.realtime import Settings
from tests.barev.realtime.live import Live, our_errors, serving
from tests.barev.realtime.raw import TIMEOUT_S

WAYS = {
    "lean websocket": (True, "websocket"),
    "stock websocket": (False, "websocket"),
    "polling": (True, "polling"),
    "polling, then websocket": (True, "polling,websocket"),
    "all stock, polling, then websocket": (False, "polling,websocket"),
}
JOURNEY = Path(__file__).parent / "js" / "journey.mjs"


@pytest.fixture(params=WAYS)
async def way(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Live, str]]:
    """A server, and the transports to reach it by."""
    lean, transports = WAYS[request.param]
    async with serving(Settings(lean=lean, waiting_limit=300)) as server:
        yield server, transports


class Heard:
    """A client of python-socketio, and the events it heard."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.sio = socketio.AsyncClient(reconnection=False, http_session=session)
        self.events: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()
        self.ended = asyncio.Event()
        for namespace in ("/visitor", "/desk"):
            self.sio.on("*", partial(self._event, namespace), namespace=namespace)
        self.sio.on("disconnect", self._end, namespace="/visitor")

    def _event(self, namespace: str, event: str, *data: Any) -> None:
        self.events.put_nowait((namespace, event, *data))

    async def _end(self, *_reason: Any) -> None:
        self.ended.set()

    async def call(self, event: str, data: Any = None, namespace: str = "/visitor") -> Any:
        """Sends an event; returns its acknowledgement."""
        return await self.sio.call(event, data, namespace=namespace, timeout=TIMEOUT_S)


async def ended(*loops: asyncio.Task[None]) -> None:
    """Ends what a client leaves running, lest it opens an HTTP session of its own."""
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)


@asynccontextmanager
async def connected(live: Live, transports: str, auth: dict[str, Any], *namespaces: str) -> AsyncIterator[Heard]:
    """A client that is in the namespaces, on the last of the transports."""
    async with asyncio.timeout(TIMEOUT_S), aiohttp.ClientSession() as session:
        client = Heard(session)
        await client.sio.connect(
            live.url,
            auth=auth,
            transports=transports.split(","),
            namespaces=list(namespaces or ("/visitor",)),
            retry=False,
        )
        loops = (client.sio.eio.read_loop_task, client.sio.eio.write_loop_task)
        try:
            assert client.sio.transport() == transports.split(",")[-1]
            yield client
        finally:
            await client.sio.disconnect()
            await ended(*loops)


async def test_python_client_in_two_namespaces(way: tuple[Live, str]) -> None:
    live, transports = way
    async with connected(live, transports, {"rooms": ["r"], "welcome": True}, "/visitor", "/desk") as client:
        welcomed = [await client.events.get() for _ in range(2)]
        assert sorted(namespace for namespace, *_ in welcomed) == ["/desk", "/visitor"]
        live.hub.emit("/visitor", ["r", "s"], "said", {"text": "ქ"})
        live.hub.emit("/desk", ["r"], "said", {"text": "y"})
        assert await client.events.get() == ("/visitor", "said", {"text": "ქ"})
        assert await client.events.get() == ("/desk", "said", {"text": "y"})
        assert await client.call("echo", {"a": [1, None]}, "/desk") == {"ok": True, "data": {"a": [1, None]}}
    assert (await live.visitor.went.get()).state == {"rooms": ["r"], "welcome": True}
    await live.desk.went.get()


async def test_python_client_gets_answers_in_order(way: tuple[Live, str]) -> None:
    live, transports = way
    async with connected(live, transports, {}) as client:
        order: list[int] = []
        done = asyncio.Event()

        def answered(answer: dict[str, Any]) -> None:
            order.append(answer["data"])
            if len(order) == 100:
                done.set()

        for n in range(100):
            await client.sio.emit("echo", n, namespace="/visitor", callback=answered)
        await done.wait()
        assert order == list(range(100))


async def test_python_client_is_refused_with_the_reason(way: tuple[Live, str]) -> None:
    live, transports = way
    reasons: list[Any] = []
    loops: list[asyncio.Task[None]] = []

    def refused(reason: Any) -> None:
        reasons.append(reason)
        loops.extend((client.eio.read_loop_task, client.eio.write_loop_task))

    async with asyncio.timeout(TIMEOUT_S), aiohttp.ClientSession() as session:
        client = socketio.AsyncClient(reconnection=False, http_session=session)
        client.on("connect_error", refused, namespace="/visitor")
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(
                live.url, auth={"refuse": "you"}, transports=transports.split(","), namespaces=["/visitor"], retry=False
            )
        await client.disconnect()
        await ended(*loops)
    (reason,) = reasons
    assert reason["data"]["code"] == "unauthorized"
    assert reason["message"] == reason["data"]["message"]
    assert live.visitor.sockets == []


async def test_python_client_errors_and_the_end(way: tuple[Live, str]) -> None:
    live, transports = way
    async with connected(live, transports, {}) as client:
        assert (await client.call("reject"))["error"]["assignee"] == {"id": 7}
        assert (await client.call("who"))["error"]["code"] == "invalid"
        assert (await client.call("echo", b"\x00\xff"))["error"]["code"] == "invalid"
        assert await client.call("echo", "x" * 60_000) == {"ok": True, "data": "x" * 60_000}
        assert await client.call("end") == {"ok": True}
        await client.ended.wait()
        await live.visitor.went.get()


async def test_shutdown_reaches_python_clients(way: tuple[Live, str]) -> None:
    live, transports = way
    async with connected(live, transports, {}) as client:
        await asyncio.wait_for(live.hub.close_all(), 5)
        await client.ended.wait()
        assert live.visitor.sockets == []


async def javascript(node: str, live: Live, transports: str) -> Any:
    """What the JavaScript client saw."""
    process = await asyncio.create_subprocess_exec(
        node, str(JOURNEY), live.url, transports, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, errors.decode()
    return json.loads(out)


@pytest.mark.node
@pytest.mark.slow
async def test_javascript_client(way: tuple[Live, str], node: str, caplog: pytest.LogCaptureFixture) -> None:
    live, transports = way
    seen = await javascript(node, live, transports)
    heard = seen.pop("events")
    assert sorted(event for event in heard if event[0] == "/visitor") == [
        ["/visitor", "said", {"text": "one"}],
        ["/visitor", "welcome", {"before": "the door is open"}],
        ["/visitor", "welcome", {"before": "the door is open"}],
    ]
    assert [event for event in heard if event[0] == "/desk"] == [["/desk", "said", {"text": "two"}]]
    values = ["same"] * 11
    assert seen.pop("values") == [*values[:6], {"ok": True, "data": "\ufffd"}, *values[7:]]
    assert {
        key: answer["error"]["code"] for key, answer in seen.items() if isinstance(answer, dict) and "error" in answer
    } == {
        "bytes": "invalid",
        "rejected": "already_taken",
        "crashed": "unavailable",
        "unknown": "invalid",
    }
    assert seen["refused"]["data"] == {
        "code": "unauthorized",
        "message": seen["refused"]["message"],
        "retry_after_s": 1.5,
        "hint": "a",
    }
    assert seen["unknownNamespace"]["data"]["code"] == "not_found"
    del seen["refused"], seen["unknownNamespace"], seen["bytes"], seen["rejected"], seen["crashed"], seen["unknown"]
    assert seen == {
        "entered": ["in", "in"],
        "transport": transports.split(",")[-1],
        "inOrder": True,
        "nothing": {"ok": True, "data": None},
        "many": {"ok": True, "data": 1},
        "cut": "transport",
        "after": {"ok": True, "data": "again"},
        "ended": "io server disconnect",
        "desk": {"ok": True, "data": "still here"},
    }
    assert our_errors(caplog.records) == ["/visitor: event 'crash' failed"]
