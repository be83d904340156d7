"""What doors are handed: the one way in (``Intake``), what was said (``Transcript``), who answers (``Presence``), and
texts."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple, Protocol

from conversation.errors import BarevError
from conversation.forms import Asked
from conversation.messages import Attachment, Channel, ContactCard, Conversation, Language, Message

Audience = Literal["visitor", "agent"]


@dataclass(frozen=True, slots=True)
class PageView:
    """Where the visitor is: the page the conversation is about (features AC-05, IG-04)."""

    url: str | None = None
    title: str | None = None
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class AddressKey:
    """An address as the channel knows it: a visitor's key on the web, a chat id in a messenger, a number on the
    phone."""

    channel: Channel
    value: str
    inbox_key: str | None = None  # the widget's public key; None: the default inbox of the channel


@dataclass(frozen=True, slots=True)
class Start:
    """The wish to talk. ``answers``: name, phone, email as stated (unverified) and whatever else the form asks;
    ``asked``: the form, ``agreed``: the version of its consent that he agreed to (0: none); ``user_agent``: what his
    browser calls itself; ``display``: the address as people read it; ``proven``: the channel vouches for it."""

    address: AddressKey
    language: Language
    answers: Mapping[str, str] = field(default_factory=dict)
    page: PageView = field(default_factory=PageView)
    remote: str | None = None
    timezone: str | None = None  # his own, by its IANA name
    asked: Asked = field(default_factory=Asked)
    agreed: int = 0
    user_agent: str | None = None
    display: str | None = None
    proven: bool = True


class Inbound(NamedTuple):
    """One message from a customer. ``client_id`` is the far side's own id of it: a repeat changes nothing."""

    conversation_id: int
    contact_id: int
    author_name: str
    client_id: str
    text: str
    reply_to: int | None = None
    attachments: tuple[int, ...] = ()
    address_value: str = ""  # whose uploads the attachments must be


class By(NamedTuple):
    """By which channel a customer did something; ``address_id``: of his address, where it is known."""

    channel: Channel
    address_id: int | None = None


WEB: Final = By("web")


class Posted(NamedTuple):
    """A message is durably committed (``repeated``: it had been before)."""

    id: int
    seq: int
    change: int
    at_ms: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything changed after a point, as it is now. While ``more``, ask again from ``last_change``."""

    conversation: Conversation
    messages: tuple[Message, ...]
    last_change: int
    more: bool


Done = Callable[[Posted | BarevError], None]


class Intake(Protocol):
    """The one door in."""

    def post(self, message: Inbound, done: Done) -> None:
        """Queues the message for the next commit and calls ``done`` on the event loop after it, in the order of
        posting.
        The acknowledgement belongs in ``done``; everybody else hears of it right after."""

    async def start(self, start: Start) -> Conversation:
        """The address's unresolved conversation, or a new one. Raises Rejected, Unavailable."""

    async def choose(
        self, conversation_id: int, contact_id: int, author_name: str, message_id: int, value: str, by: By = WEB
    ) -> Posted:
        """Presses a button of a message; the second press of the same button changes nothing. The conversation goes on
        where he pressed it."""

    async def mark_read(self, conversation_id: int, side: Audience, seq: int) -> int:
        """That side has read up to seq; returns the mark as it is: it never goes back, nor beyond the last message."""

    async def rate(self, conversation_id: int, score: int, text: str) -> None:
        """The customer's mark, 1 to 5, of the conversation; a later one replaces it."""

    async def look_at(self, conversation_id: int, page: PageView) -> None:
        """The customer is on another page of the site."""

    def typing(self, conversation_id: int, name: str, on: bool) -> None:
        """The customer types, or ceased to; tells the agents, stores nothing."""


