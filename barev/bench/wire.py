"""Bytes of a test client: WebSocket frames (RFC 6455), Engine.IO 4 and Socket.IO 5 packets, no more than a load needs.

Frames are masked with a real key as RFC 6455 section 5.3 demands; servers may skip the work for a key of zeros, and the
figures would flatter them.
"""

import base64
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass

TEXT = 0x81
PING = 0x89
PONG = 0x8A
CLOSE = 0x88

_OK_ID = b'[{"ok":true,"id":'


class Mask:
    """One masking key. For each length in use the frame's head and the repeated key are kept: there are few."""

    __slots__ = ("_key", "_known")

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key if key is not None else os.urandom(4)
        self._known: dict[int, tuple[bytes, int]] = {}

    def frame(self, payload: bytes, first: int = TEXT) -> bytes:
        """One whole masked frame; ``first`` is its first byte (FIN and opcode)."""
        size = len(payload)
        known = self._known.get(size)
        if known is None:
            known = self._known[size] = (
                _length(size) + self._key,
                int.from_bytes((self._key * (size // 4 + 1))[:size], "little"),
            )
        head, repeated = known
        return b"%c%b%b" % (first, head, (int.from_bytes(payload, "little") ^ repeated).to_bytes(size, "little"))


def _length(size: int) -> bytes:
    """The length as a client writes it: the mask bit set."""
    if size < 126:
        return bytes((0x80 | size,))
    return struct.pack("!BH", 0xFE, size) if size < 65536 else struct.pack("!BQ", 0xFF, size)


def upgrade_request(host: str, port: int) -> bytes:
    """The HTTP request that opens a WebSocket to the Socket.IO path, without permessage-deflate."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


@dataclass(frozen=True, slots=True)
class Space:
    """One Socket.IO namespace as bytes: the heads of the packets a load sends and counts. The root is ``""``."""

    name: str

    @property
    def suffix(self) -> bytes:
        """What follows the packet type: ``/visitor,`` or nothing for the root."""
        return f"{self.name},".encode() if self.name else b""

    def connect(self, auth: Mapping[str, object]) -> bytes:
        """The CONNECT packet with its auth payload."""
        return b"40" + self.suffix + json.dumps(auth, separators=(",", ":")).encode()

    def event(self, number: int, name: str, data: Mapping[str, object]) -> bytes:
        """An EVENT packet that asks for the acknowledgement ``number``."""
        return b"42" + self.suffix + str(number).encode() + json.dumps([name, data], separators=(",", ":")).encode()

    @property
    def connected_head(self) -> bytes:
        """How the server's CONNECT answer begins."""
        return b"40" + self.suffix

    @property
    def ack_head(self) -> bytes:
        """How every acknowledgement begins; the number follows."""
        return b"43" + self.suffix

    @property
    def message_head(self) -> bytes:
        """How a delivered message begins."""
        return b"42" + self.suffix + b'["message",'


def acknowledged_id(packet: bytes, bracket: int) -> int:
    """The message id of an acknowledgement whose JSON begins at ``bracket``. -1: refused, or without an id."""
    if packet.startswith(_OK_ID, bracket):
        at = bracket + len(_OK_ID)
        return int(packet[at : packet.find(b",", at)])
    try:
        answer = json.loads(packet[bracket:])[0]
        return int(answer["id"]) if answer["ok"] is True else -1
    except (ValueError, LookupError, TypeError):
        return -1
