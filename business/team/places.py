"""Teams and branches as an administrator changes them: every change is audited, and told to open windows at once.

A team or a branch is never deleted, for conversations of the past belong to it: it is archived, and may be brought
back. What is archived takes nothing new; what still has work to do is not archived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.events import AgentChanged
from conversation.messages import Agent
from crm_store import Tx, agents, places
from crm_store.cards import Named
from crm_store.engine import Store
from crm_store.models import BranchRow, TeamRow
from crm_store.rows import AnyRow

_PERMISSION = "teams.manage"
_MOST = 500
"""So many teams, and so many branches, a business has at most."""


@dataclass(frozen=True, slots=True)
class TeamWish:
    """What is to be set of a team; what is not named in ``values`` (name, branch_id) or None stays as it is."""

    values: Mapping[str, object] = field(default_factory=dict)
    agent_ids: tuple[int, ...] | None = None
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class BranchWish:
    """What is to be set of a branch; ``values``: name, timezone, country, language, city, address, phone."""

    values: Mapping[str, object] = field(default_factory=dict)
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its members who may work."""

    row: AnyRow
    members: list[Named]


@dataclass(frozen=True, slots=True)
class _Changed:
    team: Team
    concerned: list[Agent]


def name_place(tx: Tx, branch_id: int | None, firm: str) -> dict[str, str]:
    """What texts for customers may name of a branch: ``firm``, ``phone``, ``address`` and ``city``; empty ones are not
    known. ``firm``: the business's name, said where there is no branch."""
    branch = None if branch_id is None else places.find_branch(tx, branch_id)
    if branch is None:
        return {"firm": firm, "phone": "", "address": "", "city": ""}
    return {
        "firm": str(branch.name),
        "phone": str(branch.phone or ""),
        "address": str(branch.address),
        "city": str(branch.city),
    }


