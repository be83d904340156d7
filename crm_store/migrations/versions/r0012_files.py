"""Files of the talk: who brought them, their measures, and which are to be removed."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import INT, TEXT, TIME, maybe, need

revision = "0012"
down_revision = "0011"
_DOOMED = sa.text("doomed_at IS NOT NULL")


def upgrade() -> None:
    """Adds the columns; no earlier version kept a file."""
    op.add_column("attachments", need("owner", TEXT, "''"))
    for column in (maybe("client_id", TEXT), maybe("width", INT), maybe("height", INT), maybe("doomed_at", TIME)):
        op.add_column("attachments", column)
    op.create_index("uq_attachments_owner_client_id", "attachments", ["owner", "client_id"], unique=True)
    op.create_index("ix_attachments_owner_created_at", "attachments", ["owner", "created_at"])
    op.create_index("ix_attachments_contact_id", "attachments", ["contact_id"])
    op.create_index(
        "ix_attachments_doomed", "attachments", ["doomed_at"], sqlite_where=_DOOMED, postgresql_where=_DOOMED
    )
