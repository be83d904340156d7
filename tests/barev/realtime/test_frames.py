"""The frame codec: what goes in comes out, in any pieces, and nothing that comes in can make it raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barev.realtime.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    FrameError,
    FrameReader,
    check_close,
    close_frame,
    frame,
    payload_start,
    text_frame,
    unmask,
)
from tests.barev.realtime.wire import masked

LIMIT = 100_000

masks = st.binary(min_size=4, max_size=4)
texts = st.text(max_size=300).map(str.encode)
messages = st.one_of(
    st.tuples(st.just(TEXT), texts),
    st.tuples(st.just(BINARY), st.binary(max_size=300)),
    st.tuples(st.sampled_from([PING, PONG, CLOSE]), st.binary(max_size=125)),
)


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[tuple[int, bytes]], bytes]:
    """Messages, and a way to send them: some fragmented, with control frames in between."""
    sent: list[tuple[int, bytes]] = []
    data = b""
    for opcode, payload in draw(st.lists(messages, max_size=6)):
        cuts = sorted(draw(st.lists(st.integers(0, len(payload)), max_size=3))) if opcode < CLOSE else []
        pieces = [payload[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(payload)], strict=True)]
        for n, piece in enumerate(pieces):
            if n:
                control = draw(st.none() | st.binary(max_size=10))
                if control is not None:
                    sent.append((PONG, control))
                    data += masked(control, PONG, mask=draw(masks))
            last = n == len(pieces) - 1
            data += masked(piece, CONTINUATION if n else opcode, last=last, mask=draw(masks))
        sent.append((opcode, payload))
    return sent, data


@given(streams(), st.data())
def test_messages_survive_any_cutting(stream: tuple[list[tuple[int, bytes]], bytes], data: st.DataObject) -> None:
    sent, wire = stream
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=12)))
    reader = FrameReader(LIMIT)
    whole: list[tuple[int, bytes]] = []
    for start, stop in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        whole += reader.feed(wire[start:stop])
    assert whole == sent
    assert reader.failure is None


@given(streams())
def test_messages_survive_byte_by_byte(stream: tuple[list[tuple[int, bytes]], bytes]) -> None:
    sent, wire = stream
    reader = FrameReader(LIMIT)
    assert [message for byte in wire for message in reader.feed(bytes((byte,)))] == sent


@given(st.lists(st.binary(max_size=400), max_size=8))
def test_nonsense_never_raises(pieces: list[bytes]) -> None:
    reader = FrameReader(1000)
    for piece in pieces:
        for opcode, payload in reader.feed(piece):
            assert opcode in (TEXT, BINARY, CLOSE, PING, PONG)
            if opcode == TEXT:
                payload.decode()
    if reader.failure is not None:
        assert reader.failure.code in (1002, 1007, 1009)
        assert reader.feed(masked(b"x")) == []


@given(st.integers(0, 15), st.integers(0, 15), st.booleans(), st.integers(0, 2**63 - 1))
def test_any_head_of_a_frame(opcode: int, flags: int, is_masked: bool, size: int) -> None:
    """Every head is taken, refused, or waited for; a length is never believed beyond the limit."""
    marker = 126 if size < 65536 else 127
    head = bytes((flags << 4 | opcode, (0x80 if is_masked else 0) | marker)) + size.to_bytes(2 if marker == 126 else 8)
    reader = FrameReader(1000)
    reader.feed(head + b"mask")
    if not is_masked or size > 1000:
        assert reader.failure is not None


@given(st.binary(max_size=500), masks)
def test_unmasking_is_xor(payload: bytes, mask: bytes) -> None:
    assert unmask(payload, mask) == bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
    assert unmask(bytearray(payload), bytearray(mask)) == unmask(payload, mask)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_lengths_are_written_as_the_standard_says(size: int, head: bytes) -> None:
    payload = b"x" * size
    assert text_frame(payload) == frame(TEXT, payload) == head + payload
    assert payload_start(head) == len(head)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, LIMIT])
def test_lengths_are_read_as_the_standard_says(size: int) -> None:
    reader = FrameReader(LIMIT)
    assert reader.feed(masked(b"x" * size)) == [(TEXT, b"x" * size)]


def test_example_of_the_standard() -> None:
    """RFC 6455, 5.7: a masked "Hello", and one in two fragments."""
    assert FrameReader(LIMIT).feed(bytes.fromhex("818537fa213d7f9f4d5158")) == [(TEXT, b"Hello")]
    assert frame(PING, b"Hello") == bytes.fromhex("890548656c6c6f")
    assert text_frame(b"Hello") == bytes.fromhex("810548656c6c6f")


def test_limit_counts_fragments_together() -> None:
    reader = FrameReader(10)
    assert reader.feed(masked(b"x" * 10)) == [(TEXT, b"x" * 10)]
    assert reader.feed(masked(b"x" * 6, last=False) + masked(b"x" * 5, CONTINUATION)) == []
    assert reader.failure is not None
    assert reader.failure.code == 1009


def test_control_frames_are_free_of_the_limit() -> None:
    assert FrameReader(10).feed(masked(b"x" * 125, PING)) == [(PING, b"x" * 125)]


def test_what_came_before_a_failure_is_given() -> None:
    reader = FrameReader(10)
    assert reader.feed(masked(b"one") + masked(b"two") + masked(b"\xff") + masked(b"three")) == [
        (TEXT, b"one"),
        (TEXT, b"two"),
    ]
    assert reader.failure is not None
    assert reader.failure.code == 1007


def test_endless_empty_fragments_take_no_room() -> None:
    reader = FrameReader(10)
    reader.feed(masked(b"x", last=False))
    for _ in range(1000):
        assert reader.feed(masked(b"", CONTINUATION, last=False)) == []
    assert reader.feed(masked(b"y", CONTINUATION)) == [(TEXT, b"xy")]


@given(st.integers(0, 65_535), st.text(max_size=200))
def test_close_frames(code: int, reason: str) -> None:
    data = close_frame(code, reason)
    assert data[0] == 0x80 | CLOSE
    assert data[1] == len(data) - 2 <= 125
    assert reason.startswith(data[4:].decode())
    valid = 3000 <= code < 5000 or code in {1000, 1001, 1002, 1003, *range(1007, 1015)}
    if valid:
        assert check_close(data[2:]) == code
    else:
        with pytest.raises(FrameError):
            check_close(data[2:])


def test_close_without_code_or_with_half_a_letter() -> None:
    assert check_close(b"") == 1005
    with pytest.raises(FrameError) as caught:
        check_close(b"\x03\xe8\xd5")
    assert caught.value.code == 1007
