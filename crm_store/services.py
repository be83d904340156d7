"""Services and their groups: what the firm does, who does it and what it takes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Text, cast, delete, func, insert, or_, select, update

from conversation import clock
from conversation.messages import Language
from crm_store import Tx
from crm_store.forms import form_of
from crm_store.models import AppointmentItemRow, ServiceGroupRow, ServiceNeedRow, ServiceProviderRow, ServiceRow
from crm_store.ordering import order_key, ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

COUNTED: Final = timedelta(days=365)
"""Bookings of a service are counted as far back."""
_PLAIN: Final = (
    "duration_min",
    "price_minor",
    "currency",
    "buffer_before_min",
    "buffer_after_min",
    "capacity",
    "online",
    "step_min",
    "colour",
    "promo_price_minor",
    "promo_from",
    "promo_until",
)
"""Columns that sort and filter as they are."""


class Does(NamedTuple):
    """Who does a service, in his own time and for his own price where they differ (None: the service's)."""

    provider_id: int
    duration_min: int | None = None
    price_minor: int | None = None


def _bookings() -> Any:
    counted = select(func.count()).select_from(AppointmentItemRow).where(AppointmentItemRow.service_id == ServiceRow.id)
    since = clock.now() - COUNTED
    return counted.where(AppointmentItemRow.starts_at >= since).correlate(ServiceRow).scalar_subquery()


def _promoted() -> Any:
    """Whether it has a promotion, in words or as a price, that is not over."""
    lasts = or_(ServiceRow.promo_until.is_(None), ServiceRow.promo_until >= clock.now().date().isoformat())
    return or_(ServiceRow.promotion != "", ServiceRow.promo_price_minor.is_not(None)) & lasts


@lru_cache(maxsize=8)
def _columns(language: Language) -> tuple[Any, Any]:
    return form_of(ServiceRow.name, language), form_of(ServiceGroupRow.name, language)


def services_in(language: Language) -> Listing:
    """The list of services as a reader of a language has it."""
    name, group = _columns(language)
    return Listing(
        "services",
        ServiceRow.id,
        {
            "position": Sort(ServiceRow.position, nullable=False),
            "id": Sort(ServiceRow.id, unique=True, nullable=False),
            "name": Sort(ordered(name)),
            "group": Sort(ordered(group)),
            "price": Sort(ServiceRow.price_minor),
            "code": Sort(ordered(ServiceRow.code)),
            "barcode": Sort(ServiceRow.barcode),
            "article": Sort(ordered(ServiceRow.article)),
            "promotion": Sort(ordered(ServiceRow.promotion)),
            "bookings": Sort(_bookings(), nullable=False),
            "promoted": Sort(_promoted(), nullable=False),
            **{one: Sort(getattr(ServiceRow, one)) for one in (*_PLAIN, "archived_at")},
        },
        default="position",
        descending=False,
        filters={
            "name": Holds(name),
            "group_id": ServiceRow.group_id,
            "position": ServiceRow.position,
            "code": Holds(ServiceRow.code),
            "barcode": ServiceRow.barcode,
            "article": Holds(ServiceRow.article),
            "promotion": Holds(ServiceRow.promotion),
            "bookings": _bookings(),
            "promoted": _promoted(),
            **{one: getattr(ServiceRow, one) for one in _PLAIN},
            "archived": ServiceRow.archived_at.is_not(None),
        },
    )


def _shown() -> AnySelect:
    beside = (_bookings().label("bookings"), _promoted().label("promoted"))
    return select(*ServiceRow.__table__.c, ServiceGroupRow.name.label("group_name"), *beside)


def page_services(tx: Tx, wanted: Wanted, language: Language, words: str = "", provider_id: int | None = None) -> Page:
    """A page of services with ``group_name`` (by language, None without a group), ``bookings`` of the last year, and
    whether it is ``promoted``.

    ``words``: each must be in a name of any language, the code, the barcode or the article; ``provider_id``: those that
    he does.
    """
    query = _shown().outerjoin(ServiceGroupRow, ServiceGroupRow.id == ServiceRow.group_id)
    for word in words.split():
        key = order_key(word) or ""
        texts = (cast(ServiceRow.name, Text), ServiceRow.code, ServiceRow.barcode, ServiceRow.article)
        query = query.where(or_(*(ordered(text).contains(key, autoescape=True) for text in texts)))
    if provider_id is not None:
        done = select(ServiceProviderRow.service_id).where(ServiceProviderRow.provider_id == provider_id)
        query = query.where(ServiceRow.id.in_(done))
    return services_in(language).page(tx, query, wanted)


def find_service(tx: Tx, service_id: int) -> AnyRow | None:
    """A service as ``page_services`` has it, archived or not."""
    joined = _shown().outerjoin(ServiceGroupRow, ServiceGroupRow.id == ServiceRow.group_id)
    return tx.execute(joined.where(ServiceRow.id == service_id)).one_or_none()


def list_live(tx: Tx, *, online: bool | None = None) -> list[AnyRow]:
    """All services that are not archived, as rows of the table, in the firm's order."""
    query = select(*ServiceRow.__table__.c).where(ServiceRow.archived_at.is_(None))
    if online is not None:
        query = query.where(ServiceRow.online.is_(online))
    return list(tx.execute(query.order_by(ServiceRow.position, ServiceRow.id)))


def count_services(tx: Tx) -> int:
    """How many there are, archived ones too."""
    return tx.scalar(select(func.count()).select_from(ServiceRow)) or 0


def find_marked(tx: Tx, column: str, value: str) -> int | None:
    """The id of the live service with this code, barcode or article."""
    same = getattr(ServiceRow, column) == value
    return tx.scalar(select(ServiceRow.id).where(same, ServiceRow.archived_at.is_(None)).limit(1))


def add_service(tx: Tx, values: Mapping[str, object], at: datetime) -> int:
    """Adds one at the end, or where ``position`` says; returns its id."""
    last = tx.scalar(select(func.coalesce(func.max(ServiceRow.position), 0))) or 0
    given = {"position": last + 1, **values, "created_at": at, "updated_at": at}
    return int(tx.execute(insert(ServiceRow).values(given).returning(ServiceRow.id)).scalar_one())


def change_service(tx: Tx, service_id: int, values: Mapping[str, object], at: datetime) -> None:
    """Sets columns of one."""
    tx.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(**values, updated_at=at))


