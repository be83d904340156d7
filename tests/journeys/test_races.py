"""Races and broken lines. The numbers are those of the fifteen tests that tell a desk from a toy."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from tests import clients
from tests.conftest import Scale
from tests.crowd import Agent, Link, Sender, Visitor
from tests.product import Product, running
from tests.proxy import Proxy
from tests.states import Wire
from tests.truth import become_as_loaded, catch_up_at_once

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]

UNLIMITED = {"BAREV_VISITOR_PER_S": "100000", "BAREV_VISITOR_BURST": "100000", "BAREV_DESK_REST_PER_S": "100000"}


def ignore() -> None:
    """Counts nothing."""


@asynccontextmanager
async def seeded() -> AsyncIterator[random.Random]:
    """Randomness whose seed a failure tells."""
    seed = random.SystemRandom().getrandbits(32)
    try:
        yield random.Random(seed)
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise


def new_agents(product: Product, count: int) -> list[str]:
    """Adds agents beside the running server; their logins."""
    logins = [f"agent{number}" for number in range(count)]
    for login in logins:
        added = product.add_user(login)
        assert added.returncode == 0, added.stderr
    return logins


def link_of(sender: Sender) -> Link:
    """Its present connection."""
    assert sender.link is not None
    return sender.link


# --- 2: one client id, one message ------------------------------------------------------------------------------------


async def test_2_one_client_id_is_one_message(product_on_each: Product) -> None:
    """Sent twice in a row, at once from two tabs, after a reconnect, and after an acknowledgement that was lost."""
    product = product_on_each
    async with running(product), Proxy(product.port) as proxy:
        new_agents(product, 1)
        ani = clients.agent(product.address, await product.log_in("agent0"))
        guest = clients.visitor(product.address)
        async with clients.connected(guest, ani):
            token = (await guest.get("hello"))["token"]
            first = await send_again_and_again(guest, clients.visitor(product.address, token))
            lost = clients.visitor(proxy.address, token)
            again = clients.visitor(proxy.address, token)
            async with clients.connected(lost):
                await lost.get("hello")
                proxy.go_silent(up=False)
                body = {"client_id": str(uuid.uuid4()), "text": "its acknowledgement is lost"}
                await lost.sio.emit("message", body, namespace="/visitor")
                stored = await ani.wait_for("message", lambda one: one["text"] == body["text"])
                proxy.cut()
            async with clients.connected(again):
                ack = await again.get("message", body)
                assert (ack["id"], ack["seq"], ack["change"]) == (stored["id"], stored["seq"], stored["change"])
            page = await guest.get("sync", {"after_change": 0})
            assert [one["id"] for one in page["messages"]] == [first["id"], stored["id"]]
            assert [one["id"] for one in guest.events("message")] == [first["id"], stored["id"]]
            assert [one["id"] for one in ani.events("message")] == [first["id"], stored["id"]]


async def send_again_and_again(guest: clients.Client, tab: clients.Client) -> Wire:
    """The same message in every way there is; all are acknowledged alike. Returns the acknowledgement."""
    body = {"client_id": str(uuid.uuid4()), "text": "once"}
    first = await guest.get("message", body)
    async with clients.connected(tab):
        at_once = [client.get("message", body) for client in (guest, tab) * 5]
        acks = await asyncio.gather(*at_once)
    async with clients.connected(guest_again := clients.visitor(guest.address, tab.auth["token"])):
        acks.append(await guest_again.get("message", {**body, "text": "another text changes nothing"}))
    assert all(ack == first for ack in acks), (first, acks)
    return first


async def test_2_an_agents_reply_and_a_strangers_client_id(product_on_each: Product) -> None:
    """An agent's reply sent twice is one; the same client id of another visitor is another message."""
    product = product_on_each
    async with running(product):
        new_agents(product, 1)
        ani = clients.agent(product.address, await product.log_in("agent0"))
        guest, stranger = clients.visitor(product.address), clients.visitor(product.address)
        async with clients.connected(guest, stranger, ani):
            body = {"client_id": str(uuid.uuid4()), "text": "mine"}
            mine, theirs = await guest.get("message", body), await stranger.get("message", {**body, "text": "theirs"})
            assert mine["id"] != theirs["id"]
            conversation_id = (await ani.wait_for("message"))["conversation_id"]
            for event in ("reply", "note"):
                reply = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": event}
                acks = await asyncio.gather(*(ani.get(event, reply) for _ in range(4)))
                assert all(ack["id"] == acks[0]["id"] and ack["seq"] == acks[0]["seq"] for ack in acks)
            opened = await ani.get("open", {"conversation_id": conversation_id})
            assert [one["text"] for one in opened["messages"]] == ["mine", "reply", "note"]
            assert await texts_of(stranger) == ["theirs"]


