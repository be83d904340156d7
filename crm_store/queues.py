"""How far behind the work is: jobs and outgoing messages that are due."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from conversation import clock
from crm_store import Tx
from crm_store.models import JobRow, OutgoingRow


class Queue(NamedTuple):
    """Rows that are due and nobody has; ``age_s``: since when the first of them has been, in seconds."""

    name: str
    waiting: int
    age_s: float


def list_queues(tx: Tx, now: datetime) -> list[Queue]:
    """Both queues."""
    return [
        _measure(tx, "jobs", JobRow.state, JobRow.run_at, now),
        _measure(tx, "outgoing", OutgoingRow.state, OutgoingRow.not_before, now),
    ]


def _measure(
    tx: Tx, name: str, state: InstrumentedAttribute[str], due: InstrumentedAttribute[datetime], now: datetime
) -> Queue:
    waiting, oldest = tx.execute(select(func.count(), func.min(due)).where(state == "queued", due <= now)).one()
    if not waiting:
        return Queue(name, 0, 0.0)
    return Queue(name, waiting, (clock.to_ms(now) - clock.to_ms(oldest)) / 1000)
