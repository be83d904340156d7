"""What happened in a stretch of time, in numbers: nobody's name, nothing that was said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import and_, func, select

from crm_store import Tx
from crm_store.models import AppointmentRow, ConversationRow, MessageRow, OutgoingRow
from crm_store.rows import AnySelect

_C, _M, _A, _O = ConversationRow, MessageRow, AppointmentRow, OutgoingRow
_WAITS_MOST: Final = 10_000
_LIVE: Final = ("booked", "confirmed", "arrived", "done", "paid")


class DayFigures(NamedTuple):
    """``new``: dialogs that began, ``answered``: those of them that a person answered, ``waits_s``: how long each of
    these waited for the first answer; ``waiting``: dialogs that wait for a person at the end, whenever they began.
    Visits ``booked`` and ``cancelled``, and those that were to begin and did not come (``missed``). ``marks``: what
    customers gave in dialogs that were last spoken in then. ``unsent``: messages and letters that
    failed, or may not have arrived."""

    new: int
    answered: int
    waits_s: Sequence[float]
    waiting: int
    booked: int
    cancelled: int
    missed: int
    marks: Sequence[int]
    unsent: int


def read_day(tx: Tx, since: datetime, until: datetime) -> DayFigures:
    """Between two moments, the first included."""
    waits = _waits(tx, since, until)
    visit = _A.kind == "visit"
    gone = (visit, _A.status == "cancelled", _A.updated_at >= since, _A.updated_at < until)
    missed = (visit, _A.status == "no_show", _A.starts_at >= since, _A.starts_at < until)
    failed = (_O.state.in_(("failed", "uncertain")), _O.created_at >= since, _O.created_at < until)
    waiting = (_C.status.in_(("open", "pending")), _C.waiting_since.is_not(None), _C.handler != "bot")
    marks = select(_C.rating).where(_C.rating.is_not(None), _C.last_message_at >= since, _C.last_message_at < until)
    return DayFigures(
        _count(tx, select(_C.id).where(_C.created_at >= since, _C.created_at < until)),
        len(waits),
        waits,
        _count(tx, select(_C.id).where(*waiting)),
        _count(tx, select(_A.id).where(visit, _A.created_at >= since, _A.created_at < until)),
        _count(tx, select(_A.id).where(*gone)),
        _count(tx, select(_A.id).where(*missed)),
        [mark for mark in tx.scalars(marks.limit(_WAITS_MOST)) if mark is not None],
        _count(tx, select(_O.id).where(*failed)),
    )


def read_load(tx: Tx, since: datetime, until: datetime) -> tuple[int, float]:
    """How many visits begin between two moments, and how many hours they take."""
    visits = select(_A.starts_at, _A.ends_at).where(
        _A.kind == "visit", _A.status.in_(_LIVE), _A.starts_at >= since, _A.starts_at < until
    )
    spans = [(row.ends_at - row.starts_at).total_seconds() for row in tx.execute(visits)]
    return len(spans), sum(spans) / 3600


def _waits(tx: Tx, since: datetime, until: datetime) -> list[float]:
    """From the customer's first word to a person's."""
    his = and_(_M.conversation_id == _C.id, _M.author_kind == "visitor")
    ours = and_(_M.conversation_id == _C.id, _M.author_kind == "agent", _M.private.is_(False))
    asked = select(func.min(_M.at)).where(his).correlate(_C).scalar_subquery()
    answered = select(func.min(_M.at)).where(ours).correlate(_C).scalar_subquery()
    query: AnySelect = select(asked, answered).where(_C.created_at >= since, _C.created_at < until)
    rows = tx.execute(query.order_by(_C.id.desc()).limit(_WAITS_MOST))
    return [max((told - said).total_seconds(), 0.0) for said, told in rows if said is not None and told is not None]


def _count(tx: Tx, query: AnySelect) -> int:
    return tx.scalar(select(func.count()).select_from(query.subquery())) or 0
