"""Questions about working hours: what is set, whose it is, and which zone and country it is said in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, delete, insert, select, update

from conversation.messages import Json, JsonObject
from crm_store import Tx
from crm_store.driving import fetch
from crm_store.models import AgentRow, BranchRow, TeamMemberRow, TeamRow, WorkingHoursRow

OwnerKind = Literal["firm", "branch", "team", "agent"]


class Owner(NamedTuple):
    """Whose hours. ``id`` is 0 for the firm."""

    kind: OwnerKind
    id: int


class Kept(NamedTuple):
    """Hours as they are kept; what is None is as the wider one has it."""

    weekly: JsonObject | None
    exceptions: list[JsonObject] | None
    holidays: bool | None


class Place(NamedTuple):
    """A branch's zone (IANA) and country (ISO 3166-1 alpha-2)."""

    timezone: str
    country: str


_PLACES = "SELECT id, timezone, country FROM branches ORDER BY id"
_TEAM_BRANCHES = "SELECT id, branch_id FROM teams"
FIRM = Owner("firm", 0)
_COLUMNS = {"branch": WorkingHoursRow.branch_id, "team": WorkingHoursRow.team_id, "agent": WorkingHoursRow.agent_id}
_TABLES = {"branch": BranchRow.id, "team": TeamRow.id, "agent": AgentRow.id}


def list_all(tx: Tx) -> dict[Owner, Kept]:
    """All that is set."""
    found: dict[Owner, Kept] = {}
    for row in tx.execute(select(*WorkingHoursRow.__table__.c)):
        owner = FIRM
        if row.branch_id is not None:
            owner = Owner("branch", row.branch_id)
        elif row.team_id is not None:
            owner = Owner("team", row.team_id)
        elif row.agent_id is not None:
            owner = Owner("agent", row.agent_id)
        found[owner] = Kept(row.weekly, row.exceptions, row.holidays)
    return found


def exists(tx: Tx, owner: Owner) -> bool:
    """Whether there is such a branch, team or agent."""
    if owner.kind == "firm":
        return True
    return tx.scalar(select(_TABLES[owner.kind]).where(_TABLES[owner.kind] == owner.id)) is not None


def _is(owner: Owner) -> list[ColumnElement[bool]]:
    return [column == owner.id if kind == owner.kind else column.is_(None) for kind, column in _COLUMNS.items()]


def put(tx: Tx, owner: Owner, kept: Kept, at: datetime) -> None:
    """Sets the hours of an owner that there is, over earlier ones, in the writer's transaction."""
    if kept == Kept(None, None, None):
        tx.execute(delete(WorkingHoursRow).where(*_is(owner)))
        return
    values: Mapping[str, object] = {**kept._asdict(), "updated_at": at}
    changed = tx.execute(update(WorkingHoursRow).where(*_is(owner)).values(**values))
    if not changed.rowcount:
        named = {} if owner.kind == "firm" else {f"{owner.kind}_id": owner.id}
        tx.execute(insert(WorkingHoursRow).values(**values, **named))


def list_places(tx: Tx) -> dict[int, Place]:
    """Branches by id, the oldest first."""
    return {row[0]: Place(row[1], row[2]) for row in fetch(tx, _PLACES, _PLACES)}


def find_phone(tx: Tx) -> str | None:
    """The phone at which the firm is called: of its oldest branch that has one."""
    called = (BranchRow.phone.is_not(None), BranchRow.phone != "", BranchRow.archived_at.is_(None))
    return tx.scalar(select(BranchRow.phone).where(*called).order_by(BranchRow.id).limit(1))


def list_team_branches(tx: Tx) -> dict[int, int | None]:
    """The branch of every team."""
    return {row[0]: row[1] for row in fetch(tx, _TEAM_BRANCHES, _TEAM_BRANCHES)}


def list_memberships(tx: Tx) -> dict[int, list[int]]:
    """The teams of every agent that is in one."""
    teams: dict[int, list[int]] = {}
    members = select(TeamMemberRow.agent_id, TeamMemberRow.team_id).order_by(TeamMemberRow.team_id)
    for row in tx.execute(members):
        teams.setdefault(row.agent_id, []).append(row.team_id)
    return teams


def plain(kept: Kept) -> dict[str, Json]:
    """As the audit log and the wire have it."""
    exceptions: list[Json] = list(kept.exceptions or [])
    return {"weekly": kept.weekly, "exceptions": exceptions, "holidays": kept.holidays}
