"""The contact's card: catalogues, own fields, relatives, subjects, notes, tasks, merges."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, one_of, refers, unique

revision = "0004"
down_revision = "0003"
_LIVE_TASK = sa.text("done_at IS NULL AND deleted_at IS NULL")
_CODED = sa.text("code IS NOT NULL")


def upgrade() -> None:
    """Widens contacts and makes what hangs on them."""
    for column in ("code", "address_form", "birthday"):
        op.add_column("contacts", maybe(column, TEXT))
    for column in ("source_id", "deleted_by"):
        op.add_column("contacts", maybe(column, INT))
    op.add_column("contacts", maybe("erased_at", TIME))
    op.create_index("uq_contacts_code", "contacts", ["code"], unique=True, sqlite_where=_CODED, postgresql_where=_CODED)
    op.create_index("ix_contacts_deleted_at", "contacts", ["deleted_at"])
    _make_catalogues()
    _make_kin()
    _make_work()


def _make_catalogues() -> None:
    for table, more in (
        ("contact_groups", ()),
        ("contact_categories", (need("colour", TEXT, "'#6b7280'"),)),
        ("contact_sources", ()),
    ):
        op.create_table(
            table,
            need("id", ID),
            need("name", TEXT),
            *more,
            need("position", INT, "0"),
            key(table),
            unique(table, "name"),
            sqlite_autoincrement=True,
        )
    for table, column, target in (
        ("contact_group_members", "group_id", "contact_groups"),
        ("contact_category_members", "category_id", "contact_categories"),
    ):
        op.create_table(
            table,
            need("contact_id", INT),
            need(column, INT),
            key(table, "contact_id", column),
            refers(table, "contact_id", "contacts", "CASCADE"),
            refers(table, column, target, "CASCADE"),
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "custom_fields",
        need("id", ID),
        need("key", TEXT),
        need("label", TEXT),
        need("kind", TEXT, "'text'"),
        need("choices", JSON, "'[]'"),
        need("position", INT, "0"),
        key("custom_fields"),
        unique("custom_fields", "key"),
        one_of("custom_fields", "kind", "'text', 'number', 'date', 'choice', 'flag'"),
        sqlite_autoincrement=True,
    )


def _make_kin() -> None:
    op.create_table(
        "extra_contacts",
        need("id", ID),
        need("contact_id", INT),
        need("name", TEXT),
        need("relation", TEXT, "''"),
        maybe("phone", TEXT),
        maybe("email", TEXT),
        need("note", TEXT, "''"),
        key("extra_contacts"),
        refers("extra_contacts", "contact_id", "contacts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_extra_contacts_contact_id", "extra_contacts", ["contact_id"])
    op.create_table(
        "subjects",
        need("id", ID),
        need("contact_id", INT),
        need("kind", TEXT),
        need("name", TEXT, "''"),
        maybe("birthday", TEXT),
        maybe("plate", TEXT),
        need("details", JSON, "'{}'"),
        need("note", TEXT, "''"),
        need("created_at", TIME),
        maybe("deleted_at", TIME),
        key("subjects"),
        one_of("subjects", "kind", "'child', 'pet', 'car', 'other'"),
        refers("subjects", "contact_id", "contacts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subjects_contact_id", "subjects", ["contact_id"])


def _make_work() -> None:
    op.create_table(
        "contact_notes",
        need("id", ID),
        need("contact_id", INT),
        maybe("author_id", INT),
        need("author_name", TEXT),
        need("text", TEXT),
        need("at", TIME),
        maybe("edited_at", TIME),
        maybe("deleted_at", TIME),
        key("contact_notes"),
        refers("contact_notes", "contact_id", "contacts"),
        refers("contact_notes", "author_id", "agents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_notes_contact_id", "contact_notes", ["contact_id"])
    op.create_table(
        "tasks",
        need("id", ID),
        maybe("contact_id", INT),
        maybe("conversation_id", INT),
        maybe("assignee_id", INT),
        maybe("author_id", INT),
        need("author_name", TEXT),
        need("title", TEXT),
        need("note", TEXT, "''"),
        maybe("due_at", TIME),
        maybe("done_at", TIME),
        need("created_at", TIME),
        maybe("deleted_at", TIME),
        key("tasks"),
        refers("tasks", "contact_id", "contacts"),
        refers("tasks", "conversation_id", "conversations"),
        refers("tasks", "assignee_id", "agents"),
        refers("tasks", "author_id", "agents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tasks_contact_id", "tasks", ["contact_id"])
    op.create_index(
        "ix_tasks_live", "tasks", ["assignee_id", "due_at"], sqlite_where=_LIVE_TASK, postgresql_where=_LIVE_TASK
    )
    op.create_table(
        "merges",
        need("id", ID),
        need("kept_id", INT),
        need("gone_id", INT),
        maybe("actor_id", INT),
        need("actor_name", TEXT),
        need("at", TIME),
        need("moved", JSON),
        maybe("undone_at", TIME),
        key("merges"),
        refers("merges", "kept_id", "contacts"),
        refers("merges", "gone_id", "contacts"),
        refers("merges", "actor_id", "agents"),
        sqlite_autoincrement=True,
    )
    for column in ("kept_id", "gone_id"):
        op.create_index(f"ix_merges_{column}", "merges", [column])
    op.create_table(
        "distinct_contacts",
        need("low_id", INT),
        need("high_id", INT),
        key("distinct_contacts", "low_id", "high_id"),
        refers("distinct_contacts", "low_id", "contacts", "CASCADE"),
        refers("distinct_contacts", "high_id", "contacts", "CASCADE"),
    )
    op.create_index("ix_distinct_contacts_high_id", "distinct_contacts", ["high_id"])
