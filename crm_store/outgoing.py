"""Outgoing rows: what channels are to send. Written in the deciding transaction, sent only by routing's outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, insert, select, update

from conversation.messages import Channel, JsonObject
from crm_store import Tx, leases
from crm_store.models import OutgoingRow

_OUTGOING: Table = OutgoingRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause


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
    )
    return tx.execute(added.returning(OutgoingRow.id)).scalar_one()


def lease(tx: Tx, owner: str, at: datetime, lease_s: float, limit: int) -> list[Outgoing]:
    """Takes up to ``limit`` due rows for ``lease_s`` seconds. Those still queued at their ``expires_at`` expire."""
    overdue = (OutgoingRow.state == "queued", OutgoingRow.expires_at <= at)
    tx.execute(update(OutgoingRow).where(*overdue).values(state="expired"))
    rows = leases.lease(tx, _OUTGOING, "not_before", owner, at, lease_s, limit)
    return [
        Outgoing(
            row.id,
            row.conversation_id,
            row.message_id,
            row.address_id,
            row.channel,
            row.purpose,
            row.payload,
            row.expires_at,
            row.attempts,
        )
        for row in rows
    ]


def renew(tx: Tx, outgoing_id: int, owner: str, until: datetime) -> bool:
    """Prolongs a lease; False where it was lost to another."""
    return leases.renew(tx, _OUTGOING, outgoing_id, owner, until)


def finish(tx: Tx, outgoing_id: int, owner: str, at: datetime) -> bool:
    """It was sent; False where the lease was lost to another."""
    return leases.settle(tx, _OUTGOING, outgoing_id, owner, state="sent", sent_at=at, last_error=None)


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
