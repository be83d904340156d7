"""What a process missed, read from the store and made into events again: state as it is now, not what led to it."""

from barev.bus.sequence import Missed
from conversation.events import (
    Audience,
    ConversationCaughtUp,
    Event,
    MessageAdded,
    MessageDeleted,
    MessageEdited,
)
from conversation.messages import Conversation, Message
from crm_store import Tx, conversations, counters, joining
from crm_store.engine import Store

PAGE = 500
"""Conversations, and messages, read at a time."""


async def read_missed(store: Store, after: int) -> Missed:
    """All that changed after an event number. Raises Unavailable where the store is lost."""
    return await store.read(lambda tx: _read(tx, after))


async def read_last(store: Store) -> int:
    """The last event number that was given. Raises Unavailable where the store is lost."""
    return await store.read(counters.last_event)


def _read(tx: Tx, after: int) -> Missed:
    heads, messages, reached, more = conversations.list_events(tx, None, after, PAGE)
    if not more:
        reached = max(reached, counters.last_event(tx))
    by_id = {head.id: head for head in heads}
    others = {message.conversation_id for message in messages} - set(by_id)
    by_id.update((head.id, head) for head in conversations.find_heads(tx, others))
    latest = joining.list_latest(tx, [head.id for head in heads])
    events: list[tuple[int, Event]] = [(one.event, _said(one, by_id[one.conversation_id])) for one in messages]
    events += [(one.event, ConversationCaughtUp(Audience.of(one), one, latest.get(one.id))) for one in heads]
    events.sort(key=lambda pair: pair[0])  # of one number, the message comes first: the sort keeps the order
    return Missed(events, reached, more)


def _said(message: Message, head: Conversation) -> Event:
    audience = Audience.of(head)
    if message.deleted_at is not None:
        return MessageDeleted(audience, message, head.status)
    if message.edited_at is not None:
        return MessageEdited(audience, message, head.status)
    return MessageAdded(audience, message, head.status)
