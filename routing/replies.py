"""What an agent says: replies, private notes, and changes to what was said."""

from collections.abc import Callable

from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import BarevError, Rejected
from conversation.events import Audience, MessageDeleted, MessageEdited
from conversation.messages import Agent, Author, Message, Status
from crm_store import Tx, conversations
from crm_store.appending import Appended
from crm_store.engine import Store
from routing.appended import message_added, plain_message
from routing.handoff import may_see
from routing.heads import HeadAnnouncer
from routing.publisher import Publisher

Said = Callable[[Appended | BarevError], None]


class Replies:
    """Like the intake, but for agents: stores, then answers, then tells."""

    def __init__(self, store: Store, publisher: Publisher, heads: HeadAnnouncer) -> None:
        self._store = store
        self._publisher = publisher
        self._heads = heads

    def say(
        self,
        agent: Agent,
        conversation_id: int,
        client_id: str,
        text: str,
        reply_to: int | None,
        private: bool,
        done: Said,
    ) -> None:
        """Queues a reply (or a private note). The caller has made sure that the conversation is for the agent's
        eyes."""
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
        )

        def committed(outcome: Appended | BarevError) -> None:
            done(outcome)
            if not isinstance(outcome, BarevError) and not outcome.repeated:
                self._publisher.publish(message_added(new, author, outcome))
                if outcome.head_changed:
                    self._heads.announce(outcome.conversation_id, outcome.change)

        self._store.writer.append(new, committed)

    async def edit(self, agent: Agent, message_id: int, text: str) -> Message:
        """Another text for one's own message, even after it was seen. Raises Rejected."""

        def write(tx: Tx) -> tuple[Message, Audience, Status]:
            message, audience, status = _lock_message(tx, agent, message_id)
            if message.author.kind != "agent" or message.author.id != agent.id:
                raise Rejected("forbidden", "error.message_not_yours")
            if message.deleted_at is not None:
                raise Rejected("conflict", "error.message_deleted")
            change, event = conversations.touch(tx, message.conversation_id)
            edited = conversations.change_message(tx, message_id, change, event, text=text, edited_at=clock.now())
            _finish(tx, agent, message, edited, "edited")
            return edited, audience, status

        def tell(written: tuple[Message, Audience, Status]) -> None:
            edited, audience, status = written
            self._publisher.publish(MessageEdited(audience, edited, status))
            self._heads.announce(edited.conversation_id, edited.change)

        return (await self._store.writer.run(write, tell))[0]

    async def delete(self, agent: Agent, message_id: int) -> Message:
        """Takes a message back, even after it was seen; its place stays. One's own, or any with the right to."""

        def write(tx: Tx) -> tuple[Message, Audience, Status | None]:
            message, audience, status = _lock_message(tx, agent, message_id)
            own = message.author.kind == "agent" and message.author.id == agent.id
            if message.kind == "activity" or not (own or "messages.delete" in agent.permissions):
                raise Rejected("forbidden", "error.message_not_yours")
            if message.deleted_at is not None:
                return message, audience, None
            change, event = conversations.touch(tx, message.conversation_id)
            deleted = conversations.change_message(
                tx, message_id, change, event, text="", content=None, deleted_at=clock.now()
            )
            _finish(tx, agent, message, deleted, "deleted")
            return deleted, audience, status

        def tell(written: tuple[Message, Audience, Status | None]) -> None:
            deleted, audience, status = written
            if status is not None:
                self._publisher.publish(MessageDeleted(audience, deleted, status))
                self._heads.announce(deleted.conversation_id, deleted.change)

        return (await self._store.writer.run(write, tell))[0]


def _lock_message(tx: Tx, agent: Agent, message_id: int) -> tuple[Message, Audience, Status]:
    found = conversations.find_message(tx, message_id)
    row = None if found is None else conversations.lock(tx, found.conversation_id)
    message = None if row is None else conversations.find_message(tx, message_id)
    if message is None or row is None or not may_see(agent, row):
        raise Rejected("not_found", "error.message_not_found")
    return message, Audience(row.id, row.team_id, row.assignee_id), row.status


def _finish(tx: Tx, agent: Agent, before: Message, after: Message, action: str) -> None:
    conversations.set_last_text(tx, after.conversation_id)
    was, now = {"text": before.text}, {"text": after.text}
    record_deed(tx, agent, f"message.{action}", "message", after.id, before=was, after=now)
