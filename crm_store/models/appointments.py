"""What is booked: appointments and their items, group sessions, holds, the waiting list, busy time.

``wall_start``: ``YYYY-MM-DDTHH:MM`` as the clock on the wall shows it in ``zone`` (IANA); ``starts_at`` is derived from
both, and anew when the rules of a zone change.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject, Language
from crm_store.models.base import (
    AllocationKind,
    AppointmentKind,
    AppointmentStatus,
    Base,
    HoldPurpose,
    OfferState,
    WishState,
)
from crm_store.types import one_of

_EXCLUSIVE = text("exclusive")


class AppointmentRow(Base):
    """A visit of a customer with one or several services, or another entry of the journal (meeting, call, repair).

    ``source``: the door it came by; ``source_id``: where he heard of the firm (contact_sources). ``subject_id``: the
    child, pet or car it is for. ``series_id``: the first appointment of those that recur together; ``copied_from``: the
    one it is a copy of. ``cancelled_by``: ``customer`` or ``firm``; ``late``: cancelled within the firm's notice.
    ``version`` rises with every change: who changes says which one he saw. ``total_minor`` is after all discounts.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        one_of("kind", AppointmentKind),
        one_of("status", AppointmentStatus),
        Index(None, "starts_at", "id"),
        Index(None, "contact_id", "starts_at"),
        Index(None, "conversation_id"),
        Index(None, "series_id"),
        Index(None, "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AppointmentKind] = mapped_column(server_default="visit")
    status: Mapped[AppointmentStatus] = mapped_column(server_default="booked")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    title: Mapped[str] = mapped_column(server_default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall_start: Mapped[str]
    zone: Mapped[str]
    total_minor: Mapped[int | None]
    discount_minor: Mapped[int] = mapped_column(server_default=text("0"))
    currency: Mapped[str | None]
    language: Mapped[Language | None]
    source: Mapped[str]
    source_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(server_default="")
    warning: Mapped[str] = mapped_column(server_default="")
    cancel_reason: Mapped[str | None]
    cancelled_by: Mapped[str | None]
    late: Mapped[bool] = mapped_column(server_default=text("false"))
    series_id: Mapped[int | None]
    copied_from: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class GroupSessionRow(Base):
    """One session of a service for several: it occupies its resources once, its seats are ``taken`` by a conditional
    update."""

    __tablename__ = "group_sessions"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="seats"),
        Index("uq_group_sessions_start", "provider_id", "service_id", "starts_at", unique=True),
        Index(None, "service_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("resources.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall_start: Mapped[str]
    zone: Mapped[str]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default=text("0"))


class AppointmentItemRow(Base):
    """One service of an appointment, by one provider, at its time (without buffers). ``seats`` of a group session."""

    __tablename__ = "appointment_items"
    __table_args__ = (
        Index(None, "appointment_id", "position"),
        Index(None, "provider_id", "starts_at"),
        Index(None, "service_id", "starts_at"),
        Index(None, "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(server_default=text("0"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("group_sessions.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall_start: Mapped[str]
    price_minor: Mapped[int | None]
    discount_minor: Mapped[int] = mapped_column(server_default=text("0"))
    seats: Mapped[int] = mapped_column(server_default=text("1"))


class HoldRow(Base):
    """Time kept for somebody who has not yet said yes: real, exclusive, and gone at ``expires_at``.

    ``key``: the caller's own, so that a repeat takes nothing more. ``wanted``: what an appointment made of it will be.
    """

    __tablename__ = "holds"
    __table_args__ = (one_of("purpose", HoldPurpose), Index(None, "expires_at"), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[HoldPurpose]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    wanted: Mapped[JsonObject]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SessionHoldRow(Base):
    """Seats of a group session that a hold keeps; they are counted in ``taken``."""

    __tablename__ = "session_holds"

    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("group_sessions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seats: Mapped[int] = mapped_column(server_default=text("1"))


class AllocationRow(Base):
    """Busy time of a resource, buffers inside: the one truth of it. Free is what is worked and not allocated.

    ``exclusive`` ones never overlap on a resource: PostgreSQL's exclusion constraint and SQLite's trigger see to it.
    Those that are not come from outside, where others overlap as they like; they keep new ones away all the same.
    Exactly one of ``item_id``, ``session_id``, ``hold_id``, ``calendar_id`` says whose it is; none: a break, an
    absence or a repair entered by hand.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        one_of("kind", AllocationKind),
        CheckConstraint("ends_at > starts_at", name="times"),
        Index(
            "ix_allocations_exclusive",
            "resource_id",
            "starts_at",
            "ends_at",
            sqlite_where=_EXCLUSIVE,
            postgresql_where=_EXCLUSIVE,
        ),
        Index(None, "resource_id", "ends_at", "starts_at", "kind"),
        Index(None, "item_id"),
        Index(None, "session_id"),
        Index(None, "hold_id"),
        Index(None, "calendar_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[AllocationKind]
    exclusive: Mapped[bool] = mapped_column(server_default=text("true"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_items.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("group_sessions.id", ondelete="CASCADE"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id", ondelete="CASCADE"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("outside_calendars.id", ondelete="CASCADE"))
    note: Mapped[str] = mapped_column(server_default="")


class WaitlistWishRow(Base):
    """Somebody wants a time that is not free: which services, with whom, on which days, at what hours.

    ``service_ids`` in their order; ``from_day``, ``to_day``: YYYY-MM-DD; ``weekdays``: ``mon`` ... ``sun``, empty for
    all; ``from_time``, ``to_time``: HH:MM of the wall, in which the visit must lie; ``seats``: for how many people.
    First come, first offered.
    """

    __tablename__ = "waitlist_wishes"
    __table_args__ = (one_of("state", WishState), Index(None, "state", "id"), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    service_ids: Mapped[list[int]]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id"))
    from_day: Mapped[str]
    to_day: Mapped[str]
    weekdays: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    from_time: Mapped[str | None]
    to_time: Mapped[str | None]
    state: Mapped[WishState] = mapped_column(server_default="waiting")
    note: Mapped[str] = mapped_column(server_default="")
    language: Mapped[Language | None]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    seats: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WaitlistOfferRow(Base):
    """A time offered to one who waits, held until ``expires_at``. The same time is never offered to him twice."""

    __tablename__ = "waitlist_offers"
    __table_args__ = (
        one_of("state", OfferState),
        Index("uq_waitlist_offers_time", "wish_id", "starts_at", "provider_id", unique=True),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("waitlist_wishes.id", ondelete="CASCADE"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id", ondelete="SET NULL"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("resources.id"))
    starts_at: Mapped[datetime]
    state: Mapped[OfferState] = mapped_column(server_default="offered")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
