"""`barev bench chat`: the chat of Barev, every message durably stored, against a Node server that stores nothing."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from barev.bench import (
    assign_side,
    barev_side,
    cautions,
    cluster_side,
    import_side,
    machine,
    node_side,
    report,
    search_side,
    store_side,
)
from barev.bench.fleet import BenchError, Fleet, Plan
from barev.bench.load import Load, Sample
from barev.bench.processes import CpuReader, Server, command_cpu_s, raise_descriptors, split_cores, tree_of

DEEP, SHALLOW = 400, 100
PACE_PER_S = 500.0
IMPORT_PACE_PER_S = 100.0
BARE_IMPORT = "import aiohttp, socketio, sqlalchemy.ext.asyncio, asyncpg, alembic, argon2"
MIB = 1024 * 1024
_SOURCES = tuple(f"127.0.0.{number}" for number in range(2, 10))
_SPARE_DESCRIPTORS = 500


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured. Times in seconds."""

    pairs: int = 100
    rounds: int = 3
    run_s: float = 3.0
    pace_s: float = 8.0
    warm_up_s: float = 1.0
    idle: int = 10_000
    starts: int = 5
    settle_s: float = 3.0
    import_rows: int = 10_000
    import_s: float = 3.0
    import_pairs: int = 20
    contacts: int = 200_000
    messages: int = 1_000_000
    names: int = 40
    naive_decisions: int = 300


QUICK = Effort(
    pairs=100,
    rounds=1,
    run_s=1.5,
    pace_s=3.0,
    warm_up_s=0.7,
    idle=1_000,
    starts=2,
    settle_s=1.0,
    import_rows=3_000,
    import_s=1.0,
    contacts=4_000,
    messages=20_000,
    names=10,
    naive_decisions=50,
)


