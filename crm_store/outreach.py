"""Who can be told something, and where: the contact as he stands, his latest talk, his phones and mailboxes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, insert, or_, select

from conversation.messages import Channel, Language
from crm_store import Tx
from crm_store.erasing import also_erase
from crm_store.merging import move_with_contacts
from crm_store.models import AddressRow, BlockRow, ContactRow, ConversationRow, ReachChoiceRow, ReachWay, StatedChannel

_C, _A, _R = ContactRow, AddressRow, ReachChoiceRow


class Told(NamedTuple):
    """A contact. ``name``: as he is addressed."""

    id: int
    name: str
    language: Language | None
    gone: bool


class Talk(NamedTuple):
    """The conversation in which a contact spoke last."""

    id: int
    channel: Channel
    branch_id: int | None
    language: Language | None


class Mailbox(NamedTuple):
    """A phone or mailbox that a contact has proven, or to which he agreed to be written."""

    address_id: int
    channel: StatedChannel
    value: str
    proven: bool


def _erase(tx: Tx, ids: Sequence[int]) -> None:
    tx.execute(delete(_R).where(_R.contact_id.in_(ids)))


also_erase(_erase)
move_with_contacts(ReachChoiceRow)


def find_told(tx: Tx, contact_id: int) -> Told | None:
    """A contact, or whom he was joined with."""
    columns = (_C.id, _C.name, _C.address_form, _C.language, _C.deleted_at, _C.merged_into)
    row = tx.execute(select(*columns).where(_C.id == contact_id)).one_or_none()
    if row is None:
        return None
    if row.merged_into is not None:
        return find_told(tx, row.merged_into)
    return Told(row.id, row.address_form or row.name, row.language, row.deleted_at is not None)


def is_blocked(tx: Tx, contact_id: int, at: datetime) -> bool:
    """Whether nothing is to be had of him: he is kept out at all his addresses."""
    standing = or_(BlockRow.until.is_(None), BlockRow.until > at)
    query = select(BlockRow.id).where(BlockRow.contact_id == contact_id, BlockRow.kind == "contact", standing)
    return tx.scalar(query.limit(1)) is not None


def find_talk(tx: Tx, contact_id: int, since: datetime) -> Talk | None:
    """Where he spoke last since a moment, of any channel."""
    said = (ConversationRow.contact_id == contact_id, ConversationRow.last_message_at >= since)
    columns = (ConversationRow.id, ConversationRow.channel, ConversationRow.branch_id, ConversationRow.language)
    latest = (ConversationRow.last_message_at.desc(), ConversationRow.id.desc())
    row = tx.execute(select(*columns).where(*said).order_by(*latest).limit(1)).one_or_none()
    return None if row is None else Talk(*row)


def list_mailboxes(tx: Tx, contact_id: int) -> list[Mailbox]:
    """Those that may be written to, proven ones first, the latest proven first."""
    allowed = or_(_A.verified_at.is_not(None), _A.consent_at.is_not(None))
    mine = and_(_A.contact_id == contact_id, _A.channel.in_(("phone", "email")), _A.blocked_at.is_(None), allowed)
    query = select(_A.id, _A.channel, _A.value, _A.verified_at.is_not(None).label("proven")).where(mine)
    latest = (_A.verified_at.is_(None), _A.verified_at.desc(), _A.id.desc())
    return [
        Mailbox(row.id, "phone" if row.channel == "phone" else "email", row.value, row.proven)
        for row in tx.execute(query.order_by(*latest))
    ]


def add_choice(tx: Tx, contact_id: int, way: ReachWay, source: str, at: datetime) -> None:
    """Notes how he wants to be told; it counts from here on."""
    tx.execute(insert(_R).values(contact_id=contact_id, way=way, source=source, at=at))


def find_choice(tx: Tx, contact_id: int) -> ReachWay:
    """What he chose last."""
    mine = select(_R.way).where(_R.contact_id == contact_id).order_by(_R.at.desc(), _R.id.desc())
    found: ReachWay | None = tx.scalar(mine.limit(1))
    return found or "auto"
