"""`barev bench booking`: free time from a full store, and bookings under contention, on each kind of store that is
there."""

import os
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from barev.bench import booking_free, booking_race, cautions, machine, report, store_side
from barev.bench.fleet import BenchError
from barev.serve import SWITCH_S, settle_garbage
from barev.serve import run as run_loop
from crm_store.engine import StoreUrl

T = TypeVar("T")

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured. ``history``: bookings that lie behind; ``asks``: searches of each kind; ``naive``: of those
    by a query for every specialist and day; ``attempts`` to book, of each kind."""

    specialists: int = 50
    days: int = 30
    history: int = 500_000
    asks: int = 100
    naive: int = 3
    attempts: int = 10_000


QUICK = Effort(history=20_000, asks=15, naive=1, attempts=1000)


@dataclass(slots=True)
class Figures:
    """All that was measured, by the kind of store."""

    free: dict[str, booking_free.FreeFigures] = field(default_factory=dict)
    race: dict[str, booking_race.RaceFigures] = field(default_factory=dict)


def run(effort: Effort, where: Path, say: Callable[[str], None]) -> tuple[list[report.Row], dict[str, Any]]:
    """Measures on both kinds of store; without PostgreSQL, which comes with the development set, on SQLite alone.

    Raises BenchError where a search finds other times than the plain way does, or two bookings overlap."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="barev-bench-", dir=where) as name:
        facts = machine.facts(Path(name))
        for kind, shown in KINDS.items():
            with ExitStack() as stack:
                try:
                    store = stack.enter_context(store_side.opened(kind, Path(name) / kind))
                except BenchError as error:
                    say(f"not measured on {shown}: {error}")
                    continue
                address = StoreUrl(postgres=store.url) if store.url else StoreUrl(sqlite=Path(name) / "barev.db")
                size = effort.specialists, effort.days, effort.history
                free = booking_free.measure(address, size, effort.asks, effort.naive, say)
                figures.free[shown] = _as_served(free)
                race = booking_race.measure(address, Path(name), effort.attempts, say)
                figures.race[shown] = _as_served(race)
    facts["load_average_after"] = round(os.getloadavg()[0], 2)
    rows = [row for shown, one in figures.free.items() for row in booking_free.rows_of(shown, one)]
    rows += [row for shown, one in figures.race.items() for row in booking_race.rows_of(shown, one)]
    return rows, {
        "measured": "barev bench booking",
        "effort": asdict(effort),
        "machine": facts,
        "rows": [asdict(row) for row in rows],
        "cautions": cautions.of_machine(facts),
        "messages": 0,
        "faults": 0,
        "figures": asdict(figures),
    }


def _as_served(main: Coroutine[object, object, T]) -> T:
    """In the loop of a server, which spares itself looking for garbage in what stays."""
    settle_garbage()
    sys.setswitchinterval(SWITCH_S)
    return run_loop(main)
