"""Who comes by a link has the talk, once, whoever else has seen it; and nobody becomes somebody else by one."""

import asyncio
from datetime import timedelta

from conversation import clock
from conversation.channels import FarPerson, Heard
from conversation.messages import Conversation, Message
from conversation.ports import AddressKey
from conversation.texts import Catalogue
from crm_store import conversations
from tests.routing.carrying.conftest import ANI, PASSES, World

TEXTS = Catalogue()
HERS = "browser-of-ani"


def word_of(talk: Conversation, minutes: float = 5.0) -> str:
    """A link's word."""
    return PASSES.make(talk.id, clock.now() + timedelta(minutes=minutes))


async def comes(world: World, word: str, far_id: str, who: AddressKey = ANI) -> Message:
    """Somebody presses Start; the message that is called so here."""
    heard = Heard(who, far_id, FarPerson("Ani", "en", "ani_m"), clock.now(), f"/start {word}", start=word)
    return await world.message((await world.intake.hear(heard)).id)


async def thread(world: World, talk: int) -> list[Message]:
    return await world.store.read(lambda tx: conversations.list_after(tx, talk, 0, 100)[0])


async def channel_of(world: World, talk: int) -> tuple[str, int]:
    head = await world.store.read(lambda tx: conversations.find_head(tx, talk))
    assert head is not None
    return head.channel, head.contact.id


async def test_the_talk_goes_on_there(world: World) -> None:
    talk = await world.opens(HERS)
    await world.writes(HERS, "from the site", talk)
    word = word_of(talk)
    told = await comes(world, word, "s1")
    assert (told.conversation_id, told.author.kind) == (talk.id, "bot")
    assert (await comes(world, word, "s1")).id == told.id, "the same update again"
    await world.carry()
    assert " ".join(text for _, text in world.town.arrived) == TEXTS.get("hy", "channel.went_on")
    assert await channel_of(world, talk.id) == ("telegram", talk.contact.id)
    lines = [one.activity.code for one in await thread(world, talk.id) if one.activity]
    assert lines.count("came_by_link") == 1
    again = await comes(world, word, "s2")
    assert (again.conversation_id, again.text) == (talk.id, "/start"), "his own link, pressed once more"
    assert (await world.hears("m3", "and on")).conversation_id == talk.id


async def test_one_that_is_spent_or_over_begins_a_new_talk(world: World) -> None:
    talk = await world.opens(HERS)
    word = word_of(talk)
    await comes(world, word, "s1")
    for number, stale in enumerate((word, word_of(talk, -1.0), word_of(talk)[:-5] + "AAAAA")):
        other = AddressKey("telegram", f"90{number}")
        said = await comes(world, stale, "x1", other)
        assert (said.text, said.conversation_id == talk.id) == ("/start", False)
        (answer,) = [one for one in await thread(world, said.conversation_id) if one.author.kind == "bot"]
        assert answer.text == TEXTS.get("en", "channel.link_over")
        assert (await channel_of(world, said.conversation_id))[1] != talk.contact.id


async def test_two_at_once(world: World) -> None:
    talk = await world.opens(HERS)
    word = word_of(talk)
    both = [AddressKey("telegram", "801"), AddressKey("telegram", "802")]
    came = await asyncio.gather(*(comes(world, word, "s1", who) for who in both))
    assert sorted(one.conversation_id == talk.id for one in came) == [False, True]


async def test_what_he_began_there_before_goes_on_in_the_one(world: World) -> None:
    """An account of whom nothing is proven is his who comes by the link."""
    before = await world.hears("m1", "written long ago")
    talk = await world.opens(HERS)
    await comes(world, word_of(talk), "s1")
    assert await channel_of(world, talk.id) == ("telegram", talk.contact.id)
    assert (await channel_of(world, before.conversation_id))[1] == talk.contact.id
    lines = [one.activity.code for one in await thread(world, before.conversation_id) if one.activity]
    assert lines == ["goes_on_in"]
    assert (await world.hears("m2", "here I am")).conversation_id == talk.id


async def test_an_account_that_is_somebody_stays_who_he_is(world: World) -> None:
    """Else whoever sends his own link to another would see, at the website, what that one has booked."""
    first = await world.hears("m1", "Barev")
    await world.proves("telegram", ANI.value)
    known = (await channel_of(world, first.conversation_id))[1]
    talk = await world.opens("browser-of-another")
    said = await comes(world, word_of(talk), "s1")
    assert said.conversation_id != talk.id
    assert (await channel_of(world, said.conversation_id))[1] == known != talk.contact.id
    assert await channel_of(world, talk.id) == ("web", talk.contact.id)
    lines = [one.activity.code for one in await thread(world, talk.id) if one.activity]
    assert lines == ["came_as_another"]
