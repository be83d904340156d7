"""The kinds of steps, and what a flow is. ``text`` is a key of the catalogue's section ``flow``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from conversation.messages import Button

if TYPE_CHECKING:
    from routing.flows.turn import Turn

SlotKind = Literal["text", "phone", "name", "number", "time", "reach", "code"]


@dataclass(frozen=True, slots=True)
class Say:
    """Says something and goes on; ``make`` where the text needs more than the slots, made of the texts ``says``.
    ``buttons``: what may be chosen after it, left out where another flow waits for this one to end."""

    name: str
    text: str = ""
    make: "Callable[[Turn], str] | None" = None
    buttons: "Callable[[Turn], Sequence[Button]] | None" = None
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks for a slot, and again while the answer is none of its kind. ``plain``: whatever is said is the answer,
    another wish too. ``optional``: may be skipped. ``careful``: what was named before the question is put is not taken
    for the answer but offered with it; it may be the old one. ``buttons``: values and keys of what else may be
    pressed; ``options``: values and words of answers that are known beforehand."""

    name: str
    slot: str
    text: str
    kind: SlotKind = "text"
    plain: bool = False
    optional: bool = False
    careful: bool = False
    buttons: tuple[tuple[str, str], ...] = ()
    options: "Callable[[Turn], Sequence[tuple[str, str]]] | None" = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Has one of the options chosen: a press, its number or its words; ``make`` where the text needs more than the
    slots. An option whose value begins with ``&`` is the flow's own button (``Flow.press``), with ``!`` a command."""

    name: str
    slot: str
    text: str
    options: "Callable[[Turn], Sequence[tuple[str, str]]]"
    make: "Callable[[Turn], str] | None" = None


@dataclass(frozen=True, slots=True)
class Look:
    """Looks something up and fills slots with it."""

    name: str
    find: "Callable[[Turn], Mapping[str, str]]"


@dataclass(frozen=True, slots=True)
class Branch:
    """Goes on at the step that is named, one of ``targets``; None: at the next."""

    name: str
    to: "Callable[[Turn], str | None]"
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirm:
    """Shows what is filled in (or ``lines``) and asks whether it is right; each of it (or of ``changes``) may be
    changed. ``yes``, ``stop``: keys of what stands on those buttons; ``more``: values and keys of what else may be
    pressed."""

    name: str
    text: str
    lines: "Callable[[Turn], Sequence[str]] | None" = None
    yes: str = "yes"
    stop: str = "stop"
    more: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """Has something done in the commit of the replies."""

    name: str
    act: "Callable[[Turn], None]"


@dataclass(frozen=True, slots=True)
class HandOver:
    """To people, with what is filled in; ``team_id``: to those of a team."""

    name: str
    reason: Literal["asked", "request"] = "request"
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The end, with a last word or without."""

    name: str
    text: str = ""


Step = Say | Ask | Choose | Look | Branch | Confirm | Do | HandOver | End


@dataclass(frozen=True, slots=True)
class Flow:
    """``intents``: what begins it. ``aside``: an answer that keeps no place; ``offer``: it is offered where it is not
    sure what was meant.
    ``silent_min``: after so many minutes without a word it ends; ``on_silence``: what is done with it then;
    ``titles``: what it is called, by language, where the catalogue of texts has no title of it.
    ``hear``: takes what a message says into the slots in the flow's own way; where it took any, the flow is gone
    through from its first step on, past all that is filled in. ``press``: does what a button ``&flow:value`` means.
    ``claims``: whether a message is of this flow though no intent of it is sure; ``first``: even where another is."""

    name: str
    intents: tuple[str, ...]
    steps: tuple[Step, ...]
    aside: bool = False
    offer: bool = True
    silent_min: int = 60
    on_silence: Literal["resolve", "hand_over"] = "resolve"
    titles: Mapping[str, str] = field(default_factory=dict)
    hear: "Callable[[Turn], bool] | None" = None
    press: "Callable[[Turn, str], bool] | None" = None
    claims: "Callable[[Turn], bool] | None" = None
    first: bool = False

    def title(self, turn: "Turn") -> str:
        """What it is called in the customer's language."""
        if self.titles:
            return self.titles.get(turn.state.language) or next(iter(self.titles.values()))
        return turn.text(f"title.{self.name}")

    def index(self, step: str) -> int | None:
        """The place of a step; None: there is no such."""
        return next((place for place, one in enumerate(self.steps) if one.name == step), None)

    def asks(self) -> dict[str, Ask | Choose]:
        """The questions by the slot that they fill."""
        return {one.slot: one for one in self.steps if isinstance(one, Ask | Choose)}


def step_at(flow: Flow | None, name: str) -> Step | None:
    """A flow's step by its name."""
    place = None if flow is None else flow.index(name)
    return None if flow is None or place is None else flow.steps[place]


def asks_code(flow: Flow | None, step: str) -> bool:
    """Whether a talk is at a question for a one-time code: what is said there is kept from everybody."""
    asked = step_at(flow, step)
    return isinstance(asked, Ask) and asked.kind == "code"


@dataclass(frozen=True, slots=True)
class Rules:
    """``sure``: with so much confidence an intent is followed; ``unsure``: with so much the two likeliest are offered.
    ``failures``: so many in a row hand over. ``steps``: of one message, at most. ``buttons``: how many a channel shows
    at once; 0: none, they are written out."""

    sure: float = 0.6
    unsure: float = 0.15
    failures: int = 2
    steps: int = 60
    silent_min: int = 120
    buttons: Mapping[str, int] = field(
        default_factory=lambda: {"web": 8, "telegram": 8, "viber": 6, "voice": 0, "sms": 0, "email": 0}
    )
