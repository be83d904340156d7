"""What a search for free time goes by, read in a constant number of bounded queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from business.booking.free import Bookable, Times
from business.booking.kept import AsOf, Calendars, Span
from business.booking.model import Wanted
from business.booking.seeking import Bounds, Option, Plan
from business.booking.wall import DAY, DAY_MS, MINUTE_MS, midnight_of
from business.booking.working import Workdays
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx, booking_calendar
from crm_store.booking_calendar import Busy, Doer, Need, OwnTime, ResourceFacts, ServiceFacts, SessionFacts

MOST_DAYS: Final = 31
"""Days that one search may look at."""
MOST_PARTS: Final = 6
"""Services that one visit may have."""
Window = tuple[date, date] | tuple[datetime, datetime]
"""Days of the wall where it is done, both included, or moments (aware UTC), the last not included."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How freely is booked. ``step_min``: the grid of services that have none of their own. ``notice_min``: at least so
    long before; ``far_days``: at most so many days ahead (None: any). ``online``: only what customers may book
    themselves. Minutes and days."""

    step_min: int = 15
    notice_min: int = 0
    far_days: int | None = None
    online: bool = False


Freedom = Limits | Literal["staff"] | None
"""By which limits: those given, those the firm has set for its customers (None), or those of its staff: the firm's
grid, and no further ahead than ``STAFF_DAYS``."""
STAFF_DAYS: Final = 2 * 366
"""Nobody books further ahead, nor enters what is longer ago."""


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a search needs. ``doers``: of each service, those too who may not be booked now. ``expires``: when the
    first hold ends that counts (ms), None: none does."""

    wanted: Wanted
    services: Mapping[int, ServiceFacts]
    plans: tuple[Plan, ...]
    workdays: Mapping[int, Workdays]
    doers: Mapping[int, frozenset[int]]
    online: bool
    expires: int | None


def check_wanted(wanted: Wanted) -> None:
    """Raises Rejected invalid for no parts at all, or too many."""
    if not wanted.parts or len(wanted.parts) > MOST_PARTS:
        raise Rejected("invalid", "slots.parts", most=MOST_PARTS)


def bounds_of(window: Window, limits: Limits, now: int) -> Bounds:
    """Where starts are wanted. Raises Rejected invalid for more than ``MOST_DAYS``."""
    furthest = None if limits.far_days is None else (now, limits.far_days)
    earliest = now + limits.notice_min * MINUTE_MS
    first, last = window
    if isinstance(first, datetime) and isinstance(last, datetime):
        moments = clock.to_ms(first), clock.to_ms(last)
        if moments[1] - moments[0] > (MOST_DAYS + 1) * DAY_MS:
            raise Rejected("invalid", "slots.too_many_days", most=MOST_DAYS)
        return Bounds(earliest, None, moments, furthest)
    if (last - first).days >= MOST_DAYS:
        raise Rejected("invalid", "slots.too_many_days", most=MOST_DAYS)
    return Bounds(earliest, (first, last), furthest_days=furthest)


def load_ground(
    tx: Tx,
    wanted: Wanted,
    window: Window,
    limits: Limits,
    calendars: Calendars,
    as_of: AsOf,
    *,
    useful: bool = False,
    moving: int | None = None,
) -> Ground:
    """``moving``: an appointment that is to be moved, whose own time and seats are free for it. Raises Rejected
    not_found for a service or a provider that there is not."""
    ids = {part.service_id for part in wanted.parts}
    services = booking_calendar.list_services(tx, ids)
    for one in ids:
        if one not in services or services[one].archived:
            raise Rejected("not_found", "slots.no_service")
    doers = booking_calendar.list_doers(tx, ids)
    needs = booking_calendar.list_needs(tx, ids)
    chosen = {part.provider_id for part in wanted.parts if part.provider_id is not None}
    named = {doer.provider_id for doer in doers} | {need.resource_id for need in needs} | chosen
    resources = booking_calendar.list_resources(tx, named)
    for one in chosen:
        if one not in resources or resources[one].kind != "provider":
            raise Rejected("not_found", "slots.no_provider")
    known = {
        one: frozenset(
            doer.provider_id for doer in doers if doer.service_id == one and not resources[doer.provider_id].archived
        )
        for one in ids
    }
    wanted_of = {(part.service_id, part.provider_id) for part in wanted.parts}
    doers = [
        one
        for one in doers
        if _bookable(resources[one.provider_id], limits)
        and ((one.service_id, None) in wanted_of or (one.service_id, one.provider_id) in wanted_of)
    ]
    needed = {need.resource_id for need in needs} | {doer.provider_id for doer in doers}
    used = [resources[one] for one in needed if not resources[one].archived]
    reach = _reach(services, doers, wanted)
    first, last = _days_about(window)
    found, expires = calendars.read(tx, used, Span(first, last, reach), as_of)
    workdays = {one: each.workdays for one, each in found.items()}
    bookables = {one: each.bookable for one, each in found.items()}
    grouped = [one for one in ids if services[one].capacity > 1]
    sessions: list[SessionFacts] = []
    if grouped and bookables:
        zones = {one.zone for one in bookables.values()}
        start = min(midnight_of(first, zone) for zone in zones)
        end = max(midnight_of(last + DAY, zone) for zone in zones) + reach
        sessions = booking_calendar.list_sessions(tx, grouped, start, end, as_of.now)
    if moving is not None:
        own = booking_calendar.find_own(tx, moving)
        busy = {one: each.busy.without(each.lapsed) for one, each in found.items()}
        bookables |= {
            one: Bookable(old.id, old.zone, old.worked, _without(busy[one], own.busy[one]), old.place)
            for one, old in bookables.items()
            if one in own.busy
        }
        sessions = _with_seats(sessions, own)
    least = booking_calendar.list_shortest(tx, [one.provider_id for one in doers]) if useful else {}
    plans = _plans(wanted, services, doers, needs, bookables, sessions, least, limits)
    return Ground(wanted, services, plans, workdays, known, limits.online, expires)


