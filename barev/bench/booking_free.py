"""Free time of a month for many specialists: one query and a sweep, against a query for each of them and each day."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from barev.bench import report
from barev.bench.fleet import BenchError
from barev.bench.load import quantile
from business.booking.model import Part, Wanted
from business.booking.slots import Slots
from business.booking.wall import DAY, DAY_MS, MINUTE_MS, day_of, midnight_of
from conversation import clock
from crm_store import Tx, allocations
from crm_store.engine import StoreUrl, open_store
from crm_store.models import Base

STORE_MS = 15.0
KEPT_MS = 1.0
PAGE = 100
_AT_ONCE = 400
"""Bookings of each that are written in one transaction."""
_ZONE = ZoneInfo("Asia/Yerevan")
_OPENS, _CLOSES = 10 * 60, 20 * 60
_STEP, _LENGTH = 15, 60
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PAST = """
INSERT INTO allocations (resource_id, starts_at, ends_at, kind)
WITH RECURSIVE n (k) AS (SELECT {first:d} UNION ALL SELECT k + 1 FROM n WHERE k < {last:d})
SELECT r.id, {base:d} - CAST(n.k AS BIGINT) * 2700000, {base:d} - CAST(n.k AS BIGINT) * 2700000 + 1800000, 'visit'
FROM resources AS r CROSS JOIN n
"""
_AHEAD = """
INSERT INTO allocations (resource_id, starts_at, ends_at, kind)
WITH RECURSIVE d (day) AS (SELECT 0 UNION ALL SELECT day + 1 FROM d WHERE day < {days:d} - 1),
k (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k < 3),
b (id, at) AS (SELECT r.id, {base:d} + CAST(d.day AS BIGINT) * 86400000
+ (615 + k.k * 135 + (r.id * 7 + d.day * 11) % 4 * 15) * 60000
FROM resources AS r CROSS JOIN d CROSS JOIN k WHERE k.k < 3 OR (r.id + d.day) % 3 = 0)
SELECT id, at, at + 1800000, 'visit' FROM b
"""
_ONE_DAY = """
SELECT starts_at, ends_at FROM allocations WHERE resource_id = {who:d} AND starts_at < {end:d} AND ends_at > {start:d}
"""


@dataclass(slots=True)
class FreeFigures:
    """Sorted milliseconds of each search, those of this process's CPU beside, and how large the store was."""

    store_ms: list[float] = field(default_factory=list)
    kept_ms: list[float] = field(default_factory=list)
    store_cpu_ms: list[float] = field(default_factory=list)
    kept_cpu_ms: list[float] = field(default_factory=list)
    booked_ms: list[float] = field(default_factory=list)
    booked_cpu_ms: list[float] = field(default_factory=list)
    naive_ms: list[float] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)


