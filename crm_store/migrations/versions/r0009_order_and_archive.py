"""Contacts are sorted by a key of their names; teams and branches can be archived, by those who may manage them."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import INT, JSON, TEXT, TIME, maybe
from crm_store.ordering import order_key

revision = "0009"
down_revision = "0008"
_BATCH = 2000
_contacts = sa.table("contacts", sa.column("id", INT), sa.column("name", TEXT), sa.column("sort_name", TEXT))
_roles = sa.table("roles", sa.column("id", INT), sa.column("name", TEXT), sa.column("permissions", JSON))


def upgrade() -> None:
    """Adds the columns and fills the key."""
    tx = op.get_bind()
    op.add_column("contacts", maybe("sort_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql")))
    _fill(tx)
    op.drop_index("ix_contacts_name_id", "contacts")
    op.create_index("ix_contacts_sort_name_id", "contacts", ["sort_name", "id"])
    op.create_index("ix_audit_log_at_id", "audit_log", ["at", "id"])
    for table in ("branches", "teams"):
        op.add_column(table, maybe("archived_at", TIME))
    _give(tx, "teams.manage")


def _fill(tx: sa.Connection) -> None:
    setting = sa.update(_contacts).where(_contacts.c.id == sa.bindparam("one")).values(sort_name=sa.bindparam("key"))
    last = 0
    while rows := tx.execute(
        sa.select(_contacts.c.id, _contacts.c.name).where(_contacts.c.id > last).order_by(_contacts.c.id).limit(_BATCH)
    ).all():
        last = rows[-1].id
        tx.execute(setting, [{"one": row.id, "key": order_key(row.name)} for row in rows])


def _give(tx: sa.Connection, permission: str) -> None:
    """To the owners of standing stores."""
    on_sqlite = tx.dialect.name == "sqlite"
    for row in tx.execute(sa.select(_roles).where(_roles.c.name == "owner")).all():
        held: list[str] = json.loads(row.permissions) if on_sqlite else row.permissions
        if permission not in held:
            more: Any = [*held, permission]
            more = json.dumps(more, separators=(",", ":")) if on_sqlite else more
            tx.execute(sa.update(_roles).where(_roles.c.id == row.id).values(permissions=more))
