"""Lists over REST: ``?sort=&order=&after=&limit=`` and a list's filters, described and read in one place.

A route says ``query=list_query(LISTING, most, own filters...)`` and reads ``wanted(call, LISTING, most)``; the page
goes out by ``listed_page(page, shown)``. Times of a filter are ISO 8601 with an offset, or a day (its beginning in UTC
for ``_from``, its end for ``_to``).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from conversation.clock import from_iso
from conversation.errors import Rejected
from crm_store.paging import CURSOR_CHARS, FilterValue, Kind, Listing, Page, Wanted, kind_of
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Schema

PAGE: Final = 50
"""How many rows a page has where nobody asks for more or fewer."""
NONE: Final = "none"
"""A filter's word for "has no value"."""
_WORD_LIMIT = 200
_MOST_ID = 10**15 - 1
_DAY = timedelta(days=1)
_DAY_CHARS = len("2026-11-24")
MOMENT_GIVEN: Schema = {"type": "string", "format": "date-time"}
MOMENT_ASKED: Schema = {"anyOf": [MOMENT_GIVEN, {"type": "string", "format": "date"}]}
_WHOLE_ASKED: Schema = {"type": "integer", "minimum": 0, "maximum": _MOST_ID}
_WHOLE_OR_NONE: Schema = {"anyOf": [_WHOLE_ASKED, {"type": "string", "enum": [NONE]}]}
_KINDS: Mapping[Kind, Schema] = {
    "text": {"type": "string", "maxLength": _WORD_LIMIT},
    "whole": _WHOLE_OR_NONE,
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
}


def list_query(listing: Listing, most: int, **filters: Schema) -> Mapping[str, Schema]:
    """The query parameters of a list, with the route's own filters (which override the list's of the same name)."""
    query: dict[str, Schema] = {}
    for name, column in listing.filters.items():
        kind = kind_of(column)
        if kind == "time":
            query[f"{name}_from"] = query[f"{name}_to"] = MOMENT_ASKED
        else:
            query[name] = _KINDS[kind]
    query.update(filters)
    own = "descending" if listing.descending else "ascending"
    return {
        **query,
        "sort": {
            "type": "string",
            "enum": list(listing.sorts),
            "default": listing.default,
            "description": f"What has no value comes last. Without it: {listing.default}, {own}.",
        },
        "order": {"type": "string", "enum": ["asc", "desc"], "description": "asc, unless the sort is the list's own."},
        "after": {
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]*$",
            "maxLength": CURSOR_CHARS,
            "description": "The `next` of the last page.",
        },
        "limit": {"type": "integer", "minimum": 1, "maximum": most, "default": min(PAGE, most)},
    }


def wanted(call: Call, listing: Listing, most: int) -> Wanted:
    """The page that a call asks for. Raises Rejected invalid."""
    sort = choice(call, "sort", listing.sorts)
    order = choice(call, "order", ("asc", "desc"))
    after = call.query_text("after", CURSOR_CHARS) or None
    rows = call.query_int("limit", min(PAGE, most), 1, most) or PAGE
    filters: dict[str, FilterValue] = {}
    for name, column in listing.filters.items():
        kind = kind_of(column)
        if kind != "time":
            if call.request.query.get(name):
                filters[name] = _read(call, name, kind)
            continue
        for end in ("from", "to"):
            moment = query_moment(call, f"{name}_{end}")
            if moment is not None:
                filters[f"{name}_{end}"] = moment
    return Wanted(sort, None if order is None else order == "desc", after, rows, filters)


def current(asked: Wanted) -> Wanted:
    """The same page, of those that are not archived unless the others are asked for."""
    return replace(asked, filters={"archived": False, **asked.filters})


def _read(call: Call, name: str, kind: Kind) -> FilterValue:
    word = call.query_text(name, _WORD_LIMIT)
    if kind == "flag":
        if word not in ("true", "false"):
            raise Rejected("invalid", "error.field_wrong", field=name)
        return word == "true"
    if kind == "whole":
        return None if word == NONE else call.query_int(name, None, 0, _MOST_ID)
    if kind == "number":
        return _read_number(word, name)
    return word


def _read_number(word: str, name: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Rejected("invalid", "error.field_wrong", field=name)
    return number


def choice(call: Call, name: str, words: Mapping[str, object] | tuple[str, ...]) -> str | None:
    """One of the words, None where absent. Raises Rejected invalid."""
    word = call.request.query.get(name) or None
    if word is not None and word not in words:
        raise Rejected("invalid", "error.field_wrong", field=name)
    return word


def query_moment(call: Call, name: str) -> datetime | None:
    """A moment of the query; for a name in ``_to`` a day means its end. Raises Rejected invalid."""
    text = call.request.query.get(name)
    if not text:
        return None
    try:
        if len(text) == _DAY_CHARS:
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
            return day + _DAY if name.endswith("_to") else day
        return from_iso(text.replace(" ", "+"))  # a plus that was not escaped
    except (ValueError, OverflowError):
        raise Rejected("invalid", "error.field_wrong", field=name) from None


def listed_page(page: Page, shown: Callable[[AnyRow], dict[str, object]]) -> Answer:
    """``{"items", "next"}`` of a page."""
    return Answer({"items": [shown(row) for row in page.rows], "next": page.next})
