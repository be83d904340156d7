"""Every row of a store, whatever the revision of its tables: what a backup is made of.

The tables are found by looking, not by the models, so that a store of an older Barev can be written too. Rows come in
plain values: whole numbers, decimals, texts, true and false, bytes, nothing. JSON columns come as text. What can be
made anew from the rest (search indexes) is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import inspect, text
from sqlalchemy.types import Boolean, Float, Integer, LargeBinary, String, TypeEngine

from crm_store import Tx
from crm_store.append_sqlite import driver_of
from crm_store.counters import LOCK
from crm_store.derived import DERIVED

Kind = Literal["int", "float", "bool", "text", "bytes", "other"]
Row = Sequence[Any]
VERSION_TABLE = "alembic_version"
BATCH = 500
"""Rows held in memory at a time."""

_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, "bool"),
    (Integer, "int"),
    (Float, "float"),
    (LargeBinary, "bytes"),
    (String, "text"),
)
_POSTGRES_SEQUENCES = """
    SELECT tables.relname, columns.attname, format('%I.%I', spaces.nspname, sequences.relname)
    FROM pg_class AS sequences
    JOIN pg_depend AS owned ON owned.objid = sequences.oid AND owned.classid = 'pg_class'::regclass
        AND owned.refclassid = 'pg_class'::regclass AND owned.deptype IN ('a', 'i')
    JOIN pg_class AS tables ON tables.oid = owned.refobjid
    JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum = owned.refobjsubid
    JOIN pg_namespace AS spaces ON spaces.oid = sequences.relnamespace
    WHERE sequences.relkind = 'S' AND spaces.nspname = current_schema()"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what its values are. ``other``: given as text, and taken as text by the store."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """A table that holds rows of its own. ``order``: the columns of its primary key."""

    name: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]


def begin_snapshot(tx: Tx, *, alone: bool = False) -> None:
    """From here on all that is read is of one moment. ``alone``: in a transaction that changes things, nobody else
    writes until it is over; otherwise the connection is one that reads."""
    if not tx.in_transaction():
        tx.begin()
    if alone and tx.dialect.name == "postgresql" and inspect(tx).has_table("counters"):
        tx.execute(text(LOCK))  # whoever writes takes it first


def list_tables(tx: Tx) -> list[Table]:
    """The tables that are to be kept, by name."""
    inspector = inspect(tx)
    left_out = {VERSION_TABLE, *DERIVED, *_virtual(tx)}
    names = sorted(name for name in inspector.get_table_names() if name not in left_out)
    return [_describe(tx, name) for name in names]


def _describe(tx: Tx, name: str) -> Table:
    inspector = inspect(tx)
    columns = tuple(
        Column(column["name"], _kind_of(column["type"]))
        for column in inspector.get_columns(name)
        if column.get("computed") is None
    )
    order = inspector.get_pk_constraint(name)["constrained_columns"]
    return Table(name, columns, tuple(order))


def _kind_of(declared: TypeEngine[Any]) -> Kind:
    return next((kind for base, kind in _KINDS if isinstance(declared, base)), "other")


def _virtual(tx: Tx) -> set[str]:
    """SQLite's virtual tables and the tables that hold their parts."""
    if tx.dialect.name != "sqlite":
        return set()
    driver = driver_of(tx)
    made = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL %'")
    virtual = {str(name) for (name,) in made}
    names = {str(name) for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return virtual | {name for name in names for one in virtual if name.startswith(f"{one}_")}


def read_rows(tx: Tx, table: Table) -> Iterator[list[Row]]:
    """All rows in the order of the key, some at a time; inside the transaction of ``begin_snapshot``."""
    columns = ", ".join(_select(tx, column) for column in table.columns)
    order = ", ".join(map(quote, table.order)) or "1"
    query = f"SELECT {columns} FROM {quote(table.name)} ORDER BY {order}"  # noqa: S608  # names found in the store itself, quoted
    if tx.dialect.name == "sqlite":
        cursor = driver_of(tx).execute(query)
        while rows := cursor.fetchmany(BATCH):
            yield rows
        return
    yield from _fetch(tx, quote(f"barev {table.name}"), query)


def _fetch(tx: Tx, cursor: str, query: str) -> Iterator[list[Row]]:
    """By a cursor of our own, which can be closed: one left open keeps its table from being altered."""
    tx.execute(text(f"DECLARE {cursor} NO SCROLL CURSOR FOR {query}".replace(":", "\\:")))
    fetch = text(f"FETCH {BATCH} FROM {cursor}".replace(":", "\\:"))
    while part := tx.execute(fetch).all():
        yield cast("list[Row]", part)
    tx.execute(text(f"CLOSE {cursor}".replace(":", "\\:")))


def _select(tx: Tx, column: Column) -> str:
    name = quote(column.name)
    return f"CAST({name} AS TEXT)" if column.kind == "other" and tx.dialect.name == "postgresql" else name


def quote(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def list_sequences(tx: Tx) -> Mapping[str, tuple[str, str]]:
    """On PostgreSQL: by table, the column that is numbered and the name of the sequence that numbers it."""
    return {table: (column, name) for table, column, name in tx.execute(text(_POSTGRES_SEQUENCES))}


def read_highest(tx: Tx) -> dict[str, int]:
    """By table, the highest id that was ever given, to rows long gone too. A table without numbers is not in it."""
    if tx.dialect.name == "sqlite":
        if driver_of(tx).execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone() is None:
            return {}
        return {str(name): int(last) for name, last in driver_of(tx).execute("SELECT name, seq FROM sqlite_sequence")}
    highest: dict[str, int] = {}
    for table, (_column, name) in list_sequences(tx).items():
        last, called = tx.execute(text(f"SELECT last_value, is_called FROM {name}")).one()  # noqa: S608  # quoted by the server
        if called:
            highest[table] = last
    return highest
