"""What the dialogue asks of understanding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from business.hours.week import Weekly
from conversation.messages import Json, Language

EntityKind = Literal["time", "phone", "money", "number", "name", "service", "staff", "branch"]


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that is named in a text, from ``start`` to ``end``; ``value`` as in the public contract."""

    kind: EntityKind
    text: str
    start: int
    end: int
    value: Json


class Ranked(NamedTuple):
    """An intent and how likely it is what was meant, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means. ``intent``: None where it is out of scope; ``ranking``: intents, the likeliest first, even
    then; ``confidence``: 0 to 1."""

    text: str
    language: Language | None = None
    intent: str | None = None
    confidence: float = 0.0
    ranking: Sequence[Ranked] = ()
    entities: Sequence[Entity] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """In which a text is understood: ``now`` aware; zone, hours and country of the firm; the customer's language."""

    now: datetime
    zone: ZoneInfo
    opening: Weekly
    country: str
    language: Language


class Understands(Protocol):
    """Understanding, from any thread."""

    def understand(self, text: str, frame: Frame) -> Understood:
        """What a text means. Raises Unavailable."""


class ByWordsAlone:
    """Where there is no understanding: buttons, numbers and the words of commands are all that counts."""

    def understand(self, text: str, frame: Frame) -> Understood:
        """Nothing is understood."""
        return Understood(text)
