"""What the slots of a booking hold, and what is sought by them.

``services``: ids between commas; ``provider``: an id, or ``any``; ``start``: milliseconds and the providers; ``time``:
see ``routing.flows.times``. ``service``, ``staff``, ``when`` are the same in words, for people.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from routing.flows import times
from routing.flows.booking.ports import Asked, Booking, Choice, Provider, Scope, Service, Start, Visit
from routing.flows.model import Heard, State

if TYPE_CHECKING:
    from routing.flows.turn import Turn

SERVICES, PROVIDER, START, VISIT, SUBJECT = "services", "provider", "start", "visit", "subject"
SCOPE, SEATS, ORDER = "scope", "seats", "order"
ANY: Final = "any"
EARLIEST: Final = "earliest"
_EARLIEST_OF: Final = f"{EARLIEST} ("
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?")
_KEPT: Final = re.compile(rf"\(({_MOMENT.pattern})(?: – ({_MOMENT.pattern}))?\)$")
_START: Final = re.compile(r"(\d{1,15})/(\d{1,15}(?:,\d{1,15})*)")
_ID_DIGITS: Final = 15
SERVICES_MOST: Final = 5


class Window(NamedTuple):
    """A stretch of the wall's time, ``last`` not in it. ``exact``: just then; ``earliest``: whatever comes first;
    ``dated``: of days that were said."""

    first: datetime
    last: datetime
    exact: bool = False
    earliest: bool = False
    dated: bool = False


def booking_of(turn: "Turn") -> Booking:
    """The port; these flows are there where it is."""
    booking = turn.facts.booking
    if booking is None:
        raise RuntimeError("nothing can be booked here, and yet a flow that books is under way")
    return booking


def ids_of(text: str) -> tuple[int, ...]:
    """``12,15``; what is no number is left out."""
    parts = (one.strip() for one in text.split(","))
    return tuple(int(one) for one in parts if one.isascii() and one.isdigit() and len(one) <= _ID_DIGITS)


def services_of(turn: "Turn") -> list[Service]:
    """The services that are wanted, in their order."""
    known = {one.id: one for one in booking_of(turn).services(turn.state.language)}
    return [known[one] for one in ids_of(turn.slots.get(SERVICES, "")) if one in known][:SERVICES_MOST]


def services_spoken(state: State, heard: Iterable[Heard]) -> list[int]:
    """The services, as ids, that are wanted so far or may be meant by what was just said."""
    places = [*state.under, *([state.place] if state.place else [])]
    kept = [one for place in places for one in ids_of(place.slots.get(SERVICES, ""))]
    named = [one.value for each in heard for one in each.understood.entities if one.kind == "service"]
    meant = [one for value in named for one in (value if isinstance(value, list) else [value])]
    return list(dict.fromkeys([*kept, *(number for one in meant for number in ids_of(str(one)))]))


def doers(services: Sequence[Service]) -> set[int]:
    """Who does any of them."""
    return {each for one in services for each in one.provider_ids}


def provider_of(turn: "Turn") -> Provider | None:
    """With whom; None: with anybody."""
    wanted = ids_of(turn.slots.get(PROVIDER, ""))
    return next((one for one in booking_of(turn).providers(turn.state.language) if one.id in wanted[:1]), None)


def asked_of(turn: "Turn") -> Asked:
    """What a time is sought for."""
    provider, visit = provider_of(turn), ids_of(turn.slots.get(VISIT, ""))
    services = tuple(one.id for one in services_of(turn))
    own = visit[0] if visit and isinstance(scope_of(turn), str) else None  # the rest of a visit stays in the way
    seats, at_once = turn.slots.get(SEATS, "1"), turn.slots.get(ORDER) == "parallel" and len(services) > 1
    return Asked(services, None if provider is None else provider.id, own, int(seats), at_once)


def scope_of(turn: "Turn") -> Scope:
    """What of the visit is meant."""
    said = turn.slots.get(SCOPE, "one")
    return int(said) if said.isdecimal() else "all" if said == "all" else "one"


def visit_of(turn: "Turn") -> Visit | None:
    """The visit that is spoken of."""
    chosen = ids_of(turn.slots.get(VISIT, ""))
    return next((one for one in booking_of(turn).visits(turn.state.language) if one.id in chosen[:1]), None)


# --- times ------------------------------------------------------------------------------------------------------------


def window_of(slots: Mapping[str, str], booking: Booking) -> Window | None:
    """What the time that was said comes to; None: nothing that a calendar knows."""
    said = slots.get(times.SLOT, "")
    if said == EARLIEST:
        return Window(booking.now, _midnight(booking.horizon + timedelta(days=1)), earliest=True)
    window = _said_window(said)
    if window is not None and said.startswith(_EARLIEST_OF):
        return window._replace(earliest=True, dated=True)
    return window


def earliest_slot(said: str) -> str:
    """The earliest of the days that were said, as the slot of a time keeps it; of all where none were, or where the
    earliest of them was wanted already."""
    match = _KEPT.search(said)
    window = None if match is None or said.startswith(_EARLIEST_OF) else _said_window(said)
    return EARLIEST if match is None or window is None or window.exact else f"{EARLIEST} {match[0]}"


def _said_window(said: str) -> Window | None:
    match = _KEPT.search(said)
    if match is None:
        return None
    begins, ends = _moment(match[2], match[3]), _moment(match[5], match[6])
    if begins is None or (match[4] and ends is None):
        return None
    if ends is None:
        return Window(begins, begins, exact=True) if match[3] else Window(begins, begins + timedelta(days=1))
    last = ends if match[6] else ends + timedelta(days=1)
    return Window(begins, last) if last > begins else None


def _moment(day: str | None, hour: str | None) -> datetime | None:
    try:
        return None if day is None else datetime.fromisoformat(f"{day}T{hour or '00:00'}")
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def day_slot(day: date) -> str:
    """A day as the slot of a time keeps it."""
    return f"({day.isoformat()})"


# --- a chosen time ----------------------------------------------------------------------------------------------------


def dump_start(start: Start) -> str:
    """As a button and a slot carry it."""
    return f"{int(start.at.timestamp() * 1000)}/{','.join(map(str, start.provider_ids))}"


def load_start(text: str) -> Choice | None:
    """What ``dump_start`` made; None: it is none."""
    match = _START.fullmatch(text)
    if match is None:
        return None
    try:
        return Choice(datetime.fromtimestamp(int(match[1]) / 1000, UTC), ids_of(match[2]))
    except (OverflowError, OSError, ValueError):
        return None


def say_chosen(turn: "Turn") -> tuple[str, str]:
    """When, and with whom, of a time that is kept; empty where none is."""
    wall, chosen = turn.slots.get("wall", ""), load_start(turn.slots.get(START, ""))
    names = {one.id: one.name for one in booking_of(turn).providers(turn.state.language)}
    who = dict.fromkeys(names[one] for one in (chosen.provider_ids if chosen else ()) if one in names)
    when = times.say_reading(turn.texts, turn.state.language, wall, turn.facts.today) if wall else ""
    return when, ", ".join(who)


def say_wall(turn: "Turn", wall: datetime) -> str:
    """``Friday, 27 November, 15:00``."""
    return times.say_reading(turn.texts, turn.state.language, f"{wall:%Y-%m-%d %H:%M}", turn.facts.today)


def say_date(turn: "Turn", day: date) -> str:
    """``Friday, 27 November``."""
    return times.say_reading(turn.texts, turn.state.language, day.isoformat(), turn.facts.today)
