"""Questions about webhooks and their deliveries: a delivery is a job, written with what it tells of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, Text, cast, delete, func, insert, literal_column, select, update

from conversation.messages import JsonObject
from crm_store import Tx, jobs
from crm_store.models import JobRow, WebhookRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow

_J, _W = JobRow, WebhookRow
KIND: Final = "webhook"
"""Of the jobs that are deliveries; ``payload``: webhook_id, delivery, event, body (the very text that is signed)."""
_EVENT = _J.payload.op("->>", return_type=Text())(literal_column("'event'"))
_HOOK = cast(_J.payload.op("->>", return_type=Text())(literal_column("'webhook_id'")), Integer)
DELIVERIES: Final = Listing(
    "webhook_deliveries",
    _J.id,
    {
        "id": Sort(_J.id, unique=True, nullable=False),
        "state": Sort(_J.state, nullable=False),
        "event": Sort(ordered(_EVENT)),
        "attempts": Sort(_J.attempts, nullable=False),
        "created_at": Sort(_J.created_at, nullable=False),
        "run_at": Sort(_J.run_at, nullable=False),
    },
    default="id",
    descending=True,
    filters={
        "webhook": _HOOK,
        "attempts": _J.attempts,
        "run": _J.run_at,
        "state": _J.state,
        "event": Holds(_EVENT),
        "reason": Holds(_J.last_error),
        "created": _J.created_at,
    },
)
"""The latest first. Those that were delivered are forgotten after some days."""


def list_all(tx: Tx) -> list[AnyRow]:
    """All webhooks by id."""
    return list(tx.execute(select(*_W.__table__.c).order_by(_W.id)))


def find(tx: Tx, webhook_id: int) -> AnyRow | None:
    """One of them."""
    return tx.execute(select(*_W.__table__.c).where(_W.id == webhook_id)).one_or_none()


def insert_one(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds one; returns its id."""
    return tx.execute(insert(_W).values(values).returning(_W.id)).scalar_one()


def change_one(tx: Tx, webhook_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of one."""
    if values:
        tx.execute(update(_W).where(_W.id == webhook_id).values(values))


def delete_one(tx: Tx, webhook_id: int) -> None:
    """Takes one away with all its deliveries."""
    tx.execute(delete(_J).where(_J.kind == KIND, _HOOK.in_([webhook_id])))
    tx.execute(delete(_W).where(_W.id == webhook_id))


def enqueue(tx: Tx, payload: JsonObject, key: str, at: datetime, attempts: int) -> int:
    """A delivery to be made; ``key``: it is written once, however often it is asked for."""
    return jobs.enqueue(tx, KIND, payload, run_at=at, at=at, dedupe_key=key, max_attempts=attempts)


def page_deliveries(tx: Tx, wanted: Wanted) -> Page:
    """A page of deliveries."""
    return DELIVERIES.page(tx, select(*_J.__table__.c).where(_J.kind == KIND), wanted)


def find_delivery(tx: Tx, job_id: int) -> AnyRow | None:
    """One of them."""
    return tx.execute(select(*_J.__table__.c).where(_J.kind == KIND, _J.id == job_id)).one_or_none()


def send_again(tx: Tx, job_id: int, at: datetime) -> bool:
    """Queues a delivery that was given up or made already; False: it is under way."""
    settled = (_J.id == job_id, _J.kind == KIND, _J.state.in_(("failed", "done")))
    values = {"state": "queued", "run_at": at, "attempts": 0}
    return bool(tx.execute(update(_J).where(*settled).values(values)).rowcount)


def count_given_up(tx: Tx) -> dict[int, int]:
    """How many deliveries of each webhook were given up."""
    query = select(_HOOK, func.count()).where(_J.kind == KIND, _J.state == "failed").group_by(_HOOK)
    return {row[0]: row[1] for row in tx.execute(query)}


def sweep(tx: Tx, before: datetime) -> int:
    """Forgets deliveries that were made or given up, of before a moment; returns how many."""
    settled = (_J.kind == KIND, _J.state.in_(("done", "failed")), _J.run_at < before)
    return tx.execute(delete(_J).where(*settled)).rowcount
