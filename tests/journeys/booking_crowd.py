"""Many who book at once at all processes of a site, and what must hold of the store when they are done."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from sqlalchemy import text

from crm_store.engine import Store, StoreUrl, open_store
from tests.business.visits.parlour import OVERLAPS, STRAY_SEATS
from tests.journeys.firm import UNLIMITED, eventually
from tests.journeys.test_rights import Desk
from tests.processes import Processes, Site, site_of
from tests.product import Product

RATE = {**UNLIMITED, "BAREV_DESK_REST_PER_S": "100000", "BAREV_DESK_REST_BURST": "100000"}
_AT_ONCE = 100
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
_AT_WORK = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@asynccontextmanager
async def store_of(product: Product) -> AsyncIterator[Store]:
    """What a product keeps, opened beside it."""
    store = await open_store(StoreUrl.parse(product.url) if product.url else StoreUrl(sqlite=product.data / "barev.db"))
    try:
        yield store
    finally:
        await store.close()


async def asked(product: Product, *questions: str) -> list[int]:
    """What questions that count say of a store."""
    async with store_of(product) as store:
        return await store.read(lambda tx: [int(tx.scalar(text(one)) or 0) for one in questions])


async def count_deadlocks(product: Product) -> int:
    """Those that PostgreSQL had to break since the database was made; there is no such thing on SQLite. A connection
    counts them when it ends at the latest, so all others must have ended."""
    if not product.url:
        return 0

    async def at_work() -> int:
        return (await asked(product, _AT_WORK))[0]

    await eventually(at_work, 0)
    return (await asked(product, _DEADLOCKS))[0]


async def check_sound(product: Product) -> None:
    """Zero overlaps, and every seat taken is somebody's."""
    assert await asked(product, OVERLAPS, STRAY_SEATS) == [0, 0]


@asynccontextmanager
async def race_of(processes: Processes, **environment: str) -> AsyncIterator[tuple[Site, Desk, "Crowd"]]:
    """A running site with an owner and a crowd. When all is over nothing overlaps, and nothing ever was in a
    deadlock."""
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_of(processes({**RATE, **environment})))
        added = site.products[0].add_user("owner", "owner")
        assert added.returncode == 0, added.stderr
        token = await site.log_in("owner")
        webs = []
        for product in site.products:
            connector = aiohttp.TCPConnector(limit=0)
            webs.append(await stack.enter_async_context(aiohttp.ClientSession(product.address, connector=connector)))
        try:
            yield site, Desk(webs[0], token), Crowd(webs, token)
        except BaseException as error:
            error.add_note("\n".join(f"--- {product.port}\n{product.log[-3000:]}" for product in site.products))
            raise
    await check_sound(site.products[0])
    assert await count_deadlocks(site.products[0]) == 0


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
