"""A small firm to look for free time in: rows as the catalogue would write them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import insert

from crm_store import Tx
from crm_store.models import (
    AllocationRow,
    BranchRow,
    ResourceRow,
    ScheduleDayRow,
    ScheduleRuleRow,
    ServiceNeedRow,
    ServiceProviderRow,
    ServiceRow,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def add_branch(tx: Tx, zone: str = "Asia/Yerevan", country: str = "AM") -> int:
    """A branch."""
    row = insert(BranchRow).values(name="Branch", timezone=zone, country=country, language="hy")
    return tx.execute(row.returning(BranchRow.id)).scalar_one()


def add_resource(tx: Tx, name: str, kind: str = "provider", **values: object) -> int:
    """Somebody or something with a calendar."""
    row = insert(ResourceRow).values(kind=kind, name={"en": name}, created_at=LONG_AGO, **values)
    return tx.execute(row.returning(ResourceRow.id)).scalar_one()


def add_service(tx: Tx, minutes: int, providers: Sequence[int], **values: object) -> int:
    """A service that some do."""
    row = insert(ServiceRow).values(
        name={"en": "Service"}, duration_min=minutes, created_at=LONG_AGO, updated_at=LONG_AGO, **values
    )
    service_id = tx.execute(row.returning(ServiceRow.id)).scalar_one()
    for one in providers:
        add_doer(tx, service_id, one)
    return service_id


def add_doer(tx: Tx, service_id: int, provider_id: int, **values: object) -> None:
    """Who does it."""
    tx.execute(insert(ServiceProviderRow).values(service_id=service_id, provider_id=provider_id, **values))


def add_need(tx: Tx, service_id: int, need: int, resources: Sequence[int]) -> None:
    """What it takes beside."""
    for one in resources:
        tx.execute(insert(ServiceNeedRow).values(service_id=service_id, need=need, resource_id=one))


def add_week(tx: Tx, resource_id: int, *hours: list[str], starts_on: str = "2020-01-01") -> None:
    """The same hours on every day."""
    add_rule(tx, resource_id, "weekly", {day: list(hours) for day in WEEK}, starts_on=starts_on)


def add_rule(tx: Tx, resource_id: int, kind: str, hours: Mapping[str, object], **values: object) -> None:
    """A rule of a schedule."""
    row = {"starts_on": "2020-01-01", **values}
    tx.execute(
        insert(ScheduleRuleRow).values(
            resource_id=resource_id, kind=kind, hours=dict(hours), created_at=LONG_AGO, **row
        )
    )


def add_day(tx: Tx, resource_id: int, day: str, *hours: list[str]) -> None:
    """A day that differs."""
    tx.execute(insert(ScheduleDayRow).values(resource_id=resource_id, day=day, hours=list(hours)))


def add_busy(tx: Tx, resource_id: int, start: str, end: str, kind: str = "break", **values: object) -> int:
    """Busy time, from one ISO moment to another."""
    row = insert(AllocationRow).values(
        resource_id=resource_id, starts_at=at(start), ends_at=at(end), kind=kind, exclusive=kind != "outside", **values
    )
    return tx.execute(row.returning(AllocationRow.id)).scalar_one()


def at(text: str) -> datetime:
    """A moment from ISO 8601 with an offset."""
    return datetime.fromisoformat(text).astimezone(UTC)
