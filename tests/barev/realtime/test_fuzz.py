"""Whatever bytes come over a wire, nobody else notices, and nothing is left behind."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barev.realtime import Settings
from tests.barev.realtime.live import serving, until
from tests.barev.realtime.polling import polling
from tests.barev.realtime.wire import head, masked, wire

packets = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"[0-6]{1,2}(/(visitor|desk)?,?)?[0-9]{0,3}[\[{\"]?.{0,30}", fullmatch=True),
    st.sampled_from(
        ['42/visitor,1["echo",1]', "41/visitor,", "40/visitor,", "40/desk,{}", '42/desk,["say",{}]', "1", "2", "3"]
    ),
)
frames = st.one_of(
    st.binary(max_size=40),
    packets.map(lambda text: masked(text.encode(errors="replace"))),
    st.tuples(st.integers(0, 15), st.binary(max_size=130), st.booleans()).map(
        lambda frame: masked(frame[1], frame[0], last=frame[2])
    ),
)
sessions = st.lists(st.lists(frames, max_size=6).map(b"".join), min_size=1, max_size=8)

EVERYBODY_GOES_S = 10.0


async def storm(lean: bool, streams: list[bytes]) -> None:
    """Several bad clients and a good one on one server."""
    async with serving(Settings(lean=lean, close_timeout_s=0.05)) as live, wire(live.port) as good:
        await good.open()
        for stream in streams:
            async with wire(live.port) as bad:
                bad.send(head() + masked(b"40/visitor,") + stream)
                await bad.reader.readuntil(b"\r\n\r\n")
                await good.echo()
        await asyncio.wait_for(until(lambda: live.connections == 1), EVERYBODY_GOES_S)
        await good.echo()
        assert len(live.visitor.sockets) == 1


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sessions)
def test_lean_frames(streams: list[bytes]) -> None:
    asyncio.run(storm(True, streams))


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sessions)
def test_stock_frames(streams: list[bytes]) -> None:
    asyncio.run(storm(False, streams))


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(packets | st.binary(max_size=60), max_size=8))
def test_polled_bodies(bodies: list[str | bytes]) -> None:
    async def post() -> None:
        async with serving(Settings(close_timeout_s=0.05)) as live, wire(live.port) as good:
            await good.open()
            async with polling(live.url) as bad:
                for body in bodies:
                    await bad.post(body if isinstance(body, bytes) else body.encode(errors="replace"))
                    await good.echo()
            assert len(live.visitor.sockets) <= 2

    asyncio.run(post())


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=300), max_size=4), st.booleans())
def test_heads(pieces: list[bytes], like_one: bool) -> None:
    async def connect() -> None:
        async with serving(Settings(head_timeout_s=0.05)) as live, wire(live.port) as good:
            await good.open()
            async with wire(live.port) as bad:
                bad.send(head()[:40] if like_one else b"")
                for piece in pieces:
                    bad.send(piece)
                    await good.echo()

    asyncio.run(connect())
