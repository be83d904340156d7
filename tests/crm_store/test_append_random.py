"""Random interleavings of sends, repeats and deletions: numbers stay dense and rising, nothing is doubled or lost."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from crm_store import Tx
from crm_store.appending import Appended, NewMessage
from crm_store.counters import next_events
from crm_store.engine import Store
from crm_store.models import ConversationRow, MessageRow
from tests.crm_store.world import World, accepted, agent_says, head, make_world, messages_of, visitor_says

CONVERSATIONS = 3
Action = tuple[str, int, int]
_actions = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["visitor", "agent", "note"]), st.integers(0, CONVERSATIONS - 1), st.integers(0, 5)),
        st.tuples(st.just("delete"), st.integers(0, CONVERSATIONS - 1), st.integers(0, 20)),
        st.tuples(st.just("turn"), st.just(0), st.just(0)),
    ),
    max_size=60,
)


def _delete(tx: Tx, conversation_id: int, seq: int) -> None:
    """Takes back one message, as the desk does: the next change number and an event of its own."""
    found = tx.scalar(select(MessageRow.id).where(MessageRow.conversation_id == conversation_id, MessageRow.seq == seq))
    if found is None:
        return
    event = next_events(tx)
    of_conversation = ConversationRow.id == conversation_id
    tx.execute(
        update(ConversationRow)
        .where(of_conversation)
        .values(last_change=ConversationRow.last_change + 1, last_event=event)
    )
    change = tx.scalar(select(ConversationRow.last_change).where(of_conversation))
    tx.execute(update(MessageRow).where(MessageRow.id == found).values(change=change, event=event, text=""))


def _say(kind: str, world: World, key: int) -> NewMessage:
    client_id = f"{world.conversation_id}-{key}"
    if kind == "visitor":
        return visitor_says(world, client_id=client_id)
    return agent_says(world, client_id=client_id, private=kind == "note")


async def _play(store: Store, worlds: list[World], actions: list[Action]) -> dict[tuple[str, str], list[Appended]]:
    """Does all actions, one after another but not waiting; returns the outcomes by author and client_id."""
    outcomes: dict[tuple[str, str], list[Appended]] = {}
    tasks: list[asyncio.Task[None]] = []

    def send(message: NewMessage) -> None:
        heard = outcomes.setdefault((message.author_kind, str(message.client_id)), [])
        store.writer.append(message, lambda outcome: heard.append(accepted(outcome)))

    for kind, place, number in actions:
        world = worlds[place]
        if kind == "delete":
            deletion = store.writer.run(lambda tx, c=world.conversation_id, s=number: _delete(tx, c, s))  # type: ignore[misc]  # defaults bind the loop's values
            tasks.append(asyncio.ensure_future(deletion))
            await asyncio.sleep(0)  # lets the deletion take its place in the queue
        elif kind == "turn":
            await asyncio.sleep(0)
        else:
            send(_say(kind, world, number))
    await asyncio.gather(*tasks)
    await store.writer.run(next_events)  # first in, first out: all before it is answered
    return outcomes


@pytest.mark.soak
@given(actions=_actions)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_numbers_and_repeats_hold_in_any_order(store: Store, actions: list[Action]) -> None:
    worlds = [await make_world(store) for _ in range(CONVERSATIONS)]
    before = await store.read(lambda tx: tx.scalar(select(func.max(MessageRow.event)))) or 0
    outcomes = await _play(store, worlds, actions)

    asked = Counter((kind, place) for kind, place, _ in actions)
    assert sum(map(len, outcomes.values())) == sum(
        count for (kind, _), count in asked.items() if kind in {"visitor", "agent", "note"}
    )
    for heard in outcomes.values():
        assert len({appended.id for appended in heard}) == 1, "one message for one client_id"
        assert [appended.repeated for appended in heard] == [False] + [True] * (len(heard) - 1)
    events: list[int] = []
    for world in worlds:
        rows = await messages_of(store, world.conversation_id)
        conversation = await head(store, world.conversation_id)
        keys = [(row.author_kind, row.client_id) for row in rows]
        assert len(keys) == len(set(keys)), "no message twice"
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1)), "seq is dense"
        changes = sorted(row.change for row in rows)
        assert len(changes) == len(set(changes)), "every change has a number of its own"
        assert conversation.last_seq == len(rows)
        assert conversation.last_change >= max(changes, default=0)
        by_event = sorted(rows, key=lambda row: row.event)
        assert [row.change for row in by_event] == changes, "change rises with the event"
        events += [row.event for row in rows]
    assert len(events) == len(set(events)), "events are unique"
    assert min(events, default=before + 1) > before, "events rise"
    found = {row_id for heard in outcomes.values() for row_id in {appended.id for appended in heard}}
    assert len(found) == len(events), "everything acknowledged is there"
