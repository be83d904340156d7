"""Pace: so many a second in all, a gap at each address, and nobody during a hold."""

import asyncio

from routing.carrying.pace import Pace


def test_turns_are_apart() -> None:
    now = [50.0]
    pace = Pace(10, 1.0, lambda: now[0])
    assert [round(pace.book(to), 3) for to in ("a", "b", "a", "c")] == [0.0, 0.1, 1.0, 0.3]
    now[0] += 5
    assert pace.book("a") == 0.0
    pace.hold(3.0, "a")
    assert (round(pace.book("a"), 3), round(pace.book("b"), 3)) == (3.0, 0.2)
    pace.hold(7.0)
    assert [round(pace.book(to), 3) for to in ("d", "e")] == [7.0, 7.1]


async def test_who_waited_into_a_hold_waits_behind_it() -> None:
    pace = Pace(1000, 0.05)
    await pace.turn("a")
    loop = asyncio.get_running_loop()
    waiting = [asyncio.create_task(pace.turn("a")) for _ in range(2)]
    await asyncio.sleep(0)
    pace.hold(0.2)
    held_s = loop.time() + 0.2
    await asyncio.gather(*waiting)
    assert loop.time() >= held_s - 0.01
