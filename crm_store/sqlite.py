"""SQLite: a file, one writing thread, a few reading threads; write-ahead log, synced at every commit."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from crm_store import Tx
from crm_store.append_sqlite import driver_of
from crm_store.errors import StoreUnfit, to_ours, wrote_while_reading
from crm_store.ordering import SQLITE_FUNCTION, order_key
from crm_store.types import dump_json

T = TypeVar("T")
OLDEST = (3, 35, 0)
"""RETURNING came with 3.35."""
PREPARE_S = 120
WAL_PAGES = 8000
"""Of 4 kB, in the log before they are copied to the file: pages written often are copied once."""
WRITER_KB = 16_000
READERS_KB = 32_000
"""Pages that are kept in the process, by the writer and by all readers together. Each reader's share is filled once and
stays; with a quarter of it the slowest searches take longer, as they fetch their pages from the system again."""


class SqliteBackend:
    """See ``writer.Backend``. ``busy_s``: seconds to wait for another process that writes."""

    def __init__(self, path: Path, readers: int, busy_s: float = 5.0) -> None:
        check_version(sqlite3.sqlite_version_info)
        check_search()
        self._path = path
        self._busy_s = busy_s
        self._writers = self._engine(
            "IMMEDIATE",
            f"PRAGMA wal_autocheckpoint = {WAL_PAGES}",
            f"PRAGMA cache_size = -{WRITER_KB}",
            poolclass=NullPool,
        )
        self._readers = self._engine(
            "DEFERRED",
            "PRAGMA query_only = ON",
            f"PRAGMA cache_size = -{READERS_KB // readers}",
            poolclass=QueuePool,
            pool_size=readers,
        )
        self._writing_thread = ThreadPoolExecutor(1, "store-writer")
        self._reading_threads = ThreadPoolExecutor(readers, "store-reader")
        self._writer: Connection | None = None

    async def prepare(self, work: Callable[[Tx], T]) -> T:
        return await self.write(partial(_run_patiently, work, self._busy_s))

    def write(self, work: Callable[[Tx], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(self._writing_thread, self._write, work)

    async def drop_writer(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writing_thread, self._drop)

    async def read(self, question: Callable[[Tx], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading_threads, self._read, question)

    async def close(self) -> None:
        await self.drop_writer()
        self._writing_thread.shutdown()
        self._reading_threads.shutdown()
        self._readers.dispose()

    def _write(self, work: Callable[[Tx], T]) -> T:
        if self._writer is None:
            _make_private(self._path)
            self._writer = self._writers.connect()
        return work(self._writer)

    def _read(self, question: Callable[[Tx], T]) -> T:
        try:
            with self._readers.connect() as connection:
                return question(connection)
        except Exception as error:
            if wrote_while_reading(error):
                raise
            raise to_ours(error) from error.__cause__

    def _drop(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.invalidate()
            writer.close()

    def _engine(self, begin: str, *pragmas: str, **pool: object) -> Engine:
        engine = create_engine(
            "sqlite://",
            creator=self._connect,
            json_serializer=dump_json,
            hide_parameters=True,  # they would be in the log with the error
            **pool,
        )

        @event.listens_for(engine, "connect")
        def set_up(connection: sqlite3.Connection, _record: object) -> None:
            for pragma in pragmas:
                connection.execute(pragma)

        @event.listens_for(engine, "begin")
        def begin_so(connection: Connection) -> None:
            driver_of(connection).execute(f"BEGIN {begin}")

        return engine

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_s,
            isolation_level=None,  # transactions are begun by us, in the way we want
            check_same_thread=False,  # a reading connection goes from thread to thread, never to two at a time
            cached_statements=256,
        )
        try:
            connection.create_function(SQLITE_FUNCTION, 1, order_key, deterministic=True)
            _set_durable(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def check_version(version: tuple[int, ...]) -> None:
    """Raises StoreUnfit for a SQLite library that is too old."""
    if version < OLDEST:
        have, need = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
        raise StoreUnfit(f"SQLite {have} is too old: Barev needs {need} or newer (it comes with Python)")


def check_search(tokenizer: str = "trigram") -> None:
    """Raises StoreUnfit for a SQLite library without full-text search (FTS5; its trigrams came with 3.34)."""
    with closing(sqlite3.connect(":memory:")) as probe:
        try:
            probe.execute(f"CREATE VIRTUAL TABLE probe USING fts5(text, tokenize = '{tokenizer}')")
        except sqlite3.OperationalError as error:
            raise StoreUnfit(
                f"SQLite {sqlite3.sqlite_version} was built without the search that Barev needs (FTS5 with trigrams):"
                " take another build of Python, or PostgreSQL"
            ) from error


def _set_durable(connection: sqlite3.Connection) -> None:
    """With FULL a commit in WAL mode is synced to the disk before it returns; with NORMAL a power cut may lose it."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreUnfit(f"SQLite cannot keep a write-ahead log here (it offers {mode!r}): is it a network folder?")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise StoreUnfit("SQLite does not sync its commits here: an acknowledged message could be lost")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _run_patiently(work: Callable[[Tx], T], busy_s: float, tx: Tx) -> T:
    """Waits for another process that migrates for much longer than for one that writes."""
    driver = driver_of(tx)  # SQLAlchemy would begin a transaction first, and wait for its lock
    driver.execute(f"PRAGMA busy_timeout = {PREPARE_S * 1000}")
    try:
        return work(tx)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(busy_s * 1000)}")


def _make_private(path: Path) -> None:
    """Makes an empty file that only its owner may read; SQLite's side files take over its mode."""
    make_private_folder(path.parent)
    new = not path.exists()
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if new:
        sync_folder(path.parent)


def make_private_folder(folder: Path) -> None:
    """Makes a folder and those above it, and syncs their names: after a power cut they are found again."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        sync_folder(made.parent)


def take_for_oneself(path: Path) -> None:
    """Folds a store's log into its file. Raises StoreUnfit where another process has the store open."""
    with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()  # refused while others are there
        except sqlite3.OperationalError as error:
            raise StoreUnfit(f"{path} is in use: end what serves it first") from error
        if mode != "delete":
            raise StoreUnfit(f"{path} is in use: end what serves it first")


def sync_folder(folder: Path) -> None:
    """Names made, renamed or removed in the folder are on the disk when it returns. Windows has no such thing."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
