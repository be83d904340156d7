"""A product of its own for each test; where a test is about the store, one on each kind of store."""

from pathlib import Path

import pytest

from tests.product import Product
from tests.servers import PostgresServer, RedisServer, postgres_server, postgres_url, redis_server

__all__ = ["PostgresServer", "RedisServer", "postgres_server", "postgres_url", "redis_server"]


@pytest.fixture(params=["sqlite", "postgresql"])
def product_on_each(request: pytest.FixtureRequest, tmp_path: Path) -> Product:
    """A product on an empty store of each kind."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return Product(tmp_path / "data", url)
