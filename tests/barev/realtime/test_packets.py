"""Socket.IO packets as text: taken apart and put together, and never a surprise."""

import json
from types import MappingProxyType

import pytest
import socketio.packet
from hypothesis import given
from hypothesis import strategies as st

from barev.realtime.packets import (
    ACK,
    EVENT,
    Packet,
    ack_frame,
    dumps,
    event_frame,
    event_start,
    loads,
    packet_frame,
    parse,
    parse_event,
    text_of,
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
namespaces = st.sampled_from(["/", "/visitor", "/desk", "/a/b-c_d"])
numbers = st.none() | st.integers(0, 10**20 - 1)


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("0", Packet("0", "/", None, "")),
        ("0/visitor,", Packet("0", "/visitor", None, "")),
        ("0/visitor", Packet("0", "/visitor", None, "")),
        ('0/visitor?a=b&c,{"t":1}', Packet("0", "/visitor", None, '{"t":1}')),
        ("1/desk,", Packet("1", "/desk", None, "")),
        ('2["x"]', Packet("2", "/", None, '["x"]')),
        ('212["x"]', Packet("2", "/", "12", '["x"]')),
        ('2/visitor,12["x,y/z",1]', Packet("2", "/visitor", "12", '["x,y/z",1]')),
        ("3/visitor,0[]", Packet("3", "/visitor", "0", "[]")),
        ('51-/visitor,7["x"]', Packet("5", "/visitor", "7", '["x"]')),
        ("61-7[]", Packet("6", "/", "7", "[]")),
        ('2["a-b"]', Packet("2", "/", None, '["a-b"]')),
        ("2" + "1" * 21 + "[]", Packet("2", "/", None, "1" * 21 + "[]")),
        ("", None),
        ("7[]", None),
        ("x", None),
        ("\u0662[]", None),
    ],
)
def test_packets_are_taken_apart(text: str, packet: Packet | None) -> None:
    assert parse(text) == packet


@given(namespaces, numbers, st.text(), values)
def test_what_the_official_python_client_writes_is_read(
    namespace: str, number: int | None, name: str, data: object
) -> None:
    theirs = socketio.packet.Packet(socketio.packet.EVENT, data=[name, data], namespace=namespace, id=number)
    packet = parse(theirs.encode())
    assert packet is not None
    assert packet[:3] == (EVENT, namespace, None if number is None else str(number))
    assert parse_event(packet.body) == (name, data)


@given(namespaces, st.integers(0, 10**19), st.text(), st.dictionaries(st.text(), values, max_size=4))
def test_what_we_write_is_read_by_the_official_python_client(
    namespace: str, number: int, name: str, payload: dict[str, object]
) -> None:
    event = socketio.packet.Packet(encoded_packet=text_of(event_frame(event_start(namespace, name), payload)))
    assert (event.packet_type, event.namespace or "/", event.id, event.data) == (2, namespace, None, [name, payload])
    ack = socketio.packet.Packet(encoded_packet=text_of(ack_frame(namespace, str(number), payload)))
    assert (ack.packet_type, ack.namespace or "/", ack.id, ack.data) == (3, namespace, number, [payload])
    connected = socketio.packet.Packet(encoded_packet=text_of(packet_frame("0", namespace, payload)))
    assert (connected.packet_type, connected.namespace or "/", connected.data) == (0, namespace, payload)


@given(st.text() | st.from_regex(r"[0-6](/[a-z?,]*)?[0-9]*[-\[{\"].*"))
def test_no_text_makes_it_raise(text: str) -> None:
    packet = parse(text)
    if packet is not None:
        assert packet.kind in "0123456"
        event = parse_event(packet.body)
        assert event is None or isinstance(event.name, str)


@given(values)
def test_json_round_trip(value: object) -> None:
    assert loads(json.dumps(value)) == value
    assert loads(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(st.characters()))
def test_halves_of_surrogate_pairs_are_replaced(text: str) -> None:
    """As JSON.stringify of a browser writes them: escaped."""
    written = json.dumps(text)
    whole = "".join("\ufffd" if 0xD800 <= ord(letter) < 0xE000 else letter for letter in json.loads(written))
    assert loads(written) == whole


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", "NaN", "[Infinity]", "'x'", '{"a":1}x', "[" * 100_000, "\ufeff1", '"\\ud83"']
)
def test_broken_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loads(text)
    assert parse_event(text) is None


def test_long_numbers() -> None:
    assert parse(f"2/visitor,{'9' * 20}[]") == Packet("2", "/visitor", "9" * 20, "[]")
    event = parse_event(f'["x",{"9" * 400}]')
    assert event is None or event.name == "x"


def test_any_mapping_has_json_and_other_things_have_none() -> None:
    assert dumps(MappingProxyType({"a": MappingProxyType({}), "b": (1, frozenset({2}))})) == b'{"a":{},"b":[1,[2]]}'
    with pytest.raises(TypeError):
        dumps({"a": object()})


def test_default_namespace_has_no_name() -> None:
    assert text_of(packet_frame("1", "/")) == "1"
    assert text_of(ack_frame("/", "5", {})) == ACK + "5[{}]"
    assert text_of(event_frame(event_start("/desk", 'a"b'), {"x": "y" * 70_000})).startswith(
        '2/desk,["a\\"b",{"x":"yyy'
    )
