"""Working hours as assignment asks for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from crm_store import Tx


class Working(Protocol):
    """What holds at one instant."""

    def team_open(self, team_id: int) -> bool:
        """Whether a team's hours say that it answers now."""

    def agent_on_shift(self, agent_id: int) -> bool:
        """Whether an agent's hours say that he works now."""

    def shift_ends_at(self, agent_id: int) -> datetime | None:
        """When the shift ends that he works now, aware UTC; None: he works none, or without end."""


class AlwaysOpen:
    """Where no hours are set."""

    def team_open(self, team_id: int) -> bool:
        """Always."""
        return True

    def agent_on_shift(self, agent_id: int) -> bool:
        """Always."""
        return True

    def shift_ends_at(self, agent_id: int) -> datetime | None:
        """Never."""
        return None


LoadWorking = Callable[[Tx, datetime], Working]


def always_open(_tx: Tx, _at: datetime) -> Working:
    """Everybody works at all times."""
    return AlwaysOpen()
