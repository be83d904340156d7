"""Contacts that may be one person: the same phone or e-mail, or the same birthday and (the caller compares) name."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import and_, func, insert, or_, select

from crm_store import Tx
from crm_store.models import AddressRow, ContactRow, DistinctContactsRow

_STATED = ("phone", "email")
_LIVE = and_(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))


class Shared(NamedTuple):
    """A contact with something of another's: a phone or e-mail (``value``), or a birthday."""

    contact_id: int
    channel: str
    value: str


class Born(NamedTuple):
    """Who was born that day."""

    contact_id: int
    name: str
    birthday: str


def list_sharing(tx: Tx, contact_id: int, limit: int) -> list[Shared]:
    """Live contacts with a phone or an e-mail of this one's, the latest first; at most ``limit`` rows."""
    mine = AddressRow.__table__.alias("mine")
    query = (
        select(AddressRow.contact_id, AddressRow.channel, AddressRow.value)
        .join(mine, and_(mine.c.value == AddressRow.value, mine.c.channel == AddressRow.channel))
        .join(ContactRow, ContactRow.id == AddressRow.contact_id)
        .where(mine.c.contact_id == contact_id, mine.c.channel.in_(_STATED))
        .where(AddressRow.contact_id != contact_id, _LIVE)
    )
    return [Shared(*row) for row in tx.execute(query.order_by(AddressRow.id.desc()).limit(limit))]


def list_born(tx: Tx, birthday: str, limit: int) -> list[Born]:
    """Live contacts with a name born on a day (as it is kept), the latest first."""
    query = select(ContactRow.id, ContactRow.name, ContactRow.birthday).where(ContactRow.birthday == birthday, _LIVE)
    rows = tx.execute(query.where(ContactRow.name != "").order_by(ContactRow.id.desc()).limit(limit))
    return [Born(row.id, row.name, row.birthday) for row in rows]


def list_shared_values(tx: Tx, after: tuple[str, str] | None, limit: int) -> list[tuple[str, str]]:
    """``(value, channel)`` of phones and e-mails that several contacts have, in order, after one."""
    value, channel = AddressRow.value, AddressRow.channel
    query = select(value, channel).where(channel.in_(_STATED))
    if after is not None:
        query = query.where(value >= after[0], or_(value > after[0], channel > after[1]))
    grouped = query.group_by(value, channel).having(func.min(AddressRow.contact_id) < func.max(AddressRow.contact_id))
    return [(row.value, row.channel) for row in tx.execute(grouped.order_by(value, channel).limit(limit))]


def list_holders(tx: Tx, value: str, channel: str, limit: int) -> list[int]:
    """Live contacts that have a phone or e-mail, the oldest first."""
    query = select(AddressRow.contact_id).join(ContactRow, ContactRow.id == AddressRow.contact_id).distinct()
    holding = query.where(AddressRow.value == value, AddressRow.channel == channel, _LIVE)
    return list(tx.scalars(holding.order_by(AddressRow.contact_id).limit(limit)))


def list_shared_birthdays(tx: Tx, after: str | None, limit: int) -> list[str]:
    """Days on which several contacts were born, in order, after one."""
    query = select(ContactRow.birthday).where(ContactRow.birthday.is_not(None))
    if after is not None:
        query = query.where(ContactRow.birthday > after)
    grouped = query.group_by(ContactRow.birthday).having(func.count() > 1)
    return [row.birthday or "" for row in tx.execute(grouped.order_by(ContactRow.birthday).limit(limit))]


def list_distinct(tx: Tx, contact_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs, the lower id first, of which somebody said that they are not one; those with any of these contacts."""
    ids = list(contact_ids)
    query = select(DistinctContactsRow.low_id, DistinctContactsRow.high_id)
    with_any = or_(DistinctContactsRow.low_id.in_(ids), DistinctContactsRow.high_id.in_(ids))
    return {(row.low_id, row.high_id) for row in tx.execute(query.where(with_any))} if ids else set()


def insert_distinct(tx: Tx, one: int, other: int) -> bool:
    """Notes that two contacts are not one; False where it was noted before."""
    low, high = sorted((one, other))
    if (low, high) in list_distinct(tx, [low]):
        return False
    tx.execute(insert(DistinctContactsRow).values(low_id=low, high_id=high))
    return True
