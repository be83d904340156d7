"""What is heard over there is kept once, and what is said here arrives there once and in its order."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, insert

from business.outreach.telling import say
from conversation import clock
from conversation.channels import FarFile, FarPerson, Heard, Piece, Place, Sent, Shared
from conversation.errors import ChannelBlocked, ChannelRejected, ChannelUnavailable, ChannelUncertain, Rejected
from conversation.events import ConversationStarted, MessageAdded
from conversation.messages import Author, Button
from conversation.ports import AddressKey
from crm_store import Tx, contacts, conversations, proving
from crm_store.models import BlockRow
from routing.carrying.deliveries import DeliveryRules
from tests.routing.carrying.conftest import ANI, CAN, World

ANYBODY = FarPerson("Ani")


async def test_a_talk_there_and_back(world: World) -> None:
    first = await world.hears("m1", "Barev")
    again = await world.hears("m1", "Barev")
    assert (again.id, again.conversation_id) == (first.id, first.conversation_id)
    assert Counter(map(type, world.events))[MessageAdded] == 1
    started = next(one for one in world.events if isinstance(one, ConversationStarted))
    assert (started.conversation.channel, started.conversation.contact.name) == ("telegram", "Ani")
    answer = await world.says(first.conversation_id, "Hello", reply_to=first.id)
    assert (await world.message(answer)).delivery == "queued"
    await world.carry()
    assert (await world.message(answer)).delivery == "sent"
    assert [(one.to, one.text, one.quote) for one in world.town.pieces] == [("4711", "Hello", "m1")]
    second = await world.hears("m2", "And you?", quote="far-1")
    assert second.reply_to == answer
    assert await world.intake.hear_edit(ANI, "m2", "And you two?")
    assert not await world.intake.hear_edit(ANI, "m9", "?")
    edited = await world.message(second.id)
    assert (edited.text, edited.edited_at is not None) == ("And you two?", True)
    await world.intake.hear_receipt(ANI, "far-1", "read")
    await world.intake.hear_receipt(ANI, "far-1", "delivered")
    assert (await world.message(answer)).delivery == "read"


async def test_bursts_keep_their_order(world: World) -> None:
    talk = (await world.hears("m0", "Barev")).conversation_id
    for number in range(9):
        await world.hears(f"b{number}", f"word {number}")
        await world.says(talk, f"answer {number}")
    world.town.fails = [None, ChannelUnavailable("busy", 0.0), ChannelUnavailable("flood", 0.05, for_all=True)]
    async with asyncio.timeout(30):
        while len(world.town.arrived) < 9:
            await world.deliveries.carry_due()
    assert [text for _, text in world.town.arrived] == [f"answer {number}" for number in range(9)]
    seen = await world.store.read(lambda tx: conversations.list_after(tx, talk, 0, 100)[0])
    assert [one.text for one in seen if one.author.kind == "visitor"][1:] == [f"word {number}" for number in range(9)]


async def test_a_long_one_goes_on_behind_what_has_arrived(world: World) -> None:
    talk = (await world.hears("m1", "Barev")).conversation_id
    text = " ".join(f"word{number:02}" for number in range(18))
    answer = await world.says(talk, text)
    world.town.fails = [None, None, ChannelUnavailable("later", 0.0)]
    async with asyncio.timeout(30):
        while (await world.message(answer)).delivery == "queued":
            await world.deliveries.carry_due()
    parts = [said for _, said in world.town.arrived]
    assert len(parts) > 3
    assert " ".join(parts) == text
    assert [(await world.hears(f"q{n}", "?", quote=f"far-{n}")).reply_to for n in (1, 3)] == [answer, answer]


async def test_what_became_of_it(world: World) -> None:
    talk = (await world.hears("m1", "Barev")).conversation_id
    town = world.town
    for error, state in ((ChannelRejected("no"), "failed"), (ValueError("a driver's own"), "uncertain")):
        town.fails = [error]
        answer = await world.says(talk, "Hello")
        await world.carry()
        assert (await world.message(answer)).delivery == state
    town.late = [ChannelUncertain("no answer in time")]
    answer = await world.says(talk, "It has arrived")
    await world.carry()
    assert (await world.message(answer)).delivery == "uncertain"
    assert [text for _, text in town.arrived] == ["It has arrived"]
    town.fails = [ChannelBlocked("he left")]
    answer = await world.says(talk, "Are you there?")
    await world.carry()
    assert (await world.message(answer)).delivery == "failed"
    answer = await world.says(talk, "Not even tried")
    await world.carry()
    assert (await world.message(answer)).delivery == "failed"
    assert len(town.arrived) == 1
    await world.hears("m2", "I am back")
    answer = await world.says(talk, "Welcome")
    await world.carry()
    assert (await world.message(answer)).delivery == "sent"
    lines = await world.store.read(lambda tx: conversations.list_after(tx, talk, 0, 100)[0])
    assert [one.activity.code for one in lines if one.activity] == ["channel_left"]


@pytest.mark.parametrize("repeatable", [True, False])
async def test_who_dies_while_it_is_sent(world: World, repeatable: bool) -> None:
    """The next holder sends again what the far side takes once only; of anything else it is not known."""
    talk = (await world.hears("m1", "Barev")).conversation_id
    world.town.repeatable = repeatable
    answer = await world.says(talk, "Hello")
    behind = await world.says(talk, "Another")
    gone = world.again("gone")
    reached = asyncio.Event()

    async def hang(piece: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    kept, world.town.send = world.town.send, hang  # type: ignore[method-assign,assignment]
    dying = asyncio.create_task(gone.carry_due())
    await reached.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    world.town.send = kept  # type: ignore[method-assign]
    async with asyncio.timeout(30):
        while (await world.message(behind)).delivery == "queued":
            await world.deliveries.carry_due()
    assert (await world.message(answer)).delivery == ("sent" if repeatable else "uncertain")
    assert [text for _, text in world.town.arrived] == (["Hello", "Another"] if repeatable else ["Another"])


async def test_changes_and_what_is_taken_back(world: World) -> None:
    talk = (await world.hears("m1", "Barev")).conversation_id
    sent, unsent = await world.says(talk, "Hello"), 0
    await world.carry()
    await world.replies.edit(world.agent, sent, "Hello, Ani")
    await world.carry()
    await world.replies.delete(world.agent, sent)
    unsent = await world.says(talk, "Never mind")
    await world.replies.delete(world.agent, unsent)
    changed = await world.says(talk, "Frist")
    await world.replies.edit(world.agent, changed, "First")
    await world.carry()
    assert world.town.deeds[:2] == [("edit", "far-1", "Hello, Ani"), ("delete", "4711", "far-1")]
    assert [text for _, text in world.town.arrived] == ["Hello", "First"]


async def test_buttons_and_numbers(world: World) -> None:
    bot = Author("bot", "Barev")
    buttons = (Button("time:a", "Today"), Button("time:b", "Tomorrow"))
    phone = AddressKey("sms", "+37477123456")
    for who in (ANI, phone):
        talk = (await world.hears("m1", "Barev", who=who)).conversation_id

        def ask(tx: Tx, talk: int = talk) -> None:
            say(tx, bot, talk, "When?", buttons, f"ask:{talk}")

        await world.store.writer.run(ask)
        await world.carry()
        if who is ANI:
            token = world.town.pieces[-1].buttons[1].value
            posted = await world.intake.hear_press(who, token, None, ANYBODY)
            assert (await world.intake.hear_press(who, token, "far-1", ANYBODY)).repeated
            for wrong in ("1.1", "999999.0", token.replace(".1", ".7"), "x"):
                with pytest.raises(Rejected):
                    await world.intake.hear_press(who, wrong, None, ANYBODY)
            with pytest.raises(Rejected):
                await world.intake.hear_press(phone, token, None, ANYBODY)
            pressed = await world.message(posted.id)
        else:
            pressed = await world.hears("n1", " 2. ", who=who)
            assert (await world.hears("n1", "2", who=who)).id == pressed.id
        assert (pressed.text, pressed.choice) == ("Tomorrow", "time:b")


async def test_files_places_and_cards(world: World) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4\n"
        yield b"1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

    kept = await world.intake.keep(ANI, FarFile("f1", "slip.pdf"), chunks())
    assert await world.intake.keep(ANI, FarFile("f1", "slip.pdf"), chunks()) == kept
    heard = Heard(ANI, "m1", ANYBODY, clock.now(), "", files=(kept,))
    message = await world.message((await world.intake.hear(heard)).id)
    assert (message.kind, [one.name for one in message.attachments]) == ("attachment", ["slip.pdf"])
    at = clock.now()
    place = await world.intake.hear(Heard(ANI, "m2", ANYBODY, at, kind="location", place=Place(40.18, 44.51, "Home")))
    assert (await world.message(place.id)).text.startswith("Home\nhttps://www.openstreetmap.org/?mlat=40.18000")
    card = await world.intake.hear(Heard(ANI, "m3", ANYBODY, at, kind="contact", card=Shared("Anna", "+37477123456")))
    assert (await world.message(card.id)).text == "Anna\n+37477123456"
    strange = await world.intake.hear(Heard(ANI, "m4", ANYBODY, at, "a poll", kind="unsupported"))
    assert (await world.message(strange.id)).kind == "unsupported"


async def test_where_he_came_from(world: World) -> None:
    """What the link carried by which he came is known of the talk that it began."""
    came = Heard(ANI, "m1", ANYBODY, clock.now(), "/start", start="instagram-1")
    talk = (await world.message((await world.intake.hear(came)).id)).conversation_id
    await world.intake.hear(Heard(ANI, "m2", ANYBODY, clock.now(), "/start", start="poster"))
    head = await world.store.read(lambda tx: conversations.find_head(tx, talk))
    assert head is not None
    assert (head.referrer, head.last_text) == ("instagram-1", "/start")


async def test_ones_own_card_proves_a_phone(world: World) -> None:
    """Whose phone the channel vouches for is the one who proved it before; another's card proves nothing."""

    def read(tx: Tx, talk: int) -> tuple[int, int]:
        head = conversations.find_head(tx, talk)
        assert head is not None
        return head.contact.id, len(proving.list_proven(tx, head.contact.id))

    people = []
    for number, (who, own) in enumerate(((ANI, False), (ANI, True), (AddressKey("telegram", "99"), True))):
        card = Shared("Ani", "+37477123456", own)
        heard = Heard(who, f"c{number}", ANYBODY, clock.now(), kind="contact", card=card)
        talk = (await world.message((await world.intake.hear(heard)).id)).conversation_id
        contact_id, proven = await world.store.read(partial(read, talk=talk))
        assert proven == int(own)
        people.append(contact_id)
    first, _, last = people
    assert first == last


