"""What tests hold of a conversation tells a line that leaves something out from a line that was cut."""

from typing import Any

from tests.states import VisitorState

HEAD = {"id": 7, "status": "open", "assignee": None, "agent_read_seq": 0, "visitor_read_seq": 0}


def told(change: int) -> dict[str, Any]:
    """A message."""
    return {"id": change, "seq": change, "change": change, "text": "Hello"}


def loaded() -> VisitorState:
    """Two messages were there."""
    state = VisitorState()
    conversation = {**HEAD, "change": 2}
    state.load({"conversation": conversation, "messages": [told(1), told(2)], "last_change": 2})
    return state


def test_a_number_left_out_on_one_line_is_a_gap() -> None:
    state = loaded()
    state.apply("message", told(3))
    assert (state.gaps, state.behind) == (0, False)
    state.apply("message", told(5))
    assert (state.gaps, state.behind) == (1, True)


def test_news_before_the_answer_to_the_sync_is_none() -> None:
    state = loaded()
    state.leave()
    state.apply("message", told(5))
    assert (state.gaps, state.behind) == (0, True)
    state.merge(
        {"conversation": {**HEAD, "change": 4}, "messages": [told(3), told(4)], "last_change": 4, "more": False}
    )
    assert (state.gaps, state.behind, state.last) == (0, False, 5)
    state.apply("message", told(7))
    assert state.gaps == 1


def test_a_conversation_that_begins_before_ones_eyes_has_no_gap() -> None:
    state = VisitorState()
    state.load({"messages": [], "last_change": 0})
    state.apply("conversation", {**HEAD, "change": 0})
    state.apply("message", told(1))
    assert state.gaps == 0
    state.apply("message", told(3))
    assert state.gaps == 1