@dataclass(slots=True)
class Figures:
    """All that was measured; lists have one entry a round."""

    saturated: dict[str, dict[int, list[Sample]]] = field(default_factory=dict)
    paced: dict[str, list[Sample]] = field(default_factory=dict)
    idle: dict[str, dict[str, float]] = field(default_factory=dict)
    start_cpu_s: dict[str, list[float]] = field(default_factory=dict)
    demo: dict[str, float] = field(default_factory=dict)
    imported: dict[str, list[float]] = field(default_factory=dict)
    processes: dict[int, list[Sample]] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    assign: assign_side.AssignFigures = field(default_factory=assign_side.AssignFigures)
    search: search_side.SearchFigures = field(default_factory=search_side.SearchFigures)
    faults: int = 0
    cautions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: where it works, how much it does, on which cores, and whether Node is there to compare with."""

    folder: Path
    effort: Effort
    store: str
    node: str | None
    server_cores: set[int]
    all_cores: set[int]
    say: Callable[[str], None]

    def talk(self, figures: Figures) -> None:
        """Throughput, latency, CPU and losses, the servers taking turns."""
        with ExitStack() as stack:
            fleet = Fleet()
            stack.callback(fleet.close)
            loads: dict[str, Load] = {}
            if self.node is not None:
                server, port = node_side.start(self.node, self.server_cores, self.folder)
                stack.callback(server.stop)
                pairs = node_side.open_pairs(fleet, port, self.effort.pairs, _SOURCES)
                loads["node"] = Load(fleet, pairs, node_side.SPACE, node_side.SPACE, server.cpu_reader())
            store = stack.enter_context(store_side.opened(self.store, self.folder / "talk"))
            site, ours = self._barev_ready_to_talk(stack, store)
            pairs = barev_side.open_pairs(fleet, site, store.inbox_keys, self._tokens(site, store), _SOURCES)
            cpu = CpuReader([*tree_of(ours.pid), *store.pids()])
            loads["barev"] = Load(fleet, pairs, barev_side.VISITOR, barev_side.DESK, cpu)
            self._rounds(loads, figures)
            figures.faults += sum(load.recheck() for load in loads.values())
            fleet.close()
            figures.kept["stop_ms"] = round(ours.stop() * 1000)
            talked = loads["barev"]
            acknowledged = {talked.client_id(number): talked.ids[number] for number in range(talked.sent)}
            wrong = store.compare(acknowledged)
            figures.kept.update(acknowledged=len(acknowledged), wrong_in_store=wrong)
            figures.faults += wrong

    def _barev_ready_to_talk(self, stack: ExitStack, store: "store_side.BenchStore") -> tuple[barev_side.Site, Server]:
        site = barev_side.make_site(self.folder / "talk-site", store.url)
        founded = barev_side.start(site, self.server_cores)
        founded.stop()
        store.fill(site.data, self.effort.pairs)
        server = barev_side.start(site, self.server_cores)
        stack.callback(server.stop)
        return site, server

    def _tokens(self, site: barev_side.Site, store: "store_side.BenchStore") -> list[str]:
        return barev_side.log_in(site, store.logins)

    def _rounds(self, loads: dict[str, Load], figures: Figures) -> None:
        effort = self.effort
        for name in loads:
            figures.saturated[name] = {DEEP: [], SHALLOW: []}
            figures.paced[name] = []
        for turn in range(effort.rounds):
            for in_flight in (DEEP, SHALLOW):
                for name, load in loads.items():
                    sample = load.saturate(in_flight, effort.run_s, effort.warm_up_s)
                    figures.saturated[name][in_flight].append(sample)
                    self._tell(figures, f"round {turn + 1}, {in_flight} in flight, {name}", sample)
            for name, load in loads.items():
                sample = load.pace(PACE_PER_S, effort.pace_s, effort.warm_up_s)
                figures.paced[name].append(sample)
                self._tell(figures, f"round {turn + 1}, {PACE_PER_S:.0f}/s, {name}", sample)

    def _tell(self, figures: Figures, what: str, sample: Sample) -> None:
        figures.faults += sample.faults.total
        self.say(
            f"{what}: {sample.per_s:,.0f}/s, p50 {sample.p50_ms:.2f} ms, p99 {sample.p99_ms:.2f} ms, "
            f"server {sample.server_cores:.2f} cores, generator {sample.generator_cores:.2f}"
        )
        if sample.faults.total:
            self.say(f"  FAULTS: {asdict(sample.faults)}")

    def imports(self, figures: Figures) -> None:
        """Rows a second of an import, and the talk while it runs and while it does not."""
        effort, found = self.effort, figures.imported
        with ExitStack() as stack:
            store = stack.enter_context(store_side.opened(self.store, self.folder / "import"))
            site = barev_side.make_site(self.folder / "import-site", store.url)
            barev_side.start(site, self.server_cores).stop()
            store.fill(site.data, effort.import_pairs, managers=1)
            server = barev_side.start(site, self.server_cores)
            stack.callback(server.stop)
            fleet = Fleet()
            stack.callback(fleet.close)
            (manager,) = barev_side.log_in(site, store.managers)
            pairs = barev_side.open_pairs(fleet, site, store.inbox_keys, self._tokens(site, store), _SOURCES)
            cpu = CpuReader([*tree_of(server.pid), *store.pids()])
            load = Load(fleet, pairs, barev_side.VISITOR, barev_side.DESK, cpu)
            importer = import_side.Importer(site, manager)
            stack.callback(importer.close)
            calm = load.pace(IMPORT_PACE_PER_S, effort.import_s, effort.warm_up_s)
            content = import_side.make_file(effort.import_rows)
            bare = import_side.insert_barely(content, self.folder)
            rate, busy, throughout = import_side.import_while_talking(
                importer, load, content, IMPORT_PACE_PER_S, effort.import_s
            )
            if not throughout:
                figures.cautions.append("the import ended before the talk beside it was measured to its end")
            for name, value in (
                ("rows_per_s", rate),
                ("bare_rows_per_s", bare),
                ("p99_ms", busy.p99_ms),
                ("calm_p99_ms", calm.p99_ms),
            ):
                found.setdefault(name, []).append(value)
            self._tell(
                figures, f"import of {effort.import_rows:,} rows: {rate:,.0f} rows/s (bare {bare:,.0f}); talk", busy
            )
            self._tell(figures, "the same talk without an import", calm)

    def processes(self, figures: Figures) -> None:
        """Throughput of one process on PostgreSQL, and of two with Redis between them."""
        effort = self.effort

        def run(load: Load) -> list[Sample]:
            return [load.saturate(DEEP, effort.run_s, effort.warm_up_s) for _ in range(effort.rounds)]

        for count in cluster_side.COUNTS:
            cores = cluster_side.cores_of(count, self.all_cores, self.server_cores)
            folder = self.folder / f"processes-{count}"
            samples, faults = cluster_side.measure(count, folder, effort.pairs, cores, _SOURCES, run)
            figures.processes[count] = samples
            figures.faults += faults
            for sample in samples:
                self._tell(figures, f"{count} of Barev, {DEEP} in flight", sample)
        figures.cautions.extend(cluster_side.cautions_of(self.all_cores))

    def memory(self, figures: Figures) -> None:
        """Memory of connections that only wait."""
        wanted = self.effort.idle
        count = min(wanted, raise_descriptors() - _SPARE_DESCRIPTORS)
        if count < wanted:
            figures.cautions.append(f"the hard limit of open files allowed {count} connections, not {wanted}")
        if self.node is not None:
            server, port = node_side.start(self.node, self.server_cores, self.folder)
            with ended(server):
                plans = [node_side.plan(port, f"room-{n}", _SOURCES[n % len(_SOURCES)]) for n in range(count)]
                figures.idle["node"] = self._idle(server, plans)
        site = barev_side.make_site(self.folder / "idle-site")
        server = barev_side.start(site, self.server_cores)
        with ended(server):
            plans = [barev_side.visitor_plan(site, None, _SOURCES[n % len(_SOURCES)]) for n in range(count)]
            figures.idle["barev"] = self._idle(server, plans)
        for name, found in figures.idle.items():
            self.say(
                f"{count} idle connections, {name}: {found['kb_each']:.1f} kB each, in after {found['accept_s']:.1f} s"
            )

    def _idle(self, server: Server, plans: list[Plan]) -> dict[str, float]:
        fleet = Fleet()
        try:
            fleet.run_for(self.effort.settle_s)
            before = server.memory()
            began = time.perf_counter()
            fleet.open_all(plans)
            took = time.perf_counter() - began
            fleet.run_for(self.effort.settle_s)
            after = server.memory()
            if fleet.dead:
                raise BenchError(f"{fleet.dead} of {len(plans)} idle connections were lost")
        finally:
            fleet.close()
        return {
            "connections": len(plans),
            "kb_each": (after.proportional - before.proportional) / 1000 / len(plans),
            "before_mib": before.proportional / MIB,
            "after_mib": after.proportional / MIB,
            "accept_s": took,
        }

    def starts(self, figures: Figures) -> None:
        """CPU to ready, fresh and existing store, with and without the demo; and the memory of the idle demo."""
        found = figures.start_cpu_s
        bare = [sys.executable, "-c", BARE_IMPORT]
        command_cpu_s(bare, self.server_cores)  # compiles to byte code once, as an installation does
        for turn in range(self.effort.starts):
            found.setdefault("bare import", []).append(command_cpu_s(bare, self.server_cores))
            for kind, demo in (("serve", False), ("serve --demo", True)):
                site = barev_side.make_site(self.folder / f"start-{turn}-{kind.replace(' ', '')}")
                for age in ("fresh store", "existing store"):
                    server = barev_side.start(site, self.server_cores, demo=demo)
                    with ended(server):
                        found.setdefault(f"{kind}, {age}", []).append(server.ready_cpu_s)
                        if demo and age == "existing store" and turn == self.effort.starts - 1:
                            time.sleep(self.effort.settle_s)
                            memory = server.memory()
                            figures.demo = {
                                "resident_mib": memory.resident / MIB,
                                "proportional_mib": memory.proportional / MIB,
                            }
        self.say(
            "CPU seconds to ready: "
            + ", ".join(f"{name} {sorted(all_)[len(all_) // 2]:.2f}" for name, all_ in found.items())
        )

    def assign(self, figures: Figures) -> None:
        """A long queue given to many agents."""
        for turn in range(self.effort.rounds):
            with store_side.opened(self.store, self.folder / f"assign{turn}") as store:
                where = self.folder / f"assign-site{turn}"
                naive = self.effort.naive_decisions
                assign_side.measure(figures.assign, where, store.url, (200, 5_000), naive, self.say)

    def search(self, figures: Figures) -> None:
        """Search as you type in a store of many."""
        with store_side.opened(self.store, self.folder / "search") as store:
            size = (self.effort.contacts, self.effort.messages)
            where = self.folder / "search-site"
            search_side.measure(figures.search, where, store.url, self.server_cores, size, self.effort.names, self.say)


@contextmanager
def ended(server: Server) -> Iterator[None]:
    """Ends the server with the block."""
    try:
        yield
    finally:
        server.stop()


def rows_of(figures: Figures) -> list[report.Row]:
    """The table's rows from what was measured."""
    rows: list[report.Row] = []
    if figures.saturated:
        barev, node = figures.saturated["barev"], figures.saturated.get("node", {})
        for in_flight, goal in ((DEEP, 1.0), (SHALLOW, 0.5)):
            rows.append(report.rate_row(in_flight, barev[in_flight], node.get(in_flight, []), goal))
        paced, node_paced = figures.paced["barev"], figures.paced.get("node", [])
        at_pace = f"at {PACE_PER_S:.0f}/s"
        for name, most in (("p50_ms", None), ("p99_ms", 25.0)):
            ours, theirs = ([getattr(one, name) for one in some] for some in (paced, node_paced))
            rows.append(
                report.figure_row(f"acknowledged {at_pace}, {name[:3]}", ours, theirs, ".2f", most=most, unit=" ms")
            )
        for what, ours_, theirs_ in (
            (f"CPU s per 1,000 messages, {DEEP} in flight", barev[DEEP], node.get(DEEP, [])),
            (f"CPU s per 1,000 messages {at_pace}", paced, node_paced),
        ):
            spent = [[one.cpu_s_per_1000 for one in some] for some in (ours_, theirs_)]
            rows.append(report.figure_row(what, spent[0], spent[1], ".3f"))
    if figures.imported:
        found = figures.imported
        rate, bare = median(found["rows_per_s"]), median(found["bare_rows_per_s"])
        what = "import with dedupe by phone, rows/s (yardstick: bare CSV parse and insert)"
        rows.append(report.Row(what, f"{rate:,.0f}", f"{bare:,.0f}", rate / bare))
        what = f"acknowledged at {IMPORT_PACE_PER_S:.0f}/s while importing, p99 (yardstick: without)"
        rows.append(report.figure_row(what, found["p99_ms"], found["calm_p99_ms"], ".2f", unit=" ms"))
    rows += cluster_side.rows_of(figures.processes, DEEP)
    if figures.idle:
        ours_idle, node_idle = figures.idle["barev"], figures.idle.get("node")
        what = f"memory a connection, {ours_idle['connections']:,.0f} idle"
        theirs_kb = None if node_idle is None else node_idle["kb_each"]
        rows.append(report.ratio_row(what, ours_idle["kb_each"], theirs_kb, ".1f", 1.1, " kB"))
    if figures.start_cpu_s:
        bare = median(figures.start_cpu_s["bare import"])
        for name, all_ in figures.start_cpu_s.items():
            if name != "bare import":
                rows.append(report.ratio_row(f"CPU to ready, {name}", median(all_), bare, ".2f", 1.5, " s"))
    if figures.demo:
        rows.append(
            report.figure_row(
                "resident memory, idle demo", [figures.demo["resident_mib"]], [], ".0f", most=120, unit=" MiB"
            )
        )
    return rows + assign_side.rows_of(figures.assign) + search_side.rows_of(figures.search)


