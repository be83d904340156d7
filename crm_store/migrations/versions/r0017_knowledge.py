"""Knowledge: articles by language, their versions and votes, what was answered with them and what could not be."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, LANGUAGES, TEXT, TIME, key, maybe, need, one_of, refers, unique

revision = "0017"
down_revision = "0016"
_BOOL = sa.Boolean()
_roles = sa.table("roles", sa.column("id", INT), sa.column("name", TEXT), sa.column("permissions", JSON))


def upgrade() -> None:
    """Adds the tables, and the right to write to built-in roles."""
    _add_articles()
    _add_asked()
    for role in ("owner", "manager"):
        _give(op.get_bind(), role, "knowledge.edit")


def _add_articles() -> None:
    of = "knowledge_articles"
    op.create_table(
        of,
        sa.Column("id", ID, nullable=False),
        need("kind", TEXT),
        need("slug", TEXT),
        need("state", TEXT),
        need("audience", TEXT),
        need("tags", JSON),
        need("created_at", TIME),
        need("updated_at", TIME),
        key(of),
        unique(of, "slug"),
        one_of(of, "kind", "'article', 'answer'"),
        one_of(of, "state", "'draft', 'published'"),
        one_of(of, "audience", "'public', 'staff'"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "knowledge_texts",
        need("article_id", INT),
        need("language", TEXT),
        need("title", TEXT),
        need("body", TEXT),
        need("questions", JSON),
        key("knowledge_texts", "article_id", "language"),
        refers("knowledge_texts", "article_id", of, "CASCADE"),
        one_of("knowledge_texts", "language", LANGUAGES),
    )
    op.create_table(
        "knowledge_versions",
        sa.Column("id", ID, nullable=False),
        need("article_id", INT),
        need("number", INT),
        need("at", TIME),
        need("author", TEXT),
        need("content", JSON),
        key("knowledge_versions"),
        refers("knowledge_versions", "article_id", of, "CASCADE"),
        unique("knowledge_versions", "article_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "knowledge_votes",
        need("article_id", INT),
        need("voter", TEXT),
        need("useful", _BOOL),
        need("at", TIME),
        key("knowledge_votes", "article_id", "voter"),
        refers("knowledge_votes", "article_id", of, "CASCADE"),
    )


def _add_asked() -> None:
    of = "knowledge_answers"
    op.create_table(
        of,
        need("article_id", INT),
        need("conversation_id", INT),
        need("language", TEXT),
        need("question", TEXT),
        need("at", TIME),
        key(of, "article_id", "conversation_id"),
        refers(of, "article_id", "knowledge_articles", "CASCADE"),
        refers(of, "conversation_id", "conversations", "CASCADE"),
    )
    op.create_index("ix_knowledge_answers_conversation_id", of, ["conversation_id"])
    of = "knowledge_questions"
    op.create_table(
        of,
        sa.Column("id", ID, nullable=False),
        need("key", TEXT),
        need("language", TEXT),
        need("question", TEXT),
        need("count", INT, "1"),
        need("first_at", TIME),
        need("last_at", TIME),
        maybe("conversation_id", INT),
        need("dismissed", _BOOL, "false"),
        key(of),
        unique(of, "key"),
        refers(of, "conversation_id", "conversations", "SET NULL"),
        one_of(of, "language", LANGUAGES),
        sqlite_autoincrement=True,
    )
    for columns in (["last_at", "id"], ["count", "id"], ["conversation_id"]):
        op.create_index(f"ix_{of}_{'_'.join(columns)}", of, columns)
    op.create_table("knowledge_vectors", need("hash", TEXT), need("vector", TEXT), key("knowledge_vectors", "hash"))


def _give(tx: sa.Connection, role: str, permission: str) -> None:
    """To a built-in role of standing stores."""
    on_sqlite = tx.dialect.name == "sqlite"
    for row in tx.execute(sa.select(_roles).where(_roles.c.name == role)).all():
        held: list[str] = json.loads(row.permissions) if on_sqlite else row.permissions
        if permission not in held:
            more: Any = [*held, permission]
            more = json.dumps(more, separators=(",", ":")) if on_sqlite else more
            tx.execute(sa.update(_roles).where(_roles.c.id == row.id).values(permissions=more))
