"""Questions about the firm's own people: agents, roles, teams, branches and their sessions."""

from datetime import datetime

from sqlalchemy import insert, select, update

from conversation.messages import Agent, Person
from crm_store import Tx
from crm_store.access import Exceptions, effective, list_exceptions
from crm_store.models import AgentRow, AgentSessionRow, BranchRow, DemoRow, InboxRow, RoleRow, TeamMemberRow, TeamRow
from crm_store.rows import AnyRow, AnySelect


def _agents() -> AnySelect:
    return select(
        AgentRow.id,
        AgentRow.login,
        AgentRow.name,
        AgentRow.language,
        AgentRow.photo,
        AgentRow.status,
        RoleRow.name.label("role"),
        RoleRow.permissions,
    ).join(RoleRow, RoleRow.id == AgentRow.role_id)


def _agent_from(row: AnyRow, teams: dict[int, list[int]], exceptions: dict[int, Exceptions]) -> Agent:
    return Agent(
        id=row.id,
        login=row.login,
        name=row.name,
        role=row.role,
        language=row.language,
        photo=row.photo,
        permissions=effective(row.permissions, exceptions.get(row.id, Exceptions())),
        teams=tuple(teams.get(row.id, ())),
        status=row.status,
    )


def _teams_of(tx: Tx, agent_id: int | None = None) -> dict[int, list[int]]:
    members = select(TeamMemberRow.agent_id, TeamMemberRow.team_id).order_by(TeamMemberRow.team_id)
    if agent_id is not None:
        members = members.where(TeamMemberRow.agent_id == agent_id)
    teams: dict[int, list[int]] = {}
    for row in tx.execute(members):
        teams.setdefault(row.agent_id, []).append(row.team_id)
    return teams


def find_agent(tx: Tx, agent_id: int) -> Agent | None:
    """One agent who may work (not disabled)."""
    row = tx.execute(_agents().where(AgentRow.id == agent_id, AgentRow.disabled_at.is_(None))).one_or_none()
    return None if row is None else _agent_from(row, _teams_of(tx, agent_id), list_exceptions(tx, [agent_id]))


def find_name(tx: Tx, agent_id: int) -> str:
    """An agent's name, whether he may work or not; empty for one there never was."""
    return tx.scalar(select(AgentRow.name).where(AgentRow.id == agent_id)) or ""


def list_agents(tx: Tx) -> list[Agent]:
    """Everybody who may work, by name."""
    teams, exceptions = _teams_of(tx), list_exceptions(tx)
    rows = tx.execute(_agents().where(AgentRow.disabled_at.is_(None)).order_by(AgentRow.name, AgentRow.id))
    return [_agent_from(row, teams, exceptions) for row in rows]


def find_credentials(tx: Tx, login: str) -> AnyRow | None:
    """``(id, password_hash)`` of a casefolded login that may work."""
    wanted = select(AgentRow.id, AgentRow.password_hash)
    return tx.execute(wanted.where(AgentRow.login == login, AgentRow.disabled_at.is_(None))).one_or_none()


def find_login(tx: Tx, login: str) -> int | None:
    """The agent's id behind a casefolded login, disabled or not."""
    return tx.scalar(select(AgentRow.id).where(AgentRow.login == login))


def find_role_id(tx: Tx, name: str) -> int | None:
    """The id of a role."""
    return tx.scalar(select(RoleRow.id).where(RoleRow.name == name))


def list_teams(tx: Tx) -> list[Person]:
    """All teams that work, by id."""
    live = select(TeamRow.id, TeamRow.name).where(TeamRow.archived_at.is_(None)).order_by(TeamRow.id)
    return [Person(row.id, row.name) for row in tx.execute(live)]


def insert_agent(
    tx: Tx, *, login: str, password_hash: str, name: str, role_id: int, language: str, at: datetime
) -> int:
    """Adds an agent; the login is casefolded. Returns his id."""
    values = {"login": login, "password_hash": password_hash, "name": name, "role_id": role_id}
    added = insert(AgentRow).values(**values, language=language, created_at=at).returning(AgentRow.id)
    return tx.execute(added).scalar_one()


def join_team(tx: Tx, agent_id: int, team_id: int) -> None:
    """Makes an agent a member of a team."""
    tx.execute(insert(TeamMemberRow).values(agent_id=agent_id, team_id=team_id))


