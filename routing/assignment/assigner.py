"""Sees to it that what waits is given to somebody: at once when something changes, and now and then by itself."""

import asyncio
import logging

from conversation.errors import BarevError
from conversation.events import (
    AgentChanged,
    ConversationCaughtUp,
    ConversationChanged,
    ConversationStarted,
    HoursChanged,
    PresenceChanged,
)
from crm_store.engine import Store
from routing.assignment.carry import Step
from routing.assignment.draft import Rules
from routing.assignment.drain import drain
from routing.presence import LivePresence
from routing.publisher import Publisher

log = logging.getLogger(__name__)
TICK_S = 1.0
_FIRST_S = 0.005
_REST = 5.0
"""After a step it rests so many times as long as the step took, so that a store with much to do has time for the
talk."""


class Assigner:
    """One drain at a time in this process; those of several processes take turns by the writers' lock."""

    def __init__(self, store: Store, publisher: Publisher, presence: LivePresence, rules: Rules) -> None:
        self._store = store
        self._publisher = publisher
        self._presence = presence
        self._rules = rules
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins; belongs to the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._work(), name="assignment")

    async def close(self) -> None:
        """Ends; what is under way is committed or not, either is right."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def request(self) -> None:
        """Something changed: has the queue looked at soon."""
        self._wanted.set()

    def heard(self, event: ConversationChanged | ConversationStarted | ConversationCaughtUp) -> None:
        """A listener: a customer waits whom nobody has, somebody has room again, or who should answer is not there."""
        head = event.conversation
        before = event.before if isinstance(event, ConversationChanged) else None
        if head.status in {"resolved", "snoozed"} or (before is not None and before.assignee_id is not None):
            self.request()
        elif head.unanswered and head.handler != "bot":
            assignee = head.assignee
            if assignee is None or self._presence.status_of(assignee.id) != "online":
                self.request()

    def people_changed(self, _event: PresenceChanged | AgentChanged | HoursChanged) -> None:
        """A listener: who is there or at work, or of which team, is another matter now."""
        self.request()

    async def drain(self) -> int:
        """Gives all that can be given; returns how many decisions were made. Raises Unavailable."""
        return await drain(self._store, self._rules, self._tell)

    def _tell(self, step: Step) -> None:
        for event in step.events:
            self._publisher.publish(event)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(TICK_S):
                    await self._wanted.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(_FIRST_S)
            self._wanted.clear()
            began = loop.time()
            try:
                await self.drain()
            except BarevError as error:
                log.warning("nobody was assigned (%s); next try in %g s", error, TICK_S)
                await asyncio.sleep(TICK_S)
            except Exception:
                log.exception("assignment failed; next try in %g s", TICK_S)
                await asyncio.sleep(TICK_S)
            await asyncio.sleep(min(_REST * (loop.time() - began), TICK_S))
