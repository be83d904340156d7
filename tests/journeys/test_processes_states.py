"""Tests 3, 4 and 12 of the fifteen, with everybody on another process than the one things happen on."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg  # type: ignore[import-untyped]  # it ships no types
import psutil
import pytest

from tests import clients
from tests.conftest import Scale
from tests.crowd import Agent, Visitor
from tests.journeys.test_races import (
    UNLIMITED,
    away_or_here,
    ignore,
    link_of,
    load_during_a_flood,
    new_agents,
    seeded,
)
from tests.processes import all_running, make_processes
from tests.product import Product
from tests.proxy import Proxy
from tests.servers import RedisServer
from tests.truth import become_as_loaded

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]


@pytest.mark.soak
async def test_3_away_or_here_across_processes(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer, scale: Scale
) -> None:
    """A tab and a desk are cut off while others, on both processes, write, edit, delete, take and read; they come back
    on another process than the one they were on. One ``sync`` makes them equal to a fresh load; while they are
    connected, events alone do. How much happened counts, not how long: so pages are small."""
    pages = {"BAREV_VISITOR_PAGE": "5", "BAREV_DESK_PAGE": "5", "BAREV_VISITOR_FIRST_PAGE": "1000"}
    products = make_processes(tmp_path, postgres_url, redis_server, 2, {**UNLIMITED, **pages})
    async with seeded() as rng, all_running(*products):
        logins = new_agents(products[0], 2)
        tokens = [await products[0].log_in(login) for login in logins]
        async with Proxy(products[0].port) as one, Proxy(products[1].port) as two:
            fronts = [one, two]
            tab, desk = Visitor("tab", rng, ignore, literal=True), Agent("desk", rng, ignore, tokens[0])
            other_tab = Visitor("other tab", rng, ignore, literal=False)
            other_desk = Agent("other desk", rng, ignore, tokens[1])
            await tab.come(one.address)
            await desk.come(one.address)
            other_tab.token = tab.token
            await other_tab.come(products[1].address)
            await other_desk.come(products[0].address)
            stood: list[bool] = []
            for _ in range(scale.rounds(8, 300)):
                away = rng.random() < 0.6
                if away:
                    fronts[0].cut()
                    await asyncio.wait({link_of(tab).cut, link_of(desk).cut})
                for _ in range(rng.choice((1, 5, 40))):
                    await rng.choice((other_tab, other_desk)).act()
                await asyncio.gather(other_tab.settle(), other_desk.settle())
                if away:
                    fronts.reverse()
                await away_or_here((tab, other_tab), (desk, other_desk), fronts[0].address if away else None, stood)
            assert any(stood), "the truth never stood still, so no catching up was shown"
            for sender in (tab, desk, other_tab, other_desk):
                await link_of(sender).close()


@pytest.mark.soak
async def test_4_loading_in_one_process_while_another_writes(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer, scale: Scale
) -> None:
    """Tabs and desks are opened on one process again and again while a tab and an agent write on the others as fast as
    they can: nothing that happens during a first load is lost or doubled."""
    whole = {"BAREV_VISITOR_FIRST_PAGE": "100000", "BAREV_DESK_THREAD_PAGE": "100000"}
    products = make_processes(tmp_path, postgres_url, redis_server, 2, {**UNLIMITED, **whole})
    async with seeded() as rng, all_running(*products):
        (login,) = new_agents(products[0], 1)
        writer = Visitor("writer", rng, ignore, literal=True)
        agent = Agent("agent", rng, ignore, await products[0].log_in(login))
        agent.deeds = ("take", "escalate", "snooze")  # none that ends a dialog: a first load shows the others only
        await writer.come(products[0].address)
        await agent.come(products[1].address)
        await writer.say("message")
        for turn in range(scale.rounds(3, 60)):
            await load_during_a_flood(products[turn % 2].address, writer, agent, windows=3, gapless=False)
        await asyncio.gather(link_of(writer).close(), link_of(agent).close())


@pytest.mark.soak
async def test_12_many_conversations_and_one_very_long_one(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer, scale: Scale
) -> None:
    """Every list and every opening is a page of bounded size, through to its end, in every process; the processes'
    memory does not grow with what is read again and again."""
    products = make_processes(tmp_path, postgres_url, redis_server, 2, UNLIMITED)
    conversations, messages = scale.rounds(4_000, 100_000), scale.rounds(1_200, 10_000)
    async with seeded() as rng, all_running(*products):
        (login,) = new_agents(products[0], 1)
        token = await products[0].log_in(login)
        guest = Visitor("guest", rng, ignore, literal=True)
        desks = [Agent(product.address, rng, ignore, token) for product in products]
        everybody: list[Visitor | Agent] = [guest, *desks]
        for one, product in zip(everybody, [products[0], *products], strict=True):
            await one.come(product.address)
        await guest.say("message")
        await guest.settle()
        await fill(postgres_url, conversations, messages)
        # so many at once are told nobody: all shall catch up
        await asyncio.gather(*(link_of(one).cut for one in everybody))
        await asyncio.gather(*(desk.come(product.address) for desk, product in zip(desks, products, strict=True)))
        await guest.come(products[0].address)
        await guest.say("message")
        await guest.settle()
        for desk in desks:
            await become_as_loaded(desk, desks[0], max(clients.ANSWER_S, conversations / 200))
        for one in everybody:
            await link_of(one).close()
        sizes = []
        for _ in range(3):
            for product in products:
                await walk(product, token, guest.token, conversations, messages)
            sizes.append([psutil.Process(product.pid).memory_info().rss for product in products])
        grown = [last - second for second, last in zip(sizes[1], sizes[-1], strict=True)]
        assert max(grown) < 16 * 1024 * 1024, sizes


async def walk(product: Product, token: str, visitor_token: str | None, conversations: int, messages: int) -> None:
    """Loads the board, lists all conversations, reads the long one from its end to its beginning as agent and as
    visitor."""
    desk = clients.agent(product.address, token)
    async with clients.connected(desk):
        await walk_desk(desk, conversations, messages)
    assert len(await list_all(product, token)) == conversations + 1
    guest = clients.visitor(product.address, visitor_token)
    async with clients.connected(guest):
        first = await guest.get("hello")
        assert (len(first["messages"]), first["more_before"]) == (100, True)
        synced: dict[str, Any] = {"more": True, "last_change": 0}
        seen = 0
        while synced["more"]:
            synced = await guest.get("sync", {"after_change": synced["last_change"]})
            assert len(synced["messages"]) <= 1000
            seen += count_said(synced["messages"])
        assert seen == messages + 2


async def walk_desk(desk: clients.Client, conversations: int, messages: int) -> None:
    """What an agent's desk asks for."""
    board = await desk.get("hello")
    assert len(board["conversations"]) <= 200
    assert board["counts"]["all"] == conversations + 1
    page = await desk.get("open", {"conversation_id": 1})
    thread = page["messages"]
    while page["more_before"]:
        assert len(page["messages"]) <= 200
        page = await desk.get("history", {"conversation_id": 1, "before_seq": thread[0]["seq"]})
        thread = [*page["messages"], *thread]
    assert [told["seq"] for told in thread] == list(range(1, len(thread) + 1))
    assert count_said(thread) == messages + 2


