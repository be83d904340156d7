"""The path of an appointment: booked, confirmed, arrived, done, paid; no-show and cancelled beside it."""

from datetime import datetime, timedelta
from typing import Final

from business.booking.model import LIVE, Appointment, BookingRules
from conversation.errors import Rejected
from crm_store.models import AppointmentStatus

PATH: Final[tuple[AppointmentStatus, ...]] = ("booked", "confirmed", "arrived", "done", "paid")
NAMES: Final[dict[AppointmentStatus, str]] = {
    "booked": "appointment.changed",
    "confirmed": "appointment.confirmed",
    "arrived": "appointment.arrived",
    "done": "appointment.done",
    "paid": "appointment.paid",
    "no_show": "appointment.missed",
    "cancelled": "appointment.cancelled",
}
"""What the event of a step is called."""
_STAMPS: Final[dict[AppointmentStatus, str]] = {
    "confirmed": "confirmed_at",
    "arrived": "arrived_at",
    "done": "done_at",
    "paid": "closed_at",
    "no_show": "closed_at",
    "cancelled": "closed_at",
}


def check_step(before: Appointment, to: AppointmentStatus, rules: BookingRules, now: datetime) -> None:
    """Raises Rejected conflict for a step that may not be taken: back, after its time, and a no-show before the
    visit's."""
    if to == "no_show" and now < before.starts_at:
        raise Rejected("conflict", "booking.not_yet", field="status")
    if is_forward(before.status, to):
        return
    if before.updated_at < now - timedelta(minutes=rules.revert_min):
        raise Rejected("conflict", "booking.revert_late", field="status")


def is_forward(before: AppointmentStatus, to: AppointmentStatus) -> bool:
    """Whether a step goes on; from done and paid nobody is cancelled or missed."""
    if before not in PATH:
        return False
    if to not in PATH:
        return before not in ("done", "paid")
    return PATH.index(to) > PATH.index(before)


def occupies(status: AppointmentStatus) -> bool:
    """Whether an appointment of this status takes its time."""
    return status in LIVE


def stamps(to: AppointmentStatus, now: datetime) -> dict[str, datetime | None]:
    """The moments that a step sets, and those it takes back."""
    reached = PATH.index(to) if to in PATH else len(PATH)
    later: dict[str, datetime | None] = {_STAMPS[one]: None for one in PATH[reached + 1 :]}
    own = _STAMPS.get(to)
    return later if own is None else {**later, own: now}
