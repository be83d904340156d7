"""Several ``barev serve`` processes on one PostgreSQL and one Redis."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path

from tests.product import Product, running
from tests.servers import RedisServer

Processes = Callable[[Mapping[str, str]], list[Product]]
"""Makes the processes of one business, given their environment."""


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


class Site:
    """The running processes of one business: who comes next comes to the next one."""

    def __init__(self, products: Sequence[Product]) -> None:
        self.products = products
        self._next = cycle(products)

    @property
    def address(self) -> str:
        """Of the next process."""
        return next(self._next).address

    @property
    def log(self) -> str:
        """What all of them have logged."""
        return "\n".join(product.log for product in self.products)

    def add_agent(self, login: str) -> None:
        """Adds an agent beside the running processes."""
        added = self.products[0].add_user(login)
        assert added.returncode == 0, added.stderr

    async def log_in(self, login: str) -> str:
        """The token of an agent's new session."""
        return await self.products[0].log_in(login)


@asynccontextmanager
async def site_of(products: Sequence[Product]) -> AsyncIterator[Site]:
    """Starts all, and makes sure that they have ended afterwards."""
    async with all_running(*products):
        yield Site(products)
