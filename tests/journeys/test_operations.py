"""What whoever operates it relies on: a clean end under load, numbers, logs that tell no secrets, backups meanwhile."""

import asyncio
import json
import re
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from barev.backup.archive import Reader
from tests import clients
from tests.barev.realtime.raw import URL, Raw
from tests.conftest import Scale
from tests.product import Product, running

pytestmark = pytest.mark.slow
END_S = 5.0


AHEAD = 20
_ACK = re.compile(r"43/visitor,(\d+)(\[.*\])")


class Talker:
    """A visitor who sends without waiting, some messages ahead. ``acked``: client ids that were promised.

    It reads every frame in its order, the last ones before the end too, which the official Python client may drop.
    """

    def __init__(self) -> None:
        self.acked: set[str] = set()
        self.enough = asyncio.Event()
        self._sent: list[str] = []

    async def talk(self, address: str) -> None:
        """Until the connection is gone."""
        async with aiohttp.ClientSession() as web, web.ws_connect(f"{address}{URL}") as socket:
            raw = Raw(socket)
            await raw.text()
            head, _ = await raw.connect(auth={"page_url": "https://shop.example/"})
            assert head == "40"
            with suppress(EOFError, ConnectionError):
                while True:
                    while len(self._sent) - len(self.acked) < AHEAD:
                        await self._say(raw)
                    self._note(await raw.text())
            with suppress(EOFError):  # what arrived before the line was found to be dead
                while True:
                    self._note(await raw.text())

    async def _say(self, raw: Raw) -> None:
        client_id = str(uuid4())
        self._sent.append(client_id)
        said = ["message", {"client_id": client_id, "text": f"message {client_id}"}]
        await raw.send(f"42/visitor,{len(self._sent) - 1}{json.dumps(said)}")

    def _note(self, packet: str) -> None:
        if answered := _ACK.fullmatch(packet):
            assert json.loads(answered[2])[0]["ok"], packet
            self.acked.add(self._sent[int(answered[1])])
            if len(self.acked) >= 2 * AHEAD:
                self.enough.set()


@asynccontextmanager
async def talking(product: Product, count: int) -> AsyncIterator[list[Talker]]:
    """So many visitors talk, until the server ends; it begins when all of them were acknowledged some."""
    talkers = [Talker() for _ in range(count)]
    async with asyncio.TaskGroup() as tasks:
        for one in talkers:
            tasks.create_task(one.talk(product.address))
        for one in talkers:
            await one.enough.wait()
        yield talkers


LOOSE = {"BAREV_VISITOR_PER_S": "100000", "BAREV_VISITOR_BURST": "100000", "BAREV_VISITOR_ADDRESS_PER_S": "1000000"}


@pytest.mark.parametrize("again", [None, signal.SIGTERM, signal.SIGINT])
async def test_the_end_under_load_keeps_every_promise(tmp_path: Path, again: signal.Signals | None) -> None:
    """What was acknowledged is stored, and what was stored is acknowledged; the status is 0, within five seconds."""
    product = Product(tmp_path / "data", environment={**LOOSE, "BAREV_LOGS_LEVEL": "info"})
    async with running(product):
        async with talking(product, 8) as talkers:
            product.signal(signal.SIGTERM)
            if again is not None:
                product.signal(again)
            async with asyncio.timeout(END_S):
                assert await product.ended() == 0
        assert product.log.count("ending") == product.log.count("ended") == 1
    with closing(sqlite3.connect(product.data / "barev.db")) as database:
        stored = {client_id for (client_id,) in database.execute("SELECT client_id FROM messages WHERE client_id > ''")}
    acked = set().union(*(one.acked for one in talkers))
    assert acked - stored == set()
    assert stored - acked == set()


async def test_it_says_that_it_is_about_to_end(tmp_path: Path) -> None:
    """A load balancer is told before; meanwhile everything goes on. Then nobody is let in."""
    product = Product(tmp_path / "data", environment={"BAREV_SERVER_DRAIN_S": "3600"})
    async with running(product), aiohttp.ClientSession() as web:
        async with web.get(f"{product.address}/readyz") as answer:
            assert (answer.status, await answer.json()) == (200, {"ok": True, "store": True, "draining": False})
        product.signal(signal.SIGTERM)
        async with asyncio.timeout(clients.ANSWER_S):
            while (answer := await web.get(f"{product.address}/readyz")).status == 200:
                answer.release()
        assert await answer.json() == {"ok": False, "store": True, "draining": True}
        assert "barev_draining 1" in await (await web.get(f"{product.address}/metrics")).text()
        visitor = clients.visitor(product.address)
        async with clients.connected(visitor):
            assert (await visitor.send("still here"))["ok"]


