"""A branch says in which city it is."""

from alembic import op

from crm_store.migrations.columns import TEXT, need

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("branches", need("city", TEXT, "''"))
