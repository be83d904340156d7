"""Pages of a list sorted by any column, nulls last: each page begins where the last one ended, whatever was added."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from conversation.errors import Rejected
from conversation.messages import Json
from crm_store import Tx
from crm_store.rows import AnySelect

_PLAIN = str | int | float


def write_cursor(*parts: Json) -> str:
    """A cursor as a client hands it back: text safe in an address."""
    raw = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The parts of a cursor. ``kinds``: what each must be (``object``: any plain value or None). Raises Rejected
    invalid for a cursor that is not ours."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        parts = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Rejected("invalid", "error.field_wrong", field="after") from error
    fits = isinstance(parts, list) and len(parts) == len(kinds)
    if not fits or not all(_fits(part, kind) for part, kind in zip(parts, kinds, strict=True)):
        raise Rejected("invalid", "error.field_wrong", field="after")
    return list(parts)


def _fits(part: object, kind: type) -> bool:
    if kind is object:
        return part is None or (isinstance(part, _PLAIN) and (not isinstance(part, str) or "\x00" not in part))
    if isinstance(part, str) and "\x00" in part:
        return False
    if kind is int:
        return isinstance(part, int) and not isinstance(part, bool) and abs(part) < 2**63
    return isinstance(part, kind)


@dataclass(frozen=True, slots=True)
class Order:
    """``name`` goes into the cursor, so that one of another order is refused. ``column``: as it is sorted and compared;
    ``bare``: the value of a row as plain JSON keeps it; ``id``: breaks ties, in the same direction."""

    name: str
    column: ColumnElement[Any]
    id: ColumnElement[int]
    descending: bool = False
    nullable: bool = False


def page_by(tx: Tx, query: AnySelect, order: Order, after: str | None, limit: int) -> tuple[list[int], str | None]:
    """Ids of a page and the next cursor. ``query`` selects nothing yet but says from where and which.

    What has a value comes first, in order; what has none follows by id. Two plain questions, so that an index serves.
    """
    value, last_id, in_nulls = None, None, False
    if after is not None:
        name, value, last_id = read_cursor(after, str, object, int)
        if name != _label(order) or (value is None and not order.nullable):
            raise Rejected("invalid", "error.field_wrong", field="after")
        in_nulls = value is None
    rows: list[Any] = []
    if not in_nulls:
        rows += _valued(tx, query, order, value, last_id, limit + 1)
    if order.nullable and len(rows) <= limit:
        rows += _empty(tx, query, order, last_id if in_nulls else None, limit + 1 - len(rows))
    ids = [row[0] for row in rows[:limit]]
    if len(rows) <= limit:
        return ids, None
    last = rows[limit - 1]
    return ids, write_cursor(_label(order), last[1], last[0])


def _label(order: Order) -> str:
    return f"-{order.name}" if order.descending else order.name


def _valued(tx: Tx, query: AnySelect, order: Order, value: object, last_id: int | None, limit: int) -> list[Any]:
    column, row_id = order.column, order.id
    if order.nullable:
        query = query.where(column.is_not(None))
    if last_id is not None:
        beyond = column < value if order.descending else column > value
        tied = row_id < last_id if order.descending else row_id > last_id
        query = query.where(or_(beyond, and_(column == value, tied)))
    way = (column.desc(), row_id.desc()) if order.descending else (column, row_id)
    return list(tx.execute(query.with_only_columns(row_id, column).order_by(*way).limit(limit)))


def _empty(tx: Tx, query: AnySelect, order: Order, last_id: int | None, limit: int) -> list[Any]:
    row_id = order.id
    query = query.where(order.column.is_(None))
    if last_id is not None:
        query = query.where(row_id < last_id if order.descending else row_id > last_id)
    way = row_id.desc() if order.descending else row_id
    return list(tx.execute(query.with_only_columns(row_id, order.column).order_by(way).limit(limit)))
