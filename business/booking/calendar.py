"""The firm's calendar as the waiting list and the reminders use it: free time, holds and appointments together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from business.booking import showing
from business.booking.ground import Limits
from business.booking.holds import Holds
from business.booking.model import BookRequest, Part, Slot, Wanted
from business.booking.ports import Held, Kept
from business.booking.settings import BookingSettings
from business.booking.slots import Slots
from business.booking.visits import Visits
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event
from crm_store import Tx, holds

SOURCE = "waitlist"
_MINUTE = timedelta(minutes=1)


class FirmCalendar:
    """The port ``Calendar``. Those who change the calendar tell the waiting list and the reminders of it, so they are
    made with these and ``attach``ed afterwards."""

    def __init__(self) -> None:
        self._parts: _Parts | None = None

    def attach(self, slots: Slots, visits: Visits, kept: Holds) -> None:
        """By whom free time is found, and holds and appointments are made. To be called once, before anything
        happens."""
        self._parts = _Parts(slots, visits, kept)

    def find_in(self, tx: Tx, wanted: Wanted, start: datetime, end: datetime) -> Sequence[Slot]:
        """See the port."""
        given = BookingSettings.load(tx)
        limits = Limits(given.step_min, given.notice_min, given.far_days)
        return self._attached.slots.find_in(tx, wanted, start, end, limits=limits)

    def hold_in(self, tx: Tx, wanted: Wanted, slot: Slot, key: str, contact_id: int, until: datetime) -> Held:
        """See the port."""
        pinned = _pinned(slot, wanted)
        minutes = max(1, -((clock.now() - until) // _MINUTE))
        held = self._attached.holds.take_in(
            tx, pinned, slot.starts_at, "waitlist", key, contact_id=contact_id, minutes=minutes
        )
        return Held(held.hold_id, held.events)

    def release_in(self, tx: Tx, hold_id: int) -> Sequence[Event]:
        """See the port."""
        return self._attached.holds.release_in(tx, hold_id).events

    def book_in(self, tx: Tx, hold_id: int, contact_id: int, conversation_id: int | None) -> Kept:
        """See the port."""
        hold = holds.find_hold(tx, hold_id)
        if hold is None:
            raise Rejected("slot_taken", "booking.slot_taken")
        slot = showing.kept_slot(hold.wanted)
        wanted = Wanted(tuple(Part(one.service_id, one.provider_id, one.seats) for one in slot.parts))
        request = BookRequest(
            wanted, slot.starts_at, contact_id, SOURCE, conversation_id=conversation_id, hold_id=hold_id
        )
        booked = self._attached.visits.book_in(tx, None, request)
        return Kept(booked.appointment.id, booked.events)

    def confirm_in(self, tx: Tx, appointment_id: int) -> Kept | None:
        """See the port."""
        if showing.require(tx, appointment_id).status != "booked":
            return None
        booked = self._attached.visits.set_status_in(tx, None, appointment_id, "confirmed")
        return Kept(booked.appointment.id, booked.events)

    @property
    def _attached(self) -> "_Parts":
        if self._parts is None:
            raise RuntimeError("the calendar is not attached to those who change it")
        return self._parts


class _Parts(NamedTuple):
    slots: Slots
    visits: Visits
    holds: Holds


def _pinned(slot: Slot, wanted: Wanted) -> Wanted:
    """The same with those who were found free."""
    named = {one.service_id: one.provider_id for one in slot.parts}
    return replace(wanted, parts=tuple(replace(one, provider_id=named[one.service_id]) for one in wanted.parts))
