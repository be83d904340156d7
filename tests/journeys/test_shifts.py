"""The end of a shift, the help of the more experienced, and who takes over when nobody is left: on SQLite, and on
PostgreSQL with three processes."""

import uuid
from collections import Counter

import pytest

from tests.clients import Client
from tests.journeys.firm import Firm, Wire, conversation_of, eventually, given, owner, reply, settled

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MORNINGS = {day: [["09:00", "10:00"]] for day in DAYS}
LONG_DAYS = {day: [["06:00", "20:00"]] for day in DAYS}
NOTE = "All prices of today are in the sheet"
OWNER = "UPDATE agents SET capacity = 0, role_id = (SELECT id FROM roles WHERE name = 'owner') WHERE login = 'chief'"
SECOND_LINE = (
    "INSERT INTO teams (id, name) VALUES (7, 'second line')",
    "UPDATE team_members SET team_id = 7 WHERE agent_id IN (SELECT id FROM agents WHERE login IN ('gev', 'vera'))",
)


async def talk_of(desk: Client, number: int) -> list[Wire]:
    """The messages of a conversation."""
    messages: list[Wire] = (await desk.get("open", {"conversation_id": number}))["messages"]
    return messages


async def id_of(desk: Client) -> int:
    """The id of the agent at a desk."""
    return int((await desk.get("hello"))["agent"]["id"])


async def test_who_ends_his_shift_gives_everything_away_with_one_note(firm: Firm) -> None:
    """Three dialogs, one of them answered: two are his colleague's, who has room for two, one waits for somebody to
    have room; each has the note, which no customer sees. He is away, and the repeat of the request changes nothing."""
    await firm.hire("ani", "boris", "chief")
    await firm.rule(OWNER, "UPDATE agents SET capacity = 2 WHERE login = 'boris'")
    chief, ani = await firm.comes("chief"), await firm.comes("ani")
    guests = [await firm.writes(f"question {number}") for number in range(3)]
    await settled(firm, chief, {"ani": 3})
    await reply(ani, await conversation_of(guests[0]))
    boris = await firm.comes("boris")
    key = str(uuid.uuid4())
    told = [await firm.ask(ani, "POST", "me/handover", {"note": f" {NOTE} "}, key) for _ in range(2)]
    assert told == [(200, {"given": 2, "queued": 1})] * 2
    heads = await firm.heads(chief, status="open")
    assert Counter(map(owner, heads)) == {"boris": 2, None: 1}
    for head in heads:
        line, note = (await talk_of(chief, head["id"]))[-2:]
        assert line["activity"]["code"] == ("handed_over" if owner(head) else "put_back")
        assert (line["activity"]["fields"]["cause"], line["activity"]["fields"]["from"]) == ("shift_over", "ani")
        assert (note["text"], note["private"], note["author"]["name"]) == (NOTE, True, "ani")
    heard = await boris.wait_for("message", lambda message: message["text"] == NOTE)
    assert heard["author"]["name"] == "ani"
    for guest in guests:
        assert [one["text"] for one in (await guest.get("sync", {"after_change": 0}))["messages"]].count(NOTE) == 0
    for desk in (ani, boris):
        await desk.wait_for("presence", lambda news: (news["agent"]["name"], news["status"]) == ("ani", "away"))
    assert (await ani.get("hello"))["settings"]["presence"] == "away"
    await firm.writes("nobody has room")
    free = next(head["id"] for head in heads if owner(head) == "boris")
    await boris.get("resolve", {"conversation_id": free})
    await settled(firm, chief, {"boris": 2, None: 1})
    assert (await firm.ask(ani, "POST", "me/handover", {}))[1] == {"given": 0, "queued": 0}
    status, refused = await firm.ask(ani, "POST", "me/handover", {"note": "another"}, key)
    assert (status, refused["code"]) == (409, "conflict")
    deeds = [one["after"] for one in await firm.items(chief, "audit") if one["action"] == "agent.handed_over"]
    assert deeds == [{"given": 2, "queued": 1}, {"given": 0, "queued": 0}]


