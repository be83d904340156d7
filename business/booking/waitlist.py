"""The waiting list as agents and programs keep it: each deed is one transaction, told after its commit."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from business.booking.waiting import FREED, LAPSE, TELL, Answer, Waiting
from business.booking.wishes import Wish, WishChange
from business.jobs import Handle, Outcome
from business.once import Kept, plainly
from business.team.rights import require_now
from conversation import clock
from conversation.errors import Rejected
from conversation.events import CalendarChanged, Event
from conversation.messages import Agent
from crm_store import Tx, waitlist
from crm_store.engine import Store
from crm_store.jobs import Job
from crm_store.paging import Wanted
from crm_store.rows import AnyRow

EDIT: Final = "appointments.edit"
_PAST_S: Final = 600.0


class Wished(NamedTuple):
    """A wish as it is shown: ``services``, ``provider``: rows with names by language; ``offer``: the one that
    stands; ``reachable``: he hears of it by himself."""

    row: AnyRow
    services: list[AnyRow]
    provider: AnyRow | None
    offer: AnyRow | None
    reachable: bool


class WaitingList:
    """``publish``: tells an event after the commit."""

    def __init__(self, store: Store, waiting: Waiting, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._waiting = waiting
        self._publish = publish

    async def page(self, wanted: Wanted) -> tuple[list[Wished], str | None]:
        """A page of the line; without a state those who wait, or have an offer."""

        def ask(tx: Tx) -> tuple[list[Wished], str | None]:
            states = () if wanted.filters.get("state") else waitlist.LIVE
            page = waitlist.page_wishes(tx, wanted, states)
            return self._show(tx, list(page.rows)), page.next

        return await self._store.read(ask)

    async def find(self, wish_id: int) -> Wished:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: self._shown(tx, wish_id))

    async def add(self, actor: Agent, wish: Wish, remote: str, kept: Kept[Wished] = plainly) -> Wished:
        """Puts somebody at the end of the line. Raises Rejected forbidden, not_found, conflict."""

        def work(tx: Tx) -> Wished:
            doer = require_now(tx, actor, EDIT)
            return self._shown(tx, self._waiting.add_in(tx, wish, doer, remote))

        return await self._store.writer.run(lambda tx: kept(tx, work), lambda _: self._publish(CalendarChanged()))

    async def change(self, actor: Agent, wish_id: int, given: Mapping[str, object], remote: str) -> Wished:
        """Another wish in the same place of the line. Raises Rejected forbidden, not_found, conflict."""

        def write(tx: Tx) -> Wished:
            doer = require_now(tx, actor, EDIT)
            self._waiting.change_in(tx, wish_id, WishChange(given), doer, remote)
            return self._shown(tx, wish_id)

        return await self._store.writer.run(write, lambda _: self._publish(CalendarChanged()))

    async def end(self, actor: Agent, wish_id: int, remote: str) -> None:
        """He waits no more. Raises Rejected forbidden, not_found."""

        def write(tx: Tx) -> list[Event]:
            return self._waiting.end_in(tx, wish_id, require_now(tx, actor, EDIT), remote)

        await self._store.writer.run(write, self._tell)

    async def answer(self, actor: Agent, wish_id: int, *, yes: bool) -> tuple[Answer, Wished]:
        """What a customer said to his offer by another way, as on the phone. Raises Rejected forbidden, not_found;
        conflict where nothing is offered to him."""

        def write(tx: Tx) -> tuple[Answer, Wished, list[Event]]:
            require_now(tx, actor, EDIT)
            self._shown(tx, wish_id)
            offer = waitlist.list_standing(tx, [wish_id]).get(wish_id)
            if offer is None:
                raise Rejected("conflict", "outreach.offer.gone")
            answered = self._waiting.answer_in(tx, offer.id, yes)
            return answered.outcome, self._shown(tx, wish_id), answered.events

        outcome, wished, _ = await self._store.writer.run(write, lambda done: self._tell(done[2]))
        return outcome, wished

    def handlers(self) -> dict[str, Handle]:
        """The jobs of the waiting list."""
        return {FREED: self._look, LAPSE: self._lapse, TELL: self._say}

    async def work(self) -> None:
        """Ends wishes whose days are over, until it is cancelled. Raises Unavailable."""
        while True:
            await self.end_past()
            await asyncio.sleep(_PAST_S)

    async def end_past(self) -> int:
        """Wishes for days that are over wait no more."""
        return await self._store.writer.run(lambda tx: self._waiting.end_past(tx, clock.now()))

    def _look(self, tx: Tx, job: Job, now: datetime) -> Outcome:
        starts_at, ends_at = (clock.from_ms(int(str(job.payload[end]))) for end in ("from", "to"))
        return Outcome(self._waiting.look_in(tx, starts_at, ends_at, now))

    def _lapse(self, tx: Tx, job: Job, now: datetime) -> Outcome:
        return Outcome(self._waiting.lapse_in(tx, int(str(job.payload["offer_id"])), now))

    def _say(self, tx: Tx, job: Job, now: datetime) -> Outcome:
        return Outcome(self._waiting.tell_in(tx, int(str(job.payload["offer_id"])), now))

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._publish(event)

    def _shown(self, tx: Tx, wish_id: int) -> Wished:
        row = waitlist.find_shown(tx, wish_id)
        if row is None:
            raise Rejected("not_found", "error.not_found")
        return self._show(tx, [row])[0]

    def _show(self, tx: Tx, rows: list[AnyRow]) -> list[Wished]:
        services = waitlist.name_services(tx, {one for row in rows for one in row.service_ids})
        providers = waitlist.name_resources(tx, {row.provider_id for row in rows if row.provider_id is not None})
        offers, at = waitlist.list_standing(tx, [row.id for row in rows]), clock.now()
        return [
            Wished(
                row,
                [services[one] for one in row.service_ids if one in services],
                providers.get(row.provider_id),
                offers.get(row.id),
                row.state in waitlist.LIVE and self._waiting.reaches(tx, row.contact_id, at),
            )
            for row in rows
        ]
