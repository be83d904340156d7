"""Who answers: a queue given to agents by the product, against a query for every step of every decision."""

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update

from barev.bench import report
from barev.bench.fleet import BenchError
from barev.bench.load import quantile
from conversation import clock
from conversation.errors import BarevError
from conversation.messages import Activity
from crm_store import Tx, agents, conversations, presence
from crm_store.appending import append_messages
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import (
    AddressRow,
    AgentPresenceRow,
    AgentRow,
    AssignmentDecisionRow,
    ContactRow,
    ConversationRow,
    InboxRow,
    TeamMemberRow,
    TeamRow,
)
from routing.appended import activity_line
from routing.assignment.drain import Rules, Step, drain
from routing.assignment.policies import BUILT_IN
from routing.assignment.working import always_open

MOST_MS = 50.0
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
            await _by_steps(figures, store, size[1] - naive)
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


async def _by_steps(figures: AssignFigures, store: Store, wanted: int) -> None:
    rules = Rules(BUILT_IN, always_open)
    made, began, step = 0, time.perf_counter(), Step(more=True)

    def work(tx: Tx, after: tuple[datetime, int] | None) -> Step:
        start = time.perf_counter()
        found = drain(tx, rules, clock.now(), after)
        figures.held_ms.append((time.perf_counter() - start) * 1000)
        return found

    while step.more:
        after = step.after
        step = await store.writer.run(lambda tx, after=after: work(tx, after))  # type: ignore[misc]  # binds the loop's
        made += len(step.decisions)
    figures.per_s.append(made / (time.perf_counter() - began))
    if made < wanted:
        raise BenchError(f"only {made} of {wanted} conversations were given to somebody")


async def _by_queries(figures: AssignFigures, store: Store, count: int) -> None:
    began = time.perf_counter()
    for _ in range(count):
        start = time.perf_counter()
        await store.writer.run(_decide_one)
        figures.naive_ms.append((time.perf_counter() - start) * 1000)
    figures.naive_per_s.append(count / (time.perf_counter() - began))


def _decide_one(tx: Tx) -> None:
    """As it is usually written: the oldest, who is there, how much each has, who is first, and the rows of it."""
    at = clock.now()
    waiting = (ConversationRow.status == "open", ConversationRow.assignee_id.is_(None))
    order = select(ConversationRow.id, ConversationRow.team_id).where(
        *waiting, ConversationRow.waiting_since.is_not(None)
    )
    row = tx.execute(order.order_by(ConversationRow.waiting_since).limit(1)).one()
    there = (
        select(AgentRow.id, AgentRow.name, AgentRow.capacity, AgentRow.last_assigned_at)
        .join(TeamMemberRow, TeamMemberRow.agent_id == AgentRow.id)
        .join(AgentPresenceRow, AgentPresenceRow.agent_id == AgentRow.id)
        .where(TeamMemberRow.team_id == row.team_id, AgentPresenceRow.until > at, AgentRow.status == "online")
    )
    ranked = []
    for one in tx.execute(there).all():
        his = (ConversationRow.assignee_id == one.id, ConversationRow.status == "open")
        load = tx.scalar(select(func.count()).select_from(ConversationRow).where(*his)) or 0
        if load < one.capacity:
            ranked.append((load, one.last_assigned_at or clock.EPOCH, one.id, one.name))
    load, _, agent_id, name = min(ranked)
    conversations.lock(tx, row.id)
    conversations.touch(tx, row.id, assignee_id=agent_id, handler="agent", assigned_at=at)
    conversations.find_head(tx, row.id)
    tx.execute(update(AgentRow).where(AgentRow.id == agent_id).values(last_assigned_at=at))
    reason = {"to": name, "load": load}
    decision = {"conversation_id": row.id, "at": at, "kind": "policy", "agent_id": agent_id, "reason": reason}
    tx.execute(insert(AssignmentDecisionRow).values(**decision))
    (outcome,) = append_messages(tx, [activity_line(row.id, Activity("assigned_auto", {"to": name}), clock.to_ms(at))])
    if isinstance(outcome, BarevError):
        raise outcome


def _fill(tx: Tx, people: int, waiting: int) -> None:
    at = clock.now()
    role = agents.insert_role(tx, "agent of the bench", [])
    team = tx.execute(insert(TeamRow).values(name="bench").returning(TeamRow.id)).scalar_one()
    inbox = insert(InboxRow).values(team_id=team, channel="web", name="bench", key="bench").returning(InboxRow.id)
    inbox_id = tx.execute(inbox).scalar_one()
    known = {"password_hash": "!", "role_id": role, "created_at": at, "capacity": _ROOM, "languages": ["hy", "ru"]}
    staff = [{"login": f"bench-{number}", "name": f"Agent {number}", **known} for number in range(people)]
    ids = list(tx.scalars(insert(AgentRow).returning(AgentRow.id), staff))
    tx.execute(insert(TeamMemberRow), [{"team_id": team, "agent_id": one} for one in ids])
    presence.hold(tx, "bench", ids, at + timedelta(hours=1))
    dates = {"created_at": at, "updated_at": at}
    contacts = list(tx.scalars(insert(ContactRow).returning(ContactRow.id), [dates] * waiting))
    places = [{"contact_id": one, "channel": "web", "value": f"bench-{one}", "created_at": at} for one in contacts]
    addresses = list(tx.scalars(insert(AddressRow).returning(AddressRow.id, sort_by_parameter_order=True), places))
    rows = [
        {
            "contact_id": contact,
            "address_id": address,
            "inbox_id": inbox_id,
            "team_id": team,
            "channel": "web",
            "language": ("hy", "ka", "ru")[number % 3],
            "created_at": at,
            "waiting_since": at - timedelta(seconds=waiting - number),
        }
        for number, (contact, address) in enumerate(zip(contacts, addresses, strict=True))
    ]
    tx.execute(insert(ConversationRow), rows)


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
