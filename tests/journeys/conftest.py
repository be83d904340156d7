"""A product of its own for each test; where a test is about the store, one on each kind of store."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests import warm
from tests.journeys.firm import UNLIMITED, Firm
from tests.processes import Processes, all_running, make_processes
from tests.product import Product
from tests.servers import PostgresServer, RedisServer, postgres_server, redis_server
from tests.stores import postgres_store

__all__ = ["PostgresServer", "RedisServer", "postgres_server", "redis_server"]


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with nothing in it but the tables; with full counts without them."""
    with postgres_server.database(*([postgres_store(postgres_server)] if warm.allowed else [])) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def product_on_each(request: pytest.FixtureRequest, tmp_path: Path) -> Product:
    """A product on an empty store of each kind."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return Product(tmp_path / "data", url)


@pytest.fixture(params=["sqlite", "postgresql with three processes"])
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Processes:
    """Makes the processes of one empty business: one on SQLite, or three on PostgreSQL and Redis. Not started yet."""
    if request.param == "sqlite":
        return lambda environment: [Product(tmp_path / "data", environment=environment)]
    url: str = request.getfixturevalue("postgres_url")
    redis: RedisServer = request.getfixturevalue("redis_server")
    return lambda environment: make_processes(tmp_path, url, redis, 3, environment)


@pytest.fixture
async def firm(processes: Processes) -> AsyncIterator[Firm]:
    """An empty firm."""
    async with AsyncExitStack() as stack:
        products = processes(UNLIMITED)
        await stack.enter_async_context(all_running(*products))
        yield Firm(products, stack)
        for product in products:
            assert "ERROR" not in product.log, product.log
