"""What an agent sees before he sends, what is refused at once, and sending again what was not delivered."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from conversation import clock
from conversation.channels import Capabilities, Piece, Template
from conversation.errors import ChannelRejected, ChannelUncertain, Rejected
from conversation.messages import Agent, Author, Channel
from conversation.ports import AddressKey, Start
from crm_store import conversations, outgoing_list
from crm_store.appending import append_messages
from crm_store.models import AddressRow, OutgoingRow
from crm_store.outgoing_list import Kind
from crm_store.types import dump_json
from routing.appended import plain_message
from routing.carrying.again import Resending, read_reason
from routing.carrying.ways import Way, Ways
from routing.publisher import Publisher
from routing.replies import Replies
from tests.routing.carrying.conftest import ANI, CAN, World
from tests.routing.carrying.test_one_conversation import known

DAY = replace(CAN, window_h=24.0, templates=(Template("visit", "en", "Your visit is at {time}", ("time",)),))


class Firm:
    """The world, with doors that can be changed."""

    def __init__(self, world: World, can: Capabilities = DAY) -> None:
        self.world = world
        self.doors: dict[Channel, Capabilities] = {"telegram": can}
        self.publisher = Publisher()
        self.ways = Ways(world.store, self.publisher, lambda: self.doors)
        self.again = Resending(world.store, self.publisher, lambda: self.doors)
        world.replies = Replies(world.store, self.publisher, self.ways.windows)

    def open(self, can: Capabilities) -> None:
        """From now on the door can do that."""
        self.doors["telegram"] = can
        self.world.town.capabilities = can

    async def silent_for(self, hours: float) -> None:
        """She last wrote over there so long ago."""
        then = clock.now() - timedelta(hours=hours)
        of = update(AddressRow).where(AddressRow.channel == "telegram").values(heard_at=then)
        await self.world.store.writer.run(lambda tx: tx.execute(of).rowcount)

    async def current(self, talk: int) -> Way:
        """Where it goes on."""
        return next(one for one in await self.ways.find(self.world.agent, talk) if one.current)


@pytest.fixture
def firm(world: World) -> Firm:
    """With a channel that carries answers for a day."""
    made = Firm(world)
    made.open(DAY)
    return made


async def test_a_window_is_shown_and_kept(firm: Firm) -> None:
    world = firm.world
    talk = (await world.hears("m1", "Barev")).conversation_id
    way = await firm.current(talk)
    assert (way.channel, way.why, way.costs, way.can) == ("telegram", None, False, DAY)
    assert way.closes_at is not None
    assert timedelta(hours=23, minutes=59) < way.closes_at - clock.now() <= timedelta(hours=24)
    await firm.silent_for(25)
    way = await firm.current(talk)
    assert (way.why, way.costs) == ("window", False)
    with pytest.raises(Rejected, match="conflict") as refused:
        await world.says(talk, "Too late")
    assert dict(refused.value.extra) == {"reason": "window", "channel": "telegram"}
    assert refused.value.text_key == "channel.cannot.window"
    note = await note_of(world, talk)
    assert note, "a note is for colleagues, at any time"
    firm.open(replace(DAY, paid=True))
    way = await firm.current(talk)
    assert (way.why, way.costs) == (None, True)
    answer = await world.says(talk, "It costs")
    await world.carry()
    assert (await world.message(answer)).delivery == "sent"


async def note_of(world: World, talk: int) -> int:
    author = Author("agent", world.agent.name, world.agent.id)
    said = plain_message(talk, author, "a note", 1, "note", contact_id=None, private=True, reply_to=None)
    new = said._replace(at_ms=clock.now_ms(), within={"telegram": 0})
    (outcome,) = await world.store.writer.run(lambda tx: append_messages(tx, [new]))
    assert not isinstance(outcome, Exception)
    return outcome.id


async def test_a_template_goes_through_a_closed_window(firm: Firm) -> None:
    world = firm.world
    talk = (await world.hears("m1", "Barev")).conversation_id
    await firm.silent_for(100)
    content = dump_json({"template": {"name": "visit", "values": ["10:00"]}})
    author = Author("bot", "Barev")
    new = plain_message(
        talk, author, "Your visit is at 10:00", clock.now_ms(), "t1", contact_id=None, private=False, reply_to=None
    )
    unknown = new._replace(client_id="t2", content=dump_json({"template": {"name": "other", "values": []}}))
    for one in (new._replace(content=content), unknown):
        await world.store.writer.run(lambda tx, one=one: append_messages(tx, [one]))  # type: ignore[misc]  # binds the loop's
    await world.carry()
    (piece,) = world.town.pieces
    assert isinstance(piece, Piece)
    assert piece.template is not None
    assert (piece.template.name, piece.template.values, piece.text) == ("visit", ("10:00",), "Your visit is at 10:00")
    last = (await world.store.read(lambda tx: conversations.list_after(tx, talk, 0, 50)[0]))[-1]
    assert last.delivery == "failed"


async def test_an_agent_chooses(firm: Firm) -> None:
    world = firm.world
    talk = await known(world)
    ways = await firm.ways.find(world.agent, talk.id)
    assert [(one.channel, one.current, one.why) for one in ways] == [("web", True, None), ("telegram", False, None)]
    changed = await firm.ways.choose(world.agent, talk.id, ways[1].address_id)
    assert changed.channel == "telegram"
    answer = await world.says(talk.id, "Are you there?")
    await world.carry()
    assert (await world.message(answer)).delivery == "sent"
    back = next(one for one in await firm.ways.find(world.agent, talk.id) if one.channel == "web")
    assert (await firm.ways.choose(world.agent, talk.id, back.address_id)).channel == "web"
    await firm.silent_for(30)
    for setting, why in ((True, "window"), (False, "blocked")):
        if not setting:
            await world.intake.hear_leaving(ANI)
        with pytest.raises(Rejected, match="conflict") as refused:
            await firm.ways.choose(world.agent, talk.id, ways[1].address_id)
        assert refused.value.extra["reason"] == why
    firm.doors.clear()
    shut = next(one for one in await firm.ways.find(world.agent, talk.id) if one.channel == "telegram")
    assert shut.why == "shut"
    with pytest.raises(Rejected, match="not_found"):
        await firm.ways.choose(world.agent, talk.id, 10**9)
    stranger = Agent(999, "x", "X", "agent")
    team = await world.store.read(lambda tx: conversations.find_row(tx, talk.id))
    if team is not None and team.team_id is not None:
        with pytest.raises(Rejected, match="not_found"):
            await firm.ways.find(stranger, talk.id)


async def test_a_proven_phone_is_a_way(firm: Firm) -> None:
    """Nobody wrote an SMS yet: where there is a door for them, the phone that she has proven can be chosen."""
    world = firm.world
    talk = await known(world)
    firm.doors["sms"] = Capabilities(text_chars=300)
    phone = next(one for one in await firm.ways.find(world.agent, talk.id) if one.channel == "sms")
    assert (phone.why, phone.value) == (None, "077 123456")
    assert (await firm.ways.choose(world.agent, talk.id, phone.address_id)).channel == "sms"
    ways = await firm.ways.find(world.agent, talk.id)
    assert [one.channel for one in ways].count("sms") == 1
    stated = await world.front.start(Start(AddressKey("web", "another"), "hy", {"phone": "+37499000000"}))
    shown = await firm.ways.find(world.agent, stated.id)
    assert [(one.channel, one.why) for one in shown] == [("web", None), ("sms", "unproven")]


async def test_sending_again(firm: Firm) -> None:
    world = firm.world
    talk = (await world.hears("m1", "Barev")).conversation_id
    world.town.fails = [ChannelRejected("Bad Request: something")]
    failed = await world.says(talk, "First")
    await world.carry()
    told = await firm.again.find(world.agent, failed)
    assert (told.delivery, told.reason, told.again, told.asks) == ("failed", "refused", True, False)
    assert told.detail == "Bad Request: something"
    queued = await firm.again.message(world.agent, failed, "")
    assert queued.delivery == "queued"
    with pytest.raises(Rejected, match="conflict"):
        await firm.again.message(world.agent, failed, "")
    await world.carry()
    assert ((await world.message(failed)).delivery, (await firm.again.find(world.agent, failed)).again) == (
        "sent",
        False,
    )
    world.town.late = [ChannelUncertain("no answer in time")]
    doubtful = await world.says(talk, "Second")
    await world.carry()
    told = await firm.again.find(world.agent, doubtful)
    assert (told.delivery, told.reason, told.asks) == ("uncertain", "silent", True)
    with pytest.raises(Rejected, match="conflict") as asked:
        await firm.again.message(world.agent, doubtful, "")
    assert asked.value.text_key == "channel.again.asks"
    await firm.again.message(world.agent, doubtful, "", sure=True)
    await world.carry()
    assert [text for _, text in world.town.arrived] == ["First", "Second", "Second"]


async def test_a_long_one_is_not_begun_anew(firm: Firm) -> None:
    world = firm.world
    talk = (await world.hears("m1", "Barev")).conversation_id
    text = " ".join(f"word{number:02}" for number in range(18))
    world.town.fails = [None, ChannelRejected("no")]
    answer = await world.says(talk, text)
    await world.carry()
    await firm.again.message(world.agent, answer, "")
    await world.carry()
    assert " ".join(part for _, part in world.town.arrived) == text


async def test_one_whose_row_was_forgotten(firm: Firm) -> None:
    world = firm.world
    talk = (await world.hears("m1", "Barev")).conversation_id
    world.town.fails = [ChannelRejected("no")]
    answer = await world.says(talk, "Long ago")
    await world.carry()
    swept = delete(OutgoingRow).where(OutgoingRow.message_id == answer)
    await world.store.writer.run(lambda tx: tx.execute(swept).rowcount)
    await firm.again.message(world.agent, answer, "")
    await world.carry()
    assert (await world.message(answer)).delivery == "sent"


async def test_all_of_a_kind(firm: Firm) -> None:
    world = firm.world
    talk = (await world.hears("m1", "Barev")).conversation_id
    world.town.fails = [ChannelRejected("one"), ChannelRejected("other"), ChannelRejected("one")]
    ids = [await world.says(talk, f"word {number}") for number in range(3)]
    await world.carry()
    assert await firm.again.all(world.agent, Kind("failed", "viber"), "") == 0
    assert await firm.again.all(world.agent, Kind("failed", "telegram", "one"), "") == 2
    await world.carry()
    assert [(await world.message(one)).delivery for one in ids] == ["sent", "failed", "sent"]
    second = select(OutgoingRow.id).where(OutgoingRow.message_id == ids[1])
    shown = await world.store.read(lambda tx: tx.execute(second).scalar_one())
    row = await world.store.read(lambda tx: outgoing_list.find_outgoing(tx, shown))
    assert row is not None
    assert (row.recipient, row.message_id) == ("4711", ids[1])
    await firm.silent_for(30)
    assert await firm.again.all(world.agent, Kind("failed"), "") == 0, "what cannot go now is left"
    await firm.silent_for(1)
    await firm.again.listed(world.agent, shown, ids[1], "")
    await world.carry()
    assert (await world.message(ids[1])).delivery == "sent"
    nobody = Agent(world.agent.id, "x", "X", "agent")
    with pytest.raises(Rejected, match="forbidden"):
        await firm.again.all(nobody, Kind("failed"), "")


def test_reasons_have_words() -> None:
    said = {"window: he last": "window", "blocked: he": "blocked", "interrupted while": "interrupted", "?": "refused"}
    assert {error: read_reason(error) for error in said} == said
    assert read_reason(None) == "refused"
