"""Who works at one instant: asked inside the transaction of a decision."""

from datetime import datetime

from business.hours.calendar import Calendar, load_calendar
from business.hours.schedule import Schedule, closes_at, opens_at
from crm_store import Tx
from crm_store.working_hours import FIRM, Owner


class Working:
    """What holds at one instant (``at``, aware UTC). A team of None: the firm."""

    def __init__(self, calendar: Calendar, at: datetime) -> None:
        self.calendar = calendar
        self.at = at

    def team_open(self, team_id: int | None) -> bool:
        """Whether a team works now."""
        return any(schedule.is_open(self.at) for schedule in self._team(team_id))

    def opens_at(self, team_id: int | None) -> datetime | None:
        """When a team works next: now where it does. None: not in sight."""
        return opens_at(self._team(team_id), self.at)

    def closes_at(self, team_id: int | None) -> datetime | None:
        """When a team ends its present work. None: it does not work, or without an end in sight."""
        return closes_at(self._team(team_id), self.at)

    def agent_on_shift(self, agent_id: int) -> bool:
        """Whether an agent works now."""
        return any(schedule.is_open(self.at) for schedule in self._agent(agent_id))

    def shift_begins_at(self, agent_id: int) -> datetime | None:
        """When an agent works next: now where he does. None: not in sight."""
        return opens_at(self._agent(agent_id), self.at)

    def shift_ends_at(self, agent_id: int) -> datetime | None:
        """When an agent's present shift ends. None: he has none, or one without an end in sight."""
        return closes_at(self._agent(agent_id), self.at)

    def _team(self, team_id: int | None) -> list[Schedule]:
        return self.calendar.schedules(FIRM if team_id is None else Owner("team", team_id))

    def _agent(self, agent_id: int) -> list[Schedule]:
        return self.calendar.schedules(Owner("agent", agent_id))


def load_working(tx: Tx, at: datetime) -> Working:
    """What holds at an instant (aware UTC), to be asked as often as wanted in the transaction."""
    return Working(load_calendar(tx), at)
