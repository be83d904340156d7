"""Questions of the journal: who and what has a calendar, and all that stands in it between two moments.

Every question is bounded by the window, over ``allocations (resource_id, ends_at, ...)`` and ``appointments
(starts_at)``: what is older costs nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from crm_store import Tx
from crm_store.conversations import stated
from crm_store.models import (
    AllocationRow,
    AppointmentItemRow,
    AppointmentRow,
    BranchRow,
    ContactRow,
    GroupSessionRow,
    HoldRow,
    ResourceRow,
    ServiceNeedRow,
    ServiceProviderRow,
    ServiceRow,
    SubjectRow,
    TeamMemberRow,
)
from crm_store.rows import AnyRow, AnySelect

VISIT: Final = (
    *("id", "version", "kind", "status", "title", "note", "warning", "source", "source_id", "total_minor"),
    *("discount_minor", "currency", "cancel_reason", "series_id", "zone"),
)
"""The first columns of an appointment."""
ITEM: Final = ("id", "service_id", "provider_id", "session_id", "price_minor", "discount_minor", "seats")
"""The first columns of an item."""
BUSY: Final = ("id", "resource_id", "kind", "note", "session_id")
"""The first columns of what is taken; ``appointment_id`` is the next."""
_SPAN: Final = ("starts_at", "ends_at")


class Standing(NamedTuple):
    """What stands in the calendars of some resources between two moments.

    ``appointments`` with their contact's columns, by their beginning; ``items`` of them, in their order; ``busy``:
    allocations with ``appointment_id`` and the hold's ``expires_at``; ``sessions`` of the group sessions among them.
    """

    appointments: Sequence[AnyRow]
    items: Sequence[AnyRow]
    busy: Sequence[AnyRow]
    sessions: Sequence[AnyRow]


def list_resources(
    tx: Tx,
    *,
    branch_id: int | None = None,
    service_id: int | None = None,
    team_id: int | None = None,
    resource_ids: Collection[int] = (),
) -> Sequence[AnyRow]:
    """Resources that are not archived, with ``branch_name``, in the firm's order: those of the branch (and those of no
    branch), those who do the service or are needed for it, the team's own, those named."""
    wanted: list[ColumnElement[bool]] = [ResourceRow.archived_at.is_(None)]
    if branch_id is not None:
        wanted.append(or_(ResourceRow.branch_id == branch_id, ResourceRow.branch_id.is_(None)))
    if service_id is not None:
        doing = select(ServiceProviderRow.provider_id).where(ServiceProviderRow.service_id == service_id)
        needed = select(ServiceNeedRow.resource_id).where(ServiceNeedRow.service_id == service_id)
        wanted.append(or_(ResourceRow.id.in_(doing), ResourceRow.id.in_(needed)))
    if team_id is not None:
        members = select(TeamMemberRow.agent_id).where(TeamMemberRow.team_id == team_id)
        wanted.append(ResourceRow.agent_id.in_(members))
    if resource_ids:
        wanted.append(ResourceRow.id.in_(resource_ids))
    return tx.execute(
        select(*ResourceRow.__table__.c, BranchRow.name.label("branch_name"))
        .outerjoin(BranchRow, BranchRow.id == ResourceRow.branch_id)
        .where(*wanted)
        .order_by(ResourceRow.position, ResourceRow.id)
    ).all()


def list_services(tx: Tx) -> Sequence[AnyRow]:
    """All services, archived ones too (what was booked keeps its name), in the firm's order."""
    return tx.execute(select(*ServiceRow.__table__.c).order_by(ServiceRow.position, ServiceRow.id)).all()


def list_providers(tx: Tx) -> dict[int, dict[int, int | None]]:
    """Who does each service, and at whose own price."""
    found: dict[int, dict[int, int | None]] = {}
    pairs = select(ServiceProviderRow.service_id, ServiceProviderRow.provider_id, ServiceProviderRow.price_minor)
    for row in tx.execute(pairs.order_by(ServiceProviderRow.provider_id)):
        found.setdefault(row.service_id, {})[row.provider_id] = row.price_minor
    return found


def load_standing(tx: Tx, resource_ids: Collection[int], since: datetime, until: datetime) -> Standing:
    """All of these resources between the two moments, and the appointments that are in nobody's calendar: entries
    without a provider, cancelled ones and no-shows of whom the resources were."""
    busy = _list_busy(tx, resource_ids, since, until)
    earlier = {row.appointment_id for row in busy if row.appointment_id is not None}
    begun = and_(AppointmentRow.starts_at >= since, AppointmentRow.starts_at < until)
    appointments = tx.execute(_appointments().where(begun)).all()
    late = earlier - {row.id for row in appointments}
    items = tx.execute(_items().where(begun)).all()
    if late:
        appointments = [*tx.execute(_appointments().where(AppointmentRow.id.in_(late))), *appointments]
        items = [*tx.execute(_items().where(AppointmentRow.id.in_(late))), *items]
    known = set(resource_ids)
    theirs: dict[int, set[int | None]] = {}
    for item in items:
        theirs.setdefault(item.appointment_id, set()).add(item.provider_id)
    shown = {
        row.id
        for row in appointments
        if row.id in earlier or (theirs.get(row.id, {None}) & known) or row.id not in theirs
    }
    sessions = {row.session_id for row in busy if row.session_id is not None}
    return Standing(
        [row for row in appointments if row.id in shown],
        [item for item in items if item.appointment_id in shown],
        busy,
        tx.execute(select(*GroupSessionRow.__table__.c).where(GroupSessionRow.id.in_(sessions))).all()
        if sessions
        else [],
    )


def _list_busy(tx: Tx, resource_ids: Collection[int], since: datetime, until: datetime) -> Sequence[AnyRow]:
    if not resource_ids:
        return []
    return tx.execute(
        select(
            *(getattr(AllocationRow, name) for name in BUSY),
            AppointmentItemRow.appointment_id,
            *(getattr(AllocationRow, name) for name in (*_SPAN, "item_id")),
            HoldRow.expires_at,
        )
        .outerjoin(AppointmentItemRow, AppointmentItemRow.id == AllocationRow.item_id)
        .outerjoin(HoldRow, HoldRow.id == AllocationRow.hold_id)
        .where(
            AllocationRow.resource_id.in_(resource_ids),
            AllocationRow.ends_at > since,
            AllocationRow.starts_at < until,
        )
        .order_by(AllocationRow.starts_at, AllocationRow.id)
    ).all()


def _appointments() -> AnySelect:
    return (
        select(
            *(getattr(AppointmentRow, name) for name in VISIT),
            *(getattr(AppointmentRow, name) for name in ("contact_id", "subject_id", *_SPAN, "arrived_at")),
            ContactRow.name.label("contact_name"),
            stated("phone").label("contact_phone"),
            SubjectRow.name.label("subject_name"),
        )
        .outerjoin(ContactRow, ContactRow.id == AppointmentRow.contact_id)
        .outerjoin(SubjectRow, SubjectRow.id == AppointmentRow.subject_id)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )


def _items() -> AnySelect:
    return (
        select(*(getattr(AppointmentItemRow, name) for name in (*ITEM, *_SPAN, "appointment_id")))
        .join(AppointmentRow, AppointmentRow.id == AppointmentItemRow.appointment_id)
        .order_by(AppointmentItemRow.appointment_id, AppointmentItemRow.position)
    )
