"""What a message is called elsewhere is looked for by that name alone, where the far side says no more."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("ix_far_messages_far_id", "far_messages", ["far_id"])
