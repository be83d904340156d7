"""PostgreSQL through asyncpg: one writing connection, a pool of reading ones."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import AdaptedConnection, Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from crm_store import Tx
from crm_store.counters import LOCK
from crm_store.errors import StoreUnfit, fault_of, to_ours, wrote_while_reading
from crm_store.types import dump_json

T = TypeVar("T")
OLDEST = 14
CONNECT_S = 10.0
COMMAND_S = 30.0
_ALWAYS = {"application_name": "barev", "jit": "off", "synchronous_commit": "on"}
# The writer goes from a few keys into large tables, always by an index. A table that was just filled has no statistics
# yet, and the planner would read it whole.
_WRITING = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
_READING = {"default_transaction_read_only": "on", "default_transaction_isolation": "repeatable read"}


class PostgresBackend:
    """See ``writer.Backend``. ``dsn``: as libpq and asyncpg take it. ``command_s``: seconds a statement may take (None:
    as many as it needs)."""

    def __init__(self, dsn: str, readers: int, command_s: float | None = COMMAND_S) -> None:
        self._dsn = dsn
        self._writers = self._engine(_WRITING, command_s, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        _transact_by_hand(self._writers.sync_engine)
        self._readers = self._engine(_READING, command_s, pool_size=readers, max_overflow=8, pool_timeout=CONNECT_S)
        self._writer: AsyncConnection | None = None

    async def prepare(self, work: Callable[[Tx], T]) -> T:
        patient = self._engine(_WRITING, None, poolclass=NullPool)
        async with patient.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Tx], T]) -> T:
        if self._writer is None:
            self._writer = await self._writers.connect()
        return await self._writer.run_sync(work)

    async def drop_writer(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.invalidate()
            await writer.close()

    async def read(self, question: Callable[[Tx], T]) -> T:
        try:
            return await self._read(question)
        except Exception as error:
            if wrote_while_reading(error):
                raise
            if fault_of(error) != "lost":
                raise to_ours(error) from error.__cause__
        try:  # a pooled connection may have died unnoticed; to read twice does no harm
            return await self._read(question)
        except Exception as error:
            raise to_ours(error) from error.__cause__

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        await self._readers.dispose()

    async def _read(self, question: Callable[[Tx], T]) -> T:
        async with self._readers.connect() as connection:
            return await connection.run_sync(question)

    def _engine(self, server_settings: dict[str, str], command_s: float | None, **pool: Any) -> AsyncEngine:
        async def connect() -> asyncpg.Connection:
            connection = await asyncpg.connect(
                self._dsn,
                timeout=CONNECT_S,
                command_timeout=command_s,
                server_settings={**_ALWAYS, **server_settings},
            )
            await _check_server(connection)
            return connection

        return create_async_engine(
            "postgresql+asyncpg://", async_creator=connect, json_serializer=dump_json, hide_parameters=True, **pool
        )


def check_version(major: int) -> None:
    """Raises StoreUnfit for a server that is too old."""
    if major < OLDEST:
        raise StoreUnfit(f"PostgreSQL {major} is too old: Barev needs {OLDEST} or newer")


def _transact_by_hand(engine: Engine) -> None:
    """Begins, commits and rolls back in one message each, the beginning with the writers' lock in it.

    Whoever writes holds the event counter from the first statement to the commit. So event numbers are committed in
    their order, and two processes cannot meet each other's row locks in opposite orders.
    """
    statements = {"begin": f"BEGIN; {LOCK}", "commit": "COMMIT", "rollback": "ROLLBACK"}
    for moment, statement in statements.items():
        event.listen(engine, moment, partial(_say, statement))


def _say(statement: str, connection: Connection) -> None:
    if connection.invalidated:  # there is nobody to say it to, and nothing to roll back
        return
    adapted = cast("AdaptedConnection", connection.connection.dbapi_connection)
    adapted.run_async(lambda driver: driver.execute(statement))


async def _check_server(connection: asyncpg.Connection) -> None:
    check_version(connection.get_server_version().major)
    synchronous = await connection.fetchval("SHOW synchronous_commit")
    if synchronous == "off":
        raise StoreUnfit("PostgreSQL does not let synchronous_commit be on: an acknowledged message could be lost")
