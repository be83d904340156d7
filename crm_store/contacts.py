"""Questions about contacts and their addresses."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from conversation.messages import ContactCard
from crm_store import Tx, search_sources
from crm_store.conversations import CONTACT_COLUMNS, contact_from
from crm_store.models import AddressRow, ContactRow
from crm_store.search import find_contacts


def search_key(*parts: str | None) -> str:
    """What a contact is found by: casefolded, since SQLite's own folding knows ASCII alone."""
    return " ".join(part.casefold() for part in parts if part)


def insert_contact(tx: Tx, *, name: str, language: str | None, source: str, at: datetime) -> int:
    """Adds a contact; returns its id."""
    values = {"name": name, "language": language, "source": source, "search": search_key(name)}
    added = insert(ContactRow).values(**values, created_at=at, updated_at=at).returning(ContactRow.id)
    contact_id = tx.execute(added).scalar_one()
    if name:
        renew_search(tx, contact_id)
    return contact_id


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
    """Makes anew what a contact is found by; to be called in the transaction of every change of his card."""
    search_sources.renew(tx, [contact_id])


def set_seen(tx: Tx, seen: Mapping[int, datetime]) -> None:
    """When these contacts were last there (feature AC-02)."""
    for contact_id, at in sorted(seen.items()):
        tx.execute(update(ContactRow).where(ContactRow.id == contact_id).values(last_seen_at=at))


def list_contacts(tx: Tx, words: str, after: int | None, limit: int) -> tuple[list[ContactCard], int | None]:
    """Contacts that words find, in the order of their worth; without words all, the latest first. And the cursor of the
    next page."""
    if words.strip():
        hits, following = find_contacts(tx, words, after=after, limit=limit)
        cards = find_cards(tx, [one.id for one in hits])
        return [cards[one.id] for one in hits], following
    query = select(*CONTACT_COLUMNS).where(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    if after is not None:
        query = query.where(ContactRow.id < after)
    rows = tx.execute(query.order_by(ContactRow.id.desc()).limit(limit + 1)).all()
    following = rows[limit - 1].contact_id_ if len(rows) > limit else None
    return [contact_from(row) for row in rows[:limit]], following


def find_cards(tx: Tx, ids: Sequence[int]) -> dict[int, ContactCard]:
    """The cards of these contacts by id; unknown ids are left out."""
    if not ids:
        return {}
    return {
        row.contact_id_: contact_from(row) for row in tx.execute(select(*CONTACT_COLUMNS).where(ContactRow.id.in_(ids)))
    }
