"""What free time is computed of: services and who does them, schedules, and busy time, in a bounded window.

Times of busy rows are milliseconds since 1970 UTC, as they are stored: thousands are read at once.
"""

import json
import re
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any, Final, NamedTuple, get_args

import orjson

from crm_store import Tx
from crm_store.driving import fetch, fetch_alone
from crm_store.models import AllocationKind, ResourceKind, RuleKind

LETTERS: Mapping[AllocationKind, str] = {kind: kind[0] for kind in get_args(AllocationKind)}
"""Kinds of busy time by their first letters, which differ."""


class Busy(NamedTuple):
    """Busy time of a resource by its start: from when, until when, and the letter of its kind. In columns, since there
    are thousands; in minutes since 1970 UTC, one that is begun counted whole, since nothing starts within a minute."""

    starts: list[int]
    ends: list[int]
    kinds: str

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int, str]]) -> "Busy":
        """Of from, until and letter, in any order."""
        ordered = sorted(spans)
        starts, ends = [one[0] for one in ordered], [one[1] for one in ordered]
        return cls(starts, ends, "".join(one[2] for one in ordered))

    def without(self, gone: Collection[tuple[int, int]]) -> "Busy":
        """What is left when holds of these times are over, and sessions that nothing else kept."""
        over = {(start, end, LETTERS[kind]) for start, end in gone for kind in ("hold", "session")}
        return Busy.of(one for one in zip(*self, strict=True) if one not in over)


NOTHING: Final = Busy([], [], "")


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
    """A rule of a schedule, as kept; ``hours`` is JSON."""

    resource_id: int
    kind: RuleKind
    starts_on: str
    until: str | None
    hours: str
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


class _Question:
    """A statement as the drivers take it: ``THESE`` is "one of the ids, ?1", the next values are ?2, ?3, ..."""

    def __init__(self, words: str) -> None:
        self._on_sqlite = words.replace("THESE", "IN (SELECT value FROM json_each(?1))")
        self._on_postgres = re.sub(r"\?(\d)", r"$\1", words.replace("THESE", "= ANY(CAST(?1 AS TEXT)::bigint[])"))

    def ask(self, tx: Tx, ids: Collection[int], *values: object) -> Sequence[Any]:
        these = ",".join(map(str, ids))
        on_sqlite = tx.dialect.name == "sqlite"
        return fetch(tx, self._on_sqlite, self._on_postgres, f"[{these}]" if on_sqlite else f"{{{these}}}", *values)


_SERVICES: Final = _Question("""
    SELECT id, duration_min, buffer_before_min, buffer_after_min, capacity, online, step_min, price_minor,
        archived_at IS NOT NULL, promo_price_minor, promo_from, promo_until FROM services WHERE id THESE""")
_DOERS: Final = _Question(
    "SELECT service_id, provider_id, duration_min, price_minor FROM service_providers WHERE service_id THESE"
)
_NEEDS: Final = _Question("SELECT service_id, need, resource_id FROM service_needs WHERE service_id THESE")
_RESOURCES: Final = _Question("""
    SELECT id, kind, branch_id, agent_id, online, position, version, archived_at IS NOT NULL
    FROM resources WHERE id THESE""")
_RULES: Final = _Question("""
    SELECT resource_id, kind, starts_on, until, CAST(hours AS TEXT), on_days, off_days FROM schedule_rules
    WHERE resource_id THESE AND starts_on <= ?3 AND coalesce(until, '9999-12-31') >= ?2
    ORDER BY resource_id, id DESC""")
_DAYS: Final = _Question(
    "SELECT resource_id, day, CAST(hours AS TEXT) FROM schedule_days WHERE resource_id THESE AND day BETWEEN ?2 AND ?3"
)
# rows of the answer are resources: thousands of rows would take longer to fetch than all that is made of them
_BUSY: Final = """
    SELECT resource_id, {starts}, {ends}, {others} FILTER (WHERE kind <> 'visit')
    FROM allocations WHERE resource_id THESE AND ends_at > ?2 AND starts_at < ?3 GROUP BY resource_id"""