async def test_nobody_waits_for_another(world: World) -> None:
    """While one address is slow, others are served; who waits behind it stays behind it; a lease holds as long as it
    takes."""
    boris = AddressKey("telegram", "4712")
    slow = (await world.hears("m1", "Barev")).conversation_id
    quick = (await world.hears("m1", "Privet", who=boris)).conversation_id
    go, kept = asyncio.Event(), world.town.send

    async def send(piece: Piece) -> Sent:
        if piece.text == "slow":
            await go.wait()
        return await kept(piece)

    world.town.send = send  # type: ignore[method-assign]
    first, second = await world.says(slow, "slow"), await world.says(slow, "behind it")
    working = asyncio.create_task(world.deliveries.work())
    try:
        async with asyncio.timeout(30):
            for number in range(3):
                answer = await world.says(quick, f"quick {number}")
                while (await world.message(answer)).delivery == "queued":
                    world.deliveries.stir()
                    await asyncio.sleep(0.01)
            assert [(await world.message(one)).delivery for one in (first, second)] == ["queued", "queued"]
            lease = DeliveryRules(lease_s=1).lease_s
            at = clock.now() + timedelta(seconds=2 * lease)
            while clock.now() < at:  # longer than a lease
                assert await world.again("another").carry_due() == 0
                await asyncio.sleep(0.05)
            go.set()
            while (await world.message(second)).delivery == "queued":
                world.deliveries.stir()
                await asyncio.sleep(0.01)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    assert [text for to, text in world.town.arrived if to == ANI.value] == ["slow", "behind it"]


