"""Which button is meant by words."""

from conversation.messages import Button
from routing.flows.offers import MORE, find_chosen


def test_dots_over_letters_are_left_out() -> None:
    """As most people type them; the names of specialists too."""
    buttons = [Button("1", "Алёна"), Button("2", "Пётр"), Button("3", "Нино")]

    def chosen(said: str, limit: int = 10) -> str | None:
        return find_chosen(said, buttons, 0, limit, True, "Ещё")

    assert (chosen("алена"), chosen("ПЕТР"), chosen("Пётр")) == ("1", "2", "2")
    assert {chosen(said, limit=2) for said in ("еще", "Ещё", "ЕЩЕ!")} == {MORE}
