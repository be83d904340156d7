"""Tells of a conversation's new head after the quick path changed it; many changes at once cost one read.

A head is told in its turn: after the event of the change it shows, and before the event of the next. One that was read
too early or too late for that waits for its event, or is read anew.
"""

import asyncio
import logging
from functools import partial

from conversation.errors import Unavailable
from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Conversation
from crm_store import Tx, conversations
from crm_store.engine import Store
from routing.publisher import Publisher

log = logging.getLogger(__name__)


def audience_of(head: Conversation) -> Audience:
    """Whom a conversation concerns."""
    team, assignee = head.team, head.assignee
    return Audience(head.id, team.id if team else None, assignee.id if assignee else None)


def change_of(event: Event) -> tuple[int, int] | None:
    """``(conversation id, change)`` that an event tells of."""
    message = getattr(event, "message", None)
    if message is not None:
        return message.conversation_id, message.change
    head = getattr(event, "conversation", None)
    if head is not None:
        return head.id, head.change
    change = getattr(event, "change", None)
    audience = getattr(event, "audience", None)
    return None if change is None or audience is None else (audience.conversation_id, change)


def _find_heads(tx: Tx, ids: list[int]) -> list[Conversation]:
    return conversations.find_heads(tx, ids)


class HeadAnnouncer:
    """Collects ids, reads their heads, publishes ``ConversationChanged``."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._told: dict[int, int] = {}  # the change last told of each conversation that waits for its head
        self._to_read: set[int] = set()
        self._early: dict[int, Conversation] = {}  # heads whose own event was not told yet
        self._task: asyncio.Task[None] | None = None

    def announce(self, conversation_id: int, change: int) -> None:
        """The head changed, and the event of that change was just published; whoever looks at it will hear of it."""
        self._told[conversation_id] = max(change, self._told.get(conversation_id, 0))
        self._to_read.add(conversation_id)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def heard(self, event: Event) -> None:
        """A listener for every event that has a change, the last in the row: its turn may be the turn of a head."""
        told = change_of(event)
        if told is None or told[0] not in self._told:
            return
        conversation_id, change = told
        self._told[conversation_id] = max(change, self._told[conversation_id])
        early = self._early.pop(conversation_id, None)
        if early is not None:
            self._offer(early)

    def _offer(self, head: Conversation) -> None:
        told = self._told.get(head.id)
        if told is None:
            return
        if head.change > told:
            self._early[head.id] = head
        elif head.change < told:
            self.announce(head.id, told)
        else:
            del self._told[head.id]
            self._publisher.publish(ConversationChanged(audience_of(head), head))

    async def _run(self) -> None:
        while self._to_read:
            ids = sorted(self._to_read)
            self._to_read.clear()
            try:
                heads = await self._store.read(partial(_find_heads, ids=ids))
            except Unavailable:
                log.warning("heads of %d conversations not announced: the store is away; desks will sync", len(ids))
                for conversation_id in ids:
                    self._told.pop(conversation_id, None)
                return
            for head in heads:
                self._offer(head)

    async def close(self) -> None:
        """Ends what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
