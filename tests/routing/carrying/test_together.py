"""The same words to many go as one request, and stay each line's own message."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from conversation.channels import Piece
from conversation.errors import (
    ChannelBlocked,
    ChannelError,
    ChannelRejected,
    ChannelUnavailable,
    ChannelUncertain,
)
from conversation.ports import AddressKey
from tests.routing.carrying.conftest import CAN, World

PEOPLE = [AddressKey("telegram", f"48{number}") for number in range(6)]
SAID = "Closed tomorrow"


class Hall:
    """Everybody who has a talk, and what they are told together from three on."""

    def __init__(self, world: World, talks: dict[str, int]) -> None:
        self.world = world
        self.talks = talks
        self.told: dict[str, list[int]] = {to: [] for to in talks}

    async def tell(self, to: str, text: str) -> int:
        """One of them."""
        self.told[to].append(await self.world.says(self.talks[to], text))
        return self.told[to][-1]

    async def tell_all(self, text: str = SAID) -> dict[str, int]:
        """All of them."""
        return {to: await self.tell(to, text) for to in self.talks}

    async def settle(self) -> None:
        """Carries until nothing waits."""
        async with asyncio.timeout(60):
            while "queued" in await self.states():
                await self.world.deliveries.carry_due()

    async def states(self) -> list[str]:
        """Of all that was told."""
        return [await self.state(one) for some in self.told.values() for one in some]

    async def state(self, message_id: int) -> str:
        """How far one is."""
        return (await self.world.message(message_id)).delivery


@pytest.fixture
async def hall(world: World) -> Hall:
    """Six who have said something."""
    world.town.capabilities = replace(CAN, together=5, together_from=3)
    world.deliveries = world.again("one")
    talks = {who.value: (await world.hears("m1", "Barev", who=who)).conversation_id for who in PEOPLE}
    return Hall(world, talks)


async def test_one_request(hall: Hall) -> None:
    """As many as one may name; what stands behind in a line, and what only two are told, goes by itself."""
    town = hall.world.town
    told = await hall.tell_all()
    for who in PEOPLE[:2]:
        await hall.tell(who.value, "See you")
    await hall.settle()
    assert [len(some) for some in town.shared] == [5]
    assert Counter(town.arrived) == Counter(
        [(who.value, SAID) for who in PEOPLE] + [(who.value, "See you") for who in PEOPLE[:2]]
    )
    for who in PEOPLE[:2]:
        assert [text for to, text in town.arrived if to == who.value] == [SAID, "See you"]
    assert set(await hall.states()) == {"sent"}
    first, second = town.shared[0][:2]
    assert await hall.world.intake.hear_receipt(AddressKey("telegram", second), "all-1", "read")
    assert [await hall.state(told[to]) for to in (first, second)] == ["sent", "read"]
    for text in ("Each alone", "word " * 10):
        await hall.tell_all(text)
    await hall.settle()
    assert len(town.shared) == 1


async def test_each_has_an_end_of_his_own(hall: Hall) -> None:
    town = hall.world.town
    town.capabilities = replace(CAN, together=300, together_from=3)
    hall.world.deliveries = hall.world.again("one")
    left, refused, busy, silent, *well = [who.value for who in PEOPLE]
    town.fates = {
        left: ChannelBlocked("he left"),
        refused: ChannelRejected("no"),
        busy: ChannelUnavailable("too many", 0.0),
        silent: None,
    }
    told = await hall.tell_all()
    await hall.settle()
    assert [await hall.state(told[to]) for to in (left, refused, busy, silent, *well)] == [
        "failed", "failed", "sent", "uncertain", "sent", "sent",
    ]  # fmt: skip
    assert Counter(to for to, _ in town.arrived) == Counter((busy, silent, *well))
    assert len(town.shared) == 1
    again = await hall.tell(left, "Are you there?")
    await hall.settle()
    assert (await hall.state(again), (left, "Are you there?") in town.arrived) == ("failed", False)


@pytest.mark.parametrize(
    ("error", "late", "state"),
    [
        (ChannelRejected("no such right"), False, "sent"),
        (ChannelUnavailable("flood", 0.05, for_all=True), False, "sent"),
        (ChannelUncertain("no answer in time"), True, "uncertain"),
        (ValueError("a driver's own"), True, "uncertain"),
    ],
)
async def test_what_all_of_them_share(hall: Hall, error: Exception, late: bool, state: str) -> None:
    """Who may not tell many at once tells each by himself; nobody is told twice."""
    town = hall.world.town
    (town.late if late else town.fails).append(error)
    people = list(hall.talks)[:5]
    for to in people:
        await hall.tell(to, SAID)
    await hall.settle()
    assert set(await hall.states()) == {state}
    assert Counter(to for to, _ in town.arrived) == Counter(people)
    assert len(town.shared) == (2 if isinstance(error, ChannelUnavailable) else 1)


async def test_who_dies_meanwhile(hall: Hall) -> None:
    """It may have arrived at each of them, and is sent to none again; what stands behind goes on."""
    world = hall.world
    gone, reached = world.again("gone"), asyncio.Event()
    people = list(hall.talks)[:5]
    told = {to: await hall.tell(to, SAID) for to in people}
    behind = await hall.tell(people[0], "Another")

    async def hang(pieces: Sequence[Piece]) -> None:
        reached.set()
        await asyncio.Event().wait()

    kept, world.town.send_together = world.town.send_together, hang  # type: ignore[method-assign,assignment]  # hangs
    dying = asyncio.create_task(gone.carry_due())
    await reached.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    world.town.send_together = kept  # type: ignore[method-assign]  # as it was
    await hall.settle()
    assert {await hall.state(one) for one in told.values()} == {"uncertain"}
    assert await hall.state(behind) == "sent"
    assert world.town.arrived == [(people[0], "Another")]


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_happens(hall: Hall, seed: int) -> None:
    """In its order, none twice, and what is said to be sent has arrived."""
    town, dice = hall.world.town, random.Random(seed)
    texts: dict[int, str] = {}
    fates: list[ChannelError | None] = [ChannelRejected("no"), ChannelUnavailable("later", 0.0), None]
    errors = [None, None, ChannelUnavailable("busy", 0.0), ChannelUncertain("silence"), ValueError("a fault")]
    for _ in range(3):
        text = dice.choice(["Open", "Closed"])
        for to in dice.sample(list(hall.talks), dice.randint(4, 6)):
            texts[await hall.tell(to, text)] = text
        town.fails = dice.choices(errors, k=2)
        town.fates = {to: dice.choice(fates) for to in dice.sample(list(hall.talks), 2)}
        for _ in range(dice.randint(0, 2)):
            await hall.world.deliveries.carry_due()
    town.fails = []
    await hall.settle()
    assert town.shared
    for to, told in hall.told.items():
        states = [(texts[one], await hall.state(one)) for one in told]
        arrived = [text for whom, text in town.arrived if whom == to]
        assert {state for _, state in states} <= {"sent", "failed", "uncertain"}
        certain = [text for text, state in states if state == "sent"]
        possible = [text for text, state in states if state != "failed"]
        assert _is_part(certain, arrived)
        assert _is_part(arrived, possible)


def _is_part(few: list[str], many: list[str]) -> bool:
    """Whether they are all there, in their order."""
    rest = iter(many)
    return all(one in rest for one in few)
