"""How quickly a channel may be spoken to: so many pieces a second in all, and a gap between two to one address.

The far side's own word (``retry_after``) goes before: whoever is told to wait holds everybody who would be told the
same.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_KEPT: Final = 10_000
_EARLY_S: Final = 0.001


class Pace:
    """Turns of one channel in the process that holds its door. ``clock_s``: seconds that only go forward."""

    def __init__(self, per_second: float, gap_s: float, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._step_s = 1.0 / per_second
        self._gap_s = gap_s
        self._clock_s = clock_s
        self._next_s = 0.0
        self._left_s = -self._step_s
        self._held_until_s = 0.0
        self._by_address: OrderedDict[str, float] = OrderedDict()

    def book(self, *to: str) -> float:
        """Takes the next turn for an address, or one for several; returns in how many seconds it comes."""
        now_s = self._clock_s()
        turn_s = max(now_s, self._next_s, *(self._by_address.get(one, 0.0) for one in to))
        self._next_s = max(self._next_s, now_s) + self._step_s
        for one in to:
            self._remember(one, turn_s + self._gap_s)
        return turn_s - now_s

    def ahead_s(self, to: str) -> float:
        """In how many seconds an address's next turn would come."""
        return max(self._next_s, self._by_address.get(to, 0.0)) - self._clock_s()

    async def turn(self, *to: str) -> None:
        """Returns when the address's turn has come (one turn, where one request is for several); who waited into a hold
        takes another turn behind it. Those who wake late, and so together, still leave one behind the other."""
        while True:
            wait_s = self.book(*to)
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            while self._early_s() > _EARLY_S:  # noqa: ASYNC110  # it is the time that is waited for
                await asyncio.sleep(self._early_s())
            if self._held_until_s <= self._clock_s():
                break
        self._left_s = self._clock_s()
        for one in to:
            self._remember(one, max(self._left_s + self._gap_s, self._by_address.get(one, 0.0)))

    def _early_s(self) -> float:
        return self._left_s + self._step_s - self._clock_s()

    def hold(self, seconds: float, to: str | None = None) -> None:
        """The far side wants to be left alone so long: by one address, or (None) altogether."""
        until_s = self._clock_s() + seconds
        if to is None:
            self._next_s = max(self._next_s, until_s)
            self._held_until_s = max(self._held_until_s, until_s)
        else:
            self._remember(to, max(until_s, self._by_address.get(to, 0.0)))

    def _remember(self, to: str, until_s: float) -> None:
        self._by_address[to] = until_s
        self._by_address.move_to_end(to)
        if len(self._by_address) > _KEPT:
            self._by_address.popitem(last=False)
