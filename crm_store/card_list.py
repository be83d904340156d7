"""The list of contacts: every column sorts and filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, String, Text, and_, cast, exists, func, or_, select, type_coerce

from conversation.search_key import digits_of
from crm_store import Tx
from crm_store.cards import Card, load_cards
from crm_store.conversations import TALKS
from crm_store.cursors import read_cursor, write_cursor
from crm_store.models import (
    AddressRow,
    AgentRow,
    ContactCategoryMemberRow,
    ContactCategoryRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactRow,
    ContactSourceRow,
)
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort, Wanted
from crm_store.rows import AnySelect
from crm_store.search import find_contact_ids, find_contacts

_NOTE_CHARS: Final = 100
"""Of a note's beginning that are sorted by."""

_NAMES: Final = ("given_name", "family_name", "patronymic", "address_form")


def _stated(channel: str) -> Any:
    """The phone or e-mail that a card shows first."""
    address = AddressRow.__table__.alias(f"sorted_{channel}")
    shown = address.c.value if channel == "phone" else ordered(func.substr(address.c.value, 1, _NOTE_CHARS))
    return (
        select(shown)
        .where(address.c.contact_id == ContactRow.id, address.c.channel == channel)
        .order_by(address.c.verified_at.is_(None), address.c.id.desc())
        .limit(1)
        .correlate(ContactRow)
        .scalar_subquery()
    )


def _first_of(member: type[Any], kind: type[Any], of: Any) -> Any:
    """The name of the first of his groups (or categories), as the catalogue orders them."""
    return (
        select(ordered(kind.name))
        .join(member, of == kind.id)
        .where(member.contact_id == ContactRow.id)
        .order_by(kind.position, kind.id)
        .limit(1)
        .correlate(ContactRow)
        .scalar_subquery()
    )


LISTING: Final = Listing(
    "contacts",
    ContactRow.id,
    {
        "id": Sort(ContactRow.id, unique=True),
        "name": Sort(ContactRow.sort_name),
        "code": Sort(ordered(ContactRow.code)),
        "phone": Sort(_stated("phone")),
        "email": Sort(_stated("email")),
        "groups": Sort(_first_of(ContactGroupMemberRow, ContactGroupRow, ContactGroupMemberRow.group_id)),
        "categories": Sort(
            _first_of(ContactCategoryMemberRow, ContactCategoryRow, ContactCategoryMemberRow.category_id)
        ),
        "note": Sort(ordered(func.substr(ContactRow.note, 1, _NOTE_CHARS))),
        "created_at": Sort(ContactRow.created_at, nullable=False),
        "updated_at": Sort(ContactRow.updated_at, nullable=False),
        "last_seen_at": Sort(ContactRow.last_seen_at),
        "birthday": Sort(ContactRow.birthday),
        "language": Sort(ContactRow.language),
        "country": Sort(ContactRow.country),
        "source": Sort(ordered(ContactSourceRow.name)),
        "curator": Sort(ordered(AgentRow.name)),
        **{name: Sort(ordered(getattr(ContactRow, name))) for name in _NAMES},
        "conversations": Sort(TALKS, nullable=False),
    },
    default="id",
    descending=True,
    filters={
        "id": ContactRow.id,
        "name": Holds(ContactRow.name),
        "code": Holds(ContactRow.code),
        "note": Holds(ContactRow.note),
        **{name: Holds(getattr(ContactRow, name)) for name in _NAMES},
        "conversations": TALKS,
        "language": ContactRow.language,
        "country": ContactRow.country,
        "source": ContactRow.source_id,
        "curator": ContactRow.curator_id,
        "created": ContactRow.created_at,
        "updated": ContactRow.updated_at,
        "seen": ContactRow.last_seen_at,
    },
)


