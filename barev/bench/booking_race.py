"""Bookings under contention: everybody wants the same day at once. Through Barev's own booking, and beside it, on a
bare table of the same kind of store, the two ways that are usual: to look and then insert, and to look FOR UPDATE."""

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from barev.bench import report
from barev.bench.fleet import BenchError
from business.booking.model import BookRequest, Part, Wanted
from business.booking.rules import load_rules
from business.booking.visits import Visits
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import Base

GOALS = {"SQLite": ("one", 5000), "PostgreSQL": ("three", 1000)}
"""Attempts a second: for one specialist; with a room and a device besides."""
CLIENTS, CONNECTIONS, THREADS = 500, 24, 8
THINK_S = 0.002
"""Between looking and inserting, as an application takes it."""
_MINUTES = (30, 45, 60)
_GRID_MIN, _DAY_MIN = 15, 600
_OVERLAPS = """
SELECT count(*) FROM {table} AS a JOIN {table} AS b
ON a.resource_id = b.resource_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"""
_BARE = """
CREATE TABLE bare (id {id} PRIMARY KEY, resource_id BIGINT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL)
"""
_LOOK = "SELECT id FROM bare WHERE resource_id = {who} AND starts_at < {end} AND ends_at > {start}"
_TAKE = "INSERT INTO bare (resource_id, starts_at, ends_at) VALUES ({who}, {start}, {end})"
_Wish = tuple[int, int, int]
"""Which specialist, from and to which minute of the day."""


@dataclass(slots=True)
class Way:
    """One way to book: how fast, how many won, and how often two overlap afterwards."""

    attempts: int
    won: int
    per_s: float
    overlaps: int


@dataclass(slots=True)
class RaceFigures:
    """By what was booked (``one`` specialist, or ``three``: with room and device), and the usual ways."""

    ours: dict[str, Way] = field(default_factory=dict)
    usual: dict[str, Way] = field(default_factory=dict)


async def measure(address: StoreUrl, folder: Path, attempts: int, say: Callable[[str], None]) -> RaceFigures:
    """On a store that this fills with its own specialists. Raises BenchError where anything of ours overlaps."""
    figures = RaceFigures()
    store = await open_store(address)
    wishes = _wishes(attempts)
    try:
        for what in ("one", "three"):
            figures.ours[what] = way = await _ours(store, what, wishes)
            say(f"bookings with {what}: {way.per_s:,.0f} attempts/s, {way.won} won, {way.overlaps} overlap")
            if way.overlaps:
                raise BenchError(f"{way.overlaps} bookings overlap")
    finally:
        await store.close()
    if address.postgres is None:
        figures.usual["look, then insert"] = await asyncio.to_thread(_usual_on_sqlite, folder / "bare.db", wishes)
    else:
        for named, lock in (("look, then insert", ""), ("look FOR UPDATE, then insert", " FOR UPDATE")):
            figures.usual[named] = await _usual_on_postgres(address.postgres, wishes, lock)
    for named, way in figures.usual.items():
        say(f"{named}: {way.per_s:,.0f} attempts/s, {way.won} won, {way.overlaps} overlap")
    return figures


async def _ours(store: Store, what: str, wishes: Sequence[_Wish]) -> Way:
    services, staff, all_of_them = await store.writer.run(lambda tx: _fill(tx, what))
    visits = Visits(store, lambda _event: None, "AM", load_rules)
    requests = _requests(wishes, services, staff)
    began = time.perf_counter()
    won = await _race(visits, requests)
    per_s = len(wishes) / (time.perf_counter() - began)
    ids = ", ".join(map(str, all_of_them))
    query = f"{_OVERLAPS.format(table='allocations')} AND a.exclusive AND b.exclusive AND a.resource_id IN ({ids})"
    overlaps = await store.read(lambda tx: int(tx.exec_driver_sql(query).scalar_one()))
    return Way(len(wishes), won, per_s, overlaps)


def rows_of(store: str, figures: RaceFigures) -> list[report.Row]:
    """The table's rows; ``store``: what it is called."""
    usual = next(iter(figures.usual.values()))
    rows: list[report.Row] = []
    for what, way in figures.ours.items():
        named = "one specialist" if what == "one" else "specialist, room and device"
        judged, least = GOALS[store]
        rows.append(
            report.Row(
                f"booking attempts/s, {CLIENTS} at once for one day, {named}, {store} ({way.overlaps} overlaps)",
                f"{way.per_s:,.0f}",
                f"{usual.per_s:,.0f} ({usual.overlaps} overlaps)",
                way.per_s / usual.per_s,
                f">= {least:,}" if what == judged else "",
                way.per_s >= least if what == judged else None,
            )
        )
    return rows


