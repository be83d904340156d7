"""The plan: its rules one by one, and what holds of every plan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assignment.board import MANUAL, NO_TEAM, Answerer, Board, Decision, Team, Waiting
from routing.assignment.planner import BACKLOG_S, Planner
from routing.assignment.policies import BUILT_IN, Candidate, Rank

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SALES = 1


def ago(seconds: float) -> datetime:
    """A moment before noon."""
    return NOON - timedelta(seconds=seconds)


def agent(number: int, **more: Any) -> Answerer:
    """Somebody of the sales team, present."""
    return Answerer(number, f"agent {number}", frozenset({SALES}), **more)


def waits(number: int = 1, **more: Any) -> Waiting:
    """A customer of the sales team who wrote a second ago."""
    return Waiting(number, more.pop("team_id", SALES), more.pop("since", ago(1)), **more)


def planner(
    *people: Answerer, team: Team | None = None, others: tuple[Team, ...] = (), policies: Any = None
) -> Planner:
    """On a board with these."""
    teams = {one.id: one for one in (Team(NO_TEAM), team or Team(SALES), *others)}
    return Planner(Board(NOON, teams, people), policies or BUILT_IN)


def decided(plan: Planner, waiting: Waiting) -> Decision:
    """The decision, which there must be."""
    decision = plan.decide(waiting)
    assert decision is not None
    return decision


# --- the rules one by one ---------------------------------------------------------------------------------------------


def test_the_reason_names_what_played_a_part_and_who_came_next() -> None:
    ani = agent(1, capacity=5, languages=frozenset({"hy", "ru"}), loads={SALES: 2}, last_assigned_at=ago(240))
    boris = agent(2, capacity=5, languages=frozenset({"hy"}), loads={SALES: 3})
    reason = decided(planner(ani, boris), waits(language="hy")).reason
    assert reason == {
        "to": "agent 1",
        "load": 2,
        "capacity": 5,
        "idle_s": 240,
        "language": "hy",
        "speaks": True,
        "waited_s": 1,
        "next": {"id": 2, "name": "agent 2", "behind": "load", "by": 1},
    }


@pytest.mark.parametrize(
    ("policy", "people", "wanted"),
    [
        ("balanced", [agent(1, loads={SALES: 2}), agent(2, loads={SALES: 1})], 2),
        ("balanced", [agent(1, loads={SALES: 2}, weight=3), agent(2, loads={SALES: 1})], 1),
        ("balanced", [agent(1, last_assigned_at=ago(5)), agent(2, last_assigned_at=ago(6))], 2),
        ("experienced_first", [agent(1, level=5, loads={SALES: 4}), agent(2, level=4)], 1),
        ("juniors_first", [agent(1, level=2), agent(2, level=1, loads={SALES: 4})], 2),
        ("round_robin", [agent(1, last_assigned_at=ago(9), loads={SALES: 8}), agent(2, last_assigned_at=ago(1))], 1),
        ("unknown to this installation", [agent(1, loads={SALES: 2}), agent(2)], 2),
    ],
)
def test_each_policy_has_its_first(policy: str, people: list[Answerer], wanted: int) -> None:
    assert decided(planner(*people, team=Team(SALES, policy)), waits()).agent_id == wanted


@pytest.mark.parametrize(
    "unfit",
    [
        {"present": False},
        {"online": False},
        {"on_shift": False},
        {"capacity": 0},
        {"teams": frozenset({2})},
    ],
)
def test_who_is_not_there_gets_nothing_and_nobody_is_found(unfit: dict[str, Any]) -> None:
    plan = planner(replace(agent(1), **unfit), others=(Team(2),))
    assert decided(plan, waits()).kind == "nobody"
    assert plan.decide(waits(told=True)) is None


@pytest.mark.parametrize(
    ("team", "busy"),
    [
        (Team(SALES), {"loads": {SALES: 10}}),
        (Team(SALES), {"loads": {2: 10}}),
        (Team(SALES, capacity=2), {"loads": {SALES: 2}}),
        (Team(SALES, gap_s=60), {"last_assigned_at": ago(59)}),
    ],
)
def test_who_has_no_room_is_waited_for(team: Team, busy: dict[str, Any]) -> None:
    plan = planner(agent(1, **busy), team=team)
    assert plan.decide(waits()) is None
    assert plan.full_teams()[-1] == SALES
    better = planner(agent(1, **busy), agent(2, loads={SALES: 1}), team=team)
    decision = decided(better, waits())
    assert (decision.agent_id, decision.reason["next"]) == (2, {"id": 1, "name": "agent 1", "behind": "full"})


@pytest.mark.parametrize(
    ("wish", "fits", "behind"),
    [
        ({"language": "hy"}, {"languages": frozenset({"hy"})}, "language"),
        ({"skill": "tax"}, {"skills": frozenset({"tax"})}, "skill"),
        ({"min_level": 4}, {"level": 4}, "less_experienced"),
    ],
)
def test_who_fits_is_waited_for_only_where_he_is_there(wish: Any, fits: Any, behind: str) -> None:
    """A speaker with no room is waited for; where there is none, anybody will do."""
    other = agent(2, languages=frozenset({"en"}))
    fit = agent(1, loads={SALES: 4}, **fits)
    decision = decided(planner(fit, other), waits(**wish))
    assert (decision.agent_id, decision.reason["next"]) == (1, {"id": 2, "name": "agent 2", "behind": behind})
    assert planner(replace(fit, loads={SALES: 10}), other).decide(waits(**wish)) is None
    assert decided(planner(replace(fit, present=False), other), waits(**wish)).agent_id == 2


def test_who_let_it_pass_is_never_asked_again() -> None:
    late = waits(holder_id=1, cause="unanswered", passed=frozenset({2}))
    decision = decided(planner(agent(1), agent(2), agent(3, loads={SALES: 9})), late)
    assert (decision.agent_id, decision.passed, decision.from_id) == (3, (1, 2), 1)
    nobody = decided(planner(agent(1), agent(2)), late)
    assert (nobody.kind, nobody.agent_id, nobody.passed) == ("nobody", None, (1, 2))
    assert planner(agent(1), agent(2), agent(3, loads={SALES: 10})).decide(late) is None


def test_a_junior_is_followed_by_somebody_more_experienced() -> None:
    team = Team(SALES, "juniors_first", escalate_s=30, escalate_team_id=2)
    juniors = (agent(1, level=1), agent(2, level=1))
    first = decided(planner(*juniors, team=team), waits())
    assert (first.agent_id, first.due_at) == (1, NOON + timedelta(seconds=30))
    late = waits(holder_id=1, cause="unanswered")
    assert decided(planner(*juniors, agent(3, level=2), team=team), late).agent_id == 3
    above = Answerer(4, "chief", frozenset({2}), level=5)
    raised = decided(planner(*juniors, above, team=team, others=(Team(2),)), late)
    assert (raised.agent_id, raised.team_id, raised.min_level) == (4, 2, 2)
    assert decided(planner(*juniors, team=team, others=(Team(2),)), late).agent_id == 2


def test_the_team_that_takes_over_is_asked_where_nobody_of_the_own_is_there() -> None:
    teams = (Team(2, fallback_team_id=3), Team(3, fallback_team_id=SALES))
    chief = Answerer(4, "chief", frozenset({3}))
    own = Team(SALES, fallback_team_id=2)
    decision = decided(planner(chief, team=own, others=teams), waits())
    assert (decision.agent_id, decision.team_id) == (4, 3)
    full = decided(planner(replace(chief, loads={3: 10}), team=own, others=teams), waits())
    assert (full.kind, full.agent_id, full.team_id) == ("team", None, 3)
    assert decided(planner(team=own, others=teams), waits()).kind == "nobody"
    assert set(planner(team=own, others=teams).deserted_teams()) >= {SALES, 2, 3}
    closed = replace(own, open=False)
    assert decided(planner(agent(1), chief, team=closed, others=teams), waits()).agent_id == 4


def test_whose_customer_it_is() -> None:
    ani, boris = agent(1, loads={SALES: 9}), agent(2)
    mine = waits(known_agent_id=1)
    assert (decided(planner(ani, boris), mine).agent_id, decided(planner(ani, boris), mine).kind) == (1, "known")
    for gone in ({"loads": {SALES: 10}}, {"present": False}, {"online": False}):
        assert decided(planner(replace(ani, **gone), boris), mine).agent_id == 2
    assert decided(planner(ani, boris), replace(mine, passed=frozenset({1}))).agent_id == 2


def test_a_reopened_one_is_his_if_he_is_there_and_has_room() -> None:
    again = waits(holder_id=1, cause="reopened")
    assert decided(planner(agent(1, loads={SALES: 10}), agent(2)), again).agent_id == 1
    assert decided(planner(agent(1, loads={SALES: 11}), agent(2)), again).agent_id == 2
    assert decided(planner(agent(1, present=False), agent(2)), again).agent_id == 2
    waiting = decided(planner(agent(1, present=False), agent(2, loads={SALES: 10})), again)
    assert (waiting.kind, waiting.agent_id, waiting.known_agent_id) == ("released", None, 1)


def test_who_is_away_keeps_what_nobody_else_could_do() -> None:
    away = waits(holder_id=1, cause="absent")
    gone = agent(1, present=False)
    assert decided(planner(gone, agent(2)), away).agent_id == 2
    told = decided(planner(gone), away)
    assert (told.kind, told.agent_id) == ("nobody", 1)
    assert planner(gone).decide(replace(away, told=True)) is None
    assert planner(gone, agent(2, loads={SALES: 10})).decide(away) is None


def test_the_end_of_a_shift_leaves_nothing_with_him() -> None:
    over = waits(holder_id=1, cause="shift_over")
    done = agent(1, on_shift=False)
    assert (decided(planner(done, agent(2)), over).agent_id, decided(planner(done, agent(2)), over).kind) == (
        2,
        "handover",
    )
    for one in (over, replace(over, since=None)):
        for people in ((done,), (done, agent(2, loads={SALES: 10}))):
            assert decided(planner(*people), one).agent_id is None


def test_the_queue_of_the_night_is_shared_with_who_comes_later() -> None:
    ani = agent(1, loads={SALES: 6}, unread={SALES: 6})
    plan = planner(ani, agent(2))
    assert plan.overloaded() == [1]
    moved = plan.share(waits(number, holder_id=1) for number in range(6, 0, -1))
    assert [(one.conversation_id, one.agent_id, one.kind) for one in moved] == [
        (number, 2, "shared") for number in (6, 5, 4)
    ]
    assert planner(replace(ani, loads={SALES: 1}), agent(2)).overloaded() == []


def test_who_stands_behind_one_who_waited_is_of_the_same_backlog() -> None:
    plan = planner(agent(1), others=(Team(SALES + 1, open=False, fallback_team_id=SALES),))
    told, new = waits(1, since=ago(1), told=True), waits(2, since=ago(0.5))
    other = waits(3, since=ago(0.4), team_id=SALES + 1)
    assert [one.kind for one in plan.decide_all([told, new, other])] == ["backlog", "backlog", "policy"]
    assert [one.kind for one in planner(agent(1)).decide_all([new])] == ["policy"]


def test_room_that_came_is_noticed() -> None:
    late = waits(1, holder_id=1, cause="unanswered")
    for team, people in (
        (Team(SALES), [agent(1, capacity=2, loads={SALES: 2})]),
        (Team(SALES, capacity=2), [agent(1, loads={SALES: 2})]),
    ):
        plan = planner(*people, team=team)
        assert plan.decide(waits(2)) is None
        assert not plan.room_came()
        assert decided(plan, late).agent_id is None
        assert plan.room_came()
        assert decided(plan, waits(2)).agent_id == 1
        assert not plan.room_came()


def test_nothing_is_given_where_a_team_takes_by_hand() -> None:
    plan = planner(agent(1), team=Team(SALES, MANUAL))
    assert plan.decide(waits()) is None
    assert SALES in plan.manual_teams()


def test_a_firms_own_policy_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_waiting: Waiting, _candidate: Candidate, _at: datetime) -> Rank:
        raise ZeroDivisionError

    def odd(_waiting: Waiting, candidate: Candidate, _at: datetime) -> Rank:
        return [("taste", float("nan") if candidate.answerer.id == 1 else 0)]

    people = (agent(1, loads={SALES: 3}), agent(2))
    for policy in (broken, odd):
        plan = planner(*people, team=Team(SALES, "own"), policies={**BUILT_IN, "own": policy})
        assert decided(plan, waits()).agent_id == 2
    assert "the assignment policy failed" in caplog.text


# --- what holds of every plan -----------------------------------------------------------------------------------------

_LANGUAGES = st.sampled_from(["hy", "ka", "ru"])


@st.composite
def boards(draw: st.DrawFn) -> tuple[Board, list[Waiting]]:
    """A firm of three teams and those who wait."""
    teams = {NO_TEAM: Team(NO_TEAM)}
    for number in (1, 2, 3):
        teams[number] = Team(
            number,
            draw(st.sampled_from([*BUILT_IN, MANUAL])),
            draw(st.none() | st.integers(1, 3)),
            draw(st.sampled_from([0, 0, 60])),
            escalate_team_id=draw(st.none() | st.integers(1, 3)),
            fallback_team_id=draw(st.none() | st.integers(1, 3)),
            open=draw(st.sampled_from([True, True, False])),
        )
    people = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        person = Answerer(
            number,
            f"agent {number}",
            draw(st.frozensets(st.integers(1, 3), min_size=1)),
            draw(st.integers(0, 4)),
            draw(st.integers(1, 3)),
            draw(st.integers(1, 5)),
            draw(st.frozensets(_LANGUAGES)),
            draw(st.frozensets(st.just("tax"))),
            present=draw(st.sampled_from([True, True, False])),
            online=draw(st.sampled_from([True, True, False])),
            on_shift=draw(st.sampled_from([True, True, False])),
            last_assigned_at=draw(st.none() | st.integers(0, 200).map(ago)),
            loads=draw(st.dictionaries(st.integers(0, 3), st.integers(0, 3), max_size=2)),
        )
        people.append(person)
    waiting = [
        Waiting(
            number,
            draw(st.integers(0, 3)),
            ago(100 - number),
            draw(st.none() | _LANGUAGES),
            draw(st.none() | st.just("tax")),
            draw(st.none() | st.integers(1, 5)),
            draw(st.frozensets(st.integers(1, 6), max_size=2)),
            draw(st.none() | st.integers(1, 6)),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return Board(NOON, teams, tuple(people)), waiting


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(boards())
def test_of_every_plan(made: tuple[Board, list[Waiting]]) -> None:
    """Only those there are given anything, never beyond their room, never what they let pass; what waits on could not
    be given; the same again comes to the same."""
    board, waiting = made
    plan = Planner(board, BUILT_IN)
    decisions = plan.decide_all(waiting)
    people = {one.id: one for one in board.answerers}
    by_id = {one.id: one for one in waiting}
    assert len({one.conversation_id for one in decisions}) == len(decisions)
    given_: dict[int, int] = {}
    for one in decisions:
        asked = by_id[one.conversation_id]
        if one.agent_id is None:
            continue
        answerer, team = people[one.agent_id], board.teams[one.team_id]
        assert answerer.assignable
        assert answerer.id not in asked.passed
        assert board.teams[asked.team_id].policy != MANUAL
        given_[answerer.id] = given_.get(answerer.id, 0) + 1
        assert sum(answerer.loads.values()) + given_[answerer.id] <= answerer.capacity
        if one.kind != "known":
            assert team.id == NO_TEAM or team.id in answerer.teams
            assert team.open
    assert Planner(board, BUILT_IN).decide_all(waiting) == decisions
    left = [one for one in waiting if one.id not in {made.conversation_id for made in decisions}]
    assert plan.decide_all(left) == [], "there was still room for it"


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(boards(), st.sampled_from([*BUILT_IN]))
def test_of_two_who_want_the_same_the_older_is_first(made: tuple[Board, list[Waiting]], policy: str) -> None:
    board, waiting = made
    teams = {number: replace(team, policy=policy) for number, team in board.teams.items()}
    alike = [replace(one, team_id=1, language=None, skill=None, min_level=None) for one in waiting]
    alike = [replace(one, passed=frozenset(), known_agent_id=None) for one in alike]
    decisions = Planner(replace(board, teams=teams), BUILT_IN).decide_all(alike)
    chosen = [one.conversation_id for one in decisions if one.agent_id is not None]
    assert chosen == [one.id for one in alike][: len(chosen)]
    for one in decisions:
        assert (one.kind == "backlog") is (one.agent_id is not None)
        assert BACKLOG_S < 80
