"""Open dialogs show their contact: whoever changes a card makes them change too."""

from collections.abc import Callable, Iterable

from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Conversation
from crm_store import Tx, conversations

Publish = Callable[[Event], None]
"""Tells an event after the commit (``routing.publisher.Publisher.publish``)."""


def touch_talks(tx: Tx, ids: Iterable[int]) -> list[Conversation]:
    """Gives conversations their next change number, in the transaction of the change; returns their heads."""
    heads = []
    for conversation_id in sorted(ids):
        if conversations.lock(tx, conversation_id) is not None:
            conversations.touch(tx, conversation_id)
            head = conversations.find_head(tx, conversation_id)
            heads += [] if head is None else [head]
    return heads


def touch_open(tx: Tx, contact_id: int) -> list[Conversation]:
    """``touch_talks`` for the contact's unresolved conversations."""
    return touch_talks(tx, conversations.list_open_of_contact(tx, contact_id))


def tell_changed(publish: Publish, heads: Iterable[Conversation]) -> None:
    """To be called after the commit."""
    for head in heads:
        publish(ConversationChanged(Audience.of(head), head))
