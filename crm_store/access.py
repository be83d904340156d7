"""Who may do what: the one computation of a right, roles, exceptions, and what an administrator sees of an agent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from crm_store import Tx
from crm_store.models import AgentPermissionRow, AgentRow, AgentSessionRow, RoleRow, TeamMemberRow, TeamRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

OWNER = "owner"
NOBODY: frozenset[str] = frozenset()


class Exceptions(NamedTuple):
    """What is granted and denied to an agent in person."""

    grants: frozenset[str] = NOBODY
    denies: frozenset[str] = NOBODY


class Verdict(NamedTuple):
    """Whether a permission is his, and by what: his role, a grant, a denial; nothing where neither says a word."""

    allowed: bool
    grounds: tuple[Literal["role", "grant", "deny"], ...]


def weigh(permission: str, role: Collection[str], exceptions: Exceptions) -> Verdict:
    """The one place that decides: a denial beats everything, else the role or a grant will do."""
    denied = permission in exceptions.denies
    by_role, by_grant = permission in role, permission in exceptions.grants
    grounds: list[Literal["role", "grant", "deny"]] = []
    if denied:
        grounds.append("deny")
    if by_role:
        grounds.append("role")
    if by_grant:
        grounds.append("grant")
    return Verdict((by_role or by_grant) and not denied, tuple(grounds))


def effective(role: Collection[str], exceptions: Exceptions) -> frozenset[str]:
    """All that is his."""
    named = {*role, *exceptions.grants}
    return frozenset(permission for permission in named if weigh(permission, role, exceptions).allowed)


# --- exceptions
# ---------------------------------------------------------------------------------------------------------


def list_exceptions(tx: Tx, agent_ids: Collection[int] | None = None) -> dict[int, Exceptions]:
    """Exceptions by agent; who has none is left out. None: of everybody."""
    query = select(AgentPermissionRow.agent_id, AgentPermissionRow.permission, AgentPermissionRow.effect)
    if agent_ids is not None:
        query = query.where(AgentPermissionRow.agent_id.in_(agent_ids))
    found: dict[int, dict[str, set[str]]] = {}
    for row in tx.execute(query):
        found.setdefault(row.agent_id, {"grant": set(), "deny": set()})[row.effect].add(row.permission)
    return {key: Exceptions(frozenset(one["grant"]), frozenset(one["deny"])) for key, one in found.items()}


def set_exceptions(tx: Tx, agent_id: int, exceptions: Exceptions) -> None:
    """Exactly these."""
    tx.execute(delete(AgentPermissionRow).where(AgentPermissionRow.agent_id == agent_id))
    rows = [
        {"agent_id": agent_id, "permission": permission, "effect": effect}
        for effect, those in (("grant", exceptions.grants), ("deny", exceptions.denies))
        for permission in sorted(those)
    ]
    if rows:
        tx.execute(insert(AgentPermissionRow), rows)


# --- roles
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions."""

    id: int
    name: str
    permissions: frozenset[str]


_members = (
    select(func.count()).select_from(AgentRow).where(AgentRow.role_id == RoleRow.id).correlate(RoleRow)
).scalar_subquery()
ROLES = Listing(
    "roles",
    RoleRow.id,
    {
        "id": Sort(RoleRow.id, unique=True, nullable=False),
        "name": Sort(ordered(RoleRow.name)),
        "agents": Sort(_members, nullable=False),
    },
    default="id",
    descending=False,
    filters={"name": RoleRow.name, "agents": _members},
)


def page_roles(tx: Tx, wanted: Wanted) -> Page:
    """Roles: ``id, name, permissions``, and ``agents``: how many have it."""
    return ROLES.page(tx, select(RoleRow.id, RoleRow.name, RoleRow.permissions, _members.label("agents")), wanted)


def list_roles(tx: Tx) -> list[Role]:
    """All roles by id."""
    rows = tx.execute(select(RoleRow.id, RoleRow.name, RoleRow.permissions).order_by(RoleRow.id))
    return [Role(row.id, row.name, frozenset(row.permissions)) for row in rows]


def find_role(tx: Tx, role_id: int) -> Role | None:
    """One role."""
    return next((role for role in list_roles(tx) if role.id == role_id), None)


def change_role(tx: Tx, role_id: int, name: str, permissions: Iterable[str]) -> None:
    """Sets both."""
    tx.execute(update(RoleRow).where(RoleRow.id == role_id).values(name=name, permissions=sorted(permissions)))


def delete_role(tx: Tx, role_id: int) -> None:
    """Removes a role that nobody has."""
    tx.execute(delete(RoleRow).where(RoleRow.id == role_id))


def list_holders(tx: Tx, role_id: int, *, working: bool = False) -> list[int]:
    """The agents who have a role, by id. ``working``: those who are not disabled only."""
    query = select(AgentRow.id).where(AgentRow.role_id == role_id).order_by(AgentRow.id)
    return list(tx.scalars(query.where(AgentRow.disabled_at.is_(None)) if working else query))


# --- agents as their administrator sees them
# ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent's account, disabled or not."""

    id: int
    login: str
    name: str
    role: Role
    language: str
    photo: str | None
    capacity: int
    disabled_at: datetime | None
    created_at: datetime
    last_seen_at: datetime | None
    exceptions: Exceptions
    teams: tuple[int, ...]

    @property
    def permissions(self) -> frozenset[str]:
        """All that is his."""
        return effective(self.role.permissions, self.exceptions)


