"""Stand-ins of our own for parts that a test is not about."""

from collections.abc import Mapping, Sequence
from datetime import date

from conversation.messages import Channel, Language
from routing.flows.booking.ports import Booking, Question
from routing.flows.ports import Frame, Understood
from routing.flows.proving import CardProof, Proof, Sent


class KnownTexts:
    """Understanding of texts that are named beforehand, in place of the engine; of all others nothing."""

    def __init__(self, known: Mapping[str, Understood]) -> None:
        self._known = known

    def understand(self, text: str, frame: Frame) -> Understood:
        """What was said of it beforehand."""
        return self._known.get(text.strip(), Understood(text))


class SetFacts:
    """A firm of which everything is set beforehand."""

    def __init__(
        self, channel: Channel = "web", known: Mapping[str, str] | None = None, booking: Booking | None = None
    ) -> None:
        self.channel: Channel = channel
        self.booking = booking
        self.business = "Firm"
        self.country = "AM"
        self.firm_language: Language = "en"
        self.today = date(2026, 11, 24)
        self.known = dict(known or {})
        self.proving = SetProving()

    @property
    def told(self) -> "NothingTold":
        """Nothing was asked of him."""
        return NothingTold()

    def hours(self, language: Language) -> str:
        """In no language at all."""
        return "09:00–18:00"

    def addresses(self) -> Sequence[tuple[str, str]]:
        """One branch."""
        return [("Firm", "Abovyan 1")]

    def check_phone(self, stated: str) -> bool:
        """Every one is a phone."""
        return True


class NothingTold:
    """A talk in which the firm said nothing by itself."""

    def question(self) -> Question | None:
        """None."""
        return None

    def answer(self, question: Question, *, yes: bool) -> str:
        """To nothing."""
        return ""


class SetProving:
    """Codes go anywhere, and the code is always 123456; unless ``sent`` is another, and a ``shared`` card proves."""

    def __init__(self) -> None:
        self.sent: Sent = "sent"
        self.shared: CardProof = CardProof("asked")

    def proven(self) -> Sequence[str]:
        """Nothing."""
        return ()

    def check_reach(self, stated: str) -> str | None:
        """Everything can be written to."""
        return stated

    def may_send(self, stated: str) -> Sent:
        """At any time."""
        return self.sent

    def card(self, stated: str) -> CardProof:
        """As it is set."""
        return self.shared

    def card_link(self, stated: str) -> str:
        """A number of it."""
        return f"https://t.me/firm?start={stated}"

    def weigh(self, said: str) -> Proof:
        """A wrong one is not the last."""
        return Proof("right", "+37477123456") if said == "123456" else Proof("wrong")

    def wanted_news(self) -> Sequence[str]:
        """None."""
        return ()
