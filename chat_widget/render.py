"""The wire shapes of /visitor: what a visitor may see of messages and conversations (contract.md)."""

from conversation.messages import Conversation, Message
from conversation.ports import Changes
from conversation.wire import Link, show_author, show_message

Wire = dict[str, object]


def message(value: Message, link: Link) -> Wire:
    """A message as the visitor sees it."""
    return show_message(value, show_author(value.author), link)


def conversation(value: Conversation) -> Wire:
    """The head of his conversation."""
    shown: Wire = {
        "id": value.id,
        "status": value.status,
        "change": value.change,
        "last_seq": value.last_seq,
        "assignee": None,
        "visitor_read_seq": value.visitor_read_seq,
        "agent_read_seq": value.agent_read_seq,
    }
    if value.assignee is not None:
        shown["assignee"] = {"name": value.assignee.name, "photo": value.assignee.photo}
    if value.rating is not None:
        shown["rating"] = value.rating
    return shown


def changes(page: Changes, link: Link) -> Wire:
    """The answer to ``sync``."""
    return {
        "messages": [message(one, link) for one in page.messages],
        "conversation": conversation(page.conversation),
        "last_change": page.last_change,
        "more": page.more,
    }
