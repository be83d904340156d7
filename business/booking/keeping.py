"""Taking time and giving it back: the only code that writes allocations of visits, sessions, holds and breaks.

All of it runs in the writer's transaction, after ``fitting`` found the time free. The store's own guard stands behind:
what overlaps all the same is refused by it, and the whole step undone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from business.booking.model import Item, Slot, SlotPart
from business.booking.takes import takes_of
from business.booking.wall import wall_of
from conversation.clock import from_ms, to_ms
from conversation.errors import Rejected
from crm_store import Tx, allocations, holds
from crm_store.allocations import Claim, Holder
from crm_store.models import AllocationKind

Freed = Callable[[Tx, int, datetime, datetime], None]
"""A resource's time is free again, from when to when: told in the transaction that frees it."""
_SWEEP: Final = 500


class Keeping:
    """``freed`` is told of time that is given back and not taken again by who gave it."""

    def __init__(self, freed: Freed | None = None) -> None:
        self._freed = freed

    def take_items(self, tx: Tx, slot: Slot, item_ids: Sequence[int]) -> list[int | None]:
        """Takes the time of a slot for items, one a part; returns their sessions."""
        sessions: list[int | None] = []
        for part, claims, item_id in zip(slot.parts, _claims_of(slot), item_ids, strict=True):
            if part.left is not None:
                sessions.append(_join(tx, slot, part, claims))
            else:
                allocations.insert_claims(tx, claims, "visit", Holder("item_id", item_id))
                sessions.append(None)
        allocations.bump(tx, resources_of(slot))
        return sessions

    def take_hold(self, tx: Tx, slot: Slot, hold_id: int) -> None:
        """Takes the time of a slot for a hold."""
        for part, claims in zip(slot.parts, _claims_of(slot), strict=True):
            if part.left is not None:
                holds.insert_seats(tx, hold_id, _join(tx, slot, part, claims), part.seats)
            else:
                allocations.insert_claims(tx, claims, "hold", Holder("hold_id", hold_id))
        allocations.bump(tx, resources_of(slot))

    def take_own(self, tx: Tx, claim: Claim, kind: AllocationKind, note: str) -> int:
        """Takes a stretch by hand; returns its id."""
        allocation_id = allocations.insert_own(tx, claim, kind, note)
        allocations.bump(tx, {claim.resource_id})
        return allocation_id

    def release_items(self, tx: Tx, items: Iterable[Item]) -> list[Claim]:
        """Gives back what these occupy: to be told by ``tell_freed`` once all is done."""
        items = list(items)
        given = allocations.delete_held(tx, "item_id", [one.id for one in items])
        seated = [one for one in items if one.session_id is not None]
        if seated:
            holds.leave_session(tx, [one.id for one in seated])
        for one in seated:
            given += _leave(tx, one.session_id or 0, one.seats)
        allocations.bump(tx, {one.resource_id for one in given})
        return given

    def release_holds(self, tx: Tx, hold_ids: Collection[int]) -> list[Claim]:
        """Removes holds with all that they keep: to be told by ``tell_freed`` unless it is taken again."""
        if not hold_ids:
            return []
        given = allocations.delete_held(tx, "hold_id", hold_ids)
        seats = holds.list_seats(tx, hold_ids)
        holds.delete_holds(tx, hold_ids)
        for session_id, count in seats:
            given += _leave(tx, session_id, count)
        allocations.bump(tx, {one.resource_id for one in given})
        return given

    def release_own(self, tx: Tx, allocation_id: int) -> list[Claim]:
        """Gives back a stretch that was taken by hand."""
        given = allocations.delete_held(tx, "id", [allocation_id])
        allocations.bump(tx, {one.resource_id for one in given})
        return given

    def sweep(self, tx: Tx, at: datetime) -> list[Claim]:
        """Removes holds that have expired, and tells of it."""
        given = self.release_holds(tx, holds.list_expired(tx, at, _SWEEP))
        self.tell_freed(tx, given)
        return given

    def tell_freed(self, tx: Tx, given: Iterable[Claim]) -> None:
        """Says what is free again. To be called when nothing of it will be taken again by who gave it."""
        if self._freed is not None:
            for one in sorted(set(given)):
                self._freed(tx, one.resource_id, from_ms(one.starts_at), from_ms(one.ends_at))


def resources_of(slot: Slot) -> set[int]:
    """Whose calendars a slot is in."""
    return {one for part in slot.parts for one in _resources(part)}


def _join(tx: Tx, slot: Slot, part: SlotPart, claims: Sequence[Claim]) -> int:
    """Takes seats of the session at that time, which is made where there is none."""
    session = holds.find_session(tx, part.provider_id, part.service_id, part.starts_at)
    if session is not None:
        if not holds.take_seats(tx, session.id, part.seats):
            raise Rejected("slot_taken", "booking.seats_taken")
        return session.id
    values = {
        "service_id": part.service_id,
        "provider_id": part.provider_id,
        "starts_at": part.starts_at,
        "ends_at": part.ends_at,
        "wall_start": wall_of(part.starts_at, ZoneInfo(slot.zone)),
        "zone": slot.zone,
        "capacity": part.left,
        "taken": part.seats,
    }
    session_id = holds.insert_session(tx, values)
    allocations.insert_claims(tx, claims, "session", Holder("session_id", session_id))
    return session_id


def _leave(tx: Tx, session_id: int, seats: int) -> list[Claim]:
    """Gives seats back; the last that leaves takes the session with him."""
    left = holds.give_seats(tx, session_id, seats)
    if left is None:
        return []
    if left.taken:
        return [Claim(left.provider_id, to_ms(left.starts_at), to_ms(left.ends_at))]
    given = allocations.delete_held(tx, "session_id", [session_id])
    holds.delete_session(tx, session_id)
    return given


def _resources(part: SlotPart) -> set[int]:
    return {part.provider_id, *part.resource_ids}


def _claims_of(slot: Slot) -> list[list[Claim]]:
    """What each part takes, and what a group session would if it had to be made for it."""
    claims: list[list[Claim]] = [[] for _ in slot.parts]
    alone = replace(slot, parts=tuple(replace(part, session_id=None) for part in slot.parts))
    for part, resource_id, starts_at, ends_at in takes_of(alone):
        if ends_at > starts_at:
            claims[part].append(Claim(resource_id, to_ms(starts_at), to_ms(ends_at)))
    return claims
