"""A store that is lost, full or locked: nothing is acknowledged, it is said once, and it works again by itself."""

import asyncio
import logging
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from conversation.errors import Unavailable
from crm_store import Tx
from crm_store.appending import Appended
from crm_store.counters import next_events
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.writer import WriterLimits
from tests.crm_store.world import (
    QUICK,
    append,
    append_all,
    count_messages,
    make_world,
    messages_of,
    refused,
    visitor_says,
)
from tests.servers import PostgresServer

DOWN = ("unavailable", "error.store_down")


class Watched:
    """An open store whose going and coming can be waited for."""

    def __init__(self) -> None:
        self.states: list[bool] = []
        self.back = asyncio.Event()
        self.store: Store

    def note(self, healthy: bool) -> None:
        self.states.append(healthy)
        self.back.set() if healthy else self.back.clear()


async def watch(url: StoreUrl) -> Watched:
    """Opens a store and watches it."""
    watched = Watched()
    watched.store = await open_store(url, QUICK, on_state=watched.note)
    return watched


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the writer said aloud, by its first words."""
    records = [record for record in caplog.records if record.name == "crm_store.writer"]
    return [record.getMessage()[:17] for record in records if record.levelno > logging.DEBUG]


@pytest.mark.slow
async def test_postgres_goes_and_comes_back(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    watched = await watch(StoreUrl.parse(postgres_url))
    store = watched.store
    world = await make_world(store)
    await append_all(store, visitor_says(world, "before"))
    postgres_server.crash()
    try:
        for _ in range(3):
            (outcome,) = await append(store, visitor_says(world, "lost"))
            assert refused(outcome) == DOWN
        with pytest.raises(Unavailable):
            await store.writer.run(next_events)
        with pytest.raises(Unavailable):
            await count_messages(store)
        assert watched.states == [False]
    finally:
        postgres_server.start()
    await watched.back.wait()
    assert store.writer.healthy
    (after,) = await append_all(store, visitor_says(world, "after"))
    assert after.seq == 2
    assert [row.text for row in await messages_of(store, world.conversation_id)] == ["before", "after"]
    assert said(caplog) == ["the store is lost", "the store is back"]
    assert watched.states == [False, True]
    await store.close()


@pytest.mark.slow
async def test_what_was_acknowledged_before_a_crash_is_there_after_it(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    """Messages under way when the server dies are retried by their client_id: each is there once."""
    watched = await watch(StoreUrl.parse(postgres_url))
    store = watched.store
    world = await make_world(store)
    messages = [visitor_says(world, str(n)) for n in range(3000)]
    under_way = asyncio.create_task(append(store, *messages))
    await append_all(store, visitor_says(world, "one batch at least is through"))
    await asyncio.to_thread(postgres_server.crash)
    outcomes = await under_way
    postgres_server.start()
    await watched.back.wait()
    there = {row.client_id for row in await messages_of(store, world.conversation_id)}
    acknowledged = {m.client_id for m, o in zip(messages, outcomes, strict=True) if isinstance(o, Appended)}
    assert acknowledged <= there
    await append_all(store, *messages)
    assert await count_messages(store) == 3001
    await store.close()


@pytest.mark.slow
async def test_a_store_that_cannot_be_reached_at_start(postgres_server: PostgresServer, postgres_url: str) -> None:
    postgres_server.crash()
    try:
        with pytest.raises(Unavailable):
            await open_store(StoreUrl.parse(postgres_url))
    finally:
        postgres_server.start()


async def test_closing_while_the_store_is_lost(sqlite_url: StoreUrl) -> None:
    watched = await watch(sqlite_url)
    world = await make_world(watched.store)
    await _fill(watched.store)
    assert refused((await append(watched.store, visitor_says(world, "x" * 100_000)))[0]) == DOWN
    await watched.store.close()
    assert watched.states[0] is False


async def _fill(store: Store) -> None:
    """Lets the writer's connection (until it is opened anew) use no page more."""

    def limit(tx: Tx) -> None:
        tx.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite keeps what is used already

    await store.writer.run(limit)


async def test_a_file_at_its_limit_takes_nothing_and_loses_nothing(
    sqlite_url: StoreUrl, caplog: pytest.LogCaptureFixture
) -> None:
    watched = await watch(sqlite_url)
    store = watched.store
    world = await make_world(store)
    await append_all(store, visitor_says(world, "before"))
    await _fill(store)
    outcomes = await append(store, visitor_says(world), visitor_says(world, "x" * 100_000), visitor_says(world))
    assert [refused(outcome) for outcome in outcomes] == [DOWN] * 3
    await watched.back.wait()  # the new connection knows no limit
    assert [row.text for row in await messages_of(store, world.conversation_id)] == ["before"]
    (after,) = await append_all(store, visitor_says(world, "after"))
    assert after.seq == 2
    assert said(caplog) == ["the store is lost", "the store is back"]
    await store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.mount
