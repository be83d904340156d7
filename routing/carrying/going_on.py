"""A conversation goes on by another address of its customer, because somebody decided so: he himself by a link, or an
agent. Where he merely writes by another, ``append_messages`` does the same (docs/decisions/0017)."""

from datetime import datetime

from conversation.errors import Rejected
from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Activity
from crm_store import Tx, conversations, joining
from routing.intake import add_line, require_head


def go_on(tx: Tx, conversation_id: int, address_id: int, activity: Activity, at: datetime) -> list[Event]:
    """From here on answers go to that address; the conversation stays held where it was, so that a widget shows it as
    before. Returns what is to be told after the commit, the line ``activity`` first; nothing where it goes on there
    already.

    Raises Rejected not_found for an address that is not its contact's, conflict where another unresolved conversation
    goes on by that address.
    """
    row = conversations.lock(tx, conversation_id)
    address = joining.find_own(tx, address_id, None if row is None else row.contact_id)
    if row is None or address is None:
        raise Rejected("not_found", "error.conversation_not_found")
    if row.address_id == address_id:
        return []
    other = joining.find_open_id(tx, address_id)
    if other not in (None, conversation_id):
        raise Rejected("conflict", "error.other_conversation_open")
    joining.move(tx, conversation_id, row.address_id, address_id, address, at)
    line = add_line(tx, conversation_id, activity)
    conversations.touch(tx, conversation_id)
    head = require_head(tx, conversation_id)
    return [line, ConversationChanged(Audience.of(head), head)]
