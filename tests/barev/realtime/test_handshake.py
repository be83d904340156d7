"""Whose connection it is, by its head; whatever the head, there is an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barev.realtime import Settings
from barev.realtime.handshake import read_upgrade
from tests.barev.realtime.raw import URL
from tests.barev.realtime.wire import ACCEPT, head

lines = st.lists(st.binary(max_size=40) | st.sampled_from(head().split(b"\r\n")), max_size=12)


def test_good_head_is_ours() -> None:
    upgrade = read_upgrade(
        head(headers={"Cookie": "a=1"})[:-4] + b"\r\nCOOKIE:b=2\r\nX-Forwarded-For: a\r\nx-forwarded-for: b", Settings()
    )
    assert upgrade is not None
    assert upgrade.headers == {"host": "127.0.0.1", "cookie": "a=1; b=2", "x-forwarded-for": "a, b"}
    assert b"Sec-WebSocket-Accept: " + ACCEPT.encode() + b"\r\n" in upgrade.response


@pytest.mark.parametrize(
    "bad",
    [
        head().replace(b"HTTP/1.1", b"HTTP/1.0"),
        head().replace(b"GET", b"POST"),
        head(URL + "&sid=x"),
        head(URL.replace("EIO=4", "EIO=3")),
        head(URL + "&EIO=3"),
        head("/socket.io?EIO=4&transport=websocket"),
        head(headers={"Host": ""}),
        head(headers={"Connection": "keep-alive"}),
        head(headers={"Content-Length": "5"}),
        head(headers={"Transfer-Encoding": "chunked"}),
        head(headers={"Sec-WebSocket-Protocol": "chat"}),
        head(headers={"Sec-WebSocket-Key": "a" * 24}),
        head(headers={"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ="}),
        head(headers={"Origin": "https://evil.example"}),
        head().replace(b"Upgrade: websocket", b"Upgrade: websocket\r\n folded: 1"),
        head().replace(b"Upgrade: websocket", b"Upgrade : websocket"),
        head().replace(b"Upgrade: websocket", b"no colon at all"),
    ],
)
def test_odd_head_is_left_to_the_web_server(bad: bytes) -> None:
    settings = Settings(origins=("https://shop.example",))
    assert read_upgrade(head()[:-4], settings) is not None
    assert read_upgrade(bad[:-4], settings) is None


@given(lines)
def test_no_head_makes_it_raise(parts: list[bytes]) -> None:
    read_upgrade(b"\r\n".join(parts), Settings())
    read_upgrade(head().split(b"\r\n")[0] + b"\r\n" + b"\r\n".join(parts), Settings())
