"""Requests that must happen once: the key is taken and the answer kept in the transaction that does the work."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from conversation.errors import Rejected
from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import IdempotencyKeyRow

_DAY = timedelta(days=1)


def begin(tx: Tx, scope: str, key: str, request_hash: str, at: datetime, keep: timedelta = _DAY) -> JsonObject | None:
    """Takes a key. None: it is new, do the work and call ``finish``; otherwise the answer given the first time.

    Raises Rejected conflict where the key was used for another request, or the first one is still under way (possible
    only where the work spans several transactions).
    """
    known = tx.execute(
        select(IdempotencyKeyRow.request_hash, IdempotencyKeyRow.response).where(
            IdempotencyKeyRow.scope == scope, IdempotencyKeyRow.key == key, IdempotencyKeyRow.expires_at > at
        )
    ).first()
    if known is None:
        tx.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.scope == scope, IdempotencyKeyRow.key == key))
        row = {"scope": scope, "key": key, "request_hash": request_hash, "created_at": at, "expires_at": at + keep}
        tx.execute(insert(IdempotencyKeyRow).values(row))
        return None
    if known.request_hash != request_hash:
        raise Rejected("conflict", "error.key_reused")
    if known.response is None:
        raise Rejected("conflict", "error.conflict", retry_after_s=1.0)
    response: JsonObject = known.response
    return response


def find(tx: Tx, scope: str, key: str, at: datetime) -> JsonObject | None:
    """What is kept under a key; None: nothing, or its time is over."""
    kept: JsonObject | None = tx.scalar(
        select(IdempotencyKeyRow.response).where(
            IdempotencyKeyRow.scope == scope, IdempotencyKeyRow.key == key, IdempotencyKeyRow.expires_at > at
        )
    )
    return kept


def put(tx: Tx, scope: str, key: str, response: JsonObject, at: datetime, keep: timedelta) -> None:
    """Keeps something under a key, in place of what was there."""
    tx.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.scope == scope, IdempotencyKeyRow.key == key))
    row = {"scope": scope, "key": key, "request_hash": "", "created_at": at, "expires_at": at + keep}
    tx.execute(insert(IdempotencyKeyRow).values({**row, "response": response}))


def finish(tx: Tx, scope: str, key: str, response: JsonObject) -> None:
    """Keeps the answer of a key that ``begin`` took."""
    tx.execute(
        update(IdempotencyKeyRow)
        .where(IdempotencyKeyRow.scope == scope, IdempotencyKeyRow.key == key)
        .values(response=response)
    )


def forget_expired(tx: Tx, at: datetime) -> int:
    """Drops the keys whose time is over; returns how many."""
    return tx.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.expires_at <= at)).rowcount
