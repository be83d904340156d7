"""By what conversations are sorted and filtered."""

from crm_store.models import AgentRow, BranchRow, ContactRow, ConversationRow, TeamRow
from crm_store.paging import Listing, Sort

CONVERSATIONS = Listing(
    "conversations",
    ConversationRow.id,
    {
        "event": Sort(ConversationRow.last_event, unique=True, nullable=False),
        "id": Sort(ConversationRow.id, unique=True, nullable=False),
        "last_message_at": Sort(ConversationRow.last_message_at),
        "created_at": Sort(ConversationRow.created_at, nullable=False),
        "waiting_since": Sort(ConversationRow.waiting_since),
        "snoozed_until": Sort(ConversationRow.snoozed_until),
        "resolved_at": Sort(ConversationRow.resolved_at),
        "status": Sort(ConversationRow.status, nullable=False),
        "channel": Sort(ConversationRow.channel, nullable=False),
        "handler": Sort(ConversationRow.handler, nullable=False),
        "rating": Sort(ConversationRow.rating),
        "contact": Sort(ContactRow.name, nullable=False),
        "assignee": Sort(AgentRow.name),
        "team": Sort(TeamRow.name),
        "branch": Sort(BranchRow.name),
    },
    default="event",
    descending=True,
    filters={
        "contact": ConversationRow.contact_id,
        "team": ConversationRow.team_id,
        "branch": ConversationRow.branch_id,
        "channel": ConversationRow.channel,
        "handler": ConversationRow.handler,
        "rating": ConversationRow.rating,
        "unanswered": ConversationRow.waiting_since.is_not(None),
        "created": ConversationRow.created_at,
        "last_message": ConversationRow.last_message_at,
        "resolved": ConversationRow.resolved_at,
    },
)
"""Of ``event`` the cursor is the number of the last change itself: the latest changed first, downwards."""
