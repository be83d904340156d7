"""Who types is shown over there for as long as he types, and only where his talk is."""

from conversation.events import Audience, TypingChanged
from routing.carrying.typing import EVERY_S, TypingShown
from tests.routing.carrying.conftest import World


async def test_it_is_shown_while_he_types(world: World) -> None:
    talk = (await world.hears("m1", "Barev")).conversation_id
    now = [100.0]
    shown = TypingShown(world.store, "telegram", world.town, lambda: now[0])
    elsewhere = TypingShown(world.store, "viber", world.town, lambda: now[0])

    async def after(seconds: float, *events: TypingChanged) -> int:
        """How often it has been shown by then."""
        now[0] += seconds
        for event in events:
            shown.heard(event)
            elsewhere.heard(event)
        for one in (shown, elsewhere):
            await one.show_due()
        return world.town.deeds.count(("typing", "4711"))

    audience = Audience(talk, None, None)
    types, rests = (TypingChanged(audience, "agent", "Olga", 1, on) for on in (True, False))
    assert await after(0, TypingChanged(audience, "visitor", "Ani", None, True)) == 0
    assert await after(0, types) == 1
    assert await after(EVERY_S / 2, types) == 1
    assert await after(EVERY_S / 2) == 2
    assert await after(EVERY_S) == 2  # he said no more that he does
    assert await after(0, types) == 3
    assert await after(EVERY_S, rests) == 3
    assert world.town.deeds == [("typing", "4711")] * 3
