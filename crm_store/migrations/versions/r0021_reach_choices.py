"""How customers want to be told of their visits."""

from alembic import op

from crm_store.migrations.columns import ID, INT, TEXT, TIME, key, need, one_of, refers

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Adds the table; what a contact said last holds."""
    op.create_table(
        "reach_choices",
        need("id", ID),
        need("contact_id", INT),
        need("way", TEXT),
        need("source", TEXT),
        need("at", TIME),
        key("reach_choices"),
        refers("reach_choices", "contact_id", "contacts", "CASCADE"),
        one_of("reach_choices", "way", "'auto', 'talk', 'sms', 'email', 'none'"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reach_choices_contact_id", "reach_choices", ["contact_id"])