class Transcript(Protocol):
    """What was said, for reading."""

    async def current(self, address: AddressKey) -> tuple[ContactCard, Conversation | None] | None:
        """The contact behind an address and its unresolved conversation, else its latest one. None: never heard of."""

    async def latest(self, conversation_id: int, audience: Audience, limit: int) -> Changes:
        """The last ``limit`` messages in order of seq; ``more`` says that older ones exist."""

    async def before(self, conversation_id: int, before_seq: int, audience: Audience, limit: int) -> Changes:
        """The last ``limit`` messages before a place, in order of seq; ``more`` says that still older ones exist."""

    async def find(self, conversation_id: int, ids: Sequence[int], audience: Audience) -> tuple[Message, ...]:
        """Those of the messages that are of this conversation and for these eyes, in order of seq."""

    async def changes(self, conversation_id: int, after_change: int, audience: Audience, limit: int) -> Changes:
        """Messages whose latest change is after the given one, in order of change. Raises Rejected not_found."""


class Upload(NamedTuple):
    """A file on its way in. ``owner``: whoever may send it later (``visitor:KEY``, ``agent:ID``); ``client_id``: the
    far side's own id of it, the same on every retry: a repeat makes no second file. ``size``: as announced, in
    bytes."""

    owner: str
    client_id: str | None
    name: str
    size: int | None = None


class Kept(NamedTuple):
    """A file that is durably kept (``repeated``: it had been before)."""

    attachment: Attachment
    repeated: bool = False


class Files(Protocol):
    """Files of the talk."""

    async def find(self, owner: str, client_id: str | None) -> Attachment | None:
        """What this owner brought under this id before."""

    async def keep(self, upload: Upload, chunks: AsyncIterator[bytes]) -> Kept:
        """Takes a file in, part by part. Raises Rejected (too_large, invalid for a kind of file that is not taken,
        too_many where the owner brought too much), Unavailable where the disk is full."""


class Presence(Protocol):
    """Who is there."""

    def agents_online(self) -> int: ...
    def visitor_seen(self, contact_id: int, connected: bool) -> None:
        """A visitor's tab came or went (written down now and then, for "last seen")."""


class Texts(Protocol):
    """The one catalogue."""

    def get(self, language: Language, key: str, **fields: object) -> str:
        """The text of a key in a language, its ``{fields}`` filled in. Raises KeyError for an unknown key."""

    def section(self, language: Language, prefix: str) -> dict[str, str]:
        """All texts whose key begins with ``prefix.``, keyed by the rest; for the browser bundles."""


class Way(NamedTuple):
    """A messenger in which a conversation may go on. ``name``: as people call it; ``url``: opens it, once only."""

    channel: Channel
    name: str
    url: str


class Ways(Protocol):
    """Where a talk may go on that began elsewhere."""

    async def list_ways(self, conversation_id: int | None) -> tuple[Way, ...]:
        """All that are open. ``conversation_id`` None: there is none yet, and the links lead to a new one."""


class Browsers(Protocol):
    """Whose browser a talk of the website is held in."""

    async def find(self, conversation_id: int) -> tuple[str, str] | None:
        """The visitor's key, and his inbox's; None: there is no such talk. Raises Unavailable."""


class Letter(NamedTuple):
    """Something for one address of a channel that people are reached by elsewhere.

    ``id``: the same on every attempt, and no other letter's; ``to``: a phone as E.164, or a mailbox; ``unsubscribe``:
    of what comes by itself, the address at which it is stopped with one press (RFC 8058); ``at``: when it was written.
    """

    id: str
    to: str
    text: str
    subject: str = ""
    language: Language = "en"
    unsubscribe: str = ""
    at: datetime | None = None


class Sender(Protocol):
    """What carries letters."""

    @property
    def repeatable(self) -> bool:
        """Whether the far side takes an id once only: what may have arrived may then be sent again."""

    async def send(self, letter: Letter) -> str:
        """Returns what the far side calls it ("" where it gives no name) when it has taken it. Raises ChannelRejected,
        ChannelUnavailable, ChannelUncertain; their words name neither secrets nor what the letter says."""
