"""The one door out to other channels: takes what was written to be sent, sends it, and notes what became of it.

A row is leased, sent and settled. Who dies in between leaves a lease that runs out: where the far side takes an id once
only, the row is sent again under the same id; where it does not, it may have arrived, and is shown as such.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from business.contacts.codes import CODE_HOLE
from conversation import clock
from conversation.errors import BarevError, ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.language import LANGUAGES
from conversation.messages import Channel, Language
from conversation.ports import Letter, Sender
from crm_store import Tx, leases, outgoing
from crm_store.engine import Store
from crm_store.outgoing import Outgoing
from routing.carrying.pace import Pace

log = logging.getLogger(__name__)
LOOK_S: Final = 1.0
_AT_ONCE: Final = 10
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OutboxRules:
    """``per_address``, ``per_day``: what one recipient, and a channel in all, is sent in 24 hours; ``attempts``: after
    so many failed ones it is given up; ``lease_s``: how long one may take."""

    per_address: int = 20
    per_day: Mapping[Channel, int] = field(default_factory=dict)
    attempts: int = 15
    lease_s: float = 60.0


class Outbox:
    """One a process; those of several share the work by leases."""

    def __init__(
        self,
        store: Store,
        senders: Mapping[Channel, Sender],
        rules: OutboxRules,
        holder: str,
        reveal: Callable[[str], str],
        paces: Mapping[Channel, Pace],
        stale: Callable[[Tx, Outgoing], bool] = lambda _tx, _row: False,
    ) -> None:
        """``reveal``: the digits of a one-time code by its salt, put in at the last moment and kept nowhere;
        ``paces``: of channels whose talks go by the same door; ``stale``: whether a row is not to go any more, asked in
        the commit that takes it on."""
        self._store = store
        self._senders = senders
        self._rules = rules
        self._holder = holder
        self._reveal = reveal
        self._stale = stale
        self._paces = paces

    async def work(self) -> None:
        """Sends whatever is due, until it is cancelled. Raises Unavailable, and is then to be called anew."""
        if not self._senders:
            await asyncio.Event().wait()
        while True:
            if not await self.send_due():
                await asyncio.sleep(LOOK_S)

    async def send_due(self) -> int:
        """Sends what is due and is no other process's; returns how many rows were taken."""
        channels = tuple(self._senders)
        if not await self._store.read(lambda tx: outgoing.any_due(tx, clock.now(), channels)):
            return 0
        taken = await self._store.writer.run(self._lease)
        await asyncio.gather(*(self._send(row) for row in taken))
        return len(taken)

    def _lease(self, tx: Tx) -> list[Outgoing]:
        at = clock.now()
        once = [channel for channel, sender in self._senders.items() if not sender.repeatable]
        outgoing.doubt(tx, once, "interrupted while it was being sent", at)
        taken = outgoing.lease(tx, self._holder, at, self._rules.lease_s, _AT_ONCE, tuple(self._senders))
        gone: Counter[str] = Counter()
        going: list[Outgoing] = []
        for row in taken:
            refusal = self._refusal(tx, row, at, gone)
            if refusal is None:
                gone.update((row.channel, row.recipient))
                going.append(row)
            elif refusal:
                outgoing.give_up(tx, row.id, self._holder, refusal)
            else:
                outgoing.expire(tx, row.id, self._holder)
        return going

    def _refusal(self, tx: Tx, row: Outgoing, at: datetime, gone: "Counter[str]") -> str | None:
        """Why a row does not go; empty: its time is over. ``gone``: how many go with this lease."""
        if (row.expires_at is not None and row.expires_at <= at) or self._stale(tx, row):
            return ""
        most, since = self._rules.per_day.get(row.channel), at - _DAY
        sent = outgoing.count_sent(tx, row.channel, since, row.recipient, waiting=False)
        if sent + gone[row.recipient] >= self._rules.per_address:
            return "limit: this address had enough in 24 hours"
        if most and outgoing.count_sent(tx, row.channel, since, waiting=False) + gone[row.channel] >= most:
            return "limit: enough was sent in 24 hours"
        return None

    async def _send(self, row: Outgoing) -> None:
        settle: Callable[[Tx, datetime], object]
        sender, pace = self._senders[row.channel], self._paces.get(row.channel)
        try:
            if pace is not None:
                await self._take_turn(pace, row)
            async with asyncio.timeout(self._rules.lease_s * 0.8):
                name = await self._hand_over(row, sender)
            settle = self._done(row, name)
        except ChannelRejected as error:
            settle = self._failed(row, str(error))
        except ChannelUnavailable as error:
            if pace is not None and error.for_all:
                pace.hold(error.retry_after_s)
            settle = self._later(row, str(error), error.retry_after_s)
        except (ChannelUncertain, TimeoutError) as error:
            settle = self._doubtful(row, str(error) or "no answer in time", sender)
        except BarevError:
            raise
        except Exception as error:  # a driver's own fault: it is not known what was done
            log.exception("outgoing %d by %s", row.id, row.channel)
            settle = self._doubtful(row, type(error).__name__, sender)
        await self._store.writer.run(lambda tx: settle(tx, clock.now()))

    async def _hand_over(self, row: Outgoing, sender: Sender) -> str:
        return await sender.send(self._letter(row))

    async def _take_turn(self, pace: Pace, row: Outgoing) -> None:
        """Raises ChannelUnavailable where the turn would come when the row is no longer ours."""
        ahead_s = pace.ahead_s(row.recipient)
        if ahead_s > self._rules.lease_s / 4:
            raise ChannelUnavailable("it waits for its turn", ahead_s)
        await pace.turn(row.recipient)

    def _done(self, row: Outgoing, name: str) -> Callable[[Tx, datetime], object]:
        return lambda tx, at: outgoing.finish(tx, row.id, self._holder, at, name)

    def _failed(self, row: Outgoing, why: str) -> Callable[[Tx, datetime], object]:
        log.warning("outgoing %d by %s failed: %s", row.id, row.channel, why)
        return lambda tx, _at: outgoing.give_up(tx, row.id, self._holder, why)

    def _later(self, row: Outgoing, why: str, wait_s: float | None) -> Callable[[Tx, datetime], object]:
        if row.attempts >= self._rules.attempts:
            return self._failed(row, why)
        pause_s = max(leases.backoff_s(row.attempts), wait_s or 0.0)
        log.info("outgoing %d by %s: %s; again in %g s", row.id, row.channel, why, pause_s)
        return lambda tx, at: outgoing.put_back(tx, row, self._holder, why, at, pause_s)

    def _doubtful(self, row: Outgoing, why: str, sender: Sender) -> Callable[[Tx, datetime], object]:
        if sender.repeatable:
            return self._later(row, why, None)
        log.warning("outgoing %d by %s may have arrived: %s", row.id, row.channel, why)
        return lambda tx, _at: outgoing.give_up(tx, row.id, self._holder, why, uncertain=True)

    def _letter(self, row: Outgoing) -> Letter:
        given = {key: str(value) for key, value in row.payload.items() if value is not None}
        text, salt = given.get("text", ""), given.get("salt")
        if salt:
            text = text.replace(CODE_HOLE, self._reveal(salt))
        language: Language = next((one for one in LANGUAGES if one == given.get("language")), "en")
        subject, stop = given.get("subject", ""), given.get("unsubscribe", "")
        name = given.get("id") or f"barev-{row.id}"
        return Letter(name, row.recipient, text, subject, language, stop, row.created_at)