async def test_the_numbers_count(tmp_path: Path) -> None:
    product = Product(tmp_path / "data", environment={"BAREV_METRICS_TOKEN": ""})
    async with running(product), aiohttp.ClientSession() as web:
        visitor = clients.visitor(product.address)
        async with clients.connected(visitor):
            for number in range(5):
                await visitor.send(f"number {number}")
            await visitor.ask("nonsense")
            page = await (await web.get(f"{product.address}/metrics")).text()
    for line in (
        'barev_messages_total{author="visitor"} 5',
        'barev_ack_seconds_count{event="message"} 5',
        'barev_ack_seconds_bucket{event="message",le="+Inf"} 5',
        'barev_ack_seconds_count{event="other"} 1',
        'barev_connections{carrier="lean"} 1',
        "barev_store_healthy 1",
        "barev_writer_queue 0",
        'barev_queue_waiting{queue="jobs"} 0',
        "barev_backup_overdue 0",
    ):
        assert line in page.splitlines(), line
    assert "process_resident_memory_bytes " in page


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"Host": "chat.example.am"}, 403),
        ({}, {"X-Forwarded-For": "127.0.0.1"}, 403),
        ({"BAREV_SERVER_TRUSTED_PROXIES": "127.0.0.1"}, {"X-Forwarded-For": "198.51.100.7"}, 403),
        (
            {"BAREV_SERVER_TRUSTED_PROXIES": "127.0.0.1", "BAREV_METRICS_ADDRESSES": "198.51.100.0/24"},
            {"X-Forwarded-For": "198.51.100.7", "Host": "chat.example.am"},
            200,
        ),
        ({"BAREV_METRICS_TOKEN": "sesame"}, {}, 403),
        ({"BAREV_METRICS_TOKEN": "sesame"}, {"Authorization": "Bearer sesame", "Host": "chat.example.am"}, 200),
        ({"BAREV_METRICS_TOKEN": "sesame"}, {"Authorization": "Bearer simsim"}, 403),
    ],
)
async def test_who_may_read_the_numbers(
    tmp_path: Path, settings: dict[str, str], headers: dict[str, str], status: int
) -> None:
    async with running(Product(tmp_path / "data", environment=settings)) as product, aiohttp.ClientSession() as web:
        answer = await web.get(f"{product.address}/metrics", headers=headers)
        answer.release()
        assert answer.status == status


@pytest.mark.parametrize("form", ["text", "json"])
async def test_the_log_tells_no_secret(tmp_path: Path, form: str) -> None:
    """At level debug, a whole journey: what was said, who he is and what he signs in with is in no line."""
    secrets = ["yes I want", "the agent replies", "a private remark", "Anahit Unique", "+37499123456", "wrong-parol"]
    product = Product(tmp_path / "data", environment={"BAREV_LOGS_LEVEL": "debug", "BAREV_LOGS_FORMAT": form})
    assert product.add_user("ani", "owner").returncode == 0
    async with running(product), aiohttp.ClientSession() as web:
        visitor = clients.visitor(product.address)
        token = await product.log_in("ani")
        agent = clients.agent(product.address, token)
        async with clients.connected(visitor, agent):
            hello = await visitor.get("hello")
            await visitor.get("start", {"answers": {"name": secrets[3], "phone": secrets[4]}})
            await visitor.send(secrets[0])
            head = (await agent.get("hello"))["conversations"][0]
            about = {"conversation_id": head["id"]}
            await agent.get("reply", {**about, "client_id": str(uuid4()), "text": secrets[1]})
            await agent.get("note", {**about, "client_id": str(uuid4()), "text": secrets[2]})
            await visitor.wait_for("message", lambda said: said["text"] == secrets[1])
            for event, data in ((secrets[0], {}), ("message", secrets[0]), ("message", {"text": secrets[0]})):
                await visitor.ask(event, data)
        headers = {"Authorization": f"Bearer {token}"}
        for path in (f"conversations/{head['id']}/messages", f"contacts?q={secrets[3]}", "contacts?limit=x"):
            (await web.get(f"{product.address}/api/v1/{path}", headers=headers)).release()
        body = {"login": "ani", "password": secrets[5]}
        (await web.post(f"{product.address}/api/v1/session", json=body)).release()
        assert await product.stop() == 0
    secrets += [token, hello["token"], "parol-1234"]
    assert [secret for secret in secrets if secret in product.log] == []
    told = product.log if form == "text" else "\n".join(map(str, map(json.loads, product.log.splitlines())))
    assert "event reply" in told
    assert (f"(conversation {head['id']})" if form == "text" else f"'conversation_id': {head['id']}") in told


