"""A thousand want the same day at once, through every process there is: each slot has one winner, everybody gets an
answer, and nothing overlaps, whoever is killed in the middle."""

import asyncio
import itertools
from collections import Counter
from typing import Any

import pytest

from tests.conftest import Scale
from tests.journeys.booking_crowd import asked, race_of
from tests.journeys.test_appointments import at, make_shop
from tests.processes import Processes

pytestmark = [pytest.mark.slow, pytest.mark.soak]


async def test_a_thousand_for_one_day(processes: Processes, scale: Scale) -> None:
    """Slots of half an hour, wishes for every quarter; searches among them."""
    clients = scale.rounds(100, 1000)
    async with race_of(processes) as (site, owner, crowd):
        shop = await make_shop(owner)
        quarters = [at(10 + number // 4, number % 4 * 15) for number in range(32)]

        async def one(number: int) -> tuple[int, Any]:
            if number % 20 == 0:
                await crowd.ask("GET", f"/slots?service_id={shop.cut}&from={at(10)}&to={at(18)}")
            body = {
                "service_id": shop.cut,
                "provider_id": shop.sona,
                "starts_at": quarters[number * 13 % len(quarters)],
                "contact": {"name": f"Client {number}"},
            }
            return await crowd.ask("POST", "/appointments", body, key=f"race-{number}")

        answers = await asyncio.gather(*(one(number) for number in range(clients)))
        counted = Counter(status for status, _ in answers)
        assert set(counted) == {201, 409}
        assert counted[409] > counted[201]
        assert all(said["code"] == "slot_taken" and "nearest" in said for status, said in answers if status == 409)
        won = [said for status, said in answers if status == 201]
        (kept,) = await asked(site.products[0], "SELECT count(*) FROM appointments")
        assert len(won) == len({said["id"] for said in won}) == kept
        starts = sorted(said["starts_at"] for said in won)
        assert all(one < other for one, other in itertools.pairwise(starts))
        left = await crowd.ask("GET", f"/slots?service_id={shop.cut}&provider_id={shop.sona}&from={at(10)}&to={at(18)}")
        assert left[1]["items"] == []  # whoever lost, lost to somebody


async def test_seats_are_given_to_exactly_as_many(processes: Processes, scale: Scale) -> None:
    """Ten sessions of three; holds on some of the seats become visits, others are given back, meanwhile."""
    clients = scale.rounds(90, 1000)
    async with race_of(processes) as (site, owner, crowd):
        shop = await make_shop(owner)

        async def one(number: int) -> int:
            body = {"service_id": shop.yoga, "starts_at": at(8 + number % 10)}
            visit = {**body, "contact": {"name": f"Client {number}"}}
            if number % 3:
                return (await crowd.ask("POST", "/appointments", visit, key=f"seat-{number}"))[0]
            status, held = await crowd.ask("POST", "/holds", body, key=f"hold-{number}")
            if status != 201:
                return status
            if number % 2:
                visit["hold_id"] = held["id"]
                return (await crowd.ask("POST", "/appointments", visit, key=f"seat-{number}"))[0]
            await crowd.ask("DELETE", f"/holds/{held['id']}")
            return 204

        answers = Counter(await asyncio.gather(*(one(number) for number in range(clients))))
        assert set(answers) <= {201, 204, 409}
        rest = [one(3 * number + 1) for number in range(10 * clients, 10 * clients + 60)]  # the seats given back
        answers += Counter(await asyncio.gather(*rest))
        assert answers[201] == 30
        assert await asked(site.products[0], "SELECT sum(taken) FROM group_sessions") == [30]


@pytest.mark.kill
async def test_a_killed_process_loses_nothing_and_books_nothing_twice(processes: Processes, scale: Scale) -> None:
    """Each client repeats with its key until it has an answer; what was answered stands, and stands once."""
    clients = scale.rounds(90, 1000)
    async with race_of(processes) as (site, owner, crowd):
        shop = await make_shop(owner)
        answered = asyncio.Event()
        done: list[tuple[int, Any]] = []

        async def one(number: int) -> None:
            body = {
                "service_id": shop.cut,
                "starts_at": at(number % 24, 0, days=3 + number % 40 // 24),
                "contact": {"name": f"Client {number}"},
            }
            done.append(await crowd.ask("POST", "/appointments", body, key=f"kill-{number}"))
            if len(done) == clients // 5:
                answered.set()

        async def kill() -> None:
            await answered.wait()
            for product in site.products:
                await product.kill()
                await product.start()

        await asyncio.gather(kill(), *(one(number) for number in range(clients)))
        assert {status for status, _ in done} <= {200, 201, 409}
        assert crowd.again > 0
        won = [said["id"] for status, said in done if status != 409]
        (kept,) = await asked(site.products[0], "SELECT count(*) FROM appointments")
        assert len(set(won)) == len(won) == kept
