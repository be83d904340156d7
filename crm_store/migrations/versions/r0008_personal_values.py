"""Personal values leave the audit log for a table that erasure may empty; who binned what; indexes of the contacts."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import INT, JSON, TEXT, maybe, need, refers

revision = "0008"
down_revision = "0007"
_BATCH = 1000
_log = sa.table(
    "audit_log",
    sa.column("id", INT),
    sa.column("entity", TEXT),
    sa.column("entity_id", INT),
    sa.column("before", JSON),
    sa.column("after", JSON),
)
_values = sa.table(
    "audit_values",
    sa.column("audit_id", INT),
    sa.column("contact_id", INT),
    sa.column("before", JSON),
    sa.column("after", JSON),
)


def upgrade() -> None:
    """Makes room for personal values and moves those of earlier deeds there."""
    op.create_table(
        "audit_values",
        sa.Column("audit_id", INT, nullable=False, autoincrement=False),
        need("contact_id", INT),
        maybe("before", JSON),
        maybe("after", JSON),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_values"),
        refers("audit_values", "audit_id", "audit_log"),
    )
    op.create_index("ix_audit_values_contact_id", "audit_values", ["contact_id"])
    for table in ("contact_notes", "tasks", "subjects"):
        op.add_column(table, maybe("deleted_by", INT))
        op.create_index(f"ix_{table}_deleted_at", table, ["deleted_at"])
    for column in ("created_at", "updated_at", "last_seen_at", "birthday"):
        op.create_index(f"ix_contacts_{column}_id", "contacts", [column, "id"])
    for column in ("merged_into", "source_id", "curator_id"):
        op.create_index(f"ix_contacts_{column}", "contacts", [column])
    op.drop_index("ix_addresses_value", "addresses")
    op.create_index("ix_addresses_value_channel_contact_id", "addresses", ["value", "channel", "contact_id"])
    _allow_changes(op.get_bind())
    _move_values(op.get_bind())
    _refuse_changes(op.get_bind())


def _move_values(tx: sa.Connection) -> None:
    """The log keeps the names of the fields; one batch at a time, since a log may be long."""
    on_sqlite = tx.dialect.name == "sqlite"
    last = 0
    while True:
        found = sa.select(_log).where(_log.c.entity == "contact", _log.c.entity_id.is_not(None), _log.c.id > last)
        rows = tx.execute(found.order_by(_log.c.id).limit(_BATCH)).all()
        if not rows:
            return
        last = rows[-1].id
        for row in rows:
            before, after = ((json.loads(one) if on_sqlite and one else one) for one in (row.before, row.after))
            names = sorted({*(before or {}), *(after or {})})
            if not names:
                continue
            moved = {"audit_id": row.id, "contact_id": row.entity_id, "before": row.before, "after": row.after}
            tx.execute(sa.insert(_values).values({key: one for key, one in moved.items() if one is not None}))
            kept: Any = {"fields": names}
            kept = json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if on_sqlite else kept
            tx.execute(sa.update(_log).where(_log.c.id == row.id).values(before=sa.null(), after=kept))


def _allow_changes(tx: sa.Connection) -> None:
    if tx.dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_log_no_update")
    else:
        op.execute("DROP TRIGGER audit_log_no_change ON audit_log")


def _refuse_changes(tx: sa.Connection) -> None:
    """The log is append-only again; personal values may be deleted, never changed."""
    if tx.dialect.name == "sqlite":
        for table in ("audit_log", "audit_values"):
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON audit_log "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_values_no_update BEFORE UPDATE ON audit_values "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()"
    )
