"""What a store's talk must always hold, told from the rows alone: an empty list is a sound store."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from crm_store import Tx
from crm_store.counters import last_event
from crm_store.models import AgentRow, Base, ContactRow, ConversationRow, MessageRow

Messages = dict[int, list[Row[Any]]]


def find_faults(tx: Tx, now: datetime, *, dense: bool = True) -> list[str]:
    """What is wrong, one line each. ``dense``: no conversation has lost a message, so that seqs have no gaps."""
    conversations = tx.execute(select(*ConversationRow.__table__.c).order_by(ConversationRow.id)).all()
    messages: Messages = defaultdict(list)
    for row in tx.execute(select(*MessageRow.__table__.c).order_by(MessageRow.conversation_id, MessageRow.seq)):
        messages[row.conversation_id].append(row)
    people = {
        "agent": set(tx.scalars(select(AgentRow.id))),
        "visitor": set(tx.scalars(select(ContactRow.id))),
        "system": {0},
        "bot": {0},
    }
    faults = list(_across(conversations, messages, last_event(tx)))
    for head in conversations:
        told = messages[head.id]
        found = (*_numbers(head, told, dense), *_head(head, told, now), *_lines(head, told, people, now))
        faults += [f"conversation {head.id}: {fault}" for fault in found]
    return faults


def _across(conversations: Any, messages: Messages, counter: int) -> Iterator[str]:
    unresolved = Counter(head.address_id for head in conversations if head.status != "resolved")
    yield from (f"address {address} has {count} open" for address, count in unresolved.items() if count > 1)
    events: Counter[int] = Counter()
    for head in conversations:
        own = [row.event for row in messages[head.id]]
        events.update(own)
        if head.last_event not in own:
            events[head.last_event] += 1
    yield from (f"event {event} was given {count} times" for event, count in events.items() if count > 1)
    if events and max(events) > counter:
        yield f"event {max(events)} is above the counter {counter}"


def _numbers(head: Row[Any], told: list[Row[Any]], dense: bool) -> Iterator[str]:
    seqs = [row.seq for row in told]
    if dense and seqs != list(range(1, head.last_seq + 1)):
        yield f"seqs are {seqs}, the head says {head.last_seq}"
    if len({row.change for row in told}) != len(told):
        yield "two messages share a change number"
    for row in told:
        if not row.seq <= row.change <= head.last_change or row.seq > head.last_seq:
            yield f"message {row.id} has change {row.change} at seq {row.seq}, the head {head.last_change}"
        if not row.id <= row.event <= head.last_event:
            yield f"message {row.id} has event {row.event}, the head {head.last_event}"
        if (row.event > row.id) != bool(row.edited_at or row.deleted_at):
            yield f"message {row.id} was changed without a trace, or has a trace without a change"
    if not (head.visitor_read_seq <= head.last_seq and head.agent_read_seq <= head.last_seq):
        yield "somebody read what was not said"


def _head(head: Row[Any], told: list[Row[Any]], now: datetime) -> Iterator[str]:
    spoken = [row for row in told if not row.private and row.kind != "activity"]
    last = (spoken[-1].at, spoken[-1].text[:200]) if spoken else (None, "")
    if (head.last_message_at, head.last_text) != last:
        yield f"the head ends with {head.last_text!r}, the talk with {last[1]!r}"
    waiting = None
    for row in spoken:
        if row.author_kind == "agent":
            waiting = None
        elif row.author_kind == "visitor":
            waiting = waiting or row.at
    if head.waiting_since != (None if head.status == "resolved" else waiting):
        yield f"waiting since {head.waiting_since}, by the talk {waiting}"
    if (head.status == "resolved") != (head.resolved_at is not None):
        yield f"{head.status}, resolved at {head.resolved_at}"
    if (head.status == "snoozed") != (head.snoozed_until is not None and head.snoozed_until > now):
        yield f"{head.status}, snoozed until {head.snoozed_until}"
    if (head.handler == "agent") != (head.assignee_id is not None):
        yield f"handler {head.handler} with assignee {head.assignee_id}"
    if head.rating is not None and not any(_code(row) == "rated" for row in told):
        yield "a rating without a line that tells of it"


def _code(row: Row[Any]) -> str | None:
    return row.content["activity"]["code"] if row.kind == "activity" else None


def _lines(head: Row[Any], told: list[Row[Any]], people: dict[str, set[int]], now: datetime) -> Iterator[str]:
    public = {row.id for row in told if not row.private}
    before = head.created_at
    for row in told:
        if not before <= row.at <= now:
            yield f"message {row.id} is of {row.at}, after {before}"
        before = row.at
        if row.author_id not in people[row.author_kind]:
            yield f"message {row.id} was written by nobody"
        if (row.contact_id, row.address_id) != (head.contact_id, head.address_id):
            yield f"message {row.id} belongs to another contact"
        if row.reply_to is not None and (row.reply_to not in public or row.reply_to >= row.id):
            yield f"message {row.id} quotes {row.reply_to}"
        if row.deleted_at is not None and row.text:
            yield f"message {row.id} is deleted and still speaks"
        if (row.client_id is None) != (row.author_kind in ("system", "bot")):
            yield f"message {row.id} of a {row.author_kind} has client_id {row.client_id}"
        if (row.kind == "activity") != (row.author_kind == "system") or (row.kind == "activity" and not row.private):
            yield f"message {row.id} of a {row.author_kind} is a {row.kind}"


def snapshot(tx: Tx) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
    """Every row of every table, by table and primary key."""
    return {
        table.name: {
            tuple(row[index] for index, column in enumerate(table.c) if column.primary_key): tuple(row)
            for row in tx.execute(select(*table.c))
        }
        for table in Base.metadata.sorted_tables
    }