def _wishes(attempts: int) -> list[_Wish]:
    chance = random.Random(7)
    found: list[_Wish] = []
    for _ in range(attempts):
        start, minutes = chance.randrange(0, _DAY_MIN, _GRID_MIN), chance.choice(_MINUTES)
        found.append((chance.randrange(3), start, start + minutes))
    return found


def _requests(wishes: Sequence[_Wish], services: Sequence[int], staff: Sequence[int]) -> list[BookRequest]:
    """The day after tomorrow from 06:00 UTC on."""
    opens: datetime = clock.now().replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=2)
    return [
        BookRequest(
            Wanted((Part(services[_MINUTES.index(end - start)], staff[who]),)),
            opens + timedelta(minutes=start),
            None,
            "bench",
            kind="repair",
        )
        for who, start, end in wishes
    ]


async def _race(visits: Visits, requests: Sequence[BookRequest]) -> int:
    left, won = iter(requests), 0

    async def client() -> None:
        nonlocal won
        for request in left:
            try:
                await visits.book(None, request)
                won += 1
            except Rejected as error:
                if error.code != "slot_taken":
                    raise

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return won


def _fill(tx: Tx, what: str) -> tuple[list[int], list[int], list[int]]:
    """Services of each length, who does them, around the clock, and these with what it takes besides."""
    table, at = Base.metadata.tables, clock.now()
    resources, services = table["resources"], table["services"]

    def add(kind: str, count: int) -> list[int]:
        rows = [{"kind": kind, "name": {"en": f"{kind} {one}"}, "created_at": at} for one in range(count)]
        return list(tx.execute(resources.insert().returning(resources.c.id), rows).scalars())

    staff = add("provider", 3)
    beside = [add("room", 3), add("device", 3)] if what == "three" else []
    hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    rule = {"kind": "weekly", "starts_on": "2020-01-01", "hours": hours, "created_at": at}
    tx.execute(table["schedule_rules"].insert(), [{"resource_id": one, **rule} for one in staff])
    made: list[int] = []
    for minutes in _MINUTES:
        row = {"name": {"en": "bench"}, "duration_min": minutes, "created_at": at, "updated_at": at}
        service_id = tx.execute(services.insert().returning(services.c.id), row).scalar_one()
        doers = [{"service_id": service_id, "provider_id": one} for one in staff]
        tx.execute(table["service_providers"].insert(), doers)
        for need, able in enumerate(beside, 1):
            rows = [{"service_id": service_id, "need": need, "resource_id": one} for one in able]
            tx.execute(table["service_needs"].insert(), rows)
        made.append(service_id)
    return made, staff, [*staff, *(one for able in beside for one in able)]


def _usual_on_sqlite(path: Path, wishes: Sequence[_Wish]) -> Way:
    """Eight threads, each with a connection of its own, on a table that guards nothing."""
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute(_BARE.format(id="INTEGER"))
        made.execute("CREATE INDEX bare_time ON bare (resource_id, starts_at)")
    made.close()
    queue: SimpleQueue[_Wish] = SimpleQueue()
    for wish in wishes:
        queue.put(wish)
    wins: list[int] = []

    def work() -> None:
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        won = 0
        while True:
            try:
                who, start, end = queue.get_nowait()
            except Empty:
                break
            marks = {"who": "?1", "start": "?2", "end": "?3"}
            if connection.execute(_LOOK.format(**marks), (who, start, end)).fetchone() is None:
                time.sleep(THINK_S)
                connection.execute(_TAKE.format(**marks), (who, start, end))
                won += 1
        connection.close()
        wins.append(won)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    per_s = len(wishes) / (time.perf_counter() - began)
    with sqlite3.connect(path) as asked:
        (overlaps,) = asked.execute(_OVERLAPS.format(table="bare")).fetchone()
    asked.close()
    return Way(len(wishes), sum(wins), per_s, int(overlaps))


async def _usual_on_postgres(url: str, wishes: Sequence[_Wish], lock: str) -> Way:
    pool = await asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS)
    marks = {"who": "$1", "start": "$2", "end": "$3"}
    left, won = iter(wishes), 0

    async def client() -> None:
        nonlocal won
        async with pool.acquire() as connection:
            for wish in left:
                async with connection.transaction():
                    if await connection.fetchrow(_LOOK.format(**marks) + lock, *wish) is None:
                        await asyncio.sleep(THINK_S)
                        await connection.execute(_TAKE.format(**marks), *wish)
                        won += 1

    try:
        await pool.execute("DROP TABLE IF EXISTS bare")
        await pool.execute(_BARE.format(id="BIGSERIAL"))
        await pool.execute("CREATE INDEX bare_time ON bare (resource_id, starts_at)")
        began = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
        per_s = len(wishes) / (time.perf_counter() - began)
        return Way(len(wishes), won, per_s, int(await pool.fetchval(_OVERLAPS.format(table="bare"))))
    finally:
        await pool.close()
