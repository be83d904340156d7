"""What was sent, waits or failed, as it is shown to people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from sqlalchemy import and_, func, not_, select, update

from conversation.messages import Channel
from crm_store import Tx
from crm_store.models import AddressRow, ConversationRow, OutgoingRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_O = OutgoingRow
_TO = func.coalesce(func.nullif(_O.recipient, ""), AddressRow.display, AddressRow.value)
"""To whom: a letter's recipient, or the address of a talk's message."""
OUTGOING: Final = Listing(
    "outgoing",
    _O.id,
    {
        "id": Sort(_O.id, unique=True, nullable=False),
        "channel": Sort(_O.channel, nullable=False),
        "purpose": Sort(_O.purpose, nullable=False),
        "to": Sort(ordered(func.substr(_TO, 1, 200))),
        "state": Sort(_O.state, nullable=False),
        "reason": Sort(ordered(func.substr(_O.last_error, 1, 200))),
        "attempts": Sort(_O.attempts, nullable=False),
        "message_id": Sort(_O.message_id),
        "contact_id": Sort(ConversationRow.contact_id),
        "conversation_id": Sort(_O.conversation_id),
        "created_at": Sort(_O.created_at, nullable=False),
        "not_before": Sort(_O.not_before, nullable=False),
        "expires_at": Sort(_O.expires_at),
        "sent_at": Sort(_O.sent_at),
    },
    default="id",
    descending=True,
    filters={
        "channel": _O.channel,
        "purpose": _O.purpose,
        "to": Holds(_TO),
        "state": _O.state,
        "reason": Holds(_O.last_error),
        "attempts": _O.attempts,
        "message": _O.message_id,
        "contact": ConversationRow.contact_id,
        "conversation": _O.conversation_id,
        "created": _O.created_at,
        "not_before": _O.not_before,
        "expires": _O.expires_at,
        "sent": _O.sent_at,
    },
)
"""The latest first. Texts are not shown: they are the customer's."""
DEAD: Final[tuple[Literal["failed", "uncertain", "expired"], ...]] = ("failed", "uncertain", "expired")
"""States that nothing follows by itself."""
_KNOWN_CODE = and_(_O.purpose == "code", _O.far_id.is_not(None))
_AGAIN = and_(_O.state.in_(DEAD), _O.purpose.not_in(("edit", "delete")), not_(_KNOWN_CODE))
"""What may be sent again, while its time is not over. Changes and retractions of messages are told of in the talk; a
code that came back was taken over there, and where it came from nobody reads it."""
AT_ONCE: Final = 1000
"""Rows that are sent again at once."""


class Count(NamedTuple):
    """Rows of a channel in a state."""

    channel: str
    state: str
    rows: int


def _shown() -> AnySelect:
    columns = (
        _O.id,
        _O.conversation_id,
        _O.channel,
        _O.purpose,
        _TO.label("recipient"),
        _O.message_id,
        _O.state,
        _O.attempts,
        _O.last_error,
        _O.not_before,
        _O.expires_at,
        _O.created_at,
        _O.sent_at,
        func.coalesce(AddressRow.contact_id, ConversationRow.contact_id).label("contact_id"),
        _AGAIN.label("again"),
    )
    return (
        select(*columns)
        .outerjoin(ConversationRow, ConversationRow.id == _O.conversation_id)
        .outerjoin(AddressRow, AddressRow.id == _O.address_id)
    )


def page_outgoing(tx: Tx, wanted: Wanted) -> Page:
    """A page of them."""
    return OUTGOING.page(tx, _shown(), wanted)


def find_outgoing(tx: Tx, outgoing_id: int) -> AnyRow | None:
    """One of them."""
    return tx.execute(_shown().where(_O.id == outgoing_id)).one_or_none()


def send_again(tx: Tx, outgoing_id: int, at: datetime) -> bool:
    """Queues one that may be sent again; False: it is under way, was sent, is none of those, or its time is over."""
    dead = (_O.id == outgoing_id, _AGAIN)
    timely = (_O.expires_at.is_(None)) | (_O.expires_at > at)
    values = {"state": "queued", "not_before": at, "attempts": 0}
    return bool(tx.execute(update(_O).where(*dead, timely).values(values)).rowcount)


def count_states(tx: Tx, since: datetime) -> Sequence[Count]:
    """How many rows of each channel are in which state, of those written since a moment."""
    query = select(_O.channel, _O.state, func.count()).where(_O.created_at >= since)
    return [Count(*row) for row in tx.execute(query.group_by(_O.channel, _O.state).order_by(_O.channel, _O.state))]


class Kind(NamedTuple):
    """What is to be sent again of what nothing follows. ``state``: failed, or uncertain, or expired. ``channel``,
    ``reason`` (the whole of it): None for any."""

    state: Literal["failed", "uncertain", "expired"]
    channel: Channel | None = None
    reason: str | None = None


def list_dead(tx: Tx, which: Kind, at: datetime) -> list[tuple[int, int | None]]:
    """Ids of rows of a kind that may be sent again, with their messages', the oldest first."""
    timely = (_O.expires_at.is_(None)) | (_O.expires_at > at)
    query = select(_O.id, _O.message_id).where(_O.state == which.state, timely, _AGAIN)
    if which.channel is not None:
        query = query.where(_O.channel == which.channel)
    if which.reason is not None:
        query = query.where(_O.last_error == which.reason)
    return [(row.id, row.message_id) for row in tx.execute(query.order_by(_O.id).limit(AT_ONCE))]


class Dead(NamedTuple):
    """How many were not sent, or may not have arrived; ``reason``: of the latest of them."""

    rows: int
    reason: str | None


def find_dead(tx: Tx, since: datetime) -> Dead:
    """Of those written since a moment."""
    dead = (_O.created_at >= since, _O.state.in_(("failed", "uncertain")))
    reason = select(_O.last_error).where(*dead).order_by(_O.id.desc()).limit(1)
    return Dead(tx.scalar(select(func.count()).select_from(_O).where(*dead)) or 0, tx.scalar(reason))
