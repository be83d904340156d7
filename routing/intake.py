"""The one door in: every customer's word comes through here, whatever carried it (the port ``Intake``)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from business.inboxes.settings import has_bot
from conversation import clock
from conversation.errors import BarevError, Rejected
from conversation.events import Audience, ConversationChanged, ConversationStarted, MessageAdded, PageViewed
from conversation.messages import Activity, Attachment, Author, Conversation, Handler
from conversation.ports import WEB, By, Done, Inbound, PageView, Posted, Start
from conversation.ports import Audience as ReadBy
from conversation.texts import one_line
from crm_store import Tx, contacts, conversations, joining, threads, visits
from crm_store.appending import Appended, NewMessage, activity_line, append_messages
from crm_store.attachments import VISITOR
from crm_store.engine import Store
from routing.appended import SYSTEM, choice_message, message_added, moved_line, plain_message, to_posted
from routing.asked import check_asked, note_consent
from routing.audiences import Audiences
from routing.cards import note_answers
from routing.filed import append_with_files
from routing.publisher import Publisher
from routing.reads import ReadMarks


class Answers(Protocol):
    """Buttons whose press is answered in the commit that keeps it."""

    def knows(self, value: str) -> bool:
        """Whether a button's value is one of these."""

    async def press(self, press: NewMessage, author: Author, value: str) -> Posted:
        """Keeps the press, does what it is for, and answers."""


@dataclass(frozen=True, slots=True)
class Started:
    """A talk that is open now; ``changed``: what was stated was news; ``joined``: the address talks in it from now on,
    which was begun at another of its contact."""

    head: Conversation
    created: bool
    changed: bool
    joined: bool = False


class TalkIntake:
    """Decides, stores, and only after the commit answers and tells."""

    def __init__(
        self, store: Store, publisher: Publisher, reads: ReadMarks, audiences: Audiences, country: str
    ) -> None:
        """``country``: the business's own, ISO 3166-1 alpha-2, in which a stated phone is read."""
        self._country = country
        self._store = store
        self._publisher = publisher
        self._reads = reads
        self._audiences = audiences
        self.answers: Answers | None = None

    def post(self, message: Inbound, done: Done) -> None:
        """Queues a customer's message for the next commit; ``done`` is called after it, then everybody else is told."""
        author = Author("visitor", message.author_name, message.contact_id)
        new = plain_message(
            message.conversation_id,
            author,
            message.text,
            clock.now_ms(),
            message.client_id,
            contact_id=message.contact_id,
            private=False,
            reply_to=message.reply_to,
            channel="web",
        )
        if message.attachments:
            self._append_with_files(new, author, message, done)
        else:
            self._append(new, author, None, done, message.address_value)

    def _append_with_files(self, new: NewMessage, author: Author, message: Inbound, done: Done) -> None:
        def committed(whole: NewMessage, files: tuple[Attachment, ...], outcome: Appended) -> None:
            done(to_posted(outcome))
            self._tell(whole, outcome, lambda: message_added(whole, author, outcome, files=files), value)

        value = message.address_value
        owner = f"{VISITOR}{value}"
        append_with_files(self._store, new, owner, message.attachments, committed, done)

    def _append(self, new: NewMessage, author: Author, choice: str | None, done: Done, value: str = "") -> None:
        def committed(outcome: Appended | BarevError) -> None:
            if isinstance(outcome, BarevError):
                done(outcome)
                return
            done(to_posted(outcome))
            self._tell(new, outcome, lambda: message_added(new, author, outcome, None, choice), value)

        self._store.writer.append(new, committed)

    def _tell(self, new: NewMessage, outcome: Appended, make: Callable[[], MessageAdded], value: str) -> None:
        """``value``: what the website knows the visitor's browser by."""
        if outcome.repeated:
            return
        for line in moved_line(outcome):
            self._publisher.publish(line)
        self._publisher.publish(make())
        if outcome.head is None:
            return
        audience = Audience.of(outcome.head)
        if value and outcome.conversation_id != new.conversation_id:  # his tabs follow it
            self._publisher.publish(ConversationStarted(audience, outcome.head, value))
        else:
            self._publisher.publish(ConversationChanged(audience, outcome.head))

    async def start(self, start: Start) -> Conversation:
        """The address's unresolved conversation or a new one; what was stated goes to the contact (features RT-01,
        IG-04)."""

        def tell(started: Started) -> None:
            audience = Audience.of(started.head)
            if started.created or started.joined:
                self._publisher.publish(ConversationStarted(audience, started.head, start.address.value))
            elif started.changed:
                self._publisher.publish(ConversationChanged(audience, started.head))

        return (await self._store.writer.run(lambda tx: open_talk(tx, start, self._country, clock.now()), tell)).head

    async def choose(
        self, conversation_id: int, contact_id: int, author_name: str, message_id: int, value: str, by: By = WEB
    ) -> Posted:
        """Presses a button: the customer's message is the button's label; the same press twice is one message."""
        pressed = await self._store.read(lambda tx: conversations.find_message(tx, message_id))
        if pressed is None or pressed.conversation_id != conversation_id or pressed.private or pressed.deleted_at:
            raise Rejected("not_found", "error.message_not_found")
        label = next((button.label for button in pressed.buttons if button.value == value), None)
        if label is None:
            raise Rejected("invalid", "error.button_unknown", field="value")
        author = Author("visitor", author_name, contact_id)
        press = plain_message(
            conversation_id,
            author,
            label,
            clock.now_ms(),
            f"choice:{message_id}:{value}",
            contact_id=contact_id,
            private=False,
            reply_to=message_id,
            channel=by.channel,
            address_id=by.address_id,
        )
        if self.answers is not None and self.answers.knows(value):
            return await self.answers.press(choice_message(press, value), author, value)
        waiting: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()

        def done(outcome: Posted | BarevError) -> None:
            if waiting.done():
                return
            if isinstance(outcome, BarevError):
                waiting.set_exception(outcome)
            else:
                waiting.set_result(outcome)

        self._append(choice_message(press, value), author, value, done)
        return await waiting

    async def mark_read(self, conversation_id: int, side: ReadBy, seq: int) -> int:
        """That side has read up to seq; returns the mark as it is now."""
        return await self._reads.mark(conversation_id, side, seq)

    async def rate(self, conversation_id: int, score: int, text: str) -> None:
        """The customer's mark; the agents see it as a line of the dialog too."""

        def write(tx: Tx) -> tuple[Conversation, MessageAdded]:
            if conversations.lock(tx, conversation_id) is None:
                raise Rejected("not_found", "error.conversation_not_found")
            return note_rating(tx, conversation_id, score, text)

        def tell(written: tuple[Conversation, MessageAdded]) -> None:
            head, line = written
            self._publisher.publish(ConversationChanged(Audience.of(head), head))
            self._publisher.publish(line)

        await self._store.writer.run(write, tell)

    async def look_at(self, conversation_id: int, page: PageView) -> None:
        """Notes the page, for the agents to see where the customer is; those who look at him hear of it."""
        if page.url is None:
            return
        url, title, at = page.url, page.title, clock.now()

        def write(tx: Tx) -> Conversation | None:
            added = visits.add_page(tx, conversation_id, url, title, at)
            return conversations.find_head(tx, conversation_id) if added else None

        def tell(head: Conversation | None) -> None:
            if head is not None:
                self._publisher.publish(PageViewed(Audience.of(head), url, title, at))

        await self._store.writer.run(write, tell)

    def typing(self, conversation_id: int, name: str, on: bool) -> None:
        """Tells the agents that the customer types; stores nothing."""
        self._audiences.typing(conversation_id, "visitor", name, None, on)


