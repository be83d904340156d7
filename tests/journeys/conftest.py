"""A product of its own for each test; where a test is about the store, one on each kind of store."""

from pathlib import Path

import pytest

from tests.product import Product
from tests.servers import PostgresServer, postgres_server, postgres_url

__all__ = ["PostgresServer", "postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def product_on_each(request: pytest.FixtureRequest, tmp_path: Path) -> Product:
    """A product on an empty store of each kind."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return Product(tmp_path / "data", url)
