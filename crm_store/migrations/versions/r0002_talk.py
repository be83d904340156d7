"""Conversations, messages, attachments, dialogues, and the counter of events."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import (
    CHANNELS,
    ID,
    INT,
    JSON,
    LANGUAGES,
    TEXT,
    TIME,
    key,
    maybe,
    need,
    one_of,
    refers,
    unique,
)

revision = "0002"
down_revision = "0001"
_UNRESOLVED = sa.text("status <> 'resolved'")
_EXTERNAL = sa.text("external_id IS NOT NULL")


def upgrade() -> None:
    """Makes the tables of the talk; the first event number given will be 1."""
    _make_conversations()
    _make_messages()
    _make_the_rest()
    op.execute("INSERT INTO counters (name, value) VALUES ('event', 0)")


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        need("id", ID),
        need("contact_id", INT),
        need("address_id", INT),
        need("inbox_id", INT),
        maybe("branch_id", INT),
        maybe("team_id", INT),
        need("channel", TEXT),
        need("status", TEXT, "'open'"),
        need("handler", TEXT, "'team'"),
        maybe("assignee_id", INT),
        need("last_seq", INT, "0"),
        need("last_change", INT, "0"),
        need("last_event", INT, "0"),
        maybe("last_message_at", TIME),
        need("last_text", TEXT, "''"),
        maybe("waiting_since", TIME),
        maybe("snoozed_until", TIME),
        need("visitor_read_seq", INT, "0"),
        need("agent_read_seq", INT, "0"),
        maybe("page_url", TEXT),
        maybe("page_title", TEXT),
        maybe("referrer", TEXT),
        maybe("remote", TEXT),
        maybe("language", TEXT),
        maybe("rating", INT),
        maybe("rating_text", TEXT),
        need("answers", JSON, "'{}'"),
        need("created_at", TIME),
        maybe("resolved_at", TIME),
        key("conversations"),
        one_of("conversations", "channel", CHANNELS),
        one_of("conversations", "status", "'open', 'pending', 'snoozed', 'resolved'"),
        one_of("conversations", "handler", "'bot', 'team', 'agent'"),
        one_of("conversations", "language", LANGUAGES),
        refers("conversations", "contact_id", "contacts"),
        refers("conversations", "address_id", "addresses"),
        refers("conversations", "inbox_id", "inboxes"),
        refers("conversations", "branch_id", "branches"),
        refers("conversations", "team_id", "teams"),
        refers("conversations", "assignee_id", "agents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversations_address_id", "conversations", ["address_id"])
    op.create_index("ix_conversations_assignee_id_status", "conversations", ["assignee_id", "status"])
    op.create_index("ix_conversations_contact_id", "conversations", ["contact_id"])
    op.create_index("ix_conversations_last_event", "conversations", ["last_event"])
    op.create_index("ix_conversations_status_waiting_since", "conversations", ["status", "waiting_since"])
    op.create_index(
        "uq_conversations_unresolved",
        "conversations",
        ["address_id"],
        unique=True,
        sqlite_where=_UNRESOLVED,
        postgresql_where=_UNRESOLVED,
    )


def _make_messages() -> None:
    kinds = "'text', 'buttons', 'attachment', 'location', 'contact', 'call', 'document', 'activity', 'unsupported'"
    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False, autoincrement=False),
        need("conversation_id", INT),
        need("contact_id", INT),
        need("seq", INT),
        need("change", INT),
        need("event", INT),
        maybe("client_id", TEXT),
        need("author_kind", TEXT),
        need("author_id", INT, "0"),
        need("author_name", TEXT),
        need("kind", TEXT, "'text'"),
        need("private", sa.Boolean(), "false"),
        need("text", TEXT),
        maybe("content", JSON),
        maybe("reply_to", INT),
        need("channel", TEXT),
        need("address_id", INT),
        maybe("external_id", TEXT),
        need("delivery", TEXT, "'sent'"),
        need("at", TIME),
        maybe("edited_at", TIME),
        maybe("deleted_at", TIME),
        key("messages"),
        one_of("messages", "author_kind", "'visitor', 'agent', 'bot', 'system'"),
        one_of("messages", "kind", kinds),
        one_of("messages", "channel", CHANNELS),
        one_of("messages", "delivery", "'queued', 'sent', 'delivered', 'read', 'failed', 'uncertain'"),
        refers("messages", "conversation_id", "conversations"),
        unique("messages", "conversation_id", "seq"),
        unique("messages", "author_kind", "author_id", "client_id"),
    )
    op.create_index("ix_messages_conversation_id_change", "messages", ["conversation_id", "change"])
    op.create_index("ix_messages_event", "messages", ["event"])
    op.create_index(
        "uq_messages_external",
        "messages",
        ["address_id", "external_id"],
        unique=True,
        sqlite_where=_EXTERNAL,
        postgresql_where=_EXTERNAL,
    )


def _make_the_rest() -> None:
    op.create_table(
        "attachments",
        need("id", ID),
        maybe("message_id", INT),
        maybe("contact_id", INT),
        maybe("agent_id", INT),
        need("name", TEXT),
        need("mime", TEXT),
        need("size", INT),
        need("sha256", TEXT),
        need("path", TEXT),
        need("created_at", TIME),
        key("attachments"),
        refers("attachments", "message_id", "messages"),
        refers("attachments", "contact_id", "contacts"),
        refers("attachments", "agent_id", "agents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachments_message_id", "attachments", ["message_id"])
    op.create_table(
        "dialogues",
        sa.Column("conversation_id", INT, nullable=False, autoincrement=False),
        need("flow", TEXT),
        need("step", TEXT),
        need("data", JSON, "'{}'"),
        need("version", INT, "1"),
        maybe("expires_at", TIME),
        key("dialogues", "conversation_id"),
        refers("dialogues", "conversation_id", "conversations", "CASCADE"),
    )
    op.create_table("counters", need("name", TEXT), need("value", INT, "0"), key("counters", "name"))
