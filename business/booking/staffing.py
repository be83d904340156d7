"""Who and what is booked: specialists, rooms, chairs, devices. Every change is audited and told at once.

A resource is never deleted, for visits of the past speak of it: it is archived, once nothing is booked with it any
more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from business.booking.changes import record_change, tell
from business.booking.forms import ABOUT_LIMIT, read_forms
from business.booking.settings import BookingSettings
from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.language import form_in
from conversation.messages import Agent, Json, Language
from crm_store import Tx, access, places, resources, services
from crm_store.engine import Store
from crm_store.ordering import order_key
from crm_store.rows import AnyRow

EDIT: Final = "schedules.edit"
MOST: Final = 2_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ResourceWish:
    """What is to be set of a resource: ``values`` are columns by name; ``service_ids``: what a provider does. None: it
    stays as it is."""

    values: Mapping[str, Json] = field(default_factory=dict)
    service_ids: tuple[int, ...] | None = None
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource and what it does; ``row`` has ``branch_name`` and ``timezone`` too."""

    row: AnyRow
    service_ids: tuple[int, ...]


class Staffing:
    """Adds, changes and archives resources. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def find(self, resource_id: int) -> Resource:
        """One resource, archived or not. Raises Rejected not_found."""
        return await self._store.read(lambda tx: require_resource(tx, resource_id))

    async def add(self, actor: Agent, wish: ResourceWish, remote: str, kept: Kept[Resource] = plainly) -> Resource:
        """A new resource: its kind and a name at least."""

        def write(doer: Agent, tx: Tx) -> Resource:
            return kept(tx, lambda tx: add_resource(tx, doer, wish, remote))

        return await self._run(actor, write)

    async def change(self, actor: Agent, resource_id: int, wish: ResourceWish, remote: str) -> Resource:
        """Sets what is wished, but the kind."""

        def write(doer: Agent, tx: Tx) -> Resource:
            before = require_resource(tx, resource_id)
            values = _check(tx, wish, before.row)
            if wish.archived is not None and wish.archived != (before.row.archived_at is not None):
                ahead = resources.count_ahead(tx, resource_id, clock.now()) if wish.archived else 0
                if ahead:
                    raise Rejected("conflict", "catalogue.resource_busy", count=ahead)
                values["archived_at"] = clock.now() if wish.archived else None
            resources.change_resource(tx, resource_id, values)
            _set_services(tx, resource_id, wish, before.row.kind)
            resources.bump_versions(tx, [resource_id])
            after = require_resource(tx, resource_id)
            record_change(tx, doer, "resource", resource_id, _shown(before), _shown(after), remote)
            return after

        return await self._run(actor, write)

    async def _run(self, actor: Agent, write: Callable[[Agent, Tx], Resource]) -> Resource:
        return await self._store.writer.run(
            lambda tx: write(rights.require_now(tx, actor, EDIT), tx), lambda done: tell(self._publish, [done.row.id])
        )


def require_resource(tx: Tx, resource_id: int) -> Resource:
    """One resource. Raises Rejected not_found."""
    row = resources.find_resource(tx, resource_id)
    if row is None:
        raise Rejected("not_found", "catalogue.resource_not_found")
    return complete(tx, [row])[0]


def complete(tx: Tx, rows: list[AnyRow]) -> list[Resource]:
    """Rows of resources with what they do."""
    done = services.list_services_of(tx, [row.id for row in rows])
    return [Resource(row, tuple(done.get(row.id, ()))) for row in rows]


def in_order(tx: Tx, rows: Sequence[AnyRow], language: Language) -> list[AnyRow]:
    """Resources in the order in which the owner wants them side by side: as they are arranged, or by their names."""
    if BookingSettings.load(tx).staff_order == "position":
        return list(rows)
    return sorted(rows, key=lambda row: (row.kind != "provider", order_key(form_in(row.name, language)) or "", row.id))


def add_resource(tx: Tx, doer: Agent | None, wish: ResourceWish, remote: str) -> Resource:
    """Within the caller's transaction, who has checked the right and tells of it. Raises Rejected invalid, conflict,
    not_found."""
    if resources.count_resources(tx) >= MOST:
        raise Rejected("conflict", "catalogue.enough", most=MOST)
    if "kind" not in wish.values:
        raise Rejected("invalid", "error.field_missing", field="kind")
    resource_id = resources.add_resource(tx, _check(tx, wish, None), clock.now())
    _set_services(tx, resource_id, wish, str(wish.values["kind"]))
    added = require_resource(tx, resource_id)
    record_deed(tx, doer, "resource.added", "resource", resource_id, after=_shown(added), remote=remote)
    return added


def _check(tx: Tx, wish: ResourceWish, before: AnyRow | None) -> dict[str, object]:
    values: dict[str, object] = dict(wish.values)
    if before is not None:
        values.pop("kind", None)
    for column, said, limit in (("name", "names", None), ("about", "abouts", ABOUT_LIMIT)):
        given = wish.values.get(column)
        if column not in values and not (column == "name" and before is None):
            continue
        forms = given if isinstance(given, dict) else {}
        values[column] = read_forms(forms, said) if limit is None else read_forms(forms, said, limit, needed=False)
    branch_id = values.get("branch_id")
    if branch_id is not None:
        branch = places.find_branch(tx, int(str(branch_id)))
        if branch is None:
            raise Rejected("not_found", "access.branch_not_found", field="branch_id")
        if branch.archived_at is not None:
            raise Rejected("conflict", "access.branch_archived", field="branch_id")
    agent_id = values.get("agent_id")
    if agent_id is not None and access.find_record(tx, int(str(agent_id))) is None:
        raise Rejected("not_found", "error.agent_not_found", field="agent_id")
    return values


def _set_services(tx: Tx, resource_id: int, wish: ResourceWish, kind: str) -> None:
    if wish.service_ids is None:
        return
    if kind != "provider" and wish.service_ids:
        raise Rejected("invalid", "catalogue.no_provider", field="service_ids")
    if any(services.find_service(tx, one) is None for one in wish.service_ids):
        raise Rejected("not_found", "catalogue.service_not_found", field="service_ids")
    services.set_services_of(tx, resource_id, wish.service_ids)


_SHOWN: Final = (
    "kind", "name", "about", "branch_id", "agent_id", "level", "skills", "online", "colour", "position",
)  # fmt: skip


def _shown(resource: Resource) -> dict[str, object]:
    return {
        **{name: getattr(resource.row, name) for name in _SHOWN},
        "service_ids": list(resource.service_ids),
        "archived": resource.row.archived_at is not None,
    }
