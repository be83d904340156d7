"""Appending messages: numbering, repeats, refusals, and what becomes of the conversation."""

import pytest

from conversation import clock
from conversation.clock import from_ms
from crm_store import Tx
from crm_store.agents import insert_agent, insert_role
from crm_store.appending import AT_ONCE, append_messages
from crm_store.engine import Store
from crm_store.types import dump_json
from tests.crm_store.world import (
    World,
    accepted,
    agent_says,
    append,
    append_all,
    count_messages,
    head,
    insert_conversation,
    make_world,
    messages_of,
    refused,
    set_head,
    visitor_says,
)


async def test_numbers_rise_by_one_and_name_the_event(store: Store, world: World) -> None:
    first, second = await append_all(store, visitor_says(world, "one"), visitor_says(world, "two"))
    (third,) = await append_all(store, agent_says(world, "three"))
    assert [(m.seq, m.change) for m in (first, second, third)] == [(1, 1), (2, 2), (3, 3)]
    assert [m.event for m in (first, second, third)] == [m.id for m in (first, second, third)]
    assert (second.event, third.event) == (first.event + 1, first.event + 2)
    rows = await messages_of(store, world.conversation_id)
    assert [(row.id, row.event, row.text) for row in rows] == [
        (first.id, first.id, "one"),
        (second.id, second.id, "two"),
        (third.id, third.id, "three"),
    ]
    conversation = await head(store, world.conversation_id)
    assert (conversation.last_seq, conversation.last_change, conversation.last_event) == (3, 3, third.event)


async def test_every_field_is_kept(store: Store, world: World) -> None:
    content = {"activity": {"code": "called", "fields": {"name": "Ани"}}}
    new = visitor_says(world, "Ողջույն 🙂", kind="call", content=dump_json(content))
    (appended,) = await append_all(store, new)
    (row,) = await messages_of(store, world.conversation_id)
    assert (row.text, row.content, row.kind, row.client_id) == ("Ողջույն 🙂", content, "call", new.client_id)
    assert (row.author_kind, row.author_id, row.author_name) == ("visitor", world.contact_id, "Անի")
    assert (row.contact_id, row.address_id, row.channel) == (world.contact_id, world.address_id, "web")
    assert (row.private, row.reply_to, row.delivery, row.edited_at) == (False, None, "sent", None)
    assert row.at == from_ms(new.at_ms)
    assert appended.at_ms == new.at_ms


async def test_a_repeat_changes_nothing(store: Store, world: World) -> None:
    new = visitor_says(world)
    (first,) = await append_all(store, new)
    (again,) = await append_all(store, new._replace(text="other words", at_ms=new.at_ms + 5))
    assert again == first._replace(repeated=True, head_changed=False, head=None)
    assert await count_messages(store) == 1
    assert (await head(store, world.conversation_id)).last_change == 1


async def test_a_repeat_in_the_same_batch(store: Store, world: World) -> None:
    new = visitor_says(world)
    first, other, again = await append_all(store, new, visitor_says(world), new)
    assert (first.repeated, again.repeated, again.id) == (False, True, first.id)
    assert other.seq == 2
    assert await count_messages(store) == 2


async def test_the_same_client_id_of_another_author_is_another_message(store: Store, world: World) -> None:
    first, second = await append_all(store, visitor_says(world, client_id="same"), agent_says(world, client_id="same"))
    assert first.id != second.id


async def test_messages_without_client_id_are_never_repeats(store: Store, world: World) -> None:
    line = visitor_says(world, author_kind="system", author_id=0, contact_check=None, client_id=None)
    first, second = await append_all(store, line, line)
    assert (second.repeated, second.seq) == (False, first.seq + 1)


async def test_a_repeat_is_known_in_a_later_conversation(store: Store, world: World) -> None:
    new = visitor_says(world)
    (first,) = await append_all(store, new)
    await set_head(store, world.conversation_id, status="resolved")
    later = await store.writer.run(
        lambda tx: insert_conversation(tx, world.contact_id, world.address_id, world.inbox_id)
    )
    (again,) = await append_all(store, new._replace(conversation_id=later))
    assert (again.id, again.conversation_id, again.repeated) == (first.id, world.conversation_id, True)
    assert await messages_of(store, later) == []


async def test_unknown_and_foreign_conversations_look_alike(store: Store, world: World) -> None:
    other = await make_world(store)
    unknown, foreign, good = await append(
        store,
        visitor_says(world, conversation_id=10**12),
        visitor_says(world, conversation_id=other.conversation_id),
        visitor_says(world),
    )
    assert refused(unknown) == refused(foreign) == ("not_found", "error.conversation_not_found")
    assert not isinstance(good, Exception)
    assert await messages_of(store, other.conversation_id) == []


