"""What pages for customers show: a contact's own appointments, what is offered online, whose calendar a key opens."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, select, update

from conversation.messages import Language
from crm_store import Tx
from crm_store.models import (
    AppointmentItemRow,
    AppointmentRow,
    BranchRow,
    ContactRow,
    ResourceRow,
    ServiceGroupRow,
    ServiceProviderRow,
    ServiceRow,
)
from crm_store.rows import AnyRow

_A, _I, _C = AppointmentRow, AppointmentItemRow, ContactRow
_MERGES: Final = 20


class Standing(NamedTuple):
    """A contact who is in the lists."""

    id: int
    name: str
    language: Language | None


def find_standing(tx: Tx, contact_id: int) -> Standing | None:
    """A contact, or the one he was joined with; None where there is none any more."""
    for _ in range(_MERGES):
        query = select(_C.id, _C.name, _C.language, _C.merged_into, _C.deleted_at, _C.erased_at)
        row = tx.execute(query.where(_C.id == contact_id)).one_or_none()
        if row is None or row.erased_at is not None or (row.deleted_at is not None and row.merged_into is None):
            return None
        if row.merged_into is None:
            return Standing(row.id, row.name, row.language)
        contact_id = row.merged_into
    return None


_SHOWN: Final = (
    _A.id,
    _A.kind,
    _A.status,
    _A.contact_id,
    _A.branch_id,
    _A.title,
    _A.starts_at,
    _A.ends_at,
    _A.wall_start,
    _A.zone,
    _A.total_minor,
    _A.currency,
    _A.version,
    _A.created_at,
    _A.updated_at,
    _I.id.label("item_id"),
    _I.position,
    _I.service_id,
    _I.provider_id,
    _I.starts_at.label("item_starts_at"),
    _I.ends_at.label("item_ends_at"),
    _I.seats,
    ServiceRow.name.label("service_name"),
    ResourceRow.name.label("provider_name"),
    BranchRow.name.label("branch_name"),
    BranchRow.address.label("branch_address"),
    BranchRow.phone.label("branch_phone"),
    _C.name.label("contact_name"),
)


def _list_items(tx: Tx, limit: int, latest_first: bool, *conditions: ColumnElement[bool]) -> list[AnyRow]:
    query = (
        select(*_SHOWN)
        .join(_I, _I.appointment_id == _A.id)
        .outerjoin(ServiceRow, ServiceRow.id == _I.service_id)
        .outerjoin(ResourceRow, ResourceRow.id == _I.provider_id)
        .outerjoin(BranchRow, BranchRow.id == _A.branch_id)
        .outerjoin(_C, _C.id == _A.contact_id)
        .where(*conditions)
    )
    order = _A.starts_at.desc() if latest_first else _A.starts_at
    return list(tx.execute(query.order_by(order, _A.id, _I.position, _I.id).limit(limit)))


def list_of_contact(
    tx: Tx, contact_id: int, since: datetime, until: datetime, limit: int, *, latest_first: bool = False
) -> list[AnyRow]:
    """The items of a contact's visits that end within a time, one row each, by their visit's start."""
    mine = (_A.contact_id == contact_id, _A.kind == "visit", _A.ends_at >= since, _A.ends_at < until)
    return _list_items(tx, limit, latest_first, *mine)


def list_of_appointment(tx: Tx, appointment_id: int) -> list[AnyRow]:
    """The items of one appointment, as ``list_of_contact`` gives them."""
    return _list_items(tx, 100, False, _A.id == appointment_id)


def list_of_provider(tx: Tx, resource_id: int, since: datetime, until: datetime, limit: int) -> list[AnyRow]:
    """The items that a provider does, by their visit's start."""
    mine = (_I.provider_id == resource_id, _I.ends_at >= since, _I.starts_at < until)
    return _list_items(tx, limit, False, *mine)


def find_feed(tx: Tx, feed_key: str) -> AnyRow | None:
    """Whose calendar a key opens."""
    query = select(ResourceRow.id, ResourceRow.name, ResourceRow.kind, ResourceRow.archived_at)
    return tx.execute(query.where(ResourceRow.feed_key == feed_key)).one_or_none()


def find_resource(tx: Tx, resource_id: int) -> AnyRow | None:
    """A resource's name, and the key of its calendar."""
    columns = (ResourceRow.id, ResourceRow.name, ResourceRow.feed_key, ResourceRow.archived_at, ResourceRow.kind)
    return tx.execute(select(*columns).where(ResourceRow.id == resource_id)).one_or_none()


def put_feed_key(tx: Tx, resource_id: int, feed_key: str | None) -> None:
    """From now on this key opens a resource's calendar, and no other."""
    tx.execute(update(ResourceRow).where(ResourceRow.id == resource_id).values(feed_key=feed_key))


def list_offered(tx: Tx) -> tuple[list[AnyRow], list[AnyRow], list[tuple[int, int]]]:
    """What customers may book themselves: services with their group's name, providers, and who does what. A service
    that nobody does online is none."""
    groups = (ServiceGroupRow.name.label("group_name"), ServiceGroupRow.position.label("group_position"))
    services = list(
        tx.execute(
            select(*ServiceRow.__table__.c, *groups)
            .outerjoin(ServiceGroupRow, ServiceGroupRow.id == ServiceRow.group_id)
            .where(ServiceRow.archived_at.is_(None), ServiceRow.online)
            .order_by(
                ServiceGroupRow.position.is_(None),
                ServiceGroupRow.position,
                ServiceGroupRow.id,
                ServiceRow.position,
                ServiceRow.id,
            )
        )
    )
    providers = list(
        tx.execute(
            select(*ResourceRow.__table__.c, BranchRow.name.label("branch_name"), BranchRow.timezone)
            .outerjoin(BranchRow, BranchRow.id == ResourceRow.branch_id)
            .where(ResourceRow.kind == "provider", ResourceRow.online, ResourceRow.archived_at.is_(None))
            .order_by(ResourceRow.position, ResourceRow.id)
        )
    )
    known = {row.id for row in providers}
    pairs = tx.execute(select(ServiceProviderRow.service_id, ServiceProviderRow.provider_id))
    does = [(row.service_id, row.provider_id) for row in pairs if row.provider_id in known]
    done = {service_id for service_id, _ in does}
    return [row for row in services if row.id in done], providers, does


def list_names(tx: Tx, service_ids: Collection[int], resource_ids: Collection[int]) -> Sequence[dict[int, object]]:
    """Names by language, of services and of resources."""
    services = select(ServiceRow.id, ServiceRow.name).where(ServiceRow.id.in_(service_ids))
    resources = select(ResourceRow.id, ResourceRow.name).where(ResourceRow.id.in_(resource_ids))
    return [{row.id: row.name for row in tx.execute(query)} for query in (services, resources)]
