"""Who answers: a queue given to agents by the product, against a query for every step of every decision."""

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from barev.bench import report
from barev.bench.fleet import BenchError
from barev.bench.load import quantile
from conversation import clock
from crm_store import Tx, agents, assigning, conversations, presence
from crm_store.assigning import DecisionMade
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import Base
from crm_store.writer import Writer
from routing.assignment.carry import carry_out
from routing.assignment.draft import Drafting, Rules
from routing.assignment.drain import drain
from routing.assignment.policies import BUILT_IN

T = TypeVar("T")
MOST_MS = 50.0
_NUMBERED = ("agents", "contacts", "addresses")
_ROOM = 40
"""Conversations that an agent is given at once: all that wait have a place."""


@dataclass(slots=True)
class AssignFigures:
    """What was measured, an entry a round; ``held_ms``: for how long each step kept the writer."""

    per_s: list[float] = field(default_factory=list)
    naive_per_s: list[float] = field(default_factory=list)
    held_ms: list[float] = field(default_factory=list)
    naive_ms: list[float] = field(default_factory=list)


def measure(
    figures: AssignFigures, folder: Path, url: str, size: tuple[int, int], naive: int, say: Callable[[str], None]
) -> None:
    """Gives ``size[1]`` conversations that wait to ``size[0]`` agents; beside it, one by one, the first ``naive`` of
    as many. On PostgreSQL both work on one database, the naive one first on what it leaves waiting.

    Raises BenchError where the store refuses."""
    folder.mkdir(parents=True)
    asyncio.run(_measure(figures, folder, url, size, naive))
    say(
        f"assignment, {size[0]} agents, {size[1]:,} waiting: {figures.per_s[-1]:,.0f} decisions/s, the writer held "
        f"{quantile(sorted(figures.held_ms), 0.99):.1f} ms p99; naive {figures.naive_per_s[-1]:,.0f}/s"
    )


async def _measure(figures: AssignFigures, folder: Path, url: str, size: tuple[int, int], naive: int) -> None:
    address = StoreUrl(postgres=url) if url else StoreUrl(sqlite=folder / "ours.db")
    store = await open_store(address)
    try:
        await store.writer.run(lambda tx: _fill(tx, *size))
        if url:
            await _by_queries(figures, store, naive)
            await _by_steps(figures, store, size[1] - naive - 1)
            return
    except BaseException:
        await store.close()
        raise
    await store.close()
    for name in ("ours.db", "naive.db"):
        if name == "naive.db":
            shutil.copyfile(folder / "ours-full.db", folder / name)
        else:
            shutil.copyfile(folder / name, folder / "ours-full.db")
        store = await open_store(StoreUrl(sqlite=folder / name))
        try:
            await (_by_steps(figures, store, size[1]) if name == "ours.db" else _by_queries(figures, store, naive))
        finally:
            await store.close()


class _Watched(Writer):
    """A writer that notes for how long it was held, in milliseconds."""

    def __init__(self, writer: Writer, held_ms: list[float]) -> None:
        self._of = writer
        self._held_ms = held_ms

    async def run(self, op: Callable[[Tx], T], then: Callable[[T], None] | None = None) -> T:
        def watched(tx: Tx) -> T:
            began = time.perf_counter()
            try:
                return op(tx)
            finally:
                self._held_ms.append((time.perf_counter() - began) * 1000)

        return await self._of.run(watched, then)


async def _by_steps(figures: AssignFigures, store: Store, wanted: int) -> None:
    rules = Rules(BUILT_IN)
    first = await store.read(lambda tx: Drafting(tx, rules, clock.now()).draft(tx))
    done = await store.writer.run(lambda tx: carry_out(tx, rules, first, clock.now()))  # not measured: to make ready
    writer, store.writer = store.writer, _Watched(store.writer, figures.held_ms)
    began = time.perf_counter()
    made = await drain(store, rules, lambda _step: None)
    figures.per_s.append(made / (time.perf_counter() - began))
    store.writer = writer
    if made < wanted - len(done.decisions):
        raise BenchError(f"only {made} of {wanted} conversations were given to somebody")


async def _by_queries(figures: AssignFigures, store: Store, count: int) -> None:
    await store.writer.run(_decide_one)
    began = time.perf_counter()
    for _ in range(count):
        start = time.perf_counter()
        await store.writer.run(_decide_one)
        figures.naive_ms.append((time.perf_counter() - start) * 1000)
    figures.naive_per_s.append(count / (time.perf_counter() - began))


