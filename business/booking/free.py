"""Free time of one resource, pure: worked and not busy becomes the moments at which something may begin.

Times are milliseconds since 1970 UTC. What is done must be worked throughout; with its buffers it must be free, but the
buffers may lie outside of worked time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from heapq import merge
from itertools import islice
from operator import gt, itemgetter
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from business.booking.wall import DAY, Stretch, day_of, midnight_of
from business.booking.working import Worked
from crm_store.booking_calendar import LETTERS, Busy
from crm_store.models import AllocationKind

_WORK: Final[tuple[AllocationKind, ...]] = ("visit", "session", "hold")
Spans = list[tuple[int, int]]
"""Moments from the first to the last of each, both in it; in order and apart."""
BOOKED: Final = frozenset(LETTERS[kind] for kind in _WORK)
"""Busy time that is work: what fairness counts."""
_first: Final = itemgetter(0)
_last: Final = itemgetter(1)


class Times(NamedTuple):
    """How long something takes, with what must be kept free before and after."""

    length: int
    before: int
    after: int


class Bookable:
    """One resource over the window. ``place``: its rank among equals."""

    def __init__(self, resource_id: int, zone: ZoneInfo, worked: Worked, busy: Busy, place: tuple[int, int]) -> None:
        self.id = resource_id
        self.zone = zone
        self.worked = worked
        self.busy = busy
        self.place = place
        self._allowed: dict[Times, Spans] = {}
        self._loads: dict[date, int] = {}

    @cached_property
    def taken(self) -> Spans:
        """Busy time; what overlaps is joined. The ends are not in it."""
        starts, ends, _ = self.busy
        if not any(map(gt, ends, islice(starts, 1, None))):
            return list(zip(starts, ends, strict=True))
        joined: Spans = []
        last = -1
        for start, end in zip(starts, ends, strict=True):
            if start > last:
                joined.append((start, end))
                last = end
            elif end > last:
                joined[-1] = (joined[-1][0], end)
                last = end
        return joined

    def allowed(self, times: Times) -> Spans:
        """All moments at which something may begin, of any minute."""
        found = self._allowed.get(times)
        if found is None:
            self._allowed[times] = found = sweep(self.worked, self.taken, times)
        return found

    def can(self, start: int, times: Times) -> bool:
        """Whether it may begin at a moment."""
        length, before, after = times
        at = bisect_right(self.worked, start, key=_first) - 1
        if at < 0 or start + length > self.worked[at][1]:
            return False
        at = bisect_right(self.taken, start - before, key=_last)
        return at == len(self.taken) or start + length + after <= self.taken[at][0]

    def load(self, moment: int) -> int:
        """How much is booked on the wall's day of a moment."""
        day = day_of(moment, self.zone)
        found = self._loads.get(day)
        if found is None:
            start, end = midnight_of(day, self.zone), midnight_of(day + DAY, self.zone)
            starts, ends, kinds = self.busy
            here = [
                (max(starts[at], start), min(ends[at], end))
                for at in range(bisect_left(starts, end))
                if ends[at] > start and kinds[at] in BOOKED
            ]
            self._loads[day] = found = sum(until - begin for begin, until in here)
        return found

    def rank(self, moment: int) -> tuple[int, int, int]:
        """The fairest first: least booked that day, then by place."""
        return (self.load(moment), *self.place)

    def stretch(self, start: int) -> tuple[int, int] | None:
        """The worked and free stretch that a moment is in."""
        at = bisect_right(self.worked, (start, 2**63)) - 1
        if at < 0 or self.worked[at][1] <= start:
            return None
        begin, end = self.worked[at]
        at = bisect_right(self.taken, (start, 2**63)) - 1
        if at >= 0:
            begin = max(begin, self.taken[at][1])
        if at + 1 < len(self.taken):
            end = min(end, self.taken[at + 1][0])
        return begin, end


def sweep(worked: Worked, taken: Spans, times: Times) -> Spans:
    """The moments at which something may begin: worked throughout, and with its buffers free."""
    length, before, after = times
    found: Spans = []
    first, count = 0, len(taken)
    for opens, closes in worked:
        while first < count and taken[first][1] + before <= opens:
            first += 1
        low, last, at = opens, closes - length, first
        while at < count:
            start, end = taken[at]
            high = start - after - length
            if high >= last:
                break
            if high >= low:
                found.append((low, high))
            low = max(low, end + before)
            at += 1
        if last >= low:
            found.append((low, last))
    return found


def starts_in(
    worked: Worked, taken: Spans, times: Times, low: int, high: int, grid: Sequence[Stretch], step: int
) -> list[range]:
    """``sweep``, ``within`` and ``on_grid`` in one go: fifty providers' month has thousands of gaps."""
    length, before, after = times
    found: list[range] = []
    append, beyond = found.append, length + after
    busy, at, even = len(taken), 0, 0
    for opens, closes in worked:
        last = min(closes - length, high)
        first = max(opens, low)
        if first > last:
            continue
        while at < busy and taken[at][1] + before <= first:
            at += 1
        while even + 1 < len(grid) and grid[even].end <= first:
            even += 1
        start, end, anchor = grid[even]
        if first < start or last >= end:  # over a change of days or of the clock: rare, and done with care
            found += on_grid(within(sweep([(opens, closes)], taken[at:], times), low, high), grid[even:], step)
            continue
        for here in range(at, busy):
            begins, ends = taken[here]
            if begins >= beyond + last:
                break
            first += (anchor - first) % step
            until = begins - beyond
            if first <= until:
                append(range(first, until + 1, step))
            if ends + before > first:
                first = ends + before
        first += (anchor - first) % step
        if first <= last:
            append(range(first, last + 1, step))
    return found


def both(some: Spans, others: Spans) -> Spans:
    """What is in both."""
    found: Spans = []
    one = other = 0
    while one < len(some) and other < len(others):
        low, high = max(some[one][0], others[other][0]), min(some[one][1], others[other][1])
        if low <= high:
            found.append((low, high))
        if some[one][1] < others[other][1]:
            one += 1
        else:
            other += 1
    return found


def within(spans: Spans, low: int, high: int) -> Spans:
    """What is between two moments, both in it."""
    first = bisect_left(spans, low, key=_last)
    cut = spans[first : bisect_right(spans, high, key=_first)]
    if cut:
        cut[0] = (max(cut[0][0], low), cut[0][1])
        cut[-1] = (cut[-1][0], min(cut[-1][1], high))
    return cut


def either(several: Sequence[Spans]) -> Spans:
    """What is in one of them at least."""
    if len(several) == 1:
        return several[0]
    found: Spans = []
    for low, high in merge(*several):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def on_grid(spans: Spans, grid: Sequence[Stretch], step: int) -> list[range]:
    """The moments of spans that are on the grid, in order."""
    found: list[range] = []
    at, count = 0, len(grid)
    for low, high in spans:
        while at < count and grid[at].end <= low:
            at += 1
        here = at
        while here < count:
            start, end, anchor = grid[here]
            if start > high:
                break
            first = max(start, low)
            first += (anchor - first) % step
            last = high if high < end else end - 1
            if first <= last:
                found.append(range(first, last + 1, step))
            here += 1
    return found
