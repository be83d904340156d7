"""Store-wide numbers. Event numbers are given in the order of commits, so that a reader by number never misses one."""

from typing import cast

from sqlalchemy import select, update

from crm_store import Tx
from crm_store.models import CounterRow

EVENT = "event"
LOCK = f"SELECT value FROM counters WHERE name = '{EVENT}' FOR UPDATE"  # noqa: S608  # a constant
"""The lock of all writers on PostgreSQL; on SQLite the immediate transaction is that lock."""


def next_events(tx: Tx, count: int = 1) -> int:
    """Takes ``count`` consecutive event numbers and returns the first of them.

    To be called inside the writer's transaction: it holds the counter's lock from its beginning to its end, so that
    numbers are committed in their order, by whichever process.
    """
    last = tx.scalar(
        update(CounterRow)
        .where(CounterRow.name == EVENT)
        .values(value=CounterRow.value + count)
        .returning(CounterRow.value)
    )
    return cast("int", last) - count + 1


def last_event(tx: Tx) -> int:
    """The last event number that is committed, as this transaction sees it."""
    return tx.scalar(select(CounterRow.value).where(CounterRow.name == EVENT)) or 0
