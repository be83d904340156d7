"""That nothing was ever in a deadlock is looked at after each race on PostgreSQL; here that it would be seen."""

import asyncio
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.journeys.booking_crowd import count_deadlocks
from tests.product import Product

pytestmark = [pytest.mark.slow]


async def test_a_deadlock_is_counted(tmp_path: Path, postgres_url: str) -> None:
    """Two who lock the same two things in opposite orders: one of them is refused, and counted."""
    product = Product(tmp_path / "data", postgres_url)
    assert await count_deadlocks(product) == 0
    both = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> bool:
        connection = await asyncpg.connect(postgres_url, server_settings={"deadlock_timeout": "10ms"})
        try:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", first)
                await both.wait()
                await connection.execute("SELECT pg_advisory_xact_lock($1)", second)
        except asyncpg.DeadlockDetectedError:
            return False
        finally:
            await connection.close()
        return True

    assert sorted(await asyncio.gather(lock(1, 2), lock(2, 1))) == [False, True]
    assert await count_deadlocks(product) == 1
