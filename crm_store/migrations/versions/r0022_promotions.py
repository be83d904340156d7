"""Prices of a promotion with its days, where a consent was given, and files that are kept with a visit."""

from alembic import op

from crm_store.migrations.columns import INT, TEXT, maybe, need

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Adds the columns; nothing has a promotion yet, and where consents were given before is not known."""
    op.add_column("services", maybe("promo_price_minor", INT))
    op.add_column("services", maybe("promo_from", TEXT))
    op.add_column("services", maybe("promo_until", TEXT))
    op.add_column("consents", need("source", TEXT, "''"))
    op.add_column("attachments", maybe("appointment_id", INT))
    op.create_index("ix_attachments_appointment_id", "attachments", ["appointment_id"])
