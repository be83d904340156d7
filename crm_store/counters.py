"""Store-wide numbers. Event numbers are given in the order of commits, so that a reader by number never misses one."""

from typing import cast

from sqlalchemy import select, update

from crm_store import Tx
from crm_store.models import CounterRow

EVENT = "event"


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


def hold(tx: Tx) -> None:
    """Takes the counter's lock: the beginning of every writing transaction on PostgreSQL.

    Whoever writes holds it from the first statement to the commit. So event numbers are committed in their order, and
    two processes cannot meet each other's row locks in opposite orders. SQLite's immediate transaction is this lock.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(CounterRow.value).where(CounterRow.name == EVENT).with_for_update())
