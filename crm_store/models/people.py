"""The firm and the people: branches, inboxes, teams, roles, agents and their sessions, contacts and their addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import Channel, JsonObject, Language, PresenceStatus
from crm_store.models.base import AddressChannel, Base
from crm_store.ordering import order_key
from crm_store.types import named, one_of


class BranchRow(Base):
    """A place of business. ``timezone``: IANA name, ``country``: ISO 3166-1 alpha-2, ``texts``: own wordings by key;
    ``archived_at``: closed, kept for what happened there."""

    __tablename__ = "branches"
    __table_args__ = (one_of("language", Language),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]
    country: Mapped[str]
    language: Mapped[Language]
    address: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str | None]
    texts: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    city: Mapped[str] = mapped_column(server_default="")
    archived_at: Mapped[datetime | None]


class TeamRow(Base):
    """Agents who answer together; of one branch, or of all (``branch_id`` None). ``archived_at``: nothing comes to it
    any more.

    How its conversations find an answerer (docs/subsystems/assignment.md): ``policy`` by name; ``capacity``: how many
    of its conversations one member is given at once, None for as many as the member's own capacity; ``gap_s``: seconds
    between two conversations given to one member; ``answer_s``: seconds in which he is to answer, None without end;
    ``escalate_s``: the same for a junior where juniors come first; ``give_back_s``: seconds after which one who is
    gone gives back those who wait. ``escalate_team_id``, ``fallback_team_id``: teams that take over; no foreign keys,
    since SQLite cannot add one to a table that stands.
    """

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    name: Mapped[str]
    archived_at: Mapped[datetime | None]
    policy: Mapped[str] = mapped_column(server_default="balanced")
    capacity: Mapped[int | None]
    gap_s: Mapped[int] = mapped_column(server_default=text("0"))
    answer_s: Mapped[int | None] = mapped_column(server_default=text("120"))
    escalate_s: Mapped[int | None]
    escalate_team_id: Mapped[int | None]
    fallback_team_id: Mapped[int | None]
    give_back_s: Mapped[int | None] = mapped_column(server_default=text("120"))


class InboxRow(Base):
    """Where a door's conversations arrive. ``key`` is public (the widget names it); ``team_id`` takes new ones, and
    ``skill`` is what their answerer should know about."""

    __tablename__ = "inboxes"
    __table_args__ = (named("channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    channel: Mapped[Channel]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    settings: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    allowed_domains: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    skill: Mapped[str | None]


class RoleRow(Base):
    """A named set of permissions."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))


class AgentRow(Base):
    """One who answers. ``login`` is casefolded by who writes it; ``status`` is the presence he chose.

    ``capacity``: conversations that he is given at once (he may take more by himself), 0 for none. ``weight``: his
    share of them beside others. ``level``: 1 a junior to 5 an expert. ``languages``, ``skills``: what he speaks and
    knows about; with no languages named he takes all. ``shift_ends_at``: the end of the shift he works now.
    """

    __tablename__ = "agents"
    __table_args__ = (one_of("language", Language), one_of("status", PresenceStatus))

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"))
    language: Mapped[Language] = mapped_column(server_default="en")
    photo: Mapped[str | None]
    capacity: Mapped[int] = mapped_column(server_default=text("10"))
    status: Mapped[PresenceStatus] = mapped_column(server_default="online")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    level: Mapped[int] = mapped_column(server_default=text("3"))
    weight: Mapped[int] = mapped_column(server_default=text("1"))
    languages: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    skills: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    last_assigned_at: Mapped[datetime | None]
    shift_ends_at: Mapped[datetime | None]


class TeamMemberRow(Base):
    """An agent belongs to a team."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True, index=True)


class AgentSessionRow(Base):
    """A login that holds until it expires or is revoked. Only the token's hash is kept."""

    __tablename__ = "agent_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    remote: Mapped[str | None]
    user_agent: Mapped[str | None]


_CODED = text("code IS NOT NULL")


def _order_of_new(context: DefaultExecutionContext) -> str | None:
    given = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
    return order_key(given.get("name"))


class ContactRow(Base):
    """A customer. ``merged_into``: his row.

    ``birthday``: YYYY-MM-DD, or --MM-DD where the year is not known. ``source``: the door he came by, ``source_id``:
    where he heard of the firm. ``sort_name``: the ``order_key`` of the name; who changes the name sets it.
    ``source_id`` and ``deleted_by`` (an agent) are no foreign keys: SQLite cannot add one to a table that stands.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        one_of("language", Language),
        Index(None, "sort_name", "id"),
        Index("uq_contacts_code", "code", unique=True, sqlite_where=_CODED, postgresql_where=_CODED),
        Index(None, "deleted_at"),
        Index(None, "created_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "last_seen_at", "id"),
        Index(None, "birthday", "id"),
        Index(None, "merged_into"),
        Index(None, "source_id"),
        Index(None, "curator_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(server_default="")
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    patronymic: Mapped[str | None]
    language: Mapped[Language | None]
    country: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")
    custom: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    source: Mapped[str | None]
    curator_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    deleted_at: Mapped[datetime | None]
    code: Mapped[str | None]
    address_form: Mapped[str | None]
    birthday: Mapped[str | None]
    source_id: Mapped[int | None]
    deleted_by: Mapped[int | None]
    erased_at: Mapped[datetime | None]
    sort_name: Mapped[str | None] = mapped_column(
        Text().with_variant(Text(collation="C"), "postgresql"), default=_order_of_new
    )


_OWNED = text("verified_at IS NOT NULL OR channel = 'web'")


class AddressRow(Base):
    """Where a contact is reached: ``value`` as the channel knows it, ``display`` as people read it.

    Unique only where it is proven to be his (verified, or a web visitor's own key): anybody may state any phone.
    ``heard_at``: when he last wrote by it, for channels in which one may answer for a while only.
    """

    __tablename__ = "addresses"
    __table_args__ = (
        named("channel"),
        one_of("language", Language),
        Index(
            "uq_addresses_owned",
            "channel",
            "value",
            unique=True,
            sqlite_where=_OWNED,
            postgresql_where=_OWNED,
        ),
        Index(None, "value", "channel", "contact_id"),
        Index(None, "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    channel: Mapped[AddressChannel]
    value: Mapped[str]
    display: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    consent_at: Mapped[datetime | None]
    consent_source: Mapped[str | None]
    blocked_at: Mapped[datetime | None]
    language: Mapped[Language | None]
    created_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
