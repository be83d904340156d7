"""Whether an answer is of the kind that was asked for, and what is kept of it."""

import re
from collections.abc import Mapping
from typing import Final

from conversation.messages import JsonObject
from routing.flows.model import SLOT_CHARS, Facts, Place
from routing.flows.ports import Entity, EntityKind, Understood
from routing.flows.steps import Flow, SlotKind, asks_code

_DIGITS = re.compile(r"\d")
_PHONE = re.compile(r"\+?\d[\d\s()./-]{4,20}\d")
_CODE = re.compile(r"(?<!\d)\d(?:[\s-]?\d){5}(?!\d)")
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]*[^\s@,;<>.!?)]")
_NUMBER = re.compile(r"[A-Za-zА-Яа-я]{0,4}[-№# ]{0,2}\d[\d\s./,-]{0,24}")
_CODE_DIGITS_LEAST: Final = 4
_NAME_WORDS: Final = 5
_NAME_CHARS: Final = 80
_KINDS: Final[dict[SlotKind, EntityKind]] = {"phone": "phone", "name": "name", "number": "number", "time": "time"}
SLOTS_OF: Final[dict[EntityKind, tuple[str, ...]]] = {
    "phone": ("phone",),
    "name": ("name",),
    "number": ("account", "number", "reading"),
    "time": ("time",),
    "service": ("service",),
    "staff": ("staff",),
    "branch": ("branch",),
    "money": ("sum",),
}
"""The slots that an entity may fill."""


def find_value(kind: SlotKind, understood: Understood) -> str | None:
    """What of an answer is kept; None: it is none of that kind."""
    text = understood.text.strip()
    wanted = _KINDS.get(kind)
    named = next((one for one in understood.entities if one.kind == wanted), None)
    if named is not None:
        return value_of(named)
    if kind == "code":
        found = _CODE.search(text)
        return re.sub(r"\D", "", found[0]) if found else None
    if kind == "reach":
        found = _EMAIL.search(text) or _PHONE.search(text)
        return found[0].strip() if found else None
    if kind == "phone":
        found = _PHONE.search(text)
        return found[0].strip() if found and 6 <= len(_DIGITS.findall(found[0])) <= 15 else None
    if kind == "number":
        found = _NUMBER.search(text)
        return found[0].strip(" .,-") if found else None
    if kind == "name":
        text = _without_phone(text)
        few = len(text) <= _NAME_CHARS and len(text.split()) <= _NAME_WORDS
        return text if few and any(map(str.isalpha, text)) and not _DIGITS.search(text) else None
    return text[:SLOT_CHARS] if any(map(str.isalnum, text)) else None


def _without_phone(text: str) -> str:
    """A name is often said with the phone: "Anna, +374 77 123456"."""
    return _PHONE.sub(" ", text).strip(" ,.;:-–—\n\t")


def holds_code(text: str) -> bool:
    """Whether a text may hold a one-time code, or one with a mistake in it."""
    return len(_DIGITS.findall(text)) >= _CODE_DIGITS_LEAST


def is_secret(flows: Mapping[str, Flow], place: Place | None, text: str) -> bool:
    """Whether a text is an answer to a question for a code: what is said there is kept from everybody."""
    return place is not None and asks_code(flows.get(place.flow), place.step) and holds_code(text)


def read_answer(kind: SlotKind, understood: Understood, facts: Facts) -> str | None:
    """``find_value`` of what can also be called, or written to."""
    value = find_value(kind, understood)
    if value is None or (kind == "phone" and not facts.check_phone(value)):
        return None
    return facts.proving.check_reach(value) if kind == "reach" else value


def value_of(entity: Entity) -> str:
    """What is kept of an entity: the customer's own words, and of a time that can be read in one way only the moment
    too, so that nobody takes a wrong one for right."""
    if entity.kind == "phone" and isinstance(entity.value, str):
        return entity.value
    if entity.kind == "time" and isinstance(entity.value, dict) and entity.value.get("ambiguous") is False:
        return with_moment(entity.text, show_moment(entity.value))
    return entity.text[:SLOT_CHARS]


def with_moment(words: str, moment: str) -> str:
    """A time as it is kept: ``Friday at 3 (2026-11-27 15:00)``."""
    return f"{words} ({moment})"[:SLOT_CHARS] if moment else words[:SLOT_CHARS]


def show_moment(value: JsonObject) -> str:
    """A time's value (see the contract) without its letters: ``2026-11-27 15:00``, ``2026-11-27 – 2026-11-28``."""
    begins, ends = value.get("from"), value.get("to")
    moments = [str(begins), str(ends)] if ends and ends != begins else [str(begins)] if begins else []
    return " – ".join(moments).replace("T", " ")
