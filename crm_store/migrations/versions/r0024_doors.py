"""Talks that other channels carry: what their messages are called there, and which process holds a door."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, refers, unique

revision = "0024"
down_revision = "0022"
_IN_LINE = sa.text("message_id IS NOT NULL AND (state = 'queued' OR state = 'leased')")


def upgrade() -> None:
    """Adds the tables and the line of an address."""
    op.create_table(
        "far_messages",
        sa.Column("id", ID, nullable=False),
        need("address_id", INT),
        need("far_id", TEXT),
        need("message_id", INT),
        need("part", INT, "0"),
        key("far_messages"),
        refers("far_messages", "address_id", "addresses", "CASCADE"),
        refers("far_messages", "message_id", "messages", "CASCADE"),
        unique("far_messages", "address_id", "far_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_far_messages_message_id", "far_messages", ["message_id"])
    op.create_table(
        "doors",
        need("name", TEXT),
        need("holder", TEXT),
        need("until", TIME),
        need("state", JSON, "'{}'"),
        key("doors", "name"),
    )
    op.add_column("addresses", maybe("heard_at", TIME))
    op.create_index(
        "ix_outgoing_line", "outgoing", ["address_id", "id"], sqlite_where=_IN_LINE, postgresql_where=_IN_LINE
    )