def note_rating(tx: Tx, conversation_id: int, score: int, text: str) -> tuple[Conversation, MessageAdded]:
    """The mark of a locked conversation, and the line that tells of it; both are to be published after the commit."""
    conversations.touch(tx, conversation_id, rating=score, rating_text=text)
    head = require_head(tx, conversation_id)
    return head, add_line(tx, conversation_id, Activity("rated", {"score": str(score)}))


def add_line(tx: Tx, conversation_id: int, activity: Activity) -> MessageAdded:
    """Adds an activity line inside a transaction of one's own; the event is to be published after its commit."""
    line = activity_line(conversation_id, activity, clock.now_ms())
    (outcome,) = append_messages(tx, [line])
    if isinstance(outcome, BarevError):
        raise outcome
    return message_added(line, SYSTEM, outcome, activity)


def require_head(tx: Tx, conversation_id: int) -> Conversation:
    """A conversation's head. Raises Rejected not_found."""
    head = conversations.find_head(tx, conversation_id)
    if head is None:
        raise Rejected("not_found", "error.conversation_not_found")
    return head


def open_talk(tx: Tx, start: Start, country: str, at: datetime) -> Started:
    """See ``TalkIntake.start``, inside a transaction of one's own."""
    inbox = conversations.find_inbox(tx, start.address.channel, start.address.inbox_key)
    if inbox is None:
        raise Rejected("not_found", "error.inbox_not_found")
    name = one_line(start.answers.get("name", ""))
    channel, value = start.address.channel, start.address.value
    found = threads.find_speaker(tx, channel, value, proven=start.proven)
    if found is None:
        contact_id = contacts.insert_contact(tx, name=name, language=start.language, source=channel, at=at)
        address_id = contacts.insert_address(
            tx,
            contact_id=contact_id,
            channel=channel,
            value=value,
            display=start.display,
            language=start.language,
            at=at,
            verified_at=None if channel == "web" or not start.proven else at,
            heard_at=None if start.proven else at,
        )
    else:
        address_id, contact_id = found
    joins = False
    stated = note_answers(tx, contact_id, start.answers, country, inbox.branch_id, at)
    open_id = joining.find_open_id(tx, address_id)
    if open_id is None and found is not None:
        open_id = joining.find_joinable(tx, contact_id, address_id, inbox.branch_id)
        if open_id is not None:
            joining.add(tx, open_id, address_id, at)
            joins = True
    if open_id is None:
        check_asked(tx, start, contact_id, first=joining.find_latest_id(tx, address_id) is None)
        note_consent(tx, start, contact_id, at)
        handler: Handler = "bot" if has_bot(inbox.settings) else "team"
        open_id = conversations.insert_conversation(
            tx, start, contact_id=contact_id, address_id=address_id, inbox=inbox, handler=handler, at=at
        )
        if start.page.url is not None:
            visits.add_page(tx, open_id, start.page.url, start.page.title, at)
        return Started(require_head(tx, open_id), created=True, changed=False)
    if stated or joins:
        conversations.lock(tx, open_id)
        conversations.touch(tx, open_id)
    return Started(require_head(tx, open_id), created=False, changed=stated, joined=joins)
