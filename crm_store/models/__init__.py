"""All tables of the store, typed. ``Base.metadata`` is the whole schema."""

from crm_store.models.access import AgentPermissionRow, ApiTokenRow
from crm_store.models.assignment import AgentPresenceRow, AssignmentDecisionRow
from crm_store.models.base import (
    AddressChannel,
    Base,
    BlockKind,
    Effect,
    FieldKind,
    JobState,
    OutgoingState,
    StatedChannel,
    SubjectKind,
    TaskKind,
)
from crm_store.models.cards import (
    ContactCategoryMemberRow,
    ContactCategoryRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactNoteRow,
    ContactSourceRow,
    CustomFieldRow,
    DistinctContactsRow,
    ExtraContactRow,
    MergeRow,
    SubjectRow,
    TaskRow,
)
from crm_store.models.exchange import ImportLineRow, ImportRow, ImportState, RowOutcome
from crm_store.models.hours import WorkingHoursRow
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
from crm_store.models.proof import NewsWishRow, OneTimeCodeRow
from crm_store.models.search import ContactKeyRow, MessageKeyRow, SearchMarkRow
from crm_store.models.talk import (
    AttachmentRow,
    BotTextRow,
    CannedResponseRow,
    ConversationRow,
    DialogueRow,
    MessageRow,
)
from crm_store.models.visits import BlockRow, ConsentRow, PageViewRow
from crm_store.models.work import (
    AuditRow,
    AuditValuesRow,
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
    "AgentPermissionRow",
    "AgentPresenceRow",
    "AgentRow",
    "AgentSessionRow",
    "ApiTokenRow",
    "AssignmentDecisionRow",
    "AttachmentRow",
    "AuditRow",
    "AuditValuesRow",
    "Base",
    "BlockKind",
    "BlockRow",
    "BotTextRow",
    "BranchRow",
    "CannedResponseRow",
    "ConsentRow",
    "ContactCategoryMemberRow",
    "ContactCategoryRow",
    "ContactGroupMemberRow",
    "ContactGroupRow",
    "ContactKeyRow",
    "ContactNoteRow",
    "ContactRow",
    "ContactSourceRow",
    "ConversationRow",
    "CounterRow",
    "CustomFieldRow",
    "DemoRow",
    "DialogueRow",
    "DistinctContactsRow",
    "Effect",
    "ExtraContactRow",
    "FieldKind",
    "IdempotencyKeyRow",
    "ImportLineRow",
    "ImportRow",
    "ImportState",
    "InboxRow",
    "JobRow",
    "JobState",
    "MergeRow",
    "MessageKeyRow",
    "MessageRow",
    "NewsWishRow",
    "OneTimeCodeRow",
    "OutgoingRow",
    "OutgoingState",
    "PageViewRow",
    "RoleRow",
    "RowOutcome",
    "SearchMarkRow",
    "SettingRow",
    "StatedChannel",
    "SubjectKind",
    "SubjectRow",
    "TaskKind",
    "TaskRow",
    "TeamMemberRow",
    "TeamRow",
    "WorkingHoursRow",
]

for _table in Base.metadata.tables.values():  # an id once given is never given again, as PostgreSQL's sequences have it
    if _table.autoincrement_column is not None:
        _table.dialect_options["sqlite"]["autoincrement"] = True
