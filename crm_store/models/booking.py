"""What can be booked: services, who and what they take, and when these work.

Names that customers read are kept by language: ``{"hy": "...", "ru": "..."}``.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject
from crm_store.models.base import Base, ResourceKind, RuleKind
from crm_store.types import one_of

_EMPTY = text("'{}'")


class ServiceGroupRow(Base):
    """A group of the catalogue. Its services stay when it goes."""

    __tablename__ = "service_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[JsonObject]
    position: Mapped[int] = mapped_column(server_default=text("0"))


class ServiceRow(Base):
    """Something the firm does for a customer.

    ``buffer_before_min``, ``buffer_after_min``: kept free around it. ``capacity``: seats of one session, 1 for one
    customer at a time. ``online``: customers may book it themselves. ``step_min``: its own grid of starts, None for the
    firm's. ``promotion``: terms of an offer, in words; ``promo_price_minor``: what it costs on the days of the wall
    from ``promo_from`` to ``promo_until`` (``YYYY-MM-DD``, either may be open), where that is less.
    """

    __tablename__ = "services"
    __table_args__ = (
        CheckConstraint("duration_min > 0 AND buffer_before_min >= 0 AND buffer_after_min >= 0", name="times"),
        CheckConstraint("capacity >= 1", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_groups.id", ondelete="SET NULL"), index=True)
    name: Mapped[JsonObject]
    description: Mapped[JsonObject] = mapped_column(server_default=_EMPTY)
    duration_min: Mapped[int]
    price_minor: Mapped[int | None]
    currency: Mapped[str | None]
    code: Mapped[str | None]
    barcode: Mapped[str | None]
    article: Mapped[str | None]
    buffer_before_min: Mapped[int] = mapped_column(server_default=text("0"))
    buffer_after_min: Mapped[int] = mapped_column(server_default=text("0"))
    capacity: Mapped[int] = mapped_column(server_default=text("1"))
    online: Mapped[bool] = mapped_column(server_default=text("true"))
    step_min: Mapped[int | None]
    colour: Mapped[str | None]
    promotion: Mapped[str] = mapped_column(server_default="")
    promo_price_minor: Mapped[int | None]
    promo_from: Mapped[str | None]
    promo_until: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ResourceRow(Base):
    """Whoever or whatever has a calendar of its own: a provider (one of the staff), a room, a chair, a device.

    ``agent_id``: the provider's own login, if he has one. ``level``: master, senior, ... in the firm's words.
    ``version`` rises in every transaction that changes the resource's allocations, schedule or itself: what was
    computed of its calendar holds as long as it stands. ``feed_key``: the secret of its iCal address.
    """

    __tablename__ = "resources"
    __table_args__ = (one_of("kind", ResourceKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ResourceKind]
    name: Mapped[JsonObject]
    about: Mapped[JsonObject] = mapped_column(server_default=_EMPTY)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"), index=True)
    level: Mapped[str] = mapped_column(server_default="")
    skills: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    online: Mapped[bool] = mapped_column(server_default=text("true"))
    colour: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    version: Mapped[int] = mapped_column(server_default=text("0"))
    feed_key: Mapped[str | None] = mapped_column(unique=True)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ServiceProviderRow(Base):
    """Who does a service, in his own time and for his own price where they differ."""

    __tablename__ = "service_providers"

    service_id: Mapped[int] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)
    provider_id: Mapped[int] = mapped_column(
        ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    duration_min: Mapped[int | None]
    price_minor: Mapped[int | None]


class ServiceNeedRow(Base):
    """What a service takes beside its provider: for each ``need`` (1, 2, ...) any one of the resources named for it."""

    __tablename__ = "service_needs"

    service_id: Mapped[int] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)
    need: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ScheduleRuleRow(Base):
    """When a resource works, by a rule; of several that cover a day the one made last holds.

    ``starts_on``, ``until``: YYYY-MM-DD of the place's wall, both inclusive. ``hours`` of ``weekly``:
    ``{"mon": [["10:00", "14:00"], ["15:00", "20:00"]], ...}``, a day not named is off; of ``cycle``:
    ``{"on": [["10:00", "20:00"]]}``, worked ``on_days`` days from ``starts_on`` on, then ``off_days`` off, and again.
    An end at or before its start is on the next day. Breaks are the gaps.
    """

    __tablename__ = "schedule_rules"
    __table_args__ = (one_of("kind", RuleKind), Index(None, "resource_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    kind: Mapped[RuleKind]
    starts_on: Mapped[str]
    until: Mapped[str | None]
    hours: Mapped[JsonObject]
    on_days: Mapped[int | None]
    off_days: Mapped[int | None]
    created_at: Mapped[datetime]


class ScheduleDayRow(Base):
    """One day that differs from the rules: ``hours`` ``[["10:00", "16:00"]]``, empty for a day off."""

    __tablename__ = "schedule_days"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    hours: Mapped[list[list[str]]]
    note: Mapped[str] = mapped_column(server_default="")


class OutsideCalendarRow(Base):
    """A busy calendar kept elsewhere (iCal by URL), read from time to time into ``allocations`` of kind ``outside``."""

    __tablename__ = "outside_calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str]
    etag: Mapped[str | None]
    digest: Mapped[str | None]
    fetched_at: Mapped[datetime | None]
    error: Mapped[str | None]
    next_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]


class WebhookRow(Base):
    """Where other programs are told of what happens: ``events`` by name, each delivery signed with ``secret``."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]
