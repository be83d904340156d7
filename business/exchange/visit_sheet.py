"""Visits as people read them, and as an import takes them again."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from business.exchange.cells import join_names
from business.exchange.visit_rows import NOTHING, TARGETS
from business.money import digits_of
from crm_store import Tx, visit_files
from crm_store.engine import Store
from crm_store.rows import AnyRow
from crm_store.visit_files import Customer

_Page = tuple[list[AnyRow], dict[int, list[AnyRow]], dict[int, Customer]]


async def visit_cells(store: Store, page: int) -> AsyncIterator[list[list[str]]]:
    """All visits in order of id, page by page; columns are the targets of an import."""
    services, specialists = await store.read(_names)
    after = 0
    while True:

        def read(tx: Tx, after: int = after) -> _Page:
            return visit_files.page_visits(tx, after, page)

        rows, items, customers = await store.read(read)
        if rows:
            yield await asyncio.to_thread(_cells, rows, items, customers, services, specialists)
        if len(rows) < page:
            return
        after = rows[-1].id


def _names(tx: Tx) -> tuple[dict[int, str], dict[int, str]]:
    """What services and specialists are called in a file: by their code, else by their first name."""
    services = {one.id: one.code or _first(one.forms) for one in visit_files.list_services(tx)}
    return services, {one.id: _first(one.forms) for one in visit_files.list_specialists(tx)}


def _first(forms: Mapping[str, object]) -> str:
    return str(next(iter(forms.values()), ""))


def _cells(
    rows: Sequence[AnyRow],
    items: Mapping[int, Sequence[AnyRow]],
    customers: Mapping[int, Customer],
    services: Mapping[int, str],
    specialists: Mapping[int, str],
) -> list[list[str]]:
    found = []
    for row in rows:
        parts = [one for one in items.get(row.id, ()) if one.service_id is not None]
        whom = customers.get(row.contact_id, Customer("", ""))
        day, _, hour = row.wall_start.partition("T")
        digits = digits_of(row.currency) if row.currency else 0
        discount = row.discount_minor + sum(one.discount_minor for one in parts)
        said = {
            "date": day,
            "time": hour,
            "duration": _each(str(int((one.ends_at - one.starts_at).total_seconds() // 60)) for one in parts),
            "service": _each(services.get(one.service_id, "") for one in parts),
            "specialist": _each(specialists.get(one.provider_id, "") for one in parts),
            "name": whom.name,
            "phone": whom.phone,
            "status": row.status,
            "price": _each(_sum(one.price_minor, digits) for one in parts),
            "discount": _sum(discount, digits) if discount else "",
            "seats": _each(str(one.seats) for one in parts) if any(one.seats > 1 for one in parts) else "",
            "at_once": "yes" if len(parts) > 1 and len({one.starts_at for one in parts}) == 1 else "",
            "note": row.note,
            "warning": row.warning,
        }
        found.append([said[target] for target in TARGETS])
    return found


def _each(values: Iterable[str]) -> str:
    words = list(values)
    return join_names([word or NOTHING for word in words]) if any(words) else ""


def _sum(minor: int | None, digits: int) -> str:
    """In whole units with a point, without a currency: it is the firm's."""
    if minor is None:
        return ""
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}}" if rest else str(whole)
