"""What an agent says: replies, private notes, and changes to what was said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import BarevError, Rejected
from conversation.events import Audience, ConversationChanged, MessageDeleted, MessageEdited
from conversation.messages import Agent, Attachment, Author, Conversation, Message
from crm_store import Tx, attachments, carried, conversations, readings
from crm_store.appending import Appended, NewMessage, Windows
from crm_store.attachments import AGENT
from crm_store.carried import Act
from crm_store.engine import Store
from routing.appended import message_added, plain_message
from routing.filed import append_with_files
from routing.handoff import may_see
from routing.intake import require_head
from routing.publisher import Publisher

Said = Callable[[Appended | BarevError], None]


class Replies:
    """Like the intake, but for agents: stores, then answers, then tells."""

    def __init__(self, store: Store, publisher: Publisher, windows: Callable[[], Windows] | None = None) -> None:
        """``windows``: when channels carry what is said; what they would not is refused at once."""
        self._store = store
        self._publisher = publisher
        self._windows = windows

    def say(
        self,
        agent: Agent,
        conversation_id: int,
        client_id: str,
        text: str,
        reply_to: int | None,
        private: bool,
        files: tuple[int, ...],
        done: Said,
    ) -> None:
        """Queues a reply (or a private note), with files that the agent brought. The caller has made sure that the
        conversation is for the agent's eyes."""
        author = Author("agent", agent.name, agent.id, agent.photo)
        new = plain_message(
            conversation_id,
            author,
            text,
            clock.now_ms(),
            client_id,
            contact_id=None,
            private=private,
            reply_to=reply_to,
            within=None if self._windows is None else self._windows(),
        )

        def committed(whole: NewMessage, attached: tuple[Attachment, ...], outcome: Appended) -> None:
            done(outcome)
            if outcome.repeated:
                return
            self._publisher.publish(message_added(whole, author, outcome, files=attached))
            if outcome.head is not None:
                self._publisher.publish(ConversationChanged(Audience.of(outcome.head), outcome.head))

        if files:
            append_with_files(self._store, new, f"{AGENT}{agent.id}", files, committed, done)
        else:
            self._store.writer.append(
                new, lambda outcome: done(outcome) if isinstance(outcome, BarevError) else committed(new, (), outcome)
            )

    async def edit(self, agent: Agent, message_id: int, text: str) -> Message:
        """Another text for one's own message, even after it was seen. Raises Rejected."""

        def write(tx: Tx) -> _Changed:
            message = _lock_message(tx, agent, message_id)
            if message.author.kind != "agent" or message.author.id != agent.id:
                raise Rejected("forbidden", "error.message_not_yours")
            if message.deleted_at is not None:
                raise Rejected("conflict", "error.message_deleted")
            return _change(tx, agent, message, "edited", text=text, edited_at=clock.now())

        def tell(changed: _Changed) -> None:
            audience = Audience.of(changed.head)
            self._publisher.publish(MessageEdited(audience, changed.message, changed.head.status))
            self._publisher.publish(ConversationChanged(audience, changed.head))

        return (await self._store.writer.run(write, tell)).message

    async def delete(self, agent: Agent, message_id: int) -> Message:
        """Takes a message back, even after it was seen; its place stays. One's own, or any with the right to."""

        def write(tx: Tx) -> _Changed | Message:
            message = _lock_message(tx, agent, message_id)
            own = message.author.kind == "agent" and message.author.id == agent.id
            if message.kind == "activity" or not (own or "messages.delete" in agent.permissions):
                raise Rejected("forbidden", "error.message_not_yours")
            if message.deleted_at is not None:
                return message
            at = clock.now()
            attachments.doom_of_messages(tx, [message.id], at)
            readings.forget(tx, message)
            return _change(tx, agent, message, "deleted", text="", content=None, deleted_at=at)

        def tell(changed: _Changed | Message) -> None:
            if isinstance(changed, _Changed):
                audience = Audience.of(changed.head)
                self._publisher.publish(MessageDeleted(audience, changed.message, changed.head.status))
                self._publisher.publish(ConversationChanged(audience, changed.head))

        changed = await self._store.writer.run(write, tell)
        return changed.message if isinstance(changed, _Changed) else changed


@dataclass(frozen=True, slots=True)
class _Changed:
    message: Message
    head: Conversation


_Action = Literal["edited", "deleted"]
_ACTS: Final[Mapping[_Action, Act]] = {"edited": "edit", "deleted": "delete"}


def _lock_message(tx: Tx, agent: Agent, message_id: int) -> Message:
    found = conversations.find_message(tx, message_id)
    row = None if found is None else conversations.lock(tx, found.conversation_id)
    message = None if row is None else conversations.find_message(tx, message_id)
    if message is None or row is None or not may_see(agent, row):
        raise Rejected("not_found", "error.message_not_found")
    return message


def _change(tx: Tx, agent: Agent, message: Message, action: _Action, **values: object) -> _Changed:
    change, event = conversations.touch(tx, message.conversation_id)
    carried.enqueue_change(tx, message.id, _ACTS[action], change, clock.now())
    changed = conversations.change_message(tx, message.id, change, event, **values)
    conversations.set_last_text(tx, message.conversation_id)
    was, now = {"text": message.text}, {"text": changed.text}
    record_deed(tx, agent, f"message.{action}", "message", message.id, before=was, after=now)
    return _Changed(changed, require_head(tx, message.conversation_id))