async def test_the_end_of_a_shift_gives_everything_to_others_with_the_reason(firm: Firm) -> None:
    """The hours say that ani works, and then that she does not: what she has goes to boris, in a team where people take
    by hand to the queue, and each dialog says why. What she takes after it stays hers."""
    await firm.hire("ani", "boris", "chief")
    await firm.rule(OWNER, "INSERT INTO teams (id, name, policy) VALUES (8, 'by hand', 'manual')")
    chief, ani = await firm.comes("chief"), await firm.comes("ani")
    hours = f"agents/{await id_of(ani)}/hours"
    assert (await firm.ask(chief, "PUT", hours, {"weekly": LONG_DAYS}))[0] == 200
    first, second = [await conversation_of(await firm.writes()) for _ in range(2)]
    await settled(firm, chief, {"ani": 2})
    await chief.get("assign", {"conversation_id": second, "team_id": 8})
    await chief.get("assign", {"conversation_id": second, "agent_id": await id_of(ani)})
    await firm.comes("boris")
    assert (await firm.ask(chief, "PUT", hours, {"weekly": MORNINGS}))[0] == 200
    heads = await settled(firm, chief, {"boris": 1, None: 1})
    assert {head["id"]: owner(head) for head in heads} == {first: "boris", second: None}
    for number, code in ((first, "handed_over"), (second, "put_back")):
        line = (await talk_of(chief, number))[-1]
        assert (line["activity"]["code"], line["activity"]["fields"]["cause"]) == (code, "shift_over")
    await ani.get("take", {"conversation_id": first})
    third = await firm.writes("after her shift")
    assert owner(await given(firm, chief, third)) == "boris"
    assert Counter(map(owner, await firm.heads(chief, status="open"))) == {"ani": 1, "boris": 1, None: 1}


async def test_who_does_not_answer_is_followed_by_the_more_experienced(firm: Firm) -> None:
    """Juniors first: the beginner, then who knows more, then the team above, though its beginner is free too. Asked for
    help by hand, it goes there at once."""
    await firm.hire("ani", "boris", "gev", "vera", "chief")
    await firm.rule(
        *SECOND_LINE,
        OWNER,
        "UPDATE agents SET level = 1 WHERE login IN ('ani', 'gev')",
        "UPDATE agents SET level = 5 WHERE login = 'vera'",
        "UPDATE teams SET policy = 'juniors_first', escalate_s = 1, escalate_team_id = 7 WHERE id <> 7",
        "UPDATE teams SET answer_s = NULL WHERE id = 7",
    )
    desks = {login: await firm.comes(login) for login in ("chief", "vera", "gev", "boris", "ani")}
    chief = desks["chief"]
    number = await conversation_of(await firm.writes())
    made: list[Wire] = []

    async def look() -> list[str]:
        made[:] = await firm.items(chief, f"conversations/{number}/decisions")
        return [one["agent"]["name"] for one in made]

    await eventually(look, ["ani", "boris", "vera"])
    assert [one["reason"].get("cause") for one in made] == [None, "unanswered", "unanswered"]
    assert [one["team"]["name"] for one in made][2] == "second line"
    await firm.rule("UPDATE teams SET escalate_s = 3600")
    guest = await firm.writes("something difficult")
    assert owner(await given(firm, chief, guest)) == "ani"
    wish = {"conversation_id": await conversation_of(guest)}
    await desks["ani"].get("escalate", wish)
    await desks["vera"].wait_for("conversation", lambda head: (head["id"], owner(head)) == (*wish.values(), "vera"))
    lines = [one["activity"]["code"] for one in await talk_of(chief, wish["conversation_id"]) if one.get("activity")]
    assert lines == ["escalated"]


async def test_when_nobody_is_left_the_customer_is_told_when_somebody_will_be(firm: Firm) -> None:
    """Nobody of the team is there: the team that takes over has it. When nobody of that one is there either, the
    customer is told once when the next shift begins."""
    await firm.hire("ani", "gev", "chief")
    await firm.rule(*SECOND_LINE, OWNER, "UPDATE teams SET fallback_team_id = 7 WHERE id <> 7")
    chief, gev = await firm.comes("chief"), await firm.comes("gev")
    for login in ("ani", "gev", "chief"):
        (one,) = await firm.items(chief, "agents", login=login)
        if login != "gev":
            assert (await firm.ask(chief, "PUT", f"agents/{one['id']}/hours", {"weekly": MORNINGS}))[0] == 200
    first = await firm.writes("the first")
    head = await given(firm, chief, first)
    assert (owner(head), head["team"]["name"]) == ("gev", "second line")
    await gev.get("presence", {"status": "offline"})
    second = await firm.writes("the second")
    said = await second.wait_for("message", lambda message: message["author"]["kind"] == "bot")
    assert said["text"] == "Thank you for writing. Nobody is here at the moment. We will reply tomorrow at 09:00."
    await second.send("Anybody?")
    third = await firm.writes("the third")
    await third.wait_for("message", lambda message: message["author"]["kind"] == "bot")
    told = [one["author"]["kind"] for one in (await second.get("sync", {"after_change": 0}))["messages"]]
    assert told.count("bot") == 1
