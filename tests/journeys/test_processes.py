"""Several processes are one desk: whoever is connected where, each hears what concerns him, in order and in full."""

import asyncio
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from conversation import clock
from crm_store import conversations
from crm_store.engine import StoreUrl, open_store
from tests.clients import ANSWER_S, agent, connected, visitor
from tests.journeys.test_races import UNLIMITED
from tests.journeys.test_rights import Desk
from tests.processes import all_running, make_processes
from tests.servers import RedisServer

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]


async def test_a_visitor_on_one_and_an_agent_on_another_talk(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Messages, typing, read marks, taking and resolving cross; presence agrees everywhere."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        ani = agent(other.address, await other.log_in("ani"))
        guest = visitor(one.address)
        async with connected(guest, ani):
            await ani.get("hello")
            here = await guest.get("hello")
            if not here["agents_online"]:
                here = await guest.wait_for("presence", lambda told: told["agents_online"] == 1)
            assert here["reply_expected"]["now"] is True
            sent = await guest.send("Good day")
            heard = await ani.wait_for("message", lambda told: told["text"] == "Good day")
            assert (heard["id"], heard["seq"], heard["change"]) == (sent["id"], sent["seq"], sent["change"])
            number = heard["conversation_id"]
            await ani.get("take", {"conversation_id": number})
            await guest.wait_for("conversation", lambda told: (told.get("assignee") or {}).get("name") == "ani")
            await ani.get("typing", {"conversation_id": number, "on": True})
            await guest.wait_for("typing", lambda told: told["on"])
            async with aiohttp.ClientSession() as web, web.get(f"{other.address}/metrics") as page:
                assert "\nbarev_bus_up 1\n" in await page.text()
            await guest.get("typing", {"on": True})
            await ani.wait_for("typing", lambda told: told["author"]["kind"] == "visitor")
            answer = await ani.get(
                "reply",
                {
                    "conversation_id": number,
                    "client_id": "00000000-0000-4000-8000-000000000001",
                    "text": "How can I help?",
                },
            )
            told = await guest.wait_for("message", lambda told: told["text"] == "How can I help?")
            assert told["id"] == answer["id"]
            await guest.get("read", {"seq": told["seq"]})
            await ani.wait_for("read", lambda told: told["side"] == "visitor")
            assert (await ani.get("open", {"conversation_id": number}))["conversation"]["visitor_online"] is True
            await ani.get("resolve", {"conversation_id": number})
            await guest.wait_for("conversation", lambda told: told["status"] == "resolved")
        assert "ERROR" not in one.log + other.log, one.log + other.log


async def test_14_a_block_and_a_setting_hold_in_every_process(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Blocked by an agent of one process, a visitor is stopped in his tabs at the two others; what the owner sets at
    one is what the next visitors of all meet."""
    processes = make_processes(tmp_path, postgres_url, redis_server, 3)
    one, other, third = processes
    async with all_running(*processes), aiohttp.ClientSession(one.address) as web:
        assert one.add_user("olga", "owner").returncode == 0
        desk = Desk(web, await one.log_in("olga"))
        guest = visitor(other.address)
        async with connected(guest):
            await guest.send("buy this")
            token = (await guest.get("hello"))["token"]
            tab = visitor(third.address, token)
            async with connected(tab):
                await tab.get("hello")
                (talk,) = (await desk.get("/conversations"))["items"]
                wish = {"kind": "contact", "conversation_id": talk["id"]}
                status, block = await desk.ask("POST", "/blocks", wish, Idempotency_Key="once")
                again, same = await desk.ask("POST", "/blocks", wish, Idempotency_Key="once")
                assert (status, again, same["id"]) == (201, 200, block["id"])
                for client in (guest, tab):
                    await client.wait_for("blocked", lambda told: told["blocked"] is not None)
                    ack = await client.ask("message", {"client_id": str(uuid.uuid4()), "text": "again"})
                    assert ack["error"]["code"] == "forbidden"
                assert (await desk.ask("DELETE", f"/blocks/{block['id']}"))[0] == 204
                for client in (guest, tab):
                    await client.wait_for("blocked", lambda told: told["blocked"] is None)
                    await client.send("sorry")
                (inbox,) = (await desk.get("/inboxes"))["items"]
                texts = {"settings": {"texts": {"greeting": {"en": "Welcome everywhere"}}}}
                assert (await desk.ask("PATCH", f"/inboxes/{inbox['id']}", texts))[0] == 200
                for product in (other, third):
                    newcomer = visitor(product.address)
                    async with connected(newcomer), asyncio.timeout(ANSWER_S):
                        while True:
                            if (await newcomer.get("hello"))["greeting"] == "Welcome everywhere":
                                break
                            await asyncio.sleep(0)
        assert "ERROR" not in one.log + other.log + third.log


async def test_a_killed_process_loses_nothing_and_its_agents_go_on_elsewhere(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """One agent has a window on each process, another one only where it is killed, with the visitor: what he was
    acknowledged is told, the lost agent is offline for all within seconds, the other goes on."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        assert one.add_user("levan").returncode == 0
        token = await one.log_in("ani")
        here, there = agent(one.address, token), agent(other.address, token)
        lost = agent(other.address, await other.log_in("levan"))
        guest = visitor(other.address)
        async with connected(here):
            for client in (there, lost, guest):
                await client.connect()
            levan = (await lost.get("hello"))["agent"]["id"]
            await here.wait_for("presence", lambda told: told["agents_online"] == 2)
            token = (await guest.get("hello"))["token"]
            sent = [await guest.send(f"word {number}") for number in range(20)]
            await other.kill()
            for ack in sent:
                await here.wait_for("message", partial(has_id, ack["id"]))
            gone = await here.wait_for("presence", lambda told: told["status"] == "offline")
            assert (gone["agent"]["id"], gone["agents_online"]) == (levan, 1)
            assert [told["id"] for told in here.events("message")] == [ack["id"] for ack in sent]
            for client in (there, lost, guest):
                await client.close()
            again = visitor(one.address, token)
            async with connected(again):
                back = await again.get("hello")
                assert [told["id"] for told in back["messages"]] == [ack["id"] for ack in sent]
                assert back["agents_online"] == 1
                await again.send("still there?")
                await here.wait_for("message", lambda told: told["text"] == "still there?")


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_without_redis_they_still_talk_and_are_told_if_it_lasts(
    how: str, tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """News comes from the store meanwhile. Agents hear of it in their language, and when it is over; the log says each
    once. A process may start in the middle of it."""
    soon = {**UNLIMITED, "BAREV_REDIS_NOTICE_AFTER_S": "0.5"}
    one, other, late = make_processes(tmp_path, postgres_url, redis_server, 3, soon)
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        ani, guest = agent(other.address, await other.log_in("ani")), visitor(one.address)
        async with connected(guest, ani):
            await guest.send("before")
            await ani.wait_for("message", lambda told: told["text"] == "before")
            if how == "killed":
                redis_server.kill()
            else:
                redis_server.freeze()
            await guest.send("meanwhile")
            heard = await ani.wait_for("message", lambda told: told["text"] == "meanwhile")
            number = heard["conversation_id"]
            said = {"conversation_id": number, "client_id": str(uuid.uuid4()), "text": "I hear you"}
            await ani.get("reply", said)
            await guest.wait_for("message", lambda told: told["text"] == "I hear you")
            notice = await ani.wait_for("notice", lambda told: told["code"] == "bus_down")
            assert notice["level"] == "warning"
            assert "Nothing is lost" in notice["message"]
            async with all_running(late):
                third = agent(late.address, await late.log_in("ani"))
                async with connected(third):
                    await guest.send("to all")
                    for desk in (ani, third):
                        await desk.wait_for("message", lambda told: told["text"] == "to all")
            if how == "killed":
                redis_server.start()
            else:
                redis_server.thaw()
            await ani.wait_for("notice", lambda told: told["code"] == "bus_up")
            await guest.get("typing", {"on": True})
            while not ani.events("typing"):  # what is not stored is lost until the visitor's process is back too
                await guest.get("typing", {"on": False})
                await guest.get("typing", {"on": True})
        for product in (one, other):
            assert product.log.count("Redis is lost") == product.log.count("Redis is back") == 1, product.log


async def test_the_latest_choice_of_presence_holds_in_every_process(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """An agent with windows in both processes chooses in one: the other shows it, also to one who comes later, and when
    the window in which he chose is closed."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2, {"BAREV_DESK_AWAY_GRACE_S": "0"})
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        token = await one.log_in("ani")
        first, second = agent(one.address, token), agent(other.address, token)
        async with connected(second):
            async with connected(first):
                await first.get("presence", {"status": "away"})
                await second.wait_for("presence", lambda told: told["status"] == "away")
            assert (await second.get("hello"))["settings"]["presence"] == "away"
            guest = visitor(one.address)
            async with connected(guest):
                assert (await guest.get("hello"))["agents_online"] == 0
                await second.get("presence", {"status": "online"})
                told = await guest.wait_for("presence", lambda told: told["agents_online"] == 1)
                assert told["reply_expected"]["now"] is True


async def test_a_session_ended_in_one_process_ends_in_the_other(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Logging out closes the windows wherever they are; a snoozed dialog that both processes wake wakes once."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        token, kept = await one.log_in("ani"), await one.log_in("ani")
        there, stays, guest = agent(other.address, token), agent(other.address, kept), visitor(one.address)
        async with connected(there, stays, guest):
            await guest.send("later, please")
            number = (await stays.wait_for("message"))["conversation_id"]
            until = clock.to_iso(clock.now() + timedelta(seconds=1))
            await stays.get("snooze", {"conversation_id": number, "until": until})
            bearer = {"Authorization": f"Bearer {token}"}
            async with (
                aiohttp.ClientSession(headers=bearer) as web,
                web.delete(f"{one.address}/api/v1/session") as answer,
            ):
                assert answer.status == 204
            await there.wait_for("notice", lambda told: told["code"] == "session_ended")
            await stays.wait_for("message", lambda told: (told.get("activity") or {}).get("code") == "woke")
            await stays.get("note", {"conversation_id": number, "client_id": str(uuid.uuid4()), "text": "awake"})
            opened = await stays.get("open", {"conversation_id": number})
            lines = [told["activity"]["code"] for told in opened["messages"] if told.get("activity")]
            assert lines == ["snoozed", "woke"]


async def test_what_a_command_writes_is_heard_too(tmp_path: Path, postgres_url: str, redis_server: RedisServer) -> None:
    """Numbers given by somebody who tells nobody (a command beside the servers) are read from the store, in order."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        ani, guest = agent(other.address, await other.log_in("ani")), visitor(one.address)
        async with connected(guest, ani):
            await guest.send("first")
            number = (await ani.wait_for("message"))["conversation_id"]
            await ani.wait_for(
                "conversation", lambda told: told["assignee"] is not None
            )  # given to her: the last event
            store = await open_store(StoreUrl(postgres=postgres_url))
            try:
                await store.writer.run(lambda tx: conversations.touch(tx, number, page_title="From a command"))
            finally:
                await store.close()
            told = await ani.wait_for("conversation", lambda told: told.get("page_title") == "From a command")
            await guest.send("second")
            after = await ani.wait_for("message", lambda told: told["text"] == "second")
            assert after["event"] == told["event"] + 1


def has_id(wanted: int, told: dict[str, Any]) -> bool:
    """Whether this is it."""
    return bool(told["id"] == wanted)
