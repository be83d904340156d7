"""What no program of ours would send: it is refused in its own place, and the log is not told of it."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.product import Product, running

pytestmark = pytest.mark.slow
SECRET = "s" * 20
FORM = "application/x-www-form-urlencoded"
HEAD = b"Host: x\r\nConnection: close\r\n"
PART = "--x\r\nContent-Disposition: form-data; name=form\r\n{0}\r\n\r\nabc\r\n--x--\r\n"
FORMS: Sequence[tuple[str, bytes]] = [
    ("multipart/form-data", b"a=b"),
    ("multipart/form-data; boundary=x", b"nothing of the kind"),
    (f"multipart/form-data; boundary={'x' * 300}", b""),
    ("multipart/form-data; boundary=x", PART.format("Content-Transfer-Encoding: none").encode()),
    ("multipart/form-data; boundary=x", PART.format("Content-Type: text/plain; charset=none").encode()),
    ("multipart/form-data; boundary=x", PART.format("Content-Encoding: gzip").encode()),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: text/plain\r\n\r\nabc\r\n--x--\r\n"),
    (f"{FORM}; charset=none", b"a=b"),
    (f"{FORM}; charset=rot13", b"a=b"),
    (f"{FORM}; charset=utf-16", b"abc"),
    (FORM, b"\xff\xfe=\x00&%zz=%ff"),
]
REQUESTS: Sequence[bytes] = [
    b"GET / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n",
    b"GET /me/" + b"SECRETTOKEN" * 3500 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 9000 + b"\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b"Content-Length: -5\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"POST /book/ HTTP/1.1\r\n" + HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
]
STRANGE: Sequence[tuple[bytes, set[bytes]]] = [
    (b"GET /desk/%00 HTTP/1.1\r\n" + HEAD + b"\r\n", {b"404"}),
    (b"GET /metrics HTTP/1.1\r\n" + HEAD + b"Authorization: Bearer \xff\r\n\r\n", {b"403"}),
    (b"GET / HTTP/1.1\r\n" + HEAD + b"Expect: \xff\r\n\r\n", {b"417", b"500"}),  # aiohttp's own answer
]
"""Letters that are none where names and secrets stand."""
BROKEN_OFF: Sequence[bytes] = [
    b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b'Content-Length: 1000\r\n\r\n{"login":',
    b"POST /book/ HTTP/1.1\r\n" + HEAD + b"Content-Type: " + FORM.encode() + b"\r\nContent-Length: 1000\r\n\r\na=b",
]
SMS: Sequence[bytes] = [
    b'{"from": "+37477\\u0000123456", "text": "a\\u0000b\\ud800", "id": "1\\u0000\\ud800"}',
    b'{"from": "+37477123456", "text": "late", "id": "2", "at": "9999-12-31T23:59:59-14:00"}',
    b'{"id": "a\\u0000\\ud800b", "state": "delivered", "to": "+37477123456"}',
    b"[" * 100_000,
    b'{"id": NaN, "from": "+37477123456", "text": 1e999}',
]


async def say(product: Product, request: bytes, *, stays: bool = True) -> bytes:
    """The first line of the answer to something that may be no HTTP; who does not stay hangs up."""
    port = urlsplit(product.address).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    line = await reader.readline() if stays else b""
    writer.transport.abort()
    return line


async def test_nonsense_is_no_fault_of_ours(product_on_each: Product) -> None:
    """Forms, requests and calls of gateways that cannot be read: refused, or taken without what no store keeps."""
    product = product_on_each
    settings = {"DRIVER": "http", "URL": "http://127.0.0.1:9/", "IN_SECRET": SECRET}
    product.environment = {f"BAREV_SMS_{name}": value for name, value in settings.items()}
    product.environment = {**product.environment, "BAREV_METRICS_TOKEN": "t" * 20}
    async with running(product), aiohttp.ClientSession(product.address) as web:
        for kind, body in FORMS:
            async with web.post("/book/", data=body, headers={"Content-Type": kind}) as answer:
                assert answer.status < 500, (kind, body)
        for request in REQUESTS:
            assert (await say(product, request)).split()[1] in {b"400", b"431"}, request[:80]
        for request, statuses in STRANGE:
            assert (await say(product, request)).split()[1] in statuses, request
        for request in BROKEN_OFF:
            await say(product, request, stays=False)
        for what in ("incoming", "report"):
            for body in SMS:
                async with web.post(f"/channels/sms/{what}/{SECRET}", data=body) as answer:
                    assert answer.status in {200, 400}, (what, body[:80])
        assert product.add_user("olga", "owner").returncode == 0
        headers = {"Authorization": f"Bearer {await product.log_in('olga')}"}
        async with web.get("/api/v1/conversations", headers=headers) as answer:
            (talk,) = json.loads(await answer.text())["items"]
        async with web.get(f"/api/v1/conversations/{talk['id']}/messages", headers=headers) as answer:
            said = [one["text"] for one in (await answer.json())["items"] if one["author"]["kind"] == "visitor"]
        assert said == ["ab?", "late"]
    assert "ERROR" not in product.log
    assert "Traceback" not in product.log
    assert "SECRETTOKEN" not in product.log


async def test_bodies_that_stay_away(tmp_path: Path) -> None:
    """Hundreds of requests whose body never comes are sent away, and hold up nobody meanwhile."""
    product = Product(tmp_path / "data", environment={"BAREV_SERVER_BODY_TIMEOUT_S": "1"})
    async with running(product), aiohttp.ClientSession(product.address) as web:
        waiting = [asyncio.create_task(say(product, one)) for _ in range(100) for one in BROKEN_OFF]
        async with web.get("/healthz") as answer:
            assert answer.status == 200
        lines = await asyncio.gather(*waiting)
        assert {line.split()[1] for line in lines} == {b"408"}
    assert "ERROR" not in product.log