def set_status(tx: Tx, agent_id: int, status: str, at: datetime) -> None:
    """The presence an agent chose, and that he was there."""
    tx.execute(update(AgentRow).where(AgentRow.id == agent_id).values(status=status, last_seen_at=at))


# --- sessions
# -----------------------------------------------------------------------------------------------------------


def insert_session(
    tx: Tx,
    *,
    agent_id: int,
    token_hash: str,
    at: datetime,
    expires_at: datetime,
    remote: str | None,
    user_agent: str | None,
) -> int:
    """Opens a session; returns its id."""
    values = {"agent_id": agent_id, "token_hash": token_hash, "created_at": at, "last_used_at": at}
    opened = insert(AgentSessionRow).values(**values, expires_at=expires_at, remote=remote, user_agent=user_agent)
    return tx.execute(opened.returning(AgentSessionRow.id)).scalar_one()


def find_session(tx: Tx, token_hash: str, now: datetime) -> tuple[int, int] | None:
    """``(session id, agent id)`` of a token that still holds."""
    holds = (AgentSessionRow.revoked_at.is_(None), AgentSessionRow.expires_at > now)
    found = select(AgentSessionRow.id, AgentSessionRow.agent_id).where(AgentSessionRow.token_hash == token_hash, *holds)
    row = tx.execute(found).one_or_none()
    return None if row is None else (row.id, row.agent_id)


def revoke_session(tx: Tx, session_id: int, at: datetime) -> None:
    """Ends a session."""
    tx.execute(update(AgentSessionRow).where(AgentSessionRow.id == session_id).values(revoked_at=at))


def list_live_sessions(tx: Tx, session_ids: list[int], now: datetime) -> dict[int, Agent]:
    """Those of the given sessions that still hold and whose agent may work, with the agent as he is now."""
    holds = (AgentSessionRow.revoked_at.is_(None), AgentSessionRow.expires_at > now, AgentRow.disabled_at.is_(None))
    live = select(AgentSessionRow.id, AgentSessionRow.agent_id).join(AgentRow, AgentRow.id == AgentSessionRow.agent_id)
    found = tx.execute(live.where(AgentSessionRow.id.in_(session_ids), *holds)).all()
    people = {agent_id: find_agent(tx, agent_id) for agent_id in {row.agent_id for row in found}}
    return {row.id: agent for row in found if (agent := people[row.agent_id]) is not None}


# --- founding
# -----------------------------------------------------------------------------------------------------------


def insert_role(tx: Tx, name: str, permissions: list[str]) -> int:
    """Adds a role; returns its id."""
    return tx.execute(insert(RoleRow).values(name=name, permissions=permissions).returning(RoleRow.id)).scalar_one()


def insert_branch(tx: Tx, *, name: str, timezone: str, country: str, language: str) -> tuple[int, int]:
    """Adds a branch with a team of the same name; returns both ids."""
    values = {"name": name, "timezone": timezone, "country": country, "language": language}
    branch_id = tx.execute(insert(BranchRow).values(**values).returning(BranchRow.id)).scalar_one()
    team = insert(TeamRow).values(branch_id=branch_id, name=name).returning(TeamRow.id)
    return branch_id, tx.execute(team).scalar_one()


def insert_inbox(tx: Tx, *, branch_id: int, team_id: int, channel: str, name: str, key: str) -> int:
    """Adds an inbox; returns its id."""
    values = {"branch_id": branch_id, "team_id": team_id, "channel": channel, "name": name, "key": key}
    return tx.execute(insert(InboxRow).values(**values).returning(InboxRow.id)).scalar_one()


def find_default_team(tx: Tx) -> int | None:
    """The team of those who have no other: the first one founded of those that work."""
    return tx.scalar(select(TeamRow.id).where(TeamRow.archived_at.is_(None)).order_by(TeamRow.id).limit(1))


def has_own_owner(tx: Tx) -> bool:
    """Whether an owner may log in who is not of the demo."""
    demo = select(DemoRow.entity_id).where(DemoRow.entity == "agents")
    own = select(AgentRow.id).join(RoleRow, RoleRow.id == AgentRow.role_id).where(RoleRow.name == "owner")
    return tx.scalar(own.where(AgentRow.disabled_at.is_(None), AgentRow.id.not_in(demo)).limit(1)) is not None
