"""From what was appended to the store to the event that tells of it."""

from typing import NamedTuple

from conversation.clock import from_ms
from conversation.events import Audience, MessageAdded
from conversation.messages import Activity, Author, Message, MessageKind
from conversation.ports import Posted
from crm_store.appending import Appended, NewMessage
from crm_store.types import dump_json


class Draft(NamedTuple):
    """A message about to be appended, in the words of the talk."""

    conversation_id: int
    author: Author
    text: str
    at_ms: int
    client_id: str | None = None
    contact_id: int | None = None  # must own the conversation; None: not checked (agents were checked before)
    kind: MessageKind = "text"
    private: bool = False
    reply_to: int | None = None
    activity: Activity | None = None
    choice: str | None = None

    def to_row(self) -> NewMessage:
        """The store's shape of it."""
        content: dict[str, object] = {}
        if self.activity is not None:
            content["activity"] = {"code": self.activity.code, "fields": dict(self.activity.fields)}
        if self.choice is not None:
            content["choice"] = self.choice
        return NewMessage(
            conversation_id=self.conversation_id,
            author_kind=self.author.kind,
            author_id=self.author.id or 0,
            author_name=self.author.name,
            contact_check=self.contact_id,
            client_id=self.client_id,
            kind=self.kind,
            private=self.private,
            text=self.text,
            content=dump_json(content) if content else None,
            reply_to=self.reply_to,
            at_ms=self.at_ms,
        )

    def to_event(self, appended: Appended) -> MessageAdded:
        """The event of its being committed."""
        message = Message(
            id=appended.id,
            conversation_id=appended.conversation_id,
            seq=appended.seq,
            change=appended.change,
            event=appended.event,
            at=from_ms(appended.at_ms),
            author=self.author,
            text=self.text,
            kind=self.kind,
            private=self.private,
            client_id=self.client_id,
            reply_to=self.reply_to,
            activity=self.activity,
            choice=self.choice,
        )
        audience = Audience(appended.conversation_id, appended.team_id, appended.assignee_id)
        return MessageAdded(audience, message, appended.status)


def to_posted(appended: Appended) -> Posted:
    """What the sender is told."""
    return Posted(appended.id, appended.seq, appended.change, appended.at_ms, appended.repeated)
