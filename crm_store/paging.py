"""Lists by cursor: any column sorts and filters, empty values come last, ties are broken by the id, and no page misses
or repeats a row that stays as it is.

    LISTING = Listing("contacts", ContactRow.id, {
        "code": Sort(ordered(ContactRow.code)),
        "birthday": Sort(ContactRow.birthday),
        "id": Sort(ContactRow.id, unique=True),
    }, default="id", descending=True, filters={"language": ContactRow.language, "created": ContactRow.created_at,
        "note": Holds(ContactRow.note)})
    page = LISTING.page(tx, query, Wanted("code", descending=False, after=cursor_of_the_last_page, limit=50))

``page.rows`` are rows of ``query``, ``page.next`` the cursor or None. REST reads ``Wanted`` by ``desk/rest/lists.py``.

A cursor holds the sorted value and the id of the page's last row, and what it was made for; it is opaque to whoever
gets it and is checked when it comes back. Whatever it says, the query's own conditions bind: it moves within what may
be seen and shows nothing else.
"""

import base64
import binascii
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeGuard

from sqlalchemy import Boolean, ColumnElement, Float, Integer, String, and_, bindparam, or_, tuple_

from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Json
from crm_store import Tx
from crm_store.ordering import order_key, ordered
from crm_store.rows import AnyRow, AnySelect
from crm_store.types import UtcTime