async def test_a_quote_must_be_of_the_conversation(store: Store, world: World) -> None:
    other = await make_world(store)
    mine, theirs, note = await append_all(
        store, visitor_says(world), visitor_says(other), agent_says(world, "a note", private=True)
    )
    outcomes = await append(
        store,
        visitor_says(world, reply_to=mine.id),
        visitor_says(world, reply_to=theirs.id),
        visitor_says(world, reply_to=note.id),
        agent_says(world, reply_to=note.id),
        visitor_says(world, reply_to=10**12),
    )
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, True, True, False, True]
    assert {refused(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {
        ("not_found", "error.message_not_found")
    }
    kept = {row.reply_to for row in await messages_of(store, world.conversation_id)}
    assert kept == {None, mine.id, note.id}


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
async def test_a_text_that_no_store_can_keep_is_refused_alone(store: Store, world: World, text: str) -> None:
    outcomes = await append(store, visitor_says(world), visitor_says(world, text), visitor_says(world))
    assert refused(outcomes[1]) == ("invalid", "error.invalid")
    assert [row.seq for row in await messages_of(store, world.conversation_id)] == [1, 2]


async def test_waiting_begins_with_the_visitor_and_ends_with_an_answer(store: Store, world: World) -> None:
    asked, more, noted, answered, again = await append_all(
        store,
        visitor_says(world),
        visitor_says(world),
        agent_says(world, private=True),
        agent_says(world),
        visitor_says(world),
    )
    assert [m.head_changed for m in (asked, more, noted, answered, again)] == [True, False, False, True, True]
    assert (asked.waiting_since_ms, more.waiting_since_ms) == (asked.at_ms, asked.at_ms)
    assert (answered.waiting_since_ms, again.waiting_since_ms) == (None, again.at_ms)
    assert (await head(store, world.conversation_id)).waiting_since == from_ms(again.at_ms)


async def test_the_last_words_are_public_and_short(store: Store, world: World) -> None:
    said, noted = await append_all(store, visitor_says(world, "я" * 300), agent_says(world, "a note", private=True))
    conversation = await head(store, world.conversation_id)
    assert (conversation.last_text, conversation.last_message_at) == ("я" * 200, from_ms(said.at_ms))
    assert conversation.last_event == noted.event


@pytest.mark.parametrize("status", ["snoozed", "pending"])
async def test_a_visitor_wakes_his_conversation(store: Store, world: World, status: str) -> None:
    await set_head(store, world.conversation_id, status=status, snoozed_until=from_ms(10**13))
    noted, said = await append_all(store, agent_says(world, private=True), visitor_says(world))
    assert (noted.status, noted.head_changed) == (status, False)
    assert (said.status, said.head_changed) == ("open", True)
    conversation = await head(store, world.conversation_id)
    assert (conversation.status, conversation.snoozed_until) == ("open", None)


async def test_a_visitor_reopens_his_resolved_conversation(store: Store, world: World) -> None:
    await set_head(store, world.conversation_id, status="resolved", resolved_at=from_ms(1))
    first, second = await append_all(store, visitor_says(world), visitor_says(world))
    assert [(m.status, m.head_changed, m.seq) for m in (first, second)] == [("open", True, 1), ("open", False, 2)]
    conversation = await head(store, world.conversation_id)
    assert (conversation.status, conversation.resolved_at) == ("open", None)


async def test_an_agent_does_not_reopen(store: Store, world: World) -> None:
    await set_head(store, world.conversation_id, status="resolved", resolved_at=from_ms(1), waiting_since=from_ms(1))
    (said,) = await append_all(store, agent_says(world))
    assert (said.status, said.head_changed) == ("resolved", True)
    conversation = await head(store, world.conversation_id)
    assert (conversation.status, conversation.resolved_at) == ("resolved", from_ms(1))


async def test_a_message_to_a_resolved_conversation_goes_to_the_open_one(store: Store, world: World) -> None:
    (old,) = await append_all(store, visitor_says(world))
    await set_head(store, world.conversation_id, status="resolved")
    later = await store.writer.run(
        lambda tx: insert_conversation(tx, world.contact_id, world.address_id, world.inbox_id, "snoozed")
    )
    quoting, direct = await append_all(
        store, visitor_says(world, reply_to=old.id), visitor_says(world, conversation_id=later)
    )
    assert [(m.conversation_id, m.seq, m.status) for m in (quoting, direct)] == [(later, 1, "open"), (later, 2, "open")]
    assert [row.reply_to for row in await messages_of(store, later)] == [None, None]
    assert (await head(store, world.conversation_id)).status == "resolved"


async def test_of_two_resolved_conversations_one_is_reopened(store: Store, world: World) -> None:
    await set_head(store, world.conversation_id, status="resolved")
    other = await store.writer.run(
        lambda tx: insert_conversation(tx, world.contact_id, world.address_id, world.inbox_id, "resolved")
    )
    first, second = await append_all(store, visitor_says(world), visitor_says(world, conversation_id=other))
    assert (first.conversation_id, second.conversation_id) == (world.conversation_id, world.conversation_id)
    assert (await head(store, other)).status == "resolved"


async def test_appending_inside_an_operation_shares_its_fate(store: Store, world: World) -> None:
    class Stop(Exception):
        pass

    def append_and_stop(tx: Tx) -> None:
        append_messages(tx, [visitor_says(world)])
        raise Stop

    with pytest.raises(Stop):
        await store.writer.run(append_and_stop)
    assert await count_messages(store) == 0
    (kept,) = await append_all(store, visitor_says(world))
    assert kept.seq == 1


async def test_a_large_batch_over_many_conversations(store: Store) -> None:
    worlds = [await make_world(store) for _ in range(7)]
    outcomes = await append_all(store, *[visitor_says(worlds[n % 7], str(n)) for n in range(700)])
    first = outcomes[0].event
    assert [m.event for m in outcomes] == list(range(first, first + 700))
    for position, world in enumerate(worlds):
        rows = await messages_of(store, world.conversation_id)
        assert [row.text for row in rows] == [str(n) for n in range(position, 700, 7)]
        assert [row.seq for row in rows] == list(range(1, 101))


async def test_more_than_a_statement_can_take(store: Store, world: World) -> None:
    """An import appends as many as it likes in one operation."""
    messages = [visitor_says(world, str(n)) for n in range(2 * AT_ONCE + 5)]
    outcomes = await store.writer.run(lambda tx: append_messages(tx, [*messages, messages[0]]))
    assert [accepted(outcome).seq for outcome in outcomes] == [*range(1, 2 * AT_ONCE + 6), 1]
    assert accepted(outcomes[-1]).repeated


async def test_a_thank_you_after_an_answer_opens_nothing(store: Store, world: World) -> None:
    """Nor is it red; first of all, before any answer, or with something else, it is a word like any other."""
    (first,) = await append_all(store, visitor_says(world, "ok"))
    assert first.head_changed
    await append_all(store, agent_says(world, "We are open"), visitor_says(world, "thank you!"))
    assert (await head(store, world.conversation_id)).waiting_since is None
    await set_head(store, world.conversation_id, status="resolved")
    (thanked,) = await append_all(store, visitor_says(world, "👍"))
    assert (thanked.conversation_id, thanked.status) == (world.conversation_id, "resolved")
    (asked,) = await append_all(store, visitor_says(world, "thank you, and the price"))
    assert asked.status == "open"
    assert (await head(store, world.conversation_id)).waiting_since is not None


async def test_an_answer_settles_an_offer_and_a_later_word_asks_anew(store: Store, world: World) -> None:
    """The clock of an offer stops with the answer; after the end it is asked first whose conversation it was."""
    role = await store.writer.run(lambda tx: insert_role(tx, "one role", []))
    agent_id = await store.writer.run(
        lambda tx: insert_agent(
            tx, login="ani", password_hash="!", name="Ani", role_id=role, language="hy", at=clock.now()
        )
    )
    await append_all(store, visitor_says(world))
    offered = {"offer": "policy", "answer_due_at": clock.now(), "passed": [3], "min_level": 2, "handler": "agent"}
    await set_head(store, world.conversation_id, assignee_id=agent_id, **offered)
    await append_all(store, agent_says(world))
    row = await head(store, world.conversation_id)
    assert (row.offer, row.answer_due_at, row.passed, row.min_level) == (None, None, [], None)
    await append_all(store, visitor_says(world))
    assert (await head(store, world.conversation_id)).offer is None
    await set_head(store, world.conversation_id, status="resolved", waiting_since=None)
    await append_all(store, visitor_says(world, "one more"))
    row = await head(store, world.conversation_id)
    assert (row.offer, row.answer_due_at) == ("again", row.waiting_since)