def run(
    effort: Effort, store: str, parts: list[str], where: Path, say: Callable[[str], None]
) -> tuple[list[report.Row], dict[str, Any]]:
    """Measures the parts (see ``command.PARTS``); returns the table's rows and all raw figures.

    Raises BenchError where something cannot be measured."""
    raise_descriptors()
    server_cores, own_cores = split_cores()
    try:
        node: str | None = node_side.find_node()
    except BenchError as error:
        say(f"no comparison: {error}")
        node = None
    with tempfile.TemporaryDirectory(prefix="barev-bench-", dir=where) as name:
        folder = Path(name)
        facts = machine.facts(folder)
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, own_cores)
        try:
            figures = Figures()
            bench = Bench(folder, effort, store, node, server_cores, before, say)
            for part in parts:
                {
                    "talk": bench.talk,
                    "import": bench.imports,
                    "memory": bench.memory,
                    "starts": bench.starts,
                    "processes": bench.processes,
                    "assign": bench.assign,
                    "search": bench.search,
                }[part](figures)
        finally:
            os.sched_setaffinity(0, before)
    if node is not None:
        facts["node"] = node_side.versions(node)
    facts["load_average_after"] = round(os.getloadavg()[0], 2)
    rows = rows_of(figures)
    raw = {
        "measured": "barev bench chat",
        "store": store,
        "effort": asdict(effort),
        "machine": facts,
        "rows": [asdict(row) for row in rows],
        "cautions": [*cautions.of_machine(facts), *cautions.of_runs(figures.saturated), *figures.cautions],
        "messages": figures.kept.get("acknowledged", 0),
        "faults": figures.faults,
        "figures": asdict(figures),
    }
    return rows, raw
