"""Rows of work that one worker at a time holds for a while: what jobs and outgoing rows have in common."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, or_, select, update

from crm_store import Tx

BACKOFF_FIRST_S = 2.0
BACKOFF_MOST_S = 3600.0


def backoff_s(attempts: int) -> float:
    """Seconds to wait after the given number of failed attempts: 2, 4, 8, ... up to an hour."""
    return float(min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2 ** min(attempts - 1, 20)))


def lease(
    tx: Tx,
    table: Table,
    due: str,
    owner: str,
    at: datetime,
    lease_s: float,
    limit: int,
    of: Sequence[ColumnElement[bool]] = (),
) -> list[Row[Any]]:
    """Takes up to ``limit`` rows that are due (column ``due``) or whose lease ran out, the longest due first, of those
    for which the conditions ``of`` hold.

    On PostgreSQL rows that another process is taking right now are passed over.
    """
    ready = or_(
        and_(table.c.state == "queued", table.c[due] <= at),
        and_(table.c.state == "leased", table.c.lease_until <= at),
    )
    wanted = select(table.c.id).where(ready, *of).order_by(table.c[due], table.c.id).limit(limit)
    ids = tx.scalars(wanted.with_for_update(skip_locked=True)).all()
    if not ids:
        return []
    tx.execute(
        update(table)
        .where(table.c.id.in_(ids))
        .values(
            state="leased",
            lease_owner=owner,
            lease_until=at + timedelta(seconds=lease_s),
            attempts=table.c.attempts + 1,
        )
    )
    return list(tx.execute(select(*table.c).where(table.c.id.in_(ids)).order_by(table.c[due], table.c.id)))


def held(table: Table, row_id: int, owner: str) -> ColumnElement[bool]:
    """The condition that ``owner`` still holds the row."""
    return and_(table.c.id == row_id, table.c.state == "leased", table.c.lease_owner == owner)


def renew(tx: Tx, table: Table, row_id: int, owner: str, until: datetime) -> bool:
    """Prolongs a lease; False where it was lost to another."""
    return bool(tx.execute(update(table).where(held(table, row_id, owner)).values(lease_until=until)).rowcount)


def settle(tx: Tx, table: Table, row_id: int, owner: str, **values: object) -> bool:
    """Ends a lease and sets columns; False (and nothing changes) where it was lost to another."""
    free: dict[str, object] = {"lease_owner": None, "lease_until": None, **values}
    return bool(tx.execute(update(table).where(held(table, row_id, owner)).values(free)).rowcount)
