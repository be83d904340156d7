"""An acknowledgement outlives a power cut. ``kill -9`` cannot show it, for the page cache survives it; the system calls
of the running server can: what was not yet synced is dropped, and nothing promised may be missing."""

import asyncio
import random
import re
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it comes without types
import pytest

from tests import clients
from tests.conftest import Scale
from tests.power import NEVER, Call, Disk, read_trace, told_messages, tracing
from tests.product import Product, running
from tests.states import Wire

pytestmark = pytest.mark.slow
needs_strace = pytest.mark.strace

SENDERS = 5
MARK = re.compile(rb"<[a-z 0-9]+, \d+>")
ALTERED_SERVER = Path(__file__).with_name("altered_server.py")


@dataclass
class AlteredProduct(Product):
    """The product on a store that syncs less than it should, or copies its log into the database sooner."""

    level: str = "full"
    cold: bool = True

    def command(self, *words: str) -> list[str]:
        """The altered server instead of the product."""
        altered = [sys.executable, str(ALTERED_SERVER), self.level, "400"]
        return [*self.prefix, *altered, *words, "--data", str(self.data)]


@dataclass
class Traced:
    """What a traced server did. ``acked``: every acknowledgement that came, with the text that was sent."""

    folder: Path
    found: dict[str, bytes]
    calls: list[Call]
    acked: dict[int, tuple[str, Wire]]

    @cached_property
    def disk(self) -> Disk:
        """The folder as it was written."""
        return Disk.watch(self.folder, self.found, self.calls)

    @cached_property
    def told(self) -> list[tuple[int, int]]:
        """Message ids and the moments at which they left the server."""
        return list(told_messages(self.calls))

    def certain_since(self, text: str) -> int:
        """The moment at which the frame of the log with the text's beginning was certain to be on the disk."""
        return self._certain.get(MARK.findall(text.encode())[0], NEVER)

    @cached_property
    def _certain(self) -> dict[bytes, int]:
        return self.disk.find_certain(MARK, "-wal")

    def checkpoint(self) -> list[int]:
        """The moments at which pages went from the log into the database itself."""
        inodes = {step.inode for step in self.disk.names if step.name == "barev.db" and step.inode is not None}
        return [step.ended + 1 for inode in inodes for step in self.disk.files[inode] if step.begun > self.told[0][1]]

    def broken_promises(self) -> list[str]:
        """Messages that were told of before they were certain to be in the write-ahead log."""
        broken = []
        for message_id, moment in self.told:
            text, _ = self.acked[message_id]
            certain = self.certain_since(text)
            if certain > moment:
                broken.append(f"{text}: told at {moment}, certain {'never' if certain == NEVER else f'at {certain}'}")
        return broken


async def serve_traced(product: Product, strace: str, each: int) -> Traced:
    """Lets some visitors send ``each`` messages to a traced server, all at once, and an agent answer; then kills it."""
    output = product.data / "trace"
    product.data = product.data / "data"
    assert product.add_user("ani").returncode == 0
    found = {file.name: file.read_bytes() for file in product.data.iterdir()}
    product.prefix = tracing(strace, output)
    acked: dict[int, tuple[str, Wire]] = {}
    async with running(product):
        agent = clients.agent(product.address, await product.log_in("ani"))
        visitors = [clients.visitor(product.address) for _ in range(SENDERS)]
        async with clients.connected(agent, *visitors):
            sending = [
                send_in_turn(visitor, f"visitor {number}", each, acked) for number, visitor in enumerate(visitors)
            ]
            await asyncio.gather(answer(agent, each, acked), *sending)
    return Traced(product.data, found, read_trace(output.read_text().splitlines()), acked)


async def send_in_turn(visitor: clients.Client, name: str, count: int, acked: dict[int, tuple[str, Wire]]) -> None:
    """Sends one message after the other, some of them long."""
    for number in range(count):
        text = f"<{name}, {number}>" + "." * (number % 4 * 3000)
        ack = await visitor.send(text)
        acked[ack["id"]] = (text, ack)


async def answer(agent: clients.Client, count: int, acked: dict[int, tuple[str, Wire]]) -> None:
    """Replies to the first conversation that is heard of."""
    head = await agent.wait_for("conversation")
    for number in range(count):
        text = f"<agent, {number}>"
        client_id = f"00000000-0000-4000-8000-{number:012}"
        ack = await agent.get("reply", {"conversation_id": head["id"], "client_id": client_id, "text": text})
        acked[ack["id"]] = (text, ack)