AGENTS = Listing(
    "agents",
    AgentRow.id,
    {
        "name": Sort(ordered(AgentRow.name)),
        "id": Sort(AgentRow.id, unique=True, nullable=False),
        "login": Sort(ordered(AgentRow.login)),
        "role": Sort(ordered(RoleRow.name)),
        "language": Sort(AgentRow.language, nullable=False),
        "capacity": Sort(AgentRow.capacity, nullable=False),
        "disabled_at": Sort(AgentRow.disabled_at),
        "created_at": Sort(AgentRow.created_at, nullable=False),
        "last_seen_at": Sort(AgentRow.last_seen_at),
    },
    default="name",
    descending=False,
    filters={
        "name": Holds(AgentRow.name),
        "login": AgentRow.login,
        "role": RoleRow.name,
        "capacity": AgentRow.capacity,
        "language": AgentRow.language,
        "created": AgentRow.created_at,
        "seen": AgentRow.last_seen_at,
    },
)


def _records() -> AnySelect:
    return select(
        AgentRow.id,
        AgentRow.login,
        AgentRow.name,
        AgentRow.language,
        AgentRow.photo,
        AgentRow.capacity,
        AgentRow.disabled_at,
        AgentRow.created_at,
        AgentRow.last_seen_at,
        RoleRow.id.label("role_id"),
        RoleRow.name.label("role_name"),
        RoleRow.permissions,
    ).join(RoleRow, RoleRow.id == AgentRow.role_id)


def page_records(
    tx: Tx,
    wanted: Wanted,
    *,
    words: str = "",
    team_id: int | None = None,
    disabled: bool | None = None,
    logins: bool = True,
) -> tuple[list[AgentRecord], Page]:
    """A page of accounts. ``words``: parts of the name, or of the login where ``logins``; ``team_id``: members of a
    team only; ``disabled``: those who may not work, or may (None: all)."""
    query = _records()
    for word in words.split():
        hit = AgentRow.name.icontains(word, autoescape=True)
        query = query.where(hit | AgentRow.login.contains(word.casefold(), autoescape=True) if logins else hit)
    if disabled is not None:
        query = query.where(AgentRow.disabled_at.is_not(None) if disabled else AgentRow.disabled_at.is_(None))
    if team_id is not None:
        members = select(TeamMemberRow.agent_id).where(TeamMemberRow.team_id == team_id)
        query = query.where(AgentRow.id.in_(members))
    page = AGENTS.page(tx, query, wanted)
    return _complete(tx, page.rows), page


def find_record(tx: Tx, agent_id: int) -> AgentRecord | None:
    """One account."""
    return next(iter(_complete(tx, tx.execute(_records().where(AgentRow.id == agent_id)).all())), None)


def _complete(tx: Tx, rows: Collection[AnyRow]) -> list[AgentRecord]:
    ids = [row.id for row in rows]
    exceptions = list_exceptions(tx, ids)
    teams: dict[int, list[int]] = {}
    members = select(TeamMemberRow.agent_id, TeamMemberRow.team_id).where(TeamMemberRow.agent_id.in_(ids))
    for member in tx.execute(members.order_by(TeamMemberRow.team_id)):
        teams.setdefault(member.agent_id, []).append(member.team_id)
    return [
        AgentRecord(
            row.id,
            row.login,
            row.name,
            Role(row.role_id, row.role_name, frozenset(row.permissions)),
            row.language,
            row.photo,
            row.capacity,
            row.disabled_at,
            row.created_at,
            row.last_seen_at,
            exceptions.get(row.id, Exceptions()),
            tuple(teams.get(row.id, ())),
        )
        for row in rows
    ]


def change_agent(tx: Tx, agent_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of an agent."""
    if values:
        tx.execute(update(AgentRow).where(AgentRow.id == agent_id).values(**values))


def set_teams(tx: Tx, agent_id: int, team_ids: Iterable[int]) -> None:
    """A member of exactly these teams."""
    tx.execute(delete(TeamMemberRow).where(TeamMemberRow.agent_id == agent_id))
    rows = [{"agent_id": agent_id, "team_id": team_id} for team_id in sorted(set(team_ids))]
    if rows:
        tx.execute(insert(TeamMemberRow), rows)


def list_team_names(tx: Tx, team_ids: Collection[int]) -> dict[int, str]:
    """Names of those of the teams that there are."""
    rows = tx.execute(select(TeamRow.id, TeamRow.name).where(TeamRow.id.in_(team_ids)).order_by(TeamRow.id))
    return {row.id: row.name for row in rows}


def count_owners(tx: Tx) -> int:
    """How many owners may work."""
    owners = select(func.count()).select_from(AgentRow).join(RoleRow, RoleRow.id == AgentRow.role_id)
    return tx.scalar(owners.where(RoleRow.name == OWNER, AgentRow.disabled_at.is_(None))) or 0


def revoke_sessions(tx: Tx, agent_id: int, at: datetime, keep: int | None = None) -> list[int]:
    """Ends an agent's sessions that still hold, but one; returns their ids."""
    mine = (AgentSessionRow.agent_id == agent_id, AgentSessionRow.revoked_at.is_(None), AgentSessionRow.expires_at > at)
    ids = [one for one in tx.scalars(select(AgentSessionRow.id).where(*mine)) if one != keep]
    tx.execute(update(AgentSessionRow).where(AgentSessionRow.id.in_(ids)).values(revoked_at=at))
    return ids
