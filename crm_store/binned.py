"""The bin: deleted contacts, notes, tasks and subjects rest in it for a while, to be restored or purged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import Text, and_, delete, exists, func, literal, select, union_all, update

from crm_store import Tx
from crm_store.cards import Named
from crm_store.models import (
    AgentRow,
    AppointmentRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    SubjectRow,
    TaskRow,
)
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

BinKind = Literal["contact", "note", "task", "subject"]
KINDS: tuple[BinKind, ...] = get_args(BinKind)
TITLE_CHARS = 120
_TABLES: Mapping[BinKind, type[Any]] = {
    "contact": ContactRow,
    "note": ContactNoteRow,
    "task": TaskRow,
    "subject": SubjectRow,
}
_TITLES: Mapping[BinKind, Any] = {
    "contact": ContactRow.name,
    "note": ContactNoteRow.text,
    "task": TaskRow.title,
    "subject": SubjectRow.name,
}


@dataclass(frozen=True, slots=True)
class Binned:
    """What rests in the bin. ``contact_id``: whose it is (his own, for a contact)."""

    kind: BinKind
    id: int
    title: str
    contact_id: int | None
    deleted_at: datetime
    deleted_by: Named | None


def put(tx: Tx, kind: BinKind, row_id: int, agent_id: int | None, at: datetime) -> None:
    """Puts a row into the bin."""
    table = _TABLES[kind]
    tx.execute(update(table).where(table.id == row_id).values(deleted_at=at, deleted_by=agent_id))


def restore(tx: Tx, kind: BinKind, row_id: int) -> None:
    """Takes a row out of the bin again."""
    table = _TABLES[kind]
    tx.execute(update(table).where(table.id == row_id).values(deleted_at=None, deleted_by=None))


def _resting(kind: BinKind, place: int) -> AnySelect:
    table, title = _TABLES[kind], _TITLES[kind]
    query = select(
        (table.id * len(KINDS) + place).label("key"),
        literal(kind, Text()).label("kind"),
        table.id.label("id"),
        func.substr(title, 1, TITLE_CHARS, type_=Text()).label("title"),
        (table.id if kind == "contact" else table.contact_id).label("contact_id"),
        table.deleted_at.label("deleted_at"),
        table.deleted_by.label("deleted_by"),
    ).where(table.deleted_at.is_not(None))
    if kind == "contact":
        query = query.where(ContactRow.erased_at.is_(None), ContactRow.merged_into.is_(None))
    return query


_ALL: Final = union_all(*(_resting(kind, place) for place, kind in enumerate(KINDS))).subquery("resting")
BIN: Final = Listing(
    "bin",
    _ALL.c.key,
    {
        "deleted_at": Sort(_ALL.c.deleted_at, nullable=False),
        "kind": Sort(_ALL.c.kind, nullable=False),
        "title": Sort(ordered(_ALL.c.title)),
        "deleted_by": Sort(ordered(AgentRow.name)),
        "id": Sort(_ALL.c.id, nullable=False),
        "contact_id": Sort(_ALL.c.contact_id),
    },
    default="deleted_at",
    descending=True,
    filters={
        "kind": _ALL.c.kind,
        "title": Holds(_ALL.c.title),
        "contact": _ALL.c.contact_id,
        "deleted_by": _ALL.c.deleted_by,
        "deleted": _ALL.c.deleted_at,
    },
)
"""What rests in the bin: little, and gone after its rest, so that no sort of it needs an index."""


def _resting_of_all() -> AnySelect:
    return select(*_ALL.c, AgentRow.name.label("by_name")).outerjoin(AgentRow, AgentRow.id == _ALL.c.deleted_by)


def find(tx: Tx, kind: BinKind, row_id: int) -> Binned | None:
    """One that rests there."""
    row = tx.execute(_resting_of_all().where(_ALL.c.kind == kind, _ALL.c.id == row_id)).one_or_none()
    return None if row is None else _binned(row)


def page_binned(tx: Tx, wanted: Wanted) -> tuple[list[Binned], str | None]:
    """A page, the latest deleted first unless told otherwise, and the cursor of the next."""
    page = BIN.page(tx, _resting_of_all(), wanted)
    return [_binned(row) for row in page.rows], page.next


def _binned(row: AnyRow) -> Binned:
    by = None if row.by_name is None else Named(row.deleted_by, row.by_name)
    return Binned(row.kind, row.id, row.title, row.contact_id, row.deleted_at, by)


def list_rested(tx: Tx, kind: BinKind, before: datetime, limit: int) -> list[int]:
    """Ids of what has rested since before a moment."""
    table = _TABLES[kind]
    rested = table.deleted_at < before
    if kind == "contact":
        rested = and_(rested, ContactRow.erased_at.is_(None), ContactRow.merged_into.is_(None))
    return list(tx.scalars(select(table.id).where(rested).order_by(table.id).limit(limit)))


def has_open_talk(tx: Tx, contact_id: int) -> bool:
    """Whether somebody talks with the contact, or he waits."""
    talks = exists().where(ConversationRow.contact_id == contact_id, ConversationRow.status != "resolved")
    return bool(tx.scalar(select(talks)))


def purge(tx: Tx, kind: Literal["note", "task", "subject"], ids: list[int]) -> int:
    """Deletes rows for good; how many."""
    table = _TABLES[kind]
    if kind == "subject":  # the visits that were for it stay
        for_it = AppointmentRow.subject_id.in_(ids)
        tx.execute(update(AppointmentRow).where(for_it).values(subject_id=None))
    return tx.execute(delete(table).where(table.id.in_(ids))).rowcount
