"""Who is counted as new and unanswered, and for how long."""

import random

from barev.sections import Visitor
from chat_widget.newcomers import Newcomers
from conversation.limits import Limiter


def test_too_many_unanswered_are_suspicious_for_a_while() -> None:
    known = Newcomers(2, 60.0)
    for number, at in ((1, 10.0), (2, 20.0)):
        known.began("a", at, number)
    assert known.wait_s("a", 30.0) == 0.0
    known.began("a", 25.0, 3)
    assert known.wait_s("a", 30.0) == 40.0, "when the first of them is a minute old, two are left"
    assert known.wait_s("b", 30.0) == 0.0
    assert known.wait_s("a", 70.0) == 0.0
    known.began("a", 71.0, 4)
    assert known.wait_s("a", 72.0) == 8.0


def test_who_is_answered_is_counted_no_more() -> None:
    known = Newcomers(2, 60.0)
    for number in (1, 2, 3, 3):
        known.began("a", 10.0, number)
    assert known.wait_s("a", 11.0) > 0
    known.answered(2)
    known.answered(2)
    known.answered(77)
    assert known.wait_s("a", 11.0) == 0.0
    known.began("a", 12.0, 4)
    assert known.wait_s("a", 12.0) > 0


def test_nobody_is_counted_where_the_limit_is_off() -> None:
    known = Newcomers(0, 60.0)
    for number in range(10_000):
        known.began("a", 10.0, number)
    assert known.wait_s("a", 11.0) == 0.0


def test_any_order_comes_to_what_a_plain_count_says() -> None:
    """Beginnings, answers and time, at random, against a list that is counted through each time."""
    rng = random.Random(14)
    known, plain, now = Newcomers(5, 30.0), dict[int, tuple[str, float]](), 0.0
    for number in range(3_000):
        now += rng.random() * 2
        remote = rng.choice("abc")
        if rng.random() < 0.6:
            arrived = now - rng.random() * 10
            known.began(remote, arrived, number)
            plain[number] = (remote, arrived)
        elif plain:
            gone = rng.choice(list(plain))
            known.answered(gone)
            del plain[gone]
        waiting = [arrived for where, arrived in plain.values() if where == remote and arrived >= now - 30.0]
        assert (known.wait_s(remote, now) > 0) == (len(waiting) > 5)


def test_who_is_let_through_the_limit_of_new_visitors_is_never_suspected() -> None:
    """As it comes: as many as may come, as fast as they may, and all of them begin to talk at once, later."""
    for settings in (Visitor(), Visitor(new_per_s=500.0, new_burst=2_000.0)):
        known, limit = Newcomers(settings.suspect_most, settings.suspect_window_s), Limiter(settings.new_rate)
        came: list[float] = []
        now = 0.0
        while now < 90.0:
            if limit.take("a", now):
                now += 0.001
            else:
                came.append(now)
        assert len(came) > settings.new_per_s * 89
        for number, at in enumerate(came):
            known.began("a", at, number)
        assert known.wait_s("a", now) == 0.0
