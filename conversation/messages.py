"""What is said and where: frozen records of messages, conversations and people, as every door sees them.

Those made for every message are named tuples: a frozen dataclass takes several times as long to make.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
JsonObject = dict[str, Json]

Channel = str
"""By what a talk is carried: ``web``, ``voice``, ``telegram``, ``viber``, ``sms``, ``email``, or what another folder of
``bot`` calls itself (``is_channel``)."""
Language = Literal["hy", "ka", "kk", "ru", "en"]
AuthorKind = Literal["visitor", "agent", "bot", "system"]
MessageKind = Literal[
    "text", "buttons", "attachment", "location", "contact", "call", "document", "activity", "unsupported"
]
Delivery = Literal["queued", "sent", "delivered", "read", "failed", "uncertain"]
Status = Literal["open", "pending", "snoozed", "resolved"]
Handler = Literal["bot", "team", "agent"]
PresenceStatus = Literal["online", "away", "offline"]


def is_channel(word: str) -> bool:
    """Whether a channel could be called so."""
    return re.fullmatch(r"[a-z][a-z0-9_]{0,31}", word) is not None


class Author(NamedTuple):
    """Who said it. ``id`` is a contact's id for a visitor, an agent's for an agent, None for bot and system."""

    kind: AuthorKind
    name: str
    id: int | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message: ``value`` comes back by ``choose``, ``label`` is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened in a conversation besides talk (assigned, resolved, ...). ``code`` names the text
    ``activity.<code>``."""

    code: str
    fields: Mapping[str, str] = field(default_factory=dict)


class Attachment(NamedTuple):
    """A file that goes with a message. ``size`` in bytes; ``width`` and ``height`` of a picture, in pixels."""

    id: int
    name: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None


class Mention(NamedTuple):
    """Something that a message names; ``value``: JSON text, as in the public contract."""

    kind: str
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a bot took a customer's message (``message_id``) for, and where the talk stood after its answer: in no flow
    where ``flow`` is empty. For agents' eyes only."""

    message_id: int
    language: str | None
    intent: str | None
    confidence: float
    mentions: tuple[Mention, ...]
    flow: str
    step: str


class Filled(NamedTuple):
    """A channel's template with what was filled in, in the order of its fields."""

    name: str
    values: tuple[str, ...] = ()


class Message(NamedTuple):
    """One message as stored. ``seq`` never changes; ``change`` and ``event`` are of its latest change.

    ``reading``, of a bot's answer: what it took the question for. ``channel``: by which it came, or was to go;
    ``template``: it is one of that channel's.
    ``event`` is the store-wide number by which desks catch up. ``private`` messages (notes, activities) never reach a
    visitor.
    A deleted message keeps its place with an empty text and ``deleted_at``.
    """

    id: int
    conversation_id: int
    seq: int
    change: int
    event: int
    at: datetime
    author: Author
    text: str
    kind: MessageKind = "text"
    private: bool = False
    client_id: str | None = None
    reply_to: int | None = None
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    activity: Activity | None = None
    choice: str | None = None
    delivery: Delivery = "sent"
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reading: Reading | None = None
    channel: Channel = "web"
    template: Filled | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A named one in a list: contact, agent or team."""

    id: int
    name: str
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact as shown beside a dialog. ``returning``: he had a conversation before this one (feature RT-02)."""

    id: int
    name: str
    phone: str | None = None
    email: str | None = None
    language: Language | None = None
    note: str = ""
    last_seen_at: datetime | None = None
    conversations: int = 0
    created_at: datetime | None = None

    @property
    def returning(self) -> bool:
        """Whether he had a conversation before the present one."""
        return self.conversations > 1


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation's head. ``waiting_since`` is set while a customer waits for an answer (``unanswered``).

    ``*_read_seq``: the last seq read by that side. ``event``: the store-wide number of its latest change. ``decision``:
    why its assignee was given it, where nobody took or assigned it by hand.
    """

    id: int
    status: Status
    channel: Channel
    contact: ContactCard
    inbox_id: int
    change: int
    event: int
    last_seq: int
    created_at: datetime
    handler: Handler = "team"
    assignee: Person | None = None
    team: Person | None = None
    branch: Person | None = None
    last_message_at: datetime | None = None
    last_text: str = ""
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    visitor_read_seq: int = 0
    agent_read_seq: int = 0
    page_url: str | None = None
    page_title: str | None = None
    referrer: str | None = None
    rating: int | None = None
    rating_text: str | None = None
    decision: Activity | None = None

    @property
    def unanswered(self) -> bool:
        """Whether the customer's last word still waits for an answer."""
        return self.waiting_since is not None


@dataclass(frozen=True, slots=True)
class Agent:
    """One who answers. ``permissions`` come from the role; ``teams`` are the ids of the teams he belongs to;
    ``status`` is the presence he last chose."""

    id: int
    login: str
    name: str
    role: str
    language: Language = "en"
    photo: str | None = None
    permissions: frozenset[str] = frozenset()
    teams: tuple[int, ...] = ()
    status: PresenceStatus = "online"

    @property
    def sees_all(self) -> bool:
        """Whether conversations of every team are his to see."""
        return "conversations.all" in self.permissions
