"""All tables of the store, typed. ``Base.metadata`` is the whole schema."""

from crm_store.models.base import AddressChannel, Base, JobState, OutgoingState
from crm_store.models.people import (
    AddressRow,
    AgentRow,
    AgentSessionRow,
    BranchRow,
    ContactRow,
    InboxRow,
    RoleRow,
    TeamMemberRow,
    TeamRow,
)
from crm_store.models.talk import (
    AttachmentRow,
    ConversationRow,
    DialogueRow,
    MessageRow,
)
from crm_store.models.work import (
    AuditRow,
    CounterRow,
    DemoRow,
    IdempotencyKeyRow,
    JobRow,
    OutgoingRow,
    SettingRow,
)

__all__ = [
    "AddressChannel",
    "AddressRow",
    "AgentRow",
    "AgentSessionRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "BranchRow",
    "ContactRow",
    "ConversationRow",
    "CounterRow",
    "DemoRow",
    "DialogueRow",
    "IdempotencyKeyRow",
    "InboxRow",
    "JobRow",
    "JobState",
    "MessageRow",
    "OutgoingRow",
    "OutgoingState",
    "RoleRow",
    "SettingRow",
    "TeamMemberRow",
    "TeamRow",
]

for _table in Base.metadata.tables.values():  # an id once given is never given again, as PostgreSQL's sequences have it
    if _table.autoincrement_column is not None:
        _table.dialect_options["sqlite"]["autoincrement"] = True
