"""What free time is computed of: services and who does them, schedules, and busy time, in a bounded window.

Times of busy rows are milliseconds since 1970 UTC, as they are stored: thousands are read at once.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, get_args

from sqlalchemy import BigInteger, BindParameter, bindparam, func, select, text, type_coerce

from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import (
    AllocationKind,
    AllocationRow,
    GroupSessionRow,
    HoldRow,
    ResourceKind,
    ResourceRow,
    RuleKind,
    ScheduleDayRow,
    ScheduleRuleRow,
    ServiceNeedRow,
    ServiceProviderRow,
    ServiceRow,
    SessionHoldRow,
)
from crm_store.rows import AnySelect

LETTERS: Mapping[AllocationKind, str] = {kind: kind[0] for kind in get_args(AllocationKind)}
"""Kinds of busy time by their first letters, which differ."""


class Busy(NamedTuple):
    """Busy time of a resource by its start: from when, until when, and the letter of its kind. In columns, since there
    are thousands."""

    starts: list[int]
    ends: list[int]
    kinds: str

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int, str]]) -> "Busy":
        """Of from, until and letter, in any order."""
        ordered = sorted(spans)
        starts, ends = [one[0] for one in ordered], [one[1] for one in ordered]
        return cls(starts, ends, "".join(one[2] for one in ordered))


class ServiceFacts(NamedTuple):
    """What a service takes."""

    id: int
    duration_min: int
    buffer_before_min: int
    buffer_after_min: int
    capacity: int
    online: bool
    step_min: int | None
    price_minor: int | None
    archived: bool
    promo_price_minor: int | None
    promo_from: str | None
    promo_until: str | None


class Doer(NamedTuple):
    """Who does a service; his own duration and price, None for the service's."""

    service_id: int
    provider_id: int
    duration_min: int | None
    price_minor: int | None


class Need(NamedTuple):
    """One resource that would do for one need of a service."""

    service_id: int
    need: int
    resource_id: int


class ResourceFacts(NamedTuple):
    """Whose calendar it is, and as of which version."""

    id: int
    kind: ResourceKind
    branch_id: int | None
    agent_id: int | None
    online: bool
    position: int
    version: int
    archived: bool


class RuleFacts(NamedTuple):
    """A rule of a schedule, as kept."""

    id: int
    resource_id: int
    kind: RuleKind
    starts_on: str
    until: str | None
    hours: JsonObject
    on_days: int | None
    off_days: int | None


class DayFacts(NamedTuple):
    """A day that differs from the rules, as kept."""

    resource_id: int
    day: str
    hours: list[list[str]]