def messages_in(path: Path) -> dict[int, list[tuple[int, str]]]:
    """By conversation, the messages of a backup in order."""
    found: dict[int, list[tuple[int, str]]] = {}
    with Reader(path) as reader:
        reader.verify()
        names = [column.name for column in reader.columns("messages")]
        for rows in reader.rows("messages"):
            for row in rows:
                said = dict(zip(names, row, strict=True))
                found.setdefault(said["conversation_id"], []).append((said["seq"], said["text"]))
    return {conversation: sorted(messages) for conversation, messages in found.items()}


async def backup(product: Product, path: Path, kill_after: int | None = None) -> int | None:
    """``barev backup`` beside the server; killed once its unfinished file has so many bytes."""
    process = await product.begin("backup", str(path))
    if kill_after is not None:
        await asyncio.to_thread(wait_for_part, path.parent, kill_after)
        if process.returncode is None:
            process.kill()
    return await process.wait()


def wait_for_part(folder: Path, size: int) -> None:
    """Until an unfinished file is there and has so many bytes, or a finished one."""
    done, left = set(folder.glob("*.zip")), set(folder.glob(".*.part"))
    while set(folder.glob("*.zip")) == done:
        with suppress(FileNotFoundError):
            if any(part.stat().st_size >= size for part in set(folder.glob(".*.part")) - left):
                return


@pytest.mark.kill
async def test_a_backup_under_load_is_one_moment(product_on_each: Product, tmp_path: Path, scale: Scale) -> None:
    """Messages flow; backups are killed in the middle: what has a final name is whole. One that is done holds
    of every conversation the beginning, without a gap, and all that was acknowledged before it began."""
    product, folder = product_on_each, tmp_path / "backups"
    product.environment = LOOSE
    folder.mkdir()
    async with running(product), talking(product, 4) as talkers:
        for number in range(scale.rounds(3, 20)):
            await backup(product, folder / f"killed{number}.zip", kill_after=number * 2000)
        before = set().union(*(one.acked for one in talkers))
        assert await backup(product, folder / "whole.zip") == 0
        assert await product.stop() == 0
    for path in folder.glob("killed*.zip"):
        messages_in(path)  # the kill came too late
    other = Product(tmp_path / "elsewhere")
    restored = await asyncio.to_thread(other.run, "restore", str(folder / "whole.zip"))
    assert restored.returncode == 0, restored.stderr
    assert await backup(product, folder / "end.zip") == 0
    assert await backup(other, folder / "again.zip") == 0
    then, end = messages_in(folder / "whole.zip"), messages_in(folder / "end.zip")
    assert messages_in(folder / "again.zip") == then
    for conversation, messages in then.items():
        assert messages == end[conversation][: len(messages)]
        assert [seq for seq, _ in messages] == list(range(1, len(messages) + 1))
    kept = {text.removeprefix("message ") for messages in then.values() for _, text in messages}
    assert before - kept == set()
    async with running(other):
        visitor = clients.visitor(other.address)
        async with clients.connected(visitor):
            highest = max(seq for messages in then.values() for seq, _ in messages)
            assert (await visitor.send("it goes on"))["id"] > highest


async def test_a_backup_is_made_in_the_desk(tmp_path: Path) -> None:
    """An owner asks for one and sees it; an agent may not."""
    product = Product(tmp_path / "data")
    for login, role in (("ani", "owner"), ("nino", "agent")):
        assert product.add_user(login, role).returncode == 0
    async with running(product), aiohttp.ClientSession() as web:
        url = f"{product.address}/api/v1/backups"
        agent = {"Authorization": f"Bearer {await product.log_in('nino')}"}
        assert (await web.get(url, headers=agent)).status == (await web.post(url, headers=agent)).status == 403
        owner = {"Authorization": f"Bearer {await product.log_in('ani')}"}
        begun = await web.post(url, headers=owner)
        assert (begun.status, (await begun.json())["running"]) == (202, True)
        async with asyncio.timeout(60):
            while (status := await (await web.get(url, headers=owner)).json())["running"]:
                pass
        assert (status["error"], status["overdue"], status["folder"]) == ("", False, str(tmp_path / "data" / "backups"))
        (item,) = status["items"]
        assert item["ok"]
        assert (tmp_path / "data" / "backups" / item["name"]).stat().st_size == item["size"]
        desk = clients.agent(product.address, owner["Authorization"].removeprefix("Bearer "))
        async with clients.connected(desk):
            assert (await desk.get("hello"))["settings"]["backup_overdue"] is False


async def test_a_sqlite_store_has_one_server(tmp_path: Path) -> None:
    """A second one is refused in words while the first works, and goes on where the first was killed."""
    product = Product(tmp_path / "data")
    async with running(product):
        second = await asyncio.to_thread(product.run, "serve", "--port", "0")
        assert (second.returncode, second.stdout) == (1, "")
        assert "SQLite serves one process" in second.stderr
        await product.kill()
        await product.start()
