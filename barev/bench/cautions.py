"""What a reader must know before believing the figures: said under the table, kept in the JSON."""

from collections.abc import Mapping, Sequence

from barev.bench.load import Sample
from barev.bench.report import FULL_CORE

_BUSY_LOAD = 0.7
_IN_MEMORY = {"tmpfs", "ramfs"}


def of_machine(facts: Mapping[str, object]) -> list[str]:
    """From the machine's facts: a busy machine, one core for both sides, a disk that is none."""
    found: list[str] = []
    load = facts.get("load_average_before")
    if isinstance(load, float) and load > _BUSY_LOAD:
        found.append(f"the machine was busy before we began (load average {load:.1f}): do not publish these figures")
    if facts.get("cores") == 1:
        found.append("server and generator shared one core")
    if facts.get("filesystem") in _IN_MEMORY:
        found.append(f"the store lived on {facts['filesystem']}: its syncs may cost less than a disk's")
    return found


def of_runs(saturated: Mapping[str, Mapping[int, Sequence[Sample]]]) -> list[str]:
    """From the runs: a generator that had no time left, a yardstick that did not get its core."""
    found: list[str] = []
    samples = [one for by_depth in saturated.values() for some in by_depth.values() for one in some]
    busiest = max((one.generator_cores for one in samples), default=0.0)
    if busiest >= FULL_CORE:
        found.append(f"the generator used {busiest:.2f} of its core in one run: that run may be slower than the server")
    node = [one.server_cores for some in saturated.get("node", {}).values() for one in some]
    if node and min(node) < FULL_CORE:
        found.append(f"Node got only {min(node):.2f} of its core in one run: other work was in the way")
    return found
