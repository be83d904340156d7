"""The list of contacts: every column sorts and filters; a page costs what it shows, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, exists, func, or_, select, type_coerce

from crm_store import Tx
from crm_store.cards import Card, load_cards
from crm_store.keyset import Order, page_by
from crm_store.models import (
    AddressRow,
    AgentRow,
    ContactCategoryMemberRow,
    ContactGroupMemberRow,
    ContactRow,
    ContactSourceRow,
)
from crm_store.rows import AnySelect

SortColumn = Literal[
    "id",
    "name",
    "code",
    "created_at",
    "updated_at",
    "last_seen_at",
    "birthday",
    "source",
    "curator",
    "language",
    "country",
]
SORTS: tuple[SortColumn, ...] = get_args(SortColumn)
_NEVER_NULL = {"id", "name", "created_at", "updated_at"}
_TIMES = {"created_at", "updated_at", "last_seen_at"}


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which contacts. Empty: no condition; of several ids one is enough.

    ``birthday_from``, ``birthday_to``: MM-DD, both included; from December to January is a span too. ``custom``: values
    of own fields by key, as text.
    """

    words: str = ""
    groups: Sequence[int] = ()
    categories: Sequence[int] = ()
    sources: Sequence[int] = ()
    curators: Sequence[int] = ()
    language: str | None = None
    country: str | None = None
    channel: str | None = None
    has_phone: bool | None = None
    created: tuple[datetime | None, datetime | None] = (None, None)
    seen: tuple[datetime | None, datetime | None] = (None, None)
    birthday_from: str | None = None
    birthday_to: str | None = None
    custom: dict[str, str] = field(default_factory=dict)


def list_cards(
    tx: Tx, wanted: CardFilter, sort: SortColumn, *, descending: bool, after: str | None, limit: int
) -> tuple[list[Card], str | None]:
    """A page of live contacts, and the cursor of the next. Raises Rejected invalid for a cursor of another order."""
    query = _select(tx, wanted, sort)
    ids, following = page_by(tx, query, _order(sort, descending), after, limit)
    cards = load_cards(tx, ids)
    return [cards[one] for one in ids], following


def _order(sort: SortColumn, descending: bool) -> Order:
    by_name: dict[str, Any] = {"source": ContactSourceRow.name, "curator": AgentRow.name}
    column = by_name.get(sort)
    if column is None:
        column = getattr(ContactRow, sort)
    if sort in _TIMES:
        column = type_coerce(column, BigInteger)
    return Order(sort, column, ContactRow.id.expression, descending, sort not in _NEVER_NULL)


def _select(tx: Tx, wanted: CardFilter, sort: SortColumn) -> AnySelect:
    query: AnySelect = select().select_from(ContactRow)
    if sort == "source":
        query = query.outerjoin(ContactSourceRow, ContactSourceRow.id == ContactRow.source_id)
    if sort == "curator":
        query = query.outerjoin(AgentRow, AgentRow.id == ContactRow.curator_id)
    query = query.where(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    for word in wanted.words.casefold().split():
        query = query.where(ContactRow.search.contains(word, autoescape=True))
    return query.where(*_conditions(tx, wanted))


def _conditions(tx: Tx, wanted: CardFilter) -> list[ColumnElement[bool]]:
    lists: tuple[tuple[Any, Sequence[int]], ...] = (
        (ContactRow.source_id, wanted.sources),
        (ContactRow.curator_id, wanted.curators),
    )
    found = [column.in_(ids) for column, ids in lists if ids]
    for member, column, ids in (
        (ContactGroupMemberRow, ContactGroupMemberRow.group_id, wanted.groups),
        (ContactCategoryMemberRow, ContactCategoryMemberRow.category_id, wanted.categories),
    ):
        if ids:
            found.append(exists().where(member.contact_id == ContactRow.id, column.in_(ids)))
    texts = ((ContactRow.language, wanted.language), (ContactRow.country, wanted.country))
    found += [text == value for text, value in texts if value]
    if wanted.channel:
        found.append(_reached_by(wanted.channel))
    if wanted.has_phone is not None:
        found.append(_reached_by("phone") if wanted.has_phone else ~_reached_by("phone"))
    for moment, (since, until) in ((ContactRow.created_at, wanted.created), (ContactRow.last_seen_at, wanted.seen)):
        found += [] if since is None else [moment >= since]
        found += [] if until is None else [moment <= until]
    if wanted.birthday_from or wanted.birthday_to:
        found.append(_born_within(wanted.birthday_from or "01-01", wanted.birthday_to or "12-31"))
    return found + [_own_field(tx, key, value) for key, value in wanted.custom.items()]


def _reached_by(channel: str) -> ColumnElement[bool]:
    return exists().where(AddressRow.contact_id == ContactRow.id, AddressRow.channel == channel)


def _born_within(first: str, last: str) -> ColumnElement[bool]:
    day = func.substr(ContactRow.birthday, func.length(ContactRow.birthday) - 4)
    since, until = day >= first, day <= last
    return and_(ContactRow.birthday.is_not(None), and_(since, until) if first <= last else or_(since, until))


def _own_field(tx: Tx, key: str, value: str) -> ColumnElement[bool]:
    """Compares as text; a yes or no is ``true`` or ``false`` on both stores."""
    if tx.dialect.name == "postgresql":
        return func.jsonb_extract_path_text(ContactRow.custom, key) == value
    path = f'$."{key}"'
    kept = func.json_extract(ContactRow.custom, path)
    if value in {"true", "false"}:
        return or_(func.json_type(ContactRow.custom, path) == value, kept == value)
    return and_(func.json_type(ContactRow.custom, path).not_in(("true", "false")), cast(kept, String) == value)
