"""Questions about telling agents: where each is told, what he chose, what waits for him, and what his chat is about."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from conversation.messages import Channel, JsonObject
from crm_store import Tx
from crm_store.models import (
    AgentRow,
    BranchRow,
    ContactRow,
    ConversationRow,
    MessageRow,
    NoticeAddressRow,
    NoticeChoiceRow,
    NoticeLinkRow,
    NoticeMessageRow,
    OutgoingRow,
    TaskRow,
)
from crm_store.rows import AnyRow, AnySelect

PURPOSE: Final = "notice"
"""Of the outgoing rows that tell agents."""
_AT_ONCE: Final = 500
_A, _C, _M, _T = NoticeAddressRow, ConversationRow, MessageRow, TaskRow


class NoticeAddress(NamedTuple):
    """Where an agent is told."""

    id: int
    agent_id: int
    channel: Channel
    value: str
    display: str
    linked_at: datetime


class Waiting(NamedTuple):
    """A conversation whose customer waits for a person, and said something that nobody has looked at. ``said``: his
    last word; ``branch``: where there are several; ``spoke``: whether its assignee has answered in it before."""

    id: int
    channel: Channel
    team_id: int | None
    assignee_id: int | None
    waiting_since: datetime
    read_seq: int
    name: str
    branch: str | None
    said: str
    said_at: datetime
    spoke: bool


class DueTask(NamedTuple):
    """Something that an agent was to have done by now."""

    id: int
    agent_id: int
    title: str
    due_at: datetime


# --- where


def list_addresses(tx: Tx, agent_id: int | None = None) -> list[NoticeAddress]:
    """Of all agents who may work, or of one."""
    query = select(*_A.__table__.c).join(AgentRow, AgentRow.id == _A.agent_id).where(AgentRow.disabled_at.is_(None))
    query = query if agent_id is None else query.where(_A.agent_id == agent_id)
    return [NoticeAddress(*row) for row in tx.execute(query.order_by(_A.agent_id, _A.id))]


def find_address(tx: Tx, channel: Channel, value: str) -> NoticeAddress | None:
    """Whose it is, where he may work."""
    query = select(*_A.__table__.c).join(AgentRow, AgentRow.id == _A.agent_id)
    row = tx.execute(
        query.where(_A.channel == channel, _A.value == value, AgentRow.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else NoticeAddress(*row)


def link(tx: Tx, agent_id: int, channel: Channel, value: str, display: str, at: datetime) -> None:
    """An agent is told there from now on, and nowhere else by this channel; nobody else is told there."""
    same = and_(_A.channel == channel, or_(_A.agent_id == agent_id, _A.value == value))
    tx.execute(delete(_A).where(same))
    values = {"agent_id": agent_id, "channel": channel, "value": value, "display": display, "linked_at": at}
    tx.execute(insert(_A).values(values))


def unlink(tx: Tx, agent_id: int, channel: Channel) -> str | None:
    """He is told there no more, of what waits to be sent neither. Returns where it was."""
    mine = (_A.agent_id == agent_id, _A.channel == channel)
    value = tx.scalar(select(_A.value).where(*mine))
    if value is None:
        return None
    tx.execute(delete(_A).where(*mine))
    left = (OutgoingRow.channel == channel, OutgoingRow.recipient == value, OutgoingRow.purpose == PURPOSE)
    tx.execute(update(OutgoingRow).where(*left, OutgoingRow.state == "queued").values(state="expired"))
    return value


def add_link(tx: Tx, agent_id: int, channel: Channel, word_hash: str, expires_at: datetime) -> None:
    """A link of an agent's; an earlier one holds no more."""
    mine = and_(NoticeLinkRow.agent_id == agent_id, NoticeLinkRow.channel == channel)
    tx.execute(delete(NoticeLinkRow).where(mine))
    values = {"agent_id": agent_id, "channel": channel, "word_hash": word_hash, "expires_at": expires_at}
    tx.execute(insert(NoticeLinkRow).values(values))


def spend_link(tx: Tx, channel: Channel, word_hash: str, at: datetime) -> int | None:
    """Uses a link up; returns whose it was. None: it is over, was used, or never was."""
    mine = (NoticeLinkRow.channel == channel, NoticeLinkRow.word_hash == word_hash)
    row = tx.execute(
        delete(NoticeLinkRow).where(*mine).returning(NoticeLinkRow.agent_id, NoticeLinkRow.expires_at)
    ).one_or_none()
    return None if row is None or row.expires_at <= at else row.agent_id


# --- what of


def find_choices(tx: Tx, agent_ids: Collection[int]) -> dict[int, JsonObject]:
    """What these agents chose, where they did."""
    query = select(NoticeChoiceRow.agent_id, NoticeChoiceRow.choices).where(NoticeChoiceRow.agent_id.in_(agent_ids))
    return {row.agent_id: row.choices for row in tx.execute(query)}


def put_choices(tx: Tx, agent_id: int, choices: JsonObject) -> None:
    """What an agent chooses."""
    changed = tx.execute(update(NoticeChoiceRow).where(NoticeChoiceRow.agent_id == agent_id).values(choices=choices))
    if not changed.rowcount:
        tx.execute(insert(NoticeChoiceRow).values(agent_id=agent_id, choices=choices))