class Places:
    """Adds, changes and archives teams and branches. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def find_team(self, team_id: int) -> Team:
        """One team. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require_team(tx, team_id))

    async def find_branch(self, branch_id: int) -> AnyRow:
        """One branch. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require_branch(tx, branch_id))

    async def add_team(self, actor: Agent, wish: TeamWish, remote: str, kept: Kept[Team] = plainly) -> Team:
        """A new team with a name."""

        def add(tx: Tx) -> Team:
            doer = rights.require_now(tx, actor, _PERMISSION)
            _check_name(tx, TeamRow, wish.values, None)
            _check_branch(tx, wish.values)
            team_id = places.insert_place(tx, TeamRow, wish.values)
            _set_members(tx, team_id, wish)
            team = _require_team(tx, team_id)
            record_deed(tx, doer, "team.added", "team", team_id, after=_shown_team(team), remote=remote)
            return team

        def write(tx: Tx) -> _Changed:
            team = kept(tx, add)
            return _Changed(team, _find_agents(tx, {one.id for one in team.members}))

        return (await self._store.writer.run(write, self._tell)).team

    async def change_team(self, actor: Agent, team_id: int, wish: TeamWish, remote: str) -> Team:
        """Sets what is wished; members see the conversations of their team at once, and those who left no more."""

        def write(tx: Tx) -> _Changed:
            doer = rights.require_now(tx, actor, _PERMISSION)
            before = _require_team(tx, team_id)
            _check_name(tx, TeamRow, wish.values, team_id)
            _check_branch(tx, wish.values)
            archived = _archive(wish.archived, before.row)
            if archived.get("archived_at") is not None:
                _check_team_idle(tx, team_id)
            elif archived:
                _check_name(tx, TeamRow, {"name": before.row.name, **wish.values}, team_id)
                _check_branch(tx, {"branch_id": before.row.branch_id, **wish.values})
            places.change_place(tx, TeamRow, team_id, {**wish.values, **archived})
            moved = _set_members(tx, team_id, wish)
            after = _require_team(tx, team_id)
            _record(tx, doer, "team", team_id, _shown_team(before), _shown_team(after), remote)
            if _shown_team(before) != _shown_team(after):
                moved |= {one.id for one in after.members}
            return _Changed(after, _find_agents(tx, moved))

        return (await self._store.writer.run(write, self._tell)).team

    async def add_branch(self, actor: Agent, wish: BranchWish, remote: str, kept: Kept[AnyRow] = plainly) -> AnyRow:
        """A new branch with a name, a time zone, a country and a language."""

        def write(tx: Tx) -> AnyRow:
            doer = rights.require_now(tx, actor, _PERMISSION)
            _check_name(tx, BranchRow, wish.values, None)
            _check_zone(wish.values)
            branch_id = places.insert_place(tx, BranchRow, wish.values)
            branch = _require_branch(tx, branch_id)
            record_deed(tx, doer, "branch.added", "branch", branch_id, after=_shown_branch(branch), remote=remote)
            return branch

        return await self._store.writer.run(lambda tx: kept(tx, write))

    async def change_branch(self, actor: Agent, branch_id: int, wish: BranchWish, remote: str) -> AnyRow:
        """Sets what is wished."""

        def write(tx: Tx) -> AnyRow:
            doer = rights.require_now(tx, actor, _PERMISSION)
            before = _require_branch(tx, branch_id)
            _check_name(tx, BranchRow, wish.values, branch_id)
            _check_zone(wish.values)
            archived = _archive(wish.archived, before)
            if archived.get("archived_at") is not None:
                _check_branch_idle(tx, branch_id)
            elif archived:
                _check_name(tx, BranchRow, {"name": before.name, **wish.values}, branch_id)
            places.change_place(tx, BranchRow, branch_id, {**wish.values, **archived})
            after = _require_branch(tx, branch_id)
            _record(tx, doer, "branch", branch_id, _shown_branch(before), _shown_branch(after), remote)
            return after

        return await self._store.writer.run(write)

    def _tell(self, changed: _Changed) -> None:
        for agent in changed.concerned:
            self._publish(AgentChanged(agent))


def _archive(wished: bool | None, row: AnyRow) -> dict[str, object]:
    if wished is None or wished == (row.archived_at is not None):
        return {}
    return {"archived_at": clock.now() if wished else None}


def _set_members(tx: Tx, team_id: int, wish: TeamWish) -> set[int]:
    if wish.agent_ids is None:
        return set()
    if places.count_working(tx, wish.agent_ids) < len(set(wish.agent_ids)):
        raise Rejected("not_found", "error.agent_not_found", field="agent_ids")
    return places.set_members(tx, team_id, wish.agent_ids)


def _find_agents(tx: Tx, ids: set[int]) -> list[Agent]:
    found = [agents.find_agent(tx, one) for one in sorted(ids)]
    return [one for one in found if one is not None]


def _check_name(tx: Tx, table: type[TeamRow | BranchRow], values: Mapping[str, object], row_id: int | None) -> None:
    known = places.list_live_names(tx, table)
    if row_id is None and len(known) >= _MOST:
        raise Rejected("conflict", "access.places_enough")
    name = str(values.get("name", ""))
    if any(one.name.casefold() == name.casefold() and one.id != row_id for one in known):
        key = "access.team_name_taken" if table is TeamRow else "access.branch_name_taken"
        raise Rejected("conflict", key, name=name, field="name")


def _check_branch(tx: Tx, values: Mapping[str, object]) -> None:
    branch_id = values.get("branch_id")
    if isinstance(branch_id, int) and _require_branch(tx, branch_id).archived_at is not None:
        raise Rejected("conflict", "access.branch_archived", field="branch_id")


def _check_zone(values: Mapping[str, object]) -> None:
    if "timezone" in values and values["timezone"] not in available_timezones():
        raise Rejected("invalid", "access.zone_unknown", example="Asia/Yerevan", field="timezone")


def _check_team_idle(tx: Tx, team_id: int) -> None:
    if len(places.list_live_names(tx, TeamRow)) < 2:
        raise Rejected("conflict", "access.team_last")
    talks = places.count_talks_of_team(tx, team_id)
    if talks:
        raise Rejected("conflict", "access.team_busy", count=talks)
    if places.count_inboxes(tx, team_id=team_id):
        raise Rejected("conflict", "access.team_takes")


def _check_branch_idle(tx: Tx, branch_id: int) -> None:
    if len(places.list_live_names(tx, BranchRow)) < 2:
        raise Rejected("conflict", "access.branch_last")
    if places.count_teams_of_branch(tx, branch_id) or places.count_inboxes(tx, branch_id=branch_id):
        raise Rejected("conflict", "access.branch_busy")


def _require_team(tx: Tx, team_id: int) -> Team:
    row = places.find_team(tx, team_id)
    if row is None:
        raise Rejected("not_found", "error.team_not_found")
    return Team(row, places.list_members(tx, [team_id]).get(team_id, []))


def _require_branch(tx: Tx, branch_id: int) -> AnyRow:
    row = places.find_branch(tx, branch_id)
    if row is None:
        raise Rejected("not_found", "access.branch_not_found")
    return row


def _shown_team(team: Team) -> dict[str, object]:
    return {
        "name": team.row.name,
        "branch": team.row.branch_name,
        "members": [one.name for one in team.members],
        "archived": team.row.archived_at is not None,
    }


def _shown_branch(row: AnyRow) -> dict[str, object]:
    names = ("name", "timezone", "country", "language", "city", "address", "phone")
    return {**{name: getattr(row, name) for name in names}, "archived": row.archived_at is not None}


def _record(
    tx: Tx, doer: Agent, kind: str, row_id: int, before: dict[str, object], after: dict[str, object], remote: str
) -> None:
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    deed = "changed" if changed != ["archived"] else "archived" if after["archived"] else "brought_back"
    old, new = ({name: one[name] for name in changed} for one in (before, after))
    record_deed(tx, doer, f"{kind}.{deed}", kind, row_id, before=old, after=new, remote=remote)
