"""Tasks that ask to answer a chat: each conversation that waits for its agent has one, which is his.

The conversation itself says what is wanted; this only makes the tasks equal to it, so that doing it twice, late or
after a crash ends in the same.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, union, update

from conversation.events import ChatTask
from conversation.messages import Language, Person
from crm_store import Tx
from crm_store.models import AgentRow, ContactRow, ConversationRow, TaskRow
from crm_store.rows import AnyRow

_AWAKE = ("open", "pending")
_CHAT = TaskRow.kind == "chat"
_LIVE = (TaskRow.done_at.is_(None), TaskRow.deleted_at.is_(None))


class Settled(NamedTuple):
    """A task that was made equal to its conversation; ``fresh``: it is new to its agent."""

    task: ChatTask
    before: int | None
    fresh: bool


def list_asking(tx: Tx) -> list[int]:
    """Conversations that wait for their agent, and those that have a task under way."""
    talk = ConversationRow
    waiting = select(talk.id).where(
        talk.status.in_(_AWAKE), talk.waiting_since.is_not(None), talk.assignee_id.is_not(None), talk.handler != "bot"
    )
    asked = select(TaskRow.conversation_id).where(_CHAT, *_LIVE)
    return sorted(tx.scalars(union(waiting, asked)))


def find_unsettled(tx: Tx, ids: Collection[int]) -> list[int]:
    """Those of the conversations whose task is not as it should be."""
    latest = _latest(tx, ids)
    return [talk.id for talk in _talks(tx, ids, lock=False) if _differs(talk, latest.get(talk.id))]


def settle(tx: Tx, ids: Collection[int], at: datetime, title: Callable[[Language], str]) -> list[Settled]:
    """Makes the tasks of these conversations as they should be; returns what changed. Locks the conversations."""
    talks = _talks(tx, ids, lock=True)
    latest = _latest(tx, ids)
    return [_settle(tx, talk, latest.get(talk.id), at, title) for talk in talks if _differs(talk, latest.get(talk.id))]


def _talks(tx: Tx, ids: Collection[int], *, lock: bool) -> list[AnyRow]:
    talk = ConversationRow
    query = (
        select(talk.id, talk.status, talk.waiting_since, talk.assignee_id, talk.contact_id, talk.handler)
        .where(talk.id.in_(ids))
        .order_by(talk.id)
    )
    return list(tx.execute(query.with_for_update() if lock else query))


def _latest(tx: Tx, ids: Collection[int]) -> dict[int, AnyRow]:
    """The latest chat task of each conversation, in whatever state."""
    query = select(*TaskRow.__table__.c).where(_CHAT, TaskRow.conversation_id.in_(ids)).order_by(TaskRow.id)
    return {row.conversation_id: row for row in tx.execute(query)}


def _asks(talk: AnyRow) -> bool:
    waits = talk.waiting_since is not None and talk.status in _AWAKE
    return talk.assignee_id is not None and waits and talk.handler != "bot"


def _ended_at(task: AnyRow) -> datetime | None:
    ended: datetime | None = task.deleted_at or task.done_at
    return ended


def _differs(talk: AnyRow, task: AnyRow | None) -> bool:
    if not _asks(talk):
        return task is not None and _ended_at(task) is None
    if task is None or task.assignee_id != talk.assignee_id:
        return True
    ended = _ended_at(task)
    return ended is not None and ended < talk.waiting_since  # else who was asked has put it aside by hand


def _settle(tx: Tx, talk: AnyRow, task: AnyRow | None, at: datetime, title: Callable[[Language], str]) -> Settled:
    if not _asks(talk):
        if task is None:
            raise ValueError("a conversation that asks nothing and has no task differs in nothing")
        if talk.waiting_since is not None and talk.assignee_id is None:
            shown = _show(tx, task.id, done=True)
            tx.execute(delete(TaskRow).where(TaskRow.id == task.id))  # nobody's by now, and nobody has done it
            return Settled(shown, None, fresh=False)
        tx.execute(update(TaskRow).where(TaskRow.id == task.id).values(done_at=at))
        return Settled(_show(tx, task.id, done=True), None, fresh=False)
    if task is not None and task.assignee_id == talk.assignee_id:
        tx.execute(update(TaskRow).where(TaskRow.id == task.id).values(done_at=None, deleted_at=None, deleted_by=None))
        return Settled(_show(tx, task.id, done=False), None, fresh=False)
    language: Language = tx.scalar(select(AgentRow.language).where(AgentRow.id == talk.assignee_id)) or "en"
    values = {"assignee_id": talk.assignee_id, "title": title(language)}
    if task is not None and _ended_at(task) is None:
        tx.execute(update(TaskRow).where(TaskRow.id == task.id).values(**values))
        return Settled(_show(tx, task.id, done=False), task.assignee_id, fresh=True)
    values |= {"kind": "chat", "conversation_id": talk.id, "contact_id": talk.contact_id}
    added = insert(TaskRow).values(**values, author_name="", created_at=at)
    return Settled(_show(tx, tx.execute(added.returning(TaskRow.id)).scalar_one(), done=False), None, fresh=True)


def _show(tx: Tx, task_id: int, *, done: bool) -> ChatTask:
    named = select(TaskRow, ContactRow.name.label("contact_name"))
    row = tx.execute(named.join(ContactRow, ContactRow.id == TaskRow.contact_id).where(TaskRow.id == task_id)).one()
    contact = Person(row.contact_id, row.contact_name)
    return ChatTask(row.id, row.title, row.conversation_id, contact, row.assignee_id, row.created_at, done)
