"""Events cross to another process and back unchanged, and a shape that is not known is never misread."""

from datetime import UTC, datetime
from typing import get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barev.bus.codec import pack_event, shape_of, unpack_event
from conversation.events import Event
from conversation.messages import Message

_MOMENTS = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms // 1000, UTC))
st.register_type_strategy(datetime, _MOMENTS)
st.register_type_strategy(int, st.integers(-(2**53), 2**53))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))  # JSON has no others
st.register_type_strategy(str, st.text(st.characters(codec="utf-8"), max_size=20))


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: str(kind.__name__))
@given(data=st.data())
def test_every_event_comes_back_as_it_went(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(st.from_type(kind))
    tag, values = orjson.loads(orjson.dumps(pack_event(event)))
    assert unpack_event(tag, values) == event


def test_another_shape_has_another_tag() -> None:
    longer = type("Message", Message.__bases__, {**vars(Message), "_fields": (*Message._fields, "mood")})
    longer.__annotations__ = {**Message.__annotations__, "mood": "str"}
    longer.__module__ = Message.__module__
    assert shape_of(longer).tag.startswith("Message.")
    assert shape_of(longer).tag != shape_of(Message).tag


def test_an_unknown_tag_is_no_event_and_nonsense_is_refused() -> None:
    assert unpack_event("MessageAdded.00000000", []) is None
    with pytest.raises(ValueError, match="no SessionRevoked"):
        unpack_event(shape_of(next(one for one in get_args(Event) if one.__name__ == "SessionRevoked")).tag, [1, 2])


def test_what_has_no_place_in_json_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="is no record"):
        shape_of(type("Odd", (tuple,), {"_fields": ("what",), "__annotations__": {"what": set}}))
