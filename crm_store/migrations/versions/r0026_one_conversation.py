"""The addresses at which a conversation is held, besides the one by which it goes on."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, TIME, key, need, refers, unique

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "conversation_addresses",
        sa.Column("id", ID, nullable=False),
        need("conversation_id", INT),
        need("address_id", INT),
        need("joined_at", TIME),
        key("conversation_addresses"),
        refers("conversation_addresses", "conversation_id", "conversations", "CASCADE"),
        refers("conversation_addresses", "address_id", "addresses", "CASCADE"),
        unique("conversation_addresses", "conversation_id", "address_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversation_addresses_address_id", "conversation_addresses", ["address_id"])
