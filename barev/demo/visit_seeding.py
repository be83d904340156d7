"""Visits of the demo about the day of a start, in all branches; at a later start they come along."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from barev.demo.book_seeding import MINOR
from barev.demo.bookable import CURRENCIES, VISITS, WHAT, WHO, WISHES, Visit, Waits
from barev.demo.people import ALMATY, TBILISI, YEREVAN
from business.booking.working import Workdays, load_workdays
from business.hours.calendar import load_calendar
from conversation.clock import to_ms
from crm_store import Tx, booking_calendar, demo_visits
from crm_store.demo_rows import SeededRows
from crm_store.models import (
    AllocationRow,
    AppointmentItemRow,
    AppointmentRow,
    BranchRow,
    ContactRow,
    GroupSessionRow,
    ResourceRow,
    ServiceRow,
    WaitlistWishRow,
)

_PEOPLE: Final = {one.key: one for one in WHO}
_SERVICES: Final = {one.key: one for one in WHAT}
_BRANCHES: Final = {one.key: one for one in (YEREVAN, TBILISI, ALMATY)}
_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 60
Taken = dict[str, list[tuple[datetime, datetime]]]
"""By whom and what: from when to when."""
Work = Mapping[str, Workdays]
"""When each of them works, as free time is found: by rules and the firm's hours, without holidays."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A visit and its moments. ``until``: so long it takes its resources."""

    visit: Visit
    begins: datetime
    ends: datetime
    until: datetime
    status: str

    @property
    def zone(self) -> str:
        return _BRANCHES[_PEOPLE[self.visit.who].branch].timezone

    @property
    def wall(self) -> str:
        return self.begins.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")

    @property
    def takes(self) -> tuple[str, ...]:
        """Whom and what it takes by itself; a group session does so for its visits."""
        alone = self.status not in ("no_show", "cancelled") and not self.visit.session
        return (self.visit.who, *self.visit.needs) if alone else ()


def add_visits(rows: SeededRows, at: datetime) -> None:
    """Visits, a class with its seats, one who comes every week, and two who wait."""
    work = _load_work(rows.tx, {one.key: rows.id_of(ResourceRow, one.key) for one in WHO}, at)
    placed = dict(enumerate(_place(VISITS, at, work, {})))
    sessions = {one.visit.session: one for one in placed.values() if one is not None and one.visit.session}
    there = {place: one for place, one in placed.items() if one is not None}
    rows.add(GroupSessionRow, {name: _session(rows, one, there) for name, one in sessions.items()})
    rows.add(AppointmentRow, {place: _appointment(rows, one, at) for place, one in there.items()})
    for first, others in _series(there).items():
        demo_visits.join_series(
            rows.tx, rows.id_of(AppointmentRow, first), [rows.id_of(AppointmentRow, n) for n in others]
        )
    rows.add(AppointmentItemRow, {place: _item(rows, place, one) for place, one in there.items()})
    taken = [
        {**_span(one), "resource_id": rows.id_of(ResourceRow, who), "kind": "visit"}
        | {"item_id": rows.id_of(AppointmentItemRow, place)}
        for place, one in there.items()
        for who in one.takes
    ]
    held = [
        {**_span(one), "resource_id": rows.id_of(ResourceRow, who), "kind": "session"}
        | {"session_id": rows.id_of(GroupSessionRow, name)}
        for name, one in sessions.items()
        for who in (one.visit.who, *one.visit.needs)
    ]
    rows.add_dependent(AllocationRow, taken)
    rows.add_dependent(AllocationRow, held)
    rows.add(WaitlistWishRow, {place: _wish(rows, one, at) for place, one in enumerate(WISHES)})


