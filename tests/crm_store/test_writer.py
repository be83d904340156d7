"""The writer: batches, order, isolation of what fails, limits, a clean end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.util import await_only

from conversation import clock
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.messages import Json
from crm_store import Tx, settings_table
from crm_store.appending import Appended
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import MessageRow, RoleRow, SettingRow
from crm_store.writer import WriterLimits
from tests.crm_store.world import (
    World,
    accepted,
    append,
    append_all,
    count_messages,
    make_world,
    messages_of,
    refused,
    visitor_says,
)


@contextmanager
def counting_commits() -> Iterator[list[object]]:
    """Gathers one entry for every COMMIT of any connection."""
    commits: list[object] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", note)
    try:
        yield commits
    finally:
        event.remove(Engine, "commit", note)


def put(tx: Tx, key: str, value: Json) -> None:
    """Keeps a value in the settings table."""
    settings_table.put(tx, key, value, clock.now())


def nothing(tx: Tx) -> None:
    """An operation that only takes its place in the queue."""


async def kept(store: Store) -> dict[str, object]:
    """All settings."""
    query = select(SettingRow.key, SettingRow.value)
    return await store.read(lambda tx: {row.key: row.value for row in tx.execute(query)})


async def test_all_that_waits_shares_one_commit(store: Store, world: World) -> None:
    with counting_commits() as commits:
        outcomes = append(store, *[visitor_says(world) for _ in range(300)])
        operations = [store.writer.run(lambda tx, n=n: put(tx, f"k{n}", n)) for n in range(20)]  # type: ignore[misc]  # defaults bind the loop's values
        appending = asyncio.create_task(outcomes)
        await asyncio.gather(*operations)
    heard = await appending
    assert len(commits) == 1
    assert [accepted(outcome).seq for outcome in heard] == list(range(1, 301))
    assert len(await kept(store)) == 20


async def test_what_comes_during_a_commit_waits_for_the_next(store: Store, world: World) -> None:
    with counting_commits() as commits:
        rounds = [append(store, *[visitor_says(world) for _ in range(5)]) for _ in range(4)]
        for one in rounds:
            await one
    assert len(commits) == 4
    assert await count_messages(store) == 20


async def test_first_in_first_out(store: Store, world: World) -> None:
    """A message queued before an operation is seen by it, one queued after it is not."""
    heard: list[object] = []

    def seen(tx: Tx) -> int:
        return tx.execute(select(func.count()).select_from(MessageRow)).scalar_one()

    async def ask() -> None:
        heard.append(await store.writer.run(seen))

    store.writer.append(visitor_says(world), heard.append)
    asking = asyncio.create_task(ask())
    await asyncio.sleep(0)  # lets the question take its place in the queue
    store.writer.append(visitor_says(world), heard.append)
    await asking
    await store.writer.run(nothing)
    assert [outcome if isinstance(outcome, int) else type(outcome) for outcome in sorted(heard, key=str)] == [
        1,
        Appended,
        Appended,
    ]


async def test_answers_come_in_order_and_in_one_turn_of_the_loop(store: Store, world: World) -> None:
    turns: list[int] = []
    seqs: list[int] = []
    turn = 0
    done = asyncio.Event()

    def note(outcome: Appended | BarevError) -> None:
        assert isinstance(outcome, Appended)
        turns.append(turn)
        seqs.append(outcome.seq)
        if len(seqs) == 50:
            done.set()

    for _ in range(50):
        store.writer.append(visitor_says(world), note)
    while not done.is_set():
        turn += 1
        await asyncio.sleep(0)
    assert len(set(turns)) == 1
    assert seqs == list(range(1, 51))


async def test_a_failing_operation_harms_nobody_else(store: Store, world: World) -> None:
    def break_half_way(tx: Tx) -> None:
        put(tx, "half", 1)
        raise Rejected("conflict", "error.conflict")

    def mistake(tx: Tx) -> None:
        put(tx, "mistake", 1)
        raise KeyError("ours")

    def wrong_sql(tx: Tx) -> None:
        tx.execute(text("SELECT nonsense FROM nowhere"))

    def twice(tx: Tx) -> None:
        for _ in range(2):
            tx.execute(insert(RoleRow).values(name="the same"))

    messages = append(store, visitor_says(world), visitor_says(world))
    operations = [store.writer.run(op) for op in (break_half_way, mistake, wrong_sql, twice)]
    good = store.writer.run(lambda tx: put(tx, "good", 1))
    with counting_commits() as commits:
        appending = asyncio.create_task(messages)
        others = await asyncio.gather(*operations, good, return_exceptions=True)
    heard = await appending
    assert len(commits) == 1
    assert all(isinstance(outcome, Appended) for outcome in heard)
    rejected, key_error, sql_error, conflict, nothing = others
    assert isinstance(rejected, Rejected)
    assert isinstance(key_error, KeyError)
    assert "nonsense" in str(sql_error) or "nowhere" in str(sql_error)
    assert isinstance(conflict, Rejected)
    assert (conflict.code, nothing) == ("conflict", None)
    assert await kept(store) == {"good": 1}
    assert await count_messages(store) == 2


async def test_an_operation_alone_in_its_batch_is_undone_as_well(store: Store) -> None:
    def break_half_way(tx: Tx) -> None:
        put(tx, "half", 1)
        raise Rejected("conflict", "error.conflict")

    with pytest.raises(Rejected):
        await store.writer.run(break_half_way)
    assert await kept(store) == {}
    await store.writer.run(lambda tx: put(tx, "good", 1))
    assert await kept(store) == {"good": 1}


async def test_one_poisoned_message_is_refused_alone(store: Store, world: World) -> None:
    poisoned = visitor_says(world, kind="no such kind")
    outcomes = await append(store, visitor_says(world), poisoned, visitor_says(world))
    assert refused(outcomes[1]) == ("invalid", "error.invalid")
    assert [row.seq for row in await messages_of(store, world.conversation_id)] == [1, 2]
    assert refused((await append(store, poisoned))[0]) == ("invalid", "error.invalid")


async def test_the_values_a_store_cannot_keep_are_refused(store: Store) -> None:
    wrong: list[Json] = ["\0", "\ud800", {"a": ["x\0y"]}]
    for value in wrong:
        with pytest.raises(Rejected) as refusal:
            await store.writer.run(lambda tx, v=value: put(tx, "wrong", v))  # type: ignore[misc]  # defaults bind the loop's values
        assert refusal.value.code == "invalid"
    with pytest.raises(Rejected):
        await store.writer.run(lambda tx: tx.execute(insert(RoleRow).values(id=2**70, name="too far")))
    assert await kept(store) == {}


async def test_a_caller_who_has_gone_is_skipped(store: Store) -> None:
    gone = asyncio.create_task(store.writer.run(lambda tx: put(tx, "gone", 1)))
    await asyncio.sleep(0)  # lets it take its place in the queue
    gone.cancel()
    await store.writer.run(lambda tx: put(tx, "stays", 1))
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert "stays" in await kept(store)


async def test_an_answer_that_fails_to_be_told_harms_nobody(
    store: Store, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(outcome: object) -> None:
        raise RuntimeError("the socket is gone")

    store.writer.append(visitor_says(world), fall)
    (second,) = await append_all(store, visitor_says(world))
    assert second.seq == 2
    assert "telling of it failed" in caplog.text


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        await store.read(lambda tx: put(tx, "sneaked", 1))
    assert await kept(store) == {}


async def test_a_question_sees_one_moment(store: Store, world: World) -> None:
    """What is committed between two statements of a question is not seen by the second."""
    loop = asyncio.get_running_loop()
    counts: list[int] = []

    def write_meanwhile() -> None:
        if store.url.sqlite is None:
            await_only(append_all(store, visitor_says(world)))  # the question shares the loop's thread
        else:
            asyncio.run_coroutine_threadsafe(append_all(store, visitor_says(world)), loop).result()

    def count(tx: Tx) -> None:
        counts.append(tx.execute(text("SELECT count(*) FROM messages")).scalar_one())

    def ask(tx: Tx) -> None:
        count(tx)
        write_meanwhile()
        count(tx)

    await store.read(ask)
    assert counts == [0, 0]
    assert await count_messages(store) == 1


class TestLimits:
    """What a full queue and a small batch mean."""

    @pytest.fixture
    def limits(self) -> WriterLimits:
        return WriterLimits(batch=4, queue=10)

    async def test_a_batch_has_its_limit(self, store: Store, world: World) -> None:
        with counting_commits() as commits:
            outcomes = await append_all(store, *[visitor_says(world) for _ in range(10)])
        assert len(commits) == 3
        assert [outcome.seq for outcome in outcomes] == list(range(1, 11))

    async def test_a_full_queue_refuses_at_once(self, store: Store, world: World) -> None:
        outcomes = append(store, *[visitor_says(world) for _ in range(12)])
        first_to_fail = store.writer.run(nothing)
        heard, refusal = await asyncio.gather(outcomes, first_to_fail, return_exceptions=True)
        assert isinstance(refusal, Unavailable)
        assert not isinstance(heard, BaseException)
        assert [isinstance(outcome, Unavailable) for outcome in heard] == [True] * 2 + [False] * 10
        assert await count_messages(store) == 10


async def test_closing_commits_what_waits_and_refuses_what_comes(made_url: StoreUrl) -> None:
    store = await open_store(made_url)
    world = await make_world(store)
    outcomes = append(store, *[visitor_says(world) for _ in range(3)])
    waiting = asyncio.create_task(outcomes)
    await asyncio.sleep(0)  # lets the messages take their places
    await store.close()
    assert all(isinstance(outcome, Appended) for outcome in await waiting)
    with pytest.raises(Unavailable):
        await store.writer.run(nothing)
    again = await open_store(made_url)
    assert await count_messages(again) == 3
    await again.close()
