"""What the store knows of a person's past, kind by kind, each newest first and cut at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, type_coerce

from conversation.messages import Json, JsonObject
from crm_store import Tx
from crm_store.audit import COLUMNS
from crm_store.cards import Named
from crm_store.conversations import Visible, visible_to
from crm_store.joining import shown
from crm_store.models import (
    AddressRow,
    AgentRow,
    AuditRow,
    AuditValuesRow,
    ConsentRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    LetterStopRow,
    MergeRow,
    TaskRow,
)

IMPORTED = "contact.imported"
_DOORS = ("form", "chat", "page", "desk")
"""Where somebody agreed, as titles name it."""
_MERGES = ("contact.merged", "contact.unmerged")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the card, before and after."""

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that happened. ``what`` and ``fields`` make its title (text ``history.<what>``); ``title``: one of its
    own instead."""

    at: datetime
    kind: str
    id: int
    author: Named | None
    what: str
    fields: dict[str, str] = field(default_factory=dict)
    title: str = ""
    text: str = ""
    changes: Sequence[Change] = ()
    conversation_id: int | None = None
    ended_at: datetime | None = None
    merge_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose past: the contact and those merged into him (``family``), for whose eyes."""

    contact_id: int
    family: Sequence[int]
    eyes: Visible


@dataclass(frozen=True, slots=True)
class Cut:
    """Only what comes after this in a list that is newest first: earlier, or at the same moment (``tied``) with a lower
    id (``below``; None: any)."""

    at: datetime
    tied: bool
    below: int | None = None

    def condition(self, at: ColumnElement[Any], row_id: ColumnElement[int]) -> ColumnElement[bool]:
        """On a moment and an id."""
        if not self.tied:
            return at < self.at
        if self.below is None:
            return at <= self.at
        return or_(at < self.at, and_(at == self.at, row_id < self.below))


def _cut(query: Any, cut: Cut | None, at: Any, row_id: Any, limit: int) -> Any:
    if cut is not None:
        query = query.where(cut.condition(at, row_id))
    return query.order_by(at.desc(), row_id.desc()).limit(limit)


