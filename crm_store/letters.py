"""Letters that went out: what they are called over there, what they asked, and in which talk that was answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

from sqlalchemy import func, select, update

from conversation.messages import Button, Channel, JsonObject
from crm_store import Tx
from crm_store.models import AddressRow, ConversationRow, OutgoingRow
from crm_store.rows import AnyRow, AnySelect

_O = OutgoingRow
_WENT: Final = ("leased", "sent", "uncertain")
_LOOKED_AT: Final = 20


class Asking(NamedTuple):
    """A letter that asked something and can still be answered. ``contact_id``: whom; ``choices``: the answers, in the
    order of their numbers; ``key``: of the letter, and of the same words where they were said in a talk too; ``at``:
    when it went; ``answered_in``: the message that stands for it in a talk where it was answered."""

    id: int
    contact_id: int
    key: str
    text: str
    choices: tuple[Button, ...]
    at: datetime
    answered_in: int | None


def find_asking(tx: Tx, channel: Channel, recipient: str, at: datetime) -> Asking | None:
    """The latest that a phone or mailbox was sent."""
    return _first(tx, _asking(at).where(_O.channel == channel, _O.recipient == recipient))


def find_asking_named(tx: Tx, channel: Channel, far_ids: Sequence[str], at: datetime) -> Asking | None:
    """The latest of those that a channel calls so."""
    return _first(tx, _asking(at).where(_O.channel == channel, _O.far_id.in_(far_ids))) if far_ids else None


def list_answered(tx: Tx, conversation_id: int, at: datetime) -> list[Asking]:
    """Those that were answered in a talk, the latest first."""
    rows = tx.execute(_asking(at).where(_O.conversation_id == conversation_id).limit(_LOOKED_AT))
    found = [_read(row) for row in rows]
    return [one for one in found if one is not None and one.answered_in is not None]


def note_answered(tx: Tx, letter_id: int, conversation_id: int, message_id: int) -> None:
    """It is answered in a talk, where a message stands for it."""
    payload = tx.scalar(select(_O.payload).where(_O.id == letter_id)) or {}
    values = {"payload": {**payload, "answered": message_id}, "conversation_id": conversation_id}
    tx.execute(update(_O).where(_O.id == letter_id).values(**values))


class Came(NamedTuple):
    """A letter that came back. ``contact_id``: None where it is on no card."""

    id: int
    recipient: str
    purpose: str
    contact_id: int | None


def note_return(tx: Tx, channel: Channel, far_id: str, recipient: str, why: str) -> Came | None:
    """A letter of that name has not arrived; None: there is none that counted as sent. ``recipient``: empty where the
    far side does not say whose it was."""
    mine = [_O.channel == channel, _O.far_id == far_id, _O.message_id.is_(None), _O.state.in_(("sent", "uncertain"))]
    mine += [_O.recipient == recipient] if recipient else []
    contact = func.coalesce(AddressRow.contact_id, ConversationRow.contact_id)
    query: AnySelect = (
        select(_O.id, _O.recipient, _O.purpose, contact)
        .outerjoin(AddressRow, AddressRow.id == _O.address_id)
        .outerjoin(ConversationRow, ConversationRow.id == _O.conversation_id)
    )
    row = tx.execute(query.where(*mine).order_by(_O.id.desc()).limit(1)).first()
    if row is None:
        return None
    tx.execute(update(_O).where(_O.id == row.id).values(state="failed", last_error=why))
    return Came(*row)


def is_known(tx: Tx, channel: Channel, far_id: str) -> bool:
    """Whether a channel calls a letter so."""
    mine = (_O.channel == channel, _O.far_id == far_id, _O.message_id.is_(None))
    return tx.scalar(select(_O.id).where(*mine).limit(1)) is not None


def _asking(at: datetime) -> AnySelect:
    columns = (_O.id, AddressRow.contact_id, _O.dedupe_key, _O.payload, _O.sent_at, _O.created_at)
    still = (_O.message_id.is_(None), _O.state.in_(_WENT), _O.expires_at > at)
    return select(*columns).join(AddressRow, AddressRow.id == _O.address_id).where(*still).order_by(_O.id.desc())


def _first(tx: Tx, query: AnySelect) -> Asking | None:
    found = (_read(row) for row in tx.execute(query.limit(_LOOKED_AT)))
    return next((one for one in found if one is not None), None)


def _read(row: AnyRow) -> Asking | None:
    payload: JsonObject = row.payload
    choices = cast("list[dict[str, str]] | None", payload.get("choices"))
    if not choices:
        return None
    buttons = tuple(Button(one["value"], one["label"]) for one in choices)
    answered = cast("int | None", payload.get("answered"))
    text = str(payload.get("asked", ""))
    return Asking(row.id, row.contact_id, row.dedupe_key, text, buttons, row.sent_at or row.created_at, answered)
