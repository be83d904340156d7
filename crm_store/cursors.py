"""Cursors of lists that are put together from several tables; lists of one table are paged by ``crm_store.paging``."""

import base64
import binascii
import json
from typing import Any

from conversation.errors import Rejected
from conversation.messages import Json


def write_cursor(*parts: Json) -> str:
    """A cursor as a client hands it back: text safe in an address."""
    raw = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The parts of a cursor. ``kinds``: what each must be, ``int`` or ``str``. Raises Rejected invalid for a cursor
    that is not ours."""
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list) or len(parts) != len(kinds):
        raise Rejected("invalid", "error.field_wrong", field="after")
    if not all(_fits(part, kind) for part, kind in zip(parts, kinds, strict=True)):
        raise Rejected("invalid", "error.field_wrong", field="after")
    return parts


def read_number(cursor: str | None) -> int | None:
    """A cursor that is a plain number. Raises Rejected invalid."""
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise Rejected("invalid", "error.field_wrong", field="after")
    return int(cursor)


def _fits(part: object, kind: type) -> bool:
    if kind is int:
        return isinstance(part, int) and not isinstance(part, bool) and 0 <= part <= 253_402_300_799_999
    return isinstance(part, str) and "\x00" not in part and not any("\ud800" <= c <= "\udfff" for c in part)
