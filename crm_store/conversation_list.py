"""By what conversations are sorted and filtered."""

from sqlalchemy import func

from crm_store.models import AgentRow, BranchRow, ContactRow, ConversationRow, TeamRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort

LANGUAGE = func.coalesce(ConversationRow.language, ContactRow.language)
"""What is spoken in it, else what the contact speaks."""
UNANSWERED = ConversationRow.waiting_since.is_not(None)
_TEXTS = ("last_text", "page_url", "page_title", "referrer", "rating_text")
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
        "contact": Sort(ContactRow.sort_name),
        "assignee": Sort(ordered(AgentRow.name)),
        "team": Sort(ordered(TeamRow.name)),
        "branch": Sort(ordered(BranchRow.name)),
        "language": Sort(LANGUAGE),
        **{name: Sort(ordered(func.substr(getattr(ConversationRow, name), 1, 100))) for name in _TEXTS},
        "last_seq": Sort(ConversationRow.last_seq, nullable=False),
        "unanswered": Sort(UNANSWERED, nullable=False),
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
        "unanswered": UNANSWERED,
        "language": LANGUAGE,
        "waiting": ConversationRow.waiting_since,
        "snoozed": ConversationRow.snoozed_until,
        "created": ConversationRow.created_at,
        "last_message": ConversationRow.last_message_at,
        "resolved": ConversationRow.resolved_at,
        **{name: Holds(getattr(ConversationRow, name)) for name in _TEXTS},
        "last_seq": ConversationRow.last_seq,
    },
)
"""Of ``event`` the cursor is the number of the last change itself: the latest changed first, downwards."""
