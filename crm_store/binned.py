"""The bin: deleted contacts, notes, tasks and subjects rest in it for a while, to be restored or purged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from conversation.clock import from_ms, to_ms
from crm_store import Tx
from crm_store.cards import Named
from crm_store.cursors import read_cursor, write_cursor
from crm_store.models import (
    AgentRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    SubjectRow,
    TaskRow,
)

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


def find(tx: Tx, kind: BinKind, row_id: int) -> Binned | None:
    """One that rests there."""
    rows = _list(tx, kind, [_TABLES[kind].id == row_id], 1)
    return rows[0] if rows else None


def list_binned(tx: Tx, kind: BinKind | None, after: str | None, limit: int) -> tuple[list[Binned], str | None]:
    """A page, the latest deleted first, and the cursor of the next."""
    kinds = KINDS if kind is None else (kind,)
    since: tuple[int, int, int] | None = None
    if after is not None:
        at_ms, rank, row_id = read_cursor(after, int, int, int)
        since = at_ms, rank, row_id
    found = [one for each in kinds for one in _list(tx, each, _before(each, since), limit + 1)]
    found.sort(key=lambda one: (-to_ms(one.deleted_at), KINDS.index(one.kind), -one.id))
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last = page[-1]
    return page, write_cursor(to_ms(last.deleted_at), KINDS.index(last.kind), last.id)


def _before(kind: BinKind, since: tuple[int, int, int] | None) -> list[ColumnElement[bool]]:
    if since is None:
        return []
    table, rank = _TABLES[kind], KINDS.index(kind)
    at = from_ms(since[0])
    earlier: list[ColumnElement[bool]] = [table.deleted_at < at]
    if rank > since[1]:
        earlier.append(table.deleted_at == at)
    elif rank == since[1]:
        earlier.append(and_(table.deleted_at == at, table.id < since[2]))
    return [or_(*earlier)]


def _list(tx: Tx, kind: BinKind, conditions: list[ColumnElement[bool]], limit: int) -> list[Binned]:
    table, title = _TABLES[kind], _TITLES[kind]
    contact_id = table.id if kind == "contact" else table.contact_id
    query = (
        select(
            table.id,
            title.label("title"),
            contact_id.label("contact_id"),
            table.deleted_at,
            AgentRow.id.label("by_id"),
            AgentRow.name.label("by_name"),
        )
        .outerjoin(AgentRow, AgentRow.id == table.deleted_by)
        .where(table.deleted_at.is_not(None), *conditions)
    )
    if kind == "contact":
        query = query.where(ContactRow.erased_at.is_(None), ContactRow.merged_into.is_(None))
    rows = tx.execute(query.order_by(table.deleted_at.desc(), table.id.desc()).limit(limit))
    return [
        Binned(
            kind,
            row.id,
            row.title[:TITLE_CHARS],
            row.contact_id,
            row.deleted_at,
            None if row.by_id is None else Named(row.by_id, row.by_name),
        )
        for row in rows
    ]


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
    return tx.execute(delete(table).where(table.id.in_(ids))).rowcount
