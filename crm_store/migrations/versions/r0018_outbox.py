"""Whom outgoing rows go to, one-time codes, and what news a contact wants."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, LANGUAGES, TEXT, TIME, key, maybe, need, one_of, refers

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Makes the tables, and the indexes by which what went to an address is counted."""
    op.add_column("outgoing", need("recipient", TEXT, "''"))
    op.create_index("ix_outgoing_recipient_created_at", "outgoing", ["recipient", "created_at"])
    op.create_index("ix_outgoing_channel_created_at", "outgoing", ["channel", "created_at"])
    op.create_table(
        "one_time_codes",
        need("id", ID),
        need("contact_id", INT),
        need("conversation_id", INT),
        need("channel", TEXT),
        need("value", TEXT),
        need("display", TEXT),
        maybe("remote", TEXT),
        need("salt", TEXT),
        need("tries", INT, "0"),
        need("created_at", TIME),
        need("expires_at", TIME),
        maybe("ended_at", TIME),
        key("one_time_codes"),
        refers("one_time_codes", "contact_id", "contacts", "CASCADE"),
        refers("one_time_codes", "conversation_id", "conversations", "CASCADE"),
        one_of("one_time_codes", "channel", "'phone', 'email'"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_one_time_codes_conversation_id", "one_time_codes", ["conversation_id"])
    op.create_index("ix_one_time_codes_value_created_at", "one_time_codes", ["value", "created_at"])
    op.create_index("ix_one_time_codes_contact_id_created_at", "one_time_codes", ["contact_id", "created_at"])
    op.create_index("ix_one_time_codes_remote_created_at", "one_time_codes", ["remote", "created_at"])
    op.create_index("ix_one_time_codes_created_at", "one_time_codes", ["created_at"])
    op.create_table(
        "news_wishes",
        need("id", ID),
        need("contact_id", INT),
        need("topic", TEXT),
        need("wanted", sa.Boolean()),
        need("language", TEXT),
        need("words", TEXT),
        need("source", TEXT),
        need("at", TIME),
        key("news_wishes"),
        refers("news_wishes", "contact_id", "contacts", "CASCADE"),
        one_of("news_wishes", "language", LANGUAGES),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_news_wishes_contact_id_topic", "news_wishes", ["contact_id", "topic"])
