"""Which times are free: what was asked for, or the nearest to it, and why not just then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from routing.flows import times
from routing.flows.booking.ports import Asked, Booking, Start
from routing.flows.booking.wanted import (
    ANY,
    EARLIEST,
    ORDER,
    PROVIDER,
    SEATS,
    SERVICES,
    START,
    VISIT,
    Window,
    asked_of,
    booking_of,
    day_slot,
    dump_start,
    provider_of,
    say_date,
    say_wall,
    window_of,
)

if TYPE_CHECKING:
    from routing.flows.turn import Turn

SOUGHT, HELD, TAKEN = "sought", "held", "taken"
WHEN, WALL, PRICE = "when", "wall", "price"
"""Slots: what is kept for him, in words; ``wall``: as ``YYYY-MM-DD HH:MM``."""
_DAYS_AHEAD: Final = timedelta(days=14)
_DAY: Final = timedelta(days=1)
_DAYS_BEFORE: Final = timedelta(days=3)
_DAYS_MOST: Final = 31
_NEAREST: Final = 6
_FREE_DAYS: Final = 6
_TIMES_MOST: Final = 40
_TIMES_FEW: Final = 14
_OF_A_DAY: Final = 4
"""So many times of each day where several days are meant."""


class Found(NamedTuple):
    """What is said, and the times that may be chosen."""

    text: str
    starts: Sequence[Start]
    days: bool
    """Whether they are of several days."""


def search(turn: "Turn") -> Mapping[str, str]:
    """Chooses what was asked for where it is free; forgets what was chosen for another wish."""
    slots, booking = turn.slots, booking_of(turn)
    sought = " ".join(slots.get(one, "") for one in (SERVICES, PROVIDER, times.SLOT, VISIT, SEATS, ORDER))
    if slots.get(SOUGHT) not in (None, sought):
        forget_start(turn)
        slots.pop(TAKEN, None)
    window = window_of(slots, booking)
    if window is None and turn.state.place is not None and slots.get(START) is None:
        times.clear_time(turn.state.place)
        turn.say(turn.text("again.time"))
        return {}
    if window is not None and slots.get(START) is None and TAKEN not in slots and (window.exact or window.earliest):
        found = _first(booking, asked_of(turn), window)
        if found is not None:
            slots[START] = dump_start(found)
    return {SOUGHT: sought}


def forget_start(turn: "Turn") -> None:
    """The chosen time is nobody's again."""
    if turn.slots.pop(HELD, None) is not None:
        booking_of(turn).let_go()
    for slot in (START, WHEN, WALL, PRICE):
        turn.slots.pop(slot, None)


def _first(booking: Booking, asked: Asked, window: Window) -> Start | None:
    if window.earliest:
        return next((one for one in _from(booking, asked, window.first, 1) if one.wall < window.last), None)
    if window.first < booking.now or window.first.date() > booking.horizon:
        return None
    day = window.first.date()
    return next((one for one in booking.starts(asked, day, day) if one.wall == window.first), None)


def _from(booking: Booking, asked: Asked, wall: datetime, most: int) -> list[Start]:
    """The first free times from a moment on."""
    day, found = max(wall, booking.now).date(), list[Start]()
    while day <= booking.horizon and len(found) < most:
        last = min(day + _DAYS_AHEAD, booking.horizon)
        found += [one for one in booking.starts(asked, day, last) if one.wall >= wall]
        day = last + timedelta(days=1)
    return found[:most]


def _near(booking: Booking, asked: Asked, wall: datetime) -> list[Start]:
    """The free times that are nearest to a moment, in their order; where there are none near, the first after it. Those
    of the days about it are mostly enough, and then no others are looked for."""
    found: list[Start] = []
    for before, ahead in ((_DAY, _DAY), (_DAYS_BEFORE, _DAYS_AHEAD)):
        first = max((wall - before).date(), booking.now.date())
        last = min((wall + ahead).date(), booking.horizon)
        found = list(booking.starts(asked, first, last)) if first <= last else []
        found.sort(key=lambda one: (abs(one.wall - wall), one.wall))
        del found[_NEAREST:]
        if len(found) == _NEAREST and abs(found[-1].wall - wall) <= before:
            break
    return sorted(found, key=lambda one: one.wall) or _from(booking, asked, booking.now, _NEAREST)


