"""The catalogue: services and their groups, who does them, what they take. Every change is audited and told at once.

A service that was ever booked is never deleted: it is archived, and may be brought back. A group may go; its services
stay without one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Generic, TypeVar

from business.booking.changes import record_change, tell
from business.booking.forms import ABOUT_LIMIT, read_forms
from business.money import currency_of, digits_of
from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json
from crm_store import Tx, resources, services
from crm_store.engine import Store
from crm_store.rows import AnyRow
from crm_store.services import Does

EDIT: Final = "services.edit"
MOST_SERVICES: Final = 5_000
MOST_GROUPS: Final = 500
MOST_NEEDS: Final = 8
_MARKS: Final = ("code", "barcode", "article")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServiceWish:
    """What is to be set of a service: ``values`` are columns by name. None: it stays as it is."""

    values: Mapping[str, Json] = field(default_factory=dict)
    doers: tuple[Does, ...] | None = None
    needs: tuple[tuple[int, ...], ...] | None = None
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service with who does it and what it takes; ``row`` has ``group_name`` and ``bookings`` too."""

    row: AnyRow
    doers: tuple[Does, ...]
    needs: tuple[tuple[int, ...], ...]

    @property
    def resource_ids(self) -> frozenset[int]:
        """Whose calendars it concerns."""
        return frozenset(one.provider_id for one in self.doers) | {one for need in self.needs for one in need}


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    value: T
    resource_ids: frozenset[int] = frozenset()


