"""What an agent may answer: up to three texts beside a customer's message. Nothing is sent by itself."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple, Protocol

from conversation import clock
from conversation.errors import BarevError
from conversation.language import LANGUAGES
from conversation.messages import Agent, Conversation, Language
from conversation.ports import Texts
from conversation.search_key import fold
from crm_store import Tx, canned, dialogues
from crm_store.engine import Store
from crm_store.rows import AnyRow
from routing.flows.catalogue import FLOWS
from routing.flows.facts import StoreFacts
from routing.flows.ports import Frame, Understanding, Understood

log = logging.getLogger(__name__)
SUGGESTIONS_MOST: Final = 3
_SAYINGS: Final = 5
_LOOKED_AT: Final = 50
_STEM: Final = 5
"""Words are compared by so many letters at their beginning: their endings change with the case."""
_SHORTEST: Final = 3
_ENOUGH: Final = 1.0
_BY_INTENT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What an agent is to answer: all that the customer said since the last answer, and what it means."""

    agent: Agent
    conversation: Conversation
    language: Language
    text: str
    understood: Understood


class Suggestion(NamedTuple):
    """``source``: where it is from (``canned``, ...), ``id``: its number there; ``title``: what it is called.
    ``text``: with the fields of a canned response still in it."""

    source: str
    id: int
    title: str
    language: str
    text: str
    weight: float


class Suggester(Protocol):
    """Knows answers. Their weights are compared: 1 is a guess, 3 is sure."""

    async def suggest(self, asked: Asked) -> Sequence[Suggestion]:
        """The best answers that it has. Raises Unavailable."""


class Suggestions:
    """Asks all who know answers."""

    def __init__(
        self,
        store: Store,
        texts: Texts,
        understanding: Understanding,
        business: str,
        country: str,
        suggesters: Sequence[Suggester],
    ) -> None:
        self._store = store
        self._texts = texts
        self._understanding = understanding
        self._business = business
        self._country = country
        self._suggesters = suggesters

    async def find(self, agent: Agent, head: Conversation) -> list[Suggestion]:
        """The best for a conversation that is for his eyes, the likeliest first; none where its customer waits for
        nothing, or the bot answers him."""
        if not head.unanswered or head.handler == "bot":
            return []
        text, frame = await self._store.read(lambda tx: self._look(tx, head))
        if not text:
            return []
        try:
            understood = await asyncio.to_thread(self._understanding.understand, text, frame)
        except BarevError as error:
            log.warning("not understood: %s", error)
            understood = Understood(text)
        asked = Asked(agent, head, understood.language or frame.language or "en", text, understood)
        found = await asyncio.gather(*(suggester.suggest(asked) for suggester in self._suggesters))
        every = sorted(chain.from_iterable(found), key=lambda one: -one.weight)
        return list({one.text: one for one in reversed(every)}.values())[::-1][:SUGGESTIONS_MOST]

    def _look(self, tx: Tx, head: Conversation) -> tuple[str, Frame]:
        _, answered = dialogues.find_last_said(tx, head.id)
        unheard, _ = dialogues.list_unheard(tx, head.id, answered, _LOOKED_AT)
        text = "\n".join([one.text for one in unheard if one.text.strip()][-_SAYINGS:])
        facts = StoreFacts(tx, self._texts, head, self._business, self._country, clock.now())
        language = head.contact.language or facts.firm_language
        return text, Frame.of(clock.now(), facts.schedule, facts.country, language)


class CannedSuggester:
    """Canned responses that share words with the question, or with what its intent is called."""

    def __init__(self, store: Store, texts: Texts) -> None:
        self._store = store
        self._texts = texts

    async def suggest(self, asked: Asked) -> list[Suggestion]:
        """See the port."""
        return await self._store.read(lambda tx: self._find(tx, asked))

    def _find(self, tx: Tx, asked: Asked) -> list[Suggestion]:
        agent = asked.agent
        rows = canned.list_for(tx, agent.id, None if agent.sees_all else agent.teams)
        team = asked.conversation.team
        rows = [row for row in rows if row.team_id is None or team is None or row.team_id == team.id]
        said, meant = stems(asked.text), self._names(asked.understood)
        words = {row.id: stems(" ".join([row.shortcut, *map(str, row.texts.values())])) for row in rows}
        spread = Counter(stem for own in words.values() for stem in own)
        found = []
        for row in rows:
            weight = sum(1 / spread[stem] for stem in said & words[row.id])
            if meant & stems(row.shortcut):
                weight += _BY_INTENT * (0.5 + asked.understood.confidence / 2)
            elif meant & words[row.id]:
                weight += _BY_INTENT / 2
            if weight >= _ENOUGH:
                found.append(_suggestion(row, asked.language, weight))
        return sorted(found, key=lambda one: -one.weight)[:SUGGESTIONS_MOST]

    def _names(self, understood: Understood) -> set[str]:
        """What an intent is called: its own name, and the titles of its flow."""
        intent = understood.intent
        if intent is None:
            return set()
        flows = [flow.name for flow in FLOWS.values() if intent in flow.intents]
        titles = [self._texts.section(language, "flow.title") for language in LANGUAGES]
        called = [one[name] for one in titles for name in flows if name in one]
        called += [intent.replace("_", " "), *_ALSO.get(intent, ())]
        return stems(" ".join(called))


_ALSO: Final = {
    "greet": ("hello", "привет", "բարև", "გამარჯობა", "сәлем"),
    "goodbye": ("bye", "пока", "ցտեսություն", "ნახვამდის", "сау болыңыз"),
    "thank": ("thanks", "спасибо", "շնորհակալություն", "მადლობა", "рахмет"),
    "address": ("where", "где", "որտեղ", "სად", "қайда"),
    "price": ("cost", "цена", "գին", "ფასი", "баға"),
}
"""What canned responses to an intent are likely to be called beside its own names."""


def stems(text: str) -> set[str]:
    """The beginnings of a text's words, whatever alphabet they are typed in."""
    return {word[:_STEM] for word in fold(text).split() if len(word) >= _SHORTEST}


def _suggestion(row: AnyRow, language: Language, weight: float) -> Suggestion:
    texts: dict[str, str] = row.texts
    chosen = next((one for one in (language, *LANGUAGES) if one in texts), next(iter(texts)))
    return Suggestion("canned", row.id, row.shortcut, chosen, texts[chosen], weight)
