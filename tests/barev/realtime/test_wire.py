"""Frames on a real wire: in pieces, with pings in between, too big, against the rules."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from barev.realtime import Settings
from barev.realtime.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_frame, frame
from tests.barev.realtime.live import Live, serving
from tests.barev.realtime.wire import ACCEPT, Wire, head, masked, wire

ECHO = '42/visitor,1["echo","բարև"]'.encode()
ECHOED = (0x81, '43/visitor,1[{"ok":true,"data":"բարև"}]'.encode())


@pytest.fixture(params=["lean", "stock"])
async def live(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    """A server whose WebSockets are all on one carrier."""
    async with serving(
        Settings(lean=request.param == "lean", message_limit_bytes=100_000, close_timeout_s=0.2)
    ) as server:
        yield server


async def test_handshake_is_answered_as_the_standard_says(live: Live) -> None:
    async with wire(live.port) as client:
        client.send(head())
        status, headers, _body = await client.response()
        assert (status, headers["sec-websocket-accept"], headers["upgrade"].lower()) == (101, ACCEPT, "websocket")
        assert "sec-websocket-extensions" not in headers


async def test_frames_sent_with_the_handshake_are_read(live: Live) -> None:
    async with wire(live.port) as client:
        client.send(head() + masked(b"40/visitor,") + masked(ECHO)[:9])
        assert (await client.response())[0] == 101
        assert (await client.frame())[1].startswith(b"0{")
        assert (await client.frame())[1].startswith(b"40/visitor,")
        client.send(masked(ECHO)[9:])
        assert await client.frame() == ECHOED


async def test_message_byte_by_byte(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        for byte in masked(ECHO):
            client.send(bytes((byte,)))
            await client.writer.drain()
            await asyncio.sleep(0)
        assert await client.frame() == ECHOED


async def test_many_messages_in_one_piece(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(masked(ECHO) * 500)
        for _ in range(500):
            assert await client.frame() == ECHOED


@pytest.mark.parametrize("size", [125, 126, 127, 65_535, 65_536, 99_000])
async def test_every_length(live: Live, size: int) -> None:
    async with wire(live.port) as client:
        await client.open()
        frame_size = size - len('42/visitor,1["echo",""]')
        await client.echo("x" * frame_size)


async def test_fragments_with_a_ping_in_between(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(masked(ECHO[:10], last=False) + masked(b"", CONTINUATION, last=False))
        client.send(masked(b"are you there", PING))
        client.send(masked(ECHO[10:24], CONTINUATION, last=False) + masked(ECHO[24:], CONTINUATION))
        assert await client.frame() == (0x80 | PONG, b"are you there")
        assert await client.frame() == ECHOED
        client.send(masked(b"unasked", PONG))
        await client.echo()


async def test_binary_frames_are_ignored(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(masked(b"\x00\xff", BINARY) + masked(b"\x01", BINARY, last=False) + masked(b"", CONTINUATION))
        await client.echo()


@pytest.mark.parametrize("code", [b"", b"\x03\xe8", b"\x03\xe9bye", b"\x0f\xa0"])
async def test_goodbye_is_answered(live: Live, code: bytes) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(masked(code, CLOSE))
        first, payload = await client.frame()
        assert first == 0x80 | CLOSE
        assert payload[:2] in (code[:2], b"\x03\xe8")
        assert await client.rest() == b""
        await live.visitor.went.get()


async def closed_with(client: Wire, live: Live) -> int:
    """The code of the close frame that comes next; the end of the socket is the door's to know."""
    first, payload = await client.frame()
    assert first == 0x80 | CLOSE
    await live.visitor.went.get()
    return int.from_bytes(payload[:2])


@pytest.mark.parametrize(
    "data",
    [
        masked(b"x", TEXT | 0x40),
        masked(b"x", TEXT | 0x10),
        masked(b"x", 0x3),
        masked(b"x", 0xB),
        masked(b"x", PING, last=False),
        masked(b"x" * 126, PING),
        masked(b"x", CONTINUATION),
        masked(b"x", TEXT, last=False) + masked(b"x", TEXT),
        masked(b"\x03", CLOSE),
        masked(b"\x03\xec", CLOSE),  # 1004
        masked(b"\x00\x00", CLOSE),
    ],
)
async def test_broken_rules_close_with_1002(live: Live, data: bytes) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(data)
        assert await closed_with(client, live) == 1002


@pytest.mark.parametrize("text", [b"42\xff", "42 բ".encode()[:-1], b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
async def test_text_that_is_not_utf8_closes_with_1007(live: Live, text: bytes) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(masked(text))
        assert await closed_with(client, live) == 1007


async def test_letters_cut_between_fragments_are_whole(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        cut = ECHO.index(b"\xd5") + 1
        client.send(masked(ECHO[:cut], last=False) + masked(ECHO[cut:], CONTINUATION))
        assert await client.frame() == ECHOED


@pytest.mark.parametrize(
    "data",
    [
        masked(b"4" * 100_001),
        masked(b"4" * 60_000, last=False) + masked(b"4" * 60_000, CONTINUATION),
        masked(b"")[:1] + b"\xff" + (2**40).to_bytes(8) + b"mask",
    ],
)
async def test_too_long_messages_close_with_1009(live: Live, data: bytes) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(data)
        assert await closed_with(client, live) == 1009


async def test_the_frame_that_says_why_survives_what_else_was_sent() -> None:
    async with serving(Settings(message_limit_bytes=1000)) as live, wire(live.port) as client:
        await client.open()
        for _ in range(50):
            client.send(masked(b"4" * 65_000))
        assert await client.frame() == (0x80 | CLOSE, close_frame(1009, "message too big")[2:])
        client.writer.write_eof()
        await live.visitor.went.get()


async def test_peer_that_never_closes_is_cut_off() -> None:
    async with serving(Settings(close_timeout_s=0.05)) as live, wire(live.port) as client:
        await client.open()
        client.send(b"\x00\x00")
        assert await closed_with(client, live) == 1002
        assert live.connections == 0


async def test_unmasked_frame_closes_with_1002() -> None:
    async with serving(Settings(close_timeout_s=0.05)) as live, wire(live.port) as client:
        await client.open()
        client.send(frame(TEXT, b"42"))
        assert await closed_with(client, live) == 1002


@pytest.mark.parametrize("text", [b"0{}", b"9", b"7"])
async def test_unknown_engine_packet_closes_with_1002(text: bytes) -> None:
    """The stock engine ignores these three."""
    async with serving(Settings(close_timeout_s=0.05)) as live, wire(live.port) as client:
        await client.open()
        client.send(masked(text))
        assert await closed_with(client, live) == 1002


@pytest.mark.parametrize("text", [b"", b"x", b"\xd5\xa2", b"-1"])
async def test_what_is_no_engine_packet_ends_the_connection(live: Live, text: bytes) -> None:
    async with wire(live.port) as client, wire(live.port) as other:
        await client.open()
        await other.open()
        client.send(masked(text))
        await live.visitor.went.get()
        await client.rest()
        await other.echo()


async def test_half_a_goodbye(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.send(masked(ECHO)[:-3])
        client.writer.write_eof()
        await live.visitor.went.get()


async def test_cut_line(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open()
        client.cut()
        await live.visitor.went.get()
