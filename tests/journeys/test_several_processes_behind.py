"""Two processes behind HAProxy and nginx, configured as docs/how-to/several-processes.md says, word for word but for
ports and TLS."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests import machine
from tests.clients import ANSWER_S, Client, agent, connected, visitor
from tests.journeys.test_races import UNLIMITED
from tests.processes import all_running, make_processes
from tests.product import Product
from tests.servers import RedisServer

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "several-processes.md"
PROXIED = {
    **UNLIMITED,
    "BAREV_SERVER_TRUSTED_PROXIES": "127.0.0.1",
    "BAREV_SERVER_PUBLIC_URL": "https://chat.example.am",
}
pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]


def snippet(language: str, products: list[Product]) -> str:
    """The configuration in the page, with these processes in it."""
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    text = found[1]
    for port, product in zip(("8081", "8082"), products, strict=True):
        assert text.count(f":{port}") == 2
        text = text.replace(f":{port}", f":{product.port}")
    return text


def configure_haproxy(folder: Path, products: list[Product], port: int) -> list[str]:
    """Writes its file; the command."""
    text = snippet("haproxy", products)
    bound = "bind :443 ssl crt /etc/haproxy/chat.example.am.pem"
    assert bound in text
    file = folder / "haproxy.cfg"
    file.write_text(text.replace(bound, f"bind 127.0.0.1:{port}"))
    return [str(machine.program("haproxy")), "-db", "-f", str(file)]


def configure_nginx(folder: Path, products: list[Product], port: int) -> list[str]:
    """Writes its file; the command."""
    text = re.sub(r"(?m)^ *ssl_certificate.*\n", "", snippet("nginx", products))
    assert "listen 443 ssl;" in text
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    head = f"daemon off;\n{user}pid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\n"
    file = folder / "nginx.conf"
    file.write_text(f"{head}http {{\naccess_log off;\n{paths}{text}}}\n")
    return [str(machine.program("nginx")), "-p", str(folder), "-c", str(file)]


@asynccontextmanager
async def proxying(command: list[str], address: str) -> AsyncIterator[None]:
    """Runs the proxy and waits until it has found the processes."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(ANSWER_S):
            await ready(address)
        yield
    finally:
        process.terminate()
        await process.wait()


async def ready(address: str) -> None:
    """Asks until the answer is that of a process that can store."""
    async with aiohttp.ClientSession() as web:
        while True:
            try:
                async with web.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0)


def from_address(client: Client, source: str) -> Client:
    """Makes the client come from that address of the loopback."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(source, 0)))
    client.sio.eio.http = session
    client.sio.eio.external_http = False
    return client


@pytest.mark.parametrize(
    "kind", [pytest.param("haproxy", marks=pytest.mark.haproxy), pytest.param("nginx", marks=pytest.mark.nginx)]
)
async def test_behind(kind: str, tmp_path: Path, postgres_url: str, redis_server: RedisServer, free_port: int) -> None:
    """Polling, upgraded and plain WebSocket clients from many addresses talk with an agent; a process is killed, and
    all of it goes on; people are known by their own address."""
    products = make_processes(tmp_path, postgres_url, redis_server, 2, PROXIED)
    address = f"http://127.0.0.1:{free_port}"
    async with all_running(*products):
        assert products[0].add_user("ani", "owner").returncode == 0
        configure = {"haproxy": configure_haproxy, "nginx": configure_nginx}[kind]
        async with proxying(configure(tmp_path, products, free_port), address):
            token = await log_in_from(address, "127.0.0.77")
            ani = agent(address, token)
            ways: tuple[tuple[str, ...], ...] = (("polling",), ("polling", "websocket"), ("websocket",))
            guests = [
                from_address(visitor(address, transports=ways[number % 3]), f"127.0.0.{10 + number}")
                for number in range(12)
            ]
            async with connected(ani, *guests):
                assert await spread(products) == 2
                await talk(ani, guests)
                tokens = [(await one.get("hello"))["token"] for one in guests]
                await products[1].kill()
            async with asyncio.timeout(ANSWER_S):
                back = await come_back(address, token)
            again = [visitor(address, one, transports=ways[number % 3]) for number, one in enumerate(tokens[:3])]
            async with connected(back, *again):
                await talk(back, again)
            assert await own_address(address, token) == "127.0.0.77"


async def talk(ani: Client, guests: list[Client]) -> None:
    """Everybody says something, the agent hears and answers each."""
    for number, guest in enumerate(guests):
        sent = await guest.send(f"from {number}")
        heard = await ani.wait_for("message", lambda told, wanted=sent["id"]: bool(told["id"] == wanted))  # type: ignore[misc]
        body = {"conversation_id": heard["conversation_id"], "text": "yes", "client_id": f"{sent['id']:032x}"}
        body["client_id"] = f"{body['client_id'][:8]}-0000-4000-8000-{sent['id']:012x}"
        answer = await ani.get("reply", body)
        await guest.wait_for("message", lambda told, wanted=answer["id"]: bool(told["id"] == wanted))  # type: ignore[misc]


async def come_back(address: str, token: str) -> Client:
    """An agent's client that was let in, by which process whatsoever; it tries as a browser would."""
    while True:
        probe = agent(address, token)
        try:
            await probe.connect()
            await probe.get("hello")
        except Exception:  # the proxy has not noticed yet that a process is gone
            await probe.close()
            continue
        await probe.close()
        return agent(address, token)


async def spread(products: list[Product]) -> int:
    """How many processes have a client."""
    busy = 0
    async with aiohttp.ClientSession() as web:
        for product in products:
            async with web.get(f"{product.address}/metrics") as answer:
                told = await answer.text()
            busy += re.search(r'^barev_connections{carrier="(?:lean|stock)"} [1-9]', told, re.MULTILINE) is not None
    return busy


async def log_in_from(address: str, source: str) -> str:
    """A session begun from that address; its cookie is for https only."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(source, 0))) as web:
        body = {"login": "ani", "password": "parol-1234"}
        headers = {"Origin": address}
        async with web.post(f"{address}/api/v1/session", json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            assert "Secure" in answer.headers["Set-Cookie"]
            token: str = (await answer.json())["token"]
            return token


async def own_address(address: str, token: str) -> str:
    """The address that the audit log keeps of the one who makes a contact through the proxy."""
    headers = {"Authorization": f"Bearer {token}"}
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.77", 0))
    async with (
        aiohttp.ClientSession(headers=headers, connector=connector) as web,
        web.get(f"{address}/api/v1/audit", params={"limit": "100"}) as answer,
    ):
        assert answer.status == 200, await answer.text()
        entries = (await answer.json())["items"]
    return str(next(one["remote"] for one in entries if one["action"] == "session.opened"))