def _without(busy: Busy, own: Collection[tuple[int, int, str]]) -> Busy:
    """Busy time but for one's own."""
    return Busy.of(span for span in zip(*busy, strict=True) if span not in own)


def _with_seats(sessions: list[SessionFacts], own: OwnTime) -> list[SessionFacts]:
    return [one._replace(left=one.left + own.seats.get(one.id, 0)) for one in sessions if one.id not in own.alone]


def _bookable(resource: ResourceFacts, limits: Limits) -> bool:
    return not resource.archived and (resource.online or not limits.online)


def _reach(services: Mapping[int, ServiceFacts], doers: list[Doer], wanted: Wanted) -> int:
    """How far beyond its start a visit may reach, at most."""
    longest = {one.id: one.duration_min for one in services.values()}
    for doer in doers:
        longest[doer.service_id] = max(longest[doer.service_id], doer.duration_min or 0)
    whole = sum(longest[part.service_id] for part in wanted.parts)
    buffers = max(one.buffer_before_min + one.buffer_after_min for one in services.values())
    return (whole + buffers) * MINUTE_MS


def _days_about(window: Window) -> tuple[date, date]:
    """The days of a window, wherever the wall is."""
    first, last = window
    if isinstance(first, datetime) and isinstance(last, datetime):
        return first.date() - DAY, last.date() + DAY
    return first, last


def _plans(
    wanted: Wanted,
    services: Mapping[int, ServiceFacts],
    doers: list[Doer],
    needs: list[Need],
    bookables: Mapping[int, Bookable],
    sessions: list[SessionFacts],
    least: Mapping[int, int],
    limits: Limits,
) -> tuple[Plan, ...]:
    plans: list[Plan] = []
    for part in wanted.parts:
        service = services[part.service_id]
        who = [
            one for one in doers if one.service_id == part.service_id and part.provider_id in (None, one.provider_id)
        ]
        options = (
            ()
            if limits.online and not service.online
            else tuple(
                Option(
                    bookables[one.provider_id],
                    _times(service, one),
                    service.price_minor if one.price_minor is None else one.price_minor,
                    least.get(one.provider_id, 0) * MINUTE_MS,
                    _promoted(service, bookables[one.provider_id].zone),
                )
                for one in who
            )
        )
        able = {option.who.id for option in options}
        joined = {
            (one.provider_id, one.start): one
            for one in sessions
            if one.service_id == part.service_id and one.provider_id in able and one.left >= part.seats
        }
        plans.append(
            Plan(
                part.service_id,
                (service.step_min or limits.step_min) * MINUTE_MS,
                options,
                _needs_of(service.id, needs, bookables),
                part.seats,
                service.capacity,
                joined,
                part.seats <= service.capacity,
            )
        )
    return tuple(plans)


_NEVER: Final = 2**62


def _promoted(service: ServiceFacts, zone: ZoneInfo) -> tuple[int, int, int] | None:
    """The price of its promotion, and the moments of its days where it is done."""
    if service.promo_price_minor is None:
        return None
    first = 0 if service.promo_from is None else midnight_of(date.fromisoformat(service.promo_from), zone)
    last = _NEVER if service.promo_until is None else midnight_of(date.fromisoformat(service.promo_until) + DAY, zone)
    return service.promo_price_minor, first, last


def _times(service: ServiceFacts, doer: Doer) -> Times:
    length = doer.duration_min or service.duration_min
    return Times(length * MINUTE_MS, service.buffer_before_min * MINUTE_MS, service.buffer_after_min * MINUTE_MS)


def _needs_of(
    service_id: int, needs: list[Need], bookables: Mapping[int, Bookable]
) -> tuple[tuple[Bookable, ...], ...]:
    """Those that are archived do for nothing: a need may be left with nobody."""
    numbers = sorted({one.need for one in needs if one.service_id == service_id})
    return tuple(
        tuple(
            bookables[one.resource_id]
            for one in needs
            if one.service_id == service_id and one.need == number and one.resource_id in bookables
        )
        for number in numbers
    )
