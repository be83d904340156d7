"""The words of booking that its parts and its doors share. All instants are aware UTC datetimes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from crm_store.models import AppointmentKind, AppointmentStatus

Order = Literal["sequence", "parallel"]
"""How several services of one visit go: one after another, or all at once (by several providers)."""
LIVE: Final[frozenset[AppointmentStatus]] = frozenset({"booked", "confirmed", "arrived", "done", "paid"})
"""Appointments that occupy their time; a ``no_show`` or ``cancelled`` one has given it back."""


@dataclass(frozen=True, slots=True)
class Part:
    """One service that is wanted. ``provider_id``: with whom; None for whoever is free, the least busy of that day
    first. ``seats`` of a group session."""

    service_id: int
    provider_id: int | None = None
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted in one visit."""

    parts: tuple[Part, ...]
    order: Order = "sequence"


@dataclass(frozen=True, slots=True)
class SlotPart:
    """One service at its time, as it would be booked. ``starts_at``, ``ends_at`` without buffers; ``busy_from``,
    ``busy_to`` with them: what its resources are taken for. ``resource_ids``: what it takes beside the provider.
    ``session_id``: the group session that it would join; ``left``: seats that are free in it (None: not of a group)."""

    service_id: int
    provider_id: int
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_to: datetime
    resource_ids: tuple[int, ...] = ()
    price_minor: int | None = None
    seats: int = 1
    session_id: int | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which all that is wanted can be had. ``wall_start``: ``YYYY-MM-DDTHH:MM`` in ``zone`` (IANA)."""

    starts_at: datetime
    ends_at: datetime
    wall_start: str
    zone: str
    parts: tuple[SlotPart, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One service of an appointment that stands."""

    id: int
    service_id: int | None
    provider_id: int | None
    session_id: int | None
    starts_at: datetime
    ends_at: datetime
    price_minor: int | None
    discount_minor: int
    seats: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as its readers see it; the columns are those of ``crm_store.models.AppointmentRow``."""

    id: int
    kind: AppointmentKind
    status: AppointmentStatus
    contact_id: int | None
    subject_id: int | None
    conversation_id: int | None
    branch_id: int | None
    title: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    zone: str
    total_minor: int | None
    discount_minor: int
    currency: str | None
    source: str
    note: str
    warning: str
    cancel_reason: str | None
    cancelled_by: str | None
    series_id: int | None
    version: int
    created_at: datetime
    updated_at: datetime
    items: tuple[Item, ...]
