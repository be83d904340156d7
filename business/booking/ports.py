"""What the waiting list and the reminders ask of the calendar, each inside the transaction that decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from business.booking.model import Slot, Wanted
from conversation.events import Event
from crm_store import Tx


class Kept(NamedTuple):
    """An appointment that was made or changed, and what is to be published after the commit."""

    appointment_id: int
    events: Sequence[Event]


class Held(NamedTuple):
    """A hold that was made, and what is to be published after the commit."""

    hold_id: int
    events: Sequence[Event]


class Calendar(Protocol):
    """Free time, holds and appointments."""

    def find_in(self, tx: Tx, wanted: Wanted, start: datetime, end: datetime) -> Sequence[Slot]:
        """Starts between two moments at which all that is wanted is free, in order."""

    def hold_in(self, tx: Tx, wanted: Wanted, slot: Slot, key: str, contact_id: int, until: datetime) -> Held:
        """Keeps a slot for a contact until a moment. Raises Rejected slot_taken, and then wrote nothing."""

    def release_in(self, tx: Tx, hold_id: int) -> Sequence[Event]:
        """Gives a hold's time back; what is to be published after the commit."""

    def book_in(self, tx: Tx, hold_id: int, contact_id: int, conversation_id: int | None) -> Kept:
        """Makes an appointment of a hold. Raises Rejected slot_taken where it is gone and its time with it, and then
        wrote nothing."""

    def confirm_in(self, tx: Tx, appointment_id: int) -> Kept | None:
        """The customer said that he comes; None where there is nothing to confirm."""
