"""Tells desks of a conversation's new head after the quick path changed it; many changes at once cost one read."""

import asyncio
import logging
from functools import partial

from conversation.errors import Unavailable
from conversation.events import Audience, ConversationChanged
from conversation.messages import Conversation
from crm_store import Tx, conversations
from crm_store.engine import Store
from routing.publisher import Publisher

log = logging.getLogger(__name__)


def audience_of(head: Conversation) -> Audience:
    """Whom a conversation concerns."""
    team, assignee = head.team, head.assignee
    return Audience(head.id, team.id if team else None, assignee.id if assignee else None)


def _find_heads(tx: Tx, ids: list[int]) -> list[Conversation]:
    return conversations.find_heads(tx, ids)


class HeadAnnouncer:
    """Collects ids, reads their heads, publishes ``ConversationChanged``."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._waiting: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    def announce(self, conversation_id: int) -> None:
        """The head changed; whoever looks at it will hear of it."""
        self._waiting.add(conversation_id)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            ids = sorted(self._waiting)
            self._waiting.clear()
            try:
                heads = await self._store.read(partial(_find_heads, ids=ids))
            except Unavailable:
                log.warning("heads of %d conversations not announced: the store is away; desks will sync", len(ids))
                return
            for head in heads:
                self._publisher.publish(ConversationChanged(audience_of(head), head))

    async def close(self) -> None:
        """Ends what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