class Services:
    """Adds, changes and archives services and groups. ``country``: the firm's, for the currency of prices. All raise
    Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Publish, country: str) -> None:
        self._store = store
        self._publish = publish
        self._currency = currency_of(country)

    async def find(self, service_id: int) -> Service:
        """One service, archived or not. Raises Rejected not_found."""
        return await self._store.read(lambda tx: require_service(tx, service_id))

    async def add(self, actor: Agent, wish: ServiceWish, remote: str, kept: Kept[Service] = plainly) -> Service:
        """A new service: a name and a duration at least."""

        def write(doer: Agent, tx: Tx) -> _Done[Service]:
            service = kept(tx, lambda tx: add_service(tx, doer, wish, self._currency, remote))
            return _Done(service, service.resource_ids)

        return await self._run(actor, write)

    async def change(self, actor: Agent, service_id: int, wish: ServiceWish, remote: str) -> Service:
        """Sets what is wished. What is booked already stays as it was booked."""

        def write(doer: Agent, tx: Tx) -> _Done[Service]:
            before, after = change_service(tx, doer, service_id, wish, self._currency, remote)
            return _Done(after, before.resource_ids | after.resource_ids)

        return await self._run(actor, write)

    async def remove(self, actor: Agent, service_id: int, remote: str) -> None:
        """Deletes a service that was never booked. Raises Rejected conflict where it was: archive it."""

        def write(doer: Agent, tx: Tx) -> _Done[None]:
            before = require_service(tx, service_id)
            if services.was_booked(tx, service_id):
                raise Rejected("conflict", "catalogue.service_booked")
            services.delete_service(tx, service_id)
            record_deed(tx, doer, "service.removed", "service", service_id, before=_shown(before), remote=remote)
            return _Done(None, before.resource_ids)

        await self._run(actor, write)

    async def add_group(
        self, actor: Agent, values: Mapping[str, Json], remote: str, kept: Kept[AnyRow] = plainly
    ) -> AnyRow:
        """A new group with a name."""

        def write(doer: Agent, tx: Tx) -> _Done[AnyRow]:
            return _Done(kept(tx, lambda tx: add_group(tx, doer, values, remote)))

        return await self._run(actor, write)

    async def change_group(self, actor: Agent, group_id: int, values: Mapping[str, Json], remote: str) -> AnyRow:
        """Sets its name or its place."""

        def write(doer: Agent, tx: Tx) -> _Done[AnyRow]:
            before = require_group(tx, group_id)
            services.change_group(tx, group_id, _checked_group(values, before))
            after = require_group(tx, group_id)
            record_change(tx, doer, "service_group", group_id, _shown_group(before), _shown_group(after), remote)
            return _Done(after)

        return await self._run(actor, write)

    async def remove_group(self, actor: Agent, group_id: int, remote: str) -> None:
        """Its services stay, without a group."""

        def write(doer: Agent, tx: Tx) -> _Done[None]:
            before = _shown_group(require_group(tx, group_id))
            services.delete_group(tx, group_id)
            record_deed(tx, doer, "service_group.removed", "service_group", group_id, before=before, remote=remote)
            return _Done(None)

        await self._run(actor, write)

    async def _run(self, actor: Agent, write: Callable[[Agent, Tx], _Done[T]]) -> T:
        def op(tx: Tx) -> _Done[T]:
            done = write(rights.require_now(tx, actor, EDIT), tx)
            resources.bump_versions(tx, done.resource_ids)
            return done

        done = await self._store.writer.run(op, lambda done: tell(self._publish, done.resource_ids))
        return done.value


def require_service(tx: Tx, service_id: int) -> Service:
    """One service. Raises Rejected not_found."""
    row = services.find_service(tx, service_id)
    if row is None:
        raise Rejected("not_found", "catalogue.service_not_found")
    return complete(tx, [row])[0]


def require_group(tx: Tx, group_id: int) -> AnyRow:
    """One group. Raises Rejected not_found."""
    row = services.find_group(tx, group_id)
    if row is None:
        raise Rejected("not_found", "catalogue.group_not_found")
    return row


def complete(tx: Tx, rows: list[AnyRow]) -> list[Service]:
    """Rows of services with who does them and what they take."""
    ids = [row.id for row in rows]
    doers, needs = services.list_doers(tx, ids), services.list_needs(tx, ids)
    return [
        Service(row, tuple(doers.get(row.id, ())), tuple(tuple(need) for need in needs.get(row.id, ()))) for row in rows
    ]


def add_service(tx: Tx, doer: Agent | None, wish: ServiceWish, currency: str, remote: str) -> Service:
    """Within the caller's transaction, who has checked the right and tells of it. ``currency``: of a price without one.

    Raises Rejected invalid, conflict, not_found.
    """
    if services.count_services(tx) >= MOST_SERVICES:
        raise Rejected("conflict", "catalogue.enough", most=MOST_SERVICES)
    values = _check(tx, wish, None, currency)
    service_id = services.add_service(tx, values, clock.now())
    _set_rest(tx, service_id, wish)
    service = require_service(tx, service_id)
    record_deed(tx, doer, "service.added", "service", service_id, after=_shown(service), remote=remote)
    return service


def change_service(
    tx: Tx, doer: Agent | None, service_id: int, wish: ServiceWish, currency: str, remote: str
) -> tuple[Service, Service]:
    """As ``add_service``; what it was and what it is."""
    before = require_service(tx, service_id)
    values = _check(tx, wish, before.row, currency)
    if wish.archived is not None and wish.archived != (before.row.archived_at is not None):
        values["archived_at"] = clock.now() if wish.archived else None
        if not wish.archived:
            _check_marks(tx, {mark: getattr(before.row, mark) for mark in _MARKS} | values, service_id)
    differing = {name: value for name, value in values.items() if getattr(before.row, name) != value}
    if differing:
        services.change_service(tx, service_id, differing, clock.now())
    _set_rest(tx, service_id, wish)
    after = require_service(tx, service_id)
    record_change(tx, doer, "service", service_id, _shown(before), _shown(after), remote)
    return before, after


def add_group(tx: Tx, doer: Agent | None, values: Mapping[str, Json], remote: str) -> AnyRow:
    """Within the caller's transaction, who has checked the right. Raises Rejected invalid, conflict."""
    if len(services.list_groups(tx)) >= MOST_GROUPS:
        raise Rejected("conflict", "catalogue.enough", most=MOST_GROUPS)
    row = require_group(tx, services.add_group(tx, _checked_group(values, None)))
    record_deed(tx, doer, "service_group.added", "service_group", row.id, after=_shown_group(row), remote=remote)
    return row


