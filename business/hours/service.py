"""Working hours as people read and change them: what is set, what holds, and what is off in a year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from business.hours.calendar import Calendar, Layer, load_calendar
from business.hours.holidays_of import holidays_of
from business.hours.schedule import Schedule, closes_at, opens_at
from business.hours.week import show_exceptions, show_weekly
from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event, HoursChanged
from conversation.messages import Agent, Language
from crm_store import Tx, working_hours
from crm_store.engine import Store
from crm_store.working_hours import Kept, Owner, OwnerKind

PERMISSIONS: Final[dict[OwnerKind, str]] = {
    "firm": "settings.edit",
    "branch": "teams.manage",
    "team": "teams.manage",
    "agent": "agents.manage",
}
"""Who may set whose hours: he who may change the owner itself."""


@dataclass(frozen=True, slots=True)
class State:
    """What holds at this moment; the times are aware UTC, None where not in sight."""

    open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True)
class Shown:
    """``own``: what is set for the owner; ``schedule``: what holds, ``weekly_from`` and ``holidays_from`` by whose
    setting (None: nobody set it)."""

    owner: Owner
    own: Kept
    schedule: Schedule
    country: str
    weekly_from: Owner | None
    holidays_from: Owner | None
    state: State


@dataclass(frozen=True, slots=True)
class DayOff:
    """A public holiday; ``worked``: it is a working day all the same, by the hours that are set."""

    date: date
    name: str
    worked: bool


class Hours:
    """Reads and changes them. ``publish`` is told after the commit."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def find(self, owner: Owner) -> Shown:
        """The hours of one of them. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _show(tx, owner))

    async def state(self, owner: Owner) -> State:
        """Whether one of them works now. Raises Rejected not_found."""
        return (await self.find(owner)).state

    async def change(self, actor: Agent, owner: Owner, wished: Kept, remote: str) -> Shown:
        """Sets all of an owner's hours; what is None is as the wider one has it. Raises Rejected invalid, forbidden,
        not_found."""
        layer = Layer.of(wished)
        weekly = None if layer.weekly is None else show_weekly(layer.weekly)
        kept = Kept(weekly, show_exceptions(layer.exceptions) or None, layer.holidays)

        def write(tx: Tx) -> Shown:
            doer = rights.require_now(tx, actor, PERMISSIONS[owner.kind])
            _require(tx, owner)
            before = working_hours.list_all(tx).get(owner, Kept(None, None, None))
            if before != kept:
                working_hours.put(tx, owner, kept, clock.now())
                was, now = working_hours.plain(before), working_hours.plain(kept)
                changed = [name for name in now if now[name] != was[name]]
                told = ({name: state[name] for name in changed} for state in (was, now))
                old, new = told
                record_deed(tx, doer, "hours.changed", owner.kind, owner.id, before=old, after=new, remote=remote)
            return _show(tx, owner)

        return await self._store.writer.run(write, lambda _shown: self._publish(HoursChanged()))

    async def holidays(self, owner: Owner, year: int, language: Language) -> tuple[str, list[DayOff]]:
        """The country of one of them, and its public holidays of a year. Raises Rejected not_found."""
        shown = await self.find(owner)
        named = holidays_of(shown.country, year, language)
        return shown.country, [DayOff(day, name, bool(shown.schedule.hours_of(day))) for day, name in named.items()]


def _require(tx: Tx, owner: Owner) -> None:
    if not working_hours.exists(tx, owner):
        raise Rejected("not_found", f"error.{owner.kind}_not_found")


def _show(tx: Tx, owner: Owner) -> Shown:
    _require(tx, owner)
    calendar, now = load_calendar(tx), clock.now()
    own = working_hours.list_all(tx).get(owner, Kept(None, None, None))
    (owners, branch_id), *_ = calendar.lines(owner)
    schedules = calendar.schedules(owner)
    state = State(
        any(one.is_open(now) for one in schedules),
        opens_at(schedules, now),
        closes_at(schedules, now),
        schedules[0].zone.key,
    )
    return Shown(
        owner,
        own,
        schedules[0],
        calendar.place(branch_id).country,
        _setter(calendar, owners, lambda layer: layer.weekly is not None),
        _setter(calendar, owners, lambda layer: layer.holidays is not None),
        state,
    )


def _setter(calendar: Calendar, owners: tuple[Owner, ...], sets: Callable[[Layer], bool]) -> Owner | None:
    return next((one for one in owners if one in calendar.layers and sets(calendar.layers[one])), None)
