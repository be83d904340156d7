"""A day or an hour that there is not, said back in a sentence: "31 February", "25:99"."""

from typing import TYPE_CHECKING, Final

from routing.flows import times
from routing.flows.steps import Ask
from routing.understanding.entities.impossible import impossible_in

if TYPE_CHECKING:
    from routing.flows.turn import Turn

_TOLD: Final = 2
_CHARS: Final = 60


def names_impossible(turn: "Turn") -> bool:
    """Whether a message names a day or an hour that there is not."""
    return bool(impossible_in(turn.heard.text, turn.state.language))


def tell_impossible(turn: "Turn") -> list[str]:
    """Which of what a message names there is not, a sentence each."""
    found = dict.fromkeys(impossible_in(turn.heard.text, turn.state.language))
    return [turn.text(f"no_such.{kind}", what=" ".join(said.split())[:_CHARS]) for said, kind in list(found)[:_TOLD]]


def told_in_passing(turn: "Turn") -> list[str]:
    """The same where a time is what the talk is about: a flow that asks for one is under way."""
    place, step = turn.state.place, turn.step
    flow = turn.flows.get(place.flow) if place is not None else None
    if flow is None or turn.heard.choice is not None or times.SLOT not in flow.asks():
        return []
    return [] if isinstance(step, Ask) and step.slot != times.SLOT else tell_impossible(turn)
