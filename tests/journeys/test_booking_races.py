"""A thousand want the same day at once, through every process there is: each slot has one winner, everybody gets an
answer, and nothing overlaps, whoever is killed in the middle."""

import asyncio
import itertools
import random
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from crm_store.engine import StoreUrl, open_store
from tests.business.visits.parlour import OVERLAPS, STRAY_SEATS
from tests.conftest import Scale
from tests.journeys.firm import UNLIMITED
from tests.journeys.test_appointments import Shop, at, make_shop
from tests.journeys.test_rights import Desk
from tests.processes import Processes, Site, site_of
from tests.product import Product

pytestmark = pytest.mark.slow
_RATE = {**UNLIMITED, "BAREV_DESK_REST_PER_S": "100000", "BAREV_DESK_REST_BURST": "100000"}
_AT_ONCE = 100


async def asked(product: Product, *questions: str) -> list[int]:
    """What questions that count say of a store."""
    url = StoreUrl.parse(product.url) if product.url else StoreUrl(sqlite=product.data / "barev.db")
    store = await open_store(url)
    try:
        return await store.read(lambda tx: [int(tx.scalar(text(one)) or 0) for one in questions])
    finally:
        await store.close()


async def check_sound(product: Product) -> None:
    """Zero overlaps, and every seat taken is somebody's."""
    assert await asked(product, OVERLAPS, STRAY_SEATS) == [0, 0]


class Crowd:
    """Clients at all processes of a site; each request is asked again, with the same key, until it is answered."""

    def __init__(self, webs: list[aiohttp.ClientSession], token: str) -> None:
        self._webs = itertools.cycle(webs)
        self._token = token
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self.again = 0

    async def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        """Status and JSON; what broke off is asked again."""
        headers = {"Authorization": f"Bearer {self._token}", **({"Idempotency-Key": key} if key else {})}
        async with self._gate:
            while True:
                try:
                    web = next(self._webs)
                    async with web.request(method, f"/api/v1{path}", json=body, headers=headers) as said:
                        if said.status != 503:
                            return said.status, await said.json(content_type=None) if said.status != 204 else None
                except (aiohttp.ClientError, OSError):
                    pass
                self.again += 1
                await asyncio.sleep(0.02)


async def opened(stack: AsyncExitStack, site: Site) -> tuple[Desk, Crowd, Shop]:
    """An owner, a crowd, and where they book."""
    added = site.products[0].add_user("owner", "owner")
    assert added.returncode == 0, added.stderr
    token = await site.log_in("owner")
    webs = []
    for product in site.products:
        connector = aiohttp.TCPConnector(limit=0)
        webs.append(await stack.enter_async_context(aiohttp.ClientSession(product.address, connector=connector)))
    owner = Desk(webs[0], token)
    return owner, Crowd(webs, token), await make_shop(owner)


async def test_a_thousand_for_one_day(processes: Processes, scale: Scale) -> None:
    """Slots of half an hour, wishes for every quarter; searches among them."""
    clients = scale.rounds(300, 1000)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_of(processes(_RATE)))
        _, crowd, shop = await opened(stack, site)
        quarters = [at(10 + number // 4, number % 4 * 15) for number in range(32)]

        async def one(number: int) -> tuple[int, Any]:
            if number % 20 == 0:
                await crowd.ask("GET", f"/slots?service_id={shop.cut}&from={at(10)}&to={at(18)}")
            body = {
                "service_id": shop.cut,
                "provider_id": shop.sona,
                "starts_at": random.Random(number).choice(quarters),
                "contact": {"name": f"Client {number}"},
            }
            return await crowd.ask("POST", "/appointments", body, key=f"race-{number}")

        answers = await asyncio.gather(*(one(number) for number in range(clients)))
        counted = Counter(status for status, _ in answers)
        assert set(counted) == {201, 409}
        assert all(said["code"] == "slot_taken" and "nearest" in said for status, said in answers if status == 409)
        won = [said for status, said in answers if status == 201]
        (kept,) = await asked(site.products[0], "SELECT count(*) FROM appointments")
        assert len(won) == len({said["id"] for said in won}) == kept
        starts = sorted(said["starts_at"] for said in won)
        assert all(one < other for one, other in itertools.pairwise(starts))
        left = await crowd.ask("GET", f"/slots?service_id={shop.cut}&provider_id={shop.sona}&from={at(10)}&to={at(18)}")
        assert left[1]["items"] == []  # whoever lost, lost to somebody
        await check_sound(site.products[0])


async def test_seats_are_given_to_exactly_as_many(processes: Processes, scale: Scale) -> None:
    """Ten sessions of three; holds on some of the seats become visits, others are given back, meanwhile."""
    clients = scale.rounds(150, 1000)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_of(processes(_RATE)))
        _, crowd, shop = await opened(stack, site)

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
        await check_sound(site.products[0])


@pytest.mark.kill
async def test_a_killed_process_loses_nothing_and_books_nothing_twice(processes: Processes, scale: Scale) -> None:
    """Each client repeats with its key until it has an answer; what was answered stands, and stands once."""
    clients = scale.rounds(150, 1000)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_of(processes(_RATE)))
        _, crowd, shop = await opened(stack, site)
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
        won = [said["id"] for status, said in done if status != 409]
        (kept,) = await asked(site.products[0], "SELECT count(*) FROM appointments")
        assert len(set(won)) == len(won) == kept
        await check_sound(site.products[0])
