"""Answers that a visitor of the website has not seen."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from conversation.messages import Language
from crm_store import Tx, joining
from crm_store.models import AddressRow, BranchRow, ConversationRow, InboxRow, MessageRow

_C, _M = ConversationRow, MessageRow


class Unseen(NamedTuple):
    """A talk with an answer that its visitor has not seen. ``read_seq``: up to where he has read; ``at``: of the first
    answer after it; ``place``: the branch, as customers know it."""

    conversation_id: int
    contact_id: int
    language: Language | None
    read_seq: int
    at: datetime
    place: str | None


def find_unseen(tx: Tx, conversation_id: int) -> Unseen | None:
    """The talk, if there is an agent's answer that was not seen."""
    mine = (_M.conversation_id == _C.id, _M.seq > _C.visitor_read_seq, _M.author_kind == "agent")
    open_ = (_M.private.is_(False), _M.deleted_at.is_(None))
    first = select(func.min(_M.at)).where(*mine, *open_).correlate(_C).scalar_subquery()
    columns = (_C.id, _C.contact_id, _C.language, _C.visitor_read_seq, first, BranchRow.name)
    query = select(*columns).outerjoin(BranchRow, BranchRow.id == _C.branch_id)
    row = tx.execute(query.where(_C.id == conversation_id, _C.channel == "web")).one_or_none()
    return None if row is None or row[4] is None else Unseen(*row)


def list_answers(tx: Tx, conversation_id: int, limit: int) -> list[int]:
    """The ids of agents' answers that he has not seen, the latest ``limit`` of them, in their order."""
    seen = select(_C.visitor_read_seq).where(_C.id == conversation_id).scalar_subquery()
    open_ = (_M.private.is_(False), _M.deleted_at.is_(None), _M.author_kind == "agent", _M.channel == "web")
    query = select(_M.id).where(_M.conversation_id == conversation_id, _M.seq > seen, *open_)
    return sorted(tx.scalars(query.order_by(_M.seq.desc()).limit(limit)))


def list_recent(tx: Tx, since: datetime) -> list[int]:
    """Talks of the website in which something was said since a moment that their visitors have not seen. Looks through
    all talks: for a start of the server."""
    recent = and_(_C.channel == "web", _C.last_message_at >= since, _C.last_seq > _C.visitor_read_seq)
    return list(tx.scalars(select(_C.id).where(recent).order_by(_C.id)))


def find_browser(tx: Tx, conversation_id: int) -> tuple[str, str] | None:
    """The visitor's key and his inbox's, of a talk of the website."""
    address_id = joining.find_address(tx, conversation_id, "web")
    if address_id is None:
        return None
    query = select(AddressRow.value, InboxRow.key).select_from(_C).join(InboxRow, InboxRow.id == _C.inbox_id)
    row = tx.execute(query.join(AddressRow, AddressRow.id == address_id).where(_C.id == conversation_id)).one_or_none()
    return None if row is None else (row[0], row[1])
