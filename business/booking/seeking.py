"""The search for starts, pure: who of those who can do a part is free, with what it takes, part after part or at once.

Times are milliseconds since 1970 UTC. Parts in a sequence begin where the one before ends; those at once take different
providers and resources. Buffers between the parts of one visit that take the same resource are the visit's own and no
hindrance. A group session that stands and has seats left is joined; a new one begins where provider and resources are
free.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import merge
from itertools import groupby, repeat
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from business.booking.free import Bookable, Spans, Starts, Times, both, either, starts_of, within
from business.booking.model import Order
from business.booking.wall import DAY, day_of, grid_of, midnight_of
from crm_store.booking_calendar import SessionFacts


@dataclass(frozen=True, slots=True)
class Option:
    """One provider who can do a part, in his time and for his price. ``least``: a gap beside it that is shorter is of
    no use to him. ``promoted``: what it costs instead where it begins between two moments (the end not in it)."""

    who: Bookable
    times: Times
    price_minor: int | None = None
    least: int = 0
    promoted: tuple[int, int, int] | None = None

    def price_at(self, start: int) -> int | None:
        """What it costs where it begins then."""
        if self.promoted is None or not self.promoted[1] <= start < self.promoted[2]:
            return self.price_minor
        return self.promoted[0] if self.price_minor is None else min(self.promoted[0], self.price_minor)


@dataclass(frozen=True, slots=True)
class Plan:
    """A part as it is looked for; ``step`` of its grid. ``needs``: for each, those of which any one will do.
    ``sessions``: those that stand and have seats enough, by provider and start; ``fresh``: whether a new one, or a
    visit of its own, may begin."""

    service_id: int
    step: int
    options: tuple[Option, ...]
    needs: tuple[tuple[Bookable, ...], ...] = ()
    seats: int = 1
    capacity: int = 1
    sessions: Mapping[tuple[int, int], SessionFacts] = field(default_factory=dict)
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where starts are wanted: on days of the wall where it is done, or between moments (the end not in it); never
    before ``earliest``, nor on a day after ``furthest``."""

    earliest: int
    days: tuple[date, date] | None = None
    moments: tuple[int, int] = (0, 0)
    furthest_days: tuple[int, int] | None = None

    def of(self, zone: ZoneInfo) -> tuple[int, int]:
        """The first and the last moment, for a zone."""
        low, high = self.whole(zone)
        return max(low, self.earliest), high

    def whole(self, zone: ZoneInfo) -> tuple[int, int]:
        """The same, however early: as it stays all day."""
        low, high = self.moments
        if self.days is not None:
            low, high = midnight_of(self.days[0], zone), midnight_of(self.days[1] + DAY, zone)
        if self.furthest_days is not None:
            now, days = self.furthest_days
            high = min(high, midnight_of(day_of(now, zone) + (days + 1) * DAY, zone))
        return low, high - 1


class Done(NamedTuple):
    """One part as it was found: who, when, with what; ``session``: the one it joins."""

    plan: Plan
    option: Option
    start: int
    end: int
    resources: tuple[Bookable, ...]
    session: SessionFacts | None


Choice = tuple[Done, ...]


