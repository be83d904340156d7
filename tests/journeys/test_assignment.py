"""Who answers, by the rules of docs/subsystems/assignment.md: on SQLite, and on PostgreSQL with three processes.

The numbers are those of the fifteen tests that tell a desk from a toy.
"""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from routing.assignment.planner import BACKLOG_S
from tests.clients import Client, agent, connected, visitor
from tests.journeys.firm import (
    UNLIMITED,
    Firm,
    Wire,
    conversation_of,
    end,
    eventually,
    given,
    owner,
    reply,
    settled,
    whose,
)
from tests.processes import all_running, make_processes
from tests.servers import RedisServer

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
# --- 6: one winner ----------------------------------------------------------------------------------------------------


async def test_6_one_of_many_takes_what_was_given_to_one_of_them(firm: Firm) -> None:
    """All agents, in two windows each, press Take at once on a dialog that was given to one of them by itself: one
    wins, all others are told who, one line of the dialog says so; and then it is not to be taken any more."""
    logins = [f"agent{number}" for number in range(4)]
    await firm.hire(*logins)
    desks = [await firm.comes(login) for login in logins * 2]
    ids = [(await desk.get("hello"))["agent"]["id"] for desk in desks]
    for number in range(1, 6):
        await firm.writes()
        wish = {"conversation_id": number}
        acks = await asyncio.gather(*(desk.ask("take", wish) for desk in desks))
        opened = await desks[0].get("open", wish)
        winner = opened["conversation"]["assignee"]
        for agent_id, ack in zip(ids, acks, strict=True):
            assert ack["ok"] is (agent_id == winner["id"]), (winner, acks)
            if not ack["ok"]:
                assert (ack["error"]["code"], ack["error"]["assignee"]) == ("already_taken", winner)
        lines = [one["activity"]["code"] for one in opened["messages"] if one["kind"] == "activity"]
        assert lines == ["taken"]
        assert "decision" not in opened["conversation"]
        again = await desks[ids.index(winner["id"])].get("take", wish)
        assert again["conversation"]["change"] == opened["conversation"]["change"]


async def test_a_take_beyond_the_capacity_is_warned_of(firm: Firm) -> None:
    """Capacity binds what is given by itself; a hand may go beyond, and is told so."""
    await firm.hire("ani")
    await firm.rule("UPDATE agents SET capacity = 1")
    ani = await firm.comes("ani")
    for _ in range(2):
        await firm.writes()
    await settled(firm, ani, {"ani": 1, None: 1})
    first, second = sorted(await firm.heads(ani, status="open"), key=lambda one: owner(one) or "")[::-1]
    assert "warning" not in await ani.get("take", {"conversation_id": first["id"]})
    warned = await ani.get("take", {"conversation_id": second["id"]})
    assert (warned["warning"]["code"], warned["warning"]["load"], warned["warning"]["capacity"]) == (
        "over_capacity",
        2,
        1,
    )
    assert warned["warning"]["message"] == "You now have 2 chats; the limit is 1"


# --- 7: never above the capacity --------------------------------------------------------------------------------------


async def test_7_fifty_at_once_and_nobody_has_more_than_three(firm: Firm) -> None:
    """Fifty visitors write at once, agents of capacity three come meanwhile, and resolve: nobody is ever told to have
    a fourth, and what one resolves is followed by the next."""
    logins = [f"agent{number}" for number in range(5)]
    await firm.hire(*logins)
    await firm.rule("UPDATE agents SET capacity = 3")
    first = await firm.comes(logins[0])
    others = asyncio.gather(*(firm.comes(login) for login in logins[1:]))
    await asyncio.gather(*(firm.writes(f"question {number}") for number in range(50)))
    desks = [first, *await others]
    heads = await settled(firm, first, {**dict.fromkeys(logins, 3), None: 35})
    for desk, login in zip(desks, logins, strict=True):
        mine = next(head for head in heads if owner(head) == login)
        await desk.get("resolve", {"conversation_id": mine["id"]})
    await settled(firm, first, {**dict.fromkeys(logins, 3), None: 30})
    for desk in desks:
        check_never_above(desk, 3)


def check_never_above(desk: Client, capacity: int) -> None:
    """By what a desk was told, one event after another, nobody ever had more."""
    held: dict[int, str | None] = {}
    for head in desk.events("conversation"):
        held[head["id"]] = owner(head) if head["status"] == "open" and not head.get("gone") else None
        most = Counter(name for name in held.values() if name is not None)
        assert max(most.values(), default=0) <= capacity, most


# --- 8: the queue is drained ------------------------------------------------------------------------------------------


