"""Whose an address is: by proof, or by what the firm has written."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select, update

from crm_store import Tx
from crm_store.models import AddressRow, ContactRow, StatedChannel

_A = AddressRow


class Holder(NamedTuple):
    """A contact who has an address."""

    contact_id: int
    name: str


def find_owner(tx: Tx, channel: StatedChannel, value: str) -> Holder | None:
    """Who has proven an address, if he is in the lists."""
    query = select(ContactRow.id, ContactRow.name).join(_A, _A.contact_id == ContactRow.id)
    his = and_(_A.channel == channel, _A.value == value, _A.verified_at.is_not(None))
    live = and_(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    row = tx.execute(query.where(his, live)).first()
    return None if row is None else Holder(*row)


def list_sharing(tx: Tx, contact_id: int, phone: str | None = None) -> list[int]:
    """A contact, and those who have stated a phone that he has stated and not proven. ``phone``: what he says now."""
    his = select(_A.value, _A.verified_at).where(_A.contact_id == contact_id, _A.channel == "phone")
    proven = {value: verified_at is not None for value, verified_at in tx.execute(his)}
    stated = [value for value in {phone or "", *proven} if value and not proven.get(value)]
    others = select(_A.contact_id).distinct().where(_A.channel == "phone", _A.value.in_(stated))
    found = list(tx.scalars(others)) if stated else []
    return [contact_id, *(one for one in found if one not in (contact_id, None))]


def list_papers(tx: Tx, channel: StatedChannel, value: str, limit: int) -> Sequence[Holder]:
    """Contacts under whom the firm has written an address, and who never came by themselves: neither talk through any
    channel nor have proven anything."""
    came = select(_A.id).where(
        _A.contact_id == ContactRow.id, or_(_A.verified_at.is_not(None), _A.channel.not_in(("phone", "email")))
    )
    his = select(_A.id).where(_A.contact_id == ContactRow.id, _A.channel == channel, _A.value == value)
    live = and_(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    query = select(ContactRow.id, ContactRow.name).where(his.exists(), ~came.exists(), live)
    return [Holder(*row) for row in tx.execute(query.order_by(ContactRow.id).limit(limit))]


def release(tx: Tx, channel: StatedChannel, value: str, but: int) -> None:
    """Nobody but this contact has proven an address."""
    others = (_A.channel == channel, _A.value == value, _A.contact_id != but, _A.verified_at.is_not(None))
    tx.execute(update(_A).where(*others).values(verified_at=None))


def mark_proven(tx: Tx, contact_id: int, channel: StatedChannel, value: str, at: datetime) -> None:
    """A contact has proven one of his addresses; where it is noted twice, the first is meant."""
    mine = (_A.contact_id == contact_id, _A.channel == channel, _A.value == value)
    first = tx.scalar(select(_A.id).where(*mine).order_by(_A.verified_at.is_(None), _A.id).limit(1))
    tx.execute(update(_A).where(_A.id == first).values(verified_at=at))


def prove_this(tx: Tx, address_id: int, at: datetime) -> None:
    """Of all notes of an address that is proven, this one is meant: through it he talks."""
    row = tx.execute(select(_A.channel, _A.value).where(_A.id == address_id)).one()
    same = (_A.channel == row.channel, _A.value == row.value, _A.verified_at.is_not(None))
    tx.execute(update(_A).where(*same).values(verified_at=None))
    tx.execute(update(_A).where(_A.id == address_id).values(verified_at=at))


def mark_browser(tx: Tx, contact_id: int, address_id: int, at: datetime) -> None:
    """Something was proven from a contact's browser: it is his as his phone is, and may join what he says elsewhere."""
    mine = (_A.id == address_id, _A.contact_id == contact_id, _A.channel == "web", _A.verified_at.is_(None))
    tx.execute(update(_A).where(*mine).values(verified_at=at))


def list_proven(tx: Tx, contact_id: int) -> list[tuple[str, str, str]]:
    """Channel, value and display of the phones and mailboxes that a contact has proven, the latest first."""
    mine = (_A.contact_id == contact_id, _A.channel.in_(("phone", "email")), _A.verified_at.is_not(None))
    query = select(_A.channel, _A.value, _A.display).where(*mine).order_by(_A.verified_at.desc(), _A.id)
    return [(row.channel, row.value, row.display or row.value) for row in tx.execute(query)]
