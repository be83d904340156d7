"""The seeded visits, found again and moved: what nobody has touched comes along with the calendar."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from crm_store import Tx, allocations
from crm_store.models import (
    AllocationRow,
    AppointmentItemRow,
    AppointmentRow,
    Base,
    DemoRow,
    GroupSessionRow,
    ResourceRow,
    WaitlistWishRow,
)


class Kept(NamedTuple):
    """A seeded visit with its one item. ``untouched``: nobody has changed it since."""

    id: int
    item_id: int
    session_id: int | None
    untouched: bool


class Seeded(NamedTuple):
    """What of the demo's is there, in the order in which it was seeded. ``own_sessions``: seeded sessions in which
    somebody else has a seat, too."""

    visits: list[Kept]
    resources: list[int]
    wishes: list[int]
    own_sessions: set[int]


def _noted(tx: Tx, table: type[Base]) -> list[int]:
    query = select(DemoRow.entity_id).where(DemoRow.entity == table.__tablename__).order_by(DemoRow.entity_id)
    return list(tx.scalars(query))


def list_seeded(tx: Tx) -> Seeded:
    """Visits that are gone meanwhile, or have another item, count as touched: they keep the place of the others."""
    ids = _noted(tx, AppointmentRow)
    row, item = AppointmentRow, AppointmentItemRow
    columns = row.id, row.version, item.id.label("item_id"), item.session_id
    found = tx.execute(select(*columns).join(item, item.appointment_id == row.id).where(row.id.in_(ids))).all()
    by_id = {one.id: one for one in found}
    alone = [one.id for one in found]
    visits = [
        Kept(one, by_id[one].item_id, by_id[one].session_id, by_id[one].version == 1 and alone.count(one) == 1)
        if one in by_id
        else Kept(one, 0, None, untouched=False)
        for one in ids
    ]
    sessions = {one.session_id for one in visits if one.session_id is not None}
    mine = {one.item_id for one in visits if one.untouched}
    seats = tx.execute(select(item.id, item.session_id).where(item.session_id.in_(sessions)))
    own = {session_id for item_id, session_id in seats if session_id is not None and item_id not in mine}
    waiting = select(WaitlistWishRow.id).where(WaitlistWishRow.state == "waiting")
    standing = set(tx.scalars(waiting))
    wishes = [one if one in standing else 0 for one in _noted(tx, WaitlistWishRow)]
    return Seeded(visits, _noted(tx, ResourceRow), wishes, own)


def join_series(tx: Tx, first: int, appointment_ids: Collection[int]) -> None:
    """These recur together."""
    tx.execute(update(AppointmentRow).where(AppointmentRow.id.in_(appointment_ids)).values(series_id=first))


def clear_time(tx: Tx, item_ids: Collection[int]) -> None:
    """What these items take is free."""
    allocations.forget_busy(tx)
    tx.execute(delete(AllocationRow).where(AllocationRow.item_id.in_(item_ids)))


def clear_sessions(tx: Tx, session_ids: Collection[int]) -> None:
    """What these sessions take is free."""
    allocations.forget_busy(tx)
    tx.execute(delete(AllocationRow).where(AllocationRow.session_id.in_(session_ids)))


def list_taken(tx: Tx, resource_id: int, since: datetime) -> list[tuple[datetime, datetime]]:
    """When a resource is busy."""
    row = AllocationRow
    query = select(row.starts_at, row.ends_at).where(row.resource_id == resource_id, row.ends_at > since)
    return [(one.starts_at, one.ends_at) for one in tx.execute(query)]


def move(tx: Tx, kept: Kept, values: Mapping[str, Any], times: Mapping[str, Any]) -> None:
    """A visit and its item to other moments; it is as new."""
    tx.execute(update(AppointmentRow).where(AppointmentRow.id == kept.id).values(**values))
    tx.execute(update(AppointmentItemRow).where(AppointmentItemRow.id == kept.item_id).values(**times))


def move_session(tx: Tx, session_id: int, times: Mapping[str, Any]) -> None:
    """A session to other moments."""
    tx.execute(update(GroupSessionRow).where(GroupSessionRow.id == session_id).values(**times))


def move_wish(tx: Tx, wish_id: int, from_day: str, to_day: str) -> None:
    """A wish to other days."""
    tx.execute(update(WaitlistWishRow).where(WaitlistWishRow.id == wish_id).values(from_day=from_day, to_day=to_day))


def take(tx: Tx, spans: Sequence[Mapping[str, Any]]) -> None:
    """Takes time that was found free."""
    if spans:
        tx.execute(insert(AllocationRow), [dict(one) for one in spans])


def bump(tx: Tx, resource_ids: Iterable[int]) -> None:
    """What was computed of these calendars holds no more."""
    allocations.bump(tx, list(resource_ids))
