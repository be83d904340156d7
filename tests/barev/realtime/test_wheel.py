"""The timer wheel: everybody's time comes, in order, not early and not much later."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from barev.realtime.wheel import Wheel

STEP_S = 0.005


class Waiter:
    """Writes down when its time came."""

    slot = 0

    def __init__(self, log: list["Waiter"], again_s: float | None = None, wheel: Wheel | None = None) -> None:
        self.log = log
        self.again_s = again_s
        self.wheel = wheel
        self.at: list[float] = []
        self.came = asyncio.Event()

    def due(self) -> None:
        """Notes it, and may wait again, thrice at most."""
        self.log.append(self)
        self.at.append(asyncio.get_running_loop().time())
        if self.wheel is not None and self.again_s is not None and len(self.at) < 3:
            self.wheel.add(self, self.again_s)
        else:
            self.came.set()

    def close(self) -> None:
        """Not of interest here."""

    def abort(self) -> None:
        """Not of interest here."""


async def test_times_come_in_order_and_not_early() -> None:
    wheel, log = Wheel(STEP_S, 0.1), list[Waiter]()
    began = asyncio.get_running_loop().time()
    waiters = {seconds: Waiter(log) for seconds in (0.05, 0.0, 0.1, 0.02, 5.0)}
    for seconds, waiter in waiters.items():
        wheel.add(waiter, seconds)
    await asyncio.wait_for(waiters[0.1].came.wait(), 5)
    await asyncio.wait_for(waiters[5.0].came.wait(), 5)  # cut to the longest
    assert log[:3] == [waiters[0.0], waiters[0.02], waiters[0.05]]
    for seconds, waiter in waiters.items():
        assert waiter.at[0] - began >= min(seconds, 0.1) - STEP_S / 2


async def test_waiting_again_and_being_forgotten() -> None:
    wheel, log = Wheel(STEP_S, 0.1), list[Waiter]()
    again, forgotten, last = Waiter(log, 0.01, wheel), Waiter(log), Waiter(log)
    wheel.add(again, 0.01)
    wheel.add(forgotten, 0.01)
    wheel.add(last, 0.1)
    assert set(wheel) == {again, forgotten, last}
    wheel.remove(forgotten)
    wheel.remove(forgotten)
    await asyncio.wait_for(last.came.wait(), 5)
    assert log == [again, again, again, last]
    assert list(wheel) == []
    wheel.add(forgotten, 0.0)  # it stood still, and turns again
    await asyncio.wait_for(forgotten.came.wait(), 5)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.floats(0.01, 2), st.floats(1, 100))
def test_nobody_waits_in_the_slot_that_is_being_emptied(times: list[float], step_s: float, longest_s: float) -> None:
    async def place() -> None:
        wheel = Wheel(step_s, longest_s)
        waiters = [Waiter([]) for _ in times]
        for waiter, seconds in zip(waiters, times, strict=True):
            wheel.add(waiter, seconds)
            assert waiter.slot != 0
        assert set(wheel) == set(waiters)

    asyncio.run(place())
