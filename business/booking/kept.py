"""Busy and worked time of each resource, kept from one search to the next and read anew where its version differs."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Final, NamedTuple

from business.booking.free import Bookable
from business.booking.wall import DAY, DAY_MS, MINUTE_MS, midnight_of
from business.booking.working import Workdays, load_workdays, zone_of
from business.hours.calendar import Calendar, load_calendar
from crm_store import Tx, booking_calendar
from crm_store.booking_calendar import Busy, ResourceFacts

MOST_STRETCHES: Final = 50_000
"""Stretches of busy time that are kept in all: of five hundred specialists for a month."""
MOST_DAYS_KEPT: Final = 62
"""Days of one resource that are kept, where searches look now here and now there."""
_STALE_MS: Final = 15 * MINUTE_MS


class Span(NamedTuple):
    """The days that a search looks at, and how far beyond them (ms) what it looks for may reach."""

    first: date
    last: date
    reach: int


class AsOf(NamedTuple):
    """How the calendars are kept: ``hours`` of the firm and who works in it, as their stamp tells; ``now`` (ms).
    ``settled``: what is read is committed, and may be kept."""

    hours: tuple[object, ...]
    now: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One resource's time in a span. ``lapsed``: holds that are over and do not count."""

    facts: ResourceFacts
    setting: tuple[object, ...]
    span: Span
    workdays: Workdays
    busy: Busy
    lapsed: tuple[tuple[int, int], ...]
    bookable: Bookable


class Calendars:
    """Reads the time of resources; what it has read it keeps as long as their versions stand, but the hours of branches
    and teams for a quarter of an hour at most. To be used by several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._stretches = 0
        self._calendar: tuple[tuple[object, ...], Calendar] | None = None
        self._lock = Lock()

    def read(
        self, tx: Tx, resources: Sequence[ResourceFacts], span: Span, as_of: AsOf
    ) -> tuple[dict[int, Known], int | None]:
        """Each one's time in a span or a wider one, and when the first hold ends that counts (ms)."""
        setting = *as_of.hours, as_of.now // _STALE_MS
        calendar = self._calendar_of(tx, setting, settled=as_of.settled)
        ends = booking_calendar.list_holds(tx)
        over = booking_calendar.list_held(tx, [one for one, end in ends.items() if end <= as_of.now])
        found: dict[int, Known] = {}
        missing: list[ResourceFacts] = []
        wide = span
        for one in resources:
            known = self._known.get(one.id)
            if known is None or known.facts != one or known.setting != setting:
                missing.append(one)
            elif _covers(known.span, span):
                lapsed = over.get(one.id, ())
                found[one.id] = known if known.lapsed == lapsed else _without(known, lapsed)
            else:
                missing.append(one)
                wide = _hull(wide, known.span)
        if missing:
            found |= _read(tx, calendar, missing, wide, setting, over)
        if as_of.settled:
            self._keep(found)
        return found, min((end for end in ends.values() if end > as_of.now), default=None)

    def _calendar_of(self, tx: Tx, setting: tuple[object, ...], *, settled: bool) -> Calendar:
        kept = self._calendar
        if kept is not None and kept[0] == setting:
            return kept[1]
        calendar = load_calendar(tx)
        if settled:
            self._calendar = setting, calendar
        return calendar

    def _keep(self, found: dict[int, Known]) -> None:
        with self._lock:
            for resource_id, known in found.items():
                before = self._known.pop(resource_id, None)
                self._stretches += len(known.busy.starts) + 1 - (0 if before is None else len(before.busy.starts) + 1)
                self._known[resource_id] = known
            while self._stretches > MOST_STRETCHES:
                _, gone = self._known.popitem(last=False)
                self._stretches -= len(gone.busy.starts) + 1


def _covers(wide: Span, span: Span) -> bool:
    return wide.first <= span.first and span.last <= wide.last and span.reach <= wide.reach


def _hull(some: Span, other: Span) -> Span:
    hull = Span(min(some.first, other.first), max(some.last, other.last), max(some.reach, other.reach))
    return hull if (hull.last - hull.first).days < MOST_DAYS_KEPT else some


def _read(
    tx: Tx,
    calendar: Calendar,
    resources: Sequence[ResourceFacts],
    span: Span,
    setting: tuple[object, ...],
    over: dict[int, tuple[tuple[int, int], ...]],
) -> dict[int, Known]:
    first, last, reach = span
    until = last + timedelta(days=reach // DAY_MS + 1)
    zones = {zone_of(calendar, one.branch_id, one.agent_id) for one in resources}
    start = min(midnight_of(first, zone) for zone in zones) - reach
    end = max(midnight_of(last + DAY, zone) for zone in zones) + reach
    workdays = load_workdays(tx, calendar, resources, first, until)
    busy = booking_calendar.list_busy(tx, [one.id for one in resources], start, end)
    found: dict[int, Known] = {}
    for one in resources:
        days, place = workdays[one.id], (one.position, one.id)
        bookable = Bookable(one.id, days.zone, days.worked(first, until), busy[one.id], place)
        known = Known(one, setting, span, days, busy[one.id], (), bookable)
        found[one.id] = _without(known, over[one.id]) if one.id in over else known
    return found


def _without(known: Known, lapsed: tuple[tuple[int, int], ...]) -> Known:
    """The same with other holds over."""
    old = known.bookable
    bookable = Bookable(old.id, old.zone, old.worked, known.busy.without(lapsed), old.place)
    return Known(known.facts, known.setting, known.span, known.workdays, known.busy, lapsed, bookable)
