"""Appointments as REST answers with them, and what it says of those that are refused."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar, cast

from business.booking.model import Appointment
from business.booking.moving import Move
from conversation.errors import Rejected
from conversation.wire import get_optional_int
from crm_store import Tx, appointments
from desk.rest import appointment_wire as wire
from desk.rest.api import Call

T = TypeVar("T")


def show(tx: Tx, value: Appointment) -> dict[str, object]:
    """One."""
    return show_all(tx, [value])[0]


def show_all(tx: Tx, values: list[Appointment]) -> list[dict[str, object]]:
    """Several, with the names of their customers."""
    names = appointments.names_of(tx, {one.contact_id for one in values if one.contact_id is not None})
    return [wire.appointment(one, names) for one in values]


def read_move(call: Call) -> Move | None:
    """Where a body moves a visit; None where it stays."""
    body = call.body
    if all(body.get(key) is None for key in ("starts_at", "ends_at", "provider_id", "providers")):
        return None
    starts_at, ends_at = (
        None if body.get(key) is None else wire.read_moment(body, key) for key in ("starts_at", "ends_at")
    )
    return Move(
        starts_at,
        get_optional_int(body, "provider_id"),
        ends_at,
        override=body.get("override") is True,
        providers=tuple(cast("Sequence[int]", body.get("providers") or ())),
    )


async def refused(deed: Awaitable[T]) -> T:
    """Waits for it; what it refuses is told as the wire has it."""
    try:
        return await deed
    except Rejected as error:
        raise (wire.refusal(error) if error.extra else error) from error
