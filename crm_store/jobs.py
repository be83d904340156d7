"""Jobs: work to be done later, at least once. A row is written in the transaction that wants it done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, select

from conversation.messages import JsonObject
from crm_store import Tx, leases
from crm_store.models import JobRow

_JOBS: Table = JobRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its worker holds it. ``attempts`` counts this one."""

    id: int
    kind: str
    payload: JsonObject
    run_at: datetime
    attempts: int
    max_attempts: int


def enqueue(
    tx: Tx,
    kind: str,
    payload: JsonObject,
    *,
    run_at: datetime,
    at: datetime,
    dedupe_key: str | None = None,
    max_attempts: int = 10,
) -> int:
    """Adds a job and returns its id. Where a job of this ``dedupe_key`` was ever added (and not yet swept), its id."""
    if dedupe_key is not None:
        known = find_known(tx, dedupe_key)
        if known is not None:
            return known
    row = {"kind": kind, "payload": payload, "run_at": run_at, "dedupe_key": dedupe_key, "max_attempts": max_attempts}
    return tx.execute(insert(JobRow).values(**row, created_at=at).returning(JobRow.id)).scalar_one()


def find_known(tx: Tx, dedupe_key: str) -> int | None:
    """The job of this key that was ever added (and not yet swept)."""
    return tx.scalar(select(JobRow.id).where(JobRow.dedupe_key == dedupe_key))


def find_payload(tx: Tx, dedupe_key: str) -> JsonObject | None:
    """What the job of this key is about."""
    payload: JsonObject | None = tx.scalar(select(JobRow.payload).where(JobRow.dedupe_key == dedupe_key))
    return payload


def withdraw(tx: Tx, dedupe_keys: Collection[str]) -> None:
    """Drops jobs of these keys that nobody has begun."""
    tx.execute(delete(JobRow).where(JobRow.dedupe_key.in_(dedupe_keys), JobRow.state == "queued"))


def lease(
    tx: Tx,
    owner: str,
    at: datetime,
    lease_s: float,
    limit: int,
    *,
    kinds: Collection[str] = (),
    job_id: int | None = None,
) -> list[Job]:
    """Takes up to ``limit`` due jobs for ``lease_s`` seconds, the longest due first: of these kinds, or that one."""
    of: list[ColumnElement[bool]] = [_JOBS.c.kind.in_(kinds)] if kinds else []
    of += [] if job_id is None else [_JOBS.c.id == job_id]
    rows = leases.lease(tx, _JOBS, "run_at", owner, at, lease_s, limit, of)
    return [Job(row.id, row.kind, row.payload, row.run_at, row.attempts, row.max_attempts) for row in rows]


def renew(tx: Tx, job_id: int, owner: str, until: datetime) -> bool:
    """Prolongs a lease; False where it was lost to another."""
    return leases.renew(tx, _JOBS, job_id, owner, until)


def finish(tx: Tx, job_id: int, owner: str) -> bool:
    """The job is done; False where the lease was lost to another, who will do it again."""
    return leases.settle(tx, _JOBS, job_id, owner, state="done", last_error=None)


def put_off(tx: Tx, job_id: int, owner: str, run_at: datetime) -> bool:
    """The job is to be done later, and this was no attempt; False where the lease was lost to another."""
    kept = {"state": "queued", "run_at": run_at, "attempts": JobRow.attempts - 1}
    return leases.settle(tx, _JOBS, job_id, owner, **kept)


def fail(tx: Tx, job: Job, owner: str, error: str, at: datetime, retry_after_s: float | None = None) -> bool:
    """The job failed: it is tried again after a growing pause (or ``retry_after_s``); after ``max_attempts`` given up.
    False where the lease was lost to another."""
    if job.attempts >= job.max_attempts:
        return leases.settle(tx, _JOBS, job.id, owner, state="failed", last_error=error)
    pause_s = leases.backoff_s(job.attempts) if retry_after_s is None else retry_after_s
    run_at = at + timedelta(seconds=pause_s)
    return leases.settle(tx, _JOBS, job.id, owner, state="queued", last_error=error, run_at=run_at)


def sweep(tx: Tx, before: datetime) -> int:
    """Drops jobs done whose time was before the given one; returns how many. Their dedupe keys are free again."""
    return tx.execute(delete(JobRow).where(JobRow.state == "done", JobRow.run_at < before)).rowcount


def any_due(tx: Tx, at: datetime, kinds: Collection[str]) -> bool:
    """Whether a job of these kinds waits to be leased: asked before a lease, so that an idle worker writes nothing."""
    ready = or_(
        and_(JobRow.state == "queued", JobRow.run_at <= at), and_(JobRow.state == "leased", JobRow.lease_until <= at)
    )
    return tx.scalar(select(JobRow.id).where(JobRow.kind.in_(kinds), ready).limit(1)) is not None
