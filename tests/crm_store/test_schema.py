"""The tables as migrated are the tables as declared, on both stores; starting is quick where nothing is to be done."""

import re
import subprocess
import sys

import pytest
from sqlalchemy import Connection, text

from conversation.errors import Unavailable
from crm_store import Tx, schema
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.errors import StoreUnfit
from crm_store.models import Base
from crm_store.postgres import check_version as check_postgres
from crm_store.sqlite import check_search
from crm_store.sqlite import check_version as check_sqlite

_SQLITE = """
    SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'
    AND name NOT LIKE 'contact\\_words%' ESCAPE '\\' AND name NOT LIKE 'contact\\_parts%' ESCAPE '\\'
    AND name NOT LIKE 'message\\_words%' ESCAPE '\\'"""
_POSTGRES = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name <> 'alembic_version'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text <> 'alembic_version'
        AND contype <> 'x'""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename <> 'alembic_version' AND indexname NOT LIKE '%\\_trgm'
        AND indexname NOT LIKE 'ex\\_%'""",
}


def describe(tx: Tx) -> dict[str, object]:
    """Everything of the schema but triggers, exclusions and search's indexes, whatever the order."""
    if tx.dialect.name == "sqlite":
        rows = [row for row in tx.execute(text(_SQLITE)) if row.type != "trigger"]
        return {f"{row.type} {row.name}": _parts(row.sql) for row in rows}
    # a schema's name is written into some definitions
    return {
        name: sorted(re.sub(r"\b(public|declared)\.", "", repr(tuple(row))) for row in tx.execute(text(query)))
        for name, query in _POSTGRES.items()
    }


def _parts(sql: str) -> list[str]:
    """A definition's lines, sorted: the order of constraints says nothing, that of columns is of no use to anybody."""
    plain = re.sub(r"\s+", " ", sql.replace('"', ""))
    return sorted(part.strip(" ()") for part in plain.split(", "))


def declare(connection: Connection) -> dict[str, object]:
    """Makes the tables from the models, beside the migrated ones, and describes them."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE SCHEMA declared"))
        connection.execute(text("SET LOCAL search_path TO declared"))
    Base.metadata.create_all(connection)
    return describe(connection)


async def test_migrations_make_what_the_models_declare(url: StoreUrl) -> None:
    store = await open_store(url)
    migrated = await store.read(describe)
    if url.sqlite is not None:
        await store.writer.run(_drop_all)
    assert await store.writer.run(declare) == migrated
    await store.close()


def _drop_all(tx: Tx) -> None:
    Base.metadata.drop_all(tx)


def test_the_revisions_known_are_those_there_are() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == schema.REVISIONS
    assert scripts.get_heads() == [schema.HEAD]


async def test_a_store_of_a_newer_version_is_not_touched(store: Store) -> None:
    await store.writer.run(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreUnfit, match="newer"):
        await open_store(store.url)


def _imported_by_opening(url: StoreUrl) -> set[str]:
    """The packages a process has imported when its store is open."""
    program = f"""
import asyncio, sys
from crm_store.engine import StoreUrl, open_store
async def main():
    store = await open_store(StoreUrl.parse({url.postgres or f"sqlite:///{url.sqlite}"!r}))
    await store.close()
asyncio.run(main())
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.slow
async def test_only_what_is_needed_is_imported(made_url: StoreUrl) -> None:
    imported = _imported_by_opening(made_url)
    assert "sqlalchemy" in imported
    assert "alembic" not in imported
    assert ("asyncpg" in imported) is (made_url.postgres is not None)


def test_versions_that_are_too_old_are_refused() -> None:
    check_sqlite((3, 35, 0))
    check_postgres(14)
    with pytest.raises(StoreUnfit, match=r"SQLite 3\.34\.1 is too old: Barev needs 3\.35\.0"):
        check_sqlite((3, 34, 1))
    with pytest.raises(StoreUnfit, match="PostgreSQL 13 is too old: Barev needs 14"):
        check_postgres(13)


def test_a_sqlite_that_cannot_search_is_refused() -> None:
    check_search()
    with pytest.raises(StoreUnfit, match="built without the search"):
        check_search("no such tokenizer")


@pytest.mark.parametrize("wrong", ["", "barev.db", "sqlite://", "sqlite:///", "mysql://h/d", "postgresql://"])
def test_an_address_that_is_none(wrong: str) -> None:
    with pytest.raises(ValueError, match="begins with"):
        StoreUrl.parse(wrong)


def test_an_address_never_shows_its_password() -> None:
    url = StoreUrl.parse("postgresql://barev:s3cret@db.example:5432/barev?sslmode=require")
    assert "s3cret" not in f"{url} {url!r}"
    assert str(url) == "postgresql://db.example/barev"


@pytest.mark.slow
async def test_an_unreachable_server_does_not_tell_the_password() -> None:
    with pytest.raises(Unavailable) as refusal:
        await open_store(StoreUrl.parse("postgresql://barev:s3cret@127.0.0.1:1/barev"))
    assert "s3cret" not in f"{refusal.value!r} {refusal.value.__cause__!r}"
