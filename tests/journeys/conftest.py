"""A product of its own for each test; where a test is about the store, one on each kind of store."""

from pathlib import Path

import pytest

from tests import warm
from tests.product import Product
from tests.servers import PostgresServer, RedisServer, postgres_server, redis_server
from tests.stores import postgres_store

__all__ = ["PostgresServer", "RedisServer", "postgres_server", "redis_server"]


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """A database with nothing in it but the tables; with full counts without them."""
    return postgres_server.new_database(*([postgres_store(postgres_server)] if warm.allowed else []))


@pytest.fixture(params=["sqlite", "postgresql"])
def product_on_each(request: pytest.FixtureRequest, tmp_path: Path) -> Product:
    """A product on an empty store of each kind."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return Product(tmp_path / "data", url)
