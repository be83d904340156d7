"""A wish of the waiting list says for how many people it is."""

from alembic import op

from crm_store.migrations.columns import INT, need

revision = "0031"
down_revision = "0027"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("waitlist_wishes", need("seats", INT, "1"))
