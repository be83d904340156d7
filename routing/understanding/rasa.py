"""A Rasa server as the engine (``POST /model/parse``, Rasa 3: https://rasa.com/docs/rasa/pages/http-api).

It says what is wanted; language, times, phones and the firm's own names are found here, so that a date means the same
whoever is asked. While it does not answer, the built-in engine does."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, get_args

from conversation.messages import Json
from routing.understanding.entities.frame import Frame
from routing.understanding.far_side import Breaker, NoAnswer, post_json
from routing.understanding.local import Local
from routing.understanding.scripts import READ_CHARS
from routing.understanding.understood import Entity, EntityKind, Ranked, Understood

_NONE: Final = ("", "nlu_fallback", "out_of_scope")
_RANKED: Final = 10
_KINDS: Final[dict[str, EntityKind]] = {kind: kind for kind in get_args(EntityKind) if kind not in ("time", "phone")}
"""Entities of Rasa's that count where nothing else is found: a time or a phone needs more than its words."""


class Rasa:
    """Engine on another machine, from any thread. ``url``: of the server; a token stands in its query."""

    def __init__(self, url: str, local: Local, timeout_s: float = 2.0, breaker: Breaker | None = None) -> None:
        self._url = url
        self._local = local
        self._timeout_s = timeout_s
        self._breaker = breaker or Breaker("the Rasa server")

    def understand(self, text: str, frame: Frame) -> Understood:
        """See the protocol."""
        if not self._breaker.allows():
            return self._local.understand(text, frame)
        try:
            answer = post_json(self._url, "/model/parse", {"text": text[:READ_CHARS]}, self._timeout_s)
            best, ranking = _parse_intents(answer)
        except NoAnswer as error:
            self._breaker.failed(error)
            return self._local.understand(text, frame)
        self._breaker.answered()
        skimmed = self._local.skim(text, frame)
        entities = (*skimmed.entities, *_parse_entities(answer, text, skimmed.entities))
        in_order = tuple(sorted(entities, key=lambda one: one.start))
        intent = None if best.intent in _NONE else best.intent
        return replace(skimmed, intent=intent, confidence=best.confidence, ranking=ranking, entities=in_order)


def _parse_intents(answer: Json) -> tuple[Ranked, tuple[Ranked, ...]]:
    """The best, and all that mean something. Raises NoAnswer for what is no answer of Rasa's."""
    if not isinstance(answer, dict):
        raise NoAnswer("no answer of Rasa's")
    best = _parse_ranked(answer.get("intent"))
    if best is None:
        raise NoAnswer("no answer of Rasa's: it names no intent")
    listed = answer.get("intent_ranking")
    found = [one for said in (listed if isinstance(listed, list) else []) if (one := _parse_ranked(said)) is not None]
    known = [one for one in found or [best] if one.intent not in _NONE]
    return best, tuple(sorted(known, key=lambda one: -one.confidence)[:_RANKED])


def _parse_ranked(said: Json) -> Ranked | None:
    if not isinstance(said, dict):
        return None
    name, confidence = said.get("name") or "", said.get("confidence")
    if not isinstance(name, str) or isinstance(confidence, bool) or not isinstance(confidence, int | float):
        return None
    return Ranked(name, min(max(float(confidence), 0.0), 1.0)) if confidence == confidence else None  # not NaN


def _parse_entities(answer: Json, text: str, known: Sequence[Entity]) -> Iterator[Entity]:
    """What Rasa has found beside what is known."""
    listed = answer.get("entities") if isinstance(answer, dict) else None
    taken = [(one.start, one.end) for one in known]
    for said in listed if isinstance(listed, list) else []:
        if not isinstance(said, dict):
            continue
        kind, start, end = _KINDS.get(str(said.get("entity"))), said.get("start"), said.get("end")
        if kind is None or not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
            continue
        if all(end <= one or start >= other for one, other in taken):
            taken.append((start, end))
            yield Entity(kind, text[start:end], start, end, said.get("value"))
