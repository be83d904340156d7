"""What a message means, and the one protocol that every engine speaks. Light: no model is loaded with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from conversation.messages import Json, JsonObject, Language
from routing.understanding.entities.frame import Frame, TimeValue
from routing.understanding.scripts import Script

EntityKind = Literal["time", "phone", "money", "number", "name", "service", "staff", "branch"]
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a message names: ``text`` is the message from ``start`` to ``end``.

    ``value``: of a time ``TimeValue.as_json``; of a phone E.164; of money {amount_minor, currency}; of a number itself;
    of a name the name; of the firm's own the id, or a list of ids where several are as likely. ``time``: of a time;
    ``readings``: of a time that can be read in several ways, the likely ones, which must be asked."""

    kind: EntityKind
    text: str
    start: int
    end: int
    value: Json
    time: TimeValue | None = None
    readings: tuple[TimeValue, ...] = ()

    def as_json(self) -> JsonObject:
        """As the contract has it."""
        return {"kind": self.kind, "text": self.text, "start": self.start, "end": self.end, "value": self.value}


@dataclass(frozen=True, slots=True)
class Shift:
    """How far from another time something is to be, by the clock on the wall; below zero: earlier. All zero: at the
    same hour. ``beside``: the times that are named with it, as in "tomorrow at the same time"."""

    minutes: int = 0
    days: int = 0
    months: int = 0
    beside: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """An intent and how likely it is what was meant, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understood:
    """``language``: None where that was not told; ``intent``: None where the message is out of scope; ``ranking``:
    intents, the likeliest first, even then; ``confidence``: 0 to 1; ``shift``: where a time is said by how far it is
    from another. Its words may be among the entities too, read from now on."""

    text: str
    language: Language | None = None
    intent: str | None = None
    confidence: float = 0.0
    ranking: Sequence[Ranked] = ()
    entities: Sequence[Entity] = ()
    script: Script = "none"
    shift: Shift | None = None

    def as_json(self) -> JsonObject:
        """As the contract of ``barev understand`` has it."""
        return {
            "text": self.text,
            "language": self.language,
            "intent": self.intent,
            "confidence": round(self.confidence, _DIGITS),
            "ranking": [{"intent": one.intent, "confidence": round(one.confidence, _DIGITS)} for one in self.ranking],
            "entities": [one.as_json() for one in self.entities],
        }


class Understanding(Protocol):
    """An engine. ``understand`` answers any text at all."""

    def understand(self, text: str, frame: Frame) -> Understood:
        """What is meant by a message; from any thread, and not on the event loop: it may take tens of milliseconds,
        or as long as another machine is waited for. Raises Unavailable where there is no engine at all."""
