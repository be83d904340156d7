"""A door to a far side, held by one process at a time: what is heard there is heard once, and limits are kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from conversation import clock
from conversation.channels import DoorState
from conversation.errors import BarevError, ChannelRejected, ChannelUnavailable
from conversation.messages import Channel, JsonObject
from crm_store import Tx, doors
from crm_store.engine import Store

_log = logging.getLogger(__name__)
_REFUSED_S: Final = 60.0
_FAILED_S: Final = 5.0
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class HoldRules:
    """``hold_s``: for how long a process that says nothing more is believed to hold a door; ``alone``: there is no
    other process; ``settled_s``: whoever listens for so long without an error is well."""

    hold_s: float = 15.0
    alone: bool = False
    settled_s: float = 60.0


class HeldDoor:
    """``listen``: hears what is said there, None where the far side calls by itself; ``beside``: what else is done only
    by the one that holds the door."""

    def __init__(
        self, store: Store, channel: Channel, holder: str, rules: HoldRules, listen: Work | None, beside: Sequence[Work]
    ) -> None:
        self._store = store
        self._channel = channel
        self._holder = holder
        self._rules = rules
        self._listen = listen
        self._beside = beside
        self._error: str | None = None

    async def work(self) -> None:
        """Waits until the door is free, holds it and works, until it is cancelled or lost. Raises Unavailable, and is
        then to be called anew."""
        if not await self._hold():
            await asyncio.sleep(self._rules.hold_s / 5)
            return
        try:
            await self._work_inside()
        finally:
            if not self._rules.alone:
                with suppress(BarevError):
                    await asyncio.shield(self._store.writer.run(self._let_go))

    async def _work_inside(self) -> None:
        _log.info("the door %s is held here", self._channel)
        works = [*self._beside, *([self._keep_listening] if self._listen is not None else [])]
        tasks = [asyncio.ensure_future(work()) for work in works]
        try:
            if self._rules.alone:
                await asyncio.gather(*tasks)
            else:
                tasks.append(asyncio.ensure_future(self._keep_holding()))
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hold(self) -> bool:
        if self._rules.alone:
            return True
        until = timedelta(seconds=self._rules.hold_s)
        return await self._store.writer.run(
            lambda tx: doors.hold(tx, self._channel, self._holder, clock.now(), clock.now() + until)
        )

    def _let_go(self, tx: Tx) -> None:
        doors.let_go(tx, self._channel, self._holder, clock.now())

    async def _keep_holding(self) -> None:
        """Returns when the door is another's."""
        while True:
            await asyncio.sleep(self._rules.hold_s / 3)
            if not await self._hold():
                _log.warning("the door %s is held elsewhere now", self._channel)
                return

    async def _keep_listening(self) -> None:
        if self._listen is None:
            return
        while True:
            try:
                await self._hear(self._listen)
                pause_s = 0.0
                await self._note("")
            except ChannelUnavailable as error:
                pause_s = max(error.retry_after_s, 1.0)
                await self._note(str(error))
            except ChannelRejected as error:
                pause_s = _REFUSED_S
                await self._note(str(error))
            except BarevError:
                raise
            except Exception as error:
                _log.exception("the door %s", self._channel)
                pause_s = _FAILED_S
                await self._note(type(error).__name__)
            await asyncio.sleep(pause_s)

    async def _hear(self, listen: Work) -> None:
        """Doors that hold a line hear for as long as it lasts: they are known to be well by what does not come."""
        hearing = asyncio.ensure_future(listen())
        try:
            await asyncio.wait((hearing,), timeout=self._rules.settled_s)
            if not hearing.done():
                await self._note("")
            await hearing
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _note(self, error: str) -> None:
        """Said once when it goes wrong, and once when it is well again; kept for who looks from outside."""
        if error == self._error:
            return
        if error:
            _log.warning("the door %s: %s", self._channel, error)
        elif self._error:
            _log.info("the door %s is well again", self._channel)
        self._error = error
        await self._store.writer.run(lambda tx: self._keep_state(tx, {"error": error, "since": clock.now_ms()}))

    def _keep_state(self, tx: Tx, state: JsonObject) -> None:
        if self._rules.alone:  # nobody else asks who holds it: there is no row yet
            doors.hold(tx, self._channel, self._holder, clock.now(), clock.now())
        doors.set_state(tx, self._channel, self._holder, state)


async def list_states(store: Store) -> list[DoorState]:
    """How all doors stand that were ever held."""
    return await store.read(read_states)


def read_states(tx: Tx) -> list[DoorState]:
    """The same, for who reads a store that he does not hold."""
    states = []
    for one in doors.list_doors(tx):
        since, error = one.state.get("since"), one.state.get("error")
        at = clock.from_ms(since) if isinstance(since, int) else one.until
        words = error if isinstance(error, str) else ""
        states.append(DoorState(one.name, not words, at, words))
    return states
