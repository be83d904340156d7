"""Reading the wire: whatever comes is read as the contract says, or refused with a code; nothing else is raised."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.errors import BarevError, Rejected
from conversation.messages import Json
from conversation.wire import (
    MAX_ID,
    as_object,
    get_bool,
    get_client_id,
    get_ids,
    get_int,
    get_message_text,
    get_optional_int,
    get_optional_text,
    get_text,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def _outcome(reader: Callable[[], object]) -> object:
    """What was read, or the code of the refusal; what is no error of ours comes through."""
    try:
        return reader()
    except BarevError as error:
        return error.code


@given(JSON)
def test_anything_is_read_or_refused(value: Json) -> None:
    """Every reader either gives its kind of value or raises an error of ours."""
    data = {"x": value}
    readers = {
        str: (lambda: get_text(data, "x", 5), lambda: get_message_text({"text": value}, 5)),
        int: (lambda: get_int(data, "x"), lambda: get_optional_int(data, "x") or 1),
        bool: (lambda: get_bool(data, "x"),),
        tuple: (lambda: get_ids(data, "x", 2),),
    }
    for kind, row in readers.items():
        for reader in row:
            outcome = _outcome(reader)
            assert isinstance(outcome, kind) or outcome in {"invalid", "too_large"}


@given(st.text())
def test_texts_can_be_stored(text: str) -> None:
    """What is let through is UTF-8 without NUL, unchanged otherwise."""
    read = get_text({"x": text}, "x", 10**6)
    assert "\0" not in read
    assert read == text.replace("\0", "").encode("utf-8", "replace").decode()


@given(st.uuids())
def test_client_ids_are_uuids_in_the_client_s_spelling(value: uuid.UUID) -> None:
    """With hyphens or without, in small letters or capitals."""
    for spelled in (str(value), value.hex, str(value).upper()):
        assert get_client_id({"client_id": spelled}) == spelled


@pytest.mark.parametrize("value", [None, 5, "", "nope", "0" * 31, "g" * 32, "0" * 36, ["0" * 32], "0" * 32 + " "])
def test_other_client_ids_are_refused(value: Json) -> None:
    """A client id that is no UUID is refused."""
    with pytest.raises(Rejected) as refused:
        get_client_id({"client_id": value})
    assert refused.value.code == "invalid"


def test_limits() -> None:
    """Lengths and numbers at their edge."""
    assert get_text({"x": "ab"}, "x", 2) == "ab"
    with pytest.raises(Rejected) as refused:
        get_text({"x": "abc"}, "x", 2)
    assert (refused.value.code, refused.value.fields) == ("too_large", {"limit": 2})
    assert get_int({"x": 5.0}, "x") == 5
    assert get_int({"x": MAX_ID}, "x") == MAX_ID
    for wrong in (0, MAX_ID + 1, 1.5, True, "5"):
        with pytest.raises(Rejected):
            get_int({"x": wrong}, "x")
    assert get_optional_text({"x": "  "}, "x", 5) is None
    assert as_object(None) == {}
    with pytest.raises(Rejected):
        as_object([1])