async def texts_of(guest: clients.Client) -> list[str]:
    """All that a visitor can read."""
    return [one["text"] for one in (await guest.get("sync", {"after_change": 0}))["messages"]]


# --- 3: away and back -------------------------------------------------------------------------------------------------


@pytest.mark.soak
async def test_3_away_or_here_the_state_is_that_of_a_fresh_load(tmp_path: Path, scale: Scale) -> None:
    """While messages, statuses, assignees, edits, deletions and read marks happen, a tab and a desk are now cut off,
    now connected. Back again, one ``sync`` makes them equal to a fresh load; connected, events alone do. Nothing is
    kept for the absent: how long they were away changes nothing, how much happened does. So pages are small here."""
    pages = {"BAREV_VISITOR_PAGE": "5", "BAREV_DESK_PAGE": "5", "BAREV_VISITOR_FIRST_PAGE": "1000"}
    async with seeded() as rng, running(product := Product(tmp_path, environment={**UNLIMITED, **pages})):
        tokens = [await product.log_in(login) for login in new_agents(product, 2)]
        async with Proxy(product.port) as proxy:
            tab, desk = Visitor("tab", rng, ignore, literal=True), Agent("desk", rng, ignore, tokens[0])
            await tab.come(proxy.address)
            await desk.come(proxy.address)
            other_tab, other_desk = (
                Visitor("other tab", rng, ignore, literal=False),
                Agent("other", rng, ignore, tokens[1]),
            )
            other_tab.token = tab.token
            await other_tab.come(product.address)
            await other_desk.come(product.address)
            stood: list[bool] = []
            for _ in range(scale.rounds(10, 500)):
                away = rng.random() < 0.6
                if away:
                    proxy.cut()
                    await asyncio.wait({link_of(tab).cut, link_of(desk).cut})
                for _ in range(rng.randrange(1, 15)):
                    await rng.choice((other_tab, other_desk)).act()
                await asyncio.gather(other_tab.settle(), other_desk.settle())
                await away_or_here((tab, other_tab), (desk, other_desk), proxy.address if away else None, stood)
            assert any(stood), "the truth never stood still, so no catching up was shown"
            for sender in (tab, desk, other_tab, other_desk):
                await link_of(sender).close()


async def away_or_here(
    tabs: tuple[Visitor, Visitor], desks: tuple[Agent, Agent], address: str | None, stood: list[bool]
) -> None:
    """Of each pair the first comes back to an address, or hears all at its place, and is compared with the second.
    ``stood`` grows by whether the truth stood still while somebody came back."""
    pairs: tuple[tuple[Visitor | Agent, Visitor | Agent], ...] = (tabs, desks)
    for held, other in pairs:
        if address is None:
            await become_as_loaded(held, other)
        else:
            stood.append(await catch_up_at_once(held, other, partial(held.come, address)))


# --- 4: loading while it happens --------------------------------------------------------------------------------------


@pytest.mark.soak
async def test_4_what_happens_during_the_first_load_is_neither_lost_nor_doubled(tmp_path: Path, scale: Scale) -> None:
    """Tabs and desks are opened again and again while another tab and an agent write as fast as they can."""
    whole = {"BAREV_VISITOR_FIRST_PAGE": "100000", "BAREV_DESK_THREAD_PAGE": "100000"}
    async with seeded() as rng, running(product := Product(tmp_path, environment={**UNLIMITED, **whole})):
        (login,) = new_agents(product, 1)
        writer = Visitor("writer", rng, ignore, literal=True)
        agent = Agent("agent", rng, ignore, await product.log_in(login))
        agent.deeds = ("take", "escalate", "snooze")  # none that ends a dialog: a first load shows the others only
        await writer.come(product.address)
        await agent.come(product.address)
        await writer.say("message")
        for _ in range(scale.rounds(3, 100)):
            await load_during_a_flood(product.address, writer, agent)
        await asyncio.gather(link_of(writer).close(), link_of(agent).close())


