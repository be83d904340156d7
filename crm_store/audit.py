"""The audit log: who did what, to whom, before and after, when. Written once; triggers refuse to change it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from conversation import clock
from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import AuditRow
from crm_store.paging import Listing, Sort, Wanted


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
) -> None:
    """Adds a line in the transaction of the deed itself. ``action``: ``noun.verb_past``; ``at``: now if not given."""
    tx.execute(
        insert(AuditRow).values(
            at=at or clock.now(),
            actor_kind=actor_kind,
            actor_id=actor_id,
            actor_name=actor_name,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
            remote=remote,
        )
    )


AUDIT = Listing(
    "audit",
    AuditRow.id,
    {
        "id": Sort(AuditRow.id, unique=True, nullable=False),
        "at": Sort(AuditRow.at, nullable=False),
        **{
            name: Sort(getattr(AuditRow, name), nullable=False)
            for name in ("actor_kind", "actor_name", "action", "entity")
        },
        **{name: Sort(getattr(AuditRow, name)) for name in ("actor_id", "entity_id", "remote")},
    },
    default="id",
    descending=True,
    filters={
        "entity": AuditRow.entity,
        "entity_id": AuditRow.entity_id,
        "action": AuditRow.action,
        "actor_kind": AuditRow.actor_kind,
        "actor_name": AuditRow.actor_name,
        "remote": AuditRow.remote,
        "at": AuditRow.at,
    },
)


def page_entries(tx: Tx, wanted: Wanted, actor_id: int | None = None) -> tuple[list[AuditEntry], str | None]:
    """A page of lines, the latest first unless told otherwise, and the cursor of the next. ``actor_id``: an agent's."""
    columns = AuditRow.__table__.c
    query = select(*columns)
    if actor_id is not None:
        query = query.where(AuditRow.actor_kind == "agent", AuditRow.actor_id == actor_id)
    page = AUDIT.page(tx, query, wanted)
    return [AuditEntry(*row[: len(columns)]) for row in page.rows], page.next


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
    query = select(*AuditRow.__table__.c).order_by(AuditRow.id.desc()).limit(limit + 1)
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
