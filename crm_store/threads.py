"""Talks whose letters name one another: who speaks, which talk a letter goes on in, and what came before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select, update

from conversation.messages import Channel
from crm_store import Tx
from crm_store.conversations import find_address
from crm_store.models import AddressRow, ConversationRow, FarMessageRow, MessageRow, OutgoingRow

_SPARED: Final = timedelta(days=1)


class Named(NamedTuple):
    """A message by what the far side calls it."""

    address_id: int
    address: str
    message_id: int
    conversation_id: int


def find_speaker(tx: Tx, channel: str, value: str, *, proven: bool) -> tuple[int, int] | None:
    """``(address id, contact id)`` of who speaks by an address: its owner, where it is proven; else who came by it
    before without a proof, and has not proven it since."""
    if proven:
        return find_address(tx, channel, value)
    his = AddressRow.__table__.alias("his")
    same = (his.c.contact_id == AddressRow.contact_id, his.c.channel == channel, his.c.value == value)
    proved = select(his.c.id).where(*same, his.c.verified_at.is_not(None)).exists()
    came = (AddressRow.verified_at.is_(None), AddressRow.heard_at.is_not(None), ~proved)
    found = select(AddressRow.id, AddressRow.contact_id).where(
        AddressRow.channel == channel, AddressRow.value == value, *came
    )
    row = tx.execute(found.order_by(AddressRow.id.desc()).limit(1)).first()
    return None if row is None else (row.id, row.contact_id)


def find_named(tx: Tx, channel: Channel, far_ids: Sequence[str]) -> Named | None:
    """The first of these that is a message of ours, at whatever address of the channel."""
    query = (
        select(FarMessageRow.far_id, AddressRow.id, AddressRow.value, MessageRow.id, MessageRow.conversation_id)
        .join(AddressRow, AddressRow.id == FarMessageRow.address_id)
        .join(MessageRow, MessageRow.id == FarMessageRow.message_id)
        .where(AddressRow.channel == channel, FarMessageRow.far_id.in_(far_ids), FarMessageRow.heard.is_(False))
    )
    found = {row[0]: Named(*row[1:]) for row in tx.execute(query)} if far_ids else {}
    return next((found[one] for one in far_ids if one in found), None)


def list_earlier(tx: Tx, address_id: int, conversation_id: int, message_id: int, limit: int) -> tuple[str, ...]:
    """What the far side calls the messages of a talk before one, the oldest first; the customer's last one is put at
    the end."""
    query = (
        select(FarMessageRow.far_id, MessageRow.author_kind)
        .join(MessageRow, MessageRow.id == FarMessageRow.message_id)
        .where(
            MessageRow.conversation_id == conversation_id,
            FarMessageRow.address_id == address_id,
            FarMessageRow.message_id < message_id,
        )
        .order_by(FarMessageRow.message_id.desc(), FarMessageRow.part.desc())
        .limit(limit)
    )
    rows = list(tx.execute(query))[::-1]
    last = next((row.far_id for row in reversed(rows) if row.author_kind == "visitor"), None)
    return (*(row.far_id for row in rows if row.far_id != last), *([] if last is None else [last]))


def find_subject(tx: Tx, conversation_id: int) -> str:
    """What a talk is about, as it was begun."""
    return tx.scalar(select(ConversationRow.page_title).where(ConversationRow.id == conversation_id)) or ""


def count_automatic(tx: Tx, conversation_id: int, since: datetime) -> int:
    """How often nobody but the bot answered in a talk since a moment."""
    query = select(func.count()).where(
        MessageRow.conversation_id == conversation_id, MessageRow.author_kind == "bot", MessageRow.at >= since
    )
    return tx.scalar(query.select_from(MessageRow)) or 0


def spare(tx: Tx, conversation_id: int, at: datetime) -> None:
    """For a day nobody is promised anything in a talk by itself."""
    told = update(ConversationRow).where(ConversationRow.id == conversation_id)
    tx.execute(told.values(promised_at=at + _SPARED))


def note_return(tx: Tx, message_id: int, why: str) -> None:
    """A message that was sent came back: it is listed among those that failed, and may be sent again."""
    mine = (OutgoingRow.message_id == message_id, OutgoingRow.purpose == "message", OutgoingRow.state != "leased")
    tx.execute(update(OutgoingRow).where(*mine).values(state="failed", last_error=why))
