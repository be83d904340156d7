"""A founded store of each kind with an owner; those on PostgreSQL are slow (it must be started)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from business.team.accounts import add_agent
from business.team.founding import Firm, found_business
from conversation.messages import Agent
from crm_store import Tx, agents
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


@pytest.fixture
async def owner(store: Store) -> Agent:
    """Who may do everything."""

    def add(tx: Tx) -> Agent:
        agent = agents.find_agent(tx, add_agent(tx, "owner", "no hash", "owner", "Mariam", "en"))
        assert agent is not None
        return agent

    return await store.writer.run(add)
