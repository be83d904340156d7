"""Filling an empty store with the rows of a backup: tables at its revision, rows, numbers, then the upgrade."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import AdaptedConnection, inspect, text

from crm_store import Tx, schema
from crm_store.append_sqlite import driver_of
from crm_store.dumping import Column, Kind, Row, Table, list_sequences, list_tables, quote
from crm_store.errors import StoreUnfit
from crm_store.models import Base

_POSTGRES_KEYS = """
    SELECT quote_ident(tables.relname), quote_ident(keys.conname), pg_get_constraintdef(keys.oid)
    FROM pg_constraint AS keys JOIN pg_class AS tables ON tables.oid = keys.conrelid
    WHERE keys.contype = 'f' AND keys.connamespace = current_schema()::regnamespace ORDER BY 1, 2"""
_POSTGRES_FUNCTIONS = """
    SELECT functions.oid::regprocedure::text FROM pg_proc AS functions
    WHERE functions.pronamespace = current_schema()::regnamespace
    AND functions.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = functions.oid AND deptype = 'e')"""

_POSTGRES_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'barev' AND pid <> pg_backend_pid()"""


class Source(Protocol):
    """A backup that was found sound. ``revision``: of its tables; ``counts``: rows by table; ``highest``: ids ever
    given."""

    @property
    def revision(self) -> str: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def highest(self) -> Mapping[str, int]: ...
    def columns(self, table: str) -> Sequence[Column]:
        """The columns of a table in the order of its rows' values."""
        ...

    def rows(self, table: str) -> Iterable[list[list[Any]]]:
        """All rows of a table, some at a time; bytes as base64."""
        ...


class Loaded(NamedTuple):
    """What is in the store now."""

    tables: int
    rows: int


def is_empty(tx: Tx) -> bool:
    """Whether the store has no tables at all."""
    return not inspect(tx).get_table_names()


def load(tx: Tx, source: Source, *, replace: bool = False) -> Loaded:
    """Makes the tables, fills them, brings them up to date; all of it or nothing.

    ``tx``: a connection that has begun nothing. ``replace``: on PostgreSQL what is there is dropped first, in the same
    transaction. Raises StoreUnfit for a store that is not empty, a backup of a newer Barev, or rows that do not fit.
    """
    check_revision(source.revision)
    sqlite = tx.dialect.name == "sqlite"
    if sqlite:
        driver_of(tx).execute("PRAGMA foreign_keys = OFF")  # checked at the end; inside a transaction it cannot be set
    with tx.begin():
        if replace and not sqlite:
            _drop_all(tx, source)
        if not is_empty(tx):
            raise StoreUnfit("the store is not empty")
        schema.migrate(tx, source.revision)
        tables = {table.name: table for table in list_tables(tx)}
        _check_fit(tables, source)
        with _unguarded(tx):
            for table in tables.values():
                tx.execute(text(f"DELETE FROM {quote(table.name)}"))  # noqa: S608  # what the migrations put there
            for name in source.counts:
                _fill(tx, tables[name], source)
        _check_counts(tx, source)
        _continue_numbers(tx, source.highest)
        schema.migrate(tx, schema.HEAD)
        if sqlite:
            _check_references(tx)
    return Loaded(len(source.counts), sum(source.counts.values()))


def check_revision(revision: str) -> None:
    """Raises StoreUnfit for tables that this version does not know."""
    if revision not in schema.REVISIONS:
        raise StoreUnfit(
            f"the backup was made by a newer Barev (its tables are at {revision!r}, this version knows them up to "
            f"{schema.HEAD!r}): upgrade Barev first"
        )


def check_unused(tx: Tx) -> None:
    """Raises StoreUnfit where a Barev works on this PostgreSQL database. SQLite: see ``sqlite.take_for_oneself``."""
    others = tx.scalar(text(_POSTGRES_OTHERS))
    if others:
        raise StoreUnfit(f"the database is in use by {others} connections of Barev: end what serves it first")