class SessionFacts(NamedTuple):
    """A group session; ``left``: seats that nobody has or holds."""

    id: int
    service_id: int
    provider_id: int
    start: int
    end: int
    left: int


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_SERVICES: AnySelect = select(
    ServiceRow.id,
    ServiceRow.duration_min,
    ServiceRow.buffer_before_min,
    ServiceRow.buffer_after_min,
    ServiceRow.capacity,
    ServiceRow.online,
    ServiceRow.step_min,
    ServiceRow.price_minor,
    ServiceRow.archived_at.is_not(None),
    ServiceRow.promo_price_minor,
    ServiceRow.promo_from,
    ServiceRow.promo_until,
).where(ServiceRow.id.in_(_IDS))
_DOERS = select(
    ServiceProviderRow.service_id,
    ServiceProviderRow.provider_id,
    ServiceProviderRow.duration_min,
    ServiceProviderRow.price_minor,
).where(ServiceProviderRow.service_id.in_(_IDS))
_NEEDS = select(ServiceNeedRow.service_id, ServiceNeedRow.need, ServiceNeedRow.resource_id).where(
    ServiceNeedRow.service_id.in_(_IDS)
)
_RESOURCES = select(
    ResourceRow.id,
    ResourceRow.kind,
    ResourceRow.branch_id,
    ResourceRow.agent_id,
    ResourceRow.online,
    ResourceRow.position,
    ResourceRow.version,
    ResourceRow.archived_at.is_not(None),
).where(ResourceRow.id.in_(_IDS))
_RULES = (
    select(
        ScheduleRuleRow.id,
        ScheduleRuleRow.resource_id,
        ScheduleRuleRow.kind,
        ScheduleRuleRow.starts_on,
        ScheduleRuleRow.until,
        ScheduleRuleRow.hours,
        ScheduleRuleRow.on_days,
        ScheduleRuleRow.off_days,
    )
    .where(
        ScheduleRuleRow.resource_id.in_(_IDS),
        ScheduleRuleRow.starts_on <= bindparam("last"),
        func.coalesce(ScheduleRuleRow.until, "9999-12-31") >= bindparam("first"),
    )
    .order_by(ScheduleRuleRow.resource_id, ScheduleRuleRow.id.desc())
)
_DAYS = select(ScheduleDayRow.resource_id, ScheduleDayRow.day, ScheduleDayRow.hours).where(
    ScheduleDayRow.resource_id.in_(_IDS), ScheduleDayRow.day.between(bindparam("first"), bindparam("last"))
)
_BUSY_SQLITE = text(
    "SELECT resource_id, group_concat(starts_at), group_concat(ends_at), group_concat(substr(kind, 1, 1), '')"
    " FROM allocations WHERE resource_id IN :ids AND ends_at > :start AND starts_at < :end GROUP BY resource_id"
).bindparams(_IDS)
_BUSY_POSTGRES = text(
    "SELECT resource_id, array_agg(starts_at), array_agg(ends_at), string_agg(substr(kind, 1, 1), '') FROM allocations"
    " WHERE resource_id = ANY(CAST(:ids AS BIGINT[])) AND ends_at > :start AND starts_at < :end GROUP BY resource_id"
)
_HOLDS = select(HoldRow.id, type_coerce(HoldRow.expires_at, BigInteger))
_HELD = select(
    AllocationRow.resource_id,
    type_coerce(AllocationRow.starts_at, BigInteger),
    type_coerce(AllocationRow.ends_at, BigInteger),
    AllocationRow.hold_id,
).where(AllocationRow.hold_id.in_(_IDS))
_session_start = type_coerce(GroupSessionRow.starts_at, BigInteger)
_session_end = type_coerce(GroupSessionRow.ends_at, BigInteger)
_LAPSED = (
    select(func.coalesce(func.sum(SessionHoldRow.seats), 0))
    .join(HoldRow, HoldRow.id == SessionHoldRow.hold_id)
    .where(
        SessionHoldRow.session_id == GroupSessionRow.id, type_coerce(HoldRow.expires_at, BigInteger) <= bindparam("now")
    )
    .scalar_subquery()
)
_SESSIONS = select(
    GroupSessionRow.id,
    GroupSessionRow.service_id,
    GroupSessionRow.provider_id,
    _session_start,
    _session_end,
    GroupSessionRow.capacity - GroupSessionRow.taken + _LAPSED,
).where(
    GroupSessionRow.service_id.in_(_IDS),
    _session_start >= bindparam("start"),
    _session_start < bindparam("end"),
)

_SHORTEST = (
    select(
        ServiceProviderRow.provider_id,
        func.min(
            func.coalesce(ServiceProviderRow.duration_min, ServiceRow.duration_min)
            + ServiceRow.buffer_before_min
            + ServiceRow.buffer_after_min
        ),
    )
    .join(ServiceRow, ServiceRow.id == ServiceProviderRow.service_id)
    .where(ServiceProviderRow.provider_id.in_(_IDS), ServiceRow.archived_at.is_(None))
    .group_by(ServiceProviderRow.provider_id)
)

_STAMP = text(
    "SELECT (SELECT sum(version) FROM resources), (SELECT max(id) FROM resources),"
    " (SELECT max(updated_at) FROM services), (SELECT count(*) FROM services),"
    " (SELECT max(updated_at) FROM working_hours), (SELECT count(*) FROM working_hours), s.n, s.m, s.p, n.n, n.s"
    " FROM (SELECT count(*) AS n, sum(coalesce(duration_min, 0)) AS m, sum(coalesce(price_minor, 0)) AS p"
    " FROM service_providers) AS s, (SELECT count(*) AS n, sum(need * resource_id) AS s FROM service_needs) AS n"
)


