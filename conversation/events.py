"""What happened: past tense, frozen, published only after the commit and only by routing/publisher."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from conversation.messages import Agent, Conversation, Message, Person, PresenceStatus, Status

Side = Literal["visitor", "agent"]


class Audience(NamedTuple):
    """Whom an event of a conversation concerns, so that a door finds its listeners without a query."""

    conversation_id: int
    team_id: int | None
    assignee_id: int | None

    @classmethod
    def of(cls, head: Conversation) -> "Audience":
        """Whom a conversation concerns."""
        return cls(head.id, head.team.id if head.team else None, head.assignee.id if head.assignee else None)


class MessageAdded(NamedTuple):
    """A message was committed; ``status`` is its conversation's. Where the head changed in more than its counters (it
    became unanswered, was answered, reopened), a ``ConversationChanged`` follows."""

    audience: Audience
    message: Message
    status: Status


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A message has another text or other content; ``message.change`` is the new number."""

    audience: Audience
    message: Message
    status: Status


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message was taken back; it keeps its place, without text."""

    audience: Audience
    message: Message
    status: Status


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    """A conversation of the address ``address_value`` (a visitor's key on the web) was opened, or a resolved one was
    taken up again by an agent: from now on it is the one that address talks in."""

    audience: Audience
    conversation: Conversation
    address_value: str


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """Status, assignee, team, contact or rating changed. ``before``: whom it concerned until now, where that
    changed."""

    audience: Audience
    conversation: Conversation
    before: Audience | None = None


@dataclass(frozen=True, slots=True)
class ReadMarked:
    """One side has read up to ``seq``."""

    audience: Audience
    side: Side
    seq: int
    change: int
    event: int


@dataclass(frozen=True, slots=True)
class TypingChanged:
    """Someone began or ceased to type; never stored."""

    audience: Audience
    side: Side
    name: str
    agent_id: int | None
    on: bool


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """An agent came, went or stepped away; ``online`` is how many agents now answer."""

    agent: Person
    status: PresenceStatus
    online: int


@dataclass(frozen=True, slots=True)
class PageViewed:
    """A customer is on another page of the site while he has a conversation."""

    audience: Audience
    url: str
    title: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionRevoked:
    """An agent's session ended by log-out, by being disabled or by expiry; its live sockets must close."""

    session_id: int


@dataclass(frozen=True, slots=True)
class DemoRemoved:
    """The demo's rows are gone from the store: what was loaded before is to be loaded anew."""


@dataclass(frozen=True, slots=True)
class ConversationCaughtUp:
    """A conversation as the store has it now, because events of it were missed: it may have begun or changed in any
    way, and whom it concerned before is not known. ``address_value``: the address whose latest conversation it is,
    None where that address has a later one."""

    audience: Audience
    conversation: Conversation
    address_value: str | None


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's name, rights or teams are others now: his live sockets go by them from here on."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class PresenceChosen:
    """An agent chose a status, and it is in the store: whatever process has his windows shows it from here on.
    ``at_ms``: when he chose; of two choices the later counts."""

    agent_id: int
    status: PresenceStatus
    at_ms: int


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """Working hours are others now, or whom they hold for."""


@dataclass(frozen=True, slots=True)
class InboxesChanged:
    """Inboxes or blocks are others now: what is kept of them in memory is to be read anew."""


@dataclass(frozen=True, slots=True)
class TeachingChanged:
    """Something else is taught to the bot, or another model is in force."""


@dataclass(frozen=True, slots=True)
class AppointmentChanged:
    """An appointment is new or other than it was: desks show it anew, what follows of it (reminders, the waiting list,
    webhooks) is written with it. ``name``: ``appointment.booked``, ``.moved``, ``.cancelled``, ``.confirmed``,
    ``.arrived``, ``.done``, ``.paid``, ``.missed`` or ``.changed``. ``resource_ids``: whose calendars differ."""

    appointment_id: int
    name: str
    contact_id: int | None
    resource_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """What can be booked is other than it was, apart from appointments: services, resources, schedules, breaks, holds,
    the waiting list. Empty ``resource_ids``: any of them."""

    resource_ids: tuple[int, ...] = ()


class ChatTask(NamedTuple):
    """A task that asks an agent to answer a conversation."""

    id: int
    title: str
    conversation_id: int
    contact: Person
    assignee_id: int
    created_at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """A chat asks its agent to answer, or does not any more. ``before``: the agent whose task it was until now.
    ``fresh``: it is new to him, and he is to be told."""

    task: ChatTask
    before: int | None = None
    fresh: bool = False


Event = (
    MessageAdded
    | MessageEdited
    | MessageDeleted
    | ConversationStarted
    | ConversationChanged
    | ConversationCaughtUp
    | ReadMarked
    | TypingChanged
    | PresenceChanged
    | PageViewed
    | SessionRevoked
    | DemoRemoved
    | AgentChanged
    | PresenceChosen
    | HoursChanged
    | AppointmentChanged
    | CalendarChanged
    | InboxesChanged
    | TeachingChanged
    | TaskChanged
)


def number_of(event: Event) -> int | None:
    """The store-wide number of what the event tells of; None for what is told and not stored. One commit may be told
    by several events of one number: a message and the head that it changed."""
    match event:
        case MessageAdded() | MessageEdited() | MessageDeleted():
            return event.message.event
        case ConversationStarted() | ConversationChanged() | ConversationCaughtUp():
            return event.conversation.event
        case ReadMarked():
            return event.event
        case _:
            return None
