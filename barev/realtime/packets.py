"""Socket.IO 5 packets as text, without binary attachments: what a client sends is parsed, what we send is encoded once.

Encoded packets are whole WebSocket frames that hold an Engine.IO 4 message ("4" and the packet), for that is what most
of them become; :func:`text_of` gives the bare packet to a carrier that frames by itself.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from barev.realtime.frames import payload_start, text_frame
from conversation.messages import Json

CONNECT: Final = "0"
DISCONNECT: Final = "1"
EVENT: Final = "2"
ACK: Final = "3"
BINARY_EVENT: Final = "5"

_HEAD: Final = re.compile(
    r"([0-6])"
    r"(?:(?<=[56])[0-9]{1,9}-)?"  # how many binary attachments follow
    r"(?:(/[^,?]*)(?:\?[^,]*)?(?:,|\Z))?"  # the namespace, with the query some clients leave in it
    r"([0-9]{1,20}(?![0-9]))?",  # the number of the acknowledgement
)
_ESCAPES: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


class Packet(NamedTuple):
    """The head of a packet; ``body`` is its JSON, not parsed yet. ``ack``: the digits of its number, or None."""

    kind: str
    namespace: str
    ack: str | None
    body: str


class Event(NamedTuple):
    """The body of an event. ``data``: its first argument, None without one; the others are of no use to us."""

    name: str
    data: Json


def parse(text: str) -> Packet | None:
    """Takes a packet apart. None: it is none."""
    head = _HEAD.match(text)
    if head is None:
        return None
    kind, namespace, ack = head.groups()
    return Packet(kind, namespace or "/", ack, text[head.end() :])


def parse_event(body: str) -> Event | None:
    """The name and the data of an event; None for anything but a JSON array that begins with a name."""
    try:
        values = loads(body)
    except ValueError:
        return None
    if type(values) is not list or not values or type(values[0]) is not str:
        return None
    return Event(values[0], values[1] if len(values) > 1 else None)


def loads(text: str) -> Json:
    """JSON as browsers write it: half of a surrogate pair (a cut emoji) becomes U+FFFD. Raises ValueError."""
    try:
        return orjson.loads(text)  # type: ignore[no-any-return]  # JSON by definition
    except ValueError:
        whole = _ESCAPES.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
        if whole == text:
            raise
        return orjson.loads(whole)  # type: ignore[no-any-return]  # JSON by definition


def dumps(value: Mapping[str, object]) -> bytes:
    """JSON of a payload. Raises TypeError for what has no JSON."""
    return orjson.dumps(value, _plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def prefix(kind: str, namespace: str, ack: str = "") -> bytes:
    """The head of an outgoing message up to its JSON."""
    return f"4{kind}{'' if namespace == '/' else namespace + ','}{ack}".encode()


def packet_frame(kind: str, namespace: str, payload: Mapping[str, object] | None = None) -> bytes:
    """A packet without a number (connect, connect error, disconnect)."""
    return text_frame(prefix(kind, namespace) + (b"" if payload is None else dumps(payload)))


def event_start(namespace: str, event: str) -> bytes:
    """All of an event but its payload and the closing bracket; the same for every event of that name."""
    return prefix(EVENT, namespace) + b"[" + orjson.dumps(event) + b","


def event_frame(start: bytes, payload: Mapping[str, object]) -> bytes:
    """An event that begins with ``start`` (see :func:`event_start`)."""
    return text_frame(b"%b%b]" % (start, orjson.dumps(payload, _plain)))


def ack_frame(namespace: str, ack: str, payload: Mapping[str, object]) -> bytes:
    """The acknowledgement of the event that came with that number."""
    return text_frame(b"%b[%b]" % (prefix(ACK, namespace, ack), orjson.dumps(payload, _plain)))


def text_of(frame: bytes) -> str:
    """The bare packet of one of our frames, without the Engine.IO "4"."""
    return frame[payload_start(frame) + 1 :].decode()
