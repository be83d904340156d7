"""Who answers: teams' policies, what agents can do, where an assignment stands, who is there, and every decision."""

from alembic import op
from sqlalchemy import Column, text

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, refers

revision = "0010"
down_revision = "0009"
_QUEUED = text("assignee_id IS NULL AND status = 'open' AND waiting_since IS NOT NULL")
_DUE = text("answer_due_at IS NOT NULL")


def upgrade() -> None:
    """Adds the columns, their indexes, agent_presence and assignment_decisions."""
    columns = {
        "teams": (
            need("policy", TEXT, "'balanced'"),
            maybe("capacity", INT),
            need("gap_s", INT, "0"),
            Column("answer_s", INT, server_default=text("120")),
            *(maybe(name, INT) for name in ("escalate_s", "escalate_team_id", "fallback_team_id")),
            Column("give_back_s", INT, server_default=text("120")),
        ),
        "inboxes": (maybe("skill", TEXT),),
        "agents": (
            need("level", INT, "3"),
            need("weight", INT, "1"),
            *(need(name, JSON, "'[]'") for name in ("languages", "skills")),
            *(maybe(name, TIME) for name in ("last_assigned_at", "shift_ends_at")),
        ),
        "conversations": (
            maybe("assigned_at", TIME),
            maybe("offer", TEXT),
            maybe("answer_due_at", TIME),
            need("passed", JSON, "'[]'"),
            maybe("known_agent_id", INT),
            maybe("skill", TEXT),
            maybe("min_level", INT),
            maybe("nobody_at", TIME),
            maybe("decision", JSON),
        ),
    }
    for table, added in columns.items():
        for column in added:
            op.add_column(table, column)
    op.create_index(
        "ix_conversations_queue",
        "conversations",
        ["waiting_since", "id"],
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_index(
        "ix_conversations_due", "conversations", ["answer_due_at"], sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.create_table(
        "agent_presence",
        Column("agent_id", INT, nullable=False, autoincrement=False),
        need("process", TEXT),
        need("until", TIME),
        key("agent_presence", "agent_id", "process"),
        refers("agent_presence", "agent_id", "agents", "CASCADE"),
    )
    op.create_table(
        "assignment_decisions",
        need("id", ID),
        need("conversation_id", INT),
        need("at", TIME),
        need("kind", TEXT),
        *(maybe(name, INT) for name in ("agent_id", "team_id")),
        maybe("policy", TEXT),
        need("reason", JSON),
        key("assignment_decisions"),
        refers("assignment_decisions", "conversation_id", "conversations", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assignment_decisions_conversation_id_id", "assignment_decisions", ["conversation_id", "id"])
