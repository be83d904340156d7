"""Free time as it is asked for: the slots of a window, one moment, the nearest, and why there is none."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import islice, takewhile
from typing import Final, NamedTuple, TypeVar

from business.booking.ground import (
    MOST_DAYS,
    MOST_PARTS,
    STAFF_DAYS,
    Freedom,
    Limits,
    Window,
    bounds_of,
    check_wanted,
    load_ground,
)
from business.booking.kept import AsOf, Calendars
from business.booking.model import Part, Slot, SlotPart, Wanted
from business.booking.seeking import Bounds, Choice, Done, Search
from business.booking.wall import DAY, DAY_MS, MINUTE_MS, wall_of
from business.booking.why import Reason, explain
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx, booking_calendar
from crm_store.booking_calendar import Stamp
from crm_store.engine import Store

MOST_KEPT: Final = 32
"""Searches that are kept, each with its last answer, while the calendars stand as they are."""
MOST_REMEMBERED: Final = 500
"""Slots of an answer that is kept."""
_QUARTER_MS: Final = 15 * MINUTE_MS
"""For so long at most: by then another day may have begun somewhere, or a branch be told to lie in another zone."""
_LOOK_DAYS: Final = 14
_STEPS_BACK_MS: Final = (6 * 60 * MINUTE_MS, 36 * 60 * MINUTE_MS, _LOOK_DAYS * DAY_MS)

T = TypeVar("T")


class Page(NamedTuple):
    """Slots by their start, and from which moment on (ms) to ask for more; None: these are all."""

    slots: list[Slot]
    next: int | None


class _Asked(NamedTuple):
    wanted: Wanted
    window: Window
    limits: Limits
    useful: bool
    quarter: int
    moving: int | None


class _Found(NamedTuple):
    asked: _Asked
    stamp: Stamp
    expires: int | None
    search: Search
    earliest: int
    answers: dict[tuple[object, ...], Page]


class Slots:
    """Finds free time. ``limits``: how freely customers book, as the firm has set it."""

    def __init__(
        self, store: Store, limits: Callable[[Tx], Limits] | None = None, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._store = store
        self._limits = limits or (lambda _tx: Limits())
        self._now = now
        self._kept: OrderedDict[_Asked, _Found] = OrderedDict()
        self._customers: tuple[tuple[object, ...], Limits] | None = None
        self._calendars = Calendars()

    async def find(
        self,
        wanted: Wanted,
        first: date,
        last: date,
        *,
        limit: int | None = None,
        useful_only: bool = False,
        each: bool = False,
        limits: Freedom = None,
        moving: int | None = None,
    ) -> list[Slot]:
        """Slots of the days from the first to the last, by their start; ``each``: one for every provider of the first
        service who is free, else one for each start with the fairest. ``useful_only``: only starts that leave no gaps
        too short for anything, or as little as can be. ``moving``: an appointment whose own time is free for it.

        Raises Rejected invalid for more than ``MOST_DAYS`` days or too many services, not_found.
        """
        found = await self._search(wanted, (first, last), limits, useful=useful_only, moving=moving)
        return (await self._answer(found, (limit, each), partial(_list, found, limit, each, useful_only)))[0]

    async def page(
        self,
        wanted: Wanted,
        window: Window,
        limit: int,
        *,
        after: int | None = None,
        useful_only: bool = False,
        limits: Freedom = None,
        moving: int | None = None,
    ) -> Page:
        """The same, one for every provider, in pages of about ``limit``: what begins at one moment is not torn apart.
        ``after``: the ``next`` of the page before."""
        found = await self._search(wanted, window, limits, useful=useful_only, moving=moving)
        return await self._answer(found, (limit, after), partial(_page, found, limit, after, useful_only))

    async def _answer(self, found: _Found, key: tuple[object, ...], work: Callable[[], Page]) -> Page:
        """The answer that was given last stands as long as nothing of it has begun. What takes longer than to change
        threads is made in one, so that nobody waits for it."""
        known = found.answers.get(key)
        if known is not None and (not known.slots or clock.to_ms(known.slots[0].starts_at) >= found.earliest):
            return Page(list(known.slots), known.next)
        page = await asyncio.to_thread(work)
        found.answers.clear()
        if len(page.slots) <= MOST_REMEMBERED:
            found.answers[key] = page
        return Page(list(page.slots), page.next)

    async def warm(self, service_ids: Sequence[int]) -> None:
        """Reads the time of those who do these services on the coming ``MOST_DAYS`` days, where it is not known: what
        is sought in a transaction that writes reads then only what has changed since. A service that there is not is
        nothing to read."""
        wanted = Wanted(tuple(Part(one) for one in service_ids[:MOST_PARTS]))
        today = self._now().date()
        window = today - DAY, today + (MOST_DAYS - 2) * DAY

        def read(tx: Tx) -> None:
            as_of = AsOf(booking_calendar.stamp(tx).hours, self._now_ms(), settled=True)
            load_ground(tx, wanted, window, self._limits(tx), self._calendars, as_of)

        if wanted.parts:
            with suppress(Rejected):
                await self._store.read(read)

    async def nearest(self, wanted: Wanted, at: datetime, count: int, *, limits: Freedom = None) -> list[Slot]:
        """The slots nearest to a moment, up to ``count``, by their start: of the fortnight from a week before."""
        day = at.date()
        window = day - _LOOK_DAYS // 2 * DAY, day + _LOOK_DAYS * DAY
        found = await self._search(wanted, window, limits, useful=False)
        return (await self._answer(found, (at, count), partial(_nearest, found, clock.to_ms(at), count))).slots

    async def why(self, wanted: Wanted, day: date, *, limits: Freedom = None) -> list[Reason]:
        """Why a day has no slots; nothing where it has some. Raises as ``find``."""

        return await self._store.read(lambda tx: self.why_in(tx, wanted, day, limits=limits))

    def why_in(self, tx: Tx, wanted: Wanted, day: date, *, limits: Freedom = None) -> list[Reason]:
        """``why`` inside a transaction."""
        check_wanted(wanted)
        given, now = self._given(tx, limits), self._now_ms()
        as_of = AsOf(booking_calendar.peek(tx).hours, now, settled=False)
        ground = load_ground(tx, wanted, (day, day), given, self._calendars, as_of)
        return explain(ground, bounds_of((day, day), given, now), day, now)

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
        limits: Freedom = None,
        moving: int | None = None,
    ) -> list[Slot]:
        """``find`` inside a transaction, of days (both included) or of moments (the last not included)."""
        check_wanted(wanted)
        asked = self._ask(wanted, (first, last), self._given(tx, limits), useful_only, moving)
        return _list(self._load(tx, asked, booking_calendar.peek(tx), settled=False), limit, each, useful_only).slots

    async def _search(
        self, wanted: Wanted, window: Window, limits: Freedom, *, useful: bool, moving: int | None = None
    ) -> _Found:
        check_wanted(wanted)
        found = await self._store.read(partial(self._ask_store, wanted, window, limits, useful, moving))
        if all(plan.capacity == 1 for plan in found.search.plans):  # seats come and go without the calendars' knowing
            self._kept[found.asked] = found
            self._kept.move_to_end(found.asked)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found._replace(earliest=self._bounds(found.asked).earliest)

    def _ask_store(
        self, wanted: Wanted, window: Window, limits: Freedom, useful: bool, moving: int | None, tx: Tx
    ) -> _Found:
        known = self._customers
        if known is not None and self._kept:
            stamp = booking_calendar.peek(tx)
            if known[0] == stamp.settings:
                kept = self._kept.get(self._ask(wanted, window, self._given(tx, limits, known), useful, moving))
                if kept is not None and kept.stamp == stamp and (kept.expires is None or self._now_ms() < kept.expires):
                    return kept
        stamp = booking_calendar.stamp(tx)
        if known is None or known[0] != stamp.settings:
            self._customers = known = stamp.settings, self._limits(tx)
        asked = self._ask(wanted, window, self._given(tx, limits, known), useful, moving)
        return self._load(tx, asked, stamp, settled=True)

    def _load(self, tx: Tx, asked: _Asked, stamp: Stamp, *, settled: bool) -> _Found:
        bounds = self._bounds(asked)
        as_of = AsOf(stamp.hours, self._now_ms(), settled)
        given = asked.wanted, asked.window, asked.limits, self._calendars, as_of
        ground = load_ground(tx, *given, useful=asked.useful, moving=asked.moving)
        search = Search(ground.plans, asked.wanted.order, bounds)
        return _Found(asked, stamp, ground.expires, search, bounds.earliest, {})

    def _given(self, tx: Tx, limits: Freedom, known: tuple[tuple[object, ...], Limits] | None = None) -> Limits:
        if isinstance(limits, Limits):
            return limits
        customers = self._limits(tx) if known is None else known[1]
        return customers if limits is None else Limits(customers.step_min, far_days=STAFF_DAYS - 1)

    def _ask(
        self, wanted: Wanted, window: tuple[date, date], limits: Limits, useful: bool, moving: int | None
    ) -> _Asked:
        return _Asked(wanted, window, limits, useful, self._now_ms() // _QUARTER_MS, moving)

    def _bounds(self, asked: _Asked) -> Bounds:
        return bounds_of(asked.window, asked.limits, self._now_ms())

    def _now_ms(self) -> int:
        return clock.to_ms(self._now())


def _list(found: _Found, limit: int | None, each: bool, useful: bool) -> Page:
    choices = found.search.choices(found.earliest, each=each, useful=useful)
    return Page([to_slot(one) for one in islice(choices, limit)], None)


def _page(found: _Found, limit: int, after: int | None, useful: bool) -> Page:
    choices = found.search.choices(max(found.earliest, after or 0), each=True, useful=useful)
    slots = [to_slot(one) for one in islice(choices, limit)]
    if len(slots) < limit:
        return Page(slots, None)
    last = clock.to_ms(slots[-1].starts_at)
    for choice in choices:
        if choice[0].start > last:
            return Page(slots, choice[0].start)
        slots.append(to_slot(choice))
    return Page(slots, None)


def _nearest(found: _Found, moment: int, count: int) -> Page:
    """From the moment on, and back from it step by step: a whole fortnight is not looked at for a few."""
    later = list(islice(found.search.choices(max(found.earliest, moment), each=False), count))
    earlier: list[Choice] = []
    for step_ms in _STEPS_BACK_MS:
        choices = found.search.choices(max(found.earliest, moment - step_ms), each=False)
        earlier = list(takewhile(lambda one: one[0].start < moment, choices))
        if len(earlier) >= count or moment - step_ms <= found.earliest:
            break
    near = sorted([*earlier, *later], key=lambda one: abs(one[0].start - moment))[:count]
    return Page([to_slot(one) for one in sorted(near, key=lambda one: one[0].start)], None)


def to_slot(choice: Choice) -> Slot:
    """A find as others read it."""
    parts = tuple(_to_part(one) for one in choice)
    zone = choice[0].option.who.zone
    starts_at = parts[0].starts_at
    ends_at = parts[0].ends_at if len(parts) == 1 else max(one.ends_at for one in parts)
    return Slot(starts_at, ends_at, wall_of(starts_at, zone), zone.key, parts)


def _to_part(done: Done) -> SlotPart:
    plan, option, start, end, resources, session = done
    _, before, after = option.times
    left = None
    if plan.capacity > 1:
        left = plan.capacity if session is None else session.left
    return SlotPart(
        plan.service_id,
        option.who.id,
        _moment(start),
        _moment(end),
        _moment(start - before),
        _moment(end + after),
        tuple(one.id for one in resources) if resources else (),
        option.price_at(start),
        plan.seats,
        None if session is None else session.id,
        left,
    )


_moment = lru_cache(maxsize=4096)(clock.from_ms)
"""Many begin and end at the same ones."""
