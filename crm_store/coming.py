"""What a customer has before him: his visits to come and the last one, and what is kept for him in a talk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from crm_store import Tx
from crm_store.models import AppointmentRow, AppointmentStatus, HoldRow

_STANDS: Final[tuple[AppointmentStatus, ...]] = ("booked", "confirmed")
_WAS: Final[tuple[AppointmentStatus, ...]] = ("arrived", "done", "paid", "confirmed", "booked")


def list_coming(tx: Tx, contact_id: int, at: datetime, limit: int, told: Sequence[int] = ()) -> Sequence[int]:
    """Visits that begin after a moment, the next one first. ``told``: others that he may change as well."""
    his = or_(AppointmentRow.contact_id == contact_id, AppointmentRow.id.in_(told))
    mine = (his, AppointmentRow.kind == "visit")
    query = select(AppointmentRow.id).where(*mine, AppointmentRow.starts_at > at, AppointmentRow.status.in_(_STANDS))
    return list(tx.scalars(query.order_by(AppointmentRow.starts_at, AppointmentRow.id).limit(limit)))


def find_last(tx: Tx, contact_id: int) -> int | None:
    """The visit that he came to last; where he came to none, the latest that he has booked."""
    mine = (AppointmentRow.contact_id == contact_id, AppointmentRow.kind == "visit")
    query = select(AppointmentRow.id).where(*mine, AppointmentRow.status.in_(_WAS))
    return tx.scalar(query.order_by(AppointmentRow.starts_at.desc(), AppointmentRow.id.desc()).limit(1))


def list_kept(tx: Tx, conversation_id: int) -> Sequence[int]:
    """Holds that were taken in a talk."""
    query = select(HoldRow.id).where(HoldRow.conversation_id == conversation_id, HoldRow.purpose == "chat")
    return list(tx.scalars(query))
