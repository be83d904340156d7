"""Statements for visits that come out of a file, and go into one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select

from crm_store import Tx
from crm_store.appointments import APPOINTMENT, list_items
from crm_store.models import (
    AddressRow,
    AppointmentItemRow,
    AppointmentRow,
    ContactRow,
    ResourceRow,
    ServiceRow,
    WaitlistWishRow,
)
from crm_store.rows import AnyRow


class Named(NamedTuple):
    """A service or a specialist that a file may name; what is archived too, since history speaks of it."""

    id: int
    forms: Mapping[str, Any]
    code: str | None
    archived: bool


class Customer(NamedTuple):
    """Whom a visit is for, as a file names him."""

    name: str
    phone: str


def list_services(tx: Tx) -> list[Named]:
    """All, those in use first."""
    row = ServiceRow
    query = select(row.id, row.name, row.code, row.archived_at).order_by(row.archived_at.is_not(None), row.id)
    return [Named(one.id, one.name, one.code, one.archived_at is not None) for one in tx.execute(query)]


def list_specialists(tx: Tx) -> list[Named]:
    """All, those in use first."""
    row = ResourceRow
    query = select(row.id, row.name, row.archived_at).where(row.kind == "provider")
    rows = tx.execute(query.order_by(row.archived_at.is_not(None), row.id))
    return [Named(one.id, one.name, None, one.archived_at is not None) for one in rows]


def find_places(tx: Tx, resource_ids: Collection[int]) -> dict[int, tuple[int | None, int | None]]:
    """(branch, agent) of resources, archived or not."""
    query = select(ResourceRow.id, ResourceRow.branch_id, ResourceRow.agent_id).where(ResourceRow.id.in_(resource_ids))
    return {one.id: (one.branch_id, one.agent_id) for one in tx.execute(query)}


def find_facts(tx: Tx, service_ids: Collection[int]) -> dict[int, tuple[int, int | None, str | None]]:
    """(minutes, price, currency) of services, archived or not."""
    row = ServiceRow
    query = select(row.id, row.duration_min, row.price_minor, row.currency).where(row.id.in_(service_ids))
    return {one.id: (one.duration_min, one.price_minor, one.currency) for one in tx.execute(query)}


def find_named(tx: Tx, names: Collection[str]) -> dict[str, list[int]]:
    """Live contacts of exactly these names, at most a few each."""
    row = ContactRow
    live = (row.deleted_at.is_(None), row.merged_into.is_(None), row.erased_at.is_(None))
    found: dict[str, list[int]] = {}
    for contact_id, name in tx.execute(select(row.id, row.name).where(row.name.in_(names), *live).order_by(row.id)):
        found.setdefault(name, []).append(contact_id)
    return found


def find_same(tx: Tx, contact_id: int, starts_at: datetime, service_id: int) -> int | None:
    """The visit of a contact for that service that begins at that moment."""
    query = select(AppointmentRow.id).join(AppointmentItemRow, AppointmentItemRow.appointment_id == AppointmentRow.id)
    where = (AppointmentRow.contact_id == contact_id, AppointmentRow.starts_at == starts_at)
    return tx.scalar(query.where(*where, AppointmentItemRow.service_id == service_id).limit(1))


def is_waited_for(tx: Tx, appointment_id: int) -> bool:
    """Whether a wish of the waiting list came to this visit."""
    query = select(WaitlistWishRow.id).where(WaitlistWishRow.appointment_id == appointment_id).limit(1)
    return tx.scalar(query) is not None


def delete_visits(tx: Tx, appointment_ids: Collection[int]) -> None:
    """Removes visits whose time has been given back."""
    tx.execute(delete(AppointmentItemRow).where(AppointmentItemRow.appointment_id.in_(appointment_ids)))
    tx.execute(delete(AppointmentRow).where(AppointmentRow.id.in_(appointment_ids)))


def count_visits(tx: Tx) -> int:
    """How many visits there are; other entries of the journal are none."""
    return tx.scalar(select(func.count()).select_from(AppointmentRow).where(AppointmentRow.kind == "visit")) or 0


def page_visits(tx: Tx, after: int, limit: int) -> tuple[list[AnyRow], dict[int, list[AnyRow]], dict[int, Customer]]:
    """Visits after one in order of id, their items, and their customers by id."""
    query = select(*APPOINTMENT).where(AppointmentRow.kind == "visit", AppointmentRow.id > after)
    rows = list(tx.execute(query.order_by(AppointmentRow.id).limit(limit)))
    items: dict[int, list[AnyRow]] = {}
    for item in list_items(tx, [row.id for row in rows]) if rows else ():
        items.setdefault(item.appointment_id, []).append(item)
    ids = {row.contact_id for row in rows if row.contact_id is not None}
    phones: dict[int, str] = {}
    held = select(AddressRow.contact_id, AddressRow.value).where(AddressRow.contact_id.in_(ids))
    for contact_id, value in tx.execute(held.where(AddressRow.channel == "phone").order_by(AddressRow.id)):
        phones.setdefault(contact_id, value)
    named = tx.execute(select(ContactRow.id, ContactRow.name).where(ContactRow.id.in_(ids)))
    return rows, items, {one.id: Customer(one.name, phones.get(one.id, "")) for one in named}
