"""Questions about contacts and their addresses."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Table, bindparam, insert, select, update

from conversation.messages import ContactCard
from crm_store import Tx
from crm_store.conversations import CONTACT_COLUMNS, contact_from
from crm_store.models import AddressRow, ContactRow


def search_key(*parts: str | None) -> str:
    """What a contact is found by: casefolded, since SQLite's own folding knows ASCII alone."""
    return " ".join(part.casefold() for part in parts if part)


def insert_contact(tx: Tx, *, name: str, language: str | None, source: str, at: datetime) -> int:
    """Adds a contact; returns its id."""
    values = {"name": name, "language": language, "source": source, "search": search_key(name)}
    return tx.execute(
        insert(ContactRow).values(**values, created_at=at, updated_at=at).returning(ContactRow.id)
    ).scalar_one()


def insert_address(
    tx: Tx, *, contact_id: int, channel: str, value: str, display: str | None, language: str | None, at: datetime
) -> int:
    """Adds an address, not verified; returns its id."""
    values = {"contact_id": contact_id, "channel": channel, "value": value, "display": display, "language": language}
    return tx.execute(insert(AddressRow).values(**values, created_at=at).returning(AddressRow.id)).scalar_one()


def state_address(tx: Tx, contact_id: int, channel: str, value: str, display: str, at: datetime) -> bool:
    """Notes a phone or e-mail as stated by the person; False where he had stated it before."""
    known = select(AddressRow.id).where(
        AddressRow.contact_id == contact_id, AddressRow.channel == channel, AddressRow.value == value
    )
    if tx.scalar(known) is not None:
        return False
    insert_address(tx, contact_id=contact_id, channel=channel, value=value, display=display, language=None, at=at)
    return True


def change_contact(tx: Tx, contact_id: int, values: Mapping[str, object], at: datetime) -> None:
    """Sets columns of a contact and renews what he is found by."""
    tx.execute(update(ContactRow).where(ContactRow.id == contact_id).values(**values, updated_at=at))
    renew_search(tx, contact_id)


def renew_search(tx: Tx, contact_id: int) -> None:
    """Makes the search key anew from the name and the stated addresses."""
    renew_searches(tx, [contact_id])


def renew_searches(tx: Tx, ids: Collection[int]) -> None:
    """The same for many contacts at once."""
    parts: dict[int, list[str]] = {}
    for contact_id, name in tx.execute(select(ContactRow.id, ContactRow.name).where(ContactRow.id.in_(ids))):
        parts[contact_id] = [name]
    stated = select(AddressRow.contact_id, AddressRow.value).where(
        AddressRow.contact_id.in_(ids), AddressRow.channel.in_(("phone", "email"))
    )
    for contact_id, value in tx.execute(stated.order_by(AddressRow.id)):
        parts[contact_id].append(value)
    rows = [{"of": contact_id, "key": search_key(*found)} for contact_id, found in parts.items()]
    if rows:
        tx.execute(_RENEW, rows)


_CONTACTS: Table = ContactRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause
_RENEW = update(_CONTACTS).where(_CONTACTS.c.id == bindparam("of")).values(search=bindparam("key"))


def set_seen(tx: Tx, seen: Mapping[int, datetime]) -> None:
    """When these contacts were last there (feature AC-02)."""
    for contact_id, at in sorted(seen.items()):
        tx.execute(update(ContactRow).where(ContactRow.id == contact_id).values(last_seen_at=at))


def list_contacts(tx: Tx, words: str, after: int | None, limit: int) -> tuple[list[ContactCard], int | None]:
    """Contacts whose name, phone or e-mail holds every word, the latest first, and the cursor of the next page."""
    query = select(*CONTACT_COLUMNS).where(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    for word in words.casefold().split():
        query = query.where(ContactRow.search.contains(word, autoescape=True))
    if after is not None:
        query = query.where(ContactRow.id < after)
    rows = tx.execute(query.order_by(ContactRow.id.desc()).limit(limit + 1)).all()
    following = rows[limit - 1].contact_id_ if len(rows) > limit else None
    return [contact_from(row) for row in rows[:limit]], following
