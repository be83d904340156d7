"""Peers that are dead, slow or greedy hurt nobody but themselves, on either carrier."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from barev.realtime import Settings
from tests.barev.realtime.live import Live, serving, until
from tests.barev.realtime.raw import raw, visitor
from tests.barev.realtime.wire import head, masked, wire

SLOW = Settings(soft_limit_bytes=16 * 1024, hard_limit_bytes=64 * 1024, close_timeout_s=0.2)
CHUNK = "x" * 16_000
MANY = 4000  # of these chunks: more than any kernel's buffers hold


@pytest.fixture(params=["lean", "stock"])
async def hasty(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    """A server whose heart beats fast."""
    settings = Settings(lean=request.param == "lean", ping_interval_s=0.1, ping_timeout_s=0.1, close_timeout_s=0.1)
    async with serving(settings) as server:
        yield server


@pytest.fixture(params=["lean", "stock"])
async def strict(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    """A server that soon loses patience with slow readers."""
    async with serving(replace(SLOW, lean=request.param == "lean")) as server:
        yield server


@pytest.mark.parametrize("lean", [True, False])
async def test_peer_that_answers_pings_stays(lean: bool) -> None:
    settings = Settings(lean=lean, ping_interval_s=0.2, ping_timeout_s=0.4)
    async with serving(settings) as live, wire(live.port) as client:
        await client.open()
        for _ in range(3):
            assert await client.frame() == (0x81, b"2")
            client.send(masked(b"3"))
        await client.echo()
        assert live.hub.counters.dropped_dead == 0


async def test_half_open_peer_is_found_dead(hasty: Live) -> None:
    async with wire(hasty.port) as client:
        await client.open()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await hasty.visitor.went.get()
        assert 0.15 < loop.time() - began < 3.0
        assert (await client.rest()).startswith(b"\x81\x012")  # it had been asked
        assert hasty.hub.counters.dropped_dead == 1


async def test_pings_are_no_sign_of_life_without_an_answer(hasty: Live) -> None:
    """Half a frame, byte by byte, is none either."""
    async with wire(hasty.port) as client:
        await client.open()
        went = asyncio.create_task(hasty.visitor.went.get())
        client.send(b"\x81\xfe\x10\x00mask")
        while not went.done():
            client.send(b"x")
            await asyncio.wait({went}, timeout=0.02)


async def test_session_without_a_namespace_is_ended() -> None:
    settings = Settings(ping_interval_s=0.2, ping_timeout_s=0.6, connect_timeout_s=0.1, close_timeout_s=0.1)
    async with serving(settings) as live, raw(live.url) as idle, raw(live.url) as refused, wire(live.port) as member:
        await member.open()
        await refused.connect(auth={"refuse": "you"})
        assert [await client.ended() for client in (idle, refused)] == [1000, 1000]
        assert await member.frame() == (0x81, b"2")
        member.send(masked(b"3"))
        await member.echo()


async def test_heart_stops_when_nobody_is_left(hasty: Live) -> None:
    async with visitor(hasty.url):
        pass
    await until(lambda: not hasty.connections)
    assert list(hasty.hub.wheel) == []


async def test_slow_reader_is_dropped_and_stalls_nobody(strict: Live) -> None:
    async with (
        wire(strict.port, receive_buffer_bytes=4096) as slow,
        visitor(strict.url, {"rooms": ["a"]}) as other,
    ):
        slow.send(head())
        await slow.reader.readuntil(b"\r\n\r\n")
        slow.send(masked(b'40/visitor,{"rooms":["a"],"slow":true}'))
        await until(lambda: len(strict.hub.members("/visitor", "a")) == 2)
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport too
        for n in range(MANY):
            strict.hub.emit("/visitor", ["a"], "news", {"n": n, "text": CHUNK})
            name, payload = await other.event()
            assert (name, payload["n"]) == ("news", n)
            if not strict.visitor.went.empty():
                break
        assert (await strict.visitor.went.get()).state == {"rooms": ["a"], "slow": True}
        assert strict.hub.counters.dropped_slow == 1
        assert len(strict.hub.members("/visitor", "a")) == 1
        assert (await other.call("echo", 1))["ok"]


async def test_slow_reader_that_wakes_up_in_time_misses_nothing(strict: Live) -> None:
    """Held above the soft limit, never above the hard one: everything comes, in order, when it reads again."""
    async with wire(strict.port, receive_buffer_bytes=4096) as slow:
        await slow.open()
        await slow.echo()
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport too
        (socket,) = strict.visitor.sockets
        for n in range(9):
            socket.emit("news", {"n": n, "text": CHUNK[:10_000]})
            await asyncio.sleep(0)
        slow.writer.transport.resume_reading()  # type: ignore[attr-defined]  # a read transport too
        for n in range(9):
            _first, payload = await slow.frame()
            assert json.loads(payload.removeprefix(b"42/visitor,"))[1]["n"] == n
        await slow.echo()
        assert strict.hub.counters.dropped_slow == 0


async def test_one_long_answer_never_drops_its_reader(strict: Live) -> None:
    """The limits are about what piles up: a single answer may be longer than both."""
    async with visitor(strict.url) as client:
        text = "x" * 120_000
        for n in range(3):
            assert (await client.call("echo", text[:100_000], ack=n))["data"] == text[:100_000]
        (socket,) = strict.visitor.sockets
        socket.emit("long", {"text": "y" * 1_000_000})
        assert len((await client.event())[1]["text"]) == 1_000_000


async def test_greedy_asker_that_does_not_read_is_dropped(strict: Live) -> None:
    async with wire(strict.port, receive_buffer_bytes=4096) as greedy:
        await greedy.open()
        greedy.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport too
        went = asyncio.create_task(strict.visitor.went.get())
        question = masked(b'42/visitor,1["echo","%b"]' % CHUNK.encode())
        for _ in range(MANY):
            if went.done():
                break
            greedy.send(question)
            sent = asyncio.create_task(greedy.writer.drain())
            await asyncio.wait({sent, went}, return_when=asyncio.FIRST_COMPLETED)
            sent.cancel()
            await asyncio.gather(sent, return_exceptions=True)
        await went
        assert strict.hub.counters.dropped_slow == 1


async def test_frames_of_one_turn_leave_in_one_write() -> None:
    async with serving(Settings()) as live, wire(live.port) as client:
        await client.open()
        (socket,) = live.visitor.sockets
        for n in range(50):
            socket.emit("n", {"n": n})
        frames = await client.reader.read(2**20)
        assert frames.count(b'42/visitor,["n",') == 50
