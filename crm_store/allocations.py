"""Statements on busy time. Moments are milliseconds since 1970 UTC, as they are kept: these are asked most often."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Table, bindparam, delete, insert, select, text, update

from conversation.clock import from_ms, to_ms
from crm_store import Tx
from crm_store.driving import fetch
from crm_store.models import AllocationKind, AllocationRow, ResourceRow
from crm_store.remembering import forget, remember

_DAY_MS: Final = 24 * 60 * 60 * 1000
_BUSY_KNOWN, _LOAD_KNOWN, _REFUSED_KNOWN = "busy", "load", "refused"
_ALLOCATIONS: Final[Table] = AllocationRow.__table__  # type: ignore[assignment]  # declared as FromClause


class Busy(NamedTuple):
    """A stretch of a resource's calendar that is taken. ``expires_at``: of a hold."""

    resource_id: int
    starts_at: int
    ends_at: int
    kind: AllocationKind
    item_id: int | None
    session_id: int | None
    hold_id: int | None
    expires_at: int | None


class Claim(NamedTuple):
    """A stretch that is to be taken, of one resource, buffers inside."""

    resource_id: int
    starts_at: int
    ends_at: int


class Holder(NamedTuple):
    """Whose allocations: the column that names it, and its id; of what is entered by hand, their own."""

    column: str
    id: int


# exclusive ones do not overlap each other: of those that begin before, only the last can reach into the time
_BUSY: Final = """
    SELECT a.resource_id, a.starts_at, a.ends_at, a.kind, a.item_id, a.session_id, a.hold_id, h.expires_at
    FROM {those} AS r
    JOIN allocations AS a ON a.resource_id = r.value AND a.exclusive AND a.starts_at < {ends_at}
        AND a.starts_at >= coalesce((
            SELECT max(b.starts_at) FROM allocations AS b
            WHERE b.resource_id = r.value AND b.exclusive AND b.starts_at <= {starts_at}), {starts_at})
    LEFT JOIN holds AS h ON h.id = a.hold_id
    WHERE a.ends_at > {starts_at}
    UNION ALL
    SELECT a.resource_id, a.starts_at, a.ends_at, a.kind, a.item_id, a.session_id, a.hold_id, NULL
    FROM {those} AS r
    CROSS JOIN allocations AS a
    WHERE a.resource_id = r.value AND a.ends_at > {starts_at} AND a.starts_at < {ends_at} AND a.kind = 'outside'
"""
_BUSY_ON_SQLITE: Final = _BUSY.format(those="json_each(?1)", starts_at="?2", ends_at="?3")
_BUSY_ON_POSTGRES: Final = _BUSY.format(
    those="(SELECT value::bigint FROM json_array_elements_text($1::json))", starts_at="$2::bigint", ends_at="$3::bigint"
)
_LOAD: Final = text("""
    SELECT resource_id, sum(ends_at - starts_at) AS taken FROM allocations
    WHERE resource_id IN :ids AND ends_at > :starts_at AND ends_at <= :ends_at AND kind IN ('visit', 'session', 'hold')
    GROUP BY resource_id
""").bindparams(
    bindparam("ids", expanding=True, type_=BigInteger()),
    bindparam("starts_at", type_=BigInteger()),
    bindparam("ends_at", type_=BigInteger()),
)
_BUMP: Final = (
    update(ResourceRow)
    .where(ResourceRow.id.in_(bindparam("ids", expanding=True)))
    .values(version=ResourceRow.version + 1)
)
_INSERT: Final = insert(_ALLOCATIONS)


def list_busy(tx: Tx, resource_ids: Collection[int], starts_at: int, ends_at: int) -> list[Busy]:
    """What of these resources is taken between two moments, held time that has expired among it."""
    if not resource_ids:
        return []
    first, last = starts_at - starts_at % _DAY_MS, ends_at - ends_at % -_DAY_MS
    known = remember(tx, _BUSY_KNOWN, dict[Hashable, Sequence[Busy]])
    which = (frozenset(resource_ids), first, last)
    if which not in known:
        ids = f"[{','.join(map(str, resource_ids))}]"
        known[which] = [Busy(*row) for row in fetch(tx, _BUSY_ON_SQLITE, _BUSY_ON_POSTGRES, ids, first, last)]
    return [one for one in known[which] if one.starts_at < ends_at and starts_at < one.ends_at]


