"""A thousand visitors want the same day, each by one sentence in his language, through every process there is: each
hour has one winner, and everybody has one clear answer, whoever is killed in the middle."""

import asyncio
from collections import Counter

import pytest

from tests.conftest import Scale
from tests.journeys.booking_crowd import asked, race_of
from tests.journeys.booking_talkers import HOURS, Ended, book_all
from tests.journeys.salon import furnish
from tests.journeys.test_bot import prepare
from tests.processes import Processes, Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.soak,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
_AT_ONCE = 60


async def check_ends(site: Site, ends: list[Ended]) -> None:
    """Of each hour that was wanted there is one visit, its winner's; nothing is held any more."""
    won = Counter(one.wish for one in ends if one.outcome == "booked")
    assert won == Counter({one.wish for one in ends})
    assert len(ends) > 2 * len(won)
    counts = "SELECT count(*) FROM appointments", "SELECT count(*) FROM allocations", "SELECT count(*) FROM holds"
    assert await asked(site.products[0], *counts) == [len(won), len(won), 0]


async def test_a_thousand_talks_for_one_day(processes: Processes, scale: Scale) -> None:
    async with race_of(processes) as (site, owner, _):
        await prepare(owner)
        await furnish(owner)
        ends = await book_all(site, scale.rounds(15, 1000), _AT_ONCE)
        await check_ends(site, ends)
        assert scale.fixed or not scale.full or len({one.wish for one in ends}) == 3 * len(HOURS)


@pytest.mark.kill
async def test_talks_are_booked_once_though_processes_are_killed(processes: Processes, scale: Scale) -> None:
    """Each process is killed in its turn, once some talks have ended, and comes back."""
    async with race_of(processes) as (site, owner, _):
        await prepare(owner)
        await furnish(owner)
        count, ended = scale.rounds(15, 1000), 0
        some = asyncio.Event()

        def count_end() -> None:
            nonlocal ended
            ended += 1
            if ended == count // 5:
                some.set()

        async def kill() -> None:
            await some.wait()
            for product in site.products:
                await product.kill()
                await product.start()

        _, ends = await asyncio.gather(kill(), book_all(site, count, _AT_ONCE, count_end))
        assert sum(one.again for one in ends) > 0
        await check_ends(site, ends)
