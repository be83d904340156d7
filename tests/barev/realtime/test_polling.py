"""Long polling by hand: what the official clients would not do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from barev.realtime import Settings
from tests.barev.realtime.live import Live, our_errors, serving
from tests.barev.realtime.polling import MARK, polling
from tests.barev.realtime.raw import visitor


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    """A server."""
    async with serving(Settings(message_limit_bytes=20_000, hard_limit_bytes=50_000, close_timeout_s=0.1)) as server:
        yield server


async def test_many_packets_in_one_body(live: Live) -> None:
    async with polling(live.url) as client:
        await client.enter()
        assert await client.post(*(f'42/visitor,{n}["echo",{n}]' for n in range(500))) == 200
        answers: list[str] = []
        while len(answers) < 500:
            answers += (await client.poll())[1]
        assert answers == [f'43/visitor,{n}[{{"ok":true,"data":{n}}}]' for n in range(500)]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        MARK,
        MARK * 3,
        "42",
        "b",
        "b!!!",
        "bAAEC",
        "4" + "[" * 9000,
        "9",
        "4{}",
        "2probe",
        "6",
        b"\xff\xfe",
        b"4\xd5",
    ],
)
async def test_nonsense_hurts_nobody(live: Live, body: str | bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with polling(live.url) as client, visitor(live.url) as other:
        await client.enter()
        assert await client.post(body) in (200, 400)
        assert (await other.call("echo", 1))["ok"]
        assert live.visitor.seen == ["echo"]
    assert our_errors(caplog.records) == []


async def test_too_long_body_is_refused(live: Live) -> None:
    async with polling(live.url) as client:
        await client.enter()
        poll = asyncio.create_task(client.poll())
        assert await client.post("4" * 20_001) == 400
        await live.visitor.went.get()
        await poll


async def test_goodbye_ends_the_waiting_poll(live: Live) -> None:
    async with polling(live.url) as client:
        await client.enter()
        poll = asyncio.create_task(client.poll())
        assert await client.post("1") == 200
        await live.visitor.went.get()
        await poll
        assert (await client.poll())[0] == 400


async def test_who_stops_polling_is_found_dead() -> None:
    async with serving(Settings(ping_interval_s=0.1, ping_timeout_s=0.1)) as live, polling(live.url) as client:
        await client.enter()
        await live.visitor.went.get()
        assert live.hub.counters.dropped_dead == 1


async def test_who_does_not_fetch_what_piles_up_is_dropped(live: Live) -> None:
    async with polling(live.url) as client:
        await client.enter()
        (socket,) = live.visitor.sockets
        went = asyncio.create_task(live.visitor.went.get())
        for n in range(100):
            socket.emit("news", {"n": n, "text": "x" * 5000})
            await asyncio.sleep(0)
        await went
        assert live.hub.counters.dropped_slow == 1
        assert (await client.poll())[0] == 400


async def test_unknown_session_is_refused(live: Live) -> None:
    async with polling(live.url) as client:
        client.sid = "nobody"
        assert (await client.poll())[0] == 400
        assert await client.post("40/visitor,") == 400
