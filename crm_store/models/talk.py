"""The talk: conversations, messages, attachments, and where a dialogue with the bot stands."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import (
    AuthorKind,
    Channel,
    Delivery,
    Handler,
    JsonObject,
    Language,
    MessageKind,
    Status,
)
from crm_store.models.base import Base
from crm_store.types import named, one_of

_UNRESOLVED = text("status <> 'resolved'")
_BOTS = text("handler = 'bot' AND status = 'open' AND waiting_since IS NOT NULL")
_QUEUED = text("assignee_id IS NULL AND status = 'open' AND waiting_since IS NOT NULL")
_DUE = text("answer_due_at IS NOT NULL")
_EXTERNAL = text("external_id IS NOT NULL")
_FIRM = text("inbox_id IS NULL")
_INBOX = text("inbox_id IS NOT NULL")
_DOOMED = text("doomed_at IS NOT NULL")


class ConversationRow(Base):
    """A talk with one contact. ``address_id``, ``channel``: by which it goes on; at most one per address is unresolved.
    Where else it is held: ``ConversationAddressRow``.

    ``last_seq``, ``last_change``: the numbers last given inside it; ``last_event``: the store-wide number of its latest
    change. ``last_text``: the first 200 characters of the last public message, ``last_message_at``: its time.
    ``*_read_seq``: the last seq that side has read.

    Who answers (docs/subsystems/assignment.md): ``assigned_at``: since when the assignee has it. ``offer``: by which
    decision it was given to him by itself, until he answers or takes it. ``answer_due_at``: when it goes on to
    another. ``passed``: agents who let it pass in this wait. ``known_agent_id``: who should have it before all others.
    ``skill``, ``min_level``: what its answerer should know, and how experienced he should be. ``nobody_at``: when
    nobody was found in this wait. ``decision``: by which it was given to its assignee, as ``Activity``.

    ``timezone``: the customer's own (IANA). ``promised_at``: by when he was last told, out of hours, to be answered.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        named("channel"),
        one_of("status", Status),
        one_of("handler", Handler),
        one_of("language", Language),
        Index(
            "uq_conversations_unresolved",
            "address_id",
            unique=True,
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
        Index(None, "status", "waiting_since"),
        Index(None, "assignee_id", "status"),
        Index(None, "contact_id"),
        Index(None, "address_id"),
        Index(None, "last_event"),
        Index("ix_conversations_queue", "waiting_since", "id", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index("ix_conversations_bots", "waiting_since", "id", sqlite_where=_BOTS, postgresql_where=_BOTS),
        Index("ix_conversations_due", "answer_due_at", sqlite_where=_DUE, postgresql_where=_DUE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    channel: Mapped[Channel]
    status: Mapped[Status] = mapped_column(server_default="open")
    handler: Mapped[Handler] = mapped_column(server_default="team")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    last_seq: Mapped[int] = mapped_column(server_default=text("0"))
    last_change: Mapped[int] = mapped_column(server_default=text("0"))
    last_event: Mapped[int] = mapped_column(server_default=text("0"))
    last_message_at: Mapped[datetime | None]
    last_text: Mapped[str] = mapped_column(server_default="")
    waiting_since: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    visitor_read_seq: Mapped[int] = mapped_column(server_default=text("0"))
    agent_read_seq: Mapped[int] = mapped_column(server_default=text("0"))
    page_url: Mapped[str | None]
    page_title: Mapped[str | None]
    referrer: Mapped[str | None]
    remote: Mapped[str | None]
    user_agent: Mapped[str | None]
    language: Mapped[Language | None]
    rating: Mapped[int | None]
    rating_text: Mapped[str | None]
    answers: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    offer: Mapped[str | None]
    answer_due_at: Mapped[datetime | None]
    passed: Mapped[list[int]] = mapped_column(server_default=text("'[]'"))
    known_agent_id: Mapped[int | None]
    skill: Mapped[str | None]
    min_level: Mapped[int | None]
    nobody_at: Mapped[datetime | None]
    decision: Mapped[JsonObject | None]
    timezone: Mapped[str | None]
    promised_at: Mapped[datetime | None]


class MessageRow(Base):
    """One message. ``id`` is its event number at creation; ``change`` and ``event`` are of its latest change.

    ``author_id``: a contact's id for a visitor, an agent's for an agent, 0 for bot and system. ``client_id`` is the
    sender's own id of it, ``external_id`` the far side's. ``content``: buttons, attachments, activity, choice. The
    author and ``reply_to`` are no foreign keys: they are checked when the message is written, and a check per row on
    the busiest table would buy nothing.
    """

    __tablename__ = "messages"
    __table_args__ = (
        one_of("author_kind", AuthorKind),
        one_of("kind", MessageKind),
        named("channel"),
        one_of("delivery", Delivery),
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("author_kind", "author_id", "client_id"),
        Index(
            "uq_messages_external",
            "address_id",
            "external_id",
            unique=True,
            sqlite_where=_EXTERNAL,
            postgresql_where=_EXTERNAL,
        ),
        Index(None, "conversation_id", "change"),
        Index(None, "event"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    contact_id: Mapped[int]
    seq: Mapped[int]
    change: Mapped[int]
    event: Mapped[int]
    client_id: Mapped[str | None]
    author_kind: Mapped[AuthorKind]
    author_id: Mapped[int] = mapped_column(server_default=text("0"))
    author_name: Mapped[str]
    kind: Mapped[MessageKind] = mapped_column(server_default="text")
    private: Mapped[bool] = mapped_column(server_default=text("false"))
    text: Mapped[str]
    content: Mapped[JsonObject | None]
    reply_to: Mapped[int | None]
    channel: Mapped[Channel]
    address_id: Mapped[int]
    external_id: Mapped[str | None]
    delivery: Mapped[Delivery] = mapped_column(server_default="sent")
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class AttachmentRow(Base):
    """A file's place. ``path``: relative to the data folder, ``size``: in bytes; it has no message until it is sent.

    ``owner``: who may send it, and ``client_id``: his own id of it (``ports.Upload``). ``doomed_at``: nobody has it any
    more; the file is removed, and then the row. One with a contact and neither message nor owner is kept with his card;
    ``appointment_id``: of which visit it is.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("uq_attachments_owner_client_id", "owner", "client_id", unique=True),
        Index(None, "owner", "created_at"),
        Index(None, "contact_id"),
        Index(None, "appointment_id"),
        Index("ix_attachments_doomed", "doomed_at", sqlite_where=_DOOMED, postgresql_where=_DOOMED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    path: Mapped[str]
    created_at: Mapped[datetime]
    owner: Mapped[str] = mapped_column(server_default="")
    client_id: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    doomed_at: Mapped[datetime | None]
    appointment_id: Mapped[int | None]


class FarMessageRow(Base):
    """What a message is called by the channel that carried it. ``part``: a long one goes in several, from 0; ``heard``:
    it came by the channel, else it went by it. What comes and what goes may be called the same."""

    __tablename__ = "far_messages"
    __table_args__ = (
        UniqueConstraint("address_id", "far_id", "heard"),
        Index(None, "message_id"),
        Index(None, "far_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id", ondelete="CASCADE"))
    far_id: Mapped[str]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(server_default=text("0"))
    heard: Mapped[bool]


class ConversationAddressRow(Base):
    """An address at which a conversation is held, or was. A conversation that never left the address it began at has no
    such row; once it went over to another, it has one for each."""

    __tablename__ = "conversation_addresses"
    __table_args__ = (UniqueConstraint("conversation_id", "address_id"), Index(None, "address_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime]


class DoorRow(Base):
    """Which process holds a door to a far side, and until when; ``state``: how it stands."""

    __tablename__ = "doors"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    state: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))


class CannedResponseRow(Base):
    """An answer written beforehand: an agent's own, a team's, or (neither) everybody's. ``shortcut``: in small letters;
    ``texts``: by language, with fields such as ``{name}``."""

    __tablename__ = "canned_responses"
    __table_args__ = (Index(None, "shortcut"), Index(None, "agent_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    shortcut: Mapped[str]
    texts: Mapped[JsonObject]
    updated_at: Mapped[datetime]


class BotTextRow(Base):
    """The firm's own wording of a text of the bot; ``inbox_id``: for that inbox only. ``key``: of the section ``flow``
    of the catalogue."""

    __tablename__ = "bot_texts"
    __table_args__ = (
        one_of("language", Language),
        Index("uq_bot_texts_firm", "language", "key", unique=True, sqlite_where=_FIRM, postgresql_where=_FIRM),
        Index(
            "uq_bot_texts_inbox",
            "inbox_id",
            "language",
            "key",
            unique=True,
            sqlite_where=_INBOX,
            postgresql_where=_INBOX,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inboxes.id", ondelete="CASCADE"))
    language: Mapped[Language]
    key: Mapped[str]
    text: Mapped[str]
    updated_at: Mapped[datetime]


class DialogueRow(Base):
    """Where a conversation stands in a flow. ``version`` is of the flow's shape, so that an old one is not misread.

    ``seen_seq``: up to which place the bot has dealt with what the customer said. ``leased_by``, ``leased_until``: the
    process that is at it.
    """

    __tablename__ = "dialogues"
    __table_args__ = (Index(None, "expires_at"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    flow: Mapped[str]
    step: Mapped[str]
    data: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    expires_at: Mapped[datetime | None]
    seen_seq: Mapped[int] = mapped_column(server_default=text("0"))
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
