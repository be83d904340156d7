"""The rows of an appointment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from business.booking import showing
from business.booking.fitting import Fit
from business.booking.keeping import Keeping
from business.booking.model import Appointment, BookRequest, Item, Slot, SlotPart
from business.booking.wall import wall_of
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, appointments, holds

Priced = Sequence[tuple[int | None, int, int]]
"""Price, discount and seats of each item."""


def insert_visit(
    tx: Tx, keeping: Keeping, actor: Agent | None, request: BookRequest, found: Fit, now: datetime
) -> Appointment:
    """Writes an appointment, its items and what they occupy. ``request.contact``: the contact's id."""
    slot = _priced(found.slot, request.prices)
    cuts = [*request.part_discounts, *(0 for _ in slot.parts)][: len(slot.parts)]
    for part, cut in zip(slot.parts, cuts, strict=True):
        if cut > (part.price_minor or 0) * part.seats:
            raise Rejected("invalid", "booking.discount_much", field="services")
    priced = [(part.price_minor, cut, part.seats) for part, cut in zip(slot.parts, cuts, strict=True)]
    row: dict[str, object] = {
        "kind": request.kind,
        "contact_id": request.contact,
        "subject_id": request.subject_id,
        "conversation_id": request.conversation_id,
        "branch_id": found.branch_id,
        "title": request.title,
        **times_of(slot),
        "total_minor": checked_total(priced, request.discount_minor),
        "discount_minor": request.discount_minor,
        "currency": found.currency,
        "language": request.language,
        "source": request.source,
        "source_id": request.source_id,
        "note": request.note,
        "warning": request.warning,
        "series_id": request.series_id,
        "copied_from": request.copied_from,
        "created_by": None if actor is None else actor.id,
        "created_at": now,
        "updated_at": now,
    }
    appointment_id = appointments.insert_appointment(tx, row)
    items = [
        appointments.insert_item(
            tx,
            {
                "appointment_id": appointment_id,
                "position": place,
                "service_id": part.service_id or None,
                **part_values(slot, part),
                "price_minor": part.price_minor,
                "discount_minor": cuts[place],
                "seats": part.seats,
            },
        )
        for place, part in enumerate(slot.parts)
    ]
    occupy(tx, keeping, slot, items)
    return showing.require(tx, appointment_id)


def _priced(slot: Slot, prices: Sequence[int | None]) -> Slot:
    """With the prices that were said for its parts."""
    said = (*prices, *[None] * (len(slot.parts) - len(prices)))
    parts = zip(slot.parts, said, strict=False)
    return replace(
        slot, parts=tuple(part if price is None else replace(part, price_minor=price) for part, price in parts)
    )


def part_off(tx: Tx, before: Appointment, item_id: int, now: datetime) -> int:
    """Makes one item an appointment of its own, which occupies what it did; returns its id. A discount of the whole
    stays with the rest."""
    (apart,) = (one for one in before.items if one.id == item_id)
    rest = [one for one in before.items if one.id != item_id]
    total = total_of([(apart.price_minor, apart.discount_minor, apart.seats)], 0)
    fresh = {**_span([apart], before.zone), "total_minor": total, "discount_minor": 0, "series_id": None}
    apart_id = appointments.copy_appointment(tx, before.id, {**fresh, "version": 1, "updated_at": now})
    appointments.change_item(tx, item_id, {"appointment_id": apart_id, "position": 0})
    left = total_of([(one.price_minor, one.discount_minor, one.seats) for one in rest], before.discount_minor)
    appointments.change_appointment(tx, before.id, {**_span(rest, before.zone), "total_minor": left}, now)
    return apart_id


def _span(items: Sequence[Item], zone: str) -> dict[str, object]:
    starts_at = min(one.starts_at for one in items)
    wall = wall_of(starts_at, ZoneInfo(zone))
    return {"starts_at": starts_at, "ends_at": max(one.ends_at for one in items), "wall_start": wall}


def occupy(tx: Tx, keeping: Keeping, slot: Slot, item_ids: Sequence[int]) -> None:
    """Takes the time of a slot for items, one a part."""
    for item_id, session_id in zip(item_ids, keeping.take_items(tx, slot, item_ids), strict=True):
        if session_id is not None:
            holds.join_session(tx, item_id, session_id)


def times_of(slot: Slot) -> dict[str, object]:
    """When an appointment is."""
    return {
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "wall_start": slot.wall_start,
        "zone": slot.zone,
    }


def part_values(slot: Slot, part: SlotPart) -> dict[str, object]:
    """By whom and when an item is."""
    return {
        "provider_id": part.provider_id,
        "starts_at": part.starts_at,
        "ends_at": part.ends_at,
        "wall_start": wall_of(part.starts_at, ZoneInfo(slot.zone)),
    }


def checked_total(items: Priced, discount_minor: int) -> int | None:
    """The same for a discount that is given now. Raises Rejected invalid for one above what is to be paid."""
    if discount_minor > (total_of(items, 0) or 0):
        raise Rejected("invalid", "booking.discount_whole", field="discount_minor")
    return total_of(items, discount_minor)


def total_of(items: Priced, discount_minor: int) -> int | None:
    """What is to be paid, never less than nothing; None where nothing has a price."""
    prices = [price * seats - discount for price, discount, seats in items if price is not None]
    return max(sum(prices) - discount_minor, 0) if prices else None
