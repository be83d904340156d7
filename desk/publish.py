"""Tells agents' desks what happened, each the conversations that are for his eyes."""

from conversation import events
from conversation.clock import to_iso
from conversation.messages import Agent
from conversation.ports import Texts
from conversation.sockets import SocketServer
from desk import render
from desk.outside import Outside
from desk.session import Session, may_hear

NAMESPACE = "/desk"
ALL = "all"
_BLIND = {"last_text": "", "page_url": None, "page_title": None, "referrer": None, "rating_text": None}
_BLIND_CONTACT = {"name": "", "returning": False, "conversations": 0, "note": ""}


def rooms_of(agent: Agent) -> list[str]:
    """What an agent listens to: everything, or his teams, what belongs to no team, and what is his own."""
    rooms = [f"a:{agent.id}", "everybody"]
    return [*rooms, ALL] if agent.sees_all else [*rooms, "t:0", *(f"t:{team}" for team in agent.teams)]


def rooms_for(audience: events.Audience) -> list[str]:
    """Who hears of a conversation: the mirror of ``rooms_of``."""
    rooms = [ALL, f"t:{audience.team_id or 0}"]
    return rooms if audience.assignee_id is None else [*rooms, f"a:{audience.assignee_id}"]


class DeskPublisher:
    """Renders events for /desk and emits them."""

    def __init__(
        self, server: SocketServer, visitor_online: render.VisitorOnline, texts: Texts, outside: Outside
    ) -> None:
        self._server = server
        self._texts = texts
        self._outside = outside
        self._visitor_online = visitor_online

    def message_added(self, event: events.MessageAdded) -> None:
        """A new message, private ones too."""
        self._message("message", event)

    def message_edited(self, event: events.MessageEdited) -> None:
        """A message changed."""
        self._message("message_changed", event)

    def message_deleted(self, event: events.MessageDeleted) -> None:
        """A message was taken back."""
        self._message("message_deleted", event)

    def _message(self, name: str, event: events.MessageAdded | events.MessageEdited | events.MessageDeleted) -> None:
        shown = self._outside.message(event.message, event.audience.team_id)
        self._server.emit(NAMESPACE, rooms_for(event.audience), name, shown)

    def conversation_changed(self, event: events.ConversationChanged | events.ConversationStarted) -> None:
        """A conversation's head changed; those who lose sight of it hear ``gone``."""
        payload = render.conversation(event.conversation, self._visitor_online)
        before = event.before if isinstance(event, events.ConversationChanged) else None
        if before is not None:
            self._server.emit(NAMESPACE, rooms_for(before), "conversation", {**payload, "gone": True})
        self._server.emit(NAMESPACE, rooms_for(event.audience), "conversation", payload)

    def conversation_caught_up(self, event: events.ConversationCaughtUp) -> None:
        """A conversation's head after missed events. Who saw it before is not known: those who do not see it now hear
        ``gone``, without a word of what is in it."""
        payload = render.conversation(event.conversation, self._visitor_online)
        blind = {**payload, **_BLIND, "contact": {**_BLIND_CONTACT, "id": event.conversation.contact.id}, "gone": True}
        for socket in self._server.members(NAMESPACE, "t:0"):  # all who do not see everything
            if isinstance(socket.state, Session) and not may_hear(socket.state.agent, event.audience):
                socket.emit("conversation", blind)
        self._server.emit(NAMESPACE, rooms_for(event.audience), "conversation", payload)

    def read_marked(self, event: events.ReadMarked) -> None:
        """One side has read up to a place."""
        payload = {
            "conversation_id": event.audience.conversation_id,
            "side": event.side,
            "seq": event.seq,
            "change": event.change,
            "event": event.event,
        }
        self._server.emit(NAMESPACE, rooms_for(event.audience), "read", payload)

    def typing_changed(self, event: events.TypingChanged) -> None:
        """A visitor or another agent types."""
        author: dict[str, object] = {"kind": event.side, "name": event.name}
        if event.agent_id is not None:
            author["id"] = event.agent_id
        payload = {"conversation_id": event.audience.conversation_id, "author": author, "on": event.on}
        self._server.emit(NAMESPACE, rooms_for(event.audience), "typing", payload)

    def page_viewed(self, event: events.PageViewed) -> None:
        """A customer is on another page of the site."""
        page = render.page(event.url, event.title, event.at)
        payload = {"conversation_id": event.audience.conversation_id, **page}
        self._server.emit(NAMESPACE, rooms_for(event.audience), "page", payload)

    def presence_changed(self, event: events.PresenceChanged) -> None:
        """An agent came, went or stepped away."""
        shown = {"id": event.agent.id, "name": event.agent.name}
        payload = {"agent": shown, "status": event.status, "agents_online": event.online}
        self._server.emit(NAMESPACE, ["everybody"], "presence", payload)

    def task_changed(self, event: events.TaskChanged) -> None:
        """A chat asks its agent to answer, or does not any more."""
        task = event.task
        shown = {
            "id": task.id,
            "kind": "chat",
            "title": task.title,
            "conversation_id": task.conversation_id,
            "contact": {"id": task.contact.id, "name": task.contact.name},
            "created_at": to_iso(task.created_at),
            "done": task.done,
            "fresh": event.fresh,
        }
        if event.before is not None:
            self._server.emit(NAMESPACE, [f"a:{event.before}"], "task", {**shown, "done": True, "fresh": False})
        self._server.emit(NAMESPACE, [f"a:{task.assignee_id}"], "task", shown)

    def appointment_changed(self, event: events.AppointmentChanged) -> None:
        """An appointment is new or other than it was: journals load what they show anew."""
        shown = {"name": event.name, "appointment_id": event.appointment_id, "resource_ids": list(event.resource_ids)}
        self._server.emit(NAMESPACE, ["everybody"], "journal", shown)

    def calendar_changed(self, event: events.CalendarChanged) -> None:
        """Services, resources, schedules, breaks or who waits changed: journals load anew."""
        shown = {"name": "calendar.changed", "appointment_id": None, "resource_ids": list(event.resource_ids)}
        self._server.emit(NAMESPACE, ["everybody"], "journal", shown)

    def session_revoked(self, event: events.SessionRevoked) -> None:
        """A session ended: its sockets close at once."""
        for socket in self._server.members(NAMESPACE, f"s:{event.session_id}"):
            socket.emit("notice", {"level": "warning", "code": "session_ended"})
            socket.close()

    def agent_changed(self, event: events.AgentChanged) -> None:
        """An agent's rights or teams are others: his windows hear what is for him now, and are told to load anew."""
        rooms = set(rooms_of(event.agent))
        for socket in self._server.members(NAMESPACE, f"a:{event.agent.id}"):
            if not isinstance(socket.state, Session):
                continue
            for room in set(rooms_of(socket.state.agent)) - rooms:
                socket.leave(room)
            for room in sorted(rooms):
                socket.join(room)
            socket.state.agent = event.agent
            socket.emit("notice", {"level": "info", "code": "rights_changed"})

    def demo_removed(self, _event: events.DemoRemoved) -> None:
        """The demo's rows are gone: desks load anew."""
        self._server.emit(NAMESPACE, ["everybody"], "notice", {"level": "info", "code": "demo_removed"})

    def bus_health(self, healthy: bool) -> None:
        """News of other processes comes late for some time already, or comes at once again."""
        code = "bus_up" if healthy else "bus_down"
        level = "info" if healthy else "warning"
        for socket in self._server.members(NAMESPACE, "everybody"):
            if isinstance(socket.state, Session):
                message = self._texts.get(socket.state.language, f"notice.{code}")
                socket.emit("notice", {"level": level, "code": code, "message": message})

    def store_health(self, healthy: bool) -> None:
        """The store went away, or is back: agents are told at once."""
        notice = {"level": "info", "code": "store_up"} if healthy else {"level": "error", "code": "store_down"}
        self._server.emit(NAMESPACE, ["everybody"], "notice", notice)