# --- what waits


def list_waiting(tx: Tx, since: datetime, until: datetime, limit: int) -> list[Waiting]:
    """Conversations that wait since a time between two moments, the latest first."""
    his = and_(_M.conversation_id == _C.id, _M.author_kind == "visitor", _M.deleted_at.is_(None))
    last = select(func.max(_M.seq)).where(his).correlate(_C).scalar_subquery()
    spoke = select(_M.id).where(
        _M.conversation_id == _C.id,
        _M.author_kind == "agent",
        _M.author_id == _C.assignee_id,
        _M.private.is_(False),
    )
    columns = (_C.id, _C.channel, _C.team_id, _C.assignee_id, _C.waiting_since, _C.agent_read_seq)
    query: AnySelect = (
        select(*columns, ContactRow.name, BranchRow.name, _M.text, _M.at, spoke.correlate(_C).exists())
        .join(ContactRow, ContactRow.id == _C.contact_id)
        .join(_M, and_(_M.conversation_id == _C.id, _M.seq == last))
        .outerjoin(BranchRow, BranchRow.id == _C.branch_id)
        .where(
            _C.status.in_(("open", "pending")),
            _C.waiting_since.is_not(None),
            _C.handler != "bot",
            _M.seq > _C.agent_read_seq,
            _M.at > since,
            _M.at <= until,
        )
    )
    found = [Waiting(*row) for row in tx.execute(query.order_by(_C.waiting_since.desc()).limit(limit))]
    if not found or tx.scalar(select(func.count()).select_from(BranchRow).where(BranchRow.archived_at.is_(None))) != 1:
        return found
    return [one._replace(branch=None) for one in found]


def list_due_tasks(tx: Tx, agent_ids: Collection[int], since: datetime, until: datetime, limit: int) -> list[DueTask]:
    """What these agents were to do by a time between two moments, and have not."""
    live = (_T.kind == "todo", _T.done_at.is_(None), _T.deleted_at.is_(None), _T.assignee_id.in_(agent_ids))
    due: AnySelect = select(_T.id, _T.assignee_id, _T.title, _T.due_at).where(
        *live, _T.due_at > since, _T.due_at <= until
    )
    return [DueTask(*row) for row in tx.execute(due.order_by(_T.due_at.desc()).limit(limit))]


def find_place(tx: Tx, conversation_id: int) -> AnyRow | None:
    """Whose a conversation is (``team_id``, ``assignee_id``)."""
    return tx.execute(select(_C.team_id, _C.assignee_id).where(_C.id == conversation_id)).one_or_none()


# --- what is written, and where it led


def list_written(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which something was written before."""
    found: set[str] = set()
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        found.update(tx.scalars(select(OutgoingRow.dedupe_key).where(OutgoingRow.dedupe_key.in_(some))))
    return found


def write(tx: Tx, **values: object) -> bool:
    """An outgoing row that tells an agent; False where there is one of its ``dedupe_key``, even where another process
    writes it at this very moment."""
    kind = postgresql.insert(OutgoingRow) if tx.dialect.name == "postgresql" else sqlite.insert(OutgoingRow)
    return bool(tx.execute(kind.values(**values).on_conflict_do_nothing(index_elements=["dedupe_key"])).rowcount)


def is_under_way(tx: Tx, channel: Channel, value: str) -> bool:
    """Whether something is being sent to an address at this moment."""
    mine = (OutgoingRow.channel == channel, OutgoingRow.recipient == value, OutgoingRow.purpose == PURPOSE)
    return tx.scalar(select(OutgoingRow.id).where(*mine, OutgoingRow.state == "leased").limit(1)) is not None


def count_written(tx: Tx, channel: Channel, value: str, since: datetime) -> int:
    """How many notices were written to an address since a moment."""
    mine = (OutgoingRow.channel == channel, OutgoingRow.recipient == value, OutgoingRow.purpose == PURPOSE)
    return tx.scalar(select(func.count()).select_from(OutgoingRow).where(*mine, OutgoingRow.created_at > since)) or 0


def name(tx: Tx, address_id: int, far_id: str, conversation_id: int, message_id: int | None = None) -> None:
    """What is called so in an agent's chat is about a conversation; what is known already stays."""
    if find_named(tx, address_id, far_id) is None:
        values = {
            "address_id": address_id,
            "far_id": far_id,
            "conversation_id": conversation_id,
            "message_id": message_id,
        }
        tx.execute(insert(NoticeMessageRow).values(values))


def find_named(tx: Tx, address_id: int, far_id: str) -> tuple[int, int | None] | None:
    """The conversation that something in an agent's chat is about, and the message that it became."""
    mine = (NoticeMessageRow.address_id == address_id, NoticeMessageRow.far_id == far_id)
    row = tx.execute(select(NoticeMessageRow.conversation_id, NoticeMessageRow.message_id).where(*mine)).one_or_none()
    return None if row is None else (row[0], row[1])
