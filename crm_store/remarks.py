"""Notes about contacts and tasks: rows with an author that the bin may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from crm_store import Tx
from crm_store.cards import Named
from crm_store.models import AgentRow, ContactNoteRow, ContactRow, TaskKind, TaskRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

TaskState = Literal["open", "done", "overdue"]


class Note(NamedTuple):
    """A dated remark. ``author``: None where the agent is no more, or the system wrote it."""

    id: int
    contact_id: int
    author: Named | None
    author_name: str
    text: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done; ``kind``: see ``TaskRow``."""

    id: int
    title: str
    note: str
    due_at: datetime | None
    done_at: datetime | None
    created_at: datetime
    deleted_at: datetime | None
    assignee: Named | None
    author: Named | None
    author_name: str
    contact: Named | None
    conversation_id: int | None
    kind: TaskKind


def insert_note(tx: Tx, contact_id: int, author: Named | None, text: str, at: datetime) -> int:
    """Adds a note; returns its id."""
    values = {
        "contact_id": contact_id,
        "author_id": None if author is None else author.id,
        "author_name": "" if author is None else author.name,
        "text": text,
        "at": at,
    }
    return tx.execute(insert(ContactNoteRow).values(**values).returning(ContactNoteRow.id)).scalar_one()


def find_note(tx: Tx, contact_id: int, note_id: int) -> Note | None:
    """One note of a contact that is not in the bin."""
    row = ContactNoteRow
    mine = and_(row.id == note_id, row.contact_id == contact_id, row.deleted_at.is_(None))
    found = tx.execute(select(*row.__table__.c).where(mine)).one_or_none()
    return None if found is None else note_from(found)


def note_from(row: AnyRow) -> Note:
    """A note from its bare row."""
    author = None if row.author_id is None else Named(row.author_id, row.author_name)
    return Note(row.id, row.contact_id, author, row.author_name, row.text, row.at, row.edited_at, row.deleted_at)


def change_note(tx: Tx, note_id: int, text: str, at: datetime) -> None:
    """Writes a note anew."""
    tx.execute(update(ContactNoteRow).where(ContactNoteRow.id == note_id).values(text=text, edited_at=at))


_assignee = aliased(AgentRow)
_author = aliased(AgentRow)


def load_tasks(tx: Tx, ids: list[int]) -> dict[int, Task]:
    """Tasks by id, binned ones too."""
    query = (
        select(
            TaskRow,
            _assignee.name.label("assignee_name"),
            ContactRow.name.label("contact_name"),
            _author.name.label("present_author"),
        )
        .outerjoin(_assignee, _assignee.id == TaskRow.assignee_id)
        .outerjoin(_author, _author.id == TaskRow.author_id)
        .outerjoin(ContactRow, ContactRow.id == TaskRow.contact_id)
    )
    return {row.id: _task_from(row) for row in tx.execute(query.where(TaskRow.id.in_(ids)))} if ids else {}


def _task_from(row: AnyRow) -> Task:
    def named(identifier: int | None, name: str | None) -> Named | None:
        return None if identifier is None else Named(identifier, name or "")

    return Task(
        id=row.id,
        title=row.title,
        note=row.note,
        due_at=row.due_at,
        done_at=row.done_at,
        created_at=row.created_at,
        deleted_at=row.deleted_at,
        assignee=named(row.assignee_id, row.assignee_name),
        author=named(row.author_id, row.present_author),
        author_name=row.author_name,
        contact=named(row.contact_id, row.contact_name),
        conversation_id=row.conversation_id,
        kind=row.kind,
    )


def find_task(tx: Tx, task_id: int) -> Task | None:
    """One task that is not in the bin."""
    task = load_tasks(tx, [task_id]).get(task_id)
    return None if task is None or task.deleted_at is not None else task


def insert_task(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds a task; returns its id."""
    return tx.execute(insert(TaskRow).values(**values).returning(TaskRow.id)).scalar_one()


def change_task(tx: Tx, task_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of a task."""
    tx.execute(update(TaskRow).where(TaskRow.id == task_id).values(**values))


TASKS: Final = Listing(
    "tasks",
    TaskRow.id,
    {
        "due_at": Sort(TaskRow.due_at),
        "created_at": Sort(TaskRow.created_at, nullable=False),
        "id": Sort(TaskRow.id, unique=True),
        "title": Sort(ordered(func.substr(TaskRow.title, 1, 200))),
        "note": Sort(ordered(func.substr(TaskRow.note, 1, 200))),
        "done_at": Sort(TaskRow.done_at),
        "assignee": Sort(ordered(_assignee.name)),
        "author": Sort(ordered(TaskRow.author_name)),
        "contact": Sort(ContactRow.sort_name),
        "conversation_id": Sort(TaskRow.conversation_id),
        "kind": Sort(TaskRow.kind, nullable=False),
    },
    default="due_at",
    descending=False,
    filters={
        "title": Holds(TaskRow.title),
        "note": Holds(TaskRow.note),
        "author": TaskRow.author_id,
        "contact": TaskRow.contact_id,
        "conversation": TaskRow.conversation_id,
        "kind": TaskRow.kind,
        "due": TaskRow.due_at,
        "created": TaskRow.created_at,
        "done": TaskRow.done_at,
    },
)


def list_tasks(
    tx: Tx, wanted: Wanted, *, now: datetime, eyes: int | None, assignee_id: int | None, state: TaskState | None
) -> tuple[list[Task], str | None]:
    """A page of tasks that are not in the bin, and the cursor of the next. ``eyes``: the agent whose own they must be
    (given to him, by him, or to nobody yet); None sees all."""
    query: AnySelect = select(TaskRow.id.label("id")).where(TaskRow.deleted_at.is_(None))
    if wanted.sort == "assignee":
        query = query.outerjoin(_assignee, _assignee.id == TaskRow.assignee_id)
    if wanted.sort == "contact":
        query = query.outerjoin(ContactRow, ContactRow.id == TaskRow.contact_id)
    if eyes is not None:
        mine = (TaskRow.assignee_id == eyes, TaskRow.author_id == eyes, TaskRow.assignee_id.is_(None))
        query = query.where(or_(*mine))
    if assignee_id is not None:
        query = query.where(TaskRow.assignee_id == assignee_id)
    if state is not None:
        query = query.where(TaskRow.done_at.is_not(None) if state == "done" else TaskRow.done_at.is_(None))
    if state == "overdue":
        query = query.where(TaskRow.due_at < now)
    page = TASKS.page(tx, query, wanted)
    ids = [row.id for row in page.rows]
    tasks = load_tasks(tx, ids)
    return [tasks[one] for one in ids], page.next


def list_notes(tx: Tx, contact_id: int) -> list[Note]:
    """All notes of a contact that are not in the bin, the oldest first."""
    row = ContactNoteRow
    mine = select(*row.__table__.c).where(row.contact_id == contact_id, row.deleted_at.is_(None))
    return [note_from(one) for one in tx.execute(mine.order_by(row.id))]
