"""Appointments as they are kept, read; slots as a hold keeps them."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import cast

from business.booking.model import Appointment, Item, Slot, SlotPart
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Json, JsonObject
from crm_store import Tx, appointments
from crm_store.rows import AnyRow

_PLAIN = tuple(one.name for one in fields(Appointment) if one.name != "items")
_ITEM = tuple(one.name for one in fields(Item))


def find(tx: Tx, appointment_id: int) -> Appointment | None:
    """One, None where there is none."""
    found = appointments.find_appointment(tx, appointment_id)
    return None if found is None else read_row(*found)


def require(tx: Tx, appointment_id: int) -> Appointment:
    """One that there is. Raises Rejected not_found."""
    found = find(tx, appointment_id)
    if found is None:
        raise Rejected("not_found", "booking.appointment_unknown")
    return found


def read_row(row: AnyRow, items: Sequence[AnyRow]) -> Appointment:
    """A row and the rows of its items."""
    plain = row._mapping
    shown = tuple(Item(**{name: item._mapping[name] for name in _ITEM}) for item in items)
    return Appointment(**{name: plain[name] for name in _PLAIN}, items=shown)


def read_rows(tx: Tx, rows: Collection[AnyRow]) -> list[Appointment]:
    """Several at once."""
    of: dict[int, list[AnyRow]] = {}
    for item in appointments.list_items(tx, [row.id for row in rows]) if rows else ():
        of.setdefault(item.appointment_id, []).append(item)
    return [read_row(row, of.get(row.id, ())) for row in rows]


def keep_slot(slot: Slot) -> JsonObject:
    """A slot as a hold keeps it; see ``kept_slot``."""
    parts: list[Json] = [
        {
            "service_id": part.service_id,
            "provider_id": part.provider_id,
            "times": [clock.to_ms(one) for one in (part.starts_at, part.ends_at, part.busy_from, part.busy_to)],
            "resource_ids": list(part.resource_ids),
            "price_minor": part.price_minor,
            "seats": part.seats,
            "left": part.left,
        }
        for part in slot.parts
    ]
    times: list[Json] = [clock.to_ms(slot.starts_at), clock.to_ms(slot.ends_at)]
    return {"times": times, "wall_start": slot.wall_start, "zone": slot.zone, "parts": parts}


def kept_slot(kept: JsonObject) -> Slot:
    """What ``keep_slot`` kept."""
    parts: list[SlotPart] = []
    for one in cast("list[JsonObject]", kept["parts"]):
        times = [clock.from_ms(moment) for moment in cast("list[int]", one["times"])]
        parts.append(
            SlotPart(
                cast("int", one["service_id"]),
                cast("int", one["provider_id"]),
                times[0],
                times[1],
                times[2],
                times[3],
                tuple(cast("list[int]", one["resource_ids"])),
                cast("int | None", one["price_minor"]),
                cast("int", one["seats"]),
                None,
                cast("int | None", one["left"]),
            )
        )
    starts_at, ends_at = (clock.from_ms(moment) for moment in cast("list[int]", kept["times"]))
    return Slot(starts_at, ends_at, str(kept["wall_start"]), str(kept["zone"]), tuple(parts))
