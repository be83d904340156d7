"""Free time of one resource, pure: worked and not busy becomes the moments at which something may begin.

Times are milliseconds since 1970 UTC. What is done must be worked throughout; with its buffers it must be free, but the
buffers may lie outside of worked time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from heapq import merge
from itertools import compress, islice, pairwise
from operator import itemgetter
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from business.booking.wall import DAY, MINUTE_MS, Stretch, day_of, grid_of, midnight_of
from business.booking.working import Worked, join
from crm_store.booking_calendar import LETTERS, Busy
from crm_store.models import AllocationKind

_WORK: Final[tuple[AllocationKind, ...]] = ("visit", "session", "hold")
MOST_STARTS: Final = 3
"""Of one resource, for so many services or windows, they are remembered."""
Spans = list[tuple[int, int]]
"""Moments from the first to the last of each, both in it; in order and apart."""
BOOKED: Final = frozenset(LETTERS[kind] for kind in _WORK)
"""Busy time that is work: what fairness counts."""
_first: Final = itemgetter(0)
_last: Final = itemgetter(1)


def _last_ms(gap: tuple[int, int]) -> int:
    return gap[1] * MINUTE_MS


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
        self._starts: dict[tuple[Times, int, int, int], Starts] = {}
        self._loads: dict[date, int] = {}

    @cached_property
    def taken(self) -> Spans:
        """Busy time; what overlaps is joined. The ends are not in it."""
        starts, ends, _ = self.busy
        return join((start * MINUTE_MS, end * MINUTE_MS) for start, end in zip(starts, ends, strict=True))

    def allowed(self, times: Times) -> Spans:
        """All moments at which something may begin, of any minute."""
        found = self._allowed.get(times)
        if found is None:
            self._allowed[times] = found = sweep(self.worked, self.busy, times)
        return found

    def starts(self, times: Times, low: int, high: int, step: int) -> "Starts":
        """Those of the grid, between two moments."""
        which = times, low, high, step
        found = self._starts.get(which)
        if found is None:
            if len(self._starts) >= MOST_STARTS:
                self._starts.clear()
            grid = grid_of(day_of(low, self.zone), day_of(high, self.zone), self.zone)
            self._starts[which] = found = starts_in(self.worked, self.busy, times, low, high, grid, step)
        return found

    def can(self, start: int, times: Times) -> bool:
        """Whether it may begin at a moment."""
        length, before, after = times
        at = bisect_right(self.worked, start, key=_first) - 1
        if at < 0 or start + length > self.worked[at][1]:
            return False
        at = bisect_right(self.taken, start - before, key=_last)
        return at == len(self.taken) or start + length + after <= self.taken[at][0]

    @cached_property
    def _work(self) -> tuple[list[int], list[int]]:
        """When what is booked begins, and when it ends, each in order."""
        starts, ends, kinds = self.busy
        if BOOKED.issuperset(kinds):
            return starts, sorted(ends)
        booked = [one in BOOKED for one in kinds]
        return list(compress(starts, booked)), sorted(compress(ends, booked))

    def load(self, moment: int) -> int:
        """How many minutes are booked on the wall's day of a moment."""
        day = day_of(moment, self.zone)
        found = self._loads.get(day)
        if found is None:
            start, end = midnight_of(day, self.zone) // MINUTE_MS, midnight_of(day + DAY, self.zone) // MINUTE_MS
            begins, ends = self._work
            self._loads[day] = found = _sum_within(ends, start, end) - _sum_within(begins, start, end)
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


def sweep(worked: Worked, busy: Busy, times: Times) -> Spans:
    """The moments at which something may begin: worked throughout, and with its buffers free."""
    return [(low * MINUTE_MS, high * MINUTE_MS) for low, high in _gaps(worked, busy, times)]


def _sum_within(times: list[int], low: int, high: int) -> int:
    """The sum of times in order, those before and after the bounds counted as these."""
    first, last = bisect_left(times, low), bisect_right(times, high)
    return low * first + sum(times[first:last]) + high * (len(times) - last)


