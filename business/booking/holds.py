"""Time held for somebody who has not yet said yes: real and exclusive, and gone when its time is over."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from business.booking import showing
from business.booking.fitting import NOTHING_OWN, Ask, fit
from business.booking.keeping import resources_of
from business.booking.model import Held, Released, Slot, Wanted
from business.booking.moving import own_of
from business.booking.visits import Visits
from conversation import clock
from conversation.events import CalendarChanged
from crm_store import Tx, holds
from crm_store.engine import Store
from crm_store.holds import Hold
from crm_store.models import HoldPurpose

SWEEP_S = 15.0
"""How often holds that have expired are looked for; whoever wants their time does not wait for it."""


class Holds:
    """Takes and releases holds. See ``Visits`` for the forms that end in ``_in``."""

    def __init__(self, store: Store, visits: Visits) -> None:
        self._store = store
        self._visits = visits

    async def take(
        self,
        wanted: Wanted,
        starts_at: datetime,
        purpose: HoldPurpose,
        key: str,
        *,
        contact_id: int | None = None,
        conversation_id: int | None = None,
        online: bool = False,
        minutes: int | None = None,
    ) -> Held:
        """Holds a time; by a ``key`` only once. ``minutes``: for how long, None as the firm has set it. Raises Rejected
        slot_taken with ``nearest``, and what ``Visits.book`` raises."""

        def work(tx: Tx) -> Held:
            return self.take_in(
                tx,
                wanted,
                starts_at,
                purpose,
                key,
                contact_id=contact_id,
                conversation_id=conversation_id,
                online=online,
                minutes=minutes,
            )

        return await self._visits.instead(wanted, starts_at, self._visits.write(work), online=online)

    def take_in(
        self,
        tx: Tx,
        wanted: Wanted,
        starts_at: datetime,
        purpose: HoldPurpose,
        key: str,
        *,
        contact_id: int | None = None,
        conversation_id: int | None = None,
        online: bool = False,
        override: bool = False,
        minutes: int | None = None,
    ) -> Held:
        """See ``take``. ``override``: an agent's, as in ``BookRequest``."""
        now = clock.now()
        keeping = self._visits.keeping
        standing = holds.find_keyed(tx, key)
        if standing is not None and standing.expires_at > now:
            return replace(_shown(standing), repeated=True)
        given = [] if standing is None else keeping.release_holds(tx, [standing.id])
        rules = self._visits.rules(tx)
        found = fit(tx, Ask(wanted, starts_at, now, online=online, override=override), rules)
        given += keeping.release_holds(tx, found.expired)
        expires_at = now + timedelta(minutes=rules.hold_min if minutes is None else minutes)
        row = {
            "key": key,
            "purpose": purpose,
            "contact_id": contact_id,
            "conversation_id": conversation_id,
            "wanted": showing.keep_slot(found.slot),
            "starts_at": found.slot.starts_at,
            "ends_at": found.slot.ends_at,
            "created_at": now,
            "expires_at": expires_at,
        }
        hold_id = holds.insert_hold(tx, row)
        keeping.take_hold(tx, found.slot, hold_id)
        keeping.tell_freed(tx, given)
        event = CalendarChanged(tuple(sorted(resources_of(found.slot))))
        return Held(hold_id, purpose, expires_at, found.slot, events=(event,))

    def try_in(
        self, tx: Tx, wanted: Wanted, starts_at: datetime, *, online: bool = False, moving: int | None = None
    ) -> Slot:
        """What would be held; ``moving``: for an appointment whose own time is free for it. Raises as ``take`` does;
        writes nothing."""
        own = NOTHING_OWN if moving is None else own_of(tx, [showing.require(tx, moving)])
        ask = Ask(wanted, starts_at, clock.now(), online=online, own=own)
        return fit(tx, ask, self._visits.rules(tx)).slot

    async def release(self, hold_id: int) -> bool:
        """Gives a held time back; False where it is not held any more."""
        return bool((await self._visits.write(lambda tx: self.release_in(tx, hold_id))).events)

    def release_in(self, tx: Tx, hold_id: int) -> Released:
        """See ``release``."""
        given = self._visits.keeping.release_holds(tx, [hold_id])
        self._visits.keeping.tell_freed(tx, given)
        return Released.of(one.resource_id for one in given)

    async def find(self, hold_id: int) -> Held | None:
        """One that is kept, its time over or not."""
        found = await self._store.read(lambda tx: holds.find_hold(tx, hold_id))
        return None if found is None else _shown(found)

    async def sweep(self) -> int:
        """Removes those whose time is over; returns how many calendars differ by it."""
        now = clock.now()
        if not await self._store.read(lambda tx: holds.list_expired(tx, now, 1)):
            return 0
        return len((await self._visits.write(self.sweep_in)).resource_ids)

    def sweep_in(self, tx: Tx) -> Released:
        """See ``sweep``."""
        return Released.of(one.resource_id for one in self._visits.keeping.sweep(tx, clock.now()))

    async def work(self) -> None:
        """Sweeps for as long as it runs."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_S)


def _shown(hold: Hold) -> Held:
    return Held(hold.id, hold.purpose, hold.expires_at, showing.kept_slot(hold.wanted))
