"""Imports: files of contacts, and what became of each row."""

from alembic import op
from sqlalchemy import Boolean

from crm_store.migrations.columns import ID, INT, JSON, LANGUAGES, TEXT, TIME, key, maybe, need, one_of, refers

revision = "0007"
down_revision = "0006"
_STATES = "'draft', 'checking', 'checked', 'running', 'done', 'failed', 'undoing', 'undone'"
_COUNTS = ("total", "done", "added", "updated", "skipped", "wrong")


def upgrade() -> None:
    """Makes imports and import_rows."""
    op.create_table(
        "imports",
        need("id", ID),
        *(need(column, TEXT) for column in ("kind", "name", "format")),
        *(need(column, TEXT, "''") for column in ("encoding", "separator")),
        need("header", Boolean(), "true"),
        maybe("path", TEXT),
        *(need(column, JSON) for column in ("columns", "mapping", "options")),
        need("language", TEXT),
        need("state", TEXT, "'draft'"),
        *(need(column, INT, "0") for column in _COUNTS),
        maybe("error", JSON),
        need("made", JSON, "'{}'"),
        maybe("undo", JSON),
        maybe("author_id", INT),
        need("author_name", TEXT, "''"),
        maybe("remote", TEXT),
        need("created_at", TIME),
        *(maybe(column, TIME) for column in ("started_at", "finished_at", "undone_at")),
        key("imports"),
        one_of("imports", "language", LANGUAGES),
        one_of("imports", "state", _STATES),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_created_at", "imports", ["created_at"])
    op.create_table(
        "import_rows",
        need("import_id", INT),
        need("row", INT),
        need("outcome", TEXT),
        maybe("contact_id", INT),
        *(maybe(column, JSON) for column in ("remarks", "before", "after")),
        *(maybe(column, TEXT) for column in ("state", "undone")),
        need("at", TIME),
        key("import_rows", "import_id", "row"),
        one_of("import_rows", "outcome", "'added', 'updated', 'skipped', 'wrong'"),
        refers("import_rows", "import_id", "imports", "CASCADE"),
    )
    op.create_index("ix_import_rows_contact_id", "import_rows", ["contact_id"])
    op.create_index("ix_import_rows_import_id_outcome_row", "import_rows", ["import_id", "outcome", "row"])
