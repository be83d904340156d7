"""What is told of a talk: to the customer before he confirms it, and to the agent who takes it over."""

from collections.abc import Mapping
from typing import Final

from conversation.messages import Language
from conversation.ports import Texts
from routing.flows.model import Facts, State
from routing.flows.times import READINGS, SAID, SLOT, split_readings

_HIDDEN: Final = frozenset(
    (
        *("score", "language", "said", SAID, READINGS, "code", "sent", "tried", "known", "consent", "topic"),
        *("services", "provider", "maybe", "adding", "start", "sought", "held", "taken", "who", "visit", "subject"),
        *("done", "wall", "wait", "wished", "scope", "order", "stranger", "shift", "shift_from", "shifted"),
    )
)
_MOST: Final = 900
_LAST: Final = 200


def filled_lines(texts: Texts, language: Language, slots: Mapping[str, str]) -> list[str]:
    """What is filled in, a line each."""
    shown = {slot: value for slot, value in slots.items() if value and slot not in _HIDDEN}
    if slots.get("when"):  # it is chosen, and said in words
        shown.pop(SLOT, None)
    elif slots.get(READINGS):  # nobody has said yet which of them
        shown[SLOT] = f"{slots.get(SAID, '')} ({' / '.join(split_readings(slots))})"
    return [f"{texts.get(language, f'flow.label.{slot}')}: {value}" for slot, value in shown.items()]


def summarise(texts: Texts, facts: Facts, state: State, last: str) -> str:
    """For the agent, in the firm's language: what was wanted, what is filled in, what was not understood, and the last
    word."""
    language = facts.firm_language
    parts: list[str] = []
    if state.wanted:
        parts.append(texts.get(language, f"flow.title.{state.wanted}"))
    for place in (*state.under, *([state.place] if state.place else [])):
        parts += filled_lines(texts, language, place.slots)
    parts += [f"«{note}»" for note in state.notes]
    if last.strip() and f"«{last.strip()}»" not in parts and not any(last.strip() in part for part in parts):
        parts.append(f"«{last.strip()[:_LAST]}»")
    return " · ".join(parts)[:_MOST]