async def test_no_more_are_under_way_than_the_channel_bears(world: World) -> None:
    """A modem sends one text after another: what waits for it is not on its way."""
    world.town.capabilities = replace(CAN, at_once=1)
    for number in range(3):
        talk = await world.hears("m1", "Barev", who=AddressKey("telegram", f"48{number}"))
        await world.says(talk.conversation_id, f"Hello {number}")
    assert [await world.deliveries.carry_due() for _ in range(4)] == [1, 1, 1, 0]
    assert sorted(text for _, text in world.town.arrived) == ["Hello 0", "Hello 1", "Hello 2"]


async def test_what_only_waited_is_no_doubt(world: World) -> None:
    """Who dies before a message was on its way leaves it to the next one, who sends it."""
    talk = (await world.hears("m1", "Barev")).conversation_id
    answer = await world.says(talk, "Hello")
    gone = world.again("gone")
    await gone._take(5)
    async with asyncio.timeout(30):
        while (await world.message(answer)).delivery == "queued":
            await world.deliveries.carry_due()
    assert (await world.message(answer)).delivery == "sent"
    assert [text for _, text in world.town.arrived] == ["Hello"]


async def test_a_phone_of_his_own_makes_him_who_he_is(world: World) -> None:
    """A card that is not the sender's own proves nothing; his own joins him with whom the firm knows by it."""

    def write(tx: Tx) -> int:
        at = clock.now()
        known = contacts.insert_contact(tx, name="Anna Petrosyan", language="hy", source="desk", at=at)
        contacts.state_address(tx, known, "phone", "+37477123456", "+374 77 123456", at)
        return known

    known = await world.store.writer.run(write)
    at = clock.now()
    for number, card in enumerate((Shared("Anna", "+37477123456"), Shared("Anna", "37477123456", own=True))):
        heard = Heard(ANI, f"c{number}", ANYBODY, at, kind="contact", card=card)
        message = await world.message((await world.intake.hear(heard)).id)
        talk = message.conversation_id
        head = await world.store.read(partial(conversations.find_head, conversation_id=talk))
        assert head is not None
        assert (head.contact.id == known) is card.own
        assert (message.author.id == known) is card.own
    proven = await world.store.read(lambda tx: proving.list_proven(tx, known))
    assert [(channel, value) for channel, value, _ in proven] == [("phone", "+37477123456")]
    later = await world.hears("m9", "It is me")
    assert later.author.id == known


async def test_who_is_kept_out_is_not_heard(world: World) -> None:
    """Nothing of it is kept until the block is over."""
    first = await world.hears("m1", "Barev")

    def block(tx: Tx) -> None:
        values = {"kind": "contact", "contact_id": first.author.id, "created_at": clock.now(), "reason": "rude"}
        tx.execute(insert(BlockRow).values(values))

    await world.store.writer.run(block)
    with pytest.raises(Rejected):
        await world.hears("m2", "Let me in")
    await world.store.writer.run(lambda tx: tx.execute(delete(BlockRow)))
    assert (await world.hears("m2", "Let me in")).seq == first.seq + 1
