"""Hours as moments: zones, clocks put forward and back, shifts over midnight, whole days, exceptions, holidays."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from business.hours.holidays_of import holidays_of
from business.hours.schedule import Schedule, next_open
from business.hours.week import (
    ALWAYS,
    DAYS,
    OtherDay,
    Span,
    Weekly,
    moment_of,
    parse_exceptions,
    parse_weekly,
    show_exceptions,
    show_weekly,
)
from conversation.errors import Rejected
from conversation.messages import Json

YEREVAN, BERLIN, ALMATY = map(ZoneInfo, ("Asia/Yerevan", "Europe/Berlin", "Asia/Almaty"))
ZONES = ("Asia/Yerevan", "Asia/Tbilisi", "Asia/Almaty", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC")
OFFICE = parse_weekly({day: [["09:00", "18:00"]] for day in DAYS[:5]})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# --- examples
# -------------------------------------------------------------------------------------------------------------


def test_the_office_opens_in_the_morning_of_its_own_zone() -> None:
    office = Schedule(YEREVAN, OFFICE)
    friday = utc("2026-11-20T18:00+04:00")
    assert office.is_open(friday - timedelta(minutes=1))
    assert not office.is_open(friday)
    assert next_open([office], friday) == (utc("2026-11-23T09:00+04:00"), utc("2026-11-23T18:00+04:00"))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)]
)
def test_a_whole_day_in_berlin_is_as_long_as_the_clock_makes_it(day: str, hours: int) -> None:
    one = date.fromisoformat(day)
    duty = Schedule(BERLIN, ((),) * 7, {one: OtherDay((Span(0, 24 * 60),))})
    found = next_open([duty], utc(f"{day}T00:00+00:00") - timedelta(hours=12))
    assert found is not None
    assert found.end - found.start == timedelta(hours=hours)


def test_a_night_shift_over_the_change_of_clocks_is_an_hour_shorter_or_longer() -> None:
    night = Schedule(BERLIN, parse_weekly({"sat": [["22:00", "06:00"]]}))
    spring = next_open([night], utc("2026-03-28T12:00+01:00"))
    autumn = next_open([night], utc("2026-10-24T12:00+02:00"))
    assert spring == (utc("2026-03-28T22:00+01:00"), utc("2026-03-29T06:00+02:00"))
    assert autumn == (utc("2026-10-24T22:00+02:00"), utc("2026-10-25T06:00+01:00"))


def test_an_hour_that_the_clock_jumps_over_begins_and_ends_at_the_jump() -> None:
    jump = utc("2026-03-29T01:00+00:00")
    for minute in (120, 125, 150, 179, 180):
        assert moment_of(date(2026, 3, 29), minute, BERLIN) == jump
    early = Schedule(BERLIN, parse_weekly({"sun": [["02:15", "02:45"]]}))
    found = next_open([early], utc("2026-03-28T12:00+00:00"))
    assert found == (utc("2026-04-05T02:15+02:00"), utc("2026-04-05T02:45+02:00"))


def test_almaty_put_its_clock_back_for_good_at_midnight_of_1_march_2024() -> None:
    shop = Schedule(ALMATY, parse_weekly({day: [["09:00", "24:00"]] for day in DAYS}))
    last_old = next_open([shop], utc("2024-02-29T12:00+06:00"))
    assert last_old == (utc("2024-02-29T09:00+06:00"), utc("2024-03-01T00:00+05:00"))
    first_new = next_open([shop], utc("2024-03-01T00:00+05:00"))
    assert first_new == (utc("2024-03-01T09:00+05:00"), utc("2024-03-02T00:00+05:00"))


def test_a_shift_belongs_to_the_day_it_begins_on() -> None:
    nights = parse_weekly({"wed": [["22:00", "06:00"]], "thu": [["22:00", "06:00"]]})
    bar = Schedule(YEREVAN, nights, {date(2026, 11, 19): OtherDay((), "Closed")})  # a Thursday
    assert bar.is_open(utc("2026-11-19T05:59+04:00"))
    assert not bar.is_open(utc("2026-11-19T06:00+04:00"))
    assert not bar.is_open(utc("2026-11-19T23:00+04:00"))
    assert not bar.is_open(utc("2026-11-20T01:00+04:00"))


def test_days_that_touch_are_one_stretch_and_a_week_without_a_gap_never_ends() -> None:
    weekend = Schedule(YEREVAN, parse_weekly({"sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}))
    found = next_open([weekend], utc("2026-11-20T12:00+04:00"))
    assert found == (utc("2026-11-21T00:00+04:00"), utc("2026-11-23T00:00+04:00"))
    assert Schedule(YEREVAN).always
    assert not Schedule(YEREVAN, ALWAYS, {date(2026, 12, 31): OtherDay(())}).always


def test_nobody_ever_works_and_nothing_is_in_sight() -> None:
    assert next_open([Schedule(YEREVAN, ((),) * 7)], utc("2026-11-20T12:00+04:00")) is None
    assert next_open([], utc("2026-11-20T12:00+04:00")) is None


def test_a_public_holiday_is_a_day_off_unless_the_firm_says_otherwise() -> None:
    working = OtherDay((Span(600, 720),), "Duty")
    office = Schedule(YEREVAN, OFFICE, {date(2026, 1, 2): working}, partial(holidays_of, "AM"))
    assert not office.is_open(utc("2026-01-01T11:00+04:00"))
    assert office.is_open(utc("2026-01-02T11:00+04:00"))
    assert not office.is_open(utc("2026-01-02T12:00+04:00"))
    assert office.why_differs(date(2026, 1, 2)) == "Duty"
    assert office.why_differs(date(2026, 5, 28)) is not None
    assert office.why_differs(date(2026, 5, 27)) is None


def test_holidays_are_named_in_the_language_asked_or_in_english() -> None:
    day = date(2026, 1, 1)
    assert holidays_of("GE", 2026, "ka")[day] == "ახალი წელი"
    assert holidays_of("KZ", 2026, "kk")[day] == "Жаңа жыл"
    assert holidays_of("AM", 2026, "ka")[day] == "New Year's Day"
    assert holidays_of("XX", 2026, "ru") == {}


@pytest.mark.parametrize(
    ("weekly", "key"),
    [
        ({"funday": []}, "error.field_wrong"),
        ({"mon": "9-18"}, "error.field_wrong"),
        ({"mon": [["09:00"]]}, "error.field_wrong"),
        ({"mon": [["9:00", "18:00"]]}, "hours.time_wrong"),
        ({"mon": [["09:00", "24:01"]]}, "hours.time_wrong"),
        ({"mon": [["09:00", "09:00"]]}, "hours.empty_span"),
        ({"mon": [["24:00", "06:00"]]}, "hours.empty_span"),
        ({"mon": [["09:00", "13:00"], ["12:00", "18:00"]]}, "hours.overlap"),
        ({"mon": [["22:00", "06:00"], ["23:00", "23:30"]]}, "hours.overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused(weekly: dict[str, object], key: str) -> None:
    with pytest.raises(Rejected) as refusal:
        parse_weekly(weekly)  # type: ignore[arg-type]  # what comes over a wire
    assert refusal.value.text_key == key


def test_a_day_that_differs_is_named_once_and_is_a_date() -> None:
    cases: list[list[Json]] = [
        [{"date": "2026-13-01"}],
        [{"date": "2026-12-31"}, {"date": "2026-12-31"}],
        ["2026-12-31"],
    ]
    for wrong in cases:
        with pytest.raises(Rejected):
            parse_exceptions(wrong)


# --- properties
# -------------------------------------------------------------------------------------------------------------


@st.composite
def hours(draw: st.DrawFn) -> tuple[Span, ...]:
    """Some spans of a day that do not overlap; the last may go over midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 24 * 4), max_size=6)))
    spans = [Span(15 * a, 15 * b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if draw(st.booleans()) and (not spans or spans[-1].end_min < 1320):
        spans.append(Span(1320, 1320 + draw(st.integers(1, 23)) * 60))
    return tuple(spans)


weeks: st.SearchStrategy[Weekly] = st.tuples(*[hours()] * 7)
days = st.dates(date(2023, 12, 1), date(2026, 12, 31))
zones = st.sampled_from(ZONES).map(ZoneInfo)


@st.composite
def schedules(draw: st.DrawFn, near: date) -> Schedule:
    others = draw(st.dictionaries(st.integers(-3, 20), hours(), max_size=4))
    exceptions = {near + timedelta(days=ahead): OtherDay(one) for ahead, one in others.items()}
    off = draw(st.sampled_from(("AM", "DE", None)))
    return Schedule(draw(zones), draw(weeks), exceptions, None if off is None else partial(holidays_of, off))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    day = draw(days)
    minute = draw(st.integers(0, 24 * 60 - 1))
    return draw(schedules(day)), datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)


def by_the_wall(schedule: Schedule, moment: datetime) -> bool:
    """What somebody would say who reads the clock on the wall; wrong only within a day of its being changed."""
    wall = moment.astimezone(schedule.zone)
    minute = wall.hour * 60 + wall.minute
    today, yesterday = schedule.hours_of(wall.date()), schedule.hours_of(wall.date() - timedelta(days=1))
    return any(a <= minute < b for a, b in today) or any(a <= minute + 1440 < b for a, b in yesterday)


@settings(deadline=None)
@given(cases())
def test_open_is_what_the_clock_on_the_wall_says(case: tuple[Schedule, datetime]) -> None:
    schedule, moment = case
    offsets = {(moment + timedelta(hours=h)).astimezone(schedule.zone).utcoffset() for h in (-49, -25, 0, 25)}
    if len(offsets) == 1:
        assert schedule.is_open(moment) == by_the_wall(schedule, moment)


@settings(deadline=None)
@given(cases())
def test_the_next_stretch_begins_at_once_or_after_closed_hours_only(case: tuple[Schedule, datetime]) -> None:
    schedule, moment = case
    found = next_open([schedule], moment)
    if found is None:
        assert not any(schedule.weekly)
        assert not schedule.is_open(moment)
        return
    assert found.end > moment
    assert schedule.is_open(moment) == (found.start <= moment)
    assert schedule.is_open(found.start)
    assert schedule.is_open(found.end - timedelta(minutes=1))
    if found.start > moment:
        gap = found.start - moment
        assert not any(schedule.is_open(moment + gap * part / 17) for part in range(17))
    if found.end < moment + timedelta(days=380):
        assert not schedule.is_open(found.end)


@settings(deadline=None)
@given(cases(), cases())
def test_two_together_are_open_where_one_of_them_is(
    one: tuple[Schedule, datetime], two: tuple[Schedule, datetime]
) -> None:
    both, moment = [one[0], two[0]], one[1]
    found = next_open(both, moment)
    alone = [next_open([schedule], moment) for schedule in both]
    starts = [max(each.start, moment) for each in alone if each is not None]
    assert (None if found is None else max(found.start, moment)) == min(starts, default=None)
    if found is not None:
        assert all(each is None or each.start > found.end or each.end <= found.end for each in alone)


@settings(deadline=None)
@given(weeks, st.dictionaries(days, hours(), max_size=5))
def test_hours_come_back_as_they_were_written(weekly: Weekly, others: dict[date, tuple[Span, ...]]) -> None:
    exceptions = {day: OtherDay(one, "Inventory") for day, one in others.items()}
    assert parse_weekly(show_weekly(weekly)) == weekly
    assert parse_exceptions(list(show_exceptions(exceptions))) == exceptions


@settings(deadline=None)
@given(days, st.integers(0, 2880), zones)
def test_the_wall_shows_what_was_asked_for_or_just_jumped_over_it(day: date, minute: int, zone: ZoneInfo) -> None:
    moment = moment_of(day, minute, zone)
    wall = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None) + timedelta(minutes=minute)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    before = (moment - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
    assert shown == wall or before < wall < shown
