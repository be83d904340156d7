"""What the firm teaches its bot, and the models trained of it."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, LANGUAGES, TEXT, TIME, key, maybe, need, one_of, refers, unique

revision = "0016"
down_revision = "0015"
_FLAG = sa.Boolean()
_roles = sa.table("roles", sa.column("id", INT), sa.column("name", TEXT), sa.column("permissions", JSON))


def upgrade() -> None:
    """Adds the tables and the right to teach."""
    op.create_table(
        "own_examples",
        sa.Column("id", ID, nullable=False),
        need("key", TEXT),
        need("text", TEXT),
        maybe("language", TEXT),
        maybe("intent", TEXT),
        need("checks", _FLAG),
        maybe("agent_id", INT),
        need("created_at", TIME),
        key("own_examples"),
        unique("own_examples", "key"),
        one_of("own_examples", "language", LANGUAGES),
        refers("own_examples", "agent_id", "agents", "SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_own_examples_intent", "own_examples", ["intent"])
    op.create_table(
        "own_intents",
        sa.Column("id", ID, nullable=False),
        need("key", TEXT),
        need("titles", JSON),
        need("answers", JSON),
        need("hands_over", _FLAG),
        maybe("team_id", INT),
        need("created_at", TIME),
        need("updated_at", TIME),
        key("own_intents"),
        unique("own_intents", "key"),
        refers("own_intents", "team_id", "teams", "SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "synonyms",
        sa.Column("id", ID, nullable=False),
        need("key", TEXT),
        need("kind", TEXT),
        need("name", TEXT),
        need("stands_for", TEXT),
        need("created_at", TIME),
        key("synonyms"),
        unique("synonyms", "key"),
        one_of("synonyms", "kind", "'service', 'staff', 'branch'"),
        sqlite_autoincrement=True,
    )
    _add_unclear()
    op.create_table(
        "learned_models",
        sa.Column("id", ID, nullable=False),
        *(need(name, INT) for name in ("of", "tiers", "examples", "own", "checked", "right_before", "right_after")),
        need("starter", TEXT),
        need("refused", _FLAG),
        need("took_ms", INT),
        need("trained_at", TIME),
        maybe("data", sa.LargeBinary()),
        key("learned_models"),
        sqlite_autoincrement=True,
    )
    for role in ("owner", "manager"):
        _give(op.get_bind(), role, "bot.teach")


def _add_unclear() -> None:
    op.create_table(
        "unclear_messages",
        sa.Column("id", ID, nullable=False),
        need("key", TEXT),
        need("text", TEXT),
        maybe("language", TEXT),
        need("count", INT),
        maybe("conversation_id", INT),
        need("ranking", JSON),
        need("state", TEXT, "'open'"),
        need("first_at", TIME),
        need("last_at", TIME),
        key("unclear_messages"),
        unique("unclear_messages", "key"),
        one_of("unclear_messages", "language", LANGUAGES),
        one_of("unclear_messages", "state", "'open', 'labelled', 'dismissed'"),
        refers("unclear_messages", "conversation_id", "conversations", "SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unclear_messages_conversation_id", "unclear_messages", ["conversation_id"])
    still = sa.text("state = 'open'")
    op.create_index(
        "ix_unclear_messages_open", "unclear_messages", ["count", "id"], sqlite_where=still, postgresql_where=still
    )


def _give(tx: sa.Connection, role: str, permission: str) -> None:
    """To a built-in role of standing stores."""
    on_sqlite = tx.dialect.name == "sqlite"
    for row in tx.execute(sa.select(_roles).where(_roles.c.name == role)).all():
        held: list[str] = json.loads(row.permissions) if on_sqlite else row.permissions
        if permission not in held:
            more: Any = [*held, permission]
            more = json.dumps(more, separators=(",", ":")) if on_sqlite else more
            tx.execute(sa.update(_roles).where(_roles.c.id == row.id).values(permissions=more))
