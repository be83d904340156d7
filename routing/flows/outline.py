"""The flows as they are drawn and worded: their steps, what follows what, and which texts each says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from routing.flows.steps import Ask, Branch, Choose, Confirm, End, Flow, HandOver, Look, Say, Step

_KINDS: Final[dict[type, str]] = {
    Say: "say",
    Ask: "ask",
    Choose: "choose",
    Look: "look",
    Branch: "branch",
    Confirm: "confirm",
    HandOver: "hand_over",
    End: "end",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """``texts``: keys of what it says; ``then``: the steps that may follow."""

    name: str
    kind: str
    texts: tuple[str, ...]
    then: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow; ``texts``: the keys of all it says, in the order in which it says them."""

    name: str
    intents: tuple[str, ...]
    steps: tuple[StepLine, ...]
    texts: tuple[str, ...]
    aside: bool
    on_silence: str
    silent_min: int


def outline(flows: Mapping[str, Flow], keys: Sequence[str]) -> tuple[list[FlowLine], list[str]]:
    """Every flow, and those of the ``keys`` that no flow has to itself: the menu, the buttons, what is said when
    something was not understood."""
    lines = [_line(flow, keys) for flow in flows.values()]
    said = {key for line in lines for key in line.texts}
    return lines, [key for key in keys if key not in said]


def _line(flow: Flow, keys: Sequence[str]) -> FlowLine:
    steps = tuple(_step(flow, place) for place in range(len(flow.steps)))
    named = [key for key in (f"menu.{flow.name}", f"title.{flow.name}") if key in keys]
    texts = tuple(dict.fromkeys([*named, *(key for step in steps for key in step.texts)]))
    return FlowLine(flow.name, flow.intents, steps, texts, flow.aside, flow.on_silence, flow.silent_min)


def _step(flow: Flow, place: int) -> StepLine:
    step = flow.steps[place]
    optional = isinstance(step, Ask) and step.optional
    following = [one.name for one in flow.steps[place + 1 : place + 2]]
    if isinstance(step, Branch):
        following += [name for name in step.targets if name not in following]
    elif isinstance(step, End | HandOver):
        following = []
    return StepLine(step.name, _KINDS.get(type(step), "do"), tuple(_texts(step)), tuple(following), optional)


def _texts(step: Step) -> Iterator[str]:
    if isinstance(step, Say | Ask | Choose | Confirm | End) and step.text:
        yield step.text
    if isinstance(step, Say):
        yield from step.says
    elif isinstance(step, HandOver):
        yield f"handing.{step.reason}"