def _drop_all(tx: Tx, source: Source) -> None:
    check_unused(tx)
    ours = {*Base.metadata.tables, *source.counts, "alembic_version"}
    there = inspect(tx).get_table_names()
    strange = sorted(set(there) - ours)
    if strange:
        raise StoreUnfit(
            f"the database holds tables that are not Barev's ({', '.join(strange[:5])}): give Barev one of its own"
        )
    for name in there:
        tx.execute(text(f"DROP TABLE {quote(name)} CASCADE"))
    for (function,) in tx.execute(text(_POSTGRES_FUNCTIONS)).all():
        tx.execute(text(f"DROP FUNCTION {function} CASCADE"))


def _check_fit(tables: Mapping[str, Table], source: Source) -> None:
    for name in source.counts:
        table = tables.get(name)
        known = {column.name for column in table.columns} if table is not None else set()
        strange = [column.name for column in source.columns(name) if column.name not in known]
        if table is None or strange:
            what = f"{name}.{strange[0]}" if table is not None else name
            raise StoreUnfit(f"the backup does not fit its own revision {source.revision!r}: there is no {what}")


@contextmanager
def _unguarded(tx: Tx) -> Iterator[None]:
    """Without triggers and references, since rows come in any order; both are back (and hold) afterwards."""
    if tx.dialect.name == "sqlite":
        driver = driver_of(tx)
        triggers = driver.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            driver.execute(f"DROP TRIGGER {quote(name)}")
        yield
        for _name, sql in triggers:
            driver.execute(sql)
        return
    keys = tx.execute(text(_POSTGRES_KEYS)).all()
    tables = [quote(name) for name in inspect(tx).get_table_names()]
    for table, key, _definition in keys:
        tx.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key}"))
    for table in tables:
        tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    for table in tables:
        tx.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    for table, key, definition in keys:
        tx.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}"))


def _fill(tx: Tx, table: Table, source: Source) -> None:
    given = source.columns(table.name)
    kinds = {column.name: column.kind for column in table.columns}
    convert = [_converter(column.kind, kinds[column.name]) for column in given]
    names = [column.name for column in given]
    put = _copier(tx, table.name, names) if tx.dialect.name == "postgresql" else _inserter(tx, table.name, names)
    for rows in source.rows(table.name):
        put([[change(value) for change, value in zip(convert, row, strict=True)] for row in rows])


def _converter(given: Kind, wanted: Kind) -> Callable[[Any], Any]:
    if given == "bytes":
        return lambda value: None if value is None else b64decode(value)
    if wanted == "bool":
        return lambda value: None if value is None else bool(value)
    if wanted == "float":
        return lambda value: None if value is None else float(value)
    return lambda value: value


def _inserter(tx: Tx, table: str, names: Sequence[str]) -> Callable[[list[Row]], object]:
    columns, marks = ", ".join(map(quote, names)), ", ".join("?" * len(names))
    insert = f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})"  # noqa: S608  # names checked against the store's own
    driver = driver_of(tx)
    return lambda rows: driver.executemany(insert, rows)


def _copier(tx: Tx, table: str, names: Sequence[str]) -> Callable[[list[Row]], object]:
    adapted = cast("AdaptedConnection", tx.connection.dbapi_connection)

    def copy(rows: list[Row]) -> object:
        return adapted.run_async(lambda driver: driver.copy_records_to_table(table, records=rows, columns=names))

    return copy


def _check_counts(tx: Tx, source: Source) -> None:
    for name, count in source.counts.items():
        there = tx.scalar(text(f"SELECT count(*) FROM {quote(name)}"))  # noqa: S608  # checked against the store's own
        if there != count:
            raise StoreUnfit(f"{name}: {count} rows in the backup, {there} arrived")


def _continue_numbers(tx: Tx, highest: Mapping[str, int]) -> None:
    """An id once given is never given again."""
    if tx.dialect.name == "sqlite":
        driver = driver_of(tx)
        for table, last in highest.items():
            if not driver.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, table)
            ).rowcount:
                driver.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))
        return
    for table, (column, sequence) in list_sequences(tx).items():
        most = tx.scalar(text(f"SELECT max({quote(column)}) FROM {quote(table)}"))  # noqa: S608  # the store's own names
        last = max(highest.get(table, 0), most or 0)
        if last:
            tx.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": sequence, "last": last})


def _check_references(tx: Tx) -> None:
    broken = driver_of(tx).execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise StoreUnfit(f"a row of {broken[0]} in the backup refers to one of {broken[2]} that is not there")
