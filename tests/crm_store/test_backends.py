"""What each kind of store is told when it is opened: how durable, how patient, for whose eyes."""

import stat

import pytest
from sqlalchemy import text

from crm_store import Tx
from crm_store.engine import StoreUrl, open_store
from crm_store.postgres import PostgresBackend
from crm_store.schema import bring_up_to_date
from crm_store.sqlite import PREPARE_S, SqliteBackend


def pragma(tx: Tx, name: str) -> object:
    """The value of a setting of SQLite."""
    return tx.exec_driver_sql(f"PRAGMA {name}").scalar_one()


async def test_sqlite_syncs_every_commit(sqlite_url: StoreUrl) -> None:
    store = await open_store(sqlite_url)
    names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
    full = 2
    assert await store.writer.run(lambda tx: [pragma(tx, name) for name in names]) == ["wal", full, 1, 0]
    assert await store.read(lambda tx: [pragma(tx, name) for name in names]) == ["wal", full, 1, 1]
    await store.close()


async def test_sqlite_waits_longer_for_a_migration_than_for_a_message(sqlite_url: StoreUrl) -> None:
    assert sqlite_url.sqlite is not None
    backend = SqliteBackend(sqlite_url.sqlite, readers=1, busy_s=3)
    assert await backend.prepare(lambda tx: pragma(tx, "busy_timeout")) == PREPARE_S * 1000
    await backend.drop_writer()
    assert await backend.write(lambda tx: pragma(tx, "busy_timeout")) == 3000
    await backend.close()


async def test_only_the_owner_reads_the_file(sqlite_url: StoreUrl) -> None:
    store = await open_store(sqlite_url)
    assert sqlite_url.sqlite is not None
    files = sorted(sqlite_url.sqlite.parent.iterdir())
    assert [file.name for file in files] == ["barev.db", "barev.db-shm", "barev.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    await store.close()


@pytest.mark.slow
async def test_postgres_commits_synchronously_even_where_its_default_is_not_to(postgres_url: str) -> None:
    store = await open_store(StoreUrl.parse(postgres_url))
    name = text("SELECT current_database()")
    database = await store.writer.run(lambda tx: tx.execute(name).scalar_one())
    lax = text(f"ALTER DATABASE {database} SET synchronous_commit = off")
    await store.writer.run(lambda tx: tx.execute(lax))
    await store.close()
    again = await open_store(StoreUrl.parse(postgres_url))
    show = text("SHOW synchronous_commit")
    assert await again.writer.run(lambda tx: tx.execute(show).scalar_one()) == "on"
    assert await again.read(lambda tx: tx.execute(show).scalar_one()) == "on", "reading works there too"
    await again.close()


@pytest.mark.slow
async def test_postgres_has_no_patience_without_end(postgres_url: str) -> None:
    """Statements have a limit; those that bring the tables up to date have none."""
    backend = PostgresBackend(postgres_url, readers=1, command_s=0.25)
    await backend.prepare(bring_up_to_date)
    with pytest.raises(TimeoutError):
        await backend.write(lambda tx: tx.execute(text("SELECT pg_sleep(30)")))
    await backend.drop_writer()
    assert await backend.write(lambda tx: tx.execute(text("SELECT 1")).scalar_one()) == 1
    assert await backend.prepare(lambda tx: tx.execute(text("SELECT 2 FROM pg_sleep(0.5)")).scalar_one()) == 2
    await backend.close()
