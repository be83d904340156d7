"""Visitors' tokens: only ours are read, and not for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_widget.tokens import VisitorTokens
from conversation.errors import Rejected

DAY_S = 86_400.0
TOKENS = VisitorTokens(b"a secret of this test", days=400)


@given(st.floats(0, 4e9))
def test_what_was_issued_is_read(now_s: float) -> None:
    """A token tells its visitor on the day of issue and for 400 days."""
    key = TOKENS.make_key()
    token = TOKENS.issue(key, now_s)
    assert TOKENS.read(token, now_s) == key
    assert TOKENS.read(token, now_s + 399 * DAY_S) == key


def test_an_old_token_has_expired() -> None:
    """After 401 days it is refused, and the refusal says why."""
    token = TOKENS.issue(TOKENS.make_key(), 0.0)
    with pytest.raises(Rejected) as refused:
        TOKENS.read(token, 402 * DAY_S)
    assert (refused.value.code, refused.value.text_key) == ("unauthorized", "error.token_expired")


@given(st.text(), st.integers(0, 200), st.integers(1, 0x10FFFF))
def test_anything_else_is_refused(text: str, place: int, shift: int) -> None:
    """Any text, and any token of ours with one character changed, is no token."""
    token = TOKENS.issue("0" * 32, 1e9)
    place %= len(token)
    other = chr((ord(token[place]) + shift) % 0x110000)
    for forged in (text, token[:place] + other + token[place + 1 :], VisitorTokens(b"other", 400).issue("0" * 32, 1e9)):
        if forged != token:
            with pytest.raises(Rejected) as refused:
                TOKENS.read(forged, 1e9)
            assert refused.value.code == "unauthorized"
