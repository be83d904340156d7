"""Questions about contacts and their addresses."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update

from crm_store import Tx, search_sources
from crm_store.models import AddressRow, AppointmentRow, ContactRow
from crm_store.ordering import sorted_by
from crm_store.rows import AnyRow


def insert_contact(tx: Tx, *, name: str, language: str | None, source: str, at: datetime) -> int:
    """Adds a contact; returns its id."""
    values = {"name": name, "language": language, "source": source}
    added = insert(ContactRow).values(**values, created_at=at, updated_at=at).returning(ContactRow.id)
    contact_id = tx.execute(added).scalar_one()
    if name:
        renew_search(tx, contact_id)
    return contact_id


def insert_address(
    tx: Tx,
    *,
    contact_id: int,
    channel: str,
    value: str,
    display: str | None,
    language: str | None,
    at: datetime,
    verified_at: datetime | None = None,
    heard_at: datetime | None = None,
) -> int:
    """Adds an address, not verified where nothing else is said; returns its id."""
    values: dict[str, object] = {"contact_id": contact_id, "channel": channel, "value": value, "display": display}
    values |= {"language": language, "verified_at": verified_at, "heard_at": heard_at}
    return tx.execute(insert(AddressRow).values(**values, created_at=at).returning(AddressRow.id)).scalar_one()


def state_address(tx: Tx, contact_id: int, channel: str, value: str, display: str, at: datetime) -> bool:
    """Notes a phone or e-mail as stated by the person; False where he had stated it before."""
    if has_address(tx, contact_id, channel, value):
        return False
    insert_address(tx, contact_id=contact_id, channel=channel, value=value, display=display, language=None, at=at)
    return True


def change_contact(tx: Tx, contact_id: int, values: Mapping[str, object], at: datetime) -> None:
    """Sets columns of a contact and renews what he is found by."""
    tx.execute(update(ContactRow).where(ContactRow.id == contact_id).values(**sorted_by(values), updated_at=at))
    renew_search(tx, contact_id)


def renew_search(tx: Tx, contact_id: int) -> None:
    """Makes anew what a contact is found by; to be called in the transaction of every change of his card."""
    renew_searches(tx, [contact_id])


def renew_searches(tx: Tx, ids: Collection[int]) -> None:
    """The same for many contacts at once."""
    search_sources.renew(tx, list(ids))


def set_seen(tx: Tx, seen: Mapping[int, datetime]) -> None:
    """When these contacts were last there (feature AC-02)."""
    for contact_id, at in sorted(seen.items()):
        tx.execute(update(ContactRow).where(ContactRow.id == contact_id).values(last_seen_at=at))


def list_bare_phones(tx: Tx, after: int, limit: int) -> list[AnyRow]:
    """Phones that are not kept as E.164, with their contacts' countries, by id, after one."""
    query = select(AddressRow.id, AddressRow.contact_id, AddressRow.value, AddressRow.display, ContactRow.country).join(
        ContactRow, ContactRow.id == AddressRow.contact_id
    )
    bare = and_(AddressRow.channel == "phone", AddressRow.id > after, AddressRow.value.not_like("+%"))
    return list(tx.execute(query.where(bare).order_by(AddressRow.id).limit(limit)))


def has_address(tx: Tx, contact_id: int, channel: str, value: str) -> bool:
    """Whether a contact has stated this."""
    mine = select(AddressRow.id).where(
        AddressRow.contact_id == contact_id, AddressRow.channel == channel, AddressRow.value == value
    )
    return tx.scalar(mine.limit(1)) is not None


def set_address(tx: Tx, address_id: int, value: str, display: str) -> None:
    """Keeps an address in another spelling."""
    tx.execute(update(AddressRow).where(AddressRow.id == address_id).values(value=value, display=display))


def find_standing(tx: Tx, contact_id: int) -> AnyRow | None:
    """A contact's name and its parts, and whether he is in the bin."""
    columns = ("name", "given_name", "family_name", "deleted_at", "erased_at")
    query = select(*(getattr(ContactRow, column) for column in columns)).where(ContactRow.id == contact_id)
    return tx.execute(query).one_or_none()


def is_stranger(tx: Tx, contact_id: int, address_id: int) -> bool:
    """Whether nothing of a contact is proven to be his but this one address."""
    owned = or_(AddressRow.verified_at.is_not(None), AddressRow.channel.not_in(("phone", "email")))
    others = select(func.count()).where(AddressRow.contact_id == contact_id, AddressRow.id != address_id, owned)
    return not tx.scalar(others.select_from(AddressRow))


def has_visits(tx: Tx, contact_id: int) -> bool:
    """Whether something is, or was, booked for a contact."""
    return tx.scalar(select(AppointmentRow.id).where(AppointmentRow.contact_id == contact_id).limit(1)) is not None


def rename_address(tx: Tx, address_id: int, value: str) -> None:
    """The channel knows an address by another value from now on."""
    tx.execute(update(AddressRow).where(AddressRow.id == address_id).values(value=value))
