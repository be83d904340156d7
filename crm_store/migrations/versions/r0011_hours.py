"""Working hours of the firm, its branches, teams and agents; by which clock a customer lives, what he was promised."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, refers, unique

revision = "0011"
down_revision = "0010"
_OWNERS = {"branch_id": "branches", "team_id": "teams", "agent_id": "agents"}


def upgrade() -> None:
    """Makes working_hours, where nothing means always open, and two columns of conversations."""
    op.add_column("conversations", maybe("timezone", TEXT))
    op.add_column("conversations", maybe("promised_at", TIME))
    op.create_table(
        "working_hours",
        need("id", ID),
        *(maybe(column, INT) for column in _OWNERS),
        maybe("weekly", JSON),
        maybe("exceptions", JSON),
        maybe("holidays", sa.Boolean()),
        need("updated_at", TIME),
        key("working_hours"),
        *(refers("working_hours", column, table, "CASCADE") for column, table in _OWNERS.items()),
        *(unique("working_hours", column) for column in _OWNERS),
        sa.CheckConstraint(
            "(branch_id IS NULL AND team_id IS NULL) OR (branch_id IS NULL AND agent_id IS NULL)"
            " OR (team_id IS NULL AND agent_id IS NULL)",
            name="ck_working_hours_owner",
        ),
        sqlite_autoincrement=True,
    )
