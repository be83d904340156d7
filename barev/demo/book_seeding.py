"""Writes what can be booked in the demo, and some visits of the past and of the coming days."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from barev.demo.bookable import CURRENCIES, GROUPS, LANGUAGES, VISITS, WHAT, WHO, Forms, Visit, What, Who
from barev.demo.people import YEREVAN
from conversation.messages import JsonObject
from crm_store.demo_rows import SeededRows
from crm_store.models import (
    AllocationRow,
    AppointmentItemRow,
    AppointmentRow,
    BranchRow,
    ContactRow,
    ResourceRow,
    ScheduleRuleRow,
    ServiceGroupRow,
    ServiceNeedRow,
    ServiceProviderRow,
    ServiceRow,
)

_HIRED: Final = timedelta(days=56)
_MINOR: Final = 100
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ON_CYCLE: Final[JsonObject] = {"on": [["10:00", "20:00"]]}
_PEOPLE: Final = {one.key: one for one in WHO}
_SERVICES: Final = {one.key: one for one in WHAT}


def add_bookable(rows: SeededRows, at: datetime) -> None:
    """Groups, services, specialists, rooms and devices with their schedules."""
    rows.add(ServiceGroupRow, {one.key: {"name": _forms(one.name), "position": n} for n, one in enumerate(GROUPS, 1)})
    rows.add(ResourceRow, {one.key: _resource(rows, one, place, at) for place, one in enumerate(WHO, 1)})
    rows.add(ServiceRow, {one.key: _service(rows, one, place, at) for place, one in enumerate(WHAT, 1)})
    doers = [
        {
            "service_id": rows.id_of(ServiceRow, one.key),
            "provider_id": rows.id_of(ResourceRow, who),
            "price_minor": None if price is None else price * _MINOR,
        }
        for one in WHAT
        for who, price in one.doers
    ]
    rows.add_dependent(ServiceProviderRow, doers)
    needs = [
        {"service_id": rows.id_of(ServiceRow, one.key), "need": number, "resource_id": rows.id_of(ResourceRow, what)}
        for one in WHAT
        for number, any_of in enumerate(one.needs, 1)
        for what in any_of
    ]
    rows.add_dependent(ServiceNeedRow, needs)
    rows.add_dependent(ScheduleRuleRow, [_rule(rows, one, at) for one in WHO])


def add_visits(rows: SeededRows, at: datetime) -> None:
    """Visits of the salon's customers. What they take is written as it is for any visit."""
    placed = {place: _begin(one, at) for place, one in enumerate(VISITS)}
    rows.add(AppointmentRow, {place: _appointment(rows, VISITS[place], begin, at) for place, begin in placed.items()})
    rows.add(
        AppointmentItemRow,
        {
            place: {
                "appointment_id": rows.id_of(AppointmentRow, place),
                "service_id": rows.id_of(ServiceRow, VISITS[place].service),
                "provider_id": rows.id_of(ResourceRow, VISITS[place].who),
                "starts_at": begin,
                "ends_at": begin + timedelta(minutes=_SERVICES[VISITS[place].service].minutes),
                "wall_start": _wall(begin),
                "price_minor": _price(VISITS[place]),
            }
            for place, begin in placed.items()
        },
    )
    taken = [
        {
            "resource_id": rows.id_of(ResourceRow, who),
            "starts_at": begin,
            "ends_at": begin + timedelta(minutes=_service_of(place).minutes + _service_of(place).after_min),
            "kind": "visit",
            "item_id": rows.id_of(AppointmentItemRow, place),
        }
        for place, begin in placed.items()
        if VISITS[place].status != "no_show"
        for who in (VISITS[place].who, *VISITS[place].needs)
    ]
    rows.add_dependent(AllocationRow, taken)


def _service_of(place: int) -> What:
    return _SERVICES[VISITS[place].service]


def _forms(name: Forms) -> JsonObject:
    return dict(zip(LANGUAGES, name, strict=True))


def _resource(rows: SeededRows, one: Who, place: int, at: datetime) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": _forms(one.name),
        "branch_id": rows.id_of(BranchRow, one.branch),
        "level": one.level,
        "skills": list(one.skills),
        "position": place,
        "created_at": at - _HIRED,
    }


def _service(rows: SeededRows, one: What, place: int, at: datetime) -> dict[str, Any]:
    return {
        "group_id": rows.id_of(ServiceGroupRow, one.group),
        "name": _forms(one.name),
        "duration_min": one.minutes,
        "price_minor": one.price * _MINOR,
        "currency": CURRENCIES[_PEOPLE[one.doers[0][0]].branch],
        "code": f"S{place:02}",
        "buffer_after_min": one.after_min,
        "capacity": one.capacity,
        "position": place,
        "created_at": at - _HIRED,
        "updated_at": at - _HIRED,
    }


def _rule(rows: SeededRows, one: Who, at: datetime) -> dict[str, Any]:
    on, off = one.cycle or (None, None)
    return {
        "resource_id": rows.id_of(ResourceRow, one.key),
        "kind": "weekly" if one.cycle is None else "cycle",
        "starts_on": _first_day(at).isoformat(),
        "hours": one.weekly if one.cycle is None else _ON_CYCLE,
        "on_days": on,
        "off_days": off,
        "created_at": at - _HIRED,
    }


def _first_day(at: datetime) -> date:
    day = (at - _HIRED).astimezone(ZoneInfo(YEREVAN.timezone)).date()
    return day - timedelta(days=day.weekday())


def _begin(one: Visit, at: datetime) -> datetime:
    """The first day from there on (for the past: back) on which he works."""
    zone = ZoneInfo(YEREVAN.timezone)
    day = at.astimezone(zone).date() + timedelta(days=one.days)
    while not _works(_PEOPLE[one.who], day, at):
        day += timedelta(days=1 if one.days > 0 else -1)
    return datetime.fromisoformat(f"{day.isoformat()}T{one.at}").replace(tzinfo=zone)


def _works(who: Who, day: date, at: datetime) -> bool:
    if who.cycle is None:
        return _WEEKDAYS[day.weekday()] in who.weekly
    on, off = who.cycle
    return (day - _first_day(at)).days % (on + off) < on


def _wall(begin: datetime) -> str:
    return begin.astimezone(ZoneInfo(YEREVAN.timezone)).strftime("%Y-%m-%dT%H:%M")


def _price(one: Visit) -> int:
    service = _SERVICES[one.service]
    return (dict(service.doers)[one.who] or service.price) * _MINOR


def _appointment(rows: SeededRows, one: Visit, begin: datetime, at: datetime) -> dict[str, Any]:
    ends = begin + timedelta(minutes=_SERVICES[one.service].minutes)
    booked = min(at, begin) - timedelta(days=2)
    came = one.status in ("paid", "done")
    return {
        "status": one.status,
        "contact_id": rows.id_of(ContactRow, one.customer),
        "branch_id": rows.id_of(BranchRow, YEREVAN.key),
        "starts_at": begin,
        "ends_at": ends,
        "wall_start": _wall(begin),
        "zone": YEREVAN.timezone,
        "total_minor": _price(one),
        "currency": CURRENCIES[YEREVAN.key],
        "source": "desk",
        "created_at": booked,
        "updated_at": ends if came else booked,
        "confirmed_at": booked if one.status == "confirmed" else None,
        "arrived_at": begin if came else None,
        "done_at": ends if came else None,
        "closed_at": ends if one.status in ("paid", "no_show") else None,
    }