async def test_8_who_comes_or_frees_up_gets_the_oldest_at_once(firm: Firm) -> None:
    """Twenty wait. One comes: the five oldest are his. He resolves one: the sixth is. Another comes: the next five."""
    await firm.hire("ani", "boris", "chief")
    await firm.rule("UPDATE agents SET capacity = 5", "UPDATE agents SET capacity = 0 WHERE login = 'chief'")
    chief = await firm.comes("chief")
    for number in range(20):
        await firm.writes(f"question {number}")
    await settled(firm, chief, {None: 20})
    ani = await firm.comes("ani")
    assert await whose(firm, chief, "ani", 15) == [1, 2, 3, 4, 5]
    await ani.get("resolve", {"conversation_id": 3})
    assert await whose(firm, chief, "ani", 14) == [1, 2, 4, 5, 6]
    await firm.comes("boris")
    assert await whose(firm, chief, "boris", 9) == [7, 8, 9, 10, 11]
    assert await whose(firm, chief, "ani", 9) == [1, 2, 4, 5, 6]


async def test_the_queue_of_the_night_is_shared_by_those_who_come(firm: Firm) -> None:
    """Nine wrote at night. The first who comes has them all, the second takes over half of what is not opened."""
    await firm.hire("ani", "boris")
    for number in range(8):
        await firm.writes(f"question {number}")
    ago_ms = 1000 * BACKLOG_S  # what is given at once is nobody's backlog
    await firm.rule(f"UPDATE conversations SET waiting_since = waiting_since - {ago_ms:.0f}")
    ani = await firm.comes("ani")
    await settled(firm, ani, {"ani": 8})
    seq = (await ani.get("open", {"conversation_id": 1}))["conversation"]["last_seq"]
    await ani.get("read", {"conversation_id": 1, "seq": seq})
    await firm.comes("boris")
    heads = await settled(firm, ani, {"ani": 4, "boris": 4})
    assert owner(heads[0]) == "ani"


# --- 9: whose customer it is ------------------------------------------------------------------------------------------


async def test_9_who_comes_back_gets_the_one_he_knows(firm: Firm) -> None:
    """A customer who comes back, in the same dialog or a new one, is answered by the one he talked with, though that
    one has more to do; without room, or not there, it is another, and never one who is not there."""
    await firm.hire("ani", "boris")
    desks = {login: await firm.comes(login) for login in ("ani", "boris")}
    guest = await firm.writes()
    known = owner(await given(firm, desks["ani"], guest)) or ""
    (other,) = {"ani", "boris"} - {known}
    for _ in range(3):
        await desks[known].get("take", {"conversation_id": await conversation_of(await firm.writes())})
    for anew in (True, False):
        await end(desks[known], guest)
        if anew:
            await guest.get("start", {"answers": {}})
        await guest.send("it is me again")
        head = await given(firm, desks["ani"], guest)
        assert (owner(head), head["decision"]["fields"]["known"]) == (known, "yes")
    await firm.rule("UPDATE agents SET capacity = 3")
    await end(desks[known], guest)
    await guest.send("he has no room")
    assert owner(await given(firm, desks["ani"], guest)) == other
    await firm.rule("UPDATE agents SET capacity = 20")
    for anew in (True, False):
        await end(desks[other], guest)
        await desks[other].get("presence", {"status": "offline"})
        if anew:
            await guest.get("start", {"answers": {}})
        await guest.send("he is not there")
        assert owner(await given(firm, desks["ani"], guest)) == known
        await desks[other].get("presence", {"status": "online"})
        known, other = other, known


async def test_9_a_typed_phone_makes_no_acquaintance(firm: Firm) -> None:
    """A stranger who types a customer's phone and name sees nothing of his, and is nobody's acquaintance."""
    await firm.hire("ani", "boris")
    ani = await firm.comes("ani")
    stated = {"answers": {"phone": "+374 77 123456", "name": "Nare"}}
    guest = await firm.writes("something secret")
    await guest.get("start", stated)
    await given(firm, ani, guest)
    await end(ani, guest)
    await firm.comes("boris")
    stranger = visitor(firm.products[0].address)
    async with connected(stranger):
        await stranger.get("start", stated)
        await stranger.send("hello")
        head = await given(firm, ani, stranger)
        assert "known" not in head["decision"]["fields"]
        assert head["contact"]["returning"] is False
        assert [one["text"] for one in (await stranger.get("sync", {"after_change": 0}))["messages"]] == ["hello"]


