"""Statements on holds and on the seats of group sessions."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import AppointmentItemRow, GroupSessionRow, HoldPurpose, HoldRow, SessionHoldRow


class Hold(NamedTuple):
    """A hold as it is kept."""

    id: int
    key: str
    purpose: HoldPurpose
    contact_id: int | None
    conversation_id: int | None
    wanted: JsonObject
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


class Session(NamedTuple):
    """A group session."""

    id: int
    capacity: int
    taken: int
    ends_at: datetime


class Seats(NamedTuple):
    """How many seats of a session are taken."""

    taken: int
    provider_id: int
    starts_at: datetime
    ends_at: datetime


_COLUMNS = tuple(getattr(HoldRow, name) for name in Hold._fields)


def insert_hold(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds a hold; returns its id."""
    return tx.execute(insert(HoldRow).values(**values).returning(HoldRow.id)).scalar_one()


def find_hold(tx: Tx, hold_id: int) -> Hold | None:
    """One by its id."""
    row = tx.execute(select(*_COLUMNS).where(HoldRow.id == hold_id)).one_or_none()
    return None if row is None else Hold(*row)


def find_keyed(tx: Tx, key: str) -> Hold | None:
    """One by its caller's key."""
    row = tx.execute(select(*_COLUMNS).where(HoldRow.key == key)).one_or_none()
    return None if row is None else Hold(*row)


def list_expired(tx: Tx, at: datetime, limit: int) -> list[int]:
    """Holds whose time is over, the longest first."""
    query = select(HoldRow.id).where(HoldRow.expires_at <= at).order_by(HoldRow.expires_at).limit(limit)
    return list(tx.scalars(query))


def delete_holds(tx: Tx, ids: Collection[int]) -> int:
    """Removes holds whose allocations and seats are given back; returns how many there were."""
    return tx.execute(delete(HoldRow).where(HoldRow.id.in_(list(ids)))).rowcount


def prolong(tx: Tx, hold_id: int, expires_at: datetime) -> None:
    """It ends at another moment."""
    tx.execute(update(HoldRow).where(HoldRow.id == hold_id).values(expires_at=expires_at))


def find_session(tx: Tx, provider_id: int, service_id: int, starts_at: datetime) -> Session | None:
    """The session of a provider at a moment."""
    query = select(GroupSessionRow.id, GroupSessionRow.capacity, GroupSessionRow.taken, GroupSessionRow.ends_at).where(
        GroupSessionRow.provider_id == provider_id,
        GroupSessionRow.service_id == service_id,
        GroupSessionRow.starts_at == starts_at,
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else Session(*row)


def insert_session(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds a session; returns its id."""
    return tx.execute(insert(GroupSessionRow).values(**values).returning(GroupSessionRow.id)).scalar_one()


def take_seats(tx: Tx, session_id: int, seats: int) -> bool:
    """Takes seats where so many are left; False: they are not."""
    taken = GroupSessionRow.taken + seats
    free = (GroupSessionRow.id == session_id, taken <= GroupSessionRow.capacity)
    return tx.execute(update(GroupSessionRow).where(*free).values(taken=taken)).rowcount == 1


def give_seats(tx: Tx, session_id: int, seats: int) -> Seats | None:
    """Gives seats back; what is left of the session, None where there is none."""
    left = (
        update(GroupSessionRow)
        .where(GroupSessionRow.id == session_id)
        .values(taken=GroupSessionRow.taken - seats)
        .returning(*(getattr(GroupSessionRow, name) for name in Seats._fields))
    )
    row = tx.execute(left).one_or_none()
    return None if row is None else Seats(*row)


def delete_session(tx: Tx, session_id: int) -> None:
    """Removes a session without seats taken and without allocations."""
    tx.execute(delete(GroupSessionRow).where(GroupSessionRow.id == session_id))


def leave_session(tx: Tx, item_ids: Collection[int]) -> None:
    """These items are of no session any more."""
    tx.execute(update(AppointmentItemRow).where(AppointmentItemRow.id.in_(list(item_ids))).values(session_id=None))


def insert_seats(tx: Tx, hold_id: int, session_id: int, seats: int) -> None:
    """Notes the seats that a hold keeps; a session of which it keeps some already gets more."""
    of = (SessionHoldRow.hold_id == hold_id, SessionHoldRow.session_id == session_id)
    if not tx.execute(update(SessionHoldRow).where(*of).values(seats=SessionHoldRow.seats + seats)).rowcount:
        tx.execute(insert(SessionHoldRow).values(hold_id=hold_id, session_id=session_id, seats=seats))


def list_seats(tx: Tx, hold_ids: Collection[int]) -> list[tuple[int, int]]:
    """Sessions, and the seats of them that these holds keep."""
    query = select(SessionHoldRow.session_id, SessionHoldRow.seats).where(SessionHoldRow.hold_id.in_(list(hold_ids)))
    return [(row[0], row[1]) for row in tx.execute(query.order_by(SessionHoldRow.session_id))]


def list_lapsed(tx: Tx, session_id: int, at: datetime) -> list[tuple[int, int]]:
    """Holds on a session's seats whose time is over, and how many they keep."""
    query = (
        select(SessionHoldRow.hold_id, SessionHoldRow.seats)
        .join(HoldRow, HoldRow.id == SessionHoldRow.hold_id)
        .where(SessionHoldRow.session_id == session_id, HoldRow.expires_at <= at)
    )
    return [(row[0], row[1]) for row in tx.execute(query)]


def join_session(tx: Tx, item_id: int, session_id: int) -> None:
    """This item is of a session."""
    tx.execute(update(AppointmentItemRow).where(AppointmentItemRow.id == item_id).values(session_id=session_id))


def list_deserted(tx: Tx, session_ids: Collection[int], at: datetime) -> dict[int, tuple[int, ...]]:
    """Of these sessions those in which every seat is kept by a hold whose time is over, with these holds."""
    query = (
        select(GroupSessionRow.id, GroupSessionRow.taken, SessionHoldRow.hold_id, SessionHoldRow.seats)
        .join(SessionHoldRow, SessionHoldRow.session_id == GroupSessionRow.id)
        .join(HoldRow, HoldRow.id == SessionHoldRow.hold_id)
        .where(GroupSessionRow.id.in_(list(session_ids)), HoldRow.expires_at <= at)
    )
    left: dict[int, int] = {}
    found: dict[int, tuple[int, ...]] = {}
    for session_id, taken, hold_id, seats in tx.execute(query):
        left[session_id] = left.get(session_id, taken) - seats
        found[session_id] = (*found.get(session_id, ()), hold_id)
    return {one: found[one] for one, seats in left.items() if seats <= 0}


def count_taken(tx: Tx, session_id: int) -> int:
    """How many seats of a session are taken."""
    return tx.scalar(select(GroupSessionRow.taken).where(GroupSessionRow.id == session_id)) or 0
