"""The words of booking that its parts and its doors share. All instants are aware UTC datetimes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from conversation.events import CalendarChanged, Event
from conversation.messages import Language
from crm_store.models import AllocationKind, AppointmentKind, AppointmentStatus, HoldPurpose
from crm_store.visits import Consent

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
    arrived_at: datetime | None
    series_id: int | None
    version: int
    created_at: datetime
    updated_at: datetime
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as he is stated. ``verified``: the phone is proven to be his; only then, or where an agent books, is
    he taken for a contact that has it."""

    name: str = ""
    phone: str = ""
    email: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class BookRequest:
    """What is to be booked. ``contact``: the id of one, who he is, or None for an entry that is about nobody.

    ``hold_id``: the time is held by it already. ``kind`` other than ``visit``: an entry of the journal, whose parts
    have no service (id 0) and last ``minutes``. ``minutes``: how long the parts take where they differ; ``prices``:
    what each costs where it is other than the catalogue says; ``part_discounts``: of each part, beside
    ``discount_minor`` of the whole. ``online``: the customer books himself, only what is open to him. ``override``: an
    agent knows better than the rules: past, off the schedule, at short notice. What is taken is taken all the same.
    ``consent``: what the customer agreed to, kept with the booking, and ``remote``: from where; no part of what a
    repeat must say again.
    """

    wanted: Wanted
    starts_at: datetime
    contact: int | Person | None
    source: str
    conversation_id: int | None = None
    subject_id: int | None = None
    note: str = ""
    warning: str = ""
    language: Language | None = None
    hold_id: int | None = None
    kind: AppointmentKind = "visit"
    title: str = ""
    minutes: tuple[int | None, ...] = ()
    prices: tuple[int | None, ...] = ()
    discount_minor: int = 0
    part_discounts: tuple[int, ...] = ()
    source_id: int | None = None
    online: bool = False
    override: bool = False
    series_id: int | None = None
    copied_from: int | None = None
    consent: Consent | None = field(default=None, repr=False)
    remote: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Booked:
    """``repeated``: it was booked by this key before. ``events``: to be published after the commit."""

    appointment: Appointment
    repeated: bool = False
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is held until ``expires_at``."""

    hold_id: int
    purpose: HoldPurpose
    expires_at: datetime
    slot: Slot
    repeated: bool = False
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """Whose calendars have more free time than they had."""

    resource_ids: tuple[int, ...]
    events: tuple[Event, ...] = ()

    @classmethod
    def of(cls, resource_ids: Iterable[int]) -> "Released":
        """With the event that says so; none where nothing was given back."""
        ids = tuple(sorted(set(resource_ids)))
        return cls(ids, (CalendarChanged(ids),) if ids else ())


@dataclass(frozen=True, slots=True)
class BusyTime:
    """A break, an absence or a repair entered by hand."""

    id: int
    resource_id: int
    starts_at: datetime
    ends_at: datetime
    kind: AllocationKind
    note: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What binds a booking. Of customers who book themselves (``online``: they may): ``notice_min``, at least so long
    before; ``far_days``, at most so far ahead; ``change_min``, so long before they may still move or cancel; after
    ``late_min`` a cancellation is a late one. ``hold_min``: how long a time is held; ``step_min``: the grid
    of starts of services that have none of their own. ``revert_min``: for so long a step
    of the status path may be taken back (0: never)."""

    online: bool = True
    notice_min: int = 0
    far_days: int = 365
    change_min: int = 0
    late_min: int = 180
    hold_min: int = 10
    step_min: int = 1
    revert_min: int = 24 * 60
