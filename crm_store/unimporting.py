"""Taking back what an import did: contacts that nobody used since go, changed ones are put back."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select

from crm_store import Tx
from crm_store.contacts import renew_searches
from crm_store.importing import set_columns, take_members
from crm_store.models import AddressRow, Base, ContactRow, OutgoingRow

_ADDRESSES: Table = AddressRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause
OfContact = tuple[int, str, str]
"""(contact's id, channel, value)."""


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


def find_proven(tx: Tx, ids: Collection[int]) -> set[OfContact]:
    """Addresses of these contacts that stay, whatever is undone: proven, agreed to, or written to since."""
    if not ids:
        return set()
    held = select(OutgoingRow.id).where(OutgoingRow.address_id == AddressRow.id).exists()
    proven = or_(AddressRow.verified_at.is_not(None), AddressRow.consent_at.is_not(None), held)
    query = select(AddressRow.contact_id, AddressRow.channel, AddressRow.value)
    rows = tx.execute(query.where(AddressRow.contact_id.in_(ids), proven))
    return {(contact_id, channel, value) for contact_id, channel, value in rows}


@dataclass(slots=True)
class Return:
    """What goes back to what it was: columns by contact's id (``custom`` whole), addresses that an import stated, and
    (contact's id, id) of the ``groups`` and ``categories`` he was put into. ``proven``: addresses that stay."""

    proven: set[OfContact]
    columns: dict[int, dict[str, object]] = field(default_factory=dict)
    addresses: set[OfContact] = field(default_factory=set)
    members: dict[str, set[tuple[int, int]]] = field(default_factory=dict)


def put_back(tx: Tx, back: Return, gone: Collection[int], at: datetime) -> None:
    """Writes it, and what these contacts are found by; those of ``gone`` are about to be removed anyhow."""
    columns = {one: values for one, values in back.columns.items() if one not in gone}
    set_columns(tx, {one: values for one, values in columns.items() if values}, at)
    for name, pairs in back.members.items():
        take_members(tx, name, sorted(pairs))
    if back.addresses:
        of = {"one": _ADDRESSES.c.contact_id, "by": _ADDRESSES.c.channel, "what": _ADDRESSES.c.value}
        where = [column == bindparam(name) for name, column in of.items()]
        rows = [dict(zip(of, address, strict=True)) for address in sorted(back.addresses)]
        tx.execute(delete(_ADDRESSES).where(*where), rows)
    renew_searches(tx, columns)
