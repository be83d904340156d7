"""What a message is taken for: an answer to the point, another wish, a word about the language to go on in."""

from typing import Final

from conversation.messages import Language
from routing.flows.commands import plain_words
from routing.flows.model import Heard
from routing.flows.ports import Understood
from routing.flows.steps import Ask, Rules, Step

_LETTERS: Final = 4
_WORDS: Final = 3
_POINT_WORDS: Final = 3
_SERVICE_WORDS: Final = 6
"""An answer of so few words that names what was asked is no other wish."""


def tells_language(heard: Heard, step: Step | None, rules: Rules, spoken: Language) -> bool:
    """Whether the words say in which language to go on from ``spoken``. A name, a number or an address is of no
    language, nor is a word alone that is not surely understood, or in letters that the present language has, too."""
    understood, words = heard.understood, plain_words(heard.text)
    sure = understood.intent is not None and understood.confidence >= rules.sure
    if isinstance(step, Ask) and not step.plain and step.kind != "time":
        return sure and len(words) >= _WORDS
    if sure or understood.script in ("armenian", "georgian"):
        own_letters = understood.script == "cyrillic" and spoken in ("kk", "ru")
        return len(words) > 1 or (sum(map(len, words)) >= _LETTERS and not own_letters)
    return len(words) >= _WORDS


def is_to_the_point(heard: Heard, step: Ask) -> bool:
    """Whether a message is the answer, whatever else it may sound like."""
    kinds, words = {one.kind for one in heard.understood.entities}, len(plain_words(heard.text))
    has_number = any(map(str.isdecimal, heard.text))
    if step.kind in ("phone", "number"):
        return step.kind in kinds or (words <= _POINT_WORDS and has_number)
    if step.kind == "name":
        return "name" in kinds and words <= _POINT_WORDS
    if step.slot == "service":
        return "service" in kinds and words <= _SERVICE_WORDS and "?" not in heard.text
    if step.slot == "address":
        return words > 1 and has_number
    return step.kind in kinds


def wish_of(understood: Understood, rules: Rules) -> str | None:
    """The intent that is sure enough to be followed. A service and a time without a word of what is wanted is what
    people say who want to come."""
    if understood.intent is not None and understood.confidence >= rules.sure:
        return understood.intent
    return "book" if {"service", "time"} <= {one.kind for one in understood.entities} else None
