"""One timer for many connections: each waits in a slot of a wheel that turns by one slot a step."""

import asyncio
from collections.abc import Iterator
from math import ceil
from typing import Protocol


class Waiter(Protocol):
    """What may wait. ``slot`` belongs to the wheel while it waits."""

    slot: int

    def due(self) -> None:
        """Its time has come; it is out of the wheel and may be added anew."""

    def close(self) -> None:
        """Ends it in good order."""

    def abort(self) -> None:
        """Cuts it off."""


class Wheel:
    """Calls ``due`` of each waiter after its seconds, up to ``step_s`` late. Every waiter is in it at most once.

    Times longer than ``longest_s`` are cut to it. After a stall of the loop no slot is skipped and none is hurried, so
    that a machine that slept does not take its clients for dead before they could answer.
    """

    def __init__(self, step_s: float, longest_s: float) -> None:
        self._step_s = step_s
        self._slots: list[set[Waiter]] = [set() for _ in range(ceil(longest_s / step_s) + 2)]
        self._now = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, waiter: Waiter, seconds: float) -> None:
        """Lets it wait; the wheel turns while the loop runs and anybody waits."""
        steps = min(max(1, ceil(seconds / self._step_s)), len(self._slots) - 2) + 1  # the present slot is partly over
        waiter.slot = (self._now + steps) % len(self._slots)
        self._slots[waiter.slot].add(waiter)
        self._wind()

    def remove(self, waiter: Waiter) -> None:
        """Forgets it, if it waits."""
        self._slots[waiter.slot].discard(waiter)

    def __iter__(self) -> Iterator[Waiter]:
        """Everybody who waits; take a copy before changing anything."""
        for slot in self._slots:
            yield from slot

    def _turn(self) -> None:
        self._now = (self._now + 1) % len(self._slots)
        waiters = self._slots[self._now]
        self._slots[self._now] = set()
        self._timer = None
        for waiter in waiters:
            waiter.due()
        if any(self._slots):
            self._wind()

    def _wind(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._step_s, self._turn)
