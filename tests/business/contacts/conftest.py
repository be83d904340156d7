"""A founded store of each kind with an owner; those on PostgreSQL are slow (it must be started)."""

from collections.abc import AsyncIterator

import pytest

from business.team.accounts import add_agent
from business.team.founding import Firm, found_business
from conversation.messages import Agent
from crm_store import Tx, agents
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


@pytest.fixture
async def owner(store: Store) -> Agent:
    """Who may do everything."""

    def add(tx: Tx) -> Agent:
        agent = agents.find_agent(tx, add_agent(tx, "owner", "no hash", "owner", "Mariam", "en"))
        assert agent is not None
        return agent

    return await store.writer.run(add)
