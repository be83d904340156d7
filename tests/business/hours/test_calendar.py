"""Whose hours hold: an agent's before his team's, his team's before its branch's, the branch's before the firm's."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from business.hours.calendar import Calendar, Layer
from business.hours.schedule import closed_since
from business.hours.week import DAYS, OtherDay, Span, Weekly, parse_weekly
from business.hours.working import Working
from crm_store.working_hours import FIRM, Owner, Place

EREVAN, TBILISI, CENTRE = 1, 2, 3
PLACES = {1: Place("Asia/Yerevan", "AM"), 2: Place("Asia/Tbilisi", "GE"), 3: Place("Europe/Berlin", "DE")}
TEAM_OF_BERLIN, CONTACT_CENTRE = 30, 40
BRANCHES = {10: 1, 20: 2, TEAM_OF_BERLIN: 3, CONTACT_CENTRE: None}
NIGHT = Layer(parse_weekly({day: [["22:00", "06:00"]] for day in DAYS}))
OFFICE = Layer(parse_weekly({day: [["09:00", "18:00"]] for day in DAYS[:5]}), holidays=True)
WEDNESDAY = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)  # 12:30 in Yerevan, 09:30 in Berlin


def working(layers: dict[Owner, Layer], at: datetime = WEDNESDAY, teams: dict[int, list[int]] | None = None) -> Working:
    return Working(Calendar(layers, PLACES, BRANCHES, teams or {}), at)


def test_nothing_set_is_always_open() -> None:
    now = working({})
    assert now.team_open(10)
    assert now.agent_on_shift(7)
    assert (now.opens_at(10), now.closes_at(10), now.shift_ends_at(7)) == (WEDNESDAY, None, None)


def test_a_branch_keeps_the_firms_hours_by_its_own_clock() -> None:
    early = datetime(2026, 11, 18, 5, 30, tzinfo=UTC)  # 09:30 in Yerevan, 06:30 in Berlin
    now = working({FIRM: OFFICE}, early)
    assert now.team_open(10)
    assert not now.team_open(TEAM_OF_BERLIN)
    assert now.opens_at(TEAM_OF_BERLIN) == datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
    assert now.closes_at(10) == datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
    assert now.closes_at(TEAM_OF_BERLIN) is None


def test_the_most_particular_week_wins() -> None:
    layers = {FIRM: OFFICE, Owner("branch", 1): NIGHT, Owner("team", 10): Layer(((),) * 7), Owner("agent", 7): OFFICE}
    now = working(layers, teams={7: [10], 8: [10], 9: [20]})
    assert not now.team_open(10)
    assert now.opens_at(10) is None
    assert now.team_open(20)
    assert (now.agent_on_shift(7), now.agent_on_shift(8), now.agent_on_shift(9)) == (True, False, True)
    assert not working({**layers, Owner("team", 10): Layer()}).team_open(10)  # the branch's nights


def test_a_contact_centre_serves_all_by_the_firms_clock() -> None:
    now = working({FIRM: OFFICE, Owner("branch", 2): NIGHT}, teams={7: [CONTACT_CENTRE, 20]})
    assert now.team_open(CONTACT_CENTRE)
    assert not now.team_open(20)
    assert now.shift_ends_at(7) == datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
    evening = working(
        {FIRM: OFFICE, Owner("branch", 2): NIGHT}, datetime(2026, 11, 18, 14, 0, tzinfo=UTC), {7: [40, 20]}
    )
    assert not evening.agent_on_shift(7)
    assert evening.shift_begins_at(7) == datetime(2026, 11, 18, 18, 0, tzinfo=UTC)


def test_days_that_differ_are_inherited_one_by_one() -> None:
    eve, other = date(2026, 11, 18), date(2026, 11, 19)
    firm = Layer(OFFICE.weekly, {eve: OtherDay((), "Party"), other: OtherDay((), "Inventory")})
    team = Layer(None, {eve: OtherDay((Span(600, 900),), "Duty")})
    now = working({FIRM: firm, Owner("team", 10): team})
    assert now.team_open(10)
    assert not now.team_open(20)
    assert now.opens_at(20) == datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    assert now.closes_at(10) == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def test_holidays_are_those_of_the_branchs_country_and_can_be_worked_through() -> None:
    feast = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # Saint George's Day in Georgia
    layers = {FIRM: OFFICE}
    assert not working(layers, feast).team_open(20)
    assert working(layers, feast).team_open(10)
    assert working({**layers, Owner("team", 20): Layer(holidays=False)}, feast).team_open(20)


weeks: st.SearchStrategy[Weekly] = st.tuples(
    *[st.sampled_from(((), (Span(540, 1080),), (Span(1320, 1800),), (Span(0, 1440),), (Span(0, 600), Span(660, 1440))))]
    * 7
)


@settings(deadline=None)
@given(weeks, st.integers(0, 14 * 24 * 60))
def test_since_when_it_is_closed_is_the_end_of_the_last_work(weekly: Weekly, minute: int) -> None:
    at = WEDNESDAY + timedelta(minutes=minute)
    now = working({FIRM: Layer(weekly)}, at)
    since = closed_since(now.calendar.asked(None, None), at)
    if now.team_open(None) or not any(weekly):
        assert since is None
        return
    assert since is not None
    assert since <= at
    schedule = now.calendar.asked(None, None)
    assert schedule.is_open(since - timedelta(minutes=1))
    assert not any(schedule.is_open(since + (at - since) * part / 13) for part in range(14))


@settings(deadline=None)
@given(weeks, weeks, st.integers(0, 14 * 24 * 60))
def test_who_is_of_two_teams_works_when_one_of_them_does(one: Weekly, two: Weekly, minute: int) -> None:
    at = WEDNESDAY + timedelta(minutes=minute)
    layers = {Owner("team", 10): Layer(one), Owner("team", TEAM_OF_BERLIN): Layer(two)}
    now = working(layers, at, {7: [10, TEAM_OF_BERLIN], 8: [10]})
    assert now.agent_on_shift(7) == (now.team_open(10) or now.team_open(TEAM_OF_BERLIN))
    assert now.agent_on_shift(8) == now.team_open(10)
    assert (now.shift_ends_at(8), now.shift_begins_at(8)) == (now.closes_at(10), now.opens_at(10))
