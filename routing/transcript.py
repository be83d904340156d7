"""Reading what was said, for doors (the port ``Transcript``)."""

from collections.abc import Sequence

from conversation.errors import Rejected
from conversation.messages import ContactCard, Conversation, Message
from conversation.ports import AddressKey, Audience, Changes
from crm_store import Tx, conversations, joining
from crm_store.engine import Store


class StoreTranscript:
    """Answers from the store; head and messages of one answer come from one snapshot."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def current(self, address: AddressKey) -> tuple[ContactCard, Conversation | None] | None:
        """The contact behind an address, with its unresolved or else latest conversation."""

        def read(tx: Tx) -> tuple[ContactCard, Conversation | None] | None:
            found = conversations.find_address(tx, address.channel, address.value)
            if found is None:
                return None
            address_id, contact_id = found
            contact = conversations.find_contact(tx, contact_id)
            if contact is None:
                return None
            latest = joining.find_latest_id(tx, address_id)
            return contact, None if latest is None else conversations.find_head(tx, latest)

        return await self._store.read(read)

    async def latest(self, conversation_id: int, audience: Audience, limit: int) -> Changes:
        """The last messages in order of seq; ``more``: older ones exist."""
        return await self._before(conversation_id, None, audience, limit)

    async def before(self, conversation_id: int, before_seq: int, audience: Audience, limit: int) -> Changes:
        """The last messages before a place in order of seq; ``more``: still older ones exist."""
        return await self._before(conversation_id, before_seq, audience, limit)

    async def _before(self, conversation_id: int, before_seq: int | None, audience: Audience, limit: int) -> Changes:
        def read(tx: Tx) -> Changes:
            head = _head(tx, conversation_id)
            private = audience == "agent"
            messages, more = conversations.list_before(tx, conversation_id, before_seq, limit, private=private)
            return Changes(head, tuple(messages), head.change, more)

        return await self._store.read(read)

    async def find(self, conversation_id: int, ids: Sequence[int], audience: Audience) -> tuple[Message, ...]:
        """Messages by id, of this conversation only."""
        private = audience == "agent"
        found = await self._store.read(lambda tx: conversations.list_by_id(tx, conversation_id, ids, private=private))
        return tuple(found)

    async def changes(self, conversation_id: int, after_change: int, audience: Audience, limit: int) -> Changes:
        """Messages changed after a point, in order of change."""

        def read(tx: Tx) -> Changes:
            head = _head(tx, conversation_id)
            private = audience == "agent"
            messages, more = conversations.list_changed(tx, conversation_id, after_change, limit, private=private)
            return Changes(head, tuple(messages), messages[-1].change if more else head.change, more)

        return await self._store.read(read)


def _head(tx: Tx, conversation_id: int) -> Conversation:
    head = conversations.find_head(tx, conversation_id)
    if head is None:
        raise Rejected("not_found", "error.conversation_not_found")
    return head
