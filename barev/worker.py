"""What happens by itself: snoozed dialogs wake, ended sessions lose their windows, the bin is emptied, what was
said is indexed for the search. State is in the store, so a crash loses none."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from business.contacts.upkeep import Upkeep
from business.search.indexing import Indexer
from conversation import clock
from conversation.errors import BarevError
from conversation.events import AgentChanged, SessionRevoked
from crm_store import agents
from crm_store.engine import Store
from desk.namespace import DeskNamespace
from routing.handoff import Handoff
from routing.publisher import Publisher

log = logging.getLogger(__name__)
UPKEEP_S = 600.0
Work = Callable[[], Awaitable[object]]


async def repeat(every_s: float, work: Work, name: str) -> None:
    """Does ``work`` every so often until cancelled; a failure is logged and tried again next time."""
    while True:
        await asyncio.sleep(every_s)
        try:
            await work()
        except BarevError as error:
            log.warning("%s: %s; next try in %g s", name, error, every_s)
        except Exception:
            log.exception("%s failed; next try in %g s", name, every_s)


class Worker:
    """The periodic tasks of a process."""

    def __init__(
        self,
        store: Store,
        handoff: Handoff,
        desk: DeskNamespace,
        publisher: Publisher,
        session_check_s: float,
        upkeep: Upkeep,
    ) -> None:
        self._upkeep = upkeep
        self._store = store
        self._handoff = handoff
        self._desk = desk
        self._publisher = publisher
        self._session_check_s = session_check_s
        self._indexer = Indexer(store)
        self._tasks: list[asyncio.Task[None]] = []
        self._kept: list[tuple[Work, str]] = []

    def start(self) -> None:
        """Begins; belongs to the running loop."""
        self._indexer.start()
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(repeat(2.0, self._handoff.wake_due, "waking snoozed conversations")),
            loop.create_task(repeat(self._session_check_s, self.check_sessions, "checking sessions")),
            loop.create_task(repeat(UPKEEP_S, self._upkeep.run, "keeping contacts in order")),
            *(loop.create_task(repeat(1.0, work, name), name=name) for work, name in self._kept),
        ]

    def keep(self, work: Work, name: str) -> None:
        """Has something done beside the periodic tasks that goes on by itself until it is cancelled."""
        self._kept.append((work, name))

    async def check_sessions(self) -> None:
        """Closes the windows of sessions that were ended elsewhere, expired, or whose agent was disabled, and brings
        rights that were changed elsewhere to the others. Dialogs of disabled agents go back to their teams."""
        known = self._desk.sessions()
        if known:
            live = await self._store.read(lambda tx: agents.list_live_sessions(tx, list(known), clock.now()))
            for session_id, agent in known.items():
                now = live.get(session_id)
                if now is None:
                    self._publisher.publish(SessionRevoked(session_id))
                elif replace(now, status=agent.status) != agent:
                    self._publisher.deliver(AgentChanged(now))
        await self._handoff.hand_back()

    async def close(self) -> None:
        """Ends all tasks."""
        await self._indexer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
