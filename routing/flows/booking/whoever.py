"""Who is free: an answer by specialist, for a day or some, with or without a service."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from conversation.messages import Button
from routing.flows import times
from routing.flows.booking.hearing import PROVIDER_ID, named, values
from routing.flows.booking.ports import Asked, Provider, Service, Start
from routing.flows.booking.seeking import capital
from routing.flows.booking.wanted import booking_of, say_date, window_of
from routing.flows.booking.words import find_said
from routing.flows.impossible import tell_impossible
from routing.flows.steps import Flow, Say

if TYPE_CHECKING:
    from routing.flows.turn import Turn

_DAYS_MOST: Final = 7
_PEOPLE_MOST: Final = 10
_APART: Final = timedelta(minutes=30)
"""Starts that lie no further apart are one stretch."""


class _Free(NamedTuple):
    provider: Provider
    service: Service
    day: date
    spans: list[tuple[datetime, datetime]]


def _claims(turn: "Turn") -> bool:
    """Who is free, or when somebody is, and not for a service that was named."""
    if turn.state.place is not None or turn.heard.choice is not None:
        return False
    said = find_said(turn.heard.text)
    asks_of = named(turn, "staff") and not named(turn, "service") and not named(turn, "phone")
    return "who" in said or ("free" in said and bool(asks_of))


def _hear(turn: "Turn") -> bool:
    found = named(turn, "time")
    if found and turn.state.place is not None:
        times.put_time(turn.state.place, found[0])
    return bool(found)


def _days(turn: "Turn") -> list[date]:
    booking = booking_of(turn)
    window, today = window_of(turn.slots, booking), booking.now.date()
    if window is None:
        return [today, today + timedelta(days=1)]
    first = max(window.first.date(), today)
    last = min((window.last - timedelta(minutes=0 if window.exact else 1)).date(), booking.horizon)
    return [first + timedelta(days=ahead) for ahead in range(min((last - first).days + 1, _DAYS_MOST))]


def _look(turn: "Turn") -> list[_Free]:
    """Each specialist's free time for what was named, else for the shortest that he does."""
    booking, days = booking_of(turn), _days(turn)
    window = window_of(turn.slots, booking)
    wanted = {one for entity in named(turn, "service") for one in values(entity)}
    meant = {one.removeprefix(PROVIDER_ID) for entity in named(turn, "staff") for one in values(entity)}
    found: list[_Free] = []
    for who in booking.providers(turn.state.language):
        does = [one for one in booking.services(turn.state.language) if who.id in one.provider_ids]
        does = [one for one in does if str(one.id) in wanted] if wanted else does
        if not days or not does or (meant and str(who.id) not in meant) or len({one.provider.id for one in found}) > 9:
            continue
        service = min(does, key=lambda one: one.minutes)
        starts = booking.starts(Asked((service.id,), who.id), days[0], days[-1])
        if window is not None and not window.exact:
            starts = [one for one in starts if window.first <= one.wall < window.last]
        for day in days:
            spans = _spans([one for one in starts if one.wall.date() == day])
            if spans:
                found.append(_Free(who, service, day, spans))
    return found


def _spans(starts: Sequence[Start]) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    last: Start | None = None
    for one in starts:
        if last is not None and one.wall - last.wall <= _APART:
            spans[-1] = (spans[-1][0], one.ends)
        else:
            spans.append((one.wall, one.ends))
        last = one
    return spans


def _tell(turn: "Turn") -> str:
    free = _look(turn)
    lines = [] if turn.state.under else tell_impossible(turn)  # what goes on under it tells by itself
    if not free:
        return "\n".join([*lines, turn.text("booking.nobody_free")])
    for day in dict.fromkeys(one.day for one in free):
        lines.append(f"{capital(say_date(turn, day))}:")
        for one in free:
            if one.day == day:
                hours = ", ".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in one.spans)
                lines.append(f"{one.provider.name}: {hours}")
    return "\n".join(lines)


def _buttons(turn: "Turn") -> Sequence[Button]:
    """To book with one of them, on the day that was meant."""
    free, wanted = _look(turn), bool(named(turn, "service"))
    shown: dict[int, Button] = {}
    for one in free:
        day = f"/{one.day.isoformat()}" if len({each.day for each in free}) == 1 else "/"
        value = f"&book:free={one.provider.id}/{one.service.id if wanted else ''}{day}"
        shown.setdefault(one.provider.id, Button(value, turn.text("press.book", what=one.provider.name)))
    return [*list(shown.values())[:_PEOPLE_MOST], Button("!menu", turn.text("menu.menu"))]


WHO_FREE: Final = Flow(
    "who_free",
    (),
    (Say("tell", make=_tell, buttons=_buttons, says=("booking.nobody_free",)),),
    aside=True,
    offer=False,
    hear=_hear,
    claims=_claims,
    first=True,
)