def delete_service(tx: Tx, service_id: int) -> None:
    """Removes one that was never booked."""
    tx.execute(delete(ServiceRow).where(ServiceRow.id == service_id))


def was_booked(tx: Tx, service_id: int) -> bool:
    """Whether any appointment speaks of it."""
    return (
        tx.scalar(select(AppointmentItemRow.id).where(AppointmentItemRow.service_id == service_id).limit(1)) is not None
    )


# --- who does it and what it takes
# --------------------------------------------------------------------------------------


def list_doers(tx: Tx, service_ids: Collection[int] | None = None) -> dict[int, list[Does]]:
    """Who does each of these services (None: all), in the order of their ids."""
    query = select(*ServiceProviderRow.__table__.c).order_by(ServiceProviderRow.provider_id)
    if service_ids is not None:
        query = query.where(ServiceProviderRow.service_id.in_(service_ids))
    return _by((row.service_id, Does(row.provider_id, row.duration_min, row.price_minor)) for row in tx.execute(query))


def set_doers(tx: Tx, service_id: int, doers: Iterable[Does]) -> None:
    """Exactly these do it."""
    tx.execute(delete(ServiceProviderRow).where(ServiceProviderRow.service_id == service_id))
    rows = [{"service_id": service_id, **one._asdict()} for one in doers]
    if rows:
        tx.execute(insert(ServiceProviderRow), rows)


