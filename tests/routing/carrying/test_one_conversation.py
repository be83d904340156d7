"""One person has one conversation, wherever he writes; answers go where he wrote last."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, and_, insert, select, update

from business.contacts import merging
from conversation import clock
from conversation.channels import FarPerson, Heard, Shared
from conversation.errors import Rejected
from conversation.events import ConversationChanged, ConversationStarted, MessageAdded
from conversation.messages import Activity, Conversation, Message
from conversation.ports import AddressKey, Start
from crm_store import Tx, conversations, joining, unseen
from crm_store.engine import open_store
from crm_store.models import AddressRow, BranchRow, ConversationRow, InboxRow
from routing.audiences import Audiences
from routing.carrying.far_intake import FarRules, TalkFarIntake
from routing.carrying.going_on import go_on
from routing.handoff import Handoff
from routing.intake import TalkIntake
from routing.publisher import Publisher
from routing.reads import ReadMarks
from routing.transcript import StoreTranscript
from tests.routing.carrying.conftest import ANI, World

HERS = "browser-of-ani"
CHOSEN = Activity("channel_chosen", {"channel": "telegram", "by": "Mariam"})


async def known(world: World) -> Conversation:
    """Ani has proven her phone in the messenger, and later on the website, where she talks now."""
    card = Shared("Ani", "37477123456", own=True)
    there = Heard(ANI, "card", FarPerson("Ani", "hy"), clock.now(), kind="contact", card=card)
    talk = (await world.message((await world.intake.hear(there)).id)).conversation_id
    await resolve(world, talk)
    here = await world.opens(HERS)
    await world.proves("web", HERS)
    return await head(world, here.id)


async def resolve(world: World, talk: int) -> None:
    values = {"status": "resolved", "resolved_at": clock.now(), "waiting_since": None}
    await change(world, ConversationRow.id == talk, **values)


async def change(world: World, which: ColumnElement[bool], **values: object) -> None:
    """Sets columns of conversations, as time and people would."""
    changed = update(ConversationRow).where(which).values(**values)
    await world.store.writer.run(lambda tx: tx.execute(changed).rowcount)


async def head(world: World, talk: int) -> Conversation:
    found = await world.store.read(lambda tx: conversations.find_head(tx, talk))
    assert found is not None
    return found


async def said(world: World, talk: int) -> list[Message]:
    return await world.store.read(lambda tx: conversations.list_after(tx, talk, 0, 500)[0])


def lines(messages: Sequence[Message]) -> list[tuple[str, str]]:
    return [(one.activity.code, one.activity.fields["channel"]) for one in messages if one.activity]


async def test_it_goes_on_where_she_wrote_last(world: World) -> None:
    talk = await known(world)
    first = await world.writes(HERS, "from the site")
    assert (first.conversation_id, first.channel) == (talk.id, "web")
    second = await world.hears("m2", "from the messenger")
    assert (second.conversation_id, second.channel) == (talk.id, "telegram")
    assert (await head(world, talk.id)).channel == "telegram"
    news = [one for one in world.events if isinstance(one, MessageAdded | ConversationChanged)][-3:]
    assert [type(one) for one in news] == [MessageAdded, MessageAdded, ConversationChanged]
    there = await world.says(talk.id, "to the messenger")
    assert ((await world.message(there)).channel, (await world.message(there)).delivery) == ("telegram", "queued")
    await world.carry()
    now = await world.store.read(lambda tx: unseen.find_browser(tx, talk.id))
    assert now is not None
    assert now[0] == HERS, "a link leads back to her browser"
    found = await StoreTranscript(world.store).current(AddressKey("web", HERS))
    assert found is not None
    assert found[1] is not None
    assert found[1].id == talk.id, "the widget shows all of it"
    third = await world.writes(HERS, "from the site again", talk)
    assert (third.conversation_id, third.channel) == (talk.id, "web")
    here = await world.says(talk.id, "to the site")
    assert ((await world.message(here)).channel, (await world.message(here)).delivery) == ("web", "sent")
    fourth = await world.hears("m3", "and over there", quote="far-1")
    assert fourth.reply_to == there
    await world.replies.edit(world.agent, there, "to the messenger, changed")
    await world.carry()
    assert [text for _, text in world.town.arrived] == ["to the messenger"]
    assert world.town.deeds == [("edit", "far-1", "to the messenger, changed")]
    messages = await said(world, talk.id)
    assert lines(messages) == [("channel_changed", one) for one in ("telegram", "web", "telegram")]
    assert [one.seq for one in messages] == list(range(1, len(messages) + 1))


async def test_a_press_is_a_word_too(world: World) -> None:
    talk = await known(world)
    await world.hears("m2", "from the messenger")
    await world.intake.hear(Heard(ANI, "m2", FarPerson("Ani"), clock.now(), "from the messenger"))
    assert lines(await said(world, talk.id)) == [("channel_changed", "telegram")], "a repeat moves nothing"


async def test_her_tab_follows_what_she_began_elsewhere(world: World) -> None:
    talk = await known(world)
    await resolve(world, talk.id)
    over_there = await world.hears("m2", "again", who=AddressKey("telegram", "4711"))
    assert over_there.conversation_id != talk.id or (await head(world, talk.id)).status == "open"
    begun = await head(world, over_there.conversation_id)
    world.events.clear()
    joined = await world.opens(HERS)
    assert joined.id == begun.id
    assert joined.channel == "telegram", "to look is not to write"
    if begun.id != talk.id:
        (started,) = [one for one in world.events if isinstance(one, ConversationStarted)]
        assert started.address_value == HERS
    word = await world.writes(HERS, "here I am", talk)
    assert word.conversation_id == begun.id
    assert (await head(world, begun.id)).channel == "web"


async def test_what_is_not_proven_joins_nothing(world: World) -> None:
    """A browser that an agent took for hers, and one in which her phone was only stated."""
    await known(world)
    stated = await world.front.start(Start(AddressKey("web", "another"), "hy", {"phone": "+37477123456"}))
    there = await world.hears("m2", "in the messenger")
    assert stated.id != there.conversation_id
    await resolve(world, stated.id)
    hers = (await head(world, there.conversation_id)).contact.id
    await world.store.writer.run(lambda tx: merging.merge(tx, world.agent, hers, stated.contact.id, ""))
    again = await world.opens("another")
    assert again.id not in {there.conversation_id, stated.id}
    assert again.contact.id == hers


async def test_other_branches_do_not_get_it(world: World) -> None:
    talk = await known(world)

    def elsewhere(tx: Tx) -> None:
        values = {"timezone": "Asia/Yerevan", "country": "AM", "language": "hy"}
        added = insert(BranchRow).returning(BranchRow.id)
        here, there = (tx.scalar(added.values(name=name, **values)) for name in ("Yerevan", "Gyumri"))
        tx.execute(update(ConversationRow).where(ConversationRow.id == talk.id).values(branch_id=here))
        tx.execute(update(InboxRow).where(InboxRow.channel == "telegram").values(branch_id=there))

    await world.store.writer.run(elsewhere)
    there = await world.hears("m2", "to the other branch")
    assert there.conversation_id != talk.id


async def test_an_agent_reopens_only_what_stands_alone(world: World) -> None:
    talk = await known(world)
    await world.hears("m2", "in the messenger")
    await resolve(world, talk.id)
    later = await world.store.writer.run(lambda tx: _begin(tx, "web", HERS, talk.contact.id))
    handoff = Handoff(world.store, Publisher())
    with pytest.raises(Rejected, match="conflict"):
        await handoff.reopen(world.agent, talk.id)
    assert (await world.hears("m3", "where am I?")).conversation_id == later


def _begin(tx: Tx, channel: str, value: str, contact_id: int) -> int:
    address = conversations.find_address(tx, channel, value)
    inbox = conversations.find_inbox(tx, channel, None)
    assert address is not None
    assert inbox is not None
    start = Start(AddressKey("web", value), "hy")
    return conversations.insert_conversation(
        tx, start, contact_id=contact_id, address_id=address[0], inbox=inbox, at=clock.now()
    )


async def test_two_again(world: World) -> None:
    """What was one contact becomes two: nobody's answers go to the other's messenger."""
    there = await world.hears("m1", "in the messenger")
    await resolve(world, there.conversation_id)
    talk = await world.opens(HERS)
    keeper = (await head(world, there.conversation_id)).contact.id
    merge_id = await world.store.writer.run(
        lambda tx: merging.merge(tx, world.agent, keeper, talk.contact.id, "")[0][0]
    )
    moved = await world.hears("m2", "one person, says the agent")
    assert moved.conversation_id == talk.id
    assert (await head(world, talk.id)).channel == "telegram"
    await world.store.writer.run(lambda tx: merging.undo(tx, world.agent, merge_id, ""))
    now = await head(world, talk.id)
    assert (now.contact.id, now.channel) == (talk.contact.id, "web")
    assert (await world.hears("m3", "and I?")).conversation_id == there.conversation_id


async def test_somebody_decides(world: World) -> None:
    talk = await known(world)
    found = await world.store.read(lambda tx: conversations.find_address(tx, "telegram", "4711"))
    assert found is not None
    events = await world.store.writer.run(lambda tx: go_on(tx, talk.id, found[0], CHOSEN, clock.now()))
    assert [type(one) for one in events] == [MessageAdded, ConversationChanged]
    assert await world.store.writer.run(lambda tx: go_on(tx, talk.id, found[0], CHOSEN, clock.now())) == []
    stranger = await world.hears("x1", "somebody else", who=AddressKey("telegram", "99"))
    other = (await head(world, stranger.conversation_id)).contact.id
    foreign = await world.store.read(lambda tx: tx.scalar(select(AddressRow.id).where(AddressRow.contact_id == other)))
    with pytest.raises(Rejected, match="not_found"):
        await world.store.writer.run(lambda tx: go_on(tx, talk.id, foreign or 0, CHOSEN, clock.now()))


async def test_both_at_once(world: World) -> None:
    """Two processes, where the store is made for them: she writes on the website here and in the messenger there."""
    talk = await known(world)
    other = world.store if world.store.url.sqlite else await open_store(world.store.url)
    publisher = Publisher()
    intake = TalkIntake(other, publisher, ReadMarks(other, publisher, 0.01), Audiences(other, publisher), "AM")
    there = TalkFarIntake(
        other, publisher, intake, world.intake._files, FarRules("AM"), world.intake._arriving, world.intake._proofs
    )
    try:
        for number in range(8):
            if number % 2:
                await resolve(world, (await open_ones(world, talk.contact.id))[0])
                await forget(world, talk.contact.id)
            heard = Heard(ANI, f"r{number}", FarPerson("Ani"), clock.now(), "over there")
            await asyncio.gather(world.writes(HERS, "here"), there.hear(heard), world.opens(HERS))
            assert len(await open_ones(world, talk.contact.id)) == 1
    finally:
        if other is not world.store:
            await other.close()


async def open_ones(world: World, contact_id: int) -> list[int]:
    return await world.store.read(lambda tx: conversations.list_open_of_contact(tx, contact_id))


async def forget(world: World, contact_id: int) -> None:
    """All that was resolved is too long ago to go on."""
    long_ago = clock.from_ms(clock.now_ms() - 100 * 3600 * 1000)
    old = and_(ConversationRow.contact_id == contact_id, ConversationRow.status == "resolved")
    await change(world, old, resolved_at=long_ago)


DEEDS = st.lists(
    st.sampled_from(["site", "look", "messenger", "agent", "resolve", "reopen", "choose", "forget", "stranger"]),
    min_size=1,
    max_size=25,
)


@given(deeds=DEEDS)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happens_she_has_one(world: World, deeds: list[str]) -> None:
    """Her words and looks find the one open talk, answers go where she was last (or where the agent chose), and what is
    carried arrives in its order."""
    number = len(world.events)
    messenger, browser = AddressKey("telegram", f"t{number}"), f"w{number}"
    phone = f"+3747{number:07}"
    await resolve(world, (await world.hears(f"a{number}", "first", who=messenger)).conversation_id)
    await world.proves("telegram", messenger.value, phone)
    her = await world.opens(browser)
    await world.proves("web", browser, phone)
    contact = (await head(world, her.id)).contact.id
    handoff = Handoff(world.store, Publisher())
    at, expected, before = "web", list[str](), len(world.town.arrived)
    for place, deed in enumerate(deeds):
        text = f"{number}:{place}"
        talks = await open_ones(world, contact)
        assert len(talks) <= 1
        talk = talks[0] if talks else None
        if deed == "site":
            assert (await world.writes(browser, text)).channel == "web"
            at = "web"
        elif deed == "look":
            looked = await world.opens(browser)
            at = at if talk is not None else "web"
            assert talk in (None, looked.id)
        elif deed == "messenger":
            heard = await world.hears(text, text, who=messenger)
            assert heard.channel == "telegram"
            assert talk in (None, heard.conversation_id)
            at = "telegram"
        elif deed == "stranger":
            other = await world.writes(f"not {browser}", text)
            assert other.conversation_id != talk
        elif deed == "forget":
            await forget(world, contact)
        elif deed == "reopen":
            last = (await _latest(world, contact))[0]
            if last.status == "resolved":
                await handoff.reopen(world.agent, last.id)
                at = last.channel
        elif talk is not None and deed == "resolve":
            await resolve(world, talk)
        elif talk is not None and deed == "agent":
            answer = await world.message(await world.says(talk, text))
            assert answer.channel == at
            expected += [text] if at == "telegram" else []
        elif talk is not None and deed == "choose":
            ids = await world.store.read(lambda tx: conversations.find_address(tx, "telegram", messenger.value))
            assert ids is not None
            await world.store.writer.run(lambda tx, to=talk, by=ids[0]: go_on(tx, to, by, CHOSEN, clock.now()))  # type: ignore[misc]  # binds the loop's
            at = "telegram"
    await world.carry()
    assert [text for _, text in world.town.arrived[before:]] == expected


async def _latest(world: World, contact_id: int) -> list[Conversation]:
    mine = (
        select(ConversationRow.id).where(ConversationRow.contact_id == contact_id).order_by(ConversationRow.id.desc())
    )
    ids = await world.store.read(lambda tx: list(tx.scalars(mine)))
    return [await head(world, one) for one in ids]


async def test_a_start_after_missed_events(world: World) -> None:
    """Another process's tabs follow as well what they heard nothing of."""
    talk = await known(world)
    await world.hears("m2", "in the messenger")
    latest = await world.store.read(lambda tx: joining.list_latest(tx, [talk.id]))
    assert latest == {talk.id: HERS}
