"""Opening the store: SQLite in a file, or PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from crm_store import Tx
from crm_store.errors import StoreUnfit, to_ours
from crm_store.schema import BeforeUpgrade, bring_up_to_date
from crm_store.writer import Backend, Writer, WriterLimits

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """Where the store is: a SQLite file, or the address of a PostgreSQL database. Its text hides the password."""

    sqlite: Path | None = None
    postgres: str | None = None

    @classmethod
    def parse(cls, text: str) -> "StoreUrl":
        """``postgresql://...`` or ``sqlite:///path`` (four slashes: an absolute one). Raises ValueError for others."""
        scheme, _, rest = text.partition("://")
        if scheme in {"postgresql", "postgres"} and rest:
            return cls(postgres=text)
        if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
            return cls(sqlite=Path(rest[1:]))
        raise ValueError("a store's address begins with postgresql:// or sqlite:///")

    def __str__(self) -> str:
        if self.postgres is None:
            return f"sqlite:///{self.sqlite}"
        parts = urlsplit(self.postgres)
        return f"postgresql://{parts.hostname or ''}{parts.path}"

    def __repr__(self) -> str:
        return f"StoreUrl({str(self)!r})"


class Store:
    """An open store: ``writer`` for every change, ``read`` for questions. Made by ``open_store``."""

    def __init__(self, url: StoreUrl, backend: Backend, writer: Writer) -> None:
        self.url = url
        self.writer = writer
        self._backend = backend

    async def read(self, question: Callable[[Tx], T]) -> T:
        """Asks the store; all statements of ``question`` see the same moment. It must not write (the store refuses).

        On SQLite it runs in another thread. Raises what ``question`` raises; Unavailable where the store is lost.
        """
        return await self._backend.read(question)

    async def close(self, commit_s: float | None = None) -> None:
        """Commits what waits, within so many seconds (None: as many as are usual), then closes all connections."""
        await self.writer.close(commit_s)
        await self._backend.close()


async def open_store(
    url: StoreUrl,
    limits: WriterLimits | None = None,
    *,
    readers: int = 2,
    on_state: Callable[[bool], None] | None = None,
    before_upgrade: BeforeUpgrade | None = None,
) -> Store:
    """Opens the store, bringing its tables up to date under a lock, and starts its writer.

    ``readers``: reading connections. ``on_state`` is called with False when the store is lost and True when it is back.
    ``before_upgrade``: see ``schema.bring_up_to_date``.
    Raises StoreUnfit where this store cannot be used as it is, Unavailable where it cannot be reached.
    """
    backend = _backend(url, readers)
    try:
        await backend.prepare(partial(bring_up_to_date, before=before_upgrade))
    except Exception as error:
        await backend.close()
        raise to_ours(error) from error.__cause__
    writer = Writer(backend, limits or WriterLimits(), on_state)
    writer.start()
    return Store(url, backend, writer)


async def read_apart(url: StoreUrl, question: Callable[[Tx], T]) -> T:
    """Asks a store that stays as it is: nothing is brought up to date, nothing written. ``question`` may take its time;
    all it reads is of one moment.

    Raises StoreUnfit where there is none or it is of no use, Unavailable where it cannot be reached.
    """
    if url.sqlite is not None and not url.sqlite.is_file():
        raise StoreUnfit(f"there is no store at {url}")
    backend = _backend(url, 1, patient=True)
    try:
        return await backend.read(question)
    finally:
        await backend.close()


async def work_apart(url: StoreUrl, work: Callable[[Tx], T]) -> T:
    """Runs ``work`` on a store nobody has opened yet. It begins and commits by itself; it may take its time.

    Raises what ``work`` raises, Unavailable where the store cannot be reached.
    """
    backend = _backend(url, 1)
    try:
        return await backend.prepare(work)
    except Exception as error:
        raise to_ours(error) from error.__cause__
    finally:
        await backend.close()


def _backend(url: StoreUrl, readers: int, *, patient: bool = False) -> Backend:
    """Imported here: a process on SQLite has no use for asyncpg and SQLAlchemy's asyncio side."""
    if url.postgres is not None:
        from crm_store.postgres import COMMAND_S, PostgresBackend

        return PostgresBackend(url.postgres, readers, None if patient else COMMAND_S)
    if url.sqlite is None:
        raise StoreUnfit("the store has no address")
    from crm_store.sqlite import SqliteBackend

    return SqliteBackend(url.sqlite, readers)
