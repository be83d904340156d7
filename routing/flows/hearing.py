"""What a bot hears in a message, before it decides: what it means, and who has an answer to it."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from conversation.errors import BarevError
from conversation.messages import Language
from routing.flows.model import Heard
from routing.flows.ports import Frame, FreeAnswer, FreeAnswers, Known, Knows, Understanding, Understood
from routing.flows.reading import is_free, wish_of
from routing.flows.steps import Rules

log = logging.getLogger(__name__)
_THREADS: Final = 4
"""So many texts are understood at once; one that waits for another machine holds up no other customer's."""


class Hearing:
    """``knows``: the firm's articles; ``free``: asked where neither they nor a flow are sure to have an answer."""

    def __init__(
        self,
        understanding: Understanding,
        rules: Rules,
        knows: Knows | None = None,
        free: FreeAnswers | None = None,
    ) -> None:
        self._understanding = understanding
        self._rules = rules
        self._knows = knows
        self._free = free
        self._threads = ThreadPoolExecutor(_THREADS, "understanding")

    async def hear(self, text: str, choice: str | None, files: int, frame: Frame, *, idle: bool) -> Heard:
        """``choice``: the value of a pressed button; ``files``: how many came along; ``idle``: no flow is under way."""
        loop = asyncio.get_running_loop()
        understood, known, free = Understood(text), None, None
        if text.strip():
            try:
                understood = await loop.run_in_executor(self._threads, self._understanding.understand, text, frame)
            except BarevError as error:
                log.warning("not understood: %s", error)
            language = understood.language or frame.language or "en"
            if choice is None and wish_of(understood, self._rules, idle=idle) is None:
                known = await self._seek(text, language)
            if known is None and idle and choice is None and is_free(understood, self._rules):
                free = await self._answer_freely(text, language)
        return Heard(text, understood, choice, files, free, known)

    async def _seek(self, text: str, language: Language) -> Known | None:
        """What the firm's articles answer."""
        try:
            return None if self._knows is None else await self._knows.answer(text, language)
        except BarevError as error:
            log.warning("articles are not to be had: %s", error)
            return None

    async def _answer_freely(self, text: str, language: Language) -> FreeAnswer | None:
        """A help, and no more: whatever becomes of it, the talk goes on."""
        if self._free is None:
            return None
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._free.answer, text, language)
        except Exception:
            log.exception("no free answer")
            return None
