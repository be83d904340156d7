"""Resources: whoever and whatever has a calendar of its own."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, insert, or_, select, update

from conversation.messages import Language
from crm_store import Tx
from crm_store.forms import form_of
from crm_store.models import AllocationRow, BranchRow, ResourceRow
from crm_store.models.base import ResourceKind
from crm_store.ordering import order_key, ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect


def resources_in(language: Language) -> Listing:
    """The list of resources as a reader of a language has it."""
    name = form_of(ResourceRow.name, language)
    return Listing(
        "resources",
        ResourceRow.id,
        {
            "position": Sort(ResourceRow.position, nullable=False),
            "id": Sort(ResourceRow.id, unique=True, nullable=False),
            "name": Sort(ordered(name)),
            "kind": Sort(ResourceRow.kind, nullable=False),
            "level": Sort(ordered(ResourceRow.level)),
            "branch": Sort(ordered(BranchRow.name)),
            "timezone": Sort(BranchRow.timezone),
            "agent_id": Sort(ResourceRow.agent_id),
            "online": Sort(ResourceRow.online, nullable=False),
            "colour": Sort(ResourceRow.colour),
            "archived_at": Sort(ResourceRow.archived_at),
        },
        default="position",
        descending=False,
        filters={
            "name": Holds(name),
            "kind": ResourceRow.kind,
            "branch_id": ResourceRow.branch_id,
            "timezone": BranchRow.timezone,
            "agent_id": ResourceRow.agent_id,
            "colour": ResourceRow.colour,
            "position": ResourceRow.position,
            "level": Holds(ResourceRow.level),
            "online": ResourceRow.online,
            "archived": ResourceRow.archived_at.is_not(None),
        },
    )


def _resources() -> AnySelect:
    return select(
        *ResourceRow.__table__.c, BranchRow.name.label("branch_name"), BranchRow.timezone.label("timezone")
    ).outerjoin(BranchRow, BranchRow.id == ResourceRow.branch_id)


def page_resources(tx: Tx, wanted: Wanted, language: Language, words: str = "") -> Page:
    """A page of resources with ``branch_name`` and its ``timezone``. ``words``: each must be in a name of any language,
    the level or the skills."""
    query = _resources()
    for word in words.split():
        key = order_key(word) or ""
        texts = (cast(ResourceRow.name, Text), ResourceRow.level, cast(ResourceRow.skills, Text))
        query = query.where(or_(*(ordered(text).contains(key, autoescape=True) for text in texts)))
    return resources_in(language).page(tx, query, wanted)


def find_resource(tx: Tx, resource_id: int) -> AnyRow | None:
    """A resource with ``branch_name`` and ``timezone``, archived or not."""
    return tx.execute(_resources().where(ResourceRow.id == resource_id)).one_or_none()


def list_live(tx: Tx, kind: ResourceKind | None = None, ids: Collection[int] | None = None) -> list[AnyRow]:
    """Resources that are not archived, with ``branch_name`` and ``timezone``, in the firm's order."""
    query = _resources().where(ResourceRow.archived_at.is_(None))
    if kind is not None:
        query = query.where(ResourceRow.kind == kind)
    if ids is not None:
        query = query.where(ResourceRow.id.in_(ids))
    return list(tx.execute(query.order_by(ResourceRow.position, ResourceRow.id)))


def kinds_of(tx: Tx, ids: Collection[int]) -> dict[int, ResourceKind]:
    """The kinds of these resources; unknown ids are left out."""
    return {
        row.id: row.kind for row in tx.execute(select(ResourceRow.id, ResourceRow.kind).where(ResourceRow.id.in_(ids)))
    }


def count_resources(tx: Tx) -> int:
    """How many there are, archived ones too."""
    return tx.scalar(select(func.count()).select_from(ResourceRow)) or 0


def add_resource(tx: Tx, values: Mapping[str, Any], at: datetime) -> int:
    """Adds one at the end, or where ``position`` says; returns its id."""
    last = tx.scalar(select(func.coalesce(func.max(ResourceRow.position), 0))) or 0
    given = {"position": last + 1, **values, "created_at": at}
    return int(tx.execute(insert(ResourceRow).values(given).returning(ResourceRow.id)).scalar_one())


def change_resource(tx: Tx, resource_id: int, values: Mapping[str, Any]) -> None:
    """Sets columns of one."""
    if values:
        tx.execute(update(ResourceRow).where(ResourceRow.id == resource_id).values(**values))


def bump_versions(tx: Tx, ids: Collection[int]) -> None:
    """What was computed of these calendars holds no longer."""
    if ids:
        tx.execute(update(ResourceRow).where(ResourceRow.id.in_(ids)).values(version=ResourceRow.version + 1))


def count_ahead(tx: Tx, resource_id: int, at: datetime) -> int:
    """How many visits and sessions still take it after a moment."""
    ahead = select(func.count()).select_from(AllocationRow).where(AllocationRow.resource_id == resource_id)
    return tx.scalar(ahead.where(AllocationRow.ends_at > at, AllocationRow.kind.in_(("visit", "session")))) or 0