def sum_taken(tx: Tx, resource_ids: Collection[int], starts_at: int, ends_at: int) -> dict[int, int]:
    """For how long, in ms, these resources are booked between two moments."""
    known = remember(tx, _LOAD_KNOWN, dict[Hashable, dict[int, int]])
    which = (frozenset(resource_ids), starts_at, ends_at)
    if which not in known:
        asked = {"ids": list(resource_ids), "starts_at": starts_at, "ends_at": ends_at}
        known[which] = {row.resource_id: int(row.taken) for row in tx.execute(_LOAD, asked)}
    return known[which]


def forget_busy(tx: Tx) -> None:
    """To be called by whoever writes allocations: what of them was read in this transaction holds no more."""
    forget(tx, _BUSY_KNOWN)
    forget(tx, _LOAD_KNOWN)
    forget(tx, _REFUSED_KNOWN)


def refused(tx: Tx) -> dict[Hashable, Any]:
    """What was refused in this transaction, as long as no busy time is written: it need not be looked for again."""
    return remember(tx, _REFUSED_KNOWN, dict[Hashable, Any])


def insert_claims(tx: Tx, claims: Sequence[Claim], kind: AllocationKind, holder: Holder | None, note: str = "") -> None:
    """Takes them. The store refuses what overlaps (Rejected conflict, after the transaction's step)."""
    forget_busy(tx)
    with_holder: Mapping[str, object] = {} if holder is None else {holder.column: holder.id}
    tx.execute(_INSERT, [_row(claim, kind, note, with_holder) for claim in claims])


def insert_own(tx: Tx, claim: Claim, kind: AllocationKind, note: str) -> int:
    """Takes a stretch that nothing else stands for; returns its id."""
    forget_busy(tx)
    added = _INSERT.values(_row(claim, kind, note, {})).returning(_ALLOCATIONS.c.id)
    allocation_id: int = tx.execute(added).scalar_one()
    return allocation_id


def _row(claim: Claim, kind: AllocationKind, note: str, more: Mapping[str, object]) -> dict[str, Any]:
    times = {"starts_at": from_ms(claim.starts_at), "ends_at": from_ms(claim.ends_at)}
    return {"resource_id": claim.resource_id, **times, "kind": kind, "exclusive": True, "note": note, **more}


def delete_held(tx: Tx, column: str, ids: Collection[int]) -> list[Claim]:
    """Gives back what belongs to these (``item_id``, ``session_id``, ``hold_id``, ``id``); returns what it was."""
    forget_busy(tx)
    gone = (
        delete(_ALLOCATIONS)
        .where(_ALLOCATIONS.c[column].in_(list(ids)))
        .returning(_ALLOCATIONS.c.resource_id, _ALLOCATIONS.c.starts_at, _ALLOCATIONS.c.ends_at)
    )
    return [Claim(row[0], to_ms(row[1]), to_ms(row[2])) for row in tx.execute(gone)]


def find_own(tx: Tx, allocation_id: int) -> tuple[Claim, AllocationKind, str] | None:
    """A break, an absence or a repair that was entered by hand."""
    own = (AllocationRow.item_id, AllocationRow.session_id, AllocationRow.hold_id, AllocationRow.calendar_id)
    query = select(
        AllocationRow.resource_id,
        AllocationRow.starts_at,
        AllocationRow.ends_at,
        AllocationRow.kind,
        AllocationRow.note,
    ).where(AllocationRow.id == allocation_id, *(column.is_(None) for column in own))
    row = tx.execute(query).one_or_none()
    return None if row is None else (Claim(row[0], to_ms(row[1]), to_ms(row[2])), row[3], row[4])


def bump(tx: Tx, resource_ids: Collection[int]) -> None:
    """What was computed of these calendars holds no more."""
    if resource_ids:
        tx.execute(_BUMP, {"ids": list(resource_ids)})
