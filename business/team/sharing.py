"""How a team shares its conversations out, and what each agent can take, as an administrator sets it."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Final

from business.team import rights
from business.team.deeds import record_deed
from conversation.errors import Rejected
from conversation.events import Event, HoursChanged
from conversation.messages import Agent
from crm_store import Tx, access, agents, sharing
from crm_store.engine import Store

GROUP: Final = "barev.assignment"
"""The group of entry points by which packages offer policies of their own."""
BUILT_IN: Final = ("balanced", "experienced_first", "juniors_first", "round_robin", "manual")
OF_TEAMS, OF_AGENTS = "teams.manage", "agents.manage"
"""The permissions to change how teams share out, and what agents can take."""


def list_policies() -> list[str]:
    """The names of the policies that a team may have: Barev's own, then those of installed packages."""
    return [*BUILT_IN, *sorted({entry.name for entry in entry_points(group=GROUP)} - set(BUILT_IN))]


class Sharing:
    """Reads and changes these settings. ``publish`` is told after the commit."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def find_team(self, team_id: int) -> Mapping[str, object]:
        """A team's settings. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _team(tx, team_id))

    async def find_agent(self, agent_id: int) -> Mapping[str, object]:
        """An agent's. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _agent(tx, agent_id))

    async def list_skills(self) -> list[str]:
        """All skills that somebody has."""
        return await self._store.read(sharing.list_skills)

    async def change_team(
        self, actor: Agent, team_id: int, values: Mapping[str, object], remote: str
    ) -> Mapping[str, object]:
        """Sets what is given. Raises Rejected invalid, forbidden, not_found."""

        def write(tx: Tx) -> Mapping[str, object]:
            doer = rights.require_now(tx, actor, OF_TEAMS)
            before = _team(tx, team_id)
            if values.get("policy", "balanced") not in list_policies():
                raise Rejected("invalid", "error.field_wrong", field="policy")
            for name in ("escalate_team_id", "fallback_team_id"):
                _check_other_team(tx, name, team_id, values.get(name))
            if values:
                sharing.change_team(tx, team_id, values)
            after = _team(tx, team_id)
            _record(tx, doer, "team", team_id, before, after, remote)
            return after

        return await self._store.writer.run(write, lambda _after: self._publish(HoursChanged()))

    async def change_agent(
        self, actor: Agent, agent_id: int, values: Mapping[str, object], remote: str
    ) -> Mapping[str, object]:
        """Sets what is given. Raises Rejected invalid, forbidden, not_found."""

        def write(tx: Tx) -> Mapping[str, object]:
            doer = rights.require_now(tx, actor, OF_AGENTS)
            target = access.find_record(tx, agent_id)
            if target is None:
                raise Rejected("not_found", "error.agent_not_found")
            if agent_id != doer.id:
                rights.require_not_above(doer, target)
            before = _agent(tx, agent_id)
            if values:
                sharing.change_agent(tx, agent_id, values)
            after = _agent(tx, agent_id)
            _record(tx, doer, "agent", agent_id, before, after, remote)
            return after

        return await self._store.writer.run(write, lambda _after: self._publish(HoursChanged()))


def _team(tx: Tx, team_id: int) -> Mapping[str, object]:
    found = sharing.find_team(tx, team_id)
    if found is None:
        raise Rejected("not_found", "error.team_not_found")
    return found


def _agent(tx: Tx, agent_id: int) -> Mapping[str, object]:
    found = sharing.find_agent(tx, agent_id)
    if found is None:
        raise Rejected("not_found", "error.agent_not_found")
    return found


def _check_other_team(tx: Tx, name: str, team_id: int, other: object) -> None:
    if other is None:
        return
    if other == team_id:
        raise Rejected("invalid", "hours.other_team", field=name)
    if all(team.id != other for team in agents.list_teams(tx)):
        raise Rejected("not_found", "error.team_not_found", field=name)


def _record(
    tx: Tx,
    doer: Agent,
    entity: str,
    entity_id: int,
    before: Mapping[str, object],
    after: Mapping[str, object],
    remote: str,
) -> None:
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        was, now = ({name: state[name] for name in changed} for state in (before, after))
        record_deed(tx, doer, f"{entity}.changed", entity, entity_id, before=was, after=now, remote=remote)
