"""The same words to many: one request in the place of one for each, where the far side has such a request.

Only the request is shared. Each row stays a row of its own line: it is leased, noted as on its way before the request,
named and settled after it, and what became of its address decides of it alone.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

from conversation.channels import Capabilities, Piece, SendsTogether, Sent
from conversation.errors import ChannelError, ChannelRejected, ChannelUncertain
from crm_store.outgoing import Outgoing
from routing.carrying.pace import Pace

_log = logging.getLogger(__name__)
_APART_S: Final = 3600.0
"""For so long nothing goes together where the far side would not have it: an account may lack the right."""
T = TypeVar("T")


class Ready(NamedTuple):
    """A row, and the one plain text that it is."""

    row: Outgoing
    piece: Piece


class Steps(Protocol):
    """What is done with one row, as in a single send."""

    async def list_plain(self, rows: Sequence[Outgoing]) -> list[Ready]:
        """Those that are one plain text now, and may go."""

    async def carry_single(self, row: Outgoing) -> None:
        """All that a row of which nothing is known needs."""

    async def begin_all(self, rows: Sequence[Outgoing]) -> list[bool]:
        """Notes that they are on their way, all in one commit; False where the lease was lost."""

    async def conclude(self, row: Outgoing, outcome: Sent | Exception) -> None:
        """Notes what became of it."""

    async def give_back(self, row: Outgoing, why: str) -> None:
        """It waits again, for nobody was told."""


class Together:
    """One a channel."""

    def __init__(self, carrier: object, can: Capabilities, pace: Pace) -> None:
        self._carrier = carrier if isinstance(carrier, SendsTogether) and can.together > 1 else None
        self._can = can
        self._pace = pace
        self._apart_until_s = 0.0

    @property
    def least(self) -> int:
        """From so many lines on that are due and say the same they go together; 0: they never do now."""
        wanted = self._can.together_from
        if self._carrier is None or wanted < 1 or time.monotonic() < self._apart_until_s:
            return 0
        return max(wanted, 2)

    def fits(self, text: str) -> bool:
        """Whether words may go to many."""
        return self._carrier is not None and self._carrier.goes_together(text)

    async def carry(self, rows: Sequence[Outgoing], steps: Steps) -> None:
        """Rows that were found to say the same; what has become another since goes by itself. Raises BarevError, the
        store's."""
        carrier = self._carrier
        alike = [] if carrier is None else _choose(await steps.list_plain(rows))
        chosen = {one.row.id for one in alike}
        single = [steps.carry_single(row) for row in rows if row.id not in chosen]
        await _all([*single, self._send(alike, steps, carrier)] if alike and carrier is not None else single)

    async def _send(self, alike: Sequence[Ready], steps: Steps, carrier: SendsTogether) -> None:
        await self._pace.turn(*(one.piece.to for one in alike))
        held = await steps.begin_all([one.row for one in alike])
        going = [one for one, ours in zip(alike, held, strict=True) if ours]
        if not going:
            return
        try:
            outcomes = await self._ask([one.piece for one in going], carrier)
        except ChannelRejected as error:
            why = str(error)
            _log.warning("the same to %d at once is refused, each is told by itself: %s", len(going), why)
            self._apart_until_s = time.monotonic() + _APART_S
            await _all(steps.give_back(one.row, why) for one in going)
            return
        unsaid = ChannelUncertain("no answer of this address")
        await _all(steps.conclude(one.row, outcomes.get(one.piece.to, unsaid)) for one in going)

    async def _ask(self, pieces: Sequence[Piece], carrier: SendsTogether) -> Mapping[str, Sent | Exception]:
        """Raises ChannelRejected where nobody was told."""
        shared: Exception
        try:
            async with asyncio.timeout(self._can.piece_s):
                return await carrier.send_together(pieces)
        except ChannelRejected:
            raise
        except (ChannelError, TimeoutError) as error:
            shared = error
        except Exception as error:  # a driver's own fault: it is not known what was done
            _log.exception("the same to %d at once", len(pieces))
            shared = ChannelUncertain(type(error).__name__)
        return dict.fromkeys((piece.to for piece in pieces), shared)


def _choose(ready: Sequence[Ready]) -> list[Ready]:
    """Those of the words that most of them say, one an address."""
    if not ready:
        return []
    text = Counter(one.piece.text for one in ready).most_common(1)[0][0]
    by_address: dict[str, Ready] = {}
    for one in ready:
        if one.piece.text == text:
            by_address.setdefault(one.piece.to, one)
    return list(by_address.values()) if len(by_address) > 1 else []


async def _all(works: Iterable[Awaitable[T]]) -> list[T]:
    """Waits for all, whatever one of them raises; that is raised then."""
    found = await asyncio.gather(*works, return_exceptions=True)
    done: list[T] = []
    for one in found:
        if isinstance(one, BaseException):
            raise one
        done.append(one)
    return done
