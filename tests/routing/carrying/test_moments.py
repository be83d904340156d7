"""What happens over there in the very moment in which something is sent, or beside the house."""

import asyncio

import pytest
from sqlalchemy import insert, update

from business.outreach.telling import say
from conversation import clock
from conversation.channels import FarPerson, Heard, Piece, Sent
from conversation.errors import Rejected, Unavailable
from conversation.messages import Author, Button
from crm_store import Tx, conversations
from crm_store.models import BlockRow, ConversationRow
from tests.routing.carrying.conftest import ANI, Town, World

OWNER = "Karine"


class SlowTown(Town):
    """It has arrived over there, and the answer that says what it is called is still on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.arrives, self.answers = asyncio.Event(), asyncio.Event()

    async def send(self, piece: Piece) -> Sent:
        """Answers when it is let."""
        sent = await super().send(piece)
        self.arrives.set()
        await self.answers.wait()
        return sent


async def under_way(world: World) -> tuple[SlowTown, int, "asyncio.Task[int]"]:
    """An answer that has arrived and has no name here yet."""
    talk = (await world.hears("m1", "Barev")).conversation_id
    town = SlowTown()
    world.deliveries._carrier = town
    answer = await world.says(talk, "Where is it?")
    carrying = asyncio.create_task(world.deliveries.carry_due())
    await town.arrives.wait()
    return town, answer, carrying


async def test_a_quote_of_what_has_only_just_arrived(world: World) -> None:
    town, answer, carrying = await under_way(world)
    quoting = asyncio.create_task(world.hears("m2", "There", quote="far-1"))
    await asyncio.sleep(0)
    town.answers.set()
    assert (await quoting).reply_to == answer
    await carrying


async def test_a_receipt_of_what_has_only_just_arrived(world: World) -> None:
    town, answer, carrying = await under_way(world)
    seen = asyncio.create_task(world.intake.hear_receipt(ANI, "far-1", "read"))
    await asyncio.sleep(0)
    town.answers.set()
    await asyncio.gather(seen, carrying)
    assert (await world.message(answer)).delivery == "read"


async def test_a_receipt_that_is_too_early_comes_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.carrying.far_intake._LOOKS", 2)
    town, answer, carrying = await under_way(world)
    with pytest.raises(Unavailable):
        await world.intake.hear_receipt(ANI, "far-1", "delivered")
    town.answers.set()
    await carrying
    await world.intake.hear_receipt(ANI, "far-1", "delivered")
    assert (await world.message(answer)).delivery == "delivered"


async def test_the_owner_answers_over_there(world: World) -> None:
    """It is an agent's word here, is not sent again, and the bot is silent from then on."""
    assert not await world.intake.hear_ours(ANI, "m0", OWNER, "Nobody has written")
    talk = (await world.hears("m1", "Barev")).conversation_id
    await world.store.writer.run(
        lambda tx: tx.execute(update(ConversationRow).where(ConversationRow.id == talk).values(handler="bot"))
    )
    assert await world.intake.hear_ours(ANI, "m2", OWNER, "I answer myself")
    assert not await world.intake.hear_ours(ANI, "m2", OWNER, "I answer myself")
    await world.carry()
    assert world.town.arrived == []
    said = await world.store.read(lambda tx: conversations.list_after(tx, talk, 0, 100)[0])
    (ours,) = [one for one in said if one.author.kind == "agent"]
    assert (ours.author.name, ours.text, ours.delivery) == (OWNER, "I answer myself", "sent")
    assert [one.activity.code for one in said if one.activity] == ["answered_there"]
    head = await world.store.read(lambda tx: conversations.find_head(tx, talk))
    assert head is not None
    assert (head.handler, head.waiting_since) == ("team", None)
    assert (await world.hears("m3", "Thank you", quote="m2")).reply_to == ours.id


async def test_who_is_kept_out_presses_nothing(world: World) -> None:
    first = await world.hears("m1", "Barev")
    contact = first.author.id

    def ask(tx: Tx) -> None:
        say(tx, Author("bot", "Salon"), first.conversation_id, "Come?", (Button("yes", "Yes"),), "ask")

    await world.store.writer.run(ask)
    await world.carry()
    (piece,) = [one for one in world.town.pieces if one.buttons]
    values = {"kind": "contact", "contact_id": contact, "created_at": clock.now(), "reason": "rude"}
    await world.store.writer.run(lambda tx: tx.execute(insert(BlockRow).values(values)))
    with pytest.raises(Rejected, match="forbidden"):
        await world.intake.hear_press(ANI, piece.buttons[0].value, None, FarPerson("Ani"))
    with pytest.raises(Rejected, match="forbidden"):
        await world.intake.hear(Heard(ANI, "m2", FarPerson("Ani"), clock.now(), "Let me in"))
