"""How long acknowledgements take: one look at the clock an event, one a turn of the loop."""

from time import perf_counter
from typing import Final

from barev.metrics import Histogram

TOLD_APART: Final = ("message", "reply")


class Acks:
    """Acknowledgements of ``message``, ``reply`` and all other events. ``pending`` holds when each was asked for."""

    __slots__ = ("_other", "_pending", "histograms")

    def __init__(self) -> None:
        self.histograms = {event: Histogram() for event in (*TOLD_APART, "other")}
        self._pending: dict[str, list[float]] = {event: [] for event in self.histograms}
        self._other = self._pending["other"]

    def pending_of(self, event: str) -> list[float]:
        """Where to note an acknowledgement that was handed to a client's connection."""
        return self._pending.get(event, self._other)

    def flushed(self) -> None:
        """What was handed over is with the sockets now."""
        for event, pending in self._pending.items():
            if pending:
                self.histograms[event].observe_all(pending, perf_counter())
                pending.clear()