async def load_during_a_flood(
    address: str, writer: Visitor, agent: Agent, *, windows: int = 4, gapless: bool = True
) -> None:
    """Opens some tabs and desks in the flood, stops it, and waits until they equal a fresh load.

    ``windows``: how many of each. ``gapless``: no tab may have had to ask for what it missed."""
    stop = asyncio.Event()
    flood = [asyncio.create_task(pour(sender, stop)) for sender in (writer, agent)]
    opened: list[Visitor | Agent] = []
    for number in range(windows):
        tab = Visitor(f"tab {number}", writer.rng, ignore, literal=True)
        tab.token = writer.token
        await tab.come(address)
        desk = Agent(f"desk {number}", agent.rng, ignore, agent.token)
        await desk.load(address)
        opened += [tab, desk]
    stop.set()
    await asyncio.gather(*flood)
    for late in opened:
        await become_as_loaded(late, agent if isinstance(late, Agent) else writer)
        told = [payload["id"] for event, payload in link_of(late).heard if event == "message"]
        assert len(told) == len(set(told)), f"{late.name} was told twice"
        assert not gapless or not isinstance(late, Visitor) or late.state.gaps == 0, f"{late.name} missed something"
        await link_of(late).close()


async def pour(sender: Visitor | Agent, stop: asyncio.Event) -> None:
    """Acts without a pause until it is told to stop, and waits for what is under way."""
    while not stop.is_set():
        await sender.act()
    await sender.settle()


# --- 5: half-open lines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lean", ["true", "false"])
async def test_5_a_half_open_line_is_found_and_recovers(tmp_path: Path, lean: str) -> None:
    """The line goes silent and no side is told. Each finds out by its heartbeat: the server drops it and shows the
    visitor as gone, the client comes back and holds what a fresh load shows."""
    beats = {"BAREV_SOCKETS_PING_INTERVAL_S": "0.8", "BAREV_SOCKETS_PING_TIMEOUT_S": "1.2", "BAREV_SOCKETS_LEAN": lean}
    async with seeded() as rng, running(product := Product(tmp_path, environment={**UNLIMITED, **beats})):
        tokens = [await product.log_in(login) for login in new_agents(product, 2)]
        async with Proxy(product.port) as proxy:
            tab, desk = Visitor("tab", rng, ignore, literal=True), Agent("desk", rng, ignore, tokens[0])
            other = Agent("other", rng, ignore, tokens[1])
            await asyncio.gather(tab.come(proxy.address), other.come(product.address))
            await tab.say("message")
            await tab.settle()
            assert (await other.fresh()).heads[1]["visitor_online"] is True
            proxy.go_silent()
            async with asyncio.timeout(clients.ANSWER_S):
                await proxy.dropped.wait()
                await link_of(tab).cut
            for _ in range(20):
                await other.act()
            await other.settle()
            assert (await other.fresh()).heads[1]["visitor_online"] is False
            proxy.cut()
            await asyncio.gather(tab.come(proxy.address), desk.come(proxy.address))
            await become_as_loaded(tab, tab)
            await become_as_loaded(desk, other)
            for sender in (tab, desk, other):
                await link_of(sender).close()


# --- 6: one winner ----------------------------------------------------------------------------------------------------


async def test_6_one_agent_takes_it(product_on_each: Product) -> None:
    """Many agents, some in two windows, take the same dialog at once: one wins, the others are told who, there is one
    activity line; the winner may take it again. Then the next dialog."""
    product = product_on_each
    async with running(product):
        tokens = [await product.log_in(login) for login in new_agents(product, 4)]
        desks = [clients.agent(product.address, token) for token in tokens * 2]
        guests = [clients.visitor(product.address) for _ in range(6)]
        async with clients.connected(*desks, *guests):
            ids = [(await desk.get("hello"))["agent"]["id"] for desk in desks]
            for guest in guests:
                conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
                wish = {"conversation_id": conversation_id}
                acks = await asyncio.gather(*(desk.ask("take", wish) for desk in desks))
                head = (await desks[0].get("open", wish))["conversation"]
                winner = head["assignee"]["id"]
                for agent_id, ack in zip(ids, acks, strict=True):
                    assert ack["ok"] is (agent_id == winner), (winner, acks)
                    if not ack["ok"]:
                        assert ack["error"]["code"] == "already_taken"
                        assert ack["error"]["assignee"] == head["assignee"]
                        assert head["assignee"]["name"] in ack["error"]["message"]
                again = await desks[ids.index(winner)].get("take", wish)
                assert again["conversation"]["change"] == head["change"]
                assert await lines_of(desks[0], conversation_id) == ["taken"]
                told = await guest.wait_for("conversation", lambda one: one.get("assignee") is not None)
                assert told["assignee"]["name"] == head["assignee"]["name"]


