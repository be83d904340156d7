"""What a message is taken for: an answer to the point, another wish, a word about the language to go on in."""

import re
from collections.abc import Mapping
from typing import Final

from conversation.messages import Language
from routing.flows.booking.seats import says_seats
from routing.flows.booking.words import find_said
from routing.flows.checks import find_value
from routing.flows.commands import find_command, find_language, plain_words
from routing.flows.danger import find_danger
from routing.flows.model import Heard
from routing.flows.ports import Understood
from routing.flows.steps import Ask, Flow, Rules, Step
from routing.understanding.scripts import script_of

_LETTERS: Final = 4
_LETTERS_OF_SEVERAL: Final = 6
_WORDS: Final = 3
_OF_NO_LANGUAGE: Final = re.compile(r"\d*(?:[ap]m|[apm])?")
"""Numbers and hours of the twelve-hour clock: ``16``, ``4pm``, ``am``."""
_POINT_WORDS: Final = 3
_QUESTION_WORDS: Final = 2
_OFFERED: Final = 2
OF_VISITS: Final = ("cancel", "my_bookings", "human")
"""Wishes that are none for a time, whatever time is named."""
_SERVICE_WORDS: Final = 6
"""An answer of so few words that names what was asked is no other wish."""


def tells_language(heard: Heard, step: Step | None, rules: Rules, spoken: Language) -> bool:
    """Whether the words say in which language to go on from ``spoken``. A name, a number or an address is of no
    language, nor is a word alone that is not surely understood, or in letters that the present language has, too; what
    reads like another language only as if typed on the wrong keyboard tells nothing."""
    understood, words = heard.understood, [one for one in plain_words(heard.text) if not _OF_NO_LANGUAGE.fullmatch(one)]
    sure = understood.intent is not None and understood.confidence >= rules.sure
    if step is not None and len(words) <= _WORDS and find_said(heard.text):
        return False  # "to anybody" in the midst of a talk
    if isinstance(step, Ask) and not step.plain and step.kind != "time":
        return sure and len(words) >= _WORDS
    if sure or script_of(heard.text) in ("armenian", "georgian"):
        letters = sum(map(len, words))
        if len(words) > 1:
            return letters >= _LETTERS_OF_SEVERAL
        return letters >= _LETTERS and not (understood.script == "cyrillic" and spoken in ("kk", "ru"))
    return len(words) >= _WORDS


def is_to_the_point(heard: Heard, step: Ask) -> bool:
    """Whether a message is the answer, whatever else it may sound like."""
    kinds, words = {one.kind for one in heard.understood.entities}, len(plain_words(heard.text))
    has_number = any(map(str.isdecimal, heard.text))
    if step.kind in ("phone", "number"):
        return step.kind in kinds or (words <= _POINT_WORDS and has_number)
    if step.kind in ("reach", "code"):
        return find_value(step.kind, heard.understood) is not None
    if step.kind == "name":
        return "name" in kinds and words <= _POINT_WORDS
    if step.slot == "service":
        return "service" in kinds and words <= _SERVICE_WORDS and "?" not in heard.text
    if step.slot == "address":
        return words > 1 and has_number
    return step.kind in kinds


def asks_for_person(understood: Understood, rules: Rules) -> bool:
    """Whether people are surely wanted: not by a number of seats, nor by what has no word in it, like a phone."""
    sure = understood.intent == "human" and understood.confidence >= rules.sure
    return sure and not says_seats(understood.text) and any(map(str.isalpha, understood.text))


def wish_of(understood: Understood, rules: Rules, *, idle: bool) -> str | None:
    """The intent that is sure enough to be followed. Where nothing is under way (``idle``), a service and a time are
    what people say who want to come, as is the waiting list anywhere; where something is, yes and no are no wishes, nor
    is what has no word in it, like a phone or an account."""
    if "wait" in find_said(understood.text) and understood.intent not in OF_VISITS:
        return "book"
    counted = understood.intent == "human" and says_seats(understood.text)  # 5 адамға: for five, not to a person
    if understood.intent is not None and understood.confidence >= rules.sure and not counted:
        wishes = understood.intent not in ("affirm", "deny") and any(map(str.isalpha, understood.text))
        return understood.intent if idle or wishes else None
    return "book" if idle and {"service", "time"} <= {one.kind for one in understood.entities} else None


def likely_flows(understood: Understood, flows: Mapping[str, Flow], rules: Rules) -> list[Flow]:
    """The likeliest that may be offered where it is not sure what was meant."""
    found: list[Flow] = []
    for ranked in understood.ranking:
        flow = next((one for one in flows.values() if ranked.intent in one.intents), None)
        if flow is not None and flow.offer and flow not in found and ranked.confidence >= rules.unsure:
            found.append(flow)
    return found[:_OFFERED]


def is_free(understood: Understood, rules: Rules) -> bool:
    """Whether a message is a question that no flow is likely to have an answer to."""
    text = understood.text
    known = find_command(text) or find_language(text) or find_danger(text)
    return known is None and understood.confidence < rules.unsure and len(plain_words(text)) >= _QUESTION_WORDS
