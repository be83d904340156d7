"""Letters that answer ours are found by what ours are called."""

from alembic import op

revision = "0030"
down_revision = "0026"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("ix_far_messages_far_id", "far_messages", ["far_id"])
