"""Who is there: agents by their live sockets and the status they chose; visitors' "last seen", written now and then."""

import asyncio
import logging
from datetime import datetime

from conversation import clock
from conversation.errors import BarevError
from conversation.events import AgentChanged, PresenceChanged
from conversation.messages import Agent, PresenceStatus
from crm_store import agents, contacts
from crm_store.engine import Store
from routing.publisher import Publisher

log = logging.getLogger(__name__)


class LivePresence:
    """Counts sockets. An agent whose last socket went stays present for ``grace_s`` seconds, so that a reload is no
    absence."""

    def __init__(self, store: Store, publisher: Publisher, grace_s: float, seen_every_s: float = 5.0) -> None:
        self._store = store
        self._publisher = publisher
        self._grace_s = grace_s
        self._seen_every_s = seen_every_s
        self._agents: dict[int, Agent] = {}
        self._sockets: dict[int, int] = {}
        self._status: dict[int, PresenceStatus] = {}
        self._leaving: dict[int, asyncio.TimerHandle] = {}
        self._visitors: dict[int, int] = {}
        self._seen: dict[int, datetime] = {}
        self._seen_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- agents -----------------------------------------------------------------------------------------------------

    def agents_online(self) -> int:
        """How many agents answer now."""
        return sum(1 for agent_id in self._agents if self.status_of(agent_id) == "online")

    def status_of(self, agent_id: int) -> PresenceStatus:
        """Online or away as chosen, offline without a socket."""
        return self._status.get(agent_id, "online") if agent_id in self._agents else "offline"

    def agent_came(self, agent: Agent, chosen: PresenceStatus) -> None:
        """One more socket of an agent; ``chosen`` is the status he last chose."""
        leaving = self._leaving.pop(agent.id, None)
        if leaving is not None:
            leaving.cancel()
        known = agent.id in self._agents
        self._agents[agent.id] = agent
        self._sockets[agent.id] = self._sockets.get(agent.id, 0) + 1
        if not known:
            self._status[agent.id] = chosen
            self._tell(agent)

    def agent_changed(self, event: AgentChanged) -> None:
        """The agent as he is now, for whatever is told of him later."""
        if event.agent.id in self._agents:
            self._agents[event.agent.id] = event.agent

    def agent_went(self, agent: Agent) -> None:
        """One socket fewer."""
        self._sockets[agent.id] = self._sockets.get(agent.id, 1) - 1
        if self._sockets[agent.id] <= 0:
            loop = asyncio.get_running_loop()
            self._leaving[agent.id] = loop.call_later(self._grace_s, self._forget, agent)

    def _forget(self, agent: Agent) -> None:
        self._leaving.pop(agent.id, None)
        self._sockets.pop(agent.id, None)
        if self._agents.pop(agent.id, None) is not None:
            self._tell(agent)

    async def set_status(self, agent: Agent, status: PresenceStatus) -> None:
        """The agent chooses; kept in the store, told to everybody. Raises Unavailable."""
        await self._store.writer.run(lambda tx: agents.set_status(tx, agent.id, status, clock.now()))
        if self._status.get(agent.id) != status:
            self._status[agent.id] = status
            self._tell(agent)

    def _tell(self, agent: Agent) -> None:
        self._publisher.publish(PresenceChanged(agent, self.status_of(agent.id), self.agents_online()))

    # --- visitors ---------------------------------------------------------------------------------------------------

    def visitor_online(self, contact_id: int) -> bool:
        """Whether a tab of this contact is open."""
        return self._visitors.get(contact_id, 0) > 0

    def visitor_seen(self, contact_id: int, connected: bool) -> None:
        """A tab came or went; the time goes to the store with the next batch (feature AC-02)."""
        count = self._visitors.get(contact_id, 0) + (1 if connected else -1)
        if count > 0:
            self._visitors[contact_id] = count
        else:
            self._visitors.pop(contact_id, None)
        self._seen[contact_id] = clock.now()
        if self._seen_timer is None:
            loop = asyncio.get_running_loop()
            self._seen_timer = loop.call_later(self._seen_every_s, self._write_seen_soon)

    def _write_seen_soon(self) -> None:
        self._seen_timer = None
        task = asyncio.get_running_loop().create_task(self._write_seen())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write_seen(self) -> None:
        seen, self._seen = self._seen, {}
        try:
            await self._store.writer.run(lambda tx: contacts.set_seen(tx, seen))
        except BarevError as error:
            log.warning("last seen of %d visitors not kept: %s", len(seen), error)

    async def close(self) -> None:
        """Writes what is left and forgets the timers."""
        for handle in (*self._leaving.values(), self._seen_timer):
            if handle is not None:
                handle.cancel()
        if self._seen:
            await self._write_seen()
