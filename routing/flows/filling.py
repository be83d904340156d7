"""Which slots of a flow a message fills by what it names, and which it sets right."""

from collections.abc import Iterator, Mapping
from typing import Final

from routing.flows.checks import SLOTS_OF, value_of
from routing.flows.model import Place
from routing.flows.ports import Understood
from routing.flows.steps import Flow

_WELCOME: Final = ("service", "staff", "branch", "time")
"""What an agent is glad to know though the flow does not ask for it."""
_ACCOUNT_DIGITS: Final = 4


def prefill(flow: Flow, place: Place, known: Mapping[str, str]) -> None:
    """What is known of the customer is not asked again."""
    for slot in flow.asks():
        if known.get(slot):
            place.slots.setdefault(slot, known[slot])


def fill(flow: Flow, place: Place, understood: Understood) -> list[str]:
    """Fills empty slots with what a message names; returns which."""
    filled: list[str] = []
    for slot, value in _named(flow, understood):
        if not place.slots.get(slot) and not (flow.aside and slot not in flow.asks()):
            place.slots[slot] = value
            filled.append(slot)
    return filled


def correct(flow: Flow, place: Place, understood: Understood, awaited: str | None) -> list[str]:
    """Sets filled slots to what a message names instead; returns which. ``awaited``: the slot that is asked for."""
    changed: list[str] = []
    for slot, value in _named(flow, understood):
        if slot != awaited and place.slots.get(slot) not in (None, "", value):
            place.slots[slot] = value
            changed.append(slot)
    return changed


def _named(flow: Flow, understood: Understood) -> Iterator[tuple[str, str]]:
    """Slots that a message has something for, each once, in the order of the text."""
    asks, taken = flow.asks(), set[str]()
    for entity in sorted(understood.entities, key=lambda one: one.start):
        for slot in SLOTS_OF.get(entity.kind, ()):
            long_enough = slot != "account" or sum(map(str.isdigit, entity.text)) >= _ACCOUNT_DIGITS
            if slot not in taken and (slot in asks or slot in _WELCOME) and long_enough:
                taken.add(slot)
                yield slot, value_of(entity)
                break