def _checked_group(values: Mapping[str, Json], before: AnyRow | None) -> dict[str, Json]:
    checked = dict(values)
    if before is None or "name" in checked:
        checked["name"] = dict(read_forms(_forms(checked.get("name")), "names"))
    return checked


def _check(tx: Tx, wish: ServiceWish, before: AnyRow | None, currency: str) -> dict[str, object]:
    values: dict[str, object] = dict(wish.values)
    if before is None or "name" in values:
        values["name"] = read_forms(_forms(wish.values.get("name")), "names")
    if "description" in values:
        values["description"] = read_forms(
            _forms(wish.values["description"]), "descriptions", ABOUT_LIMIT, needed=False
        )
    if before is None and "duration_min" not in values:
        raise Rejected("invalid", "error.field_missing", field="duration_min")
    if values.get("group_id") is not None:
        require_group(tx, int(str(values["group_id"])))
    _check_marks(tx, values, None if before is None else before.id)

    def now(name: str) -> object:
        return values.get(name, None if before is None else getattr(before, name))

    priced = now("price_minor") is not None or now("promo_price_minor") is not None
    days = [_day_of(now(name), name) for name in ("promo_from", "promo_until")]
    if all(days) and days[0] > days[1]:
        raise Rejected("invalid", "catalogue.promotion_days", field="promo_until")
    given = now("currency")
    values["currency"] = _checked_currency(str(given or currency)) if priced else None
    _check_kinds(tx, wish)
    return values


def _day_of(value: object, field: str) -> str:
    """``YYYY-MM-DD``, empty for none."""
    try:
        return "" if value is None else date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Rejected("invalid", "error.field_wrong", field=field) from None


def _checked_currency(given: str) -> str:
    try:
        digits_of(given)
    except ValueError:
        raise Rejected("invalid", "error.field_wrong", field="currency") from None
    return given


def _check_marks(tx: Tx, values: Mapping[str, object], own_id: int | None) -> None:
    for mark in _MARKS:
        value = values.get(mark)
        if isinstance(value, str) and mark != "article":
            holder = services.find_marked(tx, mark, value)
            if holder is not None and holder != own_id:
                raise Rejected("conflict", f"catalogue.{mark}_taken", value=value, field=mark)


def _check_kinds(tx: Tx, wish: ServiceWish) -> None:
    doers = {one.provider_id for one in wish.doers or ()}
    needed = {one for need in wish.needs or () for one in need}
    kinds = resources.kinds_of(tx, doers | needed)
    if any(kinds.get(one) != "provider" for one in doers):
        raise Rejected("invalid", "catalogue.no_provider", field="providers")
    if any(kinds.get(one) in (None, "provider") for one in needed) or not all(wish.needs or ((1,),)):
        raise Rejected("invalid", "catalogue.no_resource", field="needs")


def _set_rest(tx: Tx, service_id: int, wish: ServiceWish) -> None:
    if wish.doers is not None:
        services.set_doers(tx, service_id, wish.doers)
    if wish.needs is not None:
        services.set_needs(tx, service_id, wish.needs)


def _forms(value: Json | None) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


_SHOWN: Final = (
    "name", "description", "group_id", "duration_min", "price_minor", "currency", "code", "barcode", "article",
    "buffer_before_min", "buffer_after_min", "capacity", "online", "step_min", "colour", "promotion",
    "promo_price_minor", "promo_from", "promo_until", "position",
)  # fmt: skip


def _shown(service: Service) -> dict[str, object]:
    return {
        **{name: getattr(service.row, name) for name in _SHOWN},
        "providers": [one._asdict() for one in service.doers],
        "needs": [list(need) for need in service.needs],
        "archived": service.row.archived_at is not None,
    }


def _shown_group(row: AnyRow) -> dict[str, object]:
    return {"name": row.name, "position": row.position}