async def lines_of(desk: clients.Client, conversation_id: int) -> list[str]:
    """The activity lines of a dialog."""
    opened = await desk.get("open", {"conversation_id": conversation_id})
    return [one["activity"]["code"] for one in opened["messages"] if one["kind"] == "activity"]


# --- 13: one open conversation ----------------------------------------------------------------------------------------


async def test_13_one_visitor_has_one_open_conversation(product_on_each: Product) -> None:
    """``start`` sent twice, from two tabs at once, together with a first message that needs no start, and again after a
    reconnect: one conversation of one contact, which every tab follows."""
    product = product_on_each
    async with running(product):
        new_agents(product, 1)
        ani = clients.agent(product.address, await product.log_in("agent0"))
        async with clients.connected(ani):
            for _ in range(3):
                await begin_at_once(product, ani)


async def test_13_a_reopened_conversation_is_followed_again(product_on_each: Product) -> None:
    """An agent reopens the older of two ended conversations: the visitor's tabs go back to it, as a fresh load would,
    and what he says there is told to them."""
    product = product_on_each
    async with seeded() as rng, running(product):
        (login,) = new_agents(product, 1)
        tab = Visitor("tab", rng, ignore, literal=True)
        ani = clients.agent(product.address, await product.log_in(login))
        await tab.come(product.address)
        async with clients.connected(ani):
            ids = []
            for _ in range(2):
                ids.append((await link_of(tab).get("start", {"answers": {}}))["conversation"]["id"])
                await tab.say("message")
                await tab.settle()
                await ani.get("resolve", {"conversation_id": ids[-1]})
            assert ids[0] != ids[1]
            await ani.get("reopen", {"conversation_id": ids[0]})
            await tab.say("message")
            await tab.settle()
            fresh = (await tab.fresh()).view()
            assert fresh["head"]["id"] == ids[0]
            assert len(fresh["messages"]) == 2
            await become_as_loaded(tab, tab)
        await link_of(tab).close()


async def begin_at_once(product: Product, ani: clients.Client) -> None:
    """One new visitor who begins in every way at once; then his conversation ends, and he begins anew."""
    known = {head["id"] for head in (await ani.get("hello"))["conversations"]}
    first = clients.visitor(product.address)
    async with clients.connected(first):
        token = (await first.get("hello"))["token"]
        tabs = [first, *(clients.visitor(product.address, token) for _ in range(3))]
        async with clients.connected(*tabs[1:]):
            opened = await begin_in_all(tabs, "first")
            assert {head["id"] for head in (await ani.get("hello"))["conversations"]} - known == {opened}
            await ani.get("resolve", {"conversation_id": opened})
            for tab in tabs:
                await tab.wait_for("conversation", lambda one: one["status"] == "resolved")
            anew = await begin_in_all(tabs, "second")
            assert {head["id"] for head in (await ani.get("hello"))["conversations"]} - known == {anew}
            card = next(head for head in (await ani.get("hello"))["conversations"] if head["id"] == anew)["contact"]
            assert (card["name"], card["conversations"]) == ("Aram", 2)


async def begin_in_all(tabs: list[clients.Client], text: str) -> int:
    """Starts in every tab at once, twice, while it loads and writes. Returns the id of the one conversation."""
    answers = {"answers": {"name": "Aram"}}
    starts = [tab.get("start", answers) for tab in tabs * 2]
    loads = [tab.get("hello") for tab in tabs]
    sends = [tab.send(text) for tab in tabs]
    _, started, sent = await asyncio.gather(*(asyncio.gather(*asked) for asked in (loads, starts, sends)))
    ids = {ack["conversation"]["id"] for ack in started}
    assert len(ids) == 1, started
    for tab in tabs:
        page = await tab.get("sync", {"after_change": 0})
        assert page["conversation"]["id"] in ids
        mine = {ack["id"] for ack in sent}
        assert {one["id"] for one in page["messages"]} == mine, "a message went elsewhere"
        for message_id in mine:
            await hears_message(tab, message_id)
    return int(ids.pop())


async def hears_message(tab: clients.Client, message_id: int) -> None:
    """Waits until the tab was told of the message."""
    await tab.wait_for("message", lambda one: bool(one["id"] == message_id))
