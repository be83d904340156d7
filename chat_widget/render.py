"""The wire shapes of /visitor: what a visitor may see of messages and conversations (contract.md)."""

from conversation.clock import to_iso
from conversation.messages import Author, Conversation, Message
from conversation.ports import Changes

Wire = dict[str, object]


def author(value: Author) -> Wire:
    """Name, kind and photo; ids stay inside."""
    shown: Wire = {"kind": value.kind, "name": value.name}
    if value.photo:
        shown["photo"] = value.photo
    return shown


def message(value: Message) -> Wire:
    """A message as the visitor sees it."""
    shown: Wire = {
        "id": value.id,
        "seq": value.seq,
        "change": value.change,
        "at": to_iso(value.at),
        "author": author(value.author),
        "text": value.text,
        "kind": value.kind,
    }
    if value.client_id is not None:
        shown["client_id"] = value.client_id
    if value.reply_to is not None:
        shown["reply_to"] = value.reply_to
    if value.buttons:
        shown["buttons"] = [{"value": button.value, "label": button.label} for button in value.buttons]
    if value.choice is not None:
        shown["choice"] = value.choice
    if value.attachments:
        shown["attachments"] = list(value.attachments)
    if value.edited_at is not None:
        shown["edited_at"] = to_iso(value.edited_at)
    if value.deleted_at is not None:
        shown["deleted"] = True
    return shown


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


def changes(page: Changes) -> Wire:
    """The answer to ``sync``."""
    return {
        "messages": [message(one) for one in page.messages],
        "conversation": conversation(page.conversation),
        "last_change": page.last_change,
        "more": page.more,
    }
