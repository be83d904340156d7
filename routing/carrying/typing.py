"""Shows over there that an agent types: as soon as he begins, and again for as long as he goes on."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from conversation.channels import Carrier
from conversation.errors import ChannelError
from conversation.events import TypingChanged
from conversation.messages import Channel
from crm_store import Tx, carried
from crm_store.engine import Store

_log = logging.getLogger(__name__)
EVERY_S: Final = 4.0
"""Messengers show it for five seconds."""
_HOLDS_S: Final = 6.0
"""For so long an agent is believed to type who said so: his desk says it again every three."""
_KEPT: Final = 1000


@dataclass(slots=True)
class _Typing:
    until_s: float
    shown_s: float = float("-inf")


class TypingShown:
    """One a channel; ``work`` goes on in the process that holds its door. ``clock_s``: seconds that only go forward."""

    def __init__(
        self, store: Store, channel: Channel, carrier: Carrier, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._channel = channel
        self._carrier = carrier
        self._clock_s = clock_s
        self._talks: dict[int, _Typing] = {}
        self._wake = asyncio.Event()

    def heard(self, event: TypingChanged) -> None:
        """A listener: somebody began or ceased to type."""
        if event.side != "agent":
            return
        talk, now_s = event.audience.conversation_id, self._clock_s()
        if not event.on:
            self._talks.pop(talk, None)
            return
        if len(self._talks) > _KEPT:
            self._forget(now_s)
        self._talks.setdefault(talk, _Typing(0.0)).until_s = now_s + _HOLDS_S
        self._wake.set()

    async def work(self) -> None:
        """Shows it until it is cancelled. Raises Unavailable, and is then to be called anew."""
        while True:
            self._wake.clear()
            await self.show_due()
            try:
                async with asyncio.timeout(1.0 if self._talks else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def show_due(self) -> None:
        """Shows it wherever that is due."""
        now_s = self._clock_s()
        self._forget(now_s)
        for talk, typing in list(self._talks.items()):
            if typing.shown_s + EVERY_S > now_s:
                continue
            typing.shown_s = now_s
            to = await self._store.read(lambda tx, talk=talk: self._find(tx, talk))  # type: ignore[misc]  # binds the loop's value
            if to is None:
                typing.shown_s = float("inf")  # another channel's: it is not asked for again
                continue
            try:
                await self._carrier.show_typing(to)
            except ChannelError as error:
                _log.info("typing was not shown: %s", error)

    def _find(self, tx: Tx, conversation_id: int) -> str | None:
        return carried.find_carried_to(tx, conversation_id, self._channel)

    def _forget(self, now_s: float) -> None:
        for talk in [talk for talk, typing in self._talks.items() if typing.until_s <= now_s]:
            del self._talks[talk]