class Search:
    """All starts of what is wanted; nothing is made up that nobody reads."""

    def __init__(self, plans: Sequence[Plan], order: Order, bounds: Bounds) -> None:
        self.plans = plans
        self.bounds = bounds
        self._at_once = order == "parallel"
        self._found: dict[int, Starts] = {}
        self._resting: dict[tuple[int, Times], Spans] = {}
        self._hopeless: set[tuple[int, int]] = set()

    def starts(self, option: Option) -> Starts:
        """Where a provider of the first part and one of all that it needs are free, on the grid of the days or moments
        that are asked for, however early; without the sessions that stand."""
        found = self._found.get(option.who.id)
        if found is None:
            self._found[option.who.id] = found = self._find_starts(option)
        return found

    def choices(self, earliest: int, *, each: bool, useful: bool = False) -> Iterator[Choice]:
        """From a moment on, by their start: with ``each`` one for every provider of the first part who can, the fairest
        first, else one for each start with the fairest. ``useful``: only those that waste the least of their stretch of
        free time."""
        if not useful:
            return self._choices(earliest, each=each)
        found = _least_wasteful(list(self._choices(earliest, each=True)))
        return iter(found) if each else (next(some) for _start, some in groupby(found, key=_start_of))

    def choice(self, start: int, option: Option | None = None) -> Choice | None:
        """What is done by whom at a start (which is not looked at for bounds and grid); the fairest, or with a provider
        of the first part. None: it cannot be."""
        if self._at_once:
            return self._choose_at_once(start, option)
        found = self._choose_from(0, start, option)
        return None if found is None else tuple(found)

    # --- starts

    def _find_starts(self, option: Option) -> Starts:
        plan, who = self.plans[0], option.who
        low, high = self.bounds.whole(who.zone)
        if low > high or not plan.fresh:
            return Starts([], plan.step)
        if not plan.needs:
            return who.starts(option.times, low, high, plan.step)
        spans = within(who.allowed(option.times), low, high)
        for number in range(len(plan.needs)):
            spans = both(spans, self._rest(number, option.times))
        return starts_of(spans, grid_of(day_of(low, who.zone), day_of(high, who.zone), who.zone), plan.step)

    def _rest(self, number: int, times: Times) -> Spans:
        """Where one of those that would do for a need is free."""
        found = self._resting.get((number, times))
        if found is None:
            found = either([one.allowed(times) for one in self.plans[0].needs[number]])
            self._resting[number, times] = found
        return found

    def _starts(self, option: Option, earliest: int) -> Iterable[int]:
        earliest = max(earliest, self.bounds.earliest)
        fresh = self.starts(option).since(earliest)
        if not self.plans[0].sessions:
            return fresh
        low, high = self.bounds.of(option.who.zone)
        low = max(low, earliest)
        joined = sorted(start for who, start in self.plans[0].sessions if who == option.who.id and low <= start <= high)
        return merge(fresh, joined) if joined else fresh

    def _choices(self, earliest: int, *, each: bool) -> Iterator[Choice]:
        options = self.plans[0].options
        looked = len(self.plans) > 1 or self.plans[0].needs or self.plans[0].sessions
        lines = [zip(self._starts(option, earliest), repeat(number)) for number, option in enumerate(options)]
        for start, some in groupby(merge(*lines), key=itemgetter(0)):
            here = sorted({number for _, number in some}, key=lambda number: self._rank(options[number], start))
            for number in here:
                choice = (
                    self.choice(start, options[number]) if looked else _alone(self.plans[0], options[number], start)
                )
                if choice is not None:
                    yield choice
                    if not each:
                        break

    def _rank(self, option: Option, start: int) -> tuple[bool, tuple[int, int, int]]:
        """A session that stands is filled before another begins."""
        return (option.who.id, start) not in self.plans[0].sessions, option.who.rank(start)

    # --- one start

    def _choose_from(self, index: int, start: int, first: Option | None = None) -> list[Done] | None:
        """Part after part; what cannot follow at a moment is not tried twice."""
        if index == len(self.plans):
            return []
        if first is None and (index, start) in self._hopeless:
            return None
        plan = self.plans[index]
        for option in [first] if first is not None else _by_rank(plan, start):
            done = next(_ways(plan, option, start, frozenset()), None)
            if done is None:
                continue
            rest = self._choose_from(index + 1, done.end)
            if rest is not None:
                return [done, *rest]
        if first is None:
            self._hopeless.add((index, start))
        return None

    def _choose_at_once(self, start: int, first: Option | None) -> Choice | None:
        if not _enough(self.plans, start):
            return None
        return _all_at_once(self.plans, start, first, frozenset())


def _alone(plan: Plan, option: Option, start: int) -> Choice:
    """What needs nobody else: where it may start, it can be."""
    return (Done(plan, option, start, start + option.times.length, (), None),)


def _start_of(choice: Choice) -> int:
    return choice[0].start


def _by_rank(plan: Plan, start: int) -> list[Option]:
    able = [one for one in plan.options if _able(plan, one, start)]
    return sorted(able, key=lambda one: ((one.who.id, start) not in plan.sessions, one.who.rank(start)))


