"""Who is there: agents by their live sockets and the status they chose; visitors' "last seen", written now and then.

Where several processes serve, each counts its own sockets and is told of the others' people (``hear``, ``forget``).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from conversation import clock
from conversation.errors import BarevError
from conversation.events import AgentChanged, PresenceChanged, PresenceChosen
from conversation.messages import Agent, Person, PresenceStatus
from crm_store import Tx, agents, contacts
from crm_store.engine import Store
from routing.publisher import Publisher

log = logging.getLogger(__name__)


class Present(NamedTuple):
    """An agent with a window open. ``chosen_ms``: when he chose the status, 0 where it is the one kept in the store; of
    two processes that show him, the later choice counts."""

    agent: Person
    status: PresenceStatus
    chosen_ms: int


class People:
    """Those of one other process."""

    def __init__(self) -> None:
        self.agents: dict[int, Present] = {}
        self.visitors: set[int] = set()


class Watch(NamedTuple):
    """Who is told when people come and go here: an agent by his id, a visitor by his contact's, and whether he came."""

    agent: Callable[[int], None]
    visitor: Callable[[int, bool], None]


class LivePresence:
    """Counts sockets. An agent whose last socket went stays present for ``grace_s`` seconds, so that a reload is no
    absence."""

    def __init__(self, store: Store, publisher: Publisher, grace_s: float, seen_every_s: float = 5.0) -> None:
        self._store = store
        self._publisher = publisher
        self._grace_s = grace_s
        self._seen_every_s = seen_every_s
        self._here: dict[int, Present] = {}
        self._sockets: dict[int, int] = {}
        self._leaving: dict[int, asyncio.TimerHandle] = {}
        self._elsewhere: dict[str, People] = {}
        self._known: dict[int, Present] = {}  # by what is told: here and elsewhere
        self._visitors: dict[int, int] = {}
        self._seen: dict[int, datetime] = {}
        self._seen_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watches: list[Watch] = []

    # --- agents -----------------------------------------------------------------------------------------------------

    def agents_online(self) -> int:
        """How many agents answer now."""
        return sum(1 for present in self._known.values() if present.status == "online")

    def list_online(self) -> list[int]:
        """Who answers now, by id."""
        return [agent_id for agent_id, present in self._known.items() if present.status == "online"]

    def status_of(self, agent_id: int) -> PresenceStatus:
        """Online or away as chosen, offline without a socket."""
        present = self._known.get(agent_id)
        return "offline" if present is None else present.status

    def agent_came(self, agent: Agent, chosen: PresenceStatus) -> None:
        """One more socket of an agent; ``chosen`` is the status he last chose."""
        leaving = self._leaving.pop(agent.id, None)
        if leaving is not None:
            leaving.cancel()
        self._sockets[agent.id] = self._sockets.get(agent.id, 0) + 1
        here = self._here.get(agent.id)
        person = Person(agent.id, agent.name, agent.photo)
        self._put(Present(person, chosen, 0) if here is None else here._replace(agent=person))

    def agent_changed(self, event: AgentChanged) -> None:
        """The agent as he is now, for whatever is told of him later."""
        here = self._here.get(event.agent.id)
        if here is not None:
            self._put(here._replace(agent=Person(event.agent.id, event.agent.name, event.agent.photo)))

    def agent_went(self, agent: Agent) -> None:
        """One socket fewer."""
        self._sockets[agent.id] = self._sockets.get(agent.id, 1) - 1
        if self._sockets[agent.id] <= 0:
            loop = asyncio.get_running_loop()
            self._leaving[agent.id] = loop.call_later(self._grace_s, self._leave, agent.id)

    def _leave(self, agent_id: int) -> None:
        self._leaving.pop(agent_id, None)
        self._sockets.pop(agent_id, None)
        if self._here.pop(agent_id, None) is not None:
            self._turned(agent_id)
            self._settle(agent_id)

    async def set_status(self, agent: Agent, status: PresenceStatus) -> None:
        """The agent chooses; kept in the store, told to everybody. Raises Unavailable."""

        def choose(tx: Tx) -> int:  # the time is taken under the writers' lock: two choices are in its order everywhere
            at = clock.now()
            agents.set_status(tx, agent.id, status, at)
            return clock.to_ms(at)

        self.status_chosen(PresenceChosen(agent.id, status, await self._store.writer.run(choose)))

    def status_chosen(self, event: PresenceChosen) -> None:
        """Of an agent's choice that is in the store by now."""
        here = self._here.get(event.agent_id)
        if here is not None and event.at_ms >= here.chosen_ms:
            self._put(here._replace(status=event.status, chosen_ms=event.at_ms))

    def _put(self, present: Present) -> None:
        agent_id = present.agent.id
        if self._here.get(agent_id) == present:
            return
        self._here[agent_id] = present
        self._turned(agent_id)
        self._settle(agent_id)

    def _turned(self, agent_id: int) -> None:
        for watch in self._watches:
            watch.agent(agent_id)

    def _settle(self, agent_id: int) -> None:
        """Works out what holds of an agent, and tells where that changed."""
        shown = [people.agents[agent_id] for people in self._elsewhere.values() if agent_id in people.agents]
        here = self._here.get(agent_id)
        if here is not None:
            shown.append(here)
        was = self._known.get(agent_id)
        if not shown:
            if was is not None:
                del self._known[agent_id]
                self._tell(was.agent)
            return
        now = max(shown, key=lambda one: one.chosen_ms)
        self._known[agent_id] = now
        if here is not None and here.chosen_ms < now.chosen_ms:  # chosen elsewhere; it holds when that window is gone
            self._here[agent_id] = here._replace(status=now.status, chosen_ms=now.chosen_ms)
            self._turned(agent_id)
        if was is None or was.status != now.status:
            self._tell(now.agent)

    def _tell(self, agent: Person) -> None:
        self._publisher.deliver(PresenceChanged(agent, self.status_of(agent.id), self.agents_online()))

    # --- other processes --------------------------------------------------------------------------------------------

    def watch(self, watch: Watch) -> None:
        """From now on this watch, too, is told who comes and goes here."""
        self._watches.append(watch)

    def find_here(self, agent_id: int) -> Present | None:
        """An agent as this process shows him."""
        return self._here.get(agent_id)

    def list_here(self) -> tuple[list[Present], list[int]]:
        """The agents with a window here, and the contacts with a tab here."""
        return list(self._here.values()), list(self._visitors)

    def hear(
        self, process: str, came: Iterable[Present], gone: Iterable[int], visitors: Iterable[int], left: Iterable[int]
    ) -> None:
        """Another process's agents came, chose or went; its visitors (by contact) came or left."""
        people = self._elsewhere.setdefault(process, People())
        people.visitors.update(visitors)
        people.visitors.difference_update(left)
        for present in came:
            people.agents[present.agent.id] = present
            self._settle(present.agent.id)
        for agent_id in gone:
            if people.agents.pop(agent_id, None) is not None:
                self._settle(agent_id)

    def replace(self, process: str, agents_: Iterable[Present], visitors: Iterable[int]) -> None:
        """All of another process's people."""
        shown = list(agents_)
        people = self._elsewhere.setdefault(process, People())
        people.visitors = set(visitors)
        self.hear(process, shown, set(people.agents) - {one.agent.id for one in shown}, (), ())

    def forget(self, process: str) -> None:
        """That process is gone, and its people with it."""
        people = self._elsewhere.pop(process, People())
        for agent_id in people.agents:
            self._settle(agent_id)

    # --- visitors ---------------------------------------------------------------------------------------------------

    def visitor_online(self, contact_id: int) -> bool:
        """Whether a tab of this contact is open."""
        return contact_id in self._visitors or any(contact_id in one.visitors for one in self._elsewhere.values())

    def visitor_seen(self, contact_id: int, connected: bool) -> None:
        """A tab came or went; the time goes to the store with the next batch (feature AC-02)."""
        was = self._visitors.get(contact_id, 0)
        count = was + (1 if connected else -1)
        if count > 0:
            self._visitors[contact_id] = count
        else:
            self._visitors.pop(contact_id, None)
        if (was > 0) != (count > 0):
            for watch in self._watches:
                watch.visitor(contact_id, count > 0)
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
