"""What the bot has to answer, and where its talks stand.

A conversation that a bot handles and whose customer waits is the queue; there is no other, so that a word and the work
to answer it are one commit. A process leases what it is at, so that two of them do not think of the same.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, insert, or_, select, update

from conversation.messages import JsonObject, Message
from crm_store import Tx
from crm_store.conversations import list_after
from crm_store.models import ConversationRow, DialogueRow, MessageRow

_C, _D, _M = ConversationRow, DialogueRow, MessageRow


class Kept(NamedTuple):
    """Where a talk stands: see ``DialogueRow``."""

    flow: str
    step: str
    data: JsonObject
    version: int
    seen_seq: int
    leased_by: str | None


ANSWERED = "do:"
"""What the values of buttons begin with whose press is answered in the commit that keeps it."""
NEW = Kept("", "", {}, 0, 0, None)
"""A talk that was not begun."""


def list_waiting(tx: Tx, at: datetime, limit: int) -> list[int]:
    """Conversations in which the bot has to answer and no process is at it, the longest wait first."""
    free = or_(_D.leased_until.is_(None), _D.leased_until <= at)
    waits = and_(_C.handler == "bot", _C.status == "open", _C.waiting_since.is_not(None))
    query = select(_C.id).outerjoin(_D, _D.conversation_id == _C.id).where(waits, free)
    return list(tx.scalars(query.order_by(_C.waiting_since, _C.id).limit(limit)))


def lease(tx: Tx, conversation_ids: Collection[int], holder: str, until: datetime) -> None:
    """These are a process's for a while, in the transaction that found them free."""
    for conversation_id in conversation_ids:
        _put(tx, conversation_id, {"leased_by": holder, "leased_until": until})


def find(tx: Tx, conversation_id: int) -> Kept:
    """Where a talk stands."""
    row = tx.execute(select(*_D.__table__.c).where(_D.conversation_id == conversation_id)).one_or_none()
    if row is None:
        return NEW
    return Kept(row.flow, row.step, dict(row.data), row.version, row.seen_seq, row.leased_by)


def put(tx: Tx, conversation_id: int, kept: Kept, expires_at: datetime | None) -> None:
    """Where it stands now; the lease is over."""
    values = {**kept._asdict(), "leased_by": None, "leased_until": None, "expires_at": expires_at}
    _put(tx, conversation_id, values)


def begin_anew(tx: Tx, conversation_id: int, seen_seq: int) -> None:
    """The bot's from here on, with nothing left of what was before."""
    put(tx, conversation_id, NEW._replace(seen_seq=seen_seq), None)


def list_unheard(tx: Tx, conversation_id: int, seen_seq: int, limit: int) -> tuple[list[Message], bool]:
    """What the customer said that the bot has not dealt with, in order; and whether an agent has said something
    since."""
    messages, _ = list_after(tx, conversation_id, seen_seq, limit)
    said = [one for one in messages if not one.private and one.kind != "activity"]
    unheard = [one for one in said if one.author.kind == "visitor" and not (one.choice or "").startswith(ANSWERED)]
    return unheard, any(one.author.kind == "agent" for one in said)


def find_last_said(tx: Tx, conversation_id: int) -> tuple[int, int]:
    """The places of the customer's last word and of the last answer that he got; 0 where there is none."""
    public = (_M.conversation_id == conversation_id, _M.private.is_(False))
    found = tx.execute(
        select(
            func.max(case((_M.author_kind == "visitor", _M.seq), else_=0)).label("asked"),
            func.max(case((_M.author_kind.in_(("agent", "bot")), _M.seq), else_=0)).label("answered"),
        ).where(*public)
    ).one()
    return found.asked or 0, found.answered or 0


def list_expired(tx: Tx, at: datetime, limit: int) -> list[int]:
    """Talks of the bot in which nothing was said for so long that they are to end."""
    silent = (_C.handler == "bot", _C.status == "open", _C.waiting_since.is_(None), _D.expires_at <= at)
    query = select(_D.conversation_id).join(_C, _C.id == _D.conversation_id).where(*silent)
    return list(tx.scalars(query.order_by(_D.expires_at).limit(limit)))


def _put(tx: Tx, conversation_id: int, values: dict[str, object]) -> None:
    changed = tx.execute(update(_D).where(_D.conversation_id == conversation_id).values(**values))
    if not changed.rowcount:
        given = {"flow": "", "step": "", **values}
        tx.execute(insert(_D).values(conversation_id=conversation_id, **given))
