"""Questions about busy calendars that are kept elsewhere, and the busy time that was read of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from crm_store import Tx
from crm_store.models import AllocationRow, BranchRow, OutsideCalendarRow, ResourceRow
from crm_store.rows import AnyRow

_A, _C, _R = AllocationRow, OutsideCalendarRow, ResourceRow
Busy = tuple[datetime, datetime]


def list_all(tx: Tx, resource_id: int | None = None) -> list[AnyRow]:
    """All of them, or those of a resource, by id."""
    query = select(*_C.__table__.c).order_by(_C.id)
    return list(tx.execute(query if resource_id is None else query.where(_C.resource_id == resource_id)))


def find(tx: Tx, calendar_id: int) -> AnyRow | None:
    """One of them."""
    return tx.execute(select(*_C.__table__.c).where(_C.id == calendar_id)).one_or_none()


def has_resource(tx: Tx, resource_id: int) -> bool:
    """Whether there is such a resource, and it is not put away."""
    return tx.scalar(select(_R.id).where(_R.id == resource_id, _R.archived_at.is_(None))) is not None


def find_zone(tx: Tx, resource_id: int) -> str | None:
    """The zone (IANA) of a resource's branch; of the first branch where it has none."""
    own = select(BranchRow.timezone).join(_R, _R.branch_id == BranchRow.id).where(_R.id == resource_id)
    return tx.scalar(own) or tx.scalar(select(BranchRow.timezone).order_by(BranchRow.id).limit(1))


def insert_one(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds one; returns its id."""
    return tx.execute(insert(_C).values(values).returning(_C.id)).scalar_one()


def change_one(tx: Tx, calendar_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of one."""
    if values:
        tx.execute(update(_C).where(_C.id == calendar_id).values(values))


def delete_one(tx: Tx, calendar_id: int, resource_id: int) -> None:
    """Takes one away, with the busy time that was read of it."""
    write_busy(tx, calendar_id, resource_id, ())
    tx.execute(delete(_C).where(_C.id == calendar_id))


def any_due(tx: Tx, at: datetime) -> bool:
    """Whether one is to be read now."""
    return tx.scalar(select(_C.id).where(_C.next_at <= at).limit(1)) is not None


def take_due(tx: Tx, at: datetime, until: datetime, limit: int) -> list[AnyRow]:
    """Those that are to be read, the longest due first; until then nobody else takes them."""
    due = select(*_C.__table__.c).where(_C.next_at <= at).order_by(_C.next_at, _C.id).limit(limit)
    rows = list(tx.execute(due))
    tx.execute(update(_C).where(_C.id.in_([row.id for row in rows])).values(next_at=until))
    return rows


def write_busy(tx: Tx, calendar_id: int, resource_id: int, busy: Sequence[Busy]) -> bool:
    """Replaces the busy time that was read of a calendar, and raises the resource's version where that changes
    anything; returns whether it does."""
    mine = (_A.calendar_id == calendar_id,)
    query = select(_A.starts_at, _A.ends_at).where(*mine).order_by(_A.starts_at, _A.ends_at)
    if [tuple(row) for row in tx.execute(query)] == list(busy):
        return False
    tx.execute(delete(_A).where(*mine))
    common = {"resource_id": resource_id, "kind": "outside", "exclusive": False, "calendar_id": calendar_id}
    if busy:
        tx.execute(insert(_A), [{**common, "starts_at": start, "ends_at": end} for start, end in busy])
    tx.execute(update(_R).where(_R.id == resource_id).values(version=_R.version + 1))
    return True


def count_busy(tx: Tx) -> dict[int, int]:
    """How many stretches of busy time each calendar has given."""
    query = select(_A.calendar_id, func.count()).where(_A.calendar_id.is_not(None)).group_by(_A.calendar_id)
    return {int(row[0] or 0): row[1] for row in tx.execute(query)}