async def measure(
    address: StoreUrl, size: tuple[int, int, int], asks: int, naive: int, say: Callable[[str], None]
) -> FreeFigures:
    """``size``: specialists, days, bookings of the past. Raises BenchError where the two ways differ."""
    specialists, days, history = size
    first = day_of(clock.now_ms(), _ZONE) + DAY
    last = first + timedelta(days=days - 1)
    figures = FreeFigures()
    store = await open_store(address)
    try:
        began = time.perf_counter()
        ids = await store.writer.run(lambda tx: _fill_catalogue(tx, specialists))
        base = midnight_of(first, _ZONE)
        for done in range(0, history // specialists, _AT_ONCE):
            until = min(done + _AT_ONCE, history // specialists)
            await store.writer.run(partial(_fill_past, first=done + 1, last=until, base=base - DAY_MS))
        await store.writer.run(lambda tx: _fill_ahead(tx, base, days))
        say(f"filled with {history:,} bookings of the past in {time.perf_counter() - began:.0f} s")
        wanted = Wanted((Part(ids[0]),))
        slots = Slots(store)
        found = await slots.find(wanted, first, last, each=True, limits="staff")
        ours = {(one.parts[0].provider_id, clock.to_ms(one.starts_at)) for one in found}
        for _ in range(asks):
            await _ask(Slots(store), wanted, (first, last), figures.store_ms, figures.store_cpu_ms)
            await _ask(slots, wanted, (first, last), figures.kept_ms, figures.kept_cpu_ms)
        for _ in range(naive):
            began = time.perf_counter()
            theirs = await store.read(lambda tx: _by_days(tx, ids[1:], first, days))
            figures.naive_ms.append((time.perf_counter() - began) * 1000)
            if theirs != ours:
                raise BenchError(f"free time differs: {len(ours)} starts, {len(theirs)} by a query a day")
        figures.facts = await store.read(lambda tx: _count(tx, midnight_of(first, _ZONE), len(ours)))
        for number in range(asks):
            await store.writer.run(
                partial(_book, who=ids[1 + number % specialists], at=base + number // specialists * DAY_MS)
            )
            await _ask(slots, wanted, (first, last), figures.booked_ms, figures.booked_cpu_ms)
    finally:
        await store.close()
    for taken in (figures.store_ms, figures.store_cpu_ms, figures.naive_ms):
        taken.sort()
    for taken in (figures.kept_ms, figures.kept_cpu_ms, figures.booked_ms, figures.booked_cpu_ms):
        taken.sort()
    store_ms, kept_ms, booked_ms = (
        quantile(one, 0.5) for one in (figures.store_ms, figures.kept_ms, figures.booked_ms)
    )
    say(f"free time: {store_ms:.1f} ms p50, kept {kept_ms:.2f} ms, after one booking {booked_ms:.2f} ms")
    return figures


async def _ask(
    slots: Slots, wanted: Wanted, days: tuple[date, date], took_ms: list[float], cpu_ms: list[float]
) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    await slots.page(wanted, days, PAGE, limits="staff")
    took_ms.append((time.perf_counter() - began) * 1000)
    cpu_ms.append((time.process_time() - cpu) * 1000)


def _by_days(tx: Tx, ids: list[int], first: date, days: int) -> set[tuple[int, int]]:
    """As it is usually done: a query for each day of each of them, each start held against all that it found."""
    found: set[tuple[int, int]] = set()
    for who in ids:
        for number in range(days):
            midnight = midnight_of(first + timedelta(days=number), _ZONE)
            query = _ONE_DAY.format(who=who, start=midnight, end=midnight + DAY_MS)
            busy = [(start, end) for start, end in tx.exec_driver_sql(query)]
            for minute in range(_OPENS, _CLOSES - _LENGTH + 1, _STEP):
                start = midnight + minute * MINUTE_MS
                end = start + _LENGTH * MINUTE_MS
                if not any(one[0] < end and start < one[1] for one in busy):
                    found.add((who, start))
    return found


def _fill_catalogue(tx: Tx, specialists: int) -> list[int]:
    """The service's id, then those of who does it."""
    table, at = Base.metadata.tables, clock.now()
    branch = {"name": "bench", "timezone": _ZONE.key, "country": "AM", "language": "hy"}
    tx.execute(table["branches"].insert(), [branch])
    names = [{"kind": "provider", "name": {"en": f"Specialist {one}"}, "created_at": at} for one in range(specialists)]
    resources = table["resources"]
    ids = list(tx.execute(resources.insert().returning(resources.c.id), names).scalars())
    services = table["services"]
    row = {"name": {"en": "bench"}, "duration_min": _LENGTH, "created_at": at, "updated_at": at}
    service_id = tx.execute(services.insert().returning(services.c.id), row).scalar_one()
    tx.execute(table["service_providers"].insert(), [{"service_id": service_id, "provider_id": one} for one in ids])
    hours = {day: [[f"{_OPENS // 60}:00", f"{_CLOSES // 60}:00"]] for day in _WEEK}
    rule = {"kind": "weekly", "starts_on": "2020-01-01", "hours": hours, "created_at": at}
    tx.execute(table["schedule_rules"].insert(), [{"resource_id": one, **rule} for one in ids])
    return [service_id, *ids]


def _fill_past(tx: Tx, first: int, last: int, base: int) -> None:
    """The bookings of each, numbered backwards from a moment."""
    tx.exec_driver_sql(_PAST.format(first=first, last=last, base=base))


def _fill_ahead(tx: Tx, base: int, days: int) -> None:
    tx.exec_driver_sql(_AHEAD.format(days=days, base=base))
    tx.exec_driver_sql("ANALYZE allocations")  # as a server does by itself in time


def _book(tx: Tx, who: int, at: int) -> None:
    """The first quarter of an hour of a day, which nobody has."""
    opens = at + _OPENS * MINUTE_MS
    allocations.insert_own(tx, allocations.Claim(who, opens, opens + _STEP * MINUTE_MS), "visit", "")
    allocations.bump(tx, [who])


def _count(tx: Tx, base: int, starts: int) -> dict[str, int]:
    ahead, past = (
        int(tx.exec_driver_sql(f"SELECT count(*) FROM allocations WHERE starts_at {sign} {base:d}").scalar_one())  # noqa: S608  # a number
        for sign in (">=", "<")
    )
    return {"bookings_ahead": ahead, "bookings_past": past, "starts": starts}


def rows_of(store: str, figures: FreeFigures) -> list[report.Row]:
    """The table's rows; ``store``: what it is called."""
    facts, naive = figures.facts, quantile(figures.naive_ms, 0.5)
    size = f"{facts['bookings_ahead']:,} bookings ahead, {facts['bookings_past']:,} behind"
    rows: list[report.Row] = []
    kinds = (
        ("from the store", figures.store_ms, figures.store_cpu_ms, STORE_MS),
        ("kept", figures.kept_ms, figures.kept_cpu_ms, KEPT_MS),
        ("kept, after one booking", figures.booked_ms, figures.booked_cpu_ms, None),
    )
    for what, taken, cpu, most in kinds:
        p50 = quantile(taken, 0.5)
        more = f"p99 {quantile(taken, 0.99):.1f}, CPU p50 {quantile(cpu, 0.5):.1f}; {size}"
        named = f"free time of a month, {what}, {store}, p50 ({more})"
        rows.append(report.Row(named, f"{p50:.2f} ms", f"{naive:,.0f} ms", p50 / naive, *_judged(p50, most)))
    return rows


def _judged(p50: float, most: float | None) -> tuple[str, bool | None]:
    """The goal, where there is one, and whether it is met."""
    return ("", None) if most is None else (f"<= {most:g} ms", p50 <= most)
