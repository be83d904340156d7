"""Breaks, absences and repairs: time that nobody can book, entered by hand."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from business.booking.model import BusyTime, Released
from business.booking.visits import Visits
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import CalendarChanged
from conversation.messages import Agent
from crm_store import Tx, allocations, holds, offers
from crm_store.allocations import Claim
from crm_store.models import AllocationKind

KINDS: Final[tuple[AllocationKind, ...]] = ("break", "absence", "repair")


class Breaks:
    """Takes time by hand and gives it back."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    async def add(
        self, actor: Agent, resource_id: int, starts_at: datetime, ends_at: datetime, kind: AllocationKind, note: str
    ) -> BusyTime:
        """Raises Rejected slot_taken where an appointment or something else is then; not_found, invalid."""
        return await self._visits.write(lambda tx: self.add_in(tx, actor, resource_id, starts_at, ends_at, kind, note))

    def add_in(
        self,
        tx: Tx,
        actor: Agent | None,
        resource_id: int,
        starts_at: datetime,
        ends_at: datetime,
        kind: AllocationKind,
        note: str,
    ) -> BusyTime:
        """See ``add``."""
        if offers.find_standing(tx, resource_id) is None:
            raise Rejected("not_found", "booking.provider_unknown", field="resource_id")
        if ends_at <= starts_at:
            raise Rejected("invalid", "booking.too_short", field="ends_at")
        claim, now = Claim(resource_id, clock.to_ms(starts_at), clock.to_ms(ends_at)), clock.to_ms(clock.now())
        expired: set[int] = set()
        rows = allocations.list_busy(tx, [resource_id], claim.starts_at, claim.ends_at)
        sessions = {one.session_id for one in rows if one.session_id is not None}
        deserted = holds.list_deserted(tx, sessions, clock.from_ms(now)) if sessions else {}
        for one in rows:
            if one.session_id is not None and one.session_id in deserted:
                expired.update(deserted[one.session_id])
            elif one.hold_id is not None and one.expires_at is not None and one.expires_at <= now:
                expired.add(one.hold_id)
            elif one.kind != "outside":
                raise Rejected("slot_taken", "booking.busy")
        keeping = self._visits.keeping
        given = keeping.release_holds(tx, expired)
        made = BusyTime(keeping.take_own(tx, claim, kind, note), resource_id, starts_at, ends_at, kind, note)
        keeping.tell_freed(tx, given)
        told = {"kind": kind, "starts_at": starts_at, "ends_at": ends_at, "note": note}
        record_deed(tx, actor, "busy_time.added", "resource", resource_id, after=told)
        return replace(made, events=(CalendarChanged((resource_id,)),))

    async def remove(self, actor: Agent, allocation_id: int) -> None:
        """Raises Rejected not_found."""
        await self._visits.write(lambda tx: self.remove_in(tx, actor, allocation_id))

    def remove_in(self, tx: Tx, actor: Agent | None, allocation_id: int) -> Released:
        """See ``remove``."""
        found = allocations.find_own(tx, allocation_id)
        if found is None:
            raise Rejected("not_found", "error.not_found")
        claim, kind, note = found
        keeping = self._visits.keeping
        keeping.tell_freed(tx, keeping.release_own(tx, allocation_id))
        told = {
            "kind": kind,
            "starts_at": clock.from_ms(claim.starts_at),
            "ends_at": clock.from_ms(claim.ends_at),
            "note": note,
        }
        record_deed(tx, actor, "busy_time.removed", "resource", claim.resource_id, before=told)
        return Released.of([claim.resource_id])
