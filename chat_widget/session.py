"""One tab of a visitor on /visitor, and the limits that hold for him and for his network address."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_widget.newcomers import Newcomers
from chat_widget.robots import TRAP, Robots
from chat_widget.settings import VisitorSettings
from conversation.errors import Rejected
from conversation.inboxes import Blocked
from conversation.limits import Limiter, TokenBucket
from conversation.messages import Conversation, Json, Language
from conversation.ports import AddressKey, PageView


@dataclass(slots=True)
class Session:
    """Who is at this socket. ``loaded``: the store was asked who he is; ``conversation_id`` is what his messages go
    to. ``key``: his address on the web: the browser's, or that of a customer whom the site vouches for, of whom it
    ``stated`` what it knows; ``browser_key`` is what his token is made of."""

    key: str
    language: Language
    page: PageView
    inbox_key: str | None
    remote: str
    timezone: str | None = None  # the visitor's own, where he says it
    loaded: bool = False
    contact_id: int | None = None
    conversation_id: int | None = None
    resolved: bool = False
    name: str = ""
    read_seq: int = 0
    typing_until_s: float = 0.0
    here: bool = False
    buckets: tuple[TokenBucket, TokenBucket] | None = None  # what his messages are counted in
    browser_key: str = ""
    stated: Mapping[str, str] = field(default_factory=dict)
    new_since_s: float | None = None  # of who came without a token and unsigned: when
    proven: bool = False  # no robot: he did the work
    blocked: Blocked | None = None

    @property
    def address(self) -> AddressKey:
        """His address on the web channel."""
        return AddressKey("web", self.key, self.inbox_key)

    def follow(self, conversation: Conversation) -> None:
        """Makes this conversation the one he talks in."""
        if conversation.id != self.conversation_id:
            self.read_seq = 0
        self.loaded = True
        self.contact_id = conversation.contact.id
        self.conversation_id = conversation.id
        self.resolved = conversation.status == "resolved"
        self.name = conversation.contact.name


class Guard:
    """The rate limits of /visitor: per visitor, and looser per network address, so that an office behind one address
    is spared. New visitors of an address that brings too many, or too many whom nobody answers (``newcomers``), get in
    by work (``robots``); who has a token, or is vouched for by the site, is never asked for it."""

    def __init__(self, settings: VisitorSettings, robots: Robots) -> None:
        self._robots = robots
        self._visitors = Limiter(settings.visitor_rate)
        self._addresses = Limiter(settings.address_rate)
        self._signs = Limiter(settings.visitor_rate)
        self._address_signs = Limiter(settings.address_rate)
        self._new = Limiter(settings.new_rate)
        self._connections = Limiter(settings.connection_rate)
        self.newcomers = Newcomers(settings.suspect_new, settings.suspect_window_s)

    def check_connection(self, session: Session, new: bool, answer: object = None) -> None:
        """Raises Rejected too_many where the address opens too many connections; where it brings too many new visitors,
        with a challenge, whose solution (``answer``) lets this one in."""
        now = time.monotonic()
        wait = self._connections.take(session.remote, now)
        if wait:
            raise _too_many("error.too_many_visitors", wait)
        if not new:
            return
        session.new_since_s = now
        wait = self._new.take(session.remote, now) or self.newcomers.wait_s(session.remote, now)
        if wait:
            self._demand_work(session, answer, "error.too_many_visitors", wait)

    def check_begin(self, session: Session, given: Mapping[str, Json], answer: object) -> None:
        """Before the first word. Raises Rejected too_many with a challenge where a field is filled in that no person
        sees, or where a new visitor is one of too many whom nobody answers."""
        if session.proven:
            return
        if given.get(TRAP):
            self._demand_work(session, answer, "inbox.robot", 60.0)
        elif session.new_since_s is not None and session.contact_id is None:
            wait = self.newcomers.wait_s(session.remote, time.monotonic())
            if wait:
                self._demand_work(session, answer, "error.too_many_visitors", wait)

    def count_begin(self, session: Session, conversation_id: int) -> None:
        """A new visitor said his first word."""
        if session.new_since_s is not None and not session.proven:
            self.newcomers.began(session.remote, session.new_since_s, conversation_id)
            session.new_since_s = None

    def _demand_work(self, session: Session, answer: object, text_key: str, wait_s: float) -> None:
        if not self._robots.passes(answer):
            raise self._robots.challenge(text_key, wait_s)
        session.proven = True

    def check_event(self, session: Session, *, message: bool) -> None:
        """Raises Rejected too_many with the time to wait. Messages and other events are counted apart."""
        now = time.monotonic()
        if message:
            buckets = session.buckets
            if buckets is None:
                buckets = self._visitors.bucket(session.key, now), self._addresses.bucket(session.remote, now)
                session.buckets = buckets
            wait = buckets[0].take(now) or buckets[1].take(now)
        else:
            wait = self._signs.take(session.key, now) or self._address_signs.take(session.remote, now)
        if wait:
            raise _too_many("error.rate", wait)

    def check_upload(self, key: str, remote: str) -> None:
        """Raises Rejected too_many: a file counts as a message."""
        now = time.monotonic()
        wait = self._visitors.take(key, now) or self._addresses.take(remote, now)
        if wait:
            raise _too_many("error.rate", wait)


def _too_many(text_key: str, wait_s: float) -> Rejected:
    return Rejected("too_many", text_key, retry_after_s=max(wait_s, 0.05), seconds=max(1, round(wait_s)))
