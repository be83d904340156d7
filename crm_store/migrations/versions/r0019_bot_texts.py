"""The firm's own wording of what the bot says."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, LANGUAGES, TEXT, TIME, key, maybe, need, one_of, refers

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Adds the table; a text is one of the whole firm or of one inbox."""
    op.create_table(
        "bot_texts",
        sa.Column("id", ID, nullable=False),
        maybe("inbox_id", INT),
        need("language", TEXT),
        need("key", TEXT),
        need("text", TEXT),
        need("updated_at", TIME),
        key("bot_texts"),
        refers("bot_texts", "inbox_id", "inboxes", "CASCADE"),
        one_of("bot_texts", "language", LANGUAGES),
        sqlite_autoincrement=True,
    )
    ours, theirs = sa.text("inbox_id IS NULL"), sa.text("inbox_id IS NOT NULL")
    columns = ["language", "key"]
    op.create_index("uq_bot_texts_firm", "bot_texts", columns, unique=True, sqlite_where=ours, postgresql_where=ours)
    columns = ["inbox_id", *columns]
    op.create_index(
        "uq_bot_texts_inbox", "bot_texts", columns, unique=True, sqlite_where=theirs, postgresql_where=theirs
    )
