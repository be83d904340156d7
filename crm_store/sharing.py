"""How teams share their conversations out, and what agents can take: the settings, not the decisions."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select, update

from crm_store import Tx
from crm_store.models import AgentRow, TeamRow

TEAM: Final = (
    "policy",
    "capacity",
    "gap_s",
    "answer_s",
    "escalate_s",
    "escalate_team_id",
    "fallback_team_id",
    "give_back_s",
)
AGENT: Final = ("capacity", "level", "weight", "languages", "skills")


def find_team(tx: Tx, team_id: int) -> dict[str, object] | None:
    """A team's settings by name."""
    row = tx.execute(select(*(getattr(TeamRow, name) for name in TEAM)).where(TeamRow.id == team_id)).one_or_none()
    return None if row is None else dict(row._mapping)


def find_agent(tx: Tx, agent_id: int) -> dict[str, object] | None:
    """An agent's settings by name."""
    row = tx.execute(select(*(getattr(AgentRow, name) for name in AGENT)).where(AgentRow.id == agent_id)).one_or_none()
    return None if row is None else dict(row._mapping)


def change_team(tx: Tx, team_id: int, values: Mapping[str, object]) -> None:
    """Sets some of a team's, in the writer's transaction."""
    tx.execute(update(TeamRow).where(TeamRow.id == team_id).values(**values))


def change_agent(tx: Tx, agent_id: int, values: Mapping[str, object]) -> None:
    """Sets some of an agent's, in the writer's transaction."""
    tx.execute(update(AgentRow).where(AgentRow.id == agent_id).values(**values))


def list_skills(tx: Tx) -> list[str]:
    """All skills that somebody has, by name."""
    return sorted({skill for skills in tx.scalars(select(AgentRow.skills)) for skill in skills})
