"""Numbers for Prometheus: counted where things happen at the price of an addition, put into text when asked for.

Format: the text exposition format 0.0.4. Names begin with ``barev_`` (or ``process_``, as everywhere).
"""

import os
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from types import MappingProxyType
from typing import Final, NamedTuple

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
LATENCY_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

Labels = Mapping[str, str]


class Sample(NamedTuple):
    """One line. ``suffix``: what follows the family's name (``_bucket``, ``_sum``, ``_count``)."""

    value: float
    labels: Labels = MappingProxyType({})
    suffix: str = ""


class Family(NamedTuple):
    """Lines of one name. ``kind``: counter, gauge or histogram."""

    name: str
    kind: str
    text: str
    samples: Sequence[Sample]


Source = Callable[[], Iterable[Family]]


class Histogram:
    """How long something took, in buckets (seconds)."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float] = LATENCY_S) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def observe(self, value_s: float) -> None:
        """Counts one."""
        self._counts[bisect_left(self._bounds, value_s)] += 1
        self._sum += value_s

    def observe_all(self, since: Iterable[float], now: float) -> None:
        """Counts what began at these moments and ends now."""
        bounds, counts, total = self._bounds, self._counts, 0.0
        for begun in since:
            took = now - begun
            counts[bisect_left(bounds, took)] += 1
            total += took
        self._sum += total

    def samples(self, labels: Labels) -> list[Sample]:
        """Its lines; buckets are cumulative, as the format wants them."""
        lines: list[Sample] = []
        total = 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            lines.append(Sample(total, {**labels, "le": bound}, "_bucket"))
        return [*lines, Sample(self._sum, labels, "_sum"), Sample(total, labels, "_count")]


class Metrics:
    """All sources, in the order they were added."""

    def __init__(self) -> None:
        self._sources: list[Source] = [_process]

    def add(self, source: Source) -> None:
        """``source`` is asked at every look; it must be quick and not raise."""
        self._sources.append(source)

    def render(self) -> str:
        """All lines."""
        return render(family for source in self._sources for family in source())


def render(families: Iterable[Family]) -> str:
    """The text of the families. Their texts are ours; label values may be anything."""
    lines: list[str] = []
    for name, kind, text, samples in families:
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        for value, labels, suffix in samples:
            given = ",".join(f'{label}="{_escape(said)}"' for label, said in labels.items())
            lines.append(f"{name}{suffix}{{{given}}} {_number(value)}" if given else f"{name}{suffix} {_number(value)}")
    return "\n".join(lines) + "\n"


def gauge(name: str, text: str, value: float) -> Family:
    """A number that goes up and down."""
    return Family(name, "gauge", text, [Sample(value)])


def counter(name: str, text: str, value: float) -> Family:
    """A number that only rises; its name ends in ``_total``."""
    return Family(name, "counter", text, [Sample(value)])


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


_STARTED = monotonic()


def _process() -> Iterable[Family]:
    times = os.times()
    yield counter("process_cpu_seconds_total", "CPU time of this process.", times.user + times.system)
    yield gauge("process_uptime_seconds", "Time since this process began.", monotonic() - _STARTED)
    if sys.platform.startswith("linux"):
        with open("/proc/self/statm", "rb") as memory:
            pages = int(memory.read().split()[1])
        yield gauge("process_resident_memory_bytes", "Memory in use.", pages * os.sysconf("SC_PAGE_SIZE"))
        yield gauge("process_open_fds", "Open files and connections.", len(os.listdir("/proc/self/fd")))