def list_conversations(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """Conversations that are for these eyes, by when they began."""
    row = ConversationRow
    query = (
        select(
            row.id,
            row.created_at,
            row.channel,
            row.status,
            row.last_text,
            row.resolved_at,
            AgentRow.id.label("by_id"),
            AgentRow.name.label("by_name"),
        )
        .outerjoin(AgentRow, AgentRow.id == row.assignee_id)
        .where(row.contact_id == scope.contact_id, visible_to(scope.eyes))
    )
    return [
        Entry(
            one.created_at,
            "conversation",
            one.id,
            _named(one.by_id, one.by_name),
            f"conversation.{one.status}",
            {"channel": one.channel},
            text=one.last_text,
            conversation_id=one.id,
            ended_at=one.resolved_at,
        )
        for one in tx.execute(_cut(query, cut, row.created_at, row.id, limit))
    ]


def list_notes(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """Notes that are not in the bin."""
    row = ContactNoteRow
    query = select(*row.__table__.c).where(row.contact_id == scope.contact_id, row.deleted_at.is_(None))
    return [
        Entry(one.at, "note", one.id, _named(one.author_id, one.author_name), "note", text=one.text)
        for one in tx.execute(_cut(query, cut, row.at, row.id, limit))
    ]


def list_tasks(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """Tasks that are not in the bin, by when they were given."""
    row = TaskRow
    query = select(*row.__table__.c).where(row.contact_id == scope.contact_id, row.deleted_at.is_(None))
    return [
        Entry(
            one.created_at,
            "task",
            one.id,
            _named(one.author_id, one.author_name),
            "task.done" if one.done_at else "task.open",
            {"title": one.title},
            text=one.note,
            conversation_id=one.conversation_id,
            ended_at=one.done_at,
        )
        for one in tx.execute(_cut(query, cut, row.created_at, row.id, limit))
    ]


def list_changes(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """What was done to the card, with old and new values as long as they are kept."""
    others = and_(AuditRow.action != IMPORTED, AuditRow.action.not_in(_MERGES))
    return _deeds(tx, scope, others, cut, limit, "change")


def list_imports(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """What imports brought (the deed ``contact.imported``)."""
    return _deeds(tx, scope, AuditRow.action == IMPORTED, cut, limit, "import")


def _deeds(tx: Tx, scope: Scope, which: ColumnElement[bool], cut: Cut | None, limit: int, kind: str) -> list[Entry]:
    query = (
        select(*COLUMNS, AgentRow.name.label("by_name"))
        .outerjoin(AuditValuesRow, AuditValuesRow.audit_id == AuditRow.id)
        .outerjoin(AgentRow, and_(AuditRow.actor_kind == "agent", AgentRow.id == AuditRow.actor_id))
        .where(AuditRow.entity == "contact", AuditRow.entity_id.in_(scope.family), which)
    )
    return [
        Entry(
            one.at,
            kind,
            one.id,
            _named(one.actor_id, one.by_name or one.actor_name) if one.actor_kind == "agent" else None,
            one.action,
            changes=_changes(one.before, one.after),
        )
        for one in tx.execute(_cut(query, cut, AuditRow.at, AuditRow.id, limit))
    ]


def _changes(before: JsonObject | None, after: JsonObject | None) -> list[Change]:
    if before is None and after is not None and isinstance(after.get("fields"), list):
        names = after["fields"]
        return [Change(str(name), None, None) for name in (names if isinstance(names, list) else [])]
    was, now = before or {}, after or {}
    return [Change(name, was.get(name), now.get(name)) for name in {**was, **now}]


def list_merges(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """Merges that hold, those of the merged ones too."""
    row = MergeRow
    query = (
        select(row.id, row.at, row.actor_id, row.actor_name, ContactRow.name)
        .join(ContactRow, ContactRow.id == row.gone_id)
        .where(row.kept_id.in_(scope.family), row.undone_at.is_(None))
    )
    return [
        Entry(
            one.at, "merge", one.id, _named(one.actor_id, one.actor_name), "merge", {"name": one.name}, merge_id=one.id
        )
        for one in tx.execute(_cut(query, cut, row.at, row.id, limit))
    ]


def list_consents(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """When he agreed to be written to, address by address."""
    row = AddressRow
    at = type_coerce(row.consent_at, row.created_at.type)
    query = select(row.id, at.label("at"), row.channel, row.display, row.value, row.consent_source).where(
        row.contact_id == scope.contact_id, row.consent_at.is_not(None)
    )
    return [
        Entry(
            one.at,
            "consent",
            one.id,
            None,
            "consent",
            {"address": shown(one.channel, one.value, one.display) or one.channel},
            text=one.consent_source or "",
        )
        for one in tx.execute(_cut(query, cut, row.consent_at, row.id, limit))
    ]


def list_agreed(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """What he agreed to in a form or in a talk, in the words that he saw."""
    row = ConsentRow
    query = select(row.id, row.at, row.version, row.text, row.source).where(row.contact_id == scope.contact_id)
    return [
        Entry(
            one.at,
            "agreed",
            one.id,
            None,
            f"agreed.{one.source if one.source in _DOORS else 'unsaid'}",
            {"version": str(one.version)},
            text=one.text,
        )
        for one in tx.execute(_cut(query, cut, row.at, row.id, limit))
    ]


def list_stops(tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    """Which letters he wanted no more, or again, address by address."""
    row = LetterStopRow
    query = select(row.id, row.at, row.about, row.value, row.stopped).where(row.contact_id == scope.contact_id)
    return [
        Entry(
            one.at,
            "letters",
            one.id,
            None,
            f"letters.{'stopped' if one.stopped else 'resumed'}.{one.about}",
            {"address": one.value},
        )
        for one in tx.execute(_cut(query, cut, row.at, row.id, limit))
    ]


def _named(identifier: int | None, name: str | None) -> Named | None:
    return None if identifier is None else Named(identifier, name or "")
