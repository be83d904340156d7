"""What webhooks are told: a delivery is written in the transaction of what it tells of."""

import json
import secrets
from dataclasses import dataclass
from typing import Final

from business.booking.model import Appointment, Item
from conversation import clock
from conversation.clock import to_iso
from conversation.events import AppointmentChanged
from conversation.messages import JsonObject
from crm_store import Tx, webhooks

EVENTS: Final = tuple(
    f"appointment.{verb}"
    for verb in ("booked", "moved", "cancelled", "confirmed", "arrived", "done", "paid", "missed", "changed")
)
"""What there is to hear of."""
PING: Final = "ping"
"""The event of a trial."""


@dataclass(frozen=True, slots=True)
class Telling:
    """``attempts``: after so many failed ones a delivery is given up."""

    attempts: int = 15

    def appointment_changed(self, tx: Tx, event: AppointmentChanged, appointment: Appointment) -> None:
        """Writes a delivery for each webhook that listens. Follows every change of an appointment."""
        for hook in webhooks.list_all(tx):
            if hook.active and event.name in hook.events:
                key = f"{event.name}:{appointment.id}:{appointment.version}"
                self.write(tx, hook.id, event.name, {"appointment": show_appointment(appointment)}, key)

    def write(self, tx: Tx, webhook_id: int, event: str, data: JsonObject, key: str) -> int:
        """One delivery; ``key``: of two with the same key the first counts."""
        at = clock.now()
        delivery = secrets.token_hex(16)
        body = {"id": delivery, "event": event, "at": to_iso(at), "data": data}
        payload: JsonObject = {
            "webhook_id": webhook_id,
            "delivery": delivery,
            "event": event,
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        }
        return webhooks.enqueue(tx, payload, f"webhook:{webhook_id}:{key}", at, self.attempts)


def show_appointment(one: Appointment) -> JsonObject:
    """An appointment as other programs get it: numbers and times, nobody's name or phone."""
    first = one.items[0] if one.items else None
    return {
        "id": one.id,
        "kind": one.kind,
        "status": one.status,
        "service_id": None if first is None else first.service_id,
        "provider_id": None if first is None else first.provider_id,
        "starts_at": to_iso(one.starts_at),
        "ends_at": to_iso(one.ends_at),
        "wall_start": one.wall_start,
        "zone": one.zone,
        "contact_id": one.contact_id,
        "branch_id": one.branch_id,
        "total_minor": one.total_minor,
        "currency": one.currency,
        "source": one.source,
        "cancel_reason": one.cancel_reason,
        "cancelled_by": one.cancelled_by,
        "version": one.version,
        "updated_at": to_iso(one.updated_at),
        "items": [_show_item(item) for item in one.items],
    }


def _show_item(item: Item) -> JsonObject:
    return {
        "service_id": item.service_id,
        "provider_id": item.provider_id,
        "starts_at": to_iso(item.starts_at),
        "ends_at": to_iso(item.ends_at),
        "price_minor": item.price_minor,
        "seats": item.seats,
    }
