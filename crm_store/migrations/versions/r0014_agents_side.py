"""Canned responses; the browser of a visitor; tasks that ask to answer a chat."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, refers

revision = "0014"
down_revision = "0013"
_roles = sa.table("roles", sa.column("id", INT), sa.column("name", TEXT), sa.column("permissions", JSON))


def upgrade() -> None:
    """Adds the table and the columns."""
    op.create_table(
        "canned_responses",
        sa.Column("id", ID, nullable=False),
        maybe("agent_id", INT),
        maybe("team_id", INT),
        need("shortcut", TEXT),
        need("texts", JSON),
        need("updated_at", TIME),
        key("canned_responses"),
        refers("canned_responses", "agent_id", "agents", "CASCADE"),
        refers("canned_responses", "team_id", "teams", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_canned_responses_shortcut", "canned_responses", ["shortcut"])
    op.create_index("ix_canned_responses_agent_id", "canned_responses", ["agent_id"])
    op.add_column("conversations", maybe("user_agent", TEXT))
    op.add_column("tasks", need("kind", TEXT, "'todo'"))
    asked = sa.text("kind = 'chat'")
    op.create_index("ix_tasks_chat", "tasks", ["conversation_id"], sqlite_where=asked, postgresql_where=asked)
    for role in ("owner", "manager"):
        _give(op.get_bind(), role, "canned.edit")


def _give(tx: sa.Connection, role: str, permission: str) -> None:
    """To a built-in role of standing stores."""
    on_sqlite = tx.dialect.name == "sqlite"
    for row in tx.execute(sa.select(_roles).where(_roles.c.name == role)).all():
        held: list[str] = json.loads(row.permissions) if on_sqlite else row.permissions
        if permission not in held:
            more: Any = [*held, permission]
            more = json.dumps(more, separators=(",", ":")) if on_sqlite else more
            tx.execute(sa.update(_roles).where(_roles.c.id == row.id).values(permissions=more))
