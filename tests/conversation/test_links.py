"""Words of links into a talk: whole, ours and in time, or worth nothing."""

import re
import string
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from conversation import clock
from conversation.links import Stop, StopLinks, TalkPasses

OURS = TalkPasses(b"ours")
MOST = 2**48 - 1


@given(st.integers(1, MOST), st.integers(1, 10**8))
def test_what_was_made_is_read(conversation_id: int, seconds: int) -> None:
    until = clock.now() + timedelta(seconds=seconds + 60)
    word = OURS.make(conversation_id, until)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", word)
    assert OURS.looks_like(word)
    found = OURS.read(word)
    assert found is not None
    assert found.conversation_id == conversation_id
    assert abs(found.until - until) < timedelta(seconds=1)
    assert OURS.make(conversation_id, until) != word
    assert TalkPasses(b"another's").read(word) is None


@given(st.integers(3, 45), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_another_letter_is_no_word(place: int, letter: str) -> None:
    word = OURS.make(7, clock.now() + timedelta(hours=1))
    other = word[:place] + letter + word[place + 1 :]
    assert other == word or OURS.read(other) is None


def test_the_last_letter_is_one() -> None:
    word = OURS.make(7, clock.now() + timedelta(hours=1))
    letters = string.ascii_letters + string.digits + "-_"
    assert [one for one in letters if OURS.read(word[:-1] + one) is not None] == [word[-1]]


@given(st.text(max_size=80))
def test_what_anybody_writes_opens_nothing(text: str) -> None:
    assert OURS.read(text) is None


def test_its_time_is_over() -> None:
    assert OURS.read(OURS.make(7, clock.now() - timedelta(seconds=1))) is None
    assert not OURS.looks_like("instagram")


STOPS = StopLinks(b"ours", "https://example.am")


@given(st.integers(1, MOST), st.sampled_from(["reminder", "waitlist", "answer"]))
def test_a_link_ends_what_it_was_made_for(address_id: int, about: str) -> None:
    stop = Stop(address_id, about)
    token = STOPS.token(stop)
    assert STOPS.url(stop, "hy") == f"https://example.am/unsubscribe/{token}?lang=hy"
    assert STOPS.read(token) == stop
    assert StopLinks(b"another's", "").read(token) is None
    kept = token.partition(".")[2]
    other = "answer" if about != "answer" else "reminder"
    for wrong in (f"{other}.{kept}", token.replace(".", ".1", 1), token[:-1] + "é", token[:-1]):
        assert STOPS.read(wrong) is None


@given(st.text(max_size=80))
def test_what_anybody_writes_ends_nothing(text: str) -> None:
    assert STOPS.read(text) is None


def test_without_an_address_there_is_no_link() -> None:
    assert StopLinks(b"ours", "").url(Stop(1, "reminder"), "en") == ""
