"""What a booking needs to know of a service: how long it takes, who does it, what it takes beside."""

from collections.abc import Callable
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from crm_store import Tx
from crm_store.models import ResourceRow, ServiceNeedRow, ServiceProviderRow, ServiceRow
from crm_store.remembering import remember


class Doer(NamedTuple):
    """A provider of a service. ``minutes``, ``price_minor``: his own where they differ."""

    id: int
    branch_id: int | None
    position: int
    online: bool
    minutes: int | None
    price_minor: int | None


class Offer(NamedTuple):
    """A service that is not archived. ``step_min``: its own grid. ``needs``: for each, any one of these
    resources. Archived ones are left out."""

    id: int
    minutes: int
    before_min: int
    after_min: int
    capacity: int
    price_minor: int | None
    currency: str | None
    online: bool
    promo_price_minor: int | None
    promo_from: str | None
    promo_until: str | None
    step_min: int | None
    doers: tuple[Doer, ...]
    needs: tuple[tuple[int, ...], ...]


_SERVICE: Final = select(
    ServiceRow.id,
    ServiceRow.duration_min,
    ServiceRow.buffer_before_min,
    ServiceRow.buffer_after_min,
    ServiceRow.capacity,
    ServiceRow.price_minor,
    ServiceRow.currency,
    ServiceRow.online,
    ServiceRow.promo_price_minor,
    ServiceRow.promo_from,
    ServiceRow.promo_until,
    ServiceRow.step_min,
).where(ServiceRow.id == bindparam("service_id"), ServiceRow.archived_at.is_(None))
_DOERS: Final = (
    select(
        ResourceRow.id,
        ResourceRow.branch_id,
        ResourceRow.position,
        ResourceRow.online,
        ServiceProviderRow.duration_min,
        ServiceProviderRow.price_minor,
    )
    .join(ServiceProviderRow, ServiceProviderRow.provider_id == ResourceRow.id)
    .where(ServiceProviderRow.service_id == bindparam("service_id"), ResourceRow.archived_at.is_(None))
    .order_by(ResourceRow.position, ResourceRow.id)
)
_NEEDS: Final = (
    select(ServiceNeedRow.need, ServiceNeedRow.resource_id, ResourceRow.archived_at)
    .join(ResourceRow, ResourceRow.id == ServiceNeedRow.resource_id)
    .where(ServiceNeedRow.service_id == bindparam("service_id"))
    .order_by(ServiceNeedRow.need, ResourceRow.position, ResourceRow.id)
)
_RESOURCE: Final = select(ResourceRow.id, ResourceRow.branch_id, ResourceRow.agent_id, ResourceRow.kind).where(
    ResourceRow.id == bindparam("resource_id"), ResourceRow.archived_at.is_(None)
)


class Standing(NamedTuple):
    """A resource that is not archived."""

    id: int
    branch_id: int | None
    agent_id: int | None
    kind: str


def find_offer(tx: Tx, service_id: int) -> Offer | None:
    """A service that can be booked, as of the beginning of the transaction."""
    return remember(tx, ("offer", service_id), _asks(tx, service_id))


def find_standing(tx: Tx, resource_id: int) -> Standing | None:
    """A resource that is in use."""

    def ask() -> Standing | None:
        row = tx.execute(_RESOURCE, {"resource_id": resource_id}).one_or_none()
        return None if row is None else Standing(*row)

    return remember(tx, ("resource", resource_id), ask)


def _asks(tx: Tx, service_id: int) -> Callable[[], Offer | None]:
    def ask() -> Offer | None:
        which = {"service_id": service_id}
        row = tx.execute(_SERVICE, which).one_or_none()
        if row is None:
            return None
        needs: dict[int, list[int]] = {}
        for need, resource_id, archived_at in tx.execute(_NEEDS, which):
            able = needs.setdefault(need, [])
            if archived_at is None:
                able.append(resource_id)
        doers = tuple(Doer(*one) for one in tx.execute(_DOERS, which))
        return Offer._make((*row, doers, tuple(map(tuple, needs.values()))))

    return ask
