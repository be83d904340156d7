"""What the dialogue is made of: where it stands, what was said, what is decided. Nothing here opens anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, Protocol

from conversation.messages import Button, Channel, Json, JsonObject, Language
from routing.flows.booking.ports import Booking, Told
from routing.flows.ports import FreeAnswer, Known, Understood

if TYPE_CHECKING:
    from routing.flows.proving import Proving

SHAPE: Final = 2
"""The version of the state and of the flows' steps; a talk of another one starts anew."""
SLOT_CHARS: Final = 500
NOTES_MOST: Final = 5
Reason = Literal["asked", "unclear", "danger", "request", "failed", "file", "timeout"]
"""Why a talk is handed over."""


@dataclass(slots=True)
class Place:
    """A flow, the step it is at, and what is filled in; ``asked``: the questions put so far, for going back."""

    flow: str
    step: str
    slots: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """Where a talk stands. ``under``: flows that wait for the present one to end; ``offered``: the buttons that may be
    answered by number or words; ``failures``: how often in a row nothing was understood; ``notes``: what else the
    agent should know; ``wanted``: the last flow begun."""

    language: Language
    place: Place | None = None
    under: list[Place] = field(default_factory=list)
    offered: list[Button] = field(default_factory=list)
    page: int = 0
    failures: int = 0
    notes: list[str] = field(default_factory=list)
    wanted: str = ""

    def note(self, text: str) -> None:
        """Something that the agent should know, once."""
        said = text.strip()[:SLOT_CHARS]
        if said and said not in self.notes and len(self.notes) < NOTES_MOST:
            self.notes.append(said)

    def dump(self) -> JsonObject:
        """As it is kept, but for the present flow and step."""
        place = self.place
        return {
            "language": self.language,
            "slots": {} if place is None else dict(place.slots),
            "asked": [] if place is None else list(place.asked),
            "under": [
                {"flow": one.flow, "step": one.step, "slots": dict(one.slots), "asked": list(one.asked)}
                for one in self.under
            ],
            "offered": [[one.value, one.label] for one in self.offered],
            "page": self.page,
            "failures": self.failures,
            "notes": list(self.notes),
            "wanted": self.wanted,
        }

    @classmethod
    def load(cls, flow: str, step: str, data: JsonObject, language: Language) -> "State":
        """What ``dump`` made, of the same shape. ``language``: where none was kept."""
        place = Place(flow, step, _texts(data.get("slots")), _words(data.get("asked"))) if flow else None
        under = [
            Place(str(one["flow"]), str(one["step"]), _texts(one.get("slots")), _words(one.get("asked")))
            for one in _list(data.get("under"))
            if isinstance(one, dict)
        ]
        offered = [Button(str(pair[0]), str(pair[1])) for pair in _list(data.get("offered")) if isinstance(pair, list)]
        page, failures = data.get("page"), data.get("failures")
        return cls(
            language,
            place,
            under,
            offered,
            page if isinstance(page, int) else 0,
            failures if isinstance(failures, int) else 0,
            _words(data.get("notes")),
            str(data.get("wanted") or ""),
        )


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _words(value: Json) -> list[str]:
    return [str(one) for one in _list(value)]


def _texts(value: Json) -> dict[str, str]:
    return {key: str(one) for key, one in value.items()} if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message. ``choice``: the value of the button that he pressed; ``files``: how many came with it,
    ``spoken``: all of them to be listened to;
    ``known``: what an article answers to it; ``free``: what a model makes of the firm's knowledge, should no flow have
    an answer."""

    text: str
    understood: Understood
    choice: str | None = None
    files: int = 0
    free: FreeAnswer | None = None
    known: Known | None = None
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done with the replies, in the same commit."""


@dataclass(frozen=True, slots=True)
class HandsOver(Deed):
    """To people. ``summary``: for the agent, in the firm's language; ``team_id``: to those of a team."""

    reason: Reason
    summary: str
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Resolves(Deed):
    """The talk is over."""


@dataclass(frozen=True, slots=True)
class Rates(Deed):
    """The customer's mark, 1 to 5."""

    score: int


@dataclass(frozen=True, slots=True)
class AddsTask(Deed):
    """Somebody is to see to it. ``note``: all that was said."""

    title: str
    note: str


@dataclass(frozen=True, slots=True)
class States(Deed):
    """What the customer said of himself: name, phone, email."""

    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Speaks(Deed):
    """The customer's language is another one."""

    language: Language


@dataclass(frozen=True, slots=True)
class Answers(Deed):
    """A question was answered with an article."""

    article_id: int
    question: str


@dataclass(frozen=True, slots=True)
class Votes(Deed):
    """Whether an article was useful to the customer."""

    article_id: int
    useful: bool


@dataclass(frozen=True, slots=True)
class Misses(Deed):
    """Something was asked that nothing answers."""

    question: str


@dataclass(frozen=True, slots=True)
class NotesBooking(Deed):
    """A visit was booked, moved or called off here: a line in the dialog says so. ``code``: of the activity."""

    code: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a message."""

    state: State
    replies: tuple[Reply, ...]
    deeds: tuple[Deed, ...]

    def was_unclear(self, failures: int) -> bool:
        """Whether the message was not understood, or not surely; ``failures``: in a row, before it."""
        gave_up = any(isinstance(deed, HandsOver) and deed.reason == "unclear" for deed in self.deeds)
        return gave_up or self.state.failures > failures


class Facts(Protocol):
    """What the bot may know of the firm and of this customer, read from the store when it is asked."""

    @property
    def channel(self) -> Channel: ...
    @property
    def business(self) -> str: ...
    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2, of the branch."""

    @property
    def firm_language(self) -> Language:
        """In which the agents of the branch are written to."""

    @property
    def today(self) -> date:
        """The day it is there."""

    @property
    def known(self) -> dict[str, str]:
        """What is known of the customer: name, phone."""

    @property
    def proving(self) -> "Proving":
        """Who he is, as far as it is proven."""

    @property
    def booking(self) -> Booking | None:
        """What can be booked here by talk, and what he has booked; None: nothing can."""

    @property
    def told(self) -> Told:
        """What the firm asked of him here by itself."""

    def check_phone(self, stated: str) -> bool:
        """Whether it is a number that can be called."""

    def hours(self, language: Language) -> str:
        """The hours and whether it is open now, in words."""

    def addresses(self) -> Sequence[tuple[str, str]]:
        """Name and address of the branches that are meant, the phone with it."""
