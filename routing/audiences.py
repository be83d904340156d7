"""Whom a conversation concerns, remembered from the events that pass, so that typing needs no query."""

import asyncio
from collections import OrderedDict

from conversation.errors import BarevError
from conversation.events import Audience, Side, TypingChanged
from crm_store import conversations
from crm_store.engine import Store
from routing.publisher import Publisher

_KEPT = 20_000


class Audiences:
    """The latest known audience of the conversations lately spoken in."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._known: OrderedDict[int, Audience] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def heard(self, event: object) -> None:
        """A listener for every event that carries an audience."""
        audience = getattr(event, "audience", None)
        if isinstance(audience, Audience) and self._known.get(audience.conversation_id) != audience:
            self._known[audience.conversation_id] = audience
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def remember(self, audience: Audience) -> None:
        """The audience of a conversation as it was read, unless an event told of it meanwhile."""
        self._known.setdefault(audience.conversation_id, audience)

    def known(self, conversation_id: int) -> Audience | None:
        """The audience where it is remembered."""
        return self._known.get(conversation_id)

    def typing(self, conversation_id: int, side: Side, name: str, agent_id: int | None, on: bool) -> None:
        """Publishes to whom it concerns that somebody types, or ceased to."""
        known = self._known.get(conversation_id)
        if known is not None:
            self._publisher.publish(TypingChanged(known, side, name, agent_id, on))
            return
        typing = (side, name, agent_id, on)
        task = asyncio.get_running_loop().create_task(self._look_up(conversation_id, typing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_up(self, conversation_id: int, typing: tuple[Side, str, int | None, bool]) -> None:
        try:
            head = await self._store.read(lambda tx: conversations.find_head(tx, conversation_id))
        except BarevError:
            return  # typing is worth no retry
        if head is not None:
            self._publisher.publish(TypingChanged(Audience.of(head), *typing))
