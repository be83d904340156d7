"""What the bot has dealt with, and which process is at it."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import INT, TEXT, TIME, maybe, need

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds the columns and the indexes by which the bot finds its work."""
    op.add_column("dialogues", need("seen_seq", INT, "0"))
    op.add_column("dialogues", maybe("leased_by", TEXT))
    op.add_column("dialogues", maybe("leased_until", TIME))
    op.create_index("ix_dialogues_expires_at", "dialogues", ["expires_at"])
    bots = sa.text("handler = 'bot' AND status = 'open' AND waiting_since IS NOT NULL")
    op.create_index(
        "ix_conversations_bots", "conversations", ["waiting_since", "id"], sqlite_where=bots, postgresql_where=bots
    )
