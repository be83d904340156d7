"""At whatever moment the demo is seeded, its talks are past, apart from each other, and numbered in order of time."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from barev.demo.people import STAFF
from barev.demo.script import v
from barev.demo.telling import Told, tell
from barev.demo.whole import STORIES
from conversation.clock import to_ms

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
MOMENTS = (
    datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
    datetime(2026, 11, 24, 19, 0, 1, tzinfo=UTC),  # midnight in Almaty has just passed
    datetime(2026, 11, 24, 20, 0, tzinfo=UTC),  # midnight in Yerevan
    datetime(2026, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    datetime(2028, 2, 29, 0, 0, tzinfo=UTC),
    datetime(2028, 3, 1, 5, 0, tzinfo=UTC),
)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_everything_is_past_and_in_order(now: datetime) -> None:
    now_ms = to_ms(now)
    told, events = tell(STORIES, now_ms)
    said = sorted((said for one in told for said in one.messages), key=lambda said: said.created_event)
    assert [one.at_ms for one in said] == sorted(one.at_ms for one in said)
    assert all(now_ms - 31 * DAY_MS < one.at_ms <= now_ms for one in said)
    assert max(one.last_event for one in told) == events
    for one in told:
        if one.snoozed_ms is not None:
            assert now_ms < one.snoozed_ms < now_ms + 3 * DAY_MS


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_a_customer_has_one_talk_at_a_time(now: datetime) -> None:
    told, _ = tell(STORIES, to_ms(now))
    by_customer: dict[str, list[Told]] = {}
    for one in told:
        by_customer.setdefault(one.talk.customer, []).append(one)
    assert max(map(len, by_customer.values())) > 1
    for talks in by_customer.values():
        for earlier, later in pairwise(talks):
            assert earlier.status == "resolved"
            assert earlier.messages[-1].at_ms < later.created_ms


def test_the_same_moment_is_told_the_same() -> None:
    assert tell(STORIES, to_ms(MOMENTS[0])) == tell(STORIES, to_ms(MOMENTS[0]))


def test_every_event_number_is_given_once() -> None:
    told, events = tell(STORIES, to_ms(MOMENTS[0]))
    given = [said.event for one in told for said in one.messages]
    given += [one.last_event for one in told if one.last_event not in {said.event for said in one.messages}]
    assert len(given) == len(set(given)) <= events


def test_talks_name_known_people_and_pages() -> None:
    logins = {staff.login for staff in STAFF}
    for story in STORIES:
        keys = [customer.key for customer in story.customers]
        assert len(keys) == len(set(keys))
        assert {talk.customer for talk in story.talks} == set(keys)
        for talk in story.talks:
            assert talk.page in story.pages
            assert talk.lines[0] == v(0, talk.lines[0].text)
            assert {line.by or talk.agent for line in talk.lines if line.kind != "visitor"} <= logins | {None}
            assert {line.to for line in talk.lines if line.to} <= logins
            assert bool(talk.at) == bool(talk.days)


def test_customers_of_all_branches_differ() -> None:
    customers = [customer for story in STORIES for customer in story.customers]
    assert len({customer.key for customer in customers}) == len(customers)
    phones = [customer.phone for customer in customers if customer.phone]
    assert len(set(phones)) == len(phones)
