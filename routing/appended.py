"""From what somebody says to what the store appends, and from what it appended to the event that tells of it.

The quick path of every message: plain positional arguments, nothing made twice.
"""

import json

from conversation.clock import from_ms
from conversation.events import Audience, MessageAdded
from conversation.messages import Activity, Attachment, Author, Channel, Message
from conversation.ports import Posted
from crm_store.appending import Appended, NewMessage, Windows
from crm_store.types import dump_json

SYSTEM = Author("system", "")


def plain_message(
    conversation_id: int,
    author: Author,
    text: str,
    at_ms: int,
    client_id: str,
    *,
    contact_id: int | None,
    private: bool,
    reply_to: int | None,
    channel: Channel | None = None,
    address_id: int | None = None,
    within: Windows | None = None,
) -> NewMessage:
    """A text. ``contact_id`` must own the conversation; None where that was checked before (agents). ``channel``,
    ``address_id``: by which a customer wrote it; ``within``: see ``NewMessage``."""
    author_id = author.id or 0
    return NewMessage(
        conversation_id,
        author.kind,
        author_id,
        author.name,
        contact_id,
        client_id,
        "text",
        private,
        text,
        None,
        reply_to,
        at_ms,
        channel,
        address_id,
        within,
    )


def choice_message(message: NewMessage, choice: str) -> NewMessage:
    """The same as the press of a button."""
    return message._replace(content=dump_json({"choice": choice}))


def message_added(
    new: NewMessage,
    author: Author,
    appended: Appended,
    activity: Activity | None = None,
    choice: str | None = None,
    files: tuple[Attachment, ...] = (),
) -> MessageAdded:
    """The event of its being committed."""
    conversation_id, event = appended.conversation_id, appended.event
    message = Message(
        appended.id,
        conversation_id,
        appended.seq,
        appended.change,
        event,
        from_ms(appended.at_ms),
        author,
        new.text,
        new.kind,
        new.private,
        new.client_id,
        new.reply_to,
        (),
        files,
        activity,
        choice,
        "queued" if appended.carried else "sent",
        None,
        None,
        None,
        appended.channel,
    )
    return MessageAdded(Audience(conversation_id, appended.team_id, appended.assignee_id), message, appended.status)


def moved_line(appended: Appended) -> tuple[MessageAdded, ...]:
    """The line before a message that says by what its conversation goes on from here; to be told before it."""
    if appended.moved is None:
        return ()
    line, outcome = appended.moved
    return (message_added(line, SYSTEM, outcome, read_activity(line)),)


def read_activity(line: NewMessage) -> Activity:
    """What an activity line says."""
    said = json.loads(line.content or "{}")["activity"]
    return Activity(said["code"], said["fields"])


def to_posted(appended: Appended) -> Posted:
    """What the sender is told."""
    return Posted(appended.id, appended.seq, appended.change, appended.at_ms, appended.repeated)
