"""Outgoing rows: letters, which channels are to send to phones and mailboxes. Written in the deciding transaction, sent
only by routing's outbox. The messages of talks are in the same table, and in lines of their own: see ``carried``."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, and_, delete, func, insert, or_, select, update

from conversation.messages import Channel, JsonObject
from crm_store import Tx, leases
from crm_store.models import OutgoingRow
from crm_store.rows import AnyRow

_OUTGOING: Table = OutgoingRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause
_LETTER = OutgoingRow.message_id.is_(None)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be sent, as its sender holds it. ``attempts`` counts this one."""

    id: int
    conversation_id: int | None
    message_id: int | None
    address_id: int | None
    channel: Channel
    purpose: str
    payload: JsonObject
    expires_at: datetime | None
    attempts: int
    recipient: str = ""
    created_at: datetime | None = None


def from_row(row: AnyRow) -> Outgoing:
    """A row of ``outgoing`` as its sender holds it."""
    return Outgoing(
        row.id,
        row.conversation_id,
        row.message_id,
        row.address_id,
        row.channel,
        row.purpose,
        row.payload,
        row.expires_at,
        row.attempts,
        row.recipient,
        row.created_at,
    )


def is_written(tx: Tx, dedupe_key: str) -> bool:
    """Whether there is a row of this key."""
    return tx.scalar(select(OutgoingRow.id).where(OutgoingRow.dedupe_key == dedupe_key)) is not None


def enqueue(
    tx: Tx,
    *,
    channel: Channel,
    purpose: str,
    payload: JsonObject,
    dedupe_key: str,
    not_before: datetime,
    at: datetime,
    expires_at: datetime | None = None,
    conversation_id: int | None = None,
    message_id: int | None = None,
    address_id: int | None = None,
    recipient: str = "",
) -> int:
    """Adds a row and returns its id; where one of this ``dedupe_key`` exists, nothing is added and its id returned."""
    known = tx.scalar(select(OutgoingRow.id).where(OutgoingRow.dedupe_key == dedupe_key))
    if known is not None:
        return known
    added = insert(OutgoingRow).values(
        conversation_id=conversation_id,
        message_id=message_id,
        address_id=address_id,
        channel=channel,
        purpose=purpose,
        payload=payload,
        not_before=not_before,
        expires_at=expires_at,
        dedupe_key=dedupe_key,
        created_at=at,
        recipient=recipient,
    )
    return tx.execute(added.returning(OutgoingRow.id)).scalar_one()


def lease(
    tx: Tx, owner: str, at: datetime, lease_s: float, limit: int, channels: Collection[Channel] | None = None
) -> list[Outgoing]:
    """Takes up to ``limit`` due rows for ``lease_s`` seconds, of these channels only where they are named. Those still
    queued at their ``expires_at`` expire."""
    overdue = (_LETTER, OutgoingRow.state == "queued", OutgoingRow.expires_at <= at)
    tx.execute(update(OutgoingRow).where(*overdue).values(state="expired"))
    of = (_LETTER,) if channels is None else (_LETTER, _OUTGOING.c.channel.in_(channels))
    rows = leases.lease(tx, _OUTGOING, "not_before", owner, at, lease_s, limit, of)
    return [from_row(row) for row in rows]


def renew(tx: Tx, outgoing_id: int, owner: str, until: datetime) -> bool:
    """Prolongs a lease; False where it was lost to another."""
    return leases.renew(tx, _OUTGOING, outgoing_id, owner, until)


def finish(tx: Tx, outgoing_id: int, owner: str, at: datetime, far_id: str = "") -> bool:
    """It was sent, and is called so over there; False where the lease was lost to another."""
    told = {"sent_at": at, "last_error": None, "far_id": far_id or None}
    return leases.settle(tx, _OUTGOING, outgoing_id, owner, state="sent", **told)


def put_back(
    tx: Tx, outgoing: Outgoing, owner: str, error: str, at: datetime, retry_after_s: float | None = None
) -> bool:
    """It could not be sent now: it is tried again after a growing pause (or ``retry_after_s``)."""
    pause_s = leases.backoff_s(outgoing.attempts) if retry_after_s is None else retry_after_s
    not_before = at + timedelta(seconds=pause_s)
    return leases.settle(tx, _OUTGOING, outgoing.id, owner, state="queued", last_error=error, not_before=not_before)


def give_up(tx: Tx, outgoing_id: int, owner: str, error: str, *, uncertain: bool = False) -> bool:
    """It was refused for good, or (``uncertain``) may have arrived: in both cases it is not repeated."""
    state = "uncertain" if uncertain else "failed"
    return leases.settle(tx, _OUTGOING, outgoing_id, owner, state=state, last_error=error)


def expire(tx: Tx, outgoing_id: int, owner: str) -> bool:
    """Its time was over before it could be sent."""
    return leases.settle(tx, _OUTGOING, outgoing_id, owner, state="expired")


def withdraw(tx: Tx, dedupe_key: str) -> None:
    """What still waits to be sent is not to be sent any more."""
    mine = (OutgoingRow.dedupe_key == dedupe_key, OutgoingRow.state == "queued")
    tx.execute(update(OutgoingRow).where(*mine).values(state="expired"))


def doubt(tx: Tx, channels: Collection[Channel], error: str, at: datetime) -> int:
    """What somebody was sending when he died may have arrived: of these channels it is not sent again by itself."""
    left = (_LETTER, OutgoingRow.state == "leased", OutgoingRow.lease_until <= at, OutgoingRow.channel.in_(channels))
    values = {"state": "uncertain", "last_error": error, "lease_owner": None, "lease_until": None}
    return tx.execute(update(OutgoingRow).where(*left).values(values)).rowcount


def any_due(tx: Tx, at: datetime, channels: Collection[Channel]) -> bool:
    """Whether there is something to do: asked before a lease, so that an idle worker writes nothing."""
    queued = (OutgoingRow.state == "queued", or_(OutgoingRow.not_before <= at, OutgoingRow.expires_at <= at))
    left = (OutgoingRow.state == "leased", OutgoingRow.lease_until <= at)
    mine = and_(_LETTER, OutgoingRow.channel.in_(channels))
    return any(tx.scalar(select(OutgoingRow.id).where(*of, mine).limit(1)) is not None for of in (queued, left))


def count_sent(tx: Tx, channel: Channel, since: datetime, recipient: str | None = None, *, waiting: bool) -> int:
    """How many rows since a moment were sent, or may have been: to one recipient, or to all. ``waiting``: with those
    that are still to be sent."""
    states = ("sent", "uncertain", "queued", "leased") if waiting else ("sent", "uncertain")
    mine = [OutgoingRow.channel == channel, OutgoingRow.created_at >= since, OutgoingRow.state.in_(states)]
    mine += [] if recipient is None else [OutgoingRow.recipient == recipient]
    return tx.scalar(select(func.count()).select_from(OutgoingRow).where(*mine)) or 0


def sweep(tx: Tx, before: datetime) -> int:
    """Forgets what was written before a moment and is over; returns how many."""
    over = (OutgoingRow.created_at < before, OutgoingRow.state.not_in(("queued", "leased")))
    return tx.execute(delete(OutgoingRow).where(*over)).rowcount
