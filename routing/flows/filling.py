"""Which slots of a flow a message fills by what it names, and which it sets right."""

from collections.abc import Iterator, Mapping
from typing import Final

from routing.flows.checks import SLOTS_OF, value_of
from routing.flows.commands import plain_words
from routing.flows.model import SLOT_CHARS, Heard, Place
from routing.flows.ports import Entity, Understood
from routing.flows.steps import Ask, Flow
from routing.flows.times import READINGS, SLOT, offer_times, put_time

_WELCOME: Final = ("service", "staff", "branch", "time", "sum")
"""What an agent is glad to know though the flow does not ask for it."""
_ACCOUNT_DIGITS: Final = 4
_TELLING_WORDS: Final = 4
"""A first message of so many words says itself what it is about."""


def prefill(flow: Flow, place: Place, known: Mapping[str, str]) -> None:
    """What is known of the customer is not asked again."""
    for slot in flow.asks():
        if known.get(slot):
            place.slots.setdefault(slot, known[slot])


def fill(flow: Flow, place: Place, understood: Understood) -> list[str]:
    """Fills empty slots with what a message names; returns which."""
    filled: list[str] = []
    for slot, entity in _named(flow, understood):
        if not place.slots.get(slot) and not (flow.aside and slot not in flow.asks()):
            asked = flow.asks().get(slot)
            if entity.kind == "time" and isinstance(asked, Ask) and asked.careful:
                offer_times(place, [one for one in understood.entities if one.kind == "time"])
            else:
                put(place, slot, entity)
            filled.append(slot)
    return filled


def take_words(flow: Flow, place: Place, heard: Heard) -> bool:
    """Fills what a flow's first message names, and with all of it what is wanted, if it says that in some words and the
    flow asks for it; returns whether it has taken those words."""
    fill(flow, place, heard.understood)
    asked = flow.asks().get("what")
    telling = len(plain_words(heard.text)) >= _TELLING_WORDS
    if not isinstance(asked, Ask) or flow.on_silence != "hand_over" or not telling:
        return False
    if not asked.plain and not heard.understood.entities:
        return False  # "I want to cancel my booking" does not say which
    place.slots.setdefault("what", heard.text.strip()[:SLOT_CHARS])
    return True


def take_phone(flow: Flow, place: Place, understood: Understood) -> None:
    """A phone that is said with the name, "Anna, 077 123456", is not asked for."""
    named = next((one for one in understood.entities if one.kind == "phone"), None)
    if named is not None and "phone" in flow.asks():
        put(place, "phone", named)


def correct(flow: Flow, place: Place, understood: Understood, awaited: str | None) -> list[str]:
    """Sets filled slots to what a message names instead; returns which. ``awaited``: the slot that is asked for."""
    changed: list[str] = []
    for slot, entity in _named(flow, understood):
        known = place.slots.get(slot) or (slot == SLOT and place.slots.get(READINGS))
        if slot != awaited and known and known != value_of(entity):
            put(place, slot, entity)
            changed.append(slot)
    return changed


def put(place: Place, slot: str, entity: Entity) -> None:
    """Keeps what is named; of a time that can be read in several ways, what is to be asked."""
    if entity.kind == "time":
        put_time(place, entity)
    else:
        place.slots[slot] = value_of(entity)


def _named(flow: Flow, understood: Understood) -> Iterator[tuple[str, Entity]]:
    """Slots that a message has something for, each once, in the order of the text."""
    asks, taken = flow.asks(), set[str]()
    for entity in sorted(understood.entities, key=lambda one: one.start):
        for slot in SLOTS_OF.get(entity.kind, ()):
            long_enough = slot != "account" or sum(map(str.isdigit, entity.text)) >= _ACCOUNT_DIGITS
            if slot not in taken and (slot in asks or slot in _WELCOME) and long_enough:
                taken.add(slot)
                yield slot, entity
                break
