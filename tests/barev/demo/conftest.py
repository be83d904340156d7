"""A founded store for the demo, of each kind; those on PostgreSQL are slow (it must be started)."""

from collections.abc import AsyncIterator

import pytest

from business.team.founding import Firm, found_business
from crm_store.engine import Store, StoreUrl, open_store
from tests.crm_store.conftest import made_url, postgres_server, postgres_template, sqlite_template

__all__ = ["made_url", "postgres_server", "postgres_template", "sqlite_template"]


@pytest.fixture
async def store(made_url: StoreUrl) -> AsyncIterator[Store]:
    """With the default business, as ``barev serve`` has it."""
    opened = await open_store(made_url)
    await found_business(opened, Firm("Barev", "Asia/Yerevan", "AM", "hy"))
    yield opened
    await opened.close()