def renew_visits(tx: Tx, at: datetime) -> None:
    """At a later start: what nobody has touched lies about today again; what is in its way by then goes to a later
    day, and where there is none, stays where it was."""
    seeded = demo_visits.list_seeded(tx)
    numbers = dict(enumerate(seeded.resources))
    names = {one.key: numbers[place] for place, one in enumerate(WHO) if place in numbers}
    mine = {place: one for place, one in zip(range(len(VISITS)), seeded.visits, strict=False) if one.untouched}
    demo_visits.clear_time(tx, [one.item_id for one in mine.values()])
    whole = {one.session_id for one in mine.values() if one.session_id is not None} - seeded.own_sessions
    demo_visits.clear_sessions(tx, whole)
    busy: Taken = {key: demo_visits.list_taken(tx, number, at - 30 * _DAY) for key, number in names.items()}
    moves = {place: one for place, one in mine.items() if one.session_id is None or one.session_id in whole}
    placed = _place([VISITS[place] for place in moves], at, _load_work(tx, names, at), busy)
    held: dict[int, _Placed] = {}
    for (_, kept), one in zip(moves.items(), placed, strict=True):
        if one is None or any(key not in names for key in (one.visit.who, *one.visit.needs)):
            continue
        times = {"starts_at": one.begins, "ends_at": one.ends, "wall_start": one.wall}
        demo_visits.move(tx, kept, {**times, **_moments(one, at)}, times)
        spans = [
            {**_span(one), "resource_id": names[who], "kind": "visit", "item_id": kept.item_id} for who in one.takes
        ]
        demo_visits.take(tx, spans)
        if kept.session_id is not None:
            held[kept.session_id] = one
    for session_id, one in held.items():
        demo_visits.move_session(tx, session_id, {"starts_at": one.begins, "ends_at": one.ends, "wall_start": one.wall})
        span = {**_span(one), "kind": "session", "session_id": session_id}
        demo_visits.take(tx, [{**span, "resource_id": names[who]} for who in (one.visit.who, *one.visit.needs)])
    for wish_id, wish in zip(seeded.wishes, WISHES, strict=False):
        demo_visits.move_wish(tx, wish_id, *_days(wish, at))
    demo_visits.bump(tx, names.values())


def _load_work(tx: Tx, numbers: Mapping[str, int], at: datetime) -> Work:
    keys = {number: key for key, number in numbers.items()}
    known = booking_calendar.list_resources(tx, keys).values()
    reach = timedelta(days=_MOST_DAYS + max(abs(one.days) for one in VISITS))
    days = load_workdays(tx, load_calendar(tx), known, (at - reach).date(), (at + reach).date())
    return {keys[number]: one for number, one in days.items()}


def _place(visits: Sequence[Visit], at: datetime, work: Work, taken: Taken) -> Iterator[_Placed | None]:
    """Each on the first day from its own on (for the past: back) on which it is worked and all it takes is free."""
    sessions: dict[str, _Placed] = {}
    for visit in visits:
        if visit.session in sessions:
            first = sessions[visit.session]
            yield _Placed(visit, first.begins, first.ends, first.until, visit.status)
            continue
        found = _find(visit, at, work, taken)
        if found is not None:
            keys = (visit.who, *visit.needs) if visit.session else found.takes
            for key in keys:
                taken.setdefault(key, []).append((found.begins, found.until))
            if visit.session:
                sessions[visit.session] = found
        yield found


def _find(visit: Visit, at: datetime, work: Work, taken: Taken) -> _Placed | None:
    workdays, service = work.get(visit.who), _SERVICES[visit.service]
    zone = ZoneInfo(_BRANCHES[_PEOPLE[visit.who].branch].timezone)
    today = at.astimezone(zone).date()
    if workdays is None:
        return None
    for step in range(_MOST_DAYS):
        day = today + timedelta(days=visit.days + (step if visit.days >= 0 else -step))
        begins = datetime.fromisoformat(f"{day.isoformat()}T{visit.at}").replace(tzinfo=zone)
        ends = begins + timedelta(minutes=service.minutes)
        until = ends + timedelta(minutes=service.after_min)
        keys = (visit.who, *visit.needs)
        free = all(until <= start or end <= begins for key in keys for start, end in taken.get(key, ()))
        if free and _works(workdays, day, begins, ends):
            return _Placed(visit, begins, ends, until, visit.status or _status_at(begins, ends, at))
    return None


