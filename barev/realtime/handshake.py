"""The head of a connection's first request: is it a WebSocket that the lean carrier takes, and what is its answer?"""

from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from hashlib import sha1
from sys import intern
from typing import Final
from urllib.parse import parse_qs

from barev.realtime.settings import Settings

PATH: Final = "/socket.io/"
KEPT_HEADERS: Final = (
    "accept-language",
    "cookie",
    "host",
    "origin",
    "user-agent",
    "x-forwarded-for",
)
"""What a socket keeps of its request, under these names."""

_SHARED: Final = frozenset(("accept-language", "host", "origin", "user-agent"))  # the same for many connections
_UNWANTED: Final = frozenset(("content-length", "transfer-encoding", "sec-websocket-protocol"))
_JOINS: Final = {"cookie": "; "}
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_START: Final = f"GET {PATH}?".encode()


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A WebSocket handshake as it should be: ``response`` accepts it."""

    headers: dict[str, str]
    response: bytes


def read_upgrade(head: bytes, settings: Settings) -> Upgrade | None:
    """The handshake in a request's head (without its empty line), if it opens an Engine.IO 4 session over a WebSocket.

    None for everything else, and for whatever is odd about it: the web server then gives the answer it deserves.
    """
    if not head.startswith(_START):
        return None
    lines = head.decode("latin-1").split("\r\n")
    target, _, version = lines[0][4:].partition(" ")
    headers = _headers(lines[1:])
    if version != "HTTP/1.1" or headers is None or not _opens_session(target):
        return None
    accept = _accept(headers)
    if accept is None or not settings.accepts_origin(headers.get("origin"), headers.get("host")):
        return None
    kept = {name: intern(value) if name in _SHARED else value for name in KEPT_HEADERS if (value := headers.get(name))}
    response = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept
    )
    return Upgrade(kept, response)


def _headers(lines: list[str]) -> dict[str, str] | None:
    headers: dict[str, str] = {}
    for line in lines:
        if not line:
            continue
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():  # a folded line, or nonsense
            return None
        name = intern(name.lower())
        value = value.strip(" \t")
        headers[name] = f"{headers[name]}{_JOINS.get(name, ', ')}{value}" if name in headers else value
    return headers


def _opens_session(target: str) -> bool:
    query = parse_qs(target.partition("?")[2])
    return query.get("EIO") == ["4"] and query.get("transport") == ["websocket"] and "sid" not in query


def _accept(headers: dict[str, str]) -> bytes | None:
    """The answer to the key; None where the headers are not those of a plain WebSocket handshake (RFC 6455, 4.2.1)."""
    if headers.get("upgrade", "").lower() != "websocket" or headers.get("sec-websocket-version") != "13":
        return None
    if "upgrade" not in [token.strip().lower() for token in headers.get("connection", "").split(",")]:
        return None
    if not headers.get("host") or not _UNWANTED.isdisjoint(headers):
        return None
    key = headers.get("sec-websocket-key", "")
    try:
        if len(b64decode(key, validate=True)) != 16:
            return None
    except (Error, ValueError):
        return None
    return b64encode(sha1(key.encode() + _GUID, usedforsecurity=False).digest())