def _able(plan: Plan, option: Option, start: int) -> bool:
    return (option.who.id, start) in plan.sessions or (plan.fresh and option.who.can(start, option.times))


def _ways(plan: Plan, option: Option, start: int, taken: frozenset[int]) -> Iterator[Done]:
    """Every way to do a part with a provider at a moment, without those that are taken."""
    session = plan.sessions.get((option.who.id, start))
    if session is not None:
        yield Done(plan, option, start, session.end, (), session)
    elif plan.fresh and option.who.can(start, option.times):
        for resources in _fill(plan.needs, start, option.times, taken | {option.who.id}):
            yield Done(plan, option, start, start + option.times.length, resources, None)


def _fill(
    needs: Sequence[Sequence[Bookable]], start: int, times: Times, taken: frozenset[int]
) -> Iterator[tuple[Bookable, ...]]:
    """One for each need, none twice; the least used that day first."""
    if not needs:
        yield ()
        return
    able = [one for one in needs[0] if one.id not in taken and one.can(start, times)]
    for one in sorted(able, key=lambda able_one: able_one.rank(start)):
        for rest in _fill(needs[1:], start, times, taken | {one.id}):
            yield (one, *rest)


def _all_at_once(plans: Sequence[Plan], start: int, first: Option | None, taken: frozenset[int]) -> Choice | None:
    if not plans:
        return ()
    plan = plans[0]
    for option in [first] if first is not None else _by_rank(plan, start):
        if option.who.id in taken:
            continue
        for done in _ways(plan, option, start, taken):
            now_taken = taken | {option.who.id, *(one.id for one in done.resources)}
            rest = _all_at_once(plans[1:], start, None, now_taken)
            if rest is not None:
                return (done, *rest)
    return None


def _enough(plans: Sequence[Plan], start: int) -> bool:
    """Whether there are as many who are free as are needed at once: what can be told before everything is tried."""
    wishes: list[set[int]] = []
    for plan in plans:
        able = [one for one in plan.options if _able(plan, one, start)]
        wishes.append({one.who.id for one in able})
        if not any((one.who.id, start) in plan.sessions for one in able):
            times = {one.times for one in able}
            wishes += [{one.id for one in need if any(one.can(start, t) for t in times)} for need in plan.needs]
    given: dict[int, int] = {}
    return all(_give(wishes, number, given, set()) for number in range(len(wishes)))


def _give(wishes: Sequence[set[int]], number: int, given: dict[int, int], seen: set[int]) -> bool:
    """Gives one of those wished for, moving others where need be (a maximal matching by augmenting paths)."""
    for one in wishes[number] - seen:
        seen.add(one)
        if one not in given or _give(wishes, given[one], given, seen):
            given[one] = number
            return True
    return False


# --- useless gaps
# -------------------------------------------------------------------------------------------------------------


def _least_wasteful(choices: list[Choice]) -> list[Choice]:
    measured = [(_stretches(choice), waste_of(choice), choice) for choice in choices]
    least: dict[tuple[object, ...], int] = {}
    for stretches, waste, _ in measured:
        least[stretches] = min(waste, least.get(stretches, waste))
    return [choice for stretches, waste, choice in measured if waste == least[stretches]]


def _stretches(choice: Choice) -> tuple[object, ...]:
    return tuple((one.option.who.id, one.start if one.session else one.option.who.stretch(one.start)) for one in choice)


def waste_of(choice: Choice) -> int:
    """How much of the providers' time it leaves in gaps too short for anything."""
    waste = 0
    for number, one in enumerate(choice):
        stretch = None if one.session is not None else one.option.who.stretch(one.start)
        if stretch is None:
            continue
        followed = number + 1 < len(choice) and _follows(one, choice[number + 1])
        follows = number > 0 and _follows(choice[number - 1], one)
        gaps = (
            0 if follows else one.start - one.option.times.before - stretch[0],
            0 if followed else stretch[1] - one.end - one.option.times.after,
        )
        waste += sum(gap for gap in gaps if 0 < gap < one.option.least)
    return waste


def _follows(one: Done, other: Done) -> bool:
    return one.option.who.id == other.option.who.id and one.end == other.start
