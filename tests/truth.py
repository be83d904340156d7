"""What somebody holds against what a fresh load shows, while the server goes on by itself: it gives out waiting dialogs
after the last word of a test."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import copy

from tests import clients
from tests.crowd import Agent, Visitor
from tests.states import DeskState, VisitorState, difference

Held = Visitor | Agent


async def become_as_loaded(held: Held, other: Held, patience_s: float = clients.ANSWER_S) -> None:
    """Waits until events alone have made what it holds equal to what another loads at that time. ``patience_s`` has
    room for some loads."""
    differs = ""
    try:
        async with asyncio.timeout(patience_s):
            while differs := await _compare(held, await other.fresh()):
                if held.link is not None and held.link.faults:
                    raise held.link.faults[0]
                # each look is a way to the server and back
    except TimeoutError:
        raise AssertionError(f"{held.name}: {differs}") from None


async def _compare(held: Held, fresh: VisitorState | DeskState) -> str:
    """Beside the loop: where there is very much to compare, lines that are not answered meanwhile would be cut."""
    kept = copy(held.state)
    for name, value in vars(kept).items():
        if isinstance(value, dict):
            setattr(kept, name, dict(value))
    return await asyncio.to_thread(lambda: difference(kept.view(), fresh.view()))


async def catch_up_at_once(held: Held, other: Held, catch_up: Callable[[], Awaitable[None]]) -> bool:
    """Catches up, which must make what it holds equal to what another loads, with no event's help. Where the truth
    moved meanwhile, events bring it there. Returns whether the truth stood still, so that the first was shown."""
    before = (await other.fresh()).view()
    await catch_up()
    caught_up = held.state.view()
    stood = not difference(before, (await other.fresh()).view())
    if stood:
        assert not difference(caught_up, before), f"{held.name} after a sync: {difference(caught_up, before)}"
    await become_as_loaded(held, other)
    return stood
