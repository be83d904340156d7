"""Asking another machine with a limit: JSON over HTTP within a time, and a pause for one that fails again and again.

Called from threads, never on the event loop."""

import json
import logging
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from conversation.messages import Json

log = logging.getLogger(__name__)
_MOST_BYTES: Final = 1 << 20
_PIECE: Final = 1 << 16
_FAILURES: Final = 3
_PAUSE_S: Final = 30.0


class NoAnswer(Exception):
    """The other machine did not answer, or not what was asked."""


class Breaker:
    """Who failed ``_FAILURES`` times in a row is not asked for ``pause_s``; then once, and if that fails too, the pause
    begins anew. Says in the log when it goes away and when it is back. From any thread."""

    def __init__(self, name: str, pause_s: float = _PAUSE_S) -> None:
        self._name = name
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._failed = 0
        self._until_s = 0.0

    def allows(self) -> bool:
        """Whether it may be asked now."""
        with self._lock:
            if self._failed < _FAILURES:
                return True
            if time.monotonic() < self._until_s:
                return False
            self._until_s = time.monotonic() + self._pause_s  # one may try, the others wait for what becomes of it
            return True

    def failed(self, error: Exception) -> None:
        """It did not answer, or not as it should."""
        with self._lock:
            self._failed += 1
            self._until_s = time.monotonic() + self._pause_s
            if self._failed == _FAILURES:
                log.warning("%s does not answer (%s); it is asked again every %g s", self._name, error, self._pause_s)

    def answered(self) -> None:
        """It did."""
        with self._lock:
            if self._failed >= _FAILURES:
                log.warning("%s answers again", self._name)
            self._failed = 0


def is_address(url: str) -> bool:
    """Whether it can be asked at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def post_json(url: str, path: str, body: Json, timeout_s: float, headers: Mapping[str, str] | None = None) -> Json:
    """What is answered to a POST at ``path`` below an address; the address's query goes with it.

    Raises NoAnswer for anything but a JSON answer of status 200 and a bearable size within ``timeout_s`` seconds.
    """
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    until_s = time.monotonic() + timeout_s
    connection = make(parts.hostname or "", parts.port, timeout=timeout_s)
    target = parts.path.rstrip("/") + path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "POST",
            target,
            json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
            {"Content-Type": "application/json", "Connection": "close", **(headers or {})},
        )
        socket = connection.sock
        response = connection.getresponse()
        raw = bytearray()
        while True:
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("it takes too long")
            socket.settimeout(left_s)
            piece = response.read1(_PIECE)
            if not piece:
                break
            raw += piece
            if len(raw) > _MOST_BYTES:
                raise ValueError("the answer is too large")
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        answer: Json = json.loads(raw)
        return answer
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise NoAnswer(str(error) or type(error).__name__) from error
    finally:
        connection.close()
