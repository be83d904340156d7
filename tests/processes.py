"""Several ``barev serve`` processes on one PostgreSQL and one Redis."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.product import Product, running
from tests.servers import RedisServer


def make_processes(
    folder: Path, postgres_url: str, redis: RedisServer, count: int, environment: Mapping[str, str] | None = None
) -> list[Product]:
    """Processes to be started, on one store, one Redis and one data folder."""
    joined = {"BAREV_REDIS_URL": redis.url, **(environment or {})}
    return [Product(folder / "data", postgres_url, environment=joined) for _ in range(count)]


@asynccontextmanager
async def all_running(*products: Product) -> AsyncIterator[None]:
    """Starts all, one after another, and makes sure that they have ended afterwards."""
    async with AsyncExitStack() as stack:
        for product in products:
            await stack.enter_async_context(running(product))
        yield
