"""Who a customer is, by the store: the port ``Proving``, and the deeds that follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from business.booking.phone_proof import ChatProofs
from business.contacts import codes, news, verifying
from business.contacts.cards import Regions, regions_of
from business.contacts.codes import Asker, Codes, Reach, Words
from conversation import clock
from conversation.events import Audience, ConversationChanged, Event, MessageEdited
from conversation.messages import Conversation, Message
from conversation.ports import Texts
from crm_store import Tx, conversations, proving, visits
from crm_store.conversations import HeadRow
from crm_store.news import list_wanted
from crm_store.visits import Consent
from routing.flows.proving import (
    AsksCard,
    CardProof,
    Consents,
    CountsWrong,
    Masks,
    Proof,
    Proves,
    ProvingDeed,
    SendsCode,
    Sent,
    Subscribes,
    Unsubscribes,
)
from routing.intake import require_head

MASK = "••••••"
_CHAT_VERSION = 0
"""Of a consent that was given in the chat and not in a form."""


@dataclass(frozen=True, slots=True)
class StoreProving:
    """Reads inside the transaction that it was made for. ``business``: in whose name letters are written; ``cards``:
    None where no messenger vouches for phones now."""

    tx: Tx
    texts: Texts
    codes: Codes
    head: Conversation
    business: str
    regions: Regions
    cards: ChatProofs | None = None

    @classmethod
    def of(
        cls,
        tx: Tx,
        texts: Texts,
        known: Codes,
        head: Conversation,
        business: str,
        countries: tuple[str, str],
        cards: ChatProofs | None = None,
    ) -> "StoreProving":
        """``countries``: the branch's, the firm's."""
        return cls(tx, texts, known, head, business, regions_of(tx, countries[1], countries[0]), cards)

    def proven(self) -> Sequence[str]:
        """See the port."""
        return [display for _, _, display in proving.list_proven(self.tx, self.head.contact.id)]

    def check_reach(self, stated: str) -> str | None:
        """See the port."""
        reach = codes.read_reach(stated, self.regions)
        return None if reach is None else reach.display

    def may_send(self, stated: str) -> Sent:
        """See the port."""
        reach = codes.read_reach(stated, self.regions)
        if reach is None:
            return "no_door"
        refused = codes.find_refusal(self.tx, self.codes, self._asker(), reach, clock.now())
        if refused == "no_door" and reach.channel == "phone" and self.cards is not None:
            return "card"
        return refused or "sent"

    def card(self, stated: str) -> CardProof:
        """See the port."""
        reach, at = codes.read_reach(stated, self.regions), clock.now()
        if reach is None:
            return CardProof("over")
        asked = self.cards
        if any(reach[:2] == one[:2] for one in proving.list_proven(self.tx, self.head.contact.id)):
            joined = "" if asked is None else asked.find_joined(self.tx, self.head.id, reach.value, at)
            return CardProof("right", joined)
        found = None if asked is None else asked.find(self.tx, self.head.id, reach.value, at)
        return CardProof(found if found in ("other", "asked") else "over")

    def card_link(self, stated: str) -> str:
        """See the port."""
        reach = codes.read_reach(stated, self.regions)
        return "" if reach is None or self.cards is None else self.cards.link(self.head.id, reach.value)

    def weigh(self, said: str) -> Proof:
        """See the port."""
        outcome, code = codes.weigh(self.tx, self.codes, self.head.id, said, clock.now())
        if code is None or outcome != "right":
            return Proof(outcome)
        address_id = self._address_id()
        found = verifying.plan(self.tx, self.head.contact.id, address_id, Reach(code.channel, code.value, code.display))
        return Proof(outcome, code.display, found.name if found.joins else "")

    def wanted_news(self) -> Sequence[str]:
        """See the port."""
        return [topic for topic in news.TOPICS if topic in list_wanted(self.tx, self.head.contact.id)]

    def _asker(self) -> Asker:
        visit = visits.find_visit(self.tx, self.head.id)
        return Asker(self.head.contact.id, self.head.id, visit.remote)

    def _address_id(self) -> int:
        row = conversations.lock(self.tx, self.head.id)
        return 0 if row is None else row.address_id

    # --- what follows, in the transaction of the replies --------------------------------------------------------------

    def carry_out(self, deed: ProvingDeed, row: HeadRow, message: Message) -> list[Event]:
        """Does it to a locked conversation; returns what is to be told after the commit."""
        at, contact_id = clock.now(), row.contact_id
        match deed:
            case SendsCode():
                self._send(deed)
            case AsksCard():
                reach = codes.read_reach(deed.reach, self.regions)
                if reach is not None and self.cards is not None:
                    self.cards.begin(self.tx, row.id, reach.value, deed.language, at)
            case CountsWrong():
                standing = codes.find_standing(self.tx, self.codes, row.id, at)
                if standing is not None:
                    codes.count_wrong(self.tx, standing)
            case Proves():
                return self._prove(row)
            case Masks():
                return self._mask(message)
            case Consents():
                said = Consent(row.inbox_id, _CHAT_VERSION, deed.language, deed.text, at, "chat")
                visits.add_consent(self.tx, contact_id, said, visits.find_visit(self.tx, row.id).remote)
            case Subscribes():
                news.subscribe(self.tx, contact_id, deed.topic, deed.language, deed.words, "chat")
            case Unsubscribes():
                news.unsubscribe(self.tx, contact_id, deed.topic, "chat")
        return []

    def _send(self, deed: SendsCode) -> None:
        reach = codes.read_reach(deed.reach, self.regions)
        if reach is None:
            return
        fields = {"business": self.business, "minutes": self.codes.rules.minutes, "code": codes.CODE_HOLE}
        kind = "sms" if reach.channel == "phone" else "email"
        subject = self.texts.get(deed.language, "flow.letter.subject", **fields)
        text = self.texts.get(deed.language, f"flow.letter.{kind}", **fields)
        codes.issue(self.tx, self.codes, self._asker(), reach, Words(deed.language, subject, text), clock.now())

    def _prove(self, row: HeadRow) -> list[Event]:
        at = clock.now()
        code = codes.find_standing(self.tx, self.codes, row.id, at)
        if code is None:
            return []
        codes.use(self.tx, row.id, at)
        reach = Reach(code.channel, code.value, code.display)
        _, heads = verifying.verify(self.tx, row.contact_id, row.address_id, reach, at)
        return [ConversationChanged(Audience.of(head), head) for head in heads]

    def _mask(self, message: Message) -> list[Event]:
        change, event = conversations.touch(self.tx, message.conversation_id)
        changed = conversations.change_message(self.tx, message.id, change, event, text=MASK)
        conversations.set_last_text(self.tx, message.conversation_id)
        head = require_head(self.tx, message.conversation_id)
        return [MessageEdited(Audience.of(head), changed, head.status), ConversationChanged(Audience.of(head), head)]
