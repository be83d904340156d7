"""Answers in words to what the firm asked by itself, in a talk that people have: a plain yes or no, or the number of a
button, counts as the press would. Whatever may mean something else is left to the agent, who sees every word anyway.

The bot reads the answers in its own talks (``flows.booking.answering``).
"""

import asyncio
from collections import deque
from typing import Final, NamedTuple

from business.booking.reminding import Reminding
from business.booking.waiting import Waiting
from business.outreach.answering import find_asked
from business.outreach.telling import PRESS, say
from conversation import clock
from conversation.channels import bare_words
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.messages import Author, Message
from crm_store import Tx, conversations
from crm_store.engine import Store
from routing.answer_words import CHARS, read_word
from routing.carrying.pieces import read_number
from routing.flows.booking.told import StoreTold
from routing.intake import require_head
from routing.publisher import Publisher

_KEPT: Final = 10_000
"""So many that came while the store was away; the agent answers the others."""


class _Said(NamedTuple):
    conversation_id: int
    message_id: int


class TypedAnswers:
    """``author``: in whose name it is answered."""

    def __init__(
        self, store: Store, publisher: Publisher, waiting: Waiting, reminding: Reminding, author: Author
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._waiting = waiting
        self._reminding = reminding
        self._author = author
        self._heard: deque[_Said] = deque(maxlen=_KEPT)
        self._asked = asyncio.Event()

    def heard(self, event: MessageAdded) -> None:
        """A customer wrote something that may be an answer."""
        message = event.message
        if message.author.kind == "visitor" and message.choice is None and _may_answer(message):
            self._heard.append(_Said(message.conversation_id, message.id))
            self._asked.set()

    async def work(self) -> None:
        """Answers what has come since. Raises Unavailable, and is then to be called anew."""
        await self._asked.wait()
        self._asked.clear()
        while self._heard:
            said = self._heard[0]
            try:
                if await self._store.read(lambda tx, one=said: self._value(tx, one)):  # type: ignore[misc]  # binds the loop's
                    await self._store.writer.run(lambda tx, one=said: self._write(tx, one), self._tell)  # type: ignore[misc]  # binds the loop's
            except BarevError:
                self._asked.set()
                raise
            self._heard.popleft()

    def _value(self, tx: Tx, said: _Said) -> str:
        """The button that his words press; empty where they are for a person."""
        head, message = (
            conversations.find_head(tx, said.conversation_id),
            conversations.find_message(tx, said.message_id),
        )
        if head is None or message is None or message.deleted_at is not None or head.handler == "bot":
            return ""
        told = StoreTold(tx, head.id, head.contact.id, clock.now(), self._waiting, self._reminding)
        question = told.question()
        if question is None or not question.latest or question.message.seq > message.seq:
            return ""
        values = [one.value for one in question.message.buttons]
        text = bare_words(message.text).strip()
        button = read_number(text, question.message.buttons)
        worded = f"{PRESS}{question.kind}:{question.id}:{read_word(text)}"
        value = worded if button is None else button.value
        return value if value in values and value.startswith(PRESS) else ""

    def _write(self, tx: Tx, said: _Said) -> list[Event]:
        row = conversations.lock(tx, said.conversation_id)
        value, message = self._value(tx, said), conversations.find_message(tx, said.message_id)
        if row is None or message is None or not value:
            return []
        kind, _, rest = value.removeprefix(PRESS).partition(":")
        number, _, word = rest.partition(":")
        asked = find_asked(tx, row.id, value, row.contact_id, clock.now())
        if kind == "visit":
            confirmed = self._reminding.answer_in(tx, int(number), asked)
            text, more = confirmed.text, confirmed.events
        else:
            answered = self._waiting.answer_in(tx, int(number), word == "yes", asked)
            text, more = answered.text, answered.events
        events = say(tx, self._author, row.id, text, (), f"answer:typed:{message.id}")
        if row.waiting_since == message.at:  # nobody waited for anything else
            conversations.touch(tx, row.id, waiting_since=None)
        head = require_head(tx, row.id)
        return [*events, ConversationChanged(Audience.of(head), head), *more]

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._publisher.publish(event)


def _may_answer(message: Message) -> bool:
    text = bare_words(message.text).strip()
    if not text or len(text) > CHARS or message.attachments:
        return False
    return text.isdecimal() or bool(read_word(text))