@needs_strace
@pytest.mark.soak
async def test_every_acknowledgement_follows_a_sync(tmp_path: Path, strace: str, scale: Scale) -> None:
    """Before any byte that tells of a message, its frames of the log were written and synced; and whatever of the
    unsynced a power cut drops, at whichever moment, all that was told is in the database, which is sound. The log is
    copied into the database sooner than usual, so that it happens here."""
    seed = random.SystemRandom().getrandbits(32)
    traced = await serve_traced(AlteredProduct(tmp_path), strace, each=40)
    assert {message_id for message_id, _ in traced.told} == set(traced.acked)
    assert traced.broken_promises() == []
    rng = random.Random(seed)
    for moment in choose_moments(traced, rng, scale.rounds(30, 1000)):
        for kind, share in (("none", 0.0), ("some", 0.5), ("most", 0.9)):
            lost = cut_power(traced, tmp_path / "cut", moment, share, rng)
            assert lost == [], f"power cut at {moment}, {kind} of the unsynced kept, seed {seed}: {lost}"


def choose_moments(traced: Traced, rng: random.Random, count: int) -> list[int]:
    """``count`` of each kind: moments when messages were told of, when the log was copied into the database, others."""
    assert traced.checkpoint(), "too little was written: the log was never copied into the database"
    first, last = traced.told[0][1], traced.calls[-1].ended
    kinds = ([moment for _, moment in traced.told], traced.checkpoint(), range(first, last))
    return sorted({moment for kind in kinds for moment in rng.sample(kind, min(count, len(kind)))})


def cut_power(traced: Traced, target: Path, moment: int, share: float, rng: random.Random) -> list[str]:
    """What is wrong with the database after a power cut that a ``share`` of the unsynced writes survive."""
    target.mkdir()
    traced.disk.rebuild(target, moment, lambda _step: rng.random() < share)
    told = {message_id for message_id, at in traced.told if at < moment}
    with closing(sqlite3.connect(target / "barev.db")) as database:
        wrong = [line for (line,) in database.execute("PRAGMA integrity_check") if line != "ok"]
        rows = dict(database.execute("SELECT id, text FROM messages"))
    shutil.rmtree(target)
    return wrong + [traced.acked[one][0] for one in sorted(told) if rows.get(one) != traced.acked[one][0]]


@needs_strace
@pytest.mark.parametrize("level", ["off", "normal"])
async def test_a_server_that_does_not_sync_is_found_out(tmp_path: Path, strace: str, level: str) -> None:
    """The control: with ``synchronous`` below FULL, both proofs fail."""
    traced = await serve_traced(AlteredProduct(tmp_path, level=level), strace, each=3)
    assert len(traced.broken_promises()) >= len(traced.acked)
    lost = cut_power(traced, tmp_path / "cut", traced.calls[-1].ended, 0.0, random.Random())
    assert lost


@needs_strace
async def test_a_trace_without_its_syncs_is_found_out(tmp_path: Path, strace: str) -> None:
    """The other control: the same trace, one sync of the log taken out of it."""
    traced = await serve_traced(Product(tmp_path), strace, each=3)
    assert traced.broken_promises() == []
    last = max(traced.acked)
    certain = traced.certain_since(traced.acked[last][0])
    doctored = replace(traced, calls=without_call(traced.calls, certain))
    assert doctored.broken_promises()


def without_call(calls: Sequence[Call], ended: int) -> list[Call]:
    """The calls but for the one that ended at that moment, which is a sync."""
    taken = [call for call in calls if call.ended == ended]
    assert [call.name for call in taken] in (["fdatasync"], ["fsync"])
    return [call for call in calls if call.ended != ended]


WITNESS = """
    CREATE TABLE witness (message_id BIGINT, level TEXT, application TEXT);
    CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO witness VALUES
            (NEW.id, current_setting('synchronous_commit'), current_setting('application_name'));
        RETURN NEW;
    END $$;
    CREATE TRIGGER watched AFTER INSERT ON messages FOR EACH ROW EXECUTE FUNCTION watch();
"""


async def test_postgresql_commits_wait_for_the_log(tmp_path: Path, postgres_url: str) -> None:
    """Where a database is set up not to wait for its log at commit, the running product turns that on for its own
    transactions: a trigger that sees each message tells what was in force there."""
    product = Product(tmp_path, postgres_url)
    async with owning(postgres_url) as owner:
        name = await owner.fetchval("SELECT current_database()")
        await owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    async with running(product), owning(postgres_url) as owner:
        assert await owner.fetchval("SHOW synchronous_commit") == "off"  # the control: off is what others get
        await owner.execute(WITNESS)
        assert product.add_user("ani").returncode == 0
        agent, guest = clients.agent(product.address, await product.log_in("ani")), clients.visitor(product.address)
        async with clients.connected(agent, guest):
            acked: dict[int, tuple[str, Wire]] = {}
            await asyncio.gather(send_in_turn(guest, "visitor", 5, acked), answer(agent, 5, acked))
        seen = {row["message_id"]: row["level"] for row in await owner.fetch("SELECT * FROM witness")}
        assert seen == dict.fromkeys(acked, "on")


@asynccontextmanager
async def owning(url: str) -> AsyncIterator[Any]:
    """A connection of the database's owner."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
