"""When answers are to be expected, known in memory so that every door may ask at any moment (the port ``ReplyTimes``).

What is known is read anew where something changed, here or in another process, and once a minute.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from business.hours.calendar import Calendar, load_calendar
from business.hours.holidays_of import load_holidays
from business.hours.places import name_zone
from business.hours.schedule import Schedule, closes_at, opens_at
from conversation import clock
from conversation.events import Event
from conversation.messages import Language
from conversation.reply_time import Expected
from crm_store import Tx, promises, working_hours
from crm_store.engine import Store
from crm_store.promises import Desk
from crm_store.working_hours import Owner
from routing.presence import LivePresence

log = logging.getLogger(__name__)
RENEW_S: Final = 60.0
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class _Known(NamedTuple):
    calendar: Calendar
    desks: Mapping[str, Desk]
    members: Mapping[int, Sequence[int]]


class _State(NamedTuple):
    """Of one schedule, until it turns. ``begins``: when work begins again; None: it is under way, or not in sight."""

    open: bool
    begins: datetime | None
    until: datetime


class HoursBook:
    """What is known of hours and of who is there. ``listener`` is told after every look."""

    def __init__(self, store: Store, presence: LivePresence) -> None:
        self._store = store
        self._presence = presence
        self._known = _Known(Calendar({}, {}, {}, {}), {}, {})
        self._states: dict[int, tuple[Schedule, _State]] = {}
        self._stale = True
        self._read_at = 0.0
        self.listener: Callable[[], None] = lambda: None

    # --- keeping it fresh -------------------------------------------------------------------------------------------

    def heard(self, _event: Event) -> None:
        """Something of it changed."""
        self._stale = True

    async def look(self) -> None:
        """Reads anew where that is due, and has the listener look what turned. Raises Unavailable."""
        now_s = asyncio.get_running_loop().time()
        if self._stale or now_s - self._read_at >= RENEW_S:
            self._stale = False
            try:
                await self.load()
            except BaseException:
                self._stale = True
                raise
            self._read_at = now_s
        self.listener()

    async def load(self) -> None:
        """Reads all of it, the holidays of its countries too."""

        def read(tx: Tx) -> _Known:
            return _Known(load_calendar(tx), promises.list_desks(tx), _members(tx))

        known = await self._store.read(read)
        countries = known.calendar.holiday_countries()
        if countries:
            await asyncio.to_thread(load_holidays, countries, clock.now().year)
        self._known = known
        self._states = {}

    # --- asking -----------------------------------------------------------------------------------------------------

    def inbox(self, key: str | None) -> str | None:
        """The inbox that is meant by a key: its own, else the first one."""
        desks = self._known.desks
        return key if key in desks else next(iter(desks), None)

    def expected(self, key: str | None) -> Expected:
        """What a visitor of an inbox may expect now."""
        desk = self._known.desks.get(self.inbox(key) or "", Desk(0, None, None))
        schedule = self._known.calendar.asked(desk.team_id, desk.branch_id)
        state = self._state(schedule)
        now = state.open and self._answers(desk.team_id)
        return Expected(now, state.begins, schedule.zone.key)

    def place(self, timezone: str, language: Language) -> str:
        """The city of a zone."""
        return name_zone(timezone, language)

    def is_open(self, team_id: int | None, moment: datetime) -> bool:
        """Whether a team (None: the firm) works, or worked, at a moment."""
        return self._known.calendar.asked(team_id, None).is_open(moment)

    def _answers(self, team_id: int | None) -> bool:
        """Whether somebody of a team is there and on shift; of anybody, where the team has no people."""
        here = self._presence.list_online()
        members = self._known.members.get(team_id or 0)
        if members is not None:
            here = [agent_id for agent_id in here if agent_id in members]
        now, calendar = clock.now(), self._known.calendar
        return any(
            schedule.is_open(now) for agent_id in here for schedule in calendar.schedules(Owner("agent", agent_id))
        )

    def _state(self, schedule: Schedule) -> _State:
        now = clock.now()
        kept = self._states.get(id(schedule))
        if kept is None or kept[1].until <= now:
            is_open = schedule.is_open(now)
            turns = closes_at([schedule], now) if is_open else opens_at([schedule], now)
            kept = schedule, _State(is_open, None if is_open else turns, turns or _NEVER)
            self._states[id(schedule)] = kept
        return kept[1]


def _members(tx: Tx) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for agent_id, teams in working_hours.list_memberships(tx).items():
        for team_id in teams:
            members.setdefault(team_id, []).append(agent_id)
    return members
