"""Visits as reminders of them need them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from crm_store import Tx
from crm_store.models import AppointmentItemRow, AppointmentRow, AppointmentStatus, AuditRow

_A, _I = AppointmentRow, AppointmentItemRow


class Due(NamedTuple):
    """A customer's visit; ``provider_id``: of its first service."""

    id: int
    contact_id: int
    branch_id: int | None
    starts_at: datetime
    ends_at: datetime
    status: AppointmentStatus
    cancelled_by: str | None
    service_ids: tuple[int, ...]
    provider_id: int | None


def find_due(tx: Tx, appointment_id: int) -> Due | None:
    """One; None where there is no such, or it is nobody's."""
    columns = (_A.id, _A.contact_id, _A.branch_id, _A.starts_at, _A.ends_at, _A.status, _A.cancelled_by)
    row = tx.execute(select(*columns).where(_A.id == appointment_id, _A.contact_id.is_not(None))).one_or_none()
    if row is None:
        return None
    items = tx.execute(
        select(_I.service_id, _I.provider_id).where(_I.appointment_id == appointment_id).order_by(_I.position, _I.id)
    ).all()
    services = tuple(one.service_id for one in items if one.service_id is not None)
    head = (row.id, row.contact_id, row.branch_id, row.starts_at, row.ends_at, row.status, row.cancelled_by)
    return Due(*head, services, next((one.provider_id for one in items if one.provider_id is not None), None))


def was_booked_in_talk(tx: Tx, appointment_id: int) -> bool:
    """Whether the customer himself booked it, in his talk: he knows it already."""
    booked = select(_A.conversation_id, _A.created_by).where(_A.id == appointment_id)
    row = tx.execute(booked).one_or_none()
    if row is None or row.conversation_id is None:
        return False
    done = (
        AuditRow.entity == "appointment",
        AuditRow.entity_id == appointment_id,
        AuditRow.action == "appointment.booked",
    )
    last = select(AuditRow.actor_kind).where(*done).order_by(AuditRow.id.desc()).limit(1)
    return tx.scalar(last) != "agent"