def count_said(thread: list[dict[str, Any]]) -> int:
    """How many messages are the visitor's; meanwhile the server may have noted to whom it gave him."""
    return sum(told["author"]["kind"] == "visitor" for told in thread)


async def list_all(product: Product, token: str) -> set[int]:
    """The ids of all conversations by REST, page by page."""
    found: set[int] = set()
    after = ""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as web:
        while True:
            query = {"limit": "1000", **({"after": after} if after else {})}
            async with web.get(f"{product.address}/api/v1/conversations", params=query) as answer:
                assert answer.status == 200, await answer.text()
                page = await answer.json()
            assert len(page["items"]) <= 1000
            found.update(one["id"] for one in page["items"])
            if page["next"] is None:
                return found
            after = page["next"]


async def fill(url: str, conversations: int, messages: int) -> None:
    """Adds conversations of as many visitors, and messages to the first conversation, behind the servers' backs."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            last = await connection.fetchval("SELECT value FROM counters WHERE name = 'event' FOR UPDATE")
            await connection.execute(
                """
                INSERT INTO messages (id, conversation_id, contact_id, seq, change, event, author_kind, author_id,
                                      author_name, text, channel, address_id, at, private)
                SELECT $1 + n, c.id, c.contact_id, c.last_seq + n, c.last_change + n, $1 + n, 'visitor', c.contact_id,
                       '', 'word ' || n, 'web', c.address_id, c.created_at, false
                FROM conversations c, generate_series(1, $2) n WHERE c.id = 1
                """,
                last,
                messages,
            )
            await connection.execute(
                """
                UPDATE conversations SET last_seq = last_seq + $2, last_change = last_change + $2, last_event = $1 + $2
                WHERE id = 1
                """,
                last,
                messages,
            )
            await connection.execute(
                """
                WITH people AS (
                    INSERT INTO contacts (name, created_at, updated_at)
                    SELECT 'Visitor ' || n, c.created_at, c.created_at
                    FROM conversations c, generate_series(1, $2) n WHERE c.id = 1 RETURNING id, created_at
                ), doors AS (
                    INSERT INTO addresses (contact_id, channel, value, created_at)
                    SELECT id, 'web', 'filled-' || id, created_at FROM people RETURNING id, contact_id, created_at
                )
                INSERT INTO conversations (contact_id, address_id, inbox_id, branch_id, team_id, channel, last_event,
                                           last_change, created_at)
                SELECT d.contact_id, d.id, c.inbox_id, c.branch_id, c.team_id, 'web',
                       $1 + row_number() OVER (ORDER BY d.id), 1, d.created_at
                FROM doors d, conversations c WHERE c.id = 1
                """,
                last + messages,
                conversations,
            )
            await connection.execute(
                "UPDATE counters SET value = $1 WHERE name = 'event'", last + messages + conversations
            )
            await connection.execute("ANALYZE")
    finally:
        await connection.close()
