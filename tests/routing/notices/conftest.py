"""A founded store of each kind with an owner, and an agent."""

import pytest

from business.team.accounts import add_agent
from conversation.messages import Agent
from crm_store import Tx, agents
from crm_store.engine import Store
from tests.business.contacts.conftest import made_url, owner, postgres_server, postgres_template, sqlite_template, store

__all__ = ["made_url", "owner", "postgres_server", "postgres_template", "sqlite_template", "store"]


@pytest.fixture
async def gor(store: Store) -> Agent:
    """Who answers, and sees the conversations of his team only."""

    def add(tx: Tx) -> Agent:
        agent = agents.find_agent(tx, add_agent(tx, "gor", "no hash", "agent", "Gor", "ru"))
        assert agent is not None
        return agent

    return await store.writer.run(add)
