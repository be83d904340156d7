"""What is booked by the wall's clock, and its moments: read and moved when a zone's rules are other than they were."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, or_, select, update

from crm_store import Tx
from crm_store.models import AllocationRow, AppointmentItemRow, AppointmentRow, BranchRow, GroupSessionRow, ResourceRow

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_GONE = ("cancelled", "no_show")


class Kept(NamedTuple):
    """An appointment or a session: the moment it is kept with and what the wall's clock shows then."""

    id: int
    starts_at: datetime
    wall_start: str
    zone: str


class Span(NamedTuple):
    """Busy time of a resource."""

    id: int
    resource_id: int
    starts_at: datetime
    ends_at: datetime


def any_kept(tx: Tx) -> bool:
    """Whether any time is taken, or was."""
    return any(tx.scalar(select(row.id).limit(1)) is not None for row in (AppointmentRow, AllocationRow))


def list_appointments(tx: Tx, after: datetime) -> list[Kept]:
    """Those that have not begun and stand."""
    columns = AppointmentRow.id, AppointmentRow.starts_at, AppointmentRow.wall_start, AppointmentRow.zone
    found = select(*columns).where(AppointmentRow.starts_at > after, AppointmentRow.status.not_in(_GONE))
    return [Kept(*row) for row in tx.execute(found.order_by(AppointmentRow.starts_at))]


def list_sessions(tx: Tx, after: datetime) -> list[Kept]:
    """Group sessions that have not begun."""
    columns = GroupSessionRow.id, GroupSessionRow.starts_at, GroupSessionRow.wall_start, GroupSessionRow.zone
    found = select(*columns).where(GroupSessionRow.starts_at > after)
    return [Kept(*row) for row in tx.execute(found.order_by(GroupSessionRow.starts_at))]


def list_own_spans(tx: Tx, after: datetime) -> list[tuple[Span, str | None]]:
    """Breaks, absences and repairs that are not over, each with the zone of its resource's branch, if it has one."""
    row = AllocationRow
    columns = row.id, row.resource_id, row.starts_at, row.ends_at, BranchRow.timezone
    query = select(*columns).join(ResourceRow, ResourceRow.id == row.resource_id)
    query = query.outerjoin(BranchRow, BranchRow.id == ResourceRow.branch_id)
    found = query.where(row.kind.in_(("break", "absence", "repair")), row.ends_at > after).order_by(row.starts_at)
    return [(Span(*one[:4]), one[4]) for one in tx.execute(found)]


def list_zones(tx: Tx) -> list[str]:
    """Zones of the branches, that of the first one first."""
    return list(dict.fromkeys(tx.scalars(select(BranchRow.timezone).order_by(BranchRow.id))))


def list_items(tx: Tx, appointment_ids: Collection[int]) -> list[tuple[int, int, datetime, datetime]]:
    """Their items: id, appointment, from, to."""
    columns = (
        AppointmentItemRow.id,
        AppointmentItemRow.appointment_id,
        AppointmentItemRow.starts_at,
        AppointmentItemRow.ends_at,
    )
    found = select(*columns).where(AppointmentItemRow.appointment_id.in_(_IDS))
    return [(row[0], row[1], row[2], row[3]) for row in tx.execute(found, {"ids": list(appointment_ids)})]


def list_spans(tx: Tx, item_ids: Collection[int], session_ids: Collection[int]) -> list[tuple[Span, int | None, int]]:
    """Exclusive busy time of items and sessions, with the item, or else the session."""
    columns = AllocationRow.id, AllocationRow.resource_id, AllocationRow.starts_at, AllocationRow.ends_at
    found = select(*columns, AllocationRow.item_id, AllocationRow.session_id).where(
        AllocationRow.exclusive,
        or_(AllocationRow.item_id.in_(_IDS), AllocationRow.session_id.in_(bindparam("sessions", expanding=True))),
    )
    rows = tx.execute(found, {"ids": list(item_ids), "sessions": list(session_ids)})
    return [(Span(*row[:4]), row[4], row[5] or 0) for row in rows]


def move_appointment(tx: Tx, appointment_id: int, by: timedelta, at: datetime) -> None:
    """To another moment, the wall's clock showing the same; ``at``: when it is done."""
    row = AppointmentRow
    found = tx.execute(select(row.starts_at, row.ends_at, row.version).where(row.id == appointment_id)).one()
    values = {"starts_at": found.starts_at + by, "ends_at": found.ends_at + by, "version": found.version + 1}
    tx.execute(update(row).where(row.id == appointment_id).values(**values, updated_at=at))


def move_item(tx: Tx, item_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """To other moments."""
    values = {"starts_at": starts_at, "ends_at": ends_at}
    tx.execute(update(AppointmentItemRow).where(AppointmentItemRow.id == item_id).values(**values))


def move_session(tx: Tx, session_id: int, by: timedelta) -> None:
    """To another moment."""
    row = GroupSessionRow
    found = tx.execute(select(row.starts_at, row.ends_at).where(row.id == session_id)).one()
    values = {"starts_at": found.starts_at + by, "ends_at": found.ends_at + by}
    tx.execute(update(row).where(row.id == session_id).values(**values))


def loosen(tx: Tx, ids: Collection[int]) -> None:
    """Lets busy time overlap while it is moved."""
    tx.execute(update(AllocationRow).where(AllocationRow.id.in_(_IDS)).values(exclusive=False), {"ids": list(ids)})


def move_span(tx: Tx, span: Span) -> None:
    """Puts loosened busy time where it belongs."""
    values = {"starts_at": span.starts_at, "ends_at": span.ends_at}
    tx.execute(update(AllocationRow).where(AllocationRow.id == span.id).values(**values))


def tighten(tx: Tx, span: Span) -> bool:
    """Guards it again. False: something else is there, and it stays as what only keeps others away."""
    row = AllocationRow
    other = select(row.id).where(
        row.exclusive,
        row.resource_id == span.resource_id,
        row.starts_at < span.ends_at,
        row.ends_at > span.starts_at,
        row.id != span.id,
    )
    if tx.scalar(other.limit(1)) is not None:
        return False
    tx.execute(update(row).where(row.id == span.id).values(exclusive=True))
    return True
