"""Time, said once: aware UTC inside, ISO 8601 with milliseconds on the wire, epoch milliseconds in the store."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """The present moment, aware, in UTC, cut to whole milliseconds (what the store and the wire keep)."""
    return from_ms(now_ms())


def now_ms() -> int:
    """The present moment as milliseconds since 1970-01-01T00:00Z."""
    return time.time_ns() // 1_000_000


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place here; use clock.now()")
    return (moment - EPOCH) // _MILLISECOND


@lru_cache(maxsize=4096)  # the messages of a moment share it
def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of a count of milliseconds since the epoch."""
    return EPOCH + timedelta(milliseconds=milliseconds)


@lru_cache(maxsize=4096)
def to_iso(moment: datetime) -> str:
    """ISO 8601 UTC with milliseconds and Z: ``2026-11-24T10:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_iso(text: str) -> datetime:
    """The inverse of ``to_iso``; takes any ISO 8601 text with an offset. Raises ValueError for others."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no offset from UTC")
    return moment.astimezone(UTC)
