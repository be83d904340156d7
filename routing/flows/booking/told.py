"""What the firm asked of a customer in his talk, by the store: the port ``Told``, in the transaction of the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from business.booking.reminding import Reminding
from business.booking.waiting import Waiting
from business.outreach.answering import find_asked
from business.outreach.telling import PRESS
from conversation.events import Event
from conversation.messages import Message
from crm_store import Tx, conversations, reminding, waitlist
from routing.flows.booking.ports import Question

_LOOKED_AT: Final = 50
"""So many messages back a question is looked for."""


@dataclass(slots=True)
class StoreTold:
    """See the port. ``reminding``, ``waiting``: None in a trial, where nothing was asked; ``events``: to be told after
    the commit."""

    tx: Tx
    conversation_id: int
    contact_id: int
    at: datetime
    waiting: Waiting | None = None
    reminding: Reminding | None = None
    events: list[Event] = field(default_factory=list)

    def question(self) -> Question | None:
        """See the port."""
        if self.waiting is None or self.reminding is None:
            return None
        messages, _ = conversations.list_before(self.tx, self.conversation_id, None, _LOOKED_AT, private=False)
        said = [one for one in messages if one.author.kind != "visitor" and one.kind != "activity"]
        for one in reversed(said):
            kind, number = _asked(one)
            if kind == "offer":
                return Question("offer", number, self._offer_stands(number), one is said[-1], one)
            if kind == "visit":
                latest = one is said[-1]
                return Question("visit", number, self._visit_stands(number, latest=latest), latest, one)
        return None

    def answer(self, question: Question, *, yes: bool) -> str:
        """See the port."""
        if self.waiting is None or self.reminding is None:
            return ""
        value = f"{PRESS}{question.kind}:{question.id}:{'yes' if yes else 'no'}"
        asked = find_asked(self.tx, self.conversation_id, value, self.contact_id, self.at)
        if question.kind == "visit":
            confirmed = self.reminding.answer_in(self.tx, question.id, asked)
            self.events += confirmed.events
            return confirmed.text
        answered = self.waiting.answer_in(self.tx, question.id, yes, asked)
        self.events += answered.events
        return answered.text

    def _offer_stands(self, offer_id: int) -> bool:
        offer = waitlist.find_offer(self.tx, offer_id)
        return offer is not None and offer.state == "offered" and offer.expires_at > self.at

    def _visit_stands(self, appointment_id: int, *, latest: bool) -> bool:
        """One that an agent has confirmed meanwhile may still be moved and called off, by the very next words."""
        due = reminding.find_due(self.tx, appointment_id)
        answers = ("booked", "confirmed") if latest else ("booked",)
        return due is not None and due.status in answers and due.starts_at > self.at


def _asked(message: Message) -> tuple[str, int]:
    """What the buttons of a message are about: ``do:offer:12:yes``."""
    for one in message.buttons:
        if one.value.startswith(PRESS):
            kind, _, rest = one.value.removeprefix(PRESS).partition(":")
            return kind, int(rest.partition(":")[0])
    return "", 0