async def test_who_knows_about_it_is_asked_by_what_the_inbox_is_for(firm: Firm) -> None:
    """Chats of an inbox go to who knows about what it is for, though another has less to do; when he is not there, to
    that other."""
    await firm.hire("ani", "boris", "chief")
    await firm.rule(
        "UPDATE agents SET capacity = 0, role_id = (SELECT id FROM roles WHERE name = 'owner') WHERE login = 'chief'"
    )
    chief, ani, boris = [await firm.comes(login) for login in ("chief", "ani", "boris")]
    path = f"agents/{(await boris.get('hello'))['agent']['id']}/assignment"
    assert (await firm.ask(chief, "PATCH", path, {"skills": ["returns"]}))[0] == 200
    (inbox,) = await firm.items(chief, "inboxes")
    assert inbox["skill"] is None
    for wrong in ("", " ", 7):
        assert (await firm.ask(chief, "PATCH", f"inboxes/{inbox['id']}", {"skill": wrong}))[0] == 400
    status, changed = await firm.ask(chief, "PATCH", f"inboxes/{inbox['id']}", {"skill": " returns "})
    assert (status, changed["skill"]) == (200, "returns")
    for _ in range(3):
        head = await given(firm, chief, await firm.writes())
        assert (owner(head), head["decision"]["fields"]["skill"]) == ("boris", "returns")
    await boris.get("presence", {"status": "away"})
    assert owner(await given(firm, chief, await firm.writes())) == "ani"
    assert (await firm.ask(chief, "PATCH", f"inboxes/{inbox['id']}", {"skill": None}))[1]["skill"] is None
    assert (await firm.ask(ani, "PATCH", f"inboxes/{inbox['id']}", {"skill": "returns"}))[0] == 403


# --- 10: who does not answer ------------------------------------------------------------------------------------------


async def test_10_who_does_not_answer_in_time_is_followed_by_others(firm: Firm) -> None:
    """Nobody answers: it goes to each once, then to the team that takes over, then it is known that nobody is there;
    the reasons say so. Who comes now and did not let it pass gets it."""
    await firm.hire("ani", "boris", "gev", "late", "chief")
    await firm.rule(
        "INSERT INTO teams (id, name) VALUES (7, 'second line')",
        "UPDATE teams SET answer_s = 1, fallback_team_id = 7 WHERE id <> 7",
        "UPDATE teams SET answer_s = 1 WHERE id = 7",
        "UPDATE team_members SET team_id = 7 WHERE agent_id = (SELECT id FROM agents WHERE login = 'gev')",
        "UPDATE agents SET capacity = 0, role_id = (SELECT id FROM roles WHERE name = 'owner') WHERE login = 'chief'",
    )
    chief = [await firm.comes(login) for login in ("ani", "boris", "gev", "chief")][-1]
    guest = await firm.writes()
    number = await conversation_of(guest)
    made: list[Wire] = []

    async def look() -> str | None:
        made[:] = await firm.items(chief, f"conversations/{number}/decisions")
        return str(made[-1]["kind"]) if made else None

    await eventually(look, "nobody")
    names = [one["agent"]["name"] for one in made if one["agent"] is not None]
    assert set(names[:2]) == {"ani", "boris"}
    assert names[2:] == ["gev"]
    assert [one["reason"].get("cause") for one in made] == [None, "unanswered", "unanswered", "unanswered"]
    assert made[1]["text"].startswith(f"Given to {names[1]}: {names[0]} did not answer in time, 0 of 10 chats")
    assert made[2]["team"]["name"] == "second line"
    await firm.rule("UPDATE team_members SET team_id = 7")
    late = await firm.comes("late")
    await eventually(look, "backlog")
    assert made[-1]["agent"]["name"] == "late"
    await reply(late, number)
    opened = await late.get("open", {"conversation_id": number})
    assert (owner(opened["conversation"]), opened["conversation"]["unanswered"]) == ("late", False)


async def test_who_vanishes_gives_back_after_the_named_time(firm: Firm) -> None:
    """The customer waits, his agent answered once and is gone: after the named time another has it, with the reason."""
    await firm.hire("ani", "boris")
    await firm.rule("UPDATE teams SET give_back_s = 2")
    ani = await firm.comes("ani")
    guest = await firm.writes()
    head = await given(firm, ani, guest)
    await reply(ani, head["id"])
    boris = await firm.comes("boris")
    await guest.send("one more question")
    await boris.wait_for("message", lambda told: told["text"] == "one more question")
    await ani.close()
    head = await given(firm, boris, guest)
    assert (owner(head), head["decision"]["fields"]["cause"]) == ("boris", "absent")


async def test_a_killed_process_gives_back_what_its_agents_had(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Three processes, one is killed with a window open at it: its lease runs out, another agent has the dialog."""
    products = make_processes(tmp_path, postgres_url, redis_server, 3, UNLIMITED)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(all_running(*products))
        firm = Firm(products, stack)
        await firm.hire("ani", "boris")
        await firm.rule("UPDATE teams SET give_back_s = 0")
        lost = agent(products[2].address, await products[2].log_in("ani"))
        await lost.connect()
        guest = visitor(products[0].address)
        async with connected(guest):
            await guest.send("hello")
            boris = agent(products[1].address, await products[1].log_in("boris"))
            await given(firm, lost, guest)
            await products[2].kill()
            async with connected(boris):
                await firm.rule("UPDATE agent_presence SET until = 0 WHERE agent_id = 1")  # half a minute has passed
                await settled(firm, boris, {"boris": 1})
        await lost.close()
