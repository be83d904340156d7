"""The work behind the talk: outgoing messages, jobs, idempotency keys, the audit log, settings and counters."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import Channel, JsonObject
from crm_store.models.base import Base, JobState, OutgoingState
from crm_store.types import JsonText, named, one_of

_QUEUED = text("state = 'queued'")
_LEASED = text("state = 'leased'")
_IN_LINE = text("message_id IS NOT NULL AND (state = 'queued' OR state = 'leased')")


class OutgoingRow(Base):
    """Something to be sent by a channel; written in the transaction that decided it, sent only by routing's outbox.

    ``recipient``: the address as the channel knows it, whether or not a contact has it (``address_id``). ``far_id``:
    what the far side calls a letter; the names of a talk's messages are in ``far_messages``.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        named("channel"),
        one_of("state", OutgoingState),
        Index(
            "ix_outgoing_queued",
            "not_before",
            sqlite_where=_QUEUED,
            postgresql_where=_QUEUED,
        ),
        Index(
            "ix_outgoing_leased",
            "lease_until",
            sqlite_where=_LEASED,
            postgresql_where=_LEASED,
        ),
        Index("ix_outgoing_line", "address_id", "id", sqlite_where=_IN_LINE, postgresql_where=_IN_LINE),
        Index(None, "conversation_id"),
        Index(None, "recipient", "created_at"),
        Index(None, "channel", "created_at"),
        Index(None, "far_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"))
    channel: Mapped[Channel]
    purpose: Mapped[str]
    payload: Mapped[JsonObject]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[OutgoingState] = mapped_column(server_default="queued")
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    recipient: Mapped[str] = mapped_column(server_default="")
    far_id: Mapped[str | None]


class JobRow(Base):
    """Work to be done at ``run_at`` or later, at least once, by whoever holds the lease."""

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("state", JobState),
        Index("ix_jobs_queued", "run_at", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index(
            "ix_jobs_leased",
            "lease_until",
            sqlite_where=_LEASED,
            postgresql_where=_LEASED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[JsonObject]
    run_at: Mapped[datetime]
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[JobState] = mapped_column(server_default="queued")
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(server_default=text("10"))
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]


class IdempotencyKeyRow(Base):
    """A request that must happen once: its hash, and the answer given (None while it is under way)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "expires_at"),)

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    response: Mapped[JsonObject | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AuditRow(Base):
    """Who did what to whom, before and after. Triggers refuse to change or delete a row."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index(None, "entity", "entity_id"),
        Index(None, "actor_kind", "actor_id"),
        Index(None, "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int | None]
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]
    remote: Mapped[str | None]


class AuditValuesRow(Base):
    """What a deed about a person changed, before and after; its line of the log keeps the names of the fields.

    Never changed, and deleted only where the person is erased or the values have rested long enough.
    """

    __tablename__ = "audit_values"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit_log.id"), primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(index=True)
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]


class SettingRow(Base):
    """One setting kept in the store; ``value`` is any JSON."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(JsonText(), nullable=False)
    updated_at: Mapped[datetime]


class CounterRow(Base):
    """A store-wide number taken under its row's lock. ``event`` is the last event number given."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(server_default=text("0"))


class DemoRow(Base):
    """A row that the demo seeded, so that removing the demo leaves everything else."""

    __tablename__ = "demo_rows"

    entity: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