_STARTS, _ENDS = "(starts_at / 60000)", "((ends_at + 59999) / 60000)"
_STARTS_A, _ENDS_A = "(a.starts_at / 60000)", "((a.ends_at + 59999) / 60000)"
_BUSY_ON_SQLITE: Final = _Question(
    _BUSY.format(
        starts=f"json_group_array({_STARTS})",
        ends=f"json_group_array({_ENDS})",
        others=f"group_concat({_STARTS} || ' ' || {_ENDS} || ' ' || substr(kind, 1, 1))",
    )
)
_BUSY_ON_POSTGRES: Final = _Question(
    _BUSY.format(
        starts=f"string_agg(int4send(({_STARTS})::int), '')",
        ends=f"string_agg(int4send(({_ENDS})::int), '')",
        others=f"string_agg(concat({_STARTS}, ' ', {_ENDS}, ' ', substr(kind, 1, 1)), ',')",
    )
)
_HELD: Final = _Question(
    f"""
    SELECT resource_id, {_STARTS}, {_ENDS} FROM allocations WHERE hold_id THESE
    UNION ALL SELECT a.resource_id, {_STARTS_A}, {_ENDS_A} FROM allocations AS a JOIN (
        SELECT session_id, sum(seats) AS seats FROM session_holds WHERE hold_id THESE GROUP BY session_id
    ) AS h ON h.session_id = a.session_id JOIN group_sessions AS s ON s.id = a.session_id
    WHERE s.taken <= h.seats"""  # noqa: S608  # constants
)
# a sum of whole numbers is no whole number to PostgreSQL
_SESSIONS: Final = _Question("""
    SELECT id, service_id, provider_id, starts_at, ends_at, capacity - taken + lapsed FROM (
        SELECT s.*, CAST(coalesce((SELECT sum(h.seats) FROM session_holds AS h JOIN holds ON holds.id = h.hold_id
            WHERE h.session_id = s.id AND holds.expires_at <= ?4), 0) AS bigint) AS lapsed
        FROM group_sessions AS s WHERE s.service_id THESE AND s.starts_at >= ?2 AND s.starts_at < ?3) AS found
    WHERE taken > lapsed""")
_SHORTEST: Final = _Question("""
    SELECT p.provider_id,
        min(coalesce(p.duration_min, s.duration_min) + s.buffer_before_min + s.buffer_after_min)
    FROM service_providers AS p JOIN services AS s ON s.id = p.service_id
    WHERE p.provider_id THESE AND s.archived_at IS NULL GROUP BY p.provider_id""")
_OWN_BUSY: Final = _Question(
    f"""
    SELECT a.resource_id, {_STARTS_A}, {_ENDS_A}, substr(a.kind, 1, 1) FROM allocations AS a
    WHERE a.session_id THESE OR a.item_id IN (SELECT id FROM appointment_items WHERE appointment_id = ?2)"""  # noqa: S608  # constants
)
_OWN_SEATS: Final = _Question("""
    SELECT s.id, sum(i.seats), s.taken FROM appointment_items AS i JOIN group_sessions AS s ON s.id = i.session_id
    WHERE i.appointment_id THESE GROUP BY s.id, s.taken""")
_HOLDS: Final = "SELECT id, expires_at FROM holds"
_STAMP: Final = """
    SELECT (SELECT max(updated_at) FROM working_hours), (SELECT count(*) FROM working_hours),
        (SELECT max(updated_at) FROM settings), (SELECT count(*) FROM settings),
        (SELECT sum(version) FROM resources), (SELECT max(id) FROM resources),
        (SELECT max(updated_at) FROM services), (SELECT count(*) FROM services), s.n, s.m, s.p, n.n, n.s
    FROM (SELECT count(*) AS n, sum(coalesce(duration_min, 0)) AS m, sum(coalesce(price_minor, 0)) AS p
        FROM service_providers) AS s,
        (SELECT count(*) AS n, sum(need * resource_id) AS s FROM service_needs) AS n"""


class Stamp(NamedTuple):
    """What differs as soon as anything does that free time is computed of, seats of group sessions apart: of the hours
    of agents, branches and the firm, of what is set, and of all else."""

    hours: tuple[object, ...]
    settings: tuple[object, ...]
    calendars: tuple[object, ...]


def peek(tx: Tx) -> Stamp:
    """The stamp as of now, in no transaction: one message to the store."""
    return _stamp_of(fetch_alone(tx, _STAMP)[0])


def stamp(tx: Tx) -> Stamp:
    """The stamp; what is asked after it is of the same moment."""
    return _stamp_of(tx.exec_driver_sql(_STAMP).one())


def _stamp_of(row: Sequence[object]) -> Stamp:
    return Stamp(tuple(row[:2]), tuple(row[2:4]), tuple(row[4:]))


def list_services(tx: Tx, ids: Collection[int]) -> dict[int, ServiceFacts]:
    """Services by id, archived ones too."""
    return {row[0]: ServiceFacts(*row) for row in _SERVICES.ask(tx, ids)}


