"""What was heard and what was sent is called apart; and letters have a name over there too."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, TEXT, key, maybe, need, refers, unique

revision = "0034"
down_revision = "0033"
_HEARD = "(SELECT m.author_kind NOT IN ('agent', 'bot') FROM messages m WHERE m.id = f.message_id)"
_SMS = "(SELECT a.channel = 'sms' FROM addresses a WHERE a.id = f.address_id)"
_NAME = f"CASE WHEN {_HEARD} AND {_SMS} AND f.far_id LIKE 'in:%' THEN substr(f.far_id, 4) ELSE f.far_id END"
"""SMS that were heard had a word before their names, by which they were kept apart."""
_MARK = f"UPDATE far_messages AS f SET heard = {_HEARD}, far_id = {_NAME}"  # noqa: S608  # the words above
_TAKEN = f"f.id, f.address_id, {_NAME}, f.message_id, f.part, {_HEARD}"
_COPY = f"INSERT INTO far_messages (id, address_id, far_id, message_id, part, heard) SELECT {_TAKEN}"


def upgrade() -> None:
    """SQLite changes no constraint in place: there the table is written anew."""
    if op.get_bind().dialect.name == "sqlite":
        _write_anew()
    else:
        op.drop_constraint("uq_far_messages_address_id_far_id", "far_messages", type_="unique")
        op.add_column("far_messages", sa.Column("heard", sa.Boolean(), nullable=True))
        op.execute(_MARK)
        op.alter_column("far_messages", "heard", nullable=False)
        op.create_unique_constraint(
            "uq_far_messages_address_id_far_id_heard", "far_messages", ["address_id", "far_id", "heard"]
        )
    op.add_column("outgoing", maybe("far_id", TEXT))
    op.create_index("ix_outgoing_far_id", "outgoing", ["far_id"])


def _write_anew() -> None:
    for name in ("far_id", "message_id"):
        op.drop_index(f"ix_far_messages_{name}", "far_messages")
    op.rename_table("far_messages", "far_messages_before")
    op.create_table(
        "far_messages",
        sa.Column("id", ID, nullable=False),
        need("address_id", INT),
        need("far_id", TEXT),
        need("message_id", INT),
        need("part", INT, "0"),
        sa.Column("heard", sa.Boolean(), nullable=False),
        key("far_messages"),
        refers("far_messages", "address_id", "addresses", "CASCADE"),
        refers("far_messages", "message_id", "messages", "CASCADE"),
        unique("far_messages", "address_id", "far_id", "heard"),
        sqlite_autoincrement=True,
    )
    op.execute(f"{_COPY} FROM far_messages_before f")
    op.drop_table("far_messages_before")
    for name in ("far_id", "message_id"):
        op.create_index(f"ix_far_messages_{name}", "far_messages", [name])