class Starts:
    """Moments of a grid at which something may begin, in order. ``gaps``: from the first to the last of each stretch,
    in minutes since 1970, since small numbers are quick; ``step`` in milliseconds."""

    def __init__(self, gaps: Spans, step: int) -> None:
        self._gaps = gaps
        self._step = step

    def since(self, earliest: int) -> Iterator[int]:
        """From a moment on."""
        gaps, step = self._gaps, self._step
        at = bisect_left(gaps, earliest, key=_last_ms) if gaps and gaps[0][0] * MINUTE_MS < earliest else 0
        for low, high in islice(gaps, at, None):
            first = low * MINUTE_MS
            if first < earliest:
                first += (earliest - first + step - 1) // step * step
            yield from range(first, high * MINUTE_MS + 1, step)


def starts_in(
    worked: Worked, busy: Busy, times: Times, low: int, high: int, grid: Sequence[Stretch], step: int
) -> Starts:
    """``sweep``, ``within`` and ``on_grid`` in one go: fifty providers' month has thousands of gaps."""
    phase = _phase_of(tuple(grid), step)
    if phase is None or low < grid[0].start or high >= grid[-1].end:  # the clock is changed, which is rare
        return starts_of(within(sweep(worked, busy, times), low, high), grid, step)
    cut = _clipped(tuple(worked), times.length, low, high)
    return Starts(_gaps(cut, busy, times, phase // MINUTE_MS, step // MINUTE_MS), step)


def starts_of(spans: Spans, grid: Sequence[Stretch], step: int) -> Starts:
    """Those of the grid that are in spans."""
    return Starts([(low // MINUTE_MS, high // MINUTE_MS) for low, high in on_grid(spans, grid, step)], step)


def _gaps(worked: Sequence[tuple[int, int]], busy: Busy, times: Times, phase: int = 0, step: int = 1) -> Spans:
    """Where something may begin, in minutes, from a first moment that is ``phase`` beside the multiples of a step.

    What is not worked and what is busy keep it away alike. Of stretches that do so, overlapping or not, as many have
    ended as have begun where there is a gap: so the ends by themselves in order, and the beginnings, name all gaps.
    """
    length, before, after = (one // MINUTE_MS for one in times)
    opens, closes = _minutes(tuple(worked))
    if before or after:  # they reach into what is not worked
        opens, closes = [one - before for one in opens], [one + after for one in closes]
    ends, begins = busy.ends + opens, busy.starts + closes
    ends.sort()
    begins.sort()
    beyond, aside = length + after, phase - before
    return [
        (low, high)
        for end, begin in zip(ends, begins, strict=True)
        if (low := end + before + (aside - end) % step) <= (high := begin - beyond)
    ]


@lru_cache(maxsize=256)
def _minutes(worked: tuple[tuple[int, int], ...]) -> tuple[list[int], list[int]]:
    return [-(-opens // MINUTE_MS) for opens, _ in worked], [closes // MINUTE_MS for _, closes in worked]


@lru_cache(maxsize=256)
def _clipped(worked: tuple[tuple[int, int], ...], length: int, low: int, high: int) -> tuple[tuple[int, int], ...]:
    """What of it matters for starts between two moments."""
    cut = ((max(opens, low), min(closes, high + length)) for opens, closes in worked)
    return tuple(one for one in cut if one[0] < one[1])


@lru_cache(maxsize=256)
def _phase_of(grid: tuple[Stretch, ...], step: int) -> int | None:
    """By how much the moments of a whole grid are beside the multiples of its step; None: not all by as much."""
    even = all(one.end == other.start for one, other in pairwise(grid))
    phases = {one.anchor % step for one in grid}
    return phases.pop() if even and len(phases) == 1 else None


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


def on_grid(spans: Spans, grid: Sequence[Stretch], step: int) -> Spans:
    """The moments of spans that are on the grid: from the first to the last, by the step; in order."""
    found: Spans = []
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
                found.append((first, last - (last - first) % step))
            here += 1
    return found