def _status_at(begins: datetime, ends: datetime, at: datetime) -> str:
    return "paid" if ends <= at else "arrived" if begins <= at else "confirmed"


def _works(workdays: Workdays, day: date, begins: datetime, ends: datetime) -> bool:
    return any(first <= to_ms(begins) and to_ms(ends) <= last for first, last in workdays.opens_of(day))


def _span(one: _Placed) -> dict[str, Any]:
    return {"starts_at": one.begins, "ends_at": one.until}


def _series(there: Mapping[int, _Placed]) -> dict[int, list[int]]:
    """The first of those that recur, with all of them."""
    of: dict[str, list[int]] = {}
    for place, one in there.items():
        if one.visit.series:
            of.setdefault(one.visit.series, []).append(place)
    return {places[0]: places for places in of.values()}


def _price(one: Visit) -> int:
    service = _SERVICES[one.service]
    return (dict(service.doers)[one.who] or service.price) * MINOR


def _session(rows: SeededRows, one: _Placed, there: Mapping[int, _Placed]) -> dict[str, Any]:
    return {
        "service_id": rows.id_of(ServiceRow, one.visit.service),
        "provider_id": rows.id_of(ResourceRow, one.visit.who),
        "starts_at": one.begins,
        "ends_at": one.ends,
        "wall_start": one.wall,
        "zone": one.zone,
        "capacity": _SERVICES[one.visit.service].capacity,
        "taken": sum(other.visit.session == one.visit.session for other in there.values()),
    }


def _item(rows: SeededRows, place: int, one: _Placed) -> dict[str, Any]:
    session = one.visit.session
    return {
        "appointment_id": rows.id_of(AppointmentRow, place),
        "service_id": rows.id_of(ServiceRow, one.visit.service),
        "provider_id": rows.id_of(ResourceRow, one.visit.who),
        "session_id": rows.id_of(GroupSessionRow, session) if session else None,
        "starts_at": one.begins,
        "ends_at": one.ends,
        "wall_start": one.wall,
        "price_minor": _price(one.visit),
    }


def _appointment(rows: SeededRows, one: _Placed, at: datetime) -> dict[str, Any]:
    branch = _PEOPLE[one.visit.who].branch
    return {
        "contact_id": rows.id_of(ContactRow, one.visit.customer),
        "branch_id": rows.id_of(BranchRow, branch),
        "starts_at": one.begins,
        "ends_at": one.ends,
        "wall_start": one.wall,
        "zone": one.zone,
        "total_minor": _price(one.visit),
        "currency": CURRENCIES[branch],
        "source": "desk",
        **_moments(one, at),
    }


def _moments(one: _Placed, at: datetime) -> dict[str, Any]:
    """Its status, and when it came to it."""
    booked = min(at, one.begins) - timedelta(days=2)
    came, over = one.status in ("arrived", "done", "paid"), one.status in ("done", "paid")
    return {
        "status": one.status,
        "created_at": booked,
        "updated_at": one.ends if over else one.begins if came else booked,
        "confirmed_at": booked if one.status == "confirmed" else None,
        "arrived_at": one.begins if came else None,
        "done_at": one.ends if over else None,
        "closed_at": one.ends if one.status in ("paid", "no_show") else None,
    }


def _days(one: Waits, at: datetime) -> tuple[str, str]:
    today = at.astimezone(ZoneInfo(_BRANCHES[_PEOPLE[one.who].branch].timezone)).date()
    first, last = (today + timedelta(days=days) for days in one.days)
    return first.isoformat(), last.isoformat()


def _wish(rows: SeededRows, one: Waits, at: datetime) -> dict[str, Any]:
    first, last = _days(one, at)
    return {
        "contact_id": rows.id_of(ContactRow, one.customer),
        "service_ids": [rows.id_of(ServiceRow, one.service)],
        "provider_id": rows.id_of(ResourceRow, one.who),
        "from_day": first,
        "to_day": last,
        "from_time": one.hours[0],
        "to_time": one.hours[1],
        "created_at": at - timedelta(hours=5),
        "updated_at": at - timedelta(hours=5),
    }
