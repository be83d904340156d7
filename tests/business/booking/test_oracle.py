"""Free time against brute force: random schedules, busy time, buffers, rooms, groups, visits, zones and dates."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.booking.free import Bookable, Times
from business.booking.seeking import Bounds, Choice, Option, Plan, Search
from business.booking.slots import to_slot
from business.booking.takes import takes_of
from business.booking.working import Rule, Workdays
from business.hours.week import Span
from conversation import clock
from crm_store.booking_calendar import LETTERS, Busy, SessionFacts
from tests.business.booking import oracle
from tests.business.booking.oracle import Ask, Thing

MINUTE = 60_000
DAYS = {
    "Asia/Yerevan": [date(2026, 11, 23), date(2028, 2, 29)],
    "Asia/Almaty": [date(2024, 2, 29), date(2024, 3, 1)],
    "Europe/Berlin": [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)],
    "America/St_Johns": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 24)],  # at midnight
}
HOURS = st.lists(
    st.tuples(st.integers(0, 47), st.integers(1, 40)), min_size=0, max_size=2, unique_by=lambda one: one[0]
)
LENGTHS = st.sampled_from([15, 30, 45, 60, 100, 150])
BUFFERS = st.sampled_from([0, 0, 5, 10, 30])


@dataclass
class Question:
    """The same question twice: as the product is asked and as the oracle is."""

    search: Search = field(repr=False)
    asks: list[Ask]
    things: dict[int, Thing] = field(repr=False)
    day: date
    zone: ZoneInfo
    earliest: int
    at_once: bool


@st.composite
def questions(draw: st.DrawFn, parts: int, at_once: bool = False) -> Question:
    """One day, two or three providers, up to three rooms."""
    zone = ZoneInfo(draw(st.sampled_from(sorted(DAYS))))
    day = draw(st.sampled_from(DAYS[zone.key]))
    ids = range(1, draw(st.integers(2, 3)) + 1)
    rooms = range(10, 10 + draw(st.integers(1, 3)))
    sessions: dict[int, list[tuple[int, int, int]]] = {}
    bookables: dict[int, Bookable] = {}
    things: dict[int, Thing] = {}
    first = min(oracle.about(day)) + 24 * 60
    for one in (*ids, *rooms):
        workdays = draw(schedules(zone, day)) if one in ids else Workdays(zone)
        spans = draw(st.lists(st.tuples(st.integers(0, 60 * 40), st.integers(5, 200)), max_size=5))
        busy = [(first + at, first + at + length, LETTERS["visit"]) for at, length in spans]
        if one in ids and draw(st.booleans()):
            at, length, left = first + draw(st.integers(0, 60 * 40)), draw(LENGTHS), draw(st.integers(0, 3))
            sessions[one] = [(at, at + length, left)]
            busy.append((at, at + length, LETTERS["session"]))
        worked = workdays.worked(day, day + timedelta(days=1))
        bookables[one] = Bookable(one, zone, worked, Busy.of(busy), (0, one))
        things[one] = Thing(one, _worked_minutes(workdays, day), _minutes(busy))
    plans, asks = zip(*(draw(asked(ids, rooms, bookables, sessions, number)) for number in range(parts)), strict=True)
    earliest = first + draw(st.integers(0, 60 * 30))
    bounds = Bounds(earliest * MINUTE, (day, day))
    search = Search(plans, "parallel" if at_once else "sequence", bounds)
    return Question(search, list(asks), things, day, zone, earliest, at_once)


@st.composite
def schedules(draw: st.DrawFn, zone: ZoneInfo, day: date) -> Workdays:
    """A rule of two on and one off, or the same each day; and perhaps the day itself by hand."""
    hours = tuple(_spans(draw(HOURS)) for _ in range(7)) if draw(st.booleans()) else (_spans([(18, 20)]),) * 7
    on = draw(st.sampled_from([0, 1, 2]))
    rule = Rule(day - timedelta(days=draw(st.integers(2, 9))), None, hours, on, on and 1)
    by_hand = {day: _spans(draw(HOURS))} if draw(st.booleans()) else {}
    return Workdays(zone, (), (rule,), by_hand)


def _spans(given: list[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(start * 30, min(start * 30 + length * 30, start * 30 + 24 * 60)) for start, length in given)


@st.composite
def asked(
    draw: st.DrawFn,
    ids: range,
    rooms: range,
    bookables: dict[int, Bookable],
    sessions: dict[int, list[tuple[int, int, int]]],
    number: int,
) -> tuple[Plan, Ask]:
    """One part."""
    before, after, step = draw(BUFFERS), draw(BUFFERS), draw(st.sampled_from([15, 20, 50, 60]))
    doers = {one: draw(LENGTHS) for one in draw(st.lists(st.sampled_from(list(ids)), unique=True, min_size=1))}
    some = st.lists(st.sampled_from(list(rooms)), unique=True, min_size=1)
    needs = draw(st.lists(some, max_size=2))
    group, seats = draw(st.booleans()), draw(st.integers(1, 3))
    standing = {
        (one, start): (end, left)
        for one in doers
        for start, end, left in sessions.get(one, ())
        if group and left >= seats
    }
    plan = Plan(
        number,
        step * MINUTE,
        tuple(
            Option(bookables[one], Times(length * MINUTE, before * MINUTE, after * MINUTE), None, 40 * MINUTE)
            for one, length in doers.items()
        ),
        tuple(tuple(bookables[room] for room in need) for need in needs),
        seats,
        2 if group else 1,
        {
            (one, start * MINUTE): SessionFacts(1, number, one, start * MINUTE, end * MINUTE, left)
            for (one, start), (end, left) in standing.items()
        },
        not group or seats <= 2,
    )
    return plan, Ask(
        doers, before, after, step, needs, {key: end for key, (end, _) in standing.items()}, not group or seats <= 2
    )


def _worked_minutes(workdays: Workdays, day: date) -> set[int]:
    if not workdays.rules:
        return set(range(min(oracle.about(day)) - 300, max(oracle.about(day)) + 600))
    found: set[int] = set()
    for number in (-1, 0, 1):
        one = day + timedelta(days=number)
        rule = workdays.rules[0]
        off = rule.on_days and (one - rule.starts_on).days % (rule.on_days + rule.off_days) >= rule.on_days
        hours = () if off else rule.hours[one.weekday()]
        for span in workdays.days.get(one, hours):
            found.update(range(*oracle.shift(one, span.start_min, span.end_min, workdays.zone)))
    return found


def _minutes(busy: list[tuple[int, int, str]]) -> set[int]:
    return {one for start, end, _ in busy for one in range(start, end)}


def expected(question: Question) -> dict[int, set[int]]:
    """Who of the first part can begin, by the minute."""
    ask = question.asks[0]
    found: dict[int, set[int]] = {}
    grid = oracle.grid(question.day, ask.step, question.zone)
    for start in sorted(grid | {start for _, start in ask.sessions}):
        if start < question.earliest or oracle.wall(start, question.zone).date() != question.day:
            continue
        who = oracle.who_can(question.asks, question.things, start, question.at_once)
        if start not in grid:
            who = {one for one in who if (one, start) in ask.sessions}
        if who:
            found[start] = who
    return found


def check(question: Question) -> None:
    """The same starts and the same people; what is told to be done can be done."""
    right = expected(question)
    each: dict[int, set[int]] = {}
    for choice in question.search.choices(0, each=True):
        each.setdefault(choice[0].start // MINUTE, set()).add(choice[0].option.who.id)
        check_choice(question, choice)
    assert each == right
    assert list(each) == sorted(each)
    fairest = list(question.search.choices(0, each=False))
    assert [choice[0].start // MINUTE for choice in fairest] == sorted(right)
    for choice in fairest:
        check_choice(question, choice)


def check_choice(question: Question, choice: Choice) -> None:
    """Its parts follow each other or are at once, apart from each other, and each is one of the oracle's ways."""
    at = choice[0].start
    used: list[int] = []
    for ask, done in zip(question.asks, choice, strict=True):
        assert done.start == at
        way = (done.option.who.id, done.end // MINUTE, tuple(one.id for one in done.resources))
        assert way in set(oracle.ways(ask, question.things, done.start // MINUTE))
        used += [way[0], *way[2]]
        at = at if question.at_once else done.end
    if question.at_once:
        assert len(used) == len(set(used))
    takes = sorted(takes_of(to_slot(choice)), key=lambda one: (one.resource_id, one.starts_at))
    for one, other in pairwise(takes):
        assert one.starts_at < one.ends_at
        assert one.resource_id != other.resource_id or one.ends_at <= other.starts_at
    taken = {
        (take.resource_id, minute)
        for take in takes
        for minute in range(clock.to_ms(take.starts_at) // MINUTE, clock.to_ms(take.ends_at) // MINUTE)
    }
    assert taken == {
        (resource, minute)
        for ask, done in zip(question.asks, choice, strict=True)
        if done.session is None
        for resource in (done.option.who.id, *(one.id for one in done.resources))
        for minute in range(done.start // MINUTE - ask.before, done.end // MINUTE + ask.after)
    }


@pytest.mark.parametrize("step", [15, 20, 50, 60])
def test_an_hour_that_comes_twice_before_midnight_is_offered_once(step: int) -> None:
    """A clock that is put back at midnight shows the day's last hour again, after the grid has ended."""
    zone, day = ZoneInfo("Asia/Beirut"), date(2026, 10, 24)
    rule = Rule(day, None, (_spans([(36, 12)]),) * 7, 0, 0)
    worked = Workdays(zone, (), (rule,), {}).worked(day, day)
    who = Bookable(1, zone, worked, Busy.of([]), (0, 1))
    low, high = Bounds(0, (day, day)).whole(zone)
    found = {one // MINUTE for one in who.starts(Times(5 * MINUTE, 0, 0), low, high, step * MINUTE).since(low)}
    shown = {one for one in oracle.grid(day, step, zone) if oracle.wall(one, zone).hour >= 18}
    assert found == shown


@given(question=questions(1))
def test_one_service(question: Question) -> None:
    check(question)


@given(question=questions(2))
def test_two_services_one_after_another(question: Question) -> None:
    check(question)


@given(question=questions(3))
def test_three_services_one_after_another(question: Question) -> None:
    check(question)


@given(question=questions(2, at_once=True))
def test_two_services_at_once(question: Question) -> None:
    check(question)


@given(question=questions(1))
def test_the_least_busy_of_the_day_is_taken_first(question: Question) -> None:
    day = [one for one in oracle.about(question.day) if oracle.wall(one, question.zone).date() == question.day]
    load = {one.id: len(one.busy.intersection(day)) for one in question.things.values()}
    everybody = expected(question)
    sessions = question.asks[0].sessions
    for choice in question.search.choices(0, each=False):
        start = choice[0].start // MINUTE
        ranks = {one: ((one, start) not in sessions, load[one], one) for one in everybody[start]}
        assert choice[0].option.who.id == min(ranks, key=lambda one: ranks[one])


@given(question=questions(1))
def test_only_the_least_wasteful_starts_of_a_stretch(question: Question) -> None:
    (ask,) = question.asks
    wasted: dict[tuple[int, int], dict[int, int]] = {}
    for start, who in expected(question).items():
        for one in who:
            if (one, start) in ask.sessions:
                wasted.setdefault((one, -start), {})[start] = 0
                continue
            begin, waste = oracle.waste(question.things[one], start, ask.doers[one], ask.before, ask.after, 40)
            wasted.setdefault((one, begin), {})[start] = waste
    right = {
        (start, one)
        for (one, _), starts in wasted.items()
        for start, waste in starts.items()
        if waste == min(starts.values())
    }
    found = {
        (choice[0].start // MINUTE, choice[0].option.who.id)
        for choice in question.search.choices(0, each=True, useful=True)
    }
    assert found == right
