"""A time said by how far it is from another: from the visit that is moved, or from the hour that is spoken of."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from routing.flows import times
from routing.flows.booking.ports import Visit
from routing.flows.booking.seeking import WALL
from routing.flows.booking.wanted import START, booking_of, visit_of, window_of
from routing.flows.checks import with_moment
from routing.flows.ports import Entity, Shift

if TYPE_CHECKING:
    from routing.flows.turn import Turn

SHIFT, FROM, SHIFTED = "shift", "shift_from", "shifted"
"""Slots: how far, as minutes, days and months with what was said beside it (``60/0/0/d``: a day, ``h``: an hour); from
which hour of the wall, where that is not the visit's; a time that was made so, and from what."""
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?(?: – (\d{4}-\d\d-\d\d))?")
_MOVES: Final = "reschedule"
_WEEK: Final = timedelta(days=7)


def shift_of(turn: "Turn") -> Shift | None:
    """What a message says of how far, where there is a time from which that is: None else."""
    place, shift = turn.state.place, turn.heard.understood.shift
    if shift is None or place is None or turn.heard.choice is not None:
        return None
    if place.flow != _MOVES and (_from(turn) is None or (_is_same(shift) and not shift.beside)):
        return None
    hour = _hour(shift)
    return None if hour is not None and (_dated(hour) or not (shift.days or shift.months)) else shift


def hear_shift(turn: "Turn", shift: Shift, beside: list[Entity]) -> None:
    """Keeps how far, and what is named beside it, until it is known from what."""
    place, base = turn.state.place, _from(turn)
    if place is None:
        return
    if place.flow == _MOVES:
        beside = [one for one in beside if not _is_of_visit(turn, one)]
    if beside or not _is_same(shift):
        times.clear_time(place)
    mark = "h" if _hour(shift) is not None else "d" if beside else ""
    if beside:
        times.put_time(place, beside[-1])
    place.slots[SHIFT] = f"{shift.minutes}/{shift.days}/{shift.months}/{mark}"
    place.slots.pop(FROM, None)
    if base is not None:
        place.slots[FROM] = base


def forget_shift(turn: "Turn", found: list[Entity]) -> None:
    """A time that is said as such is that time; a day may still be one for the same hour."""
    hours = any(one.time is not None and one.time.grain in ("hour", "minute", "part") for one in found)
    if hours or not turn.slots.get(SHIFT, "").startswith("0/0/0/"):
        turn.slots.pop(SHIFT, None)


def apply_shift(turn: "Turn") -> Mapping[str, str]:
    """The time that is meant, where it is known from what; wall time, whatever the clocks do between."""
    place, said = turn.state.place, turn.slots.get(SHIFT)
    base = _base(turn, visit_of(turn))
    if place is None or not said or base is None:
        return {}
    minutes, days, months, mark = said.split("/")
    meant = _months_on(base, int(months)) + timedelta(days=int(days), minutes=int(minutes))
    same = said == "0/0/0/"
    named = times.split_readings(place.slots) or [place.slots.get(times.SLOT, "")] if mark or same else []
    found = [one for words in named if (match := _MOMENT.search(words)) for one in _on(match, meant, base, mark)]
    if same and not found:
        return {}  # another day is still to be told
    moments = [f"{one:%Y-%m-%d %H:%M}" for one in found or [meant]]
    times.clear_time(place)
    place.slots.pop(SHIFT)
    place.slots.pop(FROM, None)
    if len(moments) > 1:
        place.slots[times.SAID], place.slots[times.READINGS] = "", "|".join(moments)
        return {}
    slot = with_moment("", moments[0])
    return {times.SLOT: slot, SHIFTED: f"{slot}|{base.isoformat()}"}


def _is_of_visit(turn: "Turn", entity: Entity) -> bool:
    """Whether a day is that of a visit: it tells which is moved."""
    visits = [one for one in [visit_of(turn)] if one is not None] or booking_of(turn).visits(turn.state.language)
    day = None if entity.time is None or entity.time.grain != "day" else entity.time.start
    return any(one.wall.date() == day for one in visits)


def _is_same(shift: Shift) -> bool:
    return not (shift.minutes or shift.days or shift.months)


def _hour(shift: Shift) -> Entity | None:
    """The hour that is said beside it, if one is."""
    said = shift.beside[-1:]
    return next((one for one in said if one.time is not None and one.time.grain in ("hour", "minute", "part")), None)


def _dated(entity: Entity) -> bool:
    return entity.time is None or entity.time.dated


def _from(turn: "Turn") -> str | None:
    """The hour that is spoken of: one that is kept for him, or asked for; what was itself meant from another hour and
    is not to be had counts as that."""
    slots = turn.slots
    if slots.get(START) and slots.get(WALL):
        return slots[WALL]
    made, _, base = slots.get(SHIFTED, "").partition("|")
    if made and made == slots.get(times.SLOT):
        return base
    window = window_of(slots, booking_of(turn))
    return window.first.isoformat() if window is not None and window.exact else None


def _base(turn: "Turn", visit: Visit | None) -> datetime | None:
    said = turn.slots.get(FROM)
    if said:
        return datetime.fromisoformat(said)
    return None if visit is None else visit.wall


def _months_on(base: datetime, months: int) -> datetime:
    year, month = divmod(base.year * 12 + base.month - 1 + months, 12)
    return base.replace(year=year, month=month + 1, day=min(base.day, calendar.monthrange(year, month + 1)[1]))


def _on(match: re.Match[str], meant: datetime, base: datetime, mark: str) -> list[datetime]:
    """What is meant on a day that is named beside it, or of days of which one is the visit's weekday."""
    first = date.fromisoformat(match[1])
    last = date.fromisoformat(match[3]) if match[3] else first
    if mark == "h":
        return [datetime.combine(meant.date(), datetime.fromisoformat(f"{match[1]} {match[2]}").time())]
    if meant.date() != base.date():  # a week later, on Friday
        first = last = meant.date() + timedelta(days=first.weekday() - meant.weekday())
    days = [first + timedelta(days=one) for one in range(min((last - first).days, 31) + 1)]
    if len(days) > 1:
        days = [one for one in days if one.weekday() == meant.weekday()] or days
    if days == [base.date()] and last > first:
        days = [base.date() + _WEEK]
    return [datetime.combine(one, meant.time()) for one in days[:3]]
