"""The bus in numbers, for ``/metrics``."""

from collections.abc import Iterable

from barev.bus.bus import Bus
from barev.metrics import Family, Source, counter, gauge


def numbers_of(bus: Bus) -> Source:
    """Whether Redis is there, and how events came."""

    def families() -> Iterable[Family]:
        counts = bus.sequencer.counts
        yield gauge("barev_bus_up", "Whether the line to Redis stands.", float(bus.stands))
        yield counter("barev_bus_events_total", "Events told in their order.", counts.told)
        yield counter("barev_bus_waited_total", "Events that had to wait for an earlier one.", counts.waited)
        yield counter("barev_bus_reads_total", "Times that missed events were read from the store.", counts.reads)

    return families
