"""Free time as it is asked for: slots of a window, one moment, the nearest."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import islice

from business.booking.ground import (
    Limits,
    Window,
    bounds_of,
    check_wanted,
    load_ground,
)
from business.booking.model import Slot, SlotPart, Wanted
from business.booking.seeking import Choice, Done, Search
from business.booking.wall import wall_of
from conversation import clock
from crm_store import Tx
from crm_store.engine import Store


class Slots:
    """Finds free time. ``limits``: how freely is booked, where a caller does not say."""

    def __init__(
        self, store: Store, limits: Callable[[Tx], Limits] | None = None, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._store = store
        self._limits = limits or (lambda _tx: Limits())
        self._now = now

    async def find(
        self,
        wanted: Wanted,
        first: date,
        last: date,
        *,
        limit: int | None = None,
        useful_only: bool = False,
        each: bool = False,
        limits: Limits | None = None,
    ) -> list[Slot]:
        """Slots of the days from the first to the last, by their start; ``each``: one for every provider of the first
        service who is free, else one for each start with the fairest.

        Raises Rejected invalid for more than ``MOST_DAYS`` days or too many services, not_found.
        """
        return await self._store.read(
            lambda tx: self.find_in(
                tx, wanted, first, last, limit=limit, useful_only=useful_only, each=each, limits=limits
            )
        )

    def find_in(
        self,
        tx: Tx,
        wanted: Wanted,
        first: date | datetime,
        last: date | datetime,
        *,
        limit: int | None = None,
        useful_only: bool = False,
        each: bool = False,
        limits: Limits | None = None,
    ) -> list[Slot]:
        """The same inside a transaction, of days (both included) or of moments (the last not included)."""
        search = self._search(tx, wanted, (first, last), limits, useful_only)
        found = search.choices(each=each, useful=useful_only)
        return [to_slot(one) for one in islice(found, limit)]

    def fit_in(self, tx: Tx, wanted: Wanted, starts_at: datetime, *, limits: Limits | None = None) -> Slot | None:
        """What would be booked at a moment, of any minute; None: it is not free then. ``limits`` bind but for the
        grid."""
        moment = clock.to_ms(starts_at)
        check_wanted(wanted)
        asked, now = limits or self._limits(tx), clock.to_ms(self._now())
        window = starts_at, starts_at + timedelta(milliseconds=1)
        bounds = bounds_of(window, asked, now)
        ground = load_ground(tx, wanted, window, asked, now)
        choice = Search(ground.plans, wanted.order, bounds).choice(moment)
        if choice is None:
            return None
        low, high = bounds.of(choice[0].option.who.zone)
        return to_slot(choice) if low <= moment <= high else None

    def _search(self, tx: Tx, wanted: Wanted, window: Window, limits: Limits | None, useful: bool) -> Search:
        check_wanted(wanted)
        asked, now = limits or self._limits(tx), clock.to_ms(self._now())
        bounds = bounds_of(window, asked, now)
        ground = load_ground(tx, wanted, window, asked, now, useful=useful)
        return Search(ground.plans, wanted.order, bounds)


def to_slot(choice: Choice) -> Slot:
    """A find as others read it."""
    parts = tuple(_to_part(one) for one in choice)
    zone = choice[0].option.who.zone
    starts_at = parts[0].starts_at
    return Slot(starts_at, max(one.ends_at for one in parts), wall_of(starts_at, zone), zone.key, parts)


def _to_part(done: Done) -> SlotPart:
    plan, option, start, end, resources, session = done
    _, before, after = option.times
    left = None
    if plan.capacity > 1:
        left = plan.capacity if session is None else session.left
    return SlotPart(
        plan.service_id,
        option.who.id,
        clock.from_ms(start),
        clock.from_ms(end),
        clock.from_ms(start - before),
        clock.from_ms(end + after),
        tuple(one.id for one in resources),
        option.price_minor,
        plan.seats,
        None if session is None else session.id,
        left,
    )
