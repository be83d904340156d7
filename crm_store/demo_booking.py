"""Taking the demo's bookings away: what one's own visits are for, and with whom, stays with them."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update

from crm_store import Tx
from crm_store.models import (
    AgentRow,
    AllocationRow,
    AppointmentItemRow,
    AppointmentRow,
    Base,
    ConversationRow,
    GroupSessionRow,
    HoldRow,
    ResourceRow,
    ServiceGroupRow,
    ServiceNeedRow,
    ServiceProviderRow,
    ServiceRow,
    SessionHoldRow,
    SubjectRow,
    WaitlistOfferRow,
    WaitlistWishRow,
)

Gone = Mapping[type[Base], Collection[int]]
HOLDERS: Final[tuple[type[Any], ...]] = (AppointmentRow, WaitlistWishRow, HoldRow)
"""What of these is one's own keeps the contact it is of."""


def remove_booking(tx: Tx, seeded: Gone) -> dict[str, int]:
    """Removes seeded visits, services and resources, those that one's own visits speak of excepted; how many went, by
    table."""
    visits = seeded[AppointmentRow]
    own_items = select(AppointmentItemRow).where(AppointmentItemRow.appointment_id.not_in(visits)).subquery()
    services = set(seeded[ServiceRow]) - set(tx.scalars(select(own_items.c.service_id).distinct()))
    used = set(tx.scalars(select(own_items.c.provider_id).distinct()))
    used |= set(tx.scalars(select(AllocationRow.resource_id).where(AllocationRow.item_id.in_(select(own_items.c.id)))))
    kept_sessions = select(own_items.c.session_id).where(own_items.c.session_id.is_not(None))
    used |= set(
        tx.scalars(select(AllocationRow.resource_id).where(AllocationRow.session_id.in_(kept_sessions)).distinct())
    )
    resources = set(seeded[ResourceRow]) - used
    tx.execute(update(AppointmentRow).where(AppointmentRow.copied_from.in_(visits)).values(copied_from=None))
    counts = {WaitlistWishRow.__tablename__: _delete(tx, WaitlistWishRow, seeded[WaitlistWishRow])}
    counts[AppointmentRow.__tablename__] = _delete(tx, AppointmentRow, visits)
    counts[GroupSessionRow.__tablename__] = _leave_sessions(tx, seeded[GroupSessionRow])
    sessions = or_(GroupSessionRow.service_id.in_(services), GroupSessionRow.provider_id.in_(resources))
    tx.execute(delete(GroupSessionRow).where(sessions))
    tx.execute(delete(AllocationRow).where(AllocationRow.resource_id.in_(resources)))
    tx.execute(delete(WaitlistOfferRow).where(WaitlistOfferRow.provider_id.in_(resources)))
    wished = WaitlistWishRow.provider_id.in_(resources)
    tx.execute(update(WaitlistWishRow).where(wished).values(provider_id=None))
    for table, column, ids in (
        (ServiceProviderRow, ServiceProviderRow.service_id, services),
        (ServiceProviderRow, ServiceProviderRow.provider_id, resources),
        (ServiceNeedRow, ServiceNeedRow.service_id, services),
        (ServiceNeedRow, ServiceNeedRow.resource_id, resources),
    ):
        tx.execute(delete(table).where(column.in_(ids)))
    counts[ServiceRow.__tablename__] = _delete(tx, ServiceRow, services)
    counts[ResourceRow.__tablename__] = _delete(tx, ResourceRow, resources)
    held = set(tx.scalars(select(ServiceRow.group_id).where(ServiceRow.group_id.is_not(None)).distinct()))
    counts[ServiceGroupRow.__tablename__] = _delete(tx, ServiceGroupRow, set(seeded[ServiceGroupRow]) - held)
    return counts


def _leave_sessions(tx: Tx, sessions: Collection[int]) -> int:
    """Removes sessions in which nobody has a seat any more and counts the seats of the others; how many went."""
    row = GroupSessionRow
    seats = select(func.coalesce(func.sum(AppointmentItemRow.seats), 0)).where(AppointmentItemRow.session_id == row.id)
    held = select(func.coalesce(func.sum(SessionHoldRow.seats), 0)).where(SessionHoldRow.session_id == row.id)
    counted = seats.scalar_subquery() + held.scalar_subquery()
    tx.execute(update(row).where(row.id.in_(sessions)).values(taken=counted))
    return tx.execute(delete(row).where(row.id.in_(sessions), row.taken == 0)).rowcount


def loosen(tx: Tx, gone: Gone) -> None:
    """One's own visits, wishes and resources let go of what is removed."""
    links: tuple[tuple[Any, type[Base]], ...] = (
        (AppointmentRow.conversation_id, ConversationRow),
        (WaitlistWishRow.conversation_id, ConversationRow),
        (HoldRow.conversation_id, ConversationRow),
        (AppointmentRow.subject_id, SubjectRow),
        (AppointmentRow.created_by, AgentRow),
        (ResourceRow.agent_id, AgentRow),
    )
    for column, table in links:
        tx.execute(update(column.class_).where(column.in_(gone[table])).values({column: None}))


def rehome(tx: Tx, branches: Collection[int], branch_id: int | None) -> None:
    """What of booking is in these branches goes to another one."""
    for table in (AppointmentRow, ResourceRow):
        tx.execute(update(table).where(table.branch_id.in_(branches)).values(branch_id=branch_id))


def _delete(tx: Tx, table: Any, ids: Collection[int]) -> int:
    return tx.execute(delete(table).where(table.id.in_(ids))).rowcount