def _decide_one(tx: Tx) -> None:
    """As it is usually written: the oldest, who is there, how much each has, who is first, and the rows of it."""
    at = clock.now()
    now = clock.to_ms(at)
    row = tx.exec_driver_sql(
        "SELECT id, team_id FROM conversations WHERE status = 'open' AND assignee_id IS NULL"
        " AND waiting_since IS NOT NULL ORDER BY waiting_since LIMIT 1"
    ).one()
    there = tx.exec_driver_sql(
        "SELECT a.id, a.name, a.capacity, a.last_assigned_at, p.until, m.team_id FROM agents AS a"
        " JOIN team_members AS m ON m.agent_id = a.id JOIN agent_presence AS p ON p.agent_id = a.id"
        " WHERE a.status = 'online'"
    ).all()
    ranked = []
    for one in (one for one in there if one.team_id == row.team_id and one.until > now):
        his = f"assignee_id = {one.id:d} AND status = 'open'"
        load = tx.exec_driver_sql(f"SELECT count(*) FROM conversations WHERE {his}").scalar_one()  # noqa: S608  # numbers
        if load < one.capacity:
            ranked.append((load, one.last_assigned_at or 0, one.id, one.name))
    load, _, agent_id, name = min(ranked)
    conversations.lock(tx, row.id)
    conversations.touch(tx, row.id, assignee_id=agent_id, handler="agent", assigned_at=at)
    conversations.find_head(tx, row.id)
    assigning.note_given(tx, [agent_id], at)
    decision = DecisionMade(row.id, "policy", agent_id, row.team_id, "balanced", {"to": name, "load": load})
    assigning.put_decisions(tx, [decision], at)


def _fill(tx: Tx, people: int, waiting: int) -> None:
    at = clock.now()
    table = Base.metadata.tables
    role = agents.insert_role(tx, "agent of the bench", [])
    branch, team = agents.insert_branch(tx, name="bench", timezone="UTC", country="AM", language="hy")
    inbox = agents.insert_inbox(tx, branch_id=branch, team_id=team, channel="web", name="bench", key="bench")
    known = {"password_hash": "!", "role_id": role, "created_at": at, "capacity": _ROOM, "languages": ["hy", "ru"]}
    first = {name: 1 + (tx.exec_driver_sql(f"SELECT max(id) FROM {name}").scalar() or 0) for name in _NUMBERED}  # noqa: S608  # our own names
    ids = [first["agents"] + number for number in range(people)]
    staff = [{"id": one, "login": f"bench-{one}", "name": f"Agent {one}", **known} for one in ids]
    tx.execute(table["agents"].insert(), staff)
    tx.execute(table["team_members"].insert(), [{"team_id": team, "agent_id": one} for one in ids])
    presence.hold(tx, "bench", ids, at + timedelta(hours=1))
    rows = range(waiting)
    dates = {"created_at": at, "updated_at": at}
    tx.execute(table["contacts"].insert(), [{"id": first["contacts"] + row, **dates} for row in rows])
    web = {"channel": "web", "created_at": at}
    places = [{"id": first["addresses"] + row, "contact_id": first["contacts"] + row, **web} for row in rows]
    tx.execute(table["addresses"].insert(), [{**one, "value": f"bench-{one['id']}"} for one in places])
    talk = {"inbox_id": inbox, "team_id": team, **web}
    talks = [
        {
            **talk,
            "contact_id": one["contact_id"],
            "address_id": one["id"],
            "language": ("hy", "ka", "ru")[row % 3],
            "waiting_since": at - timedelta(seconds=waiting - row),
        }
        for row, one in enumerate(places)
    ]
    tx.execute(table["conversations"].insert(), talks)


def rows_of(figures: AssignFigures) -> list[report.Row]:
    """The table's rows."""
    if not figures.per_s:
        return []
    ours, theirs = max(figures.per_s), max(figures.naive_per_s)
    what = "assignment decisions/s, 200 agents, 5,000 waiting (yardstick: a query a step)"
    held, naive = quantile(sorted(figures.held_ms), 0.99), quantile(sorted(figures.naive_ms), 0.99)
    return [
        report.Row(what, f"{ours:,.0f}", f"{theirs:,.0f}", ours / theirs),
        report.figure_row(
            "the store's writer held by assignment, p99 (yardstick: one decision)",
            [held],
            [naive],
            ".1f",
            most=MOST_MS,
            unit=" ms",
        ),
    ]