async def test_a_full_disk_takes_nothing_and_recovers(small_disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    watched = await watch(StoreUrl(sqlite=small_disk / "barev.db"))
    store = watched.store
    world = await make_world(store)
    acknowledged = await append_all(store, visitor_says(world))
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    with ballast.open("wb") as file:
        file.write(bytes(free.f_bavail * free.f_frsize))
    for _ in range(3):
        (outcome,) = await append(store, visitor_says(world, "x" * 200_000))
        assert refused(outcome) == DOWN
    assert watched.states == [False]
    assert await count_messages(store) == len(acknowledged)
    ballast.unlink()
    await watched.back.wait()
    acknowledged += await append_all(store, visitor_says(world, "y" * 200_000))
    rows = await messages_of(store, world.conversation_id)
    assert [row.id for row in rows] == [message.id for message in acknowledged]
    assert said(caplog) == ["the store is lost", "the store is back"]
    await store.close()


@pytest.mark.mount
async def test_a_disk_with_room_for_small_things_is_spoken_of_once(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is small goes through, what is large does not, again and again; the log is not flooded."""
    watched = await watch(StoreUrl(sqlite=small_disk / "barev.db"))
    store = watched.store
    world = await make_world(store)
    free = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(bytes(free.f_bavail * free.f_frsize - 300_000))
    for number in range(3):
        (small,) = await append_all(store, visitor_says(world))
        assert small.seq == number + 1
        (large,) = await append(store, visitor_says(world, "x" * 500_000))
        assert refused(large) == DOWN
        await watched.back.wait()
    assert watched.states == [False, True] * 3
    assert said(caplog) == ["the store is lost", "the store is back"]
    await store.close()


@pytest.mark.slow
async def test_closing_does_not_wait_for_a_store_that_does_not_answer(postgres_url: str) -> None:
    store = await open_store(StoreUrl.parse(postgres_url), WriterLimits(close_s=0.05))
    held = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(tx: Tx) -> None:
        loop.call_soon(held.set)
        tx.execute(text("SELECT pg_sleep(20)"))

    holding = asyncio.create_task(store.writer.run(hold))
    await held.wait()
    waiting = asyncio.create_task(store.writer.run(next_events))
    await asyncio.sleep(0)  # lets it take its place in the queue
    await store.close()
    with pytest.raises(Unavailable):
        await waiting
    holding.cancel()


@pytest.fixture
async def watched_file(sqlite_url: StoreUrl) -> AsyncIterator[Watched]:
    """A watched store on SQLite that does not wait for other processes."""
    watched = await watch(sqlite_url)
    await watched.store.writer.run(lambda tx: tx.exec_driver_sql("PRAGMA busy_timeout = 0"))
    yield watched
    await watched.store.close()


async def test_a_file_locked_by_another_is_unavailable_until_freed(watched_file: Watched, sqlite_url: StoreUrl) -> None:
    store = watched_file.store
    world = await make_world(store)
    assert sqlite_url.sqlite is not None
    other = sqlite3.connect(sqlite_url.sqlite, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert refused((await append(store, visitor_says(world)))[0]) == DOWN
    assert await count_messages(store) == 0, "reading goes on"
    other.execute("COMMIT")
    other.close()
    await watched_file.back.wait()
    assert (await append_all(store, visitor_says(world)))[0].seq == 1


async def test_a_damaged_file_is_said_plainly(sqlite_url: StoreUrl) -> None:
    assert sqlite_url.sqlite is not None
    sqlite_url.sqlite.parent.mkdir()
    sqlite_url.sqlite.write_bytes(b"this is no database, and long enough to be sure of it" * 100)
    with pytest.raises(Unavailable) as refusal:
        await open_store(sqlite_url)
    assert "not a database" in str(refusal.value.__cause__)


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable):
        await open_store(StoreUrl(sqlite=tmp_path / "file" / "barev.db"))


@pytest.mark.slow
async def test_a_question_after_the_loss_of_pooled_connections(postgres_url: str) -> None:
    """Reading connections that died in the pool are replaced without the asker's knowing."""
    store = await open_store(StoreUrl.parse(postgres_url))
    await asyncio.gather(*[count_messages(store) for _ in range(4)])
    gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'barev' AND state = 'idle'"
    await store.writer.run(lambda tx: tx.execute(text(gone)))
    assert await count_messages(store) == 0
    await store.close()
