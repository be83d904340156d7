"""The waiting list: who wants a time that is not free, and what was offered to whom."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import and_, delete, func, insert, select, update

from crm_store import Tx
from crm_store.erasing import also_erase
from crm_store.merging import move_with_contacts
from crm_store.models import (
    AddressRow,
    ContactRow,
    ResourceRow,
    ServiceRow,
    WaitlistOfferRow,
    WaitlistWishRow,
)
from crm_store.paging import Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_W, _O = WaitlistWishRow, WaitlistOfferRow
WISHES: Final = Listing(
    "waitlist",
    _W.id,
    {
        "id": Sort(_W.id, unique=True, nullable=False),
        "from_day": Sort(_W.from_day, nullable=False),
        "to_day": Sort(_W.to_day, nullable=False),
        "created_at": Sort(_W.created_at, nullable=False),
        "state": Sort(_W.state, nullable=False),
        "note": Sort(_W.note, nullable=False),
        "from_time": Sort(_W.from_time),
        "to_time": Sort(_W.to_time),
        "provider_id": Sort(_W.provider_id),
        "seats": Sort(_W.seats, nullable=False),
        "appointment_id": Sort(_W.appointment_id),
    },
    default="id",
    descending=False,
    filters={
        "state": _W.state,
        "contact": _W.contact_id,
        "provider": _W.provider_id,
        "appointment": _W.appointment_id,
        "created": _W.created_at,
        **{name: getattr(_W, name) for name in ("from_day", "to_day", "from_time", "to_time", "note", "seats")},
    },
)
"""First come, first in the line."""
LIVE: Final = ("waiting", "offered")


def _erase(tx: Tx, ids: Sequence[int]) -> None:
    """Who is erased waits for nothing, and nothing that he wrote stays."""
    tx.execute(delete(_W).where(_W.contact_id.in_(ids)))


also_erase(_erase)
move_with_contacts(WaitlistWishRow)


def insert_wish(tx: Tx, values: Mapping[str, object]) -> int:
    """Puts somebody at the end of the line; returns the wish's id."""
    return tx.execute(insert(_W).values(**values).returning(_W.id)).scalar_one()


def change_wish(tx: Tx, wish_id: int, **values: object) -> None:
    """Sets columns."""
    tx.execute(update(_W).where(_W.id == wish_id).values(**values))


def find_wish(tx: Tx, wish_id: int) -> AnyRow | None:
    """One, as a bare row."""
    return tx.execute(select(*_W.__table__.c).where(_W.id == wish_id)).one_or_none()


def any_waiting(tx: Tx) -> bool:
    """Whether anybody waits at all."""
    return tx.scalar(select(_W.id).where(_W.state == "waiting").limit(1)) is not None


def list_line(tx: Tx, first: str, last: str, limit: int) -> list[AnyRow]:
    """Those who wait for something between two days (YYYY-MM-DD), in the order in which they came."""
    fits = and_(_W.state == "waiting", _W.from_day <= last, _W.to_day >= first)
    return list(tx.execute(select(*_W.__table__.c).where(fits).order_by(_W.id).limit(limit)))


def list_over(tx: Tx, day: str, limit: int) -> list[int]:
    """Wishes that wait for days before this one."""
    return list(tx.scalars(select(_W.id).where(_W.state == "waiting", _W.to_day < day).limit(limit)))


def list_offers(tx: Tx, wish_id: int) -> list[AnyRow]:
    """All that was ever offered for a wish."""
    return list(tx.execute(select(*_O.__table__.c).where(_O.wish_id == wish_id).order_by(_O.id)))


def find_offer(tx: Tx, offer_id: int) -> AnyRow | None:
    """One, as a bare row."""
    return tx.execute(select(*_O.__table__.c).where(_O.id == offer_id)).one_or_none()


def insert_offer(tx: Tx, values: Mapping[str, object]) -> int:
    """Offers a time; the store refuses the same one for the same wish."""
    return tx.execute(insert(_O).values(**values).returning(_O.id)).scalar_one()


def settle_offer(tx: Tx, offer_id: int, state: str) -> bool:
    """An offer that stands gets its end; False where it has one."""
    standing = (_O.id == offer_id, _O.state == "offered")
    return bool(tx.execute(update(_O).where(*standing).values(state=state)).rowcount)


def list_standing(tx: Tx, wish_ids: Collection[int]) -> dict[int, AnyRow]:
    """The offer that stands, by wish."""
    if not wish_ids:
        return {}
    rows = tx.execute(select(*_O.__table__.c).where(_O.wish_id.in_(wish_ids), _O.state == "offered"))
    return {row.wish_id: row for row in rows}


def _shown() -> AnySelect:
    phone = AddressRow.__table__.alias("phone")
    his = and_(phone.c.contact_id == _W.contact_id, phone.c.channel == "phone")
    of_him: Any = (
        select(func.coalesce(phone.c.display, phone.c.value))
        .where(his)
        .order_by(phone.c.verified_at.is_(None), phone.c.id.desc())
        .limit(1)
        .correlate(_W)
        .scalar_subquery()
    )
    columns = (*_W.__table__.c, ContactRow.name.label("contact_name"), of_him.label("contact_phone"))
    return select(*columns).join(ContactRow, ContactRow.id == _W.contact_id)


def page_wishes(tx: Tx, wanted: Wanted, states: Collection[str] = ()) -> Page:
    """A page of wishes with their contacts' names and phones."""
    query = _shown() if not states else _shown().where(_W.state.in_(states))
    return WISHES.page(tx, query, wanted)


def find_shown(tx: Tx, wish_id: int) -> AnyRow | None:
    """One, as ``page_wishes`` has it."""
    return tx.execute(_shown().where(_W.id == wish_id)).one_or_none()


def list_of_contact(tx: Tx, contact_id: int) -> list[AnyRow]:
    """What a contact waits for."""
    mine = (_W.contact_id == contact_id, _W.state.in_(LIVE))
    return list(tx.execute(select(*_W.__table__.c).where(*mine).order_by(_W.id)))


def name_services(tx: Tx, ids: Collection[int]) -> dict[int, AnyRow]:
    """Id, name by language, minutes, seats and whether it is archived, of services."""
    columns = (ServiceRow.id, ServiceRow.name, ServiceRow.duration_min, ServiceRow.capacity, ServiceRow.archived_at)
    return {row.id: row for row in tx.execute(select(*columns).where(ServiceRow.id.in_(set(ids))))} if ids else {}


def name_resources(tx: Tx, ids: Collection[int]) -> dict[int, AnyRow]:
    """Id, kind, name by language, branch and whether it is archived, of resources."""
    row = ResourceRow
    columns = (row.id, row.kind, row.name, row.branch_id, row.archived_at)
    return {one.id: one for one in tx.execute(select(*columns).where(row.id.in_(set(ids))))} if ids else {}
