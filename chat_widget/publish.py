"""Tells visitors' tabs what happened in their conversations. Every change reaches them as some event carrying
``change``."""

from chat_widget import render
from chat_widget.session import Session
from chat_widget.visitor import EVERYBODY, NAMESPACE, VisitorNamespace
from conversation import events
from conversation.messages import Conversation
from conversation.sockets import SocketServer


class VisitorPublisher:
    """Renders events for /visitor and emits them to the conversation's room."""

    def __init__(self, server: SocketServer, namespace: VisitorNamespace) -> None:
        self._server = server
        self._namespace = namespace

    def message_added(self, event: events.MessageAdded) -> None:
        """A new message; a private one shows only as a change of the conversation."""
        room = (f"c:{event.audience.conversation_id}",)
        if event.message.private:
            self._server.emit(NAMESPACE, room, "conversation", _only_numbers(event))
        else:
            self._server.emit(NAMESPACE, room, "message", render.message(event.message, self._namespace.link))
        if event.message.author.kind == "agent" and not event.message.private:
            self._namespace.guard.newcomers.answered(event.audience.conversation_id)

    def message_edited(self, event: events.MessageEdited) -> None:
        """A message changed, even after it was seen."""
        self._message("message_changed", event)

    def message_deleted(self, event: events.MessageDeleted) -> None:
        """A message was taken back, even after it was seen (feature CW-09)."""
        self._message("message_deleted", event)

    def conversation_started(self, event: events.ConversationStarted) -> None:
        """All tabs of the visitor are one conversation: each follows the new one."""
        self._follow(event.address_value, event.conversation)
        self._conversation(event)

    def conversation_caught_up(self, event: events.ConversationCaughtUp) -> None:
        """A conversation as it is after missed events, which may have begun it: tabs see by ``change`` what they miss
        of it, and ask."""
        if event.address_value is not None:
            self._follow(event.address_value, event.conversation)
        self._conversation(event)

    def conversation_changed(self, event: events.ConversationChanged) -> None:
        """Status, assignee, rating; and whose it is, where two contacts became one."""
        for socket in self._server.members(NAMESPACE, f"c:{event.audience.conversation_id}"):
            if isinstance(socket.state, Session):
                socket.state.contact_id = event.conversation.contact.id
                socket.state.name = event.conversation.contact.name
        self._conversation(event)

    def read_marked(self, event: events.ReadMarked) -> None:
        """Somebody has read up to a place."""
        room = (f"c:{event.audience.conversation_id}",)
        payload = {"seq": event.seq, "change": event.change, "side": event.side}
        self._server.emit(NAMESPACE, room, "read", payload)

    def typing_changed(self, event: events.TypingChanged) -> None:
        """An agent types (the visitor's own typing is not echoed)."""
        if event.side == "agent":
            room = (f"c:{event.audience.conversation_id}",)
            payload = {"author": {"kind": "agent", "name": event.name}, "on": event.on}
            self._server.emit(NAMESPACE, room, "typing", payload)

    def presence_changed(self, _event: events.PresenceChanged) -> None:
        """Visitors hear when what they may expect turns, not of every agent."""
        self._namespace.answering.tell()

    def inboxes_changed(self) -> None:
        """Who is kept out now, or let in again, hears of it in every tab."""
        for socket in self._server.members(NAMESPACE, EVERYBODY):
            session = socket.state
            if isinstance(session, Session) and self._namespace.look_for_block(session):
                socket.emit("blocked", {"blocked": self._namespace.show_block(session)})

    def _message(self, name: str, event: events.MessageEdited | events.MessageDeleted) -> None:
        room = (f"c:{event.audience.conversation_id}",)
        if event.message.private:
            self._server.emit(NAMESPACE, room, "conversation", _only_numbers(event))
        elif self._server.listened(NAMESPACE, room):
            self._server.emit(NAMESPACE, room, name, render.message(event.message, self._namespace.link))

    def _follow(self, address_value: str, conversation: Conversation) -> None:
        for socket in self._server.members(NAMESPACE, f"v:{address_value}"):
            if isinstance(socket.state, Session):
                self._namespace.follow(socket, socket.state, conversation)

    def _conversation(
        self, event: events.ConversationStarted | events.ConversationChanged | events.ConversationCaughtUp
    ) -> None:
        room = (f"c:{event.audience.conversation_id}",)
        if self._server.listened(NAMESPACE, room):
            self._server.emit(NAMESPACE, room, "conversation", render.conversation(event.conversation))


def _only_numbers(event: events.MessageAdded | events.MessageEdited | events.MessageDeleted) -> dict[str, object]:
    """That something private changed, without what."""
    return {"id": event.audience.conversation_id, "status": event.status, "change": event.message.change}