Kind = Literal["text", "whole", "number", "time", "flag"]
FilterValue = str | int | float | bool | datetime | None
MOST_WHOLE = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly; ids and times stay below it."""
CURSOR_CHARS = 1500
"""A cursor is not longer: texts that are sorted by have 250 characters at most."""
_VALUE, _ID = "paging_value_", "paging_id_"
_EARLIEST_MS, _LATEST_MS = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999


@dataclass(frozen=True, slots=True)
class Sort:
    """A column, or any expression, that a list may be sorted by.

    ``nullable``: False where the value is never NULL, not by an outer join either: a page is then one range of an index
    on ``(column, id)``. ``unique``: a whole number above 0 that no two rows share: the cursor is the number itself.
    """

    column: Any
    nullable: bool = True
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page as it is asked for. ``sort``, ``descending``: None for the list's own; ``after``: the last page's
    ``next``.

    ``filters``: by the list's filter names, each to be equalled (None: to have no value; of ``Holds``: to be in it);
    times as ``<name>_from`` (at that moment or later) and ``<name>_to`` (earlier than that).
    """

    sort: str | None = None
    descending: bool | None = None
    after: str | None = None
    limit: int = 50
    filters: Mapping[str, FilterValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the cursor of the next page: None where there is none."""

    rows: Sequence[AnyRow]
    next: str | None


class Listing:
    """A list's sorts, and columns by which it filters. ``name`` tells its cursors from those of other lists; ``key``:
    the column of unique ids; ``descending``: of the default sort (the others ascend unless told otherwise)."""

    def __init__(
        self,
        name: str,
        key: Any,
        sorts: Mapping[str, Sort],
        *,
        default: str,
        descending: bool,
        filters: Mapping[str, Any] | None = None,
    ) -> None:
        self._name = name
        self.filters = filters or {}
        self._key = key
        self.sorts = sorts
        self.default = default
        self.descending = descending
        self._kinds: dict[str, Kind] = {word: kind_of(sort.column) for word, sort in sorts.items()}
        for word, sort in sorts.items():
            if sort.unique and self._kinds[word] != "whole":
                raise TypeError(f"{name}.{word}: only a whole number is its own cursor")

    def page(self, tx: Tx, query: AnySelect, wanted: Wanted) -> Page:
        """The page of ``query``, which has its conditions but no order. Rows carry two more columns at their end.

        Raises Rejected invalid for an unknown sort, and for a cursor that is none of this list in this order.
        """
        name = wanted.sort or self.default
        sort = self.sorts.get(name)
        if sort is None:
            raise Rejected("invalid", "error.field_wrong", field="sort")
        descending = wanted.descending
        if descending is None:
            descending = self.descending if name == self.default else False
        query = self.narrow(query, wanted.filters).order_by(None)
        query = query.add_columns(sort.column.label(_VALUE), self._key.label(_ID))
        rows: list[AnyRow] = []
        for part in self._parts(name, sort, descending, wanted.after):
            rows += tx.execute(query.where(*part.where).order_by(*part.order).limit(wanted.limit + 1 - len(rows)))
            if len(rows) > wanted.limit:
                break
        kept = rows[: wanted.limit]
        if len(rows) <= wanted.limit:
            return Page(kept, None)
        last = kept[-1]._mapping
        return Page(kept, self._cursor(name, sort, descending, last[_VALUE], last[_ID]))

    def narrow(self, query: AnySelect, filters: Mapping[str, FilterValue]) -> AnySelect:
        """``query`` with the conditions of the filters. Raises KeyError for an unknown one."""
        for name, value in filters.items():
            stem, _, end = name.rpartition("_")
            if name not in self.filters and end in ("from", "to"):
                column = self.filters[stem]
                query = query.where(column >= value if end == "from" else column < value)
            elif isinstance(self.filters[name], Holds):
                part = order_key(str(value))
                held = ordered(self.filters[name].column)
                query = query.where(held.contains(part or "", autoescape=True))
            elif value is None or isinstance(value, bool):
                query = query.where(self.filters[name].is_(value))
            else:
                query = query.where(self.filters[name] == value)
        return query

    def _cursor(self, name: str, sort: Sort, descending: bool, value: Any, key: int) -> str:
        if sort.unique:
            return str(value)
        shown = clock.to_ms(value) if isinstance(value, datetime) else value
        raw = json.dumps([self._seal(name, descending), shown, key], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    def _seal(self, name: str, descending: bool) -> int:
        return zlib.crc32(f"{self._name} {name} {descending}".encode())

    def _parts(self, name: str, sort: Sort, descending: bool, cursor: str | None) -> list["_Part"]:
        """What is asked for, one after the other: rows with a value after the cursor's, then those without one. Each is
        one range of an index on ``(column, id)``."""
        by_value, by_key = (one.desc() if descending else one.asc() for one in (sort.column, self._key))
        if sort.unique:
            last = _read_whole(cursor) if cursor else None
            after = [] if last is None else [sort.column < last if descending else sort.column > last]
            return [_Part(after, [by_value])]
        value, key = self._read(name, descending, cursor) if cursor else (None, None)
        with_value = _Part([sort.column.is_not(None)] if sort.nullable else [], [by_value, by_key])
        without = _Part([sort.column.is_(None)], [by_key])
        if key is None:
            return [with_value, without] if sort.nullable else [with_value]
        if value is None:
            return [_Part([*without.where, self._key < key if descending else self._key > key], [by_key])]
        beyond = self._beyond(name, sort, descending, value, key)
        following = _Part([beyond], with_value.order)
        return [following, without] if sort.nullable else [following]

    def _beyond(self, name: str, sort: Sort, descending: bool, value: Any, key: int) -> ColumnElement[bool]:
        """The condition of rows with a value after this one."""
        after_key = self._key < key if descending else self._key > key
        if self._kinds[name] == "flag":  # PostgreSQL compares rows of booleans, SQLite's own are numbers: spelled out
            further = sort.column.is_(False) if descending else sort.column.is_(True)
            return or_(and_(further, sort.column.is_not(value)), and_(sort.column.is_(value), after_key))
        here = tuple_(sort.column, self._key)
        there = tuple_(*(_bound(one, column) for one, column in ((value, sort.column), (key, self._key))))
        return here < there if descending else here > there

    def _read(self, name: str, descending: bool, cursor: str) -> tuple[Any, int]:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            parsed: Json = json.loads(raw)
        except (binascii.Error, ValueError, RecursionError):
            raise _wrong_cursor() from None
        if not isinstance(parsed, list) or len(parsed) != 3 or parsed[0] != self._seal(name, descending):
            raise _wrong_cursor()
        _, value, key = parsed
        if not _is_whole(key):
            raise _wrong_cursor()
        return _to_value(self._kinds[name], value), key


class _Part(NamedTuple):
    """A question that a page is put together of."""

    where: list[Any]
    order: list[Any]


@dataclass(frozen=True, slots=True)
class Holds:
    """A filter of texts by a part of them, blind to case and accents. ``column``: any text."""

    column: Any

    @property
    def type(self) -> Any:
        return self.column.type


def kind_of(column: Any) -> Kind:
    """What a column holds. Raises TypeError for what cannot be put in an order that a cursor tells."""
    kind = column.type
    if isinstance(kind, UtcTime):
        return "time"
    if isinstance(kind, Boolean):
        return "flag"
    if isinstance(kind, Integer):
        return "whole"
    if isinstance(kind, Float):
        return "number"
    if isinstance(kind, String):
        return "text"
    raise TypeError(f"a list cannot be sorted by {column}: {kind!r}")


def _bound(value: Any, column: Any) -> Any:
    return bindparam(None, value, type_=column.type, unique=True)


def _to_value(kind: Kind, value: Json) -> Any:
    """A cursor's value as the column has it. Raises Rejected invalid where it cannot have been one."""
    if value is None:
        return None
    if kind == "text" and isinstance(value, str) and _is_storable(value):
        return value
    if kind == "flag" and isinstance(value, bool):
        return value
    if kind == "whole" and _is_whole(value):
        return value
    if kind == "number" and isinstance(value, int | float) and math.isfinite(value):
        return value
    if kind == "time" and isinstance(value, int) and _EARLIEST_MS <= value <= _LATEST_MS:
        return clock.from_ms(value)
    raise _wrong_cursor()


def _is_storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _is_whole(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_WHOLE


def _read_whole(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise _wrong_cursor()
    return int(cursor)


def _wrong_cursor() -> Rejected:
    return Rejected("invalid", "error.field_wrong", field="after")