def look(turn: "Turn") -> Found:
    """The times to choose from, and what is said of them."""
    booking, asked, language = booking_of(turn), asked_of(turn), turn.state.language
    window = window_of(turn.slots, booking) or Window(booking.now, booking.now, earliest=True)
    around = window.first
    if TAKEN in turn.slots:
        chosen = _moment(turn.slots[TAKEN])
        around = chosen or around
        text = turn.text("booking.taken")
    elif window.earliest and not window.dated:
        text = ""
    elif (window.first if window.exact else window.last) <= booking.now:
        text, around = turn.text("booking.past"), booking.now
    elif window.first.date() > booking.horizon:
        last = datetime.combine(booking.horizon, window.first.time())
        text, around = turn.text("booking.too_far", day=say_date(turn, booking.horizon)), last
    else:
        within = _within(booking, asked, window)
        if within:
            days = within[0].wall.date() != within[-1].wall.date()
            said = capital(say_date(turn, within[0].wall.date()))
            return Found(turn.text("booking.choose" if days else "booking.times", day=said), within, days)
        day = max(window.first, booking.now).date()
        said = capital(say_wall(turn, window.first) if window.exact else say_date(turn, day))
        why = booking.why(asked, day, language)
        if window.exact and not why:
            why = booking.why_then(asked, window.first, language)
        text = turn.text("booking.not_free_why" if why else "booking.not_free", when=said, why=why)
    near = _near(booking, asked, around)
    nearest = turn.text("booking.nearest" if near else "booking.none_free")
    return Found("\n".join(filter(None, [text, nearest])), near, days=True)


def capital(text: str) -> str:
    """With a capital; Georgian has none within a text."""
    return text if "ა" <= text[:1] <= "ჿ" else text[:1].upper() + text[1:]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _within(booking: Booking, asked: Asked, window: Window) -> list[Start]:
    first = max(window.first.date(), booking.now.date())
    last = min((window.last - timedelta(minutes=1)).date(), booking.horizon, first + timedelta(days=_DAYS_MOST - 1))
    if window.exact or first > last:
        return []
    found = [one for one in booking.starts(asked, first, last) if window.first <= one.wall < window.last]
    if first == last:
        return _thin(found)[:_TIMES_MOST]
    of_days = [list(some) for _, some in groupby(found, key=lambda one: one.wall.date())]
    return [one for some in of_days for one in some[:: -(-len(some) // _OF_A_DAY)]][:_TIMES_MOST]


def _thin(starts: list[Start]) -> list[Start]:
    """Of many times of a day those at half hours, of still more those at full ones; any other may be written."""
    for every in (30, 60):
        if len(starts) > _TIMES_FEW:
            starts = [one for one in starts if one.wall.minute % every == 0] or starts
    return starts


# --- what may be pressed ----------------------------------------------------------------------------------------------


def start_options(turn: "Turn") -> list[tuple[str, str]]:
    """The times, and ways out."""
    place = turn.state.place
    flow = "" if place is None else place.flow
    found = look(turn)
    shown = [
        (f"&{flow}:at={dump_start(one)}", say_wall(turn, one.wall) if found.days else f"{one.wall:%H:%M}")
        for one in found.starts
    ]
    ways = [(f"&{flow}:time=", turn.text("press.other_day"))]
    if provider_of(turn) is not None:
        ways.append((f"&{flow}:staff={ANY}", turn.text("press.anybody")))
    if booking_of(turn).may_wait() and flow == "book" and (found.days or not found.starts):
        ways.append((f"&{flow}:wait=", turn.text("press.wait")))
    return shown + ways


def day_options(turn: "Turn") -> list[tuple[str, str]]:
    """The earliest time, and the next days that have any."""
    place = turn.state.place
    flow = "" if place is None else place.flow
    booking = booking_of(turn)
    last = min(booking.now.date() + _DAYS_AHEAD, booking.horizon)
    starts = booking.starts(asked_of(turn), booking.now.date(), last)
    days = sorted({one.wall.date() for one in starts})[:_FREE_DAYS]
    earliest = [(f"&{flow}:time={EARLIEST}", turn.text("press.earliest"))] if days else []
    return earliest + [(f"&{flow}:time={day_slot(day)}", say_date(turn, day)) for day in days]