MOST_FOUND: Final = 1_000
"""Of contacts that words find, so many of the best are sorted where another order is asked for."""


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which contacts, beside the list's plain filters. Empty: no condition; of several ids one is enough.

    ``birthday_from``, ``birthday_to``: MM-DD, both included; from December to January is a span too. ``custom``: values
    of own fields by key, as text. ``phone``, ``email``: a part of one of his; of a phone the digits count.
    """

    words: str = ""
    groups: Sequence[int] = ()
    categories: Sequence[int] = ()
    channel: str | None = None
    has_phone: bool | None = None
    phone: str = ""
    email: str = ""
    birthday_from: str | None = None
    birthday_to: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict)


def list_cards(tx: Tx, which: CardFilter, wanted: Wanted) -> tuple[list[Card], str | None]:
    """A page of live contacts, and the cursor of the next. Raises Rejected invalid for a cursor of another order."""
    query: AnySelect = select(ContactRow.id.label("id")).select_from(ContactRow)
    if wanted.sort == "source":
        query = query.outerjoin(ContactSourceRow, ContactSourceRow.id == ContactRow.source_id)
    if wanted.sort == "curator":
        query = query.outerjoin(AgentRow, AgentRow.id == ContactRow.curator_id)
    query = query.where(*_live(tx))
    query = query.where(*_conditions(tx, which))
    if which.words.strip():
        narrowed = LISTING.narrow(query, wanted.filters).whereclause
        where = [] if narrowed is None else [narrowed]
        if wanted.sort is None:
            return _list_by_worth(tx, which.words, wanted, where)
        query = query.where(ContactRow.id.in_(find_contact_ids(tx, which.words, MOST_FOUND, where)))
    page = LISTING.page(tx, query, wanted)
    ids = [row.id for row in page.rows]
    cards = load_cards(tx, ids)
    return [cards[one] for one in ids], page.next


def _list_by_worth(
    tx: Tx, words: str, wanted: Wanted, where: list[ColumnElement[bool]]
) -> tuple[list[Card], str | None]:
    """Found by words and in no order asked for: who fits best comes first."""
    after = read_cursor(wanted.after, int)[0] if wanted.after else None
    hits, following = find_contacts(tx, words, after=after, limit=wanted.limit, where=where)
    cards = load_cards(tx, [one.id for one in hits])
    return [cards[one.id] for one in hits], None if following is None else write_cursor(following)


def _live(tx: Tx) -> list[ColumnElement[bool]]:
    """Neither in the bin nor merged. SQLite would take an index of either column, though nearly all rows have NULL
    there, and sort them all: the expression keeps it to the index of the order."""
    if tx.dialect.name == "sqlite":
        return [func.coalesce(type_coerce(ContactRow.deleted_at, BigInteger), ContactRow.merged_into).is_(None)]
    return [ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None)]


def _conditions(tx: Tx, which: CardFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    lists: tuple[tuple[Any, Any, Sequence[int]], ...] = (
        (ContactGroupMemberRow, ContactGroupMemberRow.group_id, which.groups),
        (ContactCategoryMemberRow, ContactCategoryMemberRow.category_id, which.categories),
    )
    for member, column, ids in lists:
        if ids:
            found.append(exists().where(member.contact_id == ContactRow.id, column.in_(ids)))
    if which.channel:
        found.append(_reached_by(which.channel))
    if which.has_phone is not None:
        found.append(_reached_by("phone") if which.has_phone else ~_reached_by("phone"))
    if which.phone:
        shown: Any = AddressRow.display
        for sign in " ()-":
            shown = func.replace(shown, sign, "", type_=Text())
        digits = digits_of(which.phone)
        found.append(_has_stated("phone", or_(AddressRow.value.contains(digits), shown.contains(digits))))
    if which.email:
        found.append(_has_stated("email", AddressRow.value.icontains(which.email.strip(), autoescape=True)))
    if which.birthday_from or which.birthday_to:
        found.append(_born_within(which.birthday_from or "01-01", which.birthday_to or "12-31"))
    return found + [_own_field(tx, key, value) for key, value in which.custom.items()]


def _reached_by(channel: str) -> ColumnElement[bool]:
    return exists().where(AddressRow.contact_id == ContactRow.id, AddressRow.channel == channel)


def _has_stated(channel: str, fits: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(AddressRow.contact_id == ContactRow.id, AddressRow.channel == channel, fits)


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
