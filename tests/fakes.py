"""Stand-ins of our own for parts that a test is not about."""

from collections.abc import Mapping, Sequence
from datetime import date

from conversation.messages import Channel, Language
from routing.flows.ports import Frame, Understood


class KnownTexts:
    """Understanding of texts that are named beforehand, in place of the engine; of all others nothing."""

    def __init__(self, known: Mapping[str, Understood]) -> None:
        self._known = known

    def understand(self, text: str, frame: Frame) -> Understood:
        """What was said of it beforehand."""
        return self._known.get(text.strip(), Understood(text))


class SetFacts:
    """A firm of which everything is set beforehand."""

    def __init__(self, channel: Channel = "web", known: Mapping[str, str] | None = None) -> None:
        self.channel: Channel = channel
        self.business = "Firm"
        self.country = "AM"
        self.firm_language: Language = "en"
        self.today = date(2026, 11, 24)
        self.known = dict(known or {})

    def hours(self, language: Language) -> str:
        """In no language at all."""
        return "09:00–18:00"

    def addresses(self) -> Sequence[tuple[str, str]]:
        """One branch."""
        return [("Firm", "Abovyan 1")]

    def check_phone(self, stated: str) -> bool:
        """Every one is a phone."""
        return True
