"""Writes what can be booked in the demo; who has booked it is in ``visit_seeding``."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from barev.demo.bookable import CURRENCIES, GROUPS, LANGUAGES, WHAT, WHO, Forms, What, Who
from barev.demo.people import YEREVAN
from conversation.messages import JsonObject
from crm_store.demo_rows import SeededRows
from crm_store.models import (
    BranchRow,
    ResourceRow,
    ScheduleRuleRow,
    ServiceGroupRow,
    ServiceNeedRow,
    ServiceProviderRow,
    ServiceRow,
)

_HIRED: Final = timedelta(days=56)
MINOR: Final = 100
ON_CYCLE: Final[JsonObject] = {"on": [["10:00", "20:00"]]}
_PEOPLE: Final = {one.key: one for one in WHO}


def add_bookable(rows: SeededRows, at: datetime) -> None:
    """Groups, services, specialists, rooms and devices with their schedules."""
    rows.add(ServiceGroupRow, {one.key: {"name": _forms(one.name), "position": n} for n, one in enumerate(GROUPS, 1)})
    rows.add(ResourceRow, {one.key: _resource(rows, one, place, at) for place, one in enumerate(WHO, 1)})
    rows.add(ServiceRow, {one.key: _service(rows, one, place, at) for place, one in enumerate(WHAT, 1)})
    doers = [
        {
            "service_id": rows.id_of(ServiceRow, one.key),
            "provider_id": rows.id_of(ResourceRow, who),
            "price_minor": None if price is None else price * MINOR,
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
        "price_minor": one.price * MINOR,
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
        "starts_on": first_day(at).isoformat(),
        "hours": one.weekly if one.cycle is None else ON_CYCLE,
        "on_days": on,
        "off_days": off,
        "created_at": at - _HIRED,
    }


def first_day(at: datetime) -> date:
    """From which day on all of them work."""
    day = (at - _HIRED).astimezone(ZoneInfo(YEREVAN.timezone)).date()
    return day - timedelta(days=day.weekday())
