"""Taking back what an import did: contacts that nobody used since go, changed ones are put back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, or_, select

from crm_store import Tx
from crm_store.contacts import renew_search
from crm_store.importing import COLUMNS, Key, set_columns, take_members
from crm_store.models import AddressRow, Base, ContactRow, OutgoingRow


def _to_contacts(*, own: bool) -> list[tuple[Table, ColumnElement[int]]]:
    """Columns that refer to contacts: of rows that are a part of him and go with him, or of others."""
    return [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "contacts" and own is (key.ondelete == "CASCADE" or table.name == "addresses")
    ]


def find_used(tx: Tx, ids: Collection[int]) -> set[int]:
    """Those of the contacts that something else holds to: a conversation, a note, a task, a merge, a verified or later
    address, and whatever table refers to contacts."""
    used: set[int] = set()
    for _, column in _to_contacts(own=False):
        used.update(one for one in tx.scalars(select(column).where(column.in_(ids)).distinct()) if one)
    own = or_(AddressRow.verified_at.is_not(None), AddressRow.channel == "web", AddressRow.consent_at.is_not(None))
    used.update(tx.scalars(select(AddressRow.contact_id).where(AddressRow.contact_id.in_(ids), own)))
    return used


def remove_contacts(tx: Tx, ids: Collection[int]) -> None:
    """Removes contacts that nothing else holds to, with their addresses and memberships."""
    for table, column in _to_contacts(own=True):
        tx.execute(delete(table).where(column.in_(ids)))
    tx.execute(delete(ContactRow).where(ContactRow.id.in_(ids)))


def put_back(
    tx: Tx,
    contact_id: int,
    columns: Mapping[str, object],
    addresses: Collection[Key],
    groups: Mapping[str, Collection[int]],
    at: datetime,
) -> set[Key]:
    """Sets columns as they were (``custom`` whole), takes addresses and memberships away; returns the addresses that
    stay because they are proven or used since."""
    if columns:
        set_columns(tx, contact_id, {name: columns[name] for name in (*COLUMNS, "custom") if name in columns}, at)
    for name, ids in groups.items():
        take_members(tx, name, contact_id, ids)
    stays: set[Key] = set()
    for channel, value in addresses:
        where = (AddressRow.contact_id == contact_id, AddressRow.channel == channel, AddressRow.value == value)
        for row in tx.execute(select(AddressRow.id, AddressRow.verified_at, AddressRow.consent_at).where(*where)).all():
            held = tx.scalar(select(OutgoingRow.id).where(OutgoingRow.address_id == row.id).limit(1))
            if row.verified_at is not None or row.consent_at is not None or held is not None:
                stays.add((channel, value))
            else:
                tx.execute(delete(AddressRow).where(AddressRow.id == row.id))
    renew_search(tx, contact_id)
    return stays
