"""The hours of the firm, its branches, teams and agents, laid over one another.

What is set for an agent goes before his team's, his team's before its branch's, the branch's before the firm's: the
week, the holidays' switch, and each day that differs, one by one. Nothing set anywhere: always open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from business.hours.holidays_of import holidays_of
from business.hours.schedule import Schedule
from business.hours.week import ALWAYS, OtherDay, Weekly, parse_exceptions, parse_weekly
from conversation.reply_time import find_zone
from crm_store import Tx, working_hours
from crm_store.working_hours import FIRM, Kept, Owner, Place

_NOWHERE: Final = Place("UTC", "")
Line = tuple[tuple[Owner, ...], int | None]
"""Whose settings hold, the most particular first, and the branch whose zone it is (None: the firm's first)."""


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
        return cls(weekly, parse_exceptions(list(kept.exceptions or [])), kept.holidays)

    @classmethod
    def known(cls, kept: Kept) -> "Layer":
        """The same, read once: decisions ask for all of it again and again."""
        words = repr(kept)
        layer = _read.get(words)
        if layer is None:
            if len(_read) >= _MOST_READ:
                _read.clear()
            _read[words] = layer = cls.of(kept)
        return layer


_read: dict[str, Layer] = {}
_MOST_READ: Final = 2000


class Calendar:
    """All hours, at no instant in particular. Ids that nobody has are as the firm is."""

    def __init__(
        self,
        layers: Mapping[Owner, Layer],
        places: Mapping[int, Place],
        branches: Mapping[int, int | None],
        teams: Mapping[int, Sequence[int]],
    ) -> None:
        """``places`` of branches, the oldest first; ``branches`` of teams; ``teams`` of agents."""
        self.layers = layers
        self._places = places
        self._branches = branches
        self._teams = teams
        self._known: dict[Line, Schedule] = {}

    def place(self, branch_id: int | None) -> Place:
        """The zone and country of a branch; of the firm's first one where there is no such."""
        own = None if branch_id is None else self._places.get(branch_id)
        return own or next(iter(self._places.values()), _NOWHERE)

    def lines(self, owner: Owner) -> list[Line]:
        """Whose settings hold for one of them; several for an agent of several teams, who works where one of them
        does."""
        if owner.kind == "agent":
            teams = self._teams.get(owner.id, ())
            over = [line for team_id in teams for line in self.lines(Owner("team", team_id))]
            return [((owner, *line), branch_id) for line, branch_id in over or [((FIRM,), None)]]
        if owner.kind == "team":
            branch_id = self._branches.get(owner.id)
            branch = () if branch_id is None else (Owner("branch", branch_id),)
            return [((owner, *branch, FIRM), branch_id)]
        return [((owner, FIRM), owner.id) if owner.kind == "branch" else ((FIRM,), None)]

    def schedules(self, owner: Owner) -> list[Schedule]:
        """The hours of one of them."""
        found = [self._schedule(line) for line in self.lines(owner)]
        return found if len(found) == 1 else list({id(one): one for one in found}.values())

    def asked(self, team_id: int | None, branch_id: int | None) -> Schedule:
        """The hours of who is asked: of the team, else of the branch, else of the firm."""
        if team_id is not None:
            return self.schedules(Owner("team", team_id))[0]
        return self.schedules(FIRM if branch_id is None else Owner("branch", branch_id))[0]

    def holiday_countries(self) -> set[str]:
        """Whose public holidays somebody keeps."""
        if not any(layer.holidays for layer in self.layers.values()):
            return set()
        return {place.country for place in self._places.values() if place.country}

    def _schedule(self, line: Line) -> Schedule:
        owners = tuple(owner for owner in line[0] if owner in self.layers)
        found = self._known.get((owners, line[1]))
        if found is None:
            self._known[owners, line[1]] = found = self._lay(owners, self.place(line[1]))
        return found

    def _lay(self, owners: Sequence[Owner], place: Place) -> Schedule:
        layers = [self.layers[owner] for owner in owners]
        exceptions: dict[date, OtherDay] = {}
        for layer in reversed(layers):
            exceptions.update(layer.exceptions)
        off = next((layer.holidays for layer in layers if layer.holidays is not None), False)
        return Schedule(
            find_zone(place.timezone) or ZoneInfo("UTC"),  # of a place that was written by hand
            next((layer.weekly for layer in layers if layer.weekly is not None), ALWAYS),
            exceptions,
            partial(holidays_of, place.country) if off and place.country else None,
        )


def load_calendar(tx: Tx) -> Calendar:
    """All that is set."""
    layers = {owner: Layer.known(one) for owner, one in working_hours.list_all(tx).items()}
    teams = working_hours.list_memberships(tx) if layers else {}  # without hours everybody works, in whatever team
    return Calendar(layers, working_hours.list_places(tx), working_hours.list_team_branches(tx), teams)
