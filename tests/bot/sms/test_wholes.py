"""A text of several parts is told of once, whatever comes when."""

from hypothesis import given
from hypothesis import strategies as st

from bot.sms.driver import SmsReport
from bot.sms.wholes import Wholes

_STATES = st.sampled_from(["sent", "delivered", "failed"])


@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 4), _STATES), max_size=20))
def test_the_whole_is_what_its_parts_are(parts: int, told: list[tuple[int, str]]) -> None:
    """Delivered only with its last part and if none failed before; failed with the first that fails."""
    wholes = Wholes()
    name = wholes.add([f"p{number}" for number in range(parts)])
    delivered, failed = set[int](), False
    for number, state in told:
        judged = wholes.judge(SmsReport(f"p{number}", state))  # type: ignore[arg-type]  # of the strategy
        if number >= parts:
            assert judged is not None
            assert judged.id == f"p{number}"
            continue
        failed = failed or state == "failed"
        if state == "delivered" and not failed:
            delivered.add(number)
        if judged is None:
            assert failed or (state == "delivered" and len(delivered) < parts)
            continue
        assert judged.id == name
        assert judged.state != "delivered" or (len(delivered) == parts and not failed)
        assert judged.state != "failed" or failed


def test_old_ones_are_forgotten() -> None:
    wholes = Wholes(most=3)
    wholes.add(["a1", "a2"])
    wholes.add(["b1", "b2"])
    assert not wholes.knows("a1")
    assert wholes.knows("b1")
    assert wholes.add([""]) == ""
