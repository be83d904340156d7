"""What is the firm's own in a message: its people, branches and services, found by name.

The index is made when a message is read and something of it has changed, here or in another process; never for each
message.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

from conversation.events import Event
from conversation.language import LANGUAGES
from conversation.messages import JsonObject, Language
from crm_store import Tx, agents, learning, places, resources, services
from crm_store.engine import Store
from routing.flows.booking.hearing import PROVIDER_ID
from routing.teaching.names import with_synonyms
from routing.understanding.entities.gazetteer import Entry, Gazetteer
from routing.understanding.entities.usual_services import USUAL_SERVICES, with_usual

RENEW_S: Final = 60.0
PAUSE_S: Final = 0.5
"""Between two readings, whatever happens: calendars change with every hold."""
Source = Callable[[Tx], Iterable[Entry]]
"""Lists entries of one kind."""


def list_staff(tx: Tx) -> Iterable[Entry]:
    """Everybody who may be asked for: the specialists, and whoever else works here."""
    providers = resources.list_live(tx, "provider")
    known = {row.agent_id for row in providers}
    yield from (Entry(f"{PROVIDER_ID}{row.id}", "staff", _names(row.name)) for row in providers)
    for one in agents.list_agents(tx):
        if one.id not in known:
            yield Entry(str(one.id), "staff", {one.language: [one.name]})


def list_branches(tx: Tx) -> Iterable[Entry]:
    """The branches that are not closed."""
    return [Entry(str(row.id), "branch", {row.language: [row.name]}) for row in places.list_branches(tx)]


def list_services(tx: Tx | None) -> Iterable[Entry]:
    """The catalogue, by names, codes and what such services are commonly called; and what firms like these commonly
    do beside it."""
    rows = [] if tx is None else services.list_live(tx)
    own = [Entry(str(row.id), "service", _names(row.name, row.code)) for row in rows]
    return with_usual(own) if own else USUAL_SERVICES


SOURCES: Final[tuple[Source, ...]] = (list_staff, list_branches, list_services)


def list_entries(tx: Tx, sources: Sequence[Source] = SOURCES) -> tuple[Entry, ...]:
    """All of them, with what customers call them."""
    return with_synonyms((entry for source in sources for entry in source(tx)), learning.list_synonyms(tx))


def _names(forms: JsonObject, code: str | None = None) -> dict[Language, list[str]]:
    names = {one: [str(forms[one])] for one in LANGUAGES if forms.get(one)}
    if code:
        names.setdefault("en", []).append(code)
    return names


class OwnNames:
    """Knows the names, and makes the index of them when it is asked for."""

    def __init__(self, store: Store, sources: Sequence[Source] = SOURCES) -> None:
        self._store = store
        self._sources = sources
        self._entries: tuple[Entry, ...] = ()
        self._indexed: tuple[Entry, ...] = ()
        self._index = Gazetteer(())
        self._lock = threading.Lock()
        self._changed = asyncio.Event()

    def heard(self, _event: Event) -> None:
        """A listener: something of it changed."""
        self._changed.set()

    async def work(self) -> None:
        """Reads the names now, whenever they change, and once a minute, since another process may have changed them;
        until it is cancelled. Raises Unavailable, and is then to be called anew."""
        while True:
            self._changed.clear()
            await self.renew()
            await asyncio.sleep(PAUSE_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_S):
                    await self._changed.wait()

    async def renew(self) -> None:
        """Reads the names. Raises Unavailable."""
        self._entries = await self._store.read(lambda tx: list_entries(tx, self._sources))

    def gazetteer(self) -> Gazetteer:
        """The index of the names as they are known now; from any thread."""
        with self._lock:
            entries = self._entries
            if entries != self._indexed:
                self._index, self._indexed = Gazetteer(entries), entries
            return self._index