def set_services_of(tx: Tx, provider_id: int, service_ids: Iterable[int]) -> None:
    """He does exactly these; his own time and price of those he did already stay."""
    wanted = set(service_ids)
    mine = ServiceProviderRow.provider_id == provider_id
    had = set(tx.scalars(select(ServiceProviderRow.service_id).where(mine)))
    tx.execute(delete(ServiceProviderRow).where(mine, ServiceProviderRow.service_id.in_(had - wanted)))
    rows = [{"service_id": one, "provider_id": provider_id} for one in sorted(wanted - had)]
    if rows:
        tx.execute(insert(ServiceProviderRow), rows)


def list_services_of(tx: Tx, provider_ids: Collection[int]) -> dict[int, list[int]]:
    """The services that each of these providers does."""
    query = select(ServiceProviderRow.provider_id, ServiceProviderRow.service_id)
    held = query.where(ServiceProviderRow.provider_id.in_(provider_ids)).order_by(ServiceProviderRow.service_id)
    return _by((row.provider_id, row.service_id) for row in tx.execute(held))


def list_needs(tx: Tx, service_ids: Collection[int] | None = None) -> dict[int, list[list[int]]]:
    """What each of these services (None: all) takes beside its provider: for every need the resources it may be."""
    query = select(*ServiceNeedRow.__table__.c).order_by(ServiceNeedRow.need, ServiceNeedRow.resource_id)
    if service_ids is not None:
        query = query.where(ServiceNeedRow.service_id.in_(service_ids))
    of_need = _by(((row.service_id, row.need), row.resource_id) for row in tx.execute(query))
    return _by((service_id, ids) for (service_id, _), ids in of_need.items())


def set_needs(tx: Tx, service_id: int, needs: Iterable[Collection[int]]) -> None:
    """Exactly these: for each any one of its resources."""
    tx.execute(delete(ServiceNeedRow).where(ServiceNeedRow.service_id == service_id))
    rows = [
        {"service_id": service_id, "need": number, "resource_id": one}
        for number, ids in enumerate(needs, 1)
        for one in sorted(set(ids))
    ]
    if rows:
        tx.execute(insert(ServiceNeedRow), rows)


def _by(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


# --- groups
# -------------------------------------------------------------------------------------------------------------


def list_groups(tx: Tx) -> list[AnyRow]:
    """All groups in the firm's order, with ``services``: how many live ones are in each."""
    counted = select(func.count()).select_from(ServiceRow).where(ServiceRow.group_id == ServiceGroupRow.id)
    live = counted.where(ServiceRow.archived_at.is_(None)).correlate(ServiceGroupRow).scalar_subquery()
    query = select(*ServiceGroupRow.__table__.c, live.label("services"))
    return list(tx.execute(query.order_by(ServiceGroupRow.position, ServiceGroupRow.id)))


def find_group(tx: Tx, group_id: int) -> AnyRow | None:
    """One group, as ``list_groups`` has it."""
    return next((row for row in list_groups(tx) if row.id == group_id), None)


def add_group(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds one at the end, or where ``position`` says; returns its id."""
    last = tx.scalar(select(func.coalesce(func.max(ServiceGroupRow.position), 0))) or 0
    given = {"position": last + 1, **values}
    return int(tx.execute(insert(ServiceGroupRow).values(given).returning(ServiceGroupRow.id)).scalar_one())


def change_group(tx: Tx, group_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of one."""
    if values:
        tx.execute(update(ServiceGroupRow).where(ServiceGroupRow.id == group_id).values(**values))


def delete_group(tx: Tx, group_id: int) -> None:
    """Takes a group away; its services stay, without a group."""
    tx.execute(update(ServiceRow).where(ServiceRow.group_id == group_id).values(group_id=None))
    tx.execute(delete(ServiceGroupRow).where(ServiceGroupRow.id == group_id))
