"""The listening socket beside the sockets: plain HTTP through it, heads that are slow, long or odd."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web

from barev.realtime import Settings, serve_front
from tests.barev.realtime.live import Live, application, serving, until
from tests.barev.realtime.raw import URL
from tests.barev.realtime.wire import head, masked, wire


@pytest.fixture(params=["lean", "stock"])
async def live(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    """A server, with and without the lean carrier."""
    async with serving(Settings(lean=request.param == "lean")) as server:
        yield server


async def test_keep_alive_and_cookies(live: Live) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        ports = set()
        for n, cookie in enumerate([None, "ani", "ani"]):
            async with session.post(f"{live.url}/hello/{n}", data=f"body {n}") as response:
                told = await response.json()
                ports.add(told.pop("port"))
                assert told == {"path": f"/hello/{n}", "cookie": cookie, "body": f"body {n}"}
        assert len(ports) == 1


async def test_pipelined_requests(live: Live) -> None:
    async with wire(live.port) as client:
        requests = [head(f"/hello/{n}", {"Cookie": f"who={n}"}, upgrade=False) for n in range(5)]
        client.send(b"".join(requests)[:-7])
        client.send(b"".join(requests)[-7:])
        for n in range(5):
            status, _headers, body = await client.response()
            assert status == 200
            assert b'"cookie": "%d"' % n in body


async def test_head_in_pieces_and_body_after_it(live: Live) -> None:
    async with wire(live.port) as client:
        request = b"POST /hello/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
        for byte in request:
            client.send(bytes((byte,)))
            await client.writer.drain()
        status, _headers, body = await client.response()
        assert (status, b'"body": "body"' in body) == (200, True)


async def test_socket_after_http_on_the_same_connection(live: Live) -> None:
    async with wire(live.port) as client:
        client.send(head("/hello/x", upgrade=False))
        assert (await client.response())[0] == 200
        await client.open()
        await client.echo()
        assert (live.hub.counters.lean, live.hub.counters.stock) == (0, 1)


async def test_what_is_kept_of_the_request(live: Live) -> None:
    async with wire(live.port) as client:
        sent = {
            "Host": "shop.example",
            "User-Agent": "test/1",
            "Origin": "https://shop.example",
            "Accept-Language": "hy, en;q=0.5",
            "X-Forwarded-For": "203.0.113.9",
            "Cookie": "session=abc; theme=dark",
            "Authorization": "Bearer secret",
        }
        await client.open(**sent)
        socket = live.visitor.sockets[0]
        del sent["Authorization"]
        assert dict(socket.headers) == {name.lower(): value for name, value in sent.items()}
        assert socket.remote == "127.0.0.1"  # nobody vouches for what was forwarded


@pytest.mark.parametrize("lean", [True, False])
async def test_trusted_proxy_is_believed(lean: bool) -> None:
    async with (
        serving(Settings(lean=lean, trusted_proxies=("127.0.0.0/8", "10.0.0.1"))) as live,
        wire(live.port) as client,
    ):
        await client.open(**{"X-Forwarded-For": "1.1.1.1, 203.0.113.9, 10.0.0.1"})
        assert live.visitor.sockets[0].remote == "203.0.113.9"


@pytest.mark.parametrize("lean", [True, False])
@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        ("https://shop.example", True),
        ("http://our.example:8080", True),
        ("", True),
        ("https://evil.example", False),
        ("null", False),
        ("https://our.example", False),
    ],
)
async def test_origins(lean: bool, origin: str, accepted: bool) -> None:
    async with serving(Settings(lean=lean, origins=("https://shop.example",))) as live, wire(live.port) as client:
        client.send(head(headers={"Origin": origin, "Host": "our.example:8080"}))
        assert (await client.response())[0] == (101 if accepted else 400)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/socket.io/?EIO=3&transport=websocket", {}, 400),
        ("/socket.io/?transport=websocket", {}, 400),
        ("/socket.io/?EIO=4&transport=smoke", {}, 400),
        ("/socket.io/?EIO=4&transport=websocket&sid=nobody", {}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Sec-WebSocket-Version": "99"}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Sec-WebSocket-Key": "short"}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Sec-WebSocket-Key": ""}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Upgrade": "h2c"}, 400),
        ("/socket.io/?EIO=4&transport=websocket", {"Upgrade": ""}, 400),
        ("/socket.io/other?EIO=4&transport=websocket", {}, 404),
        ("/elsewhere", {}, 404),
    ],
)
async def test_odd_handshakes_get_an_answer(live: Live, path: str, headers: dict[str, str], status: int) -> None:
    async with wire(live.port) as client:
        client.send(head(path, headers))
        assert (await client.response())[0] == status


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x00\xa5\x01\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /socket.io/? \r\n\r\n",
        b"\x00" * 40 + b"\r\n\r\n",
    ],
)
async def test_nonsense_gets_an_answer(live: Live, data: bytes) -> None:
    async with wire(live.port) as client:
        client.send(data)
        client.writer.write_eof()
        answer = await client.rest()
        assert answer == b"" or b"400" in answer


async def test_subprotocols_and_bodies_are_the_stock_carriers(live: Live) -> None:
    async with wire(live.port) as client:
        await client.open(**{"Sec-WebSocket-Protocol": "chat"})
        await client.echo()
        assert live.hub.counters.stock == 1


async def test_slow_heads_are_refused() -> None:
    async with serving(Settings(head_timeout_s=0.05)) as live, wire(live.port) as slow, wire(live.port) as silent:
        slow.send(head()[:-2])
        answers = await asyncio.gather(slow.rest(), silent.rest())
        assert [answer.startswith(b"HTTP/1.1 408 ") for answer in answers] == [True, True]
        async with wire(live.port) as quick:
            await quick.open()
            await quick.echo()


async def test_long_heads_are_refused(live: Live) -> None:
    for size in (17_000, 400_000):
        async with wire(live.port) as client:
            client.send(head(headers={"X-Long": "x" * size}))
            assert (await client.response())[0] == 431
    async with wire(live.port) as client:  # so long and no longer
        await client.open(Cookie="c=" + "x" * 7000)
        await client.echo()


async def test_peers_that_go_before_they_spoke(live: Live) -> None:
    async with wire(live.port) as silent, wire(live.port) as half:
        half.send(head()[:20])
        silent.writer.write_eof()
        half.writer.write_eof()
        assert [await client.rest() for client in (silent, half)] == [b"", b""]
    assert list(live.hub.wheel) == []


async def test_waiting_heads_are_let_go_at_the_end() -> None:
    async with serving(Settings()) as live, wire(live.port) as client:
        client.send(b"GET / HT")
        await client.writer.drain()
        await until(lambda: list(live.hub.wheel))
        await live.hub.close_all()
        with suppress(ConnectionResetError):  # where the piece was not read yet
            assert await client.rest() == b""


async def test_cors_of_polling(live: Live) -> None:
    url = live.url + "/socket.io/?EIO=4&transport=polling"
    async with aiohttp.ClientSession(headers={"Origin": "https://shop.example"}) as session:
        async with session.get(url) as response:
            assert response.status == 200
            assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
            assert "Access-Control-Allow-Credentials" not in response.headers
            assert "Set-Cookie" not in response.headers
        async with session.options(url, headers={"Access-Control-Request-Headers": "content-type"}) as response:
            assert response.status == 200
            assert "POST" in response.headers["Access-Control-Allow-Methods"]


async def test_polling_is_closed_to_other_origins() -> None:
    async with serving(Settings(origins=("https://shop.example",))) as live, aiohttp.ClientSession() as session:
        url = live.url + "/socket.io/?EIO=4&transport=polling"
        async with session.get(url, headers={"Origin": "https://evil.example"}) as response:
            assert response.status == 400
            assert "Access-Control-Allow-Origin" not in response.headers
        async with session.get(url, headers={"Origin": "https://shop.example"}) as response:
            assert response.status == 200


async def test_after_the_end_nobody_is_taken(live: Live) -> None:
    await live.hub.close_all()
    for transport in ("websocket", "polling"):
        async with wire(live.port) as client:
            client.send(head(URL.replace("websocket", transport), upgrade=transport == "websocket"))
            assert (await client.response())[0] == 401


async def test_runner_must_be_set_up() -> None:
    async with serving(Settings()) as live:
        with pytest.raises(RuntimeError, match="not set up"):
            await serve_front(live.hub, web.AppRunner(application()), "127.0.0.1", 0)


async def test_taken_port_is_told(live: Live) -> None:
    with pytest.raises(OSError, match=str(live.port)):
        await serve_front(live.hub, live.runner, "127.0.0.1", live.port)


async def test_unfinished_handshake_masks_nothing(live: Live) -> None:
    """A frame before the handshake is no frame."""
    async with wire(live.port) as client:
        client.send(masked(b"40/visitor,"))
        client.writer.write_eof()
        assert live.connections == 0
        assert await client.rest() == b""
