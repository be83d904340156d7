"""Statements on appointments and their items."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import case, func, insert, select, update

from crm_store import Tx
from crm_store.erasing import also_erase
from crm_store.merging import move_with_contacts
from crm_store.models import AppointmentItemRow, AppointmentRow, ContactRow
from crm_store.paging import Listing, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

APPOINTMENT: Final = tuple(AppointmentRow.__table__.c)
ITEM: Final = tuple(AppointmentItemRow.__table__.c)


# built once, of tables: to build an insert of a mapped class takes longer than to run it
_ADD: Final = insert(AppointmentRow.__table__).returning(AppointmentRow.id)  # type: ignore[arg-type]  # it is a Table
_ADD_ITEM: Final = insert(AppointmentItemRow.__table__).returning(AppointmentItemRow.id)  # type: ignore[arg-type]  # a table is declared as FromClause


def _erase(tx: Tx, ids: Sequence[int]) -> None:
    """That there was a visit stays; what was said of it, and for whom it was, goes."""
    nothing = {"title": "", "note": "", "warning": "", "cancel_reason": None, "subject_id": None}
    tx.execute(update(AppointmentRow).where(AppointmentRow.contact_id.in_(ids)).values(**nothing))


also_erase(_erase)
move_with_contacts(AppointmentRow)


class Missed(NamedTuple):
    """How often somebody did not come, and how often he cancelled late."""

    no_shows: int
    late_cancels: int


_ALWAYS: Final = (
    "starts_at",
    "ends_at",
    "updated_at",
    "created_at",
    "kind",
    "status",
    "title",
    "source",
    "note",
    "warning",
)
_PERHAPS: Final = (
    *("subject_id", "conversation_id", "branch_id", "series_id", "total_minor", "currency", "cancel_reason"),
    *("cancelled_by", "arrived_at"),
)
_PLAIN: Final = ("discount_minor", "wall_start", "zone", "version")
_TABLE: Final = AppointmentRow.__table__.c
LISTING: Final = Listing(
    "appointments",
    AppointmentRow.id,
    {
        **{name: Sort(_TABLE[name], nullable=False) for name in (*_ALWAYS, *_PLAIN)},
        **{name: Sort(_TABLE[name]) for name in _PERHAPS},
        "id": Sort(AppointmentRow.id, unique=True, nullable=False),
    },
    default="starts_at",
    descending=False,
    filters={name: _TABLE[name] for name in (*_ALWAYS[1:], *_PERHAPS, *_PLAIN) if name != "status"},
)


def insert_appointment(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds an appointment; returns its id."""
    return tx.execute(_ADD, dict(values)).scalar_one()


def insert_item(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds an item; returns its id."""
    return tx.execute(_ADD_ITEM, dict(values)).scalar_one()


def find_appointment(tx: Tx, appointment_id: int) -> tuple[AnyRow, Sequence[AnyRow]] | None:
    """One with its items in their order."""
    row = tx.execute(select(*APPOINTMENT).where(AppointmentRow.id == appointment_id)).one_or_none()
    return None if row is None else (row, list_items(tx, [appointment_id]))


def list_items(tx: Tx, appointment_ids: Collection[int]) -> Sequence[AnyRow]:
    """Items of these, in their order."""
    query = select(*ITEM).where(AppointmentItemRow.appointment_id.in_(list(appointment_ids)))
    ordered = query.order_by(AppointmentItemRow.appointment_id, AppointmentItemRow.position, AppointmentItemRow.id)
    return tx.execute(ordered).all()


def change_appointment(tx: Tx, appointment_id: int, values: Mapping[str, object], at: datetime) -> None:
    """Sets columns; the version rises."""
    changed = update(AppointmentRow).where(AppointmentRow.id == appointment_id)
    tx.execute(changed.values(**values, version=AppointmentRow.version + 1, updated_at=at))


def change_item(tx: Tx, item_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of an item."""
    tx.execute(update(AppointmentItemRow).where(AppointmentItemRow.id == item_id).values(**values))


def copy_appointment(tx: Tx, appointment_id: int, values: Mapping[str, object]) -> int:
    """Adds one that is like another but for these columns; returns its id."""
    row = tx.execute(select(*APPOINTMENT).where(AppointmentRow.id == appointment_id)).one()
    same = {name: value for name, value in row._mapping.items() if name != "id"}
    return insert_appointment(tx, {**same, **values})


def list_following(tx: Tx, series_id: int, since: datetime) -> list[int]:
    """Those of a series that begin from a moment on and stand, the first first."""
    stands = (AppointmentRow.status.in_(("booked", "confirmed")), AppointmentRow.starts_at >= since)
    query = select(AppointmentRow.id).where(AppointmentRow.series_id == series_id, *stands)
    return list(tx.scalars(query.order_by(AppointmentRow.starts_at, AppointmentRow.id)))


def page_appointments(
    tx: Tx,
    wanted: Wanted,
    *,
    first: datetime | None = None,
    last: datetime | None = None,
    contact_id: int | None = None,
    provider_id: int | None = None,
    service_id: int | None = None,
    statuses: Collection[str] = (),
) -> tuple[list[AnyRow], str | None]:
    """A page of those that begin from ``first`` on and before ``last``; provider and service: of any item."""
    query: AnySelect = select(*APPOINTMENT)
    if first is not None:
        query = query.where(AppointmentRow.starts_at >= first)
    if last is not None:
        query = query.where(AppointmentRow.starts_at < last)
    if contact_id is not None:
        query = query.where(AppointmentRow.contact_id == contact_id)
    if statuses:
        query = query.where(AppointmentRow.status.in_(list(statuses)))
    for column, value in ((AppointmentItemRow.provider_id, provider_id), (AppointmentItemRow.service_id, service_id)):
        if value is not None:
            of = select(AppointmentItemRow.appointment_id).where(column == value)
            if first is not None and last is not None:
                of = of.where(AppointmentItemRow.ends_at > first, AppointmentItemRow.starts_at < last)
            query = query.where(AppointmentRow.id.in_(of))
    page = LISTING.page(tx, query, wanted)
    return list(page.rows), page.next


def names_of(tx: Tx, contact_ids: Collection[int]) -> dict[int, str]:
    """What contacts are called."""
    if not contact_ids:
        return {}
    rows = tx.execute(select(ContactRow.id, ContactRow.name).where(ContactRow.id.in_(list(contact_ids))))
    return {row.id: row.name for row in rows}


def count_missed(tx: Tx, contact_ids: Collection[int]) -> dict[int, Missed]:
    """Of each of these who missed something."""
    columns: tuple[Any, ...] = (
        func.sum(case((AppointmentRow.status == "no_show", 1), else_=0)),
        func.sum(case(((AppointmentRow.status == "cancelled") & AppointmentRow.late, 1), else_=0)),
    )
    query = select(AppointmentRow.contact_id, *columns).where(AppointmentRow.contact_id.in_(list(contact_ids)))
    rows = tx.execute(query.group_by(AppointmentRow.contact_id))
    return {row[0]: Missed(int(row[1]), int(row[2])) for row in rows}
