"""A founded store for the demo, of each kind; those on PostgreSQL are slow (it must be started)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from business.team.founding import Firm, found_business
from crm_store.engine import Store, StoreUrl, open_store
from tests.servers import PostgresServer, postgres_server, postgres_url

__all__ = ["PostgresServer", "postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """With the default business, as ``barev serve`` has it."""
    url = StoreUrl(sqlite=tmp_path / "barev.db")
    if request.param == "postgres":
        url = StoreUrl.parse(request.getfixturevalue("postgres_url"))
    opened = await open_store(url)
    await found_business(opened, Firm("Barev", "Asia/Yerevan", "AM", "hy"))
    yield opened
    await opened.close()
