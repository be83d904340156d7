"""A channel may be any that a door names, and not only one of those known beforehand."""

import re

from alembic import op
from sqlalchemy import Connection

revision = "0032"
down_revision = "0031"
_TABLES = ("inboxes", "addresses", "conversations", "messages", "outgoing")
_READ = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
_WRITE = "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?"


def upgrade() -> None:
    """Widens the checks, each under its old name."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _widen_in_sqlite(connection)
        return
    for table in _TABLES:
        op.drop_constraint(f"ck_{table}_channel", table, type_="check")
        op.create_check_constraint(f"ck_{table}_channel", table, "channel <> ''")


def _widen_in_sqlite(connection: Connection) -> None:
    """In the definitions themselves: a check is of no account for what is stored, and the tables need not be written
    anew (https://www.sqlite.org/lang_altertable.html#otheralter, the second procedure)."""
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in _TABLES:
        found = connection.exec_driver_sql(_READ, (table,))
        check = rf"(CONSTRAINT ck_{table}_channel CHECK \()[^()]*\)"
        opened, changes = re.subn(check, r"\1channel <> '')", found.scalar_one())
        if changes != 1:
            raise RuntimeError(f"the table {table} is not as it was made")
        connection.exec_driver_sql(_WRITE, (opened, table))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