def stamp(tx: Tx) -> tuple[object, ...]:
    """What differs as soon as anything does that free time is computed of, seats of group sessions apart."""
    return tuple(tx.execute(_STAMP).one())


def list_services(tx: Tx, ids: Collection[int]) -> dict[int, ServiceFacts]:
    """Services by id, archived ones too."""
    return {row[0]: ServiceFacts(*row) for row in tx.execute(_SERVICES, {"ids": list(ids)})}


def list_doers(tx: Tx, service_ids: Collection[int]) -> list[Doer]:
    """Who does them."""
    return [Doer(*row) for row in tx.execute(_DOERS, {"ids": list(service_ids)})]


def list_needs(tx: Tx, service_ids: Collection[int]) -> list[Need]:
    """What they take beside a provider."""
    return [Need(*row) for row in tx.execute(_NEEDS, {"ids": list(service_ids)})]


def list_resources(tx: Tx, ids: Collection[int]) -> dict[int, ResourceFacts]:
    """Resources by id, archived ones too."""
    return {row[0]: ResourceFacts(*row) for row in tx.execute(_RESOURCES, {"ids": list(ids)})}


def list_rules(tx: Tx, ids: Collection[int], first: date, last: date) -> list[RuleFacts]:
    """Rules that cover a day from the first to the last, of each resource the one made last first."""
    window = {"ids": list(ids), "first": first.isoformat(), "last": last.isoformat()}
    return [RuleFacts(*row) for row in tx.execute(_RULES, window)]


def list_days(tx: Tx, ids: Collection[int], first: date, last: date) -> list[DayFacts]:
    """Days from the first to the last that differ."""
    window = {"ids": list(ids), "first": first.isoformat(), "last": last.isoformat()}
    return [DayFacts(*row) for row in tx.execute(_DAYS, window)]


def list_busy(tx: Tx, ids: Collection[int], start: int, end: int, now: int) -> tuple[dict[int, Busy], int | None]:
    """Busy time of each resource that overlaps a window, in order; holds that have expired at ``now`` do not count.

    Also when the first of the holds that count will expire. A row of the answer is a resource: thousands of rows would
    take longer to fetch than all that is made of them.
    """
    found: dict[int, Busy] = dict.fromkeys(ids, Busy([], [], ""))
    window = {"ids": list(ids), "start": start, "end": end}
    on_sqlite = tx.dialect.name == "sqlite"
    for resource_id, begins, ends, kinds in tx.execute(_BUSY_SQLITE if on_sqlite else _BUSY_POSTGRES, window):
        starts, until = (json.loads(f"[{begins}]"), json.loads(f"[{ends}]")) if on_sqlite else (begins, ends)
        busy = Busy(starts, until, kinds)
        found[resource_id] = busy if starts == sorted(starts) else Busy.of(zip(starts, until, kinds, strict=True))
    return found, _leave_out_lapsed(tx, found, now)


def _leave_out_lapsed(tx: Tx, found: dict[int, Busy], now: int) -> int | None:
    """When the first hold ends that counts."""
    expires = {row[0]: row[1] for row in tx.execute(_HOLDS)}
    lapsed = [hold_id for hold_id, expires_at in expires.items() if expires_at <= now]
    if lapsed:
        for resource_id, begin, until, _hold_id in tx.execute(_HELD, {"ids": lapsed}):
            busy = found.get(resource_id)
            if busy is not None:
                gone = begin, until, LETTERS["hold"]
                found[resource_id] = Busy.of(one for one in zip(*busy, strict=True) if one != gone)
    return min((one for one in expires.values() if one > now), default=None)


def list_sessions(tx: Tx, service_ids: Iterable[int], start: int, end: int, now: int) -> list[SessionFacts]:
    """Group sessions that begin in a window."""
    window = {"ids": list(service_ids), "start": start, "end": end, "now": now}
    return [SessionFacts(*row) for row in tx.execute(_SESSIONS, window)]


def list_shortest(tx: Tx, provider_ids: Collection[int]) -> dict[int, int]:
    """Minutes of the shortest service that each does, buffers inside."""
    return {row[0]: row[1] for row in tx.execute(_SHORTEST, {"ids": list(provider_ids)})}
