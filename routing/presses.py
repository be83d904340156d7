"""Buttons that are answered whoever has the dialog: a yes or no to a freed time, a yes to a visit that comes near.

The press, what it does and the answer to it are one commit; nobody waits for an answer because of it.
"""

from dataclasses import dataclass

from business.booking.reminding import Reminding
from business.booking.waiting import Waiting
from business.outreach.answering import find_asked
from business.outreach.telling import PRESS, say
from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Author, Status
from conversation.ports import Posted
from crm_store import Tx, assigning, conversations, joining
from crm_store.appending import NewMessage, append_messages
from crm_store.engine import Store
from routing.appended import message_added, moved_line, to_posted
from routing.intake import require_head
from routing.publisher import Publisher


@dataclass(frozen=True, slots=True)
class _Pressed:
    posted: Posted
    events: list[Event]


class Presses:
    """``author``: in whose name the answer is."""

    def __init__(
        self, store: Store, publisher: Publisher, waiting: Waiting, reminding: Reminding, author: Author
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._waiting = waiting
        self._reminding = reminding
        self._author = author

    @staticmethod
    def knows(value: str) -> bool:
        """Whether a button's value is one of these."""
        return value.startswith(PRESS)

    async def press(self, press: NewMessage, author: Author, value: str) -> Posted:
        """A customer pressed one; the same press again changes nothing. Raises Rejected not_found."""
        pressed = await self._store.writer.run(lambda tx: self._write(tx, press, author, value), self._tell)
        return pressed.posted

    def answer_in(self, tx: Tx, value: str, contact_id: int) -> tuple[str, list[Event]]:
        """What a press does, and what is said of it."""
        kind, _, rest = value.removeprefix(PRESS).partition(":")
        number, _, word = rest.partition(":")
        if kind == "visit":
            confirmed = self._reminding.answer_in(tx, int(number), contact_id)
            return confirmed.text, confirmed.events
        answered = self._waiting.answer_in(tx, int(number), word == "yes", contact_id)
        return answered.text, answered.events

    def _write(self, tx: Tx, press: NewMessage, author: Author, value: str) -> _Pressed:
        named = conversations.lock(tx, press.conversation_id)
        other = joining.find_beside(tx, [press.conversation_id]).get(press.conversation_id)
        before = (
            named if other is None or named is None or named.status != "resolved" else conversations.lock(tx, other)
        )
        (outcome,) = append_messages(tx, [press])
        if isinstance(outcome, BarevError):
            raise outcome
        if outcome.repeated or before is None:
            return _Pressed(to_posted(outcome), [])
        events: list[Event] = [*moved_line(outcome), message_added(press, author, outcome, None, value)]
        asked = find_asked(tx, outcome.conversation_id, value, outcome.contact_id, clock.now())
        text, more = self.answer_in(tx, value, asked)
        events += say(tx, self._author, outcome.conversation_id, text, (), f"answer:{press.client_id}")
        if before.waiting_since is None:
            conversations.touch(tx, outcome.conversation_id, **_as_before(before.status))
        head = require_head(tx, outcome.conversation_id)
        return _Pressed(to_posted(outcome), [*events, ConversationChanged(Audience.of(head), head), *more])

    def _tell(self, pressed: _Pressed) -> None:
        for event in pressed.events:
            self._publisher.publish(event)


def _as_before(status: Status) -> dict[str, object]:
    """The head's columns of a dialog in which nobody waited, and nobody does."""
    settled = assigning.SETTLED if status == "resolved" else {}
    return {**settled, "waiting_since": None, "status": status}
