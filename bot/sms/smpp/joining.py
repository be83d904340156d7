"""Texts that come in several messages. Each is confirmed when the whole is kept. A far side that says the next one only
after the last was confirmed is asked to come again; its second attempt is confirmed before the rest is there."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.sms.coding import Body, Joined, decode
from bot.sms.driver import SmsIn, SmsSink
from bot.sms.smpp.status import OK, TRY_AGAIN
from conversation import clock
from conversation.errors import BarevError

_GIVEN_UP_S: Final = 3600.0
"""So long the rest is waited for that never comes."""
_REMEMBERED: Final = 1000
"""Texts: under way, and done, so that a part which comes again is known."""
Answer = Callable[[int], None]
"""Answers one message, by a status."""
_Key = tuple[str, int, int]


@dataclass(slots=True)
class _Text:
    begun: float
    bodies: dict[int, Body] = field(default_factory=dict)
    unanswered: list[Answer] = field(default_factory=list)
    confirmed: bool = False
    """Whether the far side believes a part of it kept that is only here."""


class Joining:
    """``wait_s``: for the other parts, before the far side is asked to come again."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._texts: OrderedDict[_Key, _Text] = OrderedDict()
        self._done: OrderedDict[_Key, dict[int, Body]] = OrderedDict()

    async def add(self, sender: str, joined: Joined, body: Body, answer: Answer, sink: SmsSink) -> None:
        """A part; it is answered, now or later."""
        key = (sender, joined.reference, joined.total)
        if self._done.get(key, {}).get(joined.number) == body:
            answer(OK)
            return
        loop = asyncio.get_running_loop()
        text = self._texts.setdefault(key, _Text(loop.time()))
        again = text.bodies.get(joined.number) == body
        text.bodies[joined.number] = body
        if len(text.bodies) == joined.total:
            text.unanswered.append(answer)
            await self._hand_over(key, text, sink)
        elif again:
            text.confirmed = True
            answer(OK)
        else:
            text.unanswered.append(answer)
            loop.call_later(self._wait_s, _ask_again, text, answer)

    async def give_up(self, sink: SmsSink, *, at_once: bool = False) -> None:
        """Hands over, with gaps, what stayed incomplete for too long or is too much to be remembered; ``at_once``: all
        that the far side believes kept, since nobody remembers it any longer."""
        now = asyncio.get_running_loop().time()
        for key, text in list(self._texts.items()):
            if not at_once and now - text.begun < _GIVEN_UP_S and len(self._texts) <= _REMEMBERED:
                return
            if text.confirmed:
                await self._hand_over(key, text, sink)
            else:
                del self._texts[key]

    def let_go(self) -> None:
        """The line is lost: what is unanswered comes again."""
        for text in self._texts.values():
            text.unanswered.clear()

    async def _hand_over(self, key: _Key, text: _Text, sink: SmsSink) -> None:
        sender, reference, total = key
        said = decode([text.bodies.get(number) for number in range(1, total + 1)])
        name = hashlib.sha256(f"{clock.now():%Y%m%d} {sender} {reference} {said}".encode()).hexdigest()[:24]
        waiting, text.unanswered = text.unanswered, []
        try:
            await sink.incoming(SmsIn(sender, said, name, clock.now()))
        except BarevError:
            for answer in waiting:
                answer(TRY_AGAIN)
            return
        for answer in waiting:
            answer(OK)
        del self._texts[key]
        self._done[key] = text.bodies
        self._done.move_to_end(key)
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)


def _ask_again(text: _Text, answer: Answer) -> None:
    if answer in text.unanswered:
        text.unanswered.remove(answer)
        answer(TRY_AGAIN)
