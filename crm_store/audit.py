"""The audit log: who did what, to whom, before and after, when. Written once; triggers refuse to change it.

What a deed about a customer changed is kept beside the log (``audit_values``), so that it can be erased with him: the
log itself then tells the names of the fields and his id only.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, insert, select

from conversation import clock
from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import AuditRow, AuditValuesRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort, Wanted
from crm_store.rows import AnySelect


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log. ``before`` and ``after`` hold what changed only."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    action: str
    entity: str
    entity_id: int | None
    before: JsonObject | None
    after: JsonObject | None
    remote: str | None


def record(
    tx: Tx,
    *,
    actor_kind: str,
    actor_id: int | None,
    actor_name: str,
    action: str,
    entity: str,
    entity_id: int | None,
    before: JsonObject | None,
    after: JsonObject | None,
    remote: str | None = None,
    at: datetime | None = None,
    contact_id: int | None = None,
) -> int:
    """Adds a line in the transaction of the deed itself; returns its id. ``action``: ``noun.verb_past``; ``at``: now if
    not given. ``contact_id``: whose values these are, if a customer's."""
    shown_before, shown_after = before, after
    if contact_id is not None:
        names = sorted({*(before or {}), *(after or {})})
        shown_before, shown_after = None, {"fields": [*names]} if names else None
    audit_id = tx.execute(
        insert(AuditRow)
        .values(
            at=at or clock.now(),
            actor_kind=actor_kind,
            actor_id=actor_id,
            actor_name=actor_name,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=shown_before,
            after=shown_after,
            remote=remote,
        )
        .returning(AuditRow.id)
    ).scalar_one()
    if contact_id is not None and (before or after):
        row = {"audit_id": audit_id, "contact_id": contact_id, "before": before, "after": after}
        tx.execute(insert(AuditValuesRow).values(**row))
    return audit_id


COLUMNS = (
    AuditRow.id,
    AuditRow.at,
    AuditRow.actor_kind,
    AuditRow.actor_id,
    AuditRow.actor_name,
    AuditRow.action,
    AuditRow.entity,
    AuditRow.entity_id,
    case((AuditValuesRow.audit_id.is_(None), AuditRow.before), else_=AuditValuesRow.before).label("before"),
    case((AuditValuesRow.audit_id.is_(None), AuditRow.after), else_=AuditValuesRow.after).label("after"),
    AuditRow.remote,
)
"""A line with its personal values, where they are still kept; join ``audit_values`` from outside."""


AUDIT = Listing(
    "audit",
    AuditRow.id,
    {
        "id": Sort(AuditRow.id, unique=True, nullable=False),
        "at": Sort(AuditRow.at, nullable=False),
        **{name: Sort(getattr(AuditRow, name), nullable=False) for name in ("actor_kind", "action", "entity")},
        "actor_name": Sort(ordered(func.substr(AuditRow.actor_name, 1, 200))),
        **{name: Sort(getattr(AuditRow, name)) for name in ("actor_id", "entity_id", "remote")},
    },
    default="id",
    descending=True,
    filters={
        "entity": AuditRow.entity,
        "entity_id": AuditRow.entity_id,
        "action": AuditRow.action,
        "actor_kind": AuditRow.actor_kind,
        "actor_name": Holds(AuditRow.actor_name),
        "remote": Holds(AuditRow.remote),
        "at": AuditRow.at,
    },
)


def page_entries(tx: Tx, wanted: Wanted, actor_id: int | None = None) -> tuple[list[AuditEntry], str | None]:
    """A page of lines, the latest first unless told otherwise, and the cursor of the next. ``actor_id``: an agent's."""
    query: AnySelect = select(*COLUMNS).outerjoin(AuditValuesRow, AuditValuesRow.audit_id == AuditRow.id)
    if actor_id is not None:
        query = query.where(AuditRow.actor_kind == "agent", AuditRow.actor_id == actor_id)
    page = AUDIT.page(tx, query, wanted)
    return [AuditEntry(*row[: len(COLUMNS)]) for row in page.rows], page.next


def list_entries(
    tx: Tx,
    *,
    entity: str | None = None,
    entity_id: int | None = None,
    actor_id: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[list[AuditEntry], int | None]:
    """Lines, the latest first, and the cursor of the next page (None: no more). ``after``: the last page's cursor.
    ``actor_id``: an agent's."""
    beside = AuditValuesRow.audit_id == AuditRow.id
    query = select(*COLUMNS).outerjoin(AuditValuesRow, beside).order_by(AuditRow.id.desc()).limit(limit + 1)
    if entity is not None:
        query = query.where(AuditRow.entity == entity)
    if entity_id is not None:
        query = query.where(AuditRow.entity_id == entity_id)
    if actor_id is not None:
        query = query.where(AuditRow.actor_kind == "agent", AuditRow.actor_id == actor_id)
    if after is not None:
        query = query.where(AuditRow.id < after)
    entries = [AuditEntry(*row) for row in tx.execute(query)]
    return entries[:limit], entries[limit - 1].id if len(entries) > limit else None
