"""WebSocket frames as a server reads and writes them (RFC 6455), without extensions.

Reading is incremental: bytes in any pieces go in, whole messages come out. A small frame that arrives whole is never
copied into a buffer.
"""

from typing import Final

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
PROTOCOL_ERROR: Final = 1002
INVALID_TEXT: Final = 1007
TOO_BIG: Final = 1009

_SHORT_TEXT: Final = tuple(bytes((0x80 | TEXT, size)) for size in range(126))
_CLOSE_CODES: Final = frozenset((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014))


class FrameError(Exception):
    """The peer broke the protocol; the connection is to be closed with ``code`` (RFC 6455, 7.4.1)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def text_frame(payload: bytes) -> bytes:
    """One whole unmasked text frame."""
    size = len(payload)
    if size < 126:
        return _SHORT_TEXT[size] + payload
    return _header(TEXT, size) + payload


def frame(opcode: int, payload: bytes = b"") -> bytes:
    """One whole unmasked frame of any kind."""
    return _header(opcode, len(payload)) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; the reason is cut to what a control frame holds (123 bytes)."""
    text = reason.encode()[:123].decode(errors="ignore").encode()
    return frame(CLOSE, code.to_bytes(2) + text)


def payload_start(data: bytes) -> int:
    """Where the payload of one of our own frames begins."""
    size = data[1]
    return 2 if size < 126 else 4 if size == 126 else 10


def _header(opcode: int, size: int) -> bytes:
    if size < 126:
        return bytes((0x80 | opcode, size))
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2)
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8)


def unmask(payload: bytes | bytearray, mask: bytes | bytearray) -> bytes:
    """The payload with the four mask bytes taken off (or put on: it is the same)."""
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(payload, "little") ^ key).to_bytes(size, "little")


class FrameReader:
    """Makes messages of the bytes of one client. ``limit``: the longest message in bytes, fragments added up.

    ``failure`` is set once the client broke the protocol; nothing more is read then.
    """

    __slots__ = ("_buffer", "_limit", "_message", "_opcode", "_wanted", "failure")

    def __init__(self, limit: int) -> None:
        self.failure: FrameError | None = None
        self._limit = limit
        self._buffer: bytearray | None = None
        self._wanted = 0  # no use looking before the buffer is that long
        self._message: bytearray | None = None  # the fragments so far
        self._opcode = 0  # of the fragmented message

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Takes the next bytes; returns what became whole: (opcode, payload) of texts, binaries and control frames.

        Texts are checked to be UTF-8. Never raises: see ``failure``, after having handled what came before it.
        """
        if self.failure is not None:
            return []
        buffer = self._buffer
        if buffer is not None:
            buffer += data
            if len(buffer) < self._wanted:
                return []
            data = bytes(buffer)
            self._buffer = None
        whole: list[tuple[int, bytes]] = []
        at = 0
        end = len(data)
        try:
            while at < end:
                stop = self._frame(data, at, end, whole)
                if stop < 0:
                    self._buffer = bytearray(data[at:])
                    self._wanted = -stop - at
                    break
                at = stop
        except FrameError as error:
            self.failure = error
            self._message = None
        return whole

    def _frame(self, data: bytes, at: int, end: int, whole: list[tuple[int, bytes]]) -> int:
        """Reads the frame at ``at``; returns where it ends, or minus where it will end at least."""
        if end - at < 2:
            return -(at + 2)
        first = data[at]
        size = data[at + 1] - 0x80
        start = at + 6
        if size > 125:
            start += 2 if size == 126 else 8
            if end < start - 4:
                return -start
            size = int.from_bytes(data[at + 2 : start - 4])
            if first & 0x08:
                raise FrameError(PROTOCOL_ERROR, "long control frame")
        if first != 0x80 | TEXT or not 0 <= size <= self._limit or self._message is not None:
            self._check(first, size)
        stop = start + size
        if end < stop:
            return -stop
        payload = unmask(data[start:stop], data[start - 4 : start]) if size else b""
        if first == 0x80 | TEXT:
            _check_text(payload)
            whole.append((TEXT, payload))
        elif first & 0x08:
            whole.append((first & 0x0F, payload))
        else:
            self._fragment(first, payload, whole)
        return stop

    def _check(self, first: int, size: int) -> None:
        """What the head of a frame must not be. Raises FrameError."""
        if size < 0:
            raise FrameError(PROTOCOL_ERROR, "unmasked frame")
        opcode = first & 0x0F
        if first & 0x70 or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise FrameError(PROTOCOL_ERROR, "unknown frame")
        if opcode >= CLOSE:
            if not first & 0x80:
                raise FrameError(PROTOCOL_ERROR, "fragmented control frame")
            return
        if (opcode == CONTINUATION) != (self._message is not None):
            raise FrameError(PROTOCOL_ERROR, "fragment out of order")
        if size + len(self._message or b"") > self._limit:
            raise FrameError(TOO_BIG, "message too big")

    def _fragment(self, first: int, payload: bytes, whole: list[tuple[int, bytes]]) -> None:
        opcode = first & 0x0F
        if self._message is None:
            if first & 0x80:  # a whole binary frame
                whole.append((opcode, payload))
                return
            self._message = bytearray()
            self._opcode = opcode
        self._message += payload
        if first & 0x80:
            message = bytes(self._message)
            self._message = None
            if self._opcode == TEXT:
                _check_text(message)
            whole.append((self._opcode, message))


def _check_text(payload: bytes) -> None:
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise FrameError(INVALID_TEXT, "text is not UTF-8") from None


def check_close(payload: bytes) -> int:
    """The code of a received close frame's payload, 1005 where it has none. Raises FrameError for a malformed one."""
    if not payload:
        return 1005
    if len(payload) == 1:
        raise FrameError(PROTOCOL_ERROR, "malformed close")
    code = int.from_bytes(payload[:2])
    if code not in _CLOSE_CODES and not 3000 <= code < 5000:
        raise FrameError(PROTOCOL_ERROR, "unknown close code")
    _check_text(payload[2:])
    return code
