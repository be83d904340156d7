"""Several processes on one store: event numbers appear in order, no numbers collide, starters do not quarrel."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process

import pytest
from sqlalchemy import select

from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import ConversationRow, MessageRow
from tests.conftest import Scale
from tests.crm_store.world import World, append_all, head, make_world, messages_of, visitor_says

IN_FLIGHT = 40


def address(url: StoreUrl) -> str:
    """The URL with all that is needed to connect."""
    return url.postgres or f"sqlite:///{url.sqlite}"


async def start_writer(url: StoreUrl, count: int, name: str, worlds: list[World]) -> Process:
    """Another process, open and waiting for its line."""
    places = [f"{world.conversation_id}:{world.contact_id}" for world in worlds]
    arguments = [address(url), str(count), str(IN_FLIGHT), name, *places]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crm_store.other_process", *arguments, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def finish(process: Process) -> list[int]:
    """Gives the line and waits for the end; the ids it had acknowledged."""
    output, _ = await process.communicate(b"go\n")
    assert process.returncode == 0
    ids: list[int] = json.loads(output)
    return ids


async def follow(store: Store, stop: asyncio.Event) -> list[int]:
    """Reads messages as a desk does, always above the highest event seen; the ids in the order seen."""
    seen: list[int] = []
    last_look = False
    while True:
        high_water = seen[-1] if seen else 0
        query = select(MessageRow.event).where(MessageRow.event > high_water).order_by(MessageRow.event).limit(50)
        fresh = await store.read(lambda tx, q=query: list(tx.scalars(q)))  # type: ignore[misc]  # defaults bind the loop's values
        seen += fresh
        if last_look and not fresh:
            return seen
        last_look = stop.is_set()


@pytest.mark.slow
async def test_a_reader_by_event_never_misses_a_message_of_two_processes(made_url: StoreUrl, scale: Scale) -> None:
    """The fault this looks for: a number given early, committed late, below what was read already."""
    store = await open_store(made_url)
    worlds = [await make_world(store) for _ in range(5)]
    count = scale.rounds(usual=600, full=20_000)
    first = await start_writer(made_url, count, "first", worlds)
    second = await start_writer(made_url, count, "second", worlds[::-1])
    stop = asyncio.Event()
    following = asyncio.create_task(follow(store, stop))
    written = await asyncio.gather(finish(first), finish(second))
    stop.set()
    seen = await following
    assert sorted(written[0] + written[1]) == seen
    assert len(seen) == 2 * count
    for world in worlds:
        rows = await messages_of(store, world.conversation_id)
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.change for row in rows] == list(range(1, len(rows) + 1))
        assert {row.text for row in rows} == {"first", "second"}, "both wrote at the same time"
        assert (await head(store, world.conversation_id)).last_event == rows[-1].event
    await store.close()


@pytest.mark.slow
async def test_the_same_message_through_two_processes_is_one(made_url: StoreUrl) -> None:
    """A client that moved to another process and repeats what it sent: whoever comes second learns of the first."""
    store = await open_store(made_url)
    worlds = [await make_world(store)]
    twins = [await start_writer(made_url, 400, "same name", worlds) for _ in range(2)]
    written = await asyncio.gather(*map(finish, twins))
    assert set(written[0]) == set(written[1])
    assert len(await messages_of(store, worlds[0].conversation_id)) == 400
    await store.close()


@pytest.mark.slow
async def test_processes_that_start_at_once_make_the_tables_once(url: StoreUrl) -> None:
    starters = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crm_store.other_process", address(url), "0", "0", "", stdin=PIPE, stdout=PIPE
        )
        for _ in range(3)
    ]
    for starter in starters:
        assert starter.stdout is not None
        assert await starter.stdout.readline() == b"ready\n"
    for starter in starters:
        starter.kill()
        await starter.communicate()
    store = await open_store(url)
    world = await make_world(store)
    assert (await append_all(store, visitor_says(world)))[0].event == 1
    await store.close()


async def test_two_stores_in_one_process_take_turns(made_url: StoreUrl) -> None:
    """The lock between writers is the store's: what one committed, the other's next message counts on from."""
    one, two = await open_store(made_url), await open_store(made_url)
    world = await make_world(one)
    for number in range(10):
        writer = (one, two)[number % 2]
        (appended,) = await append_all(writer, visitor_says(world))
        assert (appended.seq, appended.change) == (number + 1, number + 1)
    rising = await one.read(lambda tx: list(tx.scalars(select(ConversationRow.last_seq))))
    assert rising == [10]
    await one.close()
    await two.close()
