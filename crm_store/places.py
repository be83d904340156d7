"""Questions about teams and branches."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update

from crm_store import Tx
from crm_store.cards import Named
from crm_store.models import AgentRow, BranchRow, ConversationRow, InboxRow, TeamMemberRow, TeamRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_members = (
    select(func.count()).select_from(TeamMemberRow).where(TeamMemberRow.team_id == TeamRow.id).correlate(TeamRow)
).scalar_subquery()
TEAMS: Final = Listing(
    "teams",
    TeamRow.id,
    {
        "id": Sort(TeamRow.id, unique=True, nullable=False),
        "name": Sort(ordered(TeamRow.name)),
        "branch": Sort(ordered(BranchRow.name)),
        "agents": Sort(_members, nullable=False),
        "archived_at": Sort(TeamRow.archived_at),
    },
    default="id",
    descending=False,
    filters={"name": Holds(TeamRow.name), "branch": TeamRow.branch_id, "archived": TeamRow.archived_at.is_not(None)},
)
_TEXTS: Final = ("name", "timezone", "country", "language", "city", "address", "phone")
BRANCHES: Final = Listing(
    "branches",
    BranchRow.id,
    {
        "id": Sort(BranchRow.id, unique=True, nullable=False),
        **{name: Sort(ordered(getattr(BranchRow, name))) for name in _TEXTS},
        "archived_at": Sort(BranchRow.archived_at),
    },
    default="id",
    descending=False,
    filters={
        "name": Holds(BranchRow.name),
        "city": Holds(BranchRow.city),
        "address": Holds(BranchRow.address),
        "phone": Holds(BranchRow.phone),
        **{name: getattr(BranchRow, name) for name in ("timezone", "country", "language")},
        "archived": BranchRow.archived_at.is_not(None),
    },
)


def _teams() -> AnySelect:
    return select(
        *TeamRow.__table__.c, BranchRow.name.label("branch_name"), BranchRow.archived_at.label("branch_archived_at")
    ).outerjoin(BranchRow, BranchRow.id == TeamRow.branch_id)


def page_teams(tx: Tx, wanted: Wanted) -> Page:
    """A page of teams with ``branch_name``."""
    return TEAMS.page(tx, _teams(), wanted)


def page_branches(tx: Tx, wanted: Wanted) -> Page:
    """A page of branches, as rows of the table."""
    return BRANCHES.page(tx, select(*BranchRow.__table__.c), wanted)


def find_team(tx: Tx, team_id: int) -> AnyRow | None:
    """A team with ``branch_name``, archived or not."""
    return tx.execute(_teams().where(TeamRow.id == team_id)).one_or_none()


def find_branch(tx: Tx, branch_id: int) -> AnyRow | None:
    """A branch, archived or not."""
    return tx.execute(select(*BranchRow.__table__.c).where(BranchRow.id == branch_id)).one_or_none()


def list_branches(tx: Tx) -> list[AnyRow]:
    """The branches that are not closed, the oldest first."""
    live = select(*BranchRow.__table__.c).where(BranchRow.archived_at.is_(None))
    return list(tx.execute(live.order_by(BranchRow.id)))


def list_members(tx: Tx, team_ids: Collection[int]) -> dict[int, list[Named]]:
    """Who belongs to each of these teams and may work, by id."""
    members = (
        select(TeamMemberRow.team_id, AgentRow.id, AgentRow.name)
        .join(AgentRow, AgentRow.id == TeamMemberRow.agent_id)
        .where(TeamMemberRow.team_id.in_(team_ids), AgentRow.disabled_at.is_(None))
    )
    found: dict[int, list[Named]] = {}
    for row in tx.execute(members.order_by(AgentRow.id)):
        found.setdefault(row.team_id, []).append(Named(row.id, row.name))
    return found


def insert_place(tx: Tx, table: type[TeamRow | BranchRow], values: Mapping[str, object]) -> int:
    """Adds a team or a branch; returns its id."""
    of: Any = table
    return int(tx.execute(insert(of).values(**values).returning(of.id)).scalar_one())


def change_place(tx: Tx, table: type[TeamRow | BranchRow], row_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of a team or a branch."""
    if values:
        tx.execute(update(table).where(table.id == row_id).values(**values))


def set_members(tx: Tx, team_id: int, agent_ids: Iterable[int]) -> set[int]:
    """Makes exactly these agents the members of those who may work; returns those who came or went."""
    before = {one.id for one in list_members(tx, [team_id]).get(team_id, [])}
    after = set(agent_ids)
    left = TeamMemberRow.agent_id.in_(before - after)
    tx.execute(delete(TeamMemberRow).where(TeamMemberRow.team_id == team_id, left))
    if after - before:
        tx.execute(insert(TeamMemberRow), [{"team_id": team_id, "agent_id": one} for one in sorted(after - before)])
    return before ^ after


def count_working(tx: Tx, agent_ids: Collection[int]) -> int:
    """How many of these agents there are and may work."""
    working = select(func.count()).select_from(AgentRow).where(AgentRow.id.in_(agent_ids))
    return tx.scalar(working.where(AgentRow.disabled_at.is_(None))) or 0


def list_live_names(tx: Tx, table: type[TeamRow | BranchRow]) -> list[Named]:
    """Teams or branches that are not archived."""
    of: Any = table
    return [Named(row.id, row.name) for row in tx.execute(select(of.id, of.name).where(of.archived_at.is_(None)))]


def count_talks_of_team(tx: Tx, team_id: int) -> int:
    """How many unresolved conversations a team has."""
    talks = select(func.count()).select_from(ConversationRow)
    return tx.scalar(talks.where(ConversationRow.team_id == team_id, ConversationRow.status != "resolved")) or 0


def count_inboxes(tx: Tx, *, team_id: int | None = None, branch_id: int | None = None) -> int:
    """How many inboxes lead to a team, or to a branch."""
    which = InboxRow.team_id == team_id if branch_id is None else InboxRow.branch_id == branch_id
    return tx.scalar(select(func.count()).select_from(InboxRow).where(which)) or 0


def count_teams_of_branch(tx: Tx, branch_id: int) -> int:
    """How many teams of a branch work."""
    teams = select(func.count()).select_from(TeamRow)
    return tx.scalar(teams.where(TeamRow.branch_id == branch_id, TeamRow.archived_at.is_(None))) or 0
