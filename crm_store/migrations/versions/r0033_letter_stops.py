"""Which letters a phone or mailbox is sent no more."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, TEXT, TIME, key, need, refers

revision = "0033"
down_revision = "0028"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "letter_stops",
        sa.Column("id", ID, nullable=False),
        need("contact_id", INT),
        need("channel", TEXT),
        need("value", TEXT),
        need("about", TEXT),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        need("source", TEXT),
        need("at", TIME),
        key("letter_stops"),
        refers("letter_stops", "contact_id", "contacts", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letter_stops_value_channel_about", "letter_stops", ["value", "channel", "about"])
    op.create_index("ix_letter_stops_contact_id", "letter_stops", ["contact_id"])
