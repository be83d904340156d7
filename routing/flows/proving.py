"""Who a customer is: what the flows may ask of it, and what they have done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from conversation.messages import Language
from routing.flows.model import Deed

Sent = Literal["sent", "card", "no_door", "too_many"]
"""``card``: no code can be sent, but a messenger vouches for the phone of whoever shares his own card there."""
Tried = Literal["right", "wrong", "over"]
Card = Literal["right", "other", "asked", "over"]
"""``other``: he has shared another number; ``over``: nothing is waited for any more."""


class Proof(NamedTuple):
    """What an answer to "which code did you get?" comes to. ``reach``: the address as people read it; ``name``: of the
    contact who turns out to have it."""

    outcome: Tried
    reach: str = ""
    name: str = ""


class CardProof(NamedTuple):
    """How a proof by a card stands. ``name``: of the contact who turns out to have the phone."""

    outcome: Card
    name: str = ""


class Proving(Protocol):
    """What is known of the customer's addresses, and whether more can be."""

    def proven(self) -> Sequence[str]:
        """Phones and mailboxes that are proven to be his, as people read them."""

    def check_reach(self, stated: str) -> str | None:
        """A phone or a mailbox as people read it; None: it is neither."""

    def may_send(self, stated: str) -> Sent:
        """Whether a code can be sent there now: the same answer whoever has the address."""

    def card(self, stated: str) -> CardProof:
        """Whether the phone is proven by his card."""

    def card_link(self, stated: str) -> str:
        """Where he shares it; it opens once ``AsksCard`` is done."""

    def weigh(self, said: str) -> Proof:
        """Whether this is the code that was sent."""

    def wanted_news(self) -> Sequence[str]:
        """The topics that he wants news of."""


@dataclass(frozen=True, slots=True)
class ProvingDeed(Deed):
    """Something about who he is."""


@dataclass(frozen=True, slots=True)
class SendsCode(ProvingDeed):
    """A code goes to an address, in a language."""

    reach: str
    language: Language


@dataclass(frozen=True, slots=True)
class AsksCard(ProvingDeed):
    """The talk waits for the card with a phone, which is asked for in a language."""

    reach: str
    language: Language


@dataclass(frozen=True, slots=True)
class CountsWrong(ProvingDeed):
    """It was not the code."""


@dataclass(frozen=True, slots=True)
class Proves(ProvingDeed):
    """It was the code: the address is his from here on."""


@dataclass(frozen=True, slots=True)
class Masks(ProvingDeed):
    """The customer's message held a code: nobody is to read it again."""


@dataclass(frozen=True, slots=True)
class Consents(ProvingDeed):
    """He agreed to what he read."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Subscribes(ProvingDeed):
    """He wants news of a topic; ``words``: what he said yes to."""

    topic: str
    words: str
    language: Language


@dataclass(frozen=True, slots=True)
class Unsubscribes(ProvingDeed):
    """He wants no more of a topic, or (None) of any."""

    topic: str | None = None
