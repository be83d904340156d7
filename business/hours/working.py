"""Who works at one instant: the hours of the firm, its branches, teams and agents, laid over one another.

What is set for an agent goes before his team's, his team's before its branch's, the branch's before the firm's: the
week, the holidays' switch, and each day that differs, one by one. Nothing set anywhere: always open.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from business.hours.holidays_of import holidays_of
from business.hours.schedule import Schedule, far_from, next_open
from business.hours.week import ALWAYS, OtherDay, Weekly, parse_exceptions, parse_weekly
from crm_store import Tx, working_hours
from crm_store.working_hours import FIRM, Kept, Owner, Place

_NOWHERE: Final = Place("UTC", "")


@dataclass(frozen=True, slots=True)
class Layer:
    """What is set for one owner, read. None: as the wider one has it."""

    weekly: Weekly | None = None
    exceptions: dict[date, OtherDay] = field(default_factory=dict)
    holidays: bool | None = None

    @classmethod
    def of(cls, kept: Kept) -> "Layer":
        """Reads what is kept. Raises Rejected invalid."""
        weekly = None if kept.weekly is None else parse_weekly(kept.weekly)
        return cls(weekly, parse_exceptions(kept.exceptions or []), kept.holidays)


class Working:
    """What holds at one instant (``at``, aware UTC). Ids that nobody has are as the firm is."""

    def __init__(
        self,
        at: datetime,
        layers: dict[Owner, Layer],
        places: dict[int, Place],
        branches: dict[int, int | None],
        teams: dict[int, list[int]],
    ) -> None:
        self.at = at
        self._layers = layers
        self._places = places
        self._branches = branches
        self._teams = teams
        self._first = next(iter(places), None)
        self._known: dict[tuple[Owner, ...], Schedule] = {}

    # --- schedules --------------------------------------------------------------------------------------------------

    def _schedule(self, owners: tuple[Owner, ...], branch_id: int | None) -> Schedule:
        """The layers of owners, the most particular first, in the zone of a branch (None: of the firm's first)."""
        key = (*owners, Owner("branch", branch_id or 0))
        found = self._known.get(key)
        if found is None:
            self._known[key] = found = self._lay(owners, self.place(branch_id))
        return found

    def _lay(self, owners: tuple[Owner, ...], place: Place) -> Schedule:
        layers = [self._layers[owner] for owner in owners if owner in self._layers]
        exceptions: dict[date, OtherDay] = {}
        for layer in reversed(layers):
            exceptions.update(layer.exceptions)
        off = next((layer.holidays for layer in layers if layer.holidays is not None), False)
        return Schedule(
            ZoneInfo(place.timezone),
            next((layer.weekly for layer in layers if layer.weekly is not None), ALWAYS),
            exceptions,
            partial(holidays_of, place.country) if off and place.country else None,
        )

    def place(self, branch_id: int | None) -> Place:
        """The zone and country of a branch; of the firm's first one where there is no such."""
        first = None if self._first is None else self._places[self._first]
        return (self._places.get(branch_id) if branch_id is not None else None) or first or _NOWHERE

    def firm(self) -> Schedule:
        """The firm's own hours."""
        return self._schedule((FIRM,), None)

    def branch(self, branch_id: int) -> Schedule:
        """A branch's hours."""
        return self._schedule((Owner("branch", branch_id), FIRM), branch_id)

    def team(self, team_id: int | None) -> Schedule:
        """A team's hours; the firm's where there is none."""
        if team_id is None:
            return self.firm()
        return self._schedule(*self._line(team_id))

    def _line(self, team_id: int) -> tuple[tuple[Owner, ...], int | None]:
        branch_id = self._branches.get(team_id)
        over = () if branch_id is None else (Owner("branch", branch_id),)
        return (Owner("team", team_id), *over, FIRM), branch_id

    def agent(self, agent_id: int) -> list[Schedule]:
        """An agent's hours, one for each of his teams: he works where one of them does."""
        own = Owner("agent", agent_id)
        lines = [self._line(team_id) for team_id in self._teams.get(agent_id, ())] or [((FIRM,), None)]
        mine = (own,) if own in self._layers else ()
        schedules = [self._schedule((*mine, *line), branch_id) for line, branch_id in lines]
        return list({id(one): one for one in schedules}.values())

    # --- answers ----------------------------------------------------------------------------------------------------

    def team_open(self, team_id: int | None) -> bool:
        """Whether a team works now."""
        return self.team(team_id).is_open(self.at)

    def opens_at(self, team_id: int | None) -> datetime | None:
        """When a team works next: now where it does. None: not in sight."""
        return self._begins([self.team(team_id)])

    def closes_at(self, team_id: int | None) -> datetime | None:
        """When a team ends its present work. None: it does not work, or without an end in sight."""
        return self._ends([self.team(team_id)])

    def agent_on_shift(self, agent_id: int) -> bool:
        """Whether an agent works now."""
        return any(schedule.is_open(self.at) for schedule in self.agent(agent_id))

    def shift_begins_at(self, agent_id: int) -> datetime | None:
        """When an agent works next: now where he does. None: not in sight."""
        return self._begins(self.agent(agent_id))

    def shift_ends_at(self, agent_id: int) -> datetime | None:
        """When an agent's present shift ends. None: he has none, or one without an end in sight."""
        return self._ends(self.agent(agent_id))

    def _begins(self, schedules: list[Schedule]) -> datetime | None:
        if any(schedule.is_open(self.at) for schedule in schedules):
            return self.at
        found = next_open(schedules, self.at)
        return None if found is None else found.start

    def _ends(self, schedules: list[Schedule]) -> datetime | None:
        if any(schedule.always for schedule in schedules):
            return None
        found = next_open(schedules, self.at)
        if found is None or found.start > self.at or found.end > far_from(self.at):
            return None
        return found.end


def load_working(tx: Tx, at: datetime) -> Working:
    """What holds at an instant (aware UTC), to be asked as often as wanted in the transaction."""
    kept = working_hours.list_all(tx)
    if not kept:
        return Working(at, {}, working_hours.list_places(tx), {}, {})
    return Working(
        at,
        {owner: Layer.of(one) for owner, one in kept.items()},
        working_hours.list_places(tx),
        working_hours.list_team_branches(tx),
        working_hours.list_memberships(tx),
    )
