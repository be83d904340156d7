"""Where agents are told what waits for them, and what they are told of."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, refers, unique

revision = "0028"
down_revision = "0032"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "notice_addresses",
        sa.Column("id", ID, nullable=False),
        need("agent_id", INT),
        need("channel", TEXT),
        need("value", TEXT),
        need("display", TEXT),
        need("linked_at", TIME),
        key("notice_addresses"),
        refers("notice_addresses", "agent_id", "agents", "CASCADE"),
        unique("notice_addresses", "channel", "value"),
        unique("notice_addresses", "agent_id", "channel"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice_links",
        sa.Column("id", ID, nullable=False),
        need("agent_id", INT),
        need("channel", TEXT),
        need("word_hash", TEXT),
        need("expires_at", TIME),
        key("notice_links"),
        refers("notice_links", "agent_id", "agents", "CASCADE"),
        unique("notice_links", "word_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_links_agent_id", "notice_links", ["agent_id"])
    op.create_table(
        "notice_choices",
        need("agent_id", INT),
        need("choices", JSON),
        key("notice_choices", "agent_id"),
        refers("notice_choices", "agent_id", "agents", "CASCADE"),
    )
    op.create_table(
        "notice_messages",
        sa.Column("id", ID, nullable=False),
        need("address_id", INT),
        need("far_id", TEXT),
        need("conversation_id", INT),
        maybe("message_id", INT),
        key("notice_messages"),
        refers("notice_messages", "address_id", "notice_addresses", "CASCADE"),
        refers("notice_messages", "conversation_id", "conversations", "CASCADE"),
        refers("notice_messages", "message_id", "messages", "CASCADE"),
        unique("notice_messages", "address_id", "far_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_messages_conversation_id", "notice_messages", ["conversation_id"])
    op.create_index("ix_notice_messages_message_id", "notice_messages", ["message_id"])