def list_doers(tx: Tx, service_ids: Collection[int]) -> list[Doer]:
    """Who does them."""
    return [Doer(*row) for row in _DOERS.ask(tx, service_ids)]


def list_needs(tx: Tx, service_ids: Collection[int]) -> list[Need]:
    """What they take beside a provider."""
    return [Need(*row) for row in _NEEDS.ask(tx, service_ids)]


def list_resources(tx: Tx, ids: Collection[int]) -> dict[int, ResourceFacts]:
    """Resources by id, archived ones too."""
    return {row[0]: ResourceFacts(*row) for row in _RESOURCES.ask(tx, ids)}


def list_rules(tx: Tx, ids: Collection[int], first: date, last: date) -> list[RuleFacts]:
    """Rules that cover a day from the first to the last, of each resource the one made last first."""
    return [RuleFacts(*row) for row in _RULES.ask(tx, ids, first.isoformat(), last.isoformat())]


def list_days(tx: Tx, ids: Collection[int], first: date, last: date) -> list[DayFacts]:
    """Days from the first to the last that differ."""
    found = _DAYS.ask(tx, ids, first.isoformat(), last.isoformat())
    return [DayFacts(resource_id, day, json.loads(hours)) for resource_id, day, hours in found]


def list_busy(tx: Tx, ids: Collection[int], start: int, end: int) -> dict[int, Busy]:
    """Busy time of each resource that overlaps a window, in order; holds that have expired among it."""
    on_sqlite = tx.dialect.name == "sqlite"
    found = dict.fromkeys(ids, NOTHING)
    question, read = (_BUSY_ON_SQLITE, orjson.loads) if on_sqlite else (_BUSY_ON_POSTGRES, _unpack)
    for resource_id, starts, ends, others in question.ask(tx, ids, start, end):
        found[resource_id] = _busy_of(read(starts), read(ends), others)
    return found


def _unpack(packed: bytes) -> list[int]:
    return list(struct.unpack(f">{len(packed) // 4}i", packed))


def _busy_of(starts: list[int], ends: list[int], others: str | None) -> Busy:
    """``others``: those that are no visits, each by its start, end and letter."""
    visit = LETTERS["visit"]
    if others is None and starts == sorted(starts):
        return Busy(starts, ends, visit * len(starts))
    spans = Counter(zip(starts, ends, repeat(visit)))
    for words in others.split(",") if others else ():
        start, until, letter = words.split(" ")
        spans[int(start), int(until), visit] -= 1
        spans[int(start), int(until), letter] += 1
    return Busy.of(spans.elements())


def list_holds(tx: Tx) -> dict[int, int]:
    """When each hold ends."""
    return {row[0]: row[1] for row in fetch(tx, _HOLDS, _HOLDS)}


def list_held(tx: Tx, hold_ids: Collection[int]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Of each resource what these holds keep, as ``Busy`` has it; sessions of which they keep every seat among it."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for resource_id, start, until in sorted(_HELD.ask(tx, hold_ids)) if hold_ids else ():
        found[resource_id] = (*found.get(resource_id, ()), (start, until))
    return found


def list_sessions(tx: Tx, service_ids: Iterable[int], start: int, end: int, now: int) -> list[SessionFacts]:
    """Group sessions that begin in a window, without those that only holds keep whose time is over."""
    return [SessionFacts(*row) for row in _SESSIONS.ask(tx, list(service_ids), start, end, now)]


class OwnTime(NamedTuple):
    """What an appointment takes itself. ``busy``: its stretches by resource; ``alone``: group sessions in which nobody
    else is; ``seats``: it has in the others."""

    busy: dict[int, set[tuple[int, int, str]]]
    alone: frozenset[int]
    seats: dict[int, int]


def find_own(tx: Tx, appointment_id: int) -> OwnTime:
    """Of one that is to be moved."""
    seats, alone = dict[int, int](), set[int]()
    for session_id, mine, taken in _OWN_SEATS.ask(tx, [appointment_id]):
        if mine == taken:
            alone.add(session_id)
        else:
            seats[session_id] = int(mine)
    busy: dict[int, set[tuple[int, int, str]]] = {}
    for resource_id, start, end, kind in _OWN_BUSY.ask(tx, [*alone, -1], appointment_id):
        busy.setdefault(resource_id, set()).add((start, end, kind))
    return OwnTime(busy, frozenset(alone), seats)


def list_shortest(tx: Tx, provider_ids: Collection[int]) -> dict[int, int]:
    """Minutes of the shortest service that each does, buffers inside."""
    return {row[0]: row[1] for row in _SHORTEST.ask(tx, provider_ids)}
