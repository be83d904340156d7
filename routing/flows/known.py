"""The firm's articles as the bot and agents ask for them: the ports ``Knows``, ``Knowledge`` and ``Suggester``."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from business.knowledge.search import Found, KnowledgeSearch
from conversation.errors import Unavailable
from conversation.messages import Language
from routing.flows.ports import Known, Passage
from routing.suggestions import Asked, Suggestion

_PLAUSIBLE: Final = 0.3
"""What a model is given to make an answer of may be less sure than what is said as it is."""
_PASSAGES: Final = 3
_SURE: Final = 3.0
_WAIT_S: Final = 5.0


class FoundArticles:
    """``site``: the beginning of the help pages' addresses; ``loop``: the one that the search belongs to."""

    def __init__(self, search: KnowledgeSearch, site: Callable[[], str], loop: asyncio.AbstractEventLoop) -> None:
        self._search = search
        self._site = site
        self._loop = loop

    async def answer(self, question: str, language: Language) -> Known | None:
        """See the port ``Knows``."""
        found = await self._search.find(question, language, staff=False, limit=1)
        return Known(found[0].article_id, self._passage(found[0])) if found and found[0].sure else None

    def find(self, text: str, language: Language) -> Sequence[Passage]:
        """See the port ``Knowledge``: not to be called on the loop."""
        asked = self._search.find(text, language, staff=False, limit=_PASSAGES)
        waiting = asyncio.run_coroutine_threadsafe(asked, self._loop)
        try:
            found = waiting.result(_WAIT_S)
        except TimeoutError as error:
            waiting.cancel()
            raise Unavailable from error
        return [self._passage(one) for one in found if one.confidence >= _PLAUSIBLE]

    async def suggest(self, asked: Asked) -> list[Suggestion]:
        """See the port ``Suggester``: articles for staff, too, without their address, which no customer can open."""
        found = await self._search.find(asked.text, asked.language, staff=True, limit=_PASSAGES)
        return [
            Suggestion("article", one.article_id, one.title, one.language, self._said(one), _SURE * one.confidence)
            for one in found
            if one.confidence >= _PLAUSIBLE
        ]

    def _said(self, one: Found) -> str:
        return one.text if one.audience == "staff" else f"{one.text}\n{self._passage(one).url}"

    def _passage(self, one: Found) -> Passage:
        return Passage(one.title, one.text, f"{self._site()}/help/{one.language}/{one.slug}")
