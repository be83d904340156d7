"""Calendars for tests: services, staff and rooms put into the store of a product, and what is booked with them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import insert

from conversation.clock import now
from crm_store import Tx
from crm_store.engine import StoreUrl, open_store
from crm_store.models import (
    AllocationRow,
    AppointmentItemRow,
    AppointmentRow,
    ContactRow,
    HoldRow,
    ResourceRow,
    ScheduleRuleRow,
    ServiceProviderRow,
    ServiceRow,
)
from tests.product import Product


@dataclass
class Calendars:
    """Of one product, running or not."""

    product: Product

    async def write(self, work: Any) -> Any:
        """Does it in a transaction of the store."""
        one = self.product
        store = await open_store(StoreUrl.parse(one.url) if one.url else StoreUrl(sqlite=one.data / "barev.db"))
        try:
            return await store.writer.run(work)
        finally:
            await store.close()

    async def resource(self, called: str, kind: str = "provider", **more: Any) -> int:
        """A new calendar."""
        values = {"kind": kind, "name": {"en": called}, "created_at": now(), **more}
        return int(await self.write(lambda tx: _add(tx, ResourceRow, values)))

    async def works(self, resource_id: int, since: str, begins: str = "09:00", ends: str = "18:00") -> None:
        """Every day from one on, at these hours."""
        week = {day: [[begins, ends]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        rule = {"resource_id": resource_id, "kind": "weekly", "starts_on": since, "hours": week, "created_at": now()}
        await self.write(lambda tx: _add(tx, ScheduleRuleRow, rule))

    async def service(self, called: str, provider_ids: list[int], **more: Any) -> int:
        """A new service, done by these."""
        at = now()
        values = {"name": {"en": called}, "duration_min": 60, "created_at": at, "updated_at": at, **more}

        def work(tx: Tx) -> int:
            made = _add(tx, ServiceRow, values)
            for one in provider_ids:
                tx.execute(insert(ServiceProviderRow).values(service_id=made, provider_id=one))
            return made

        return int(await self.write(work))

    async def book(
        self, service_id: int, provider_id: int, starts_at: datetime, minutes: int = 60, name: str = "", **more: Any
    ) -> int:
        """An appointment that takes its provider."""
        at, ends_at = now(), starts_at + timedelta(minutes=minutes)
        wall = {"starts_at": starts_at, "ends_at": ends_at, "wall_start": f"{starts_at:%Y-%m-%dT%H:%M}"}

        def work(tx: Tx) -> int:
            contact = {"name": name, "sort_name": name, "created_at": at, "updated_at": at}
            contact_id = _add(tx, ContactRow, contact) if name else None
            own = {
                "contact_id": contact_id,
                "zone": "UTC",
                "source": "desk",
                "created_at": at,
                "updated_at": at,
                **more,
            }
            made = _add(tx, AppointmentRow, {**wall, **own})
            whose = {"appointment_id": made, "service_id": service_id, "provider_id": provider_id}
            item = _add(tx, AppointmentItemRow, {**wall, **whose})
            if more.get("status") not in ("cancelled", "no_show"):
                span = {"starts_at": starts_at, "ends_at": ends_at}
                tx.execute(insert(AllocationRow).values(resource_id=provider_id, kind="visit", item_id=item, **span))
            return made

        return int(await self.write(work))

    async def busy(self, resource_id: int, starts_at: datetime, minutes: int, kind: str = "break") -> None:
        """Time taken by hand."""
        span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
        await self.write(
            lambda tx: tx.execute(insert(AllocationRow).values(resource_id=resource_id, kind=kind, **span))
        )

    async def hold(self, resource_id: int, starts_at: datetime, expires_at: datetime) -> None:
        """An hour kept for somebody in a chat."""
        span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}

        def work(tx: Tx) -> None:
            own = {"key": token_hex(8), "purpose": "chat", "wanted": {}, "created_at": now(), "expires_at": expires_at}
            made = _add(tx, HoldRow, {**span, **own})
            tx.execute(insert(AllocationRow).values(resource_id=resource_id, kind="hold", hold_id=made, **span))

        await self.write(work)


def _add(tx: Tx, table: Any, values: dict[str, Any]) -> int:
    made: Any = tx.execute(insert(table).values(**values).returning(table.id)).scalar_one()
    return int(made)


def at(day: str, clock: str) -> datetime:
    """A moment of the day, in UTC."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
