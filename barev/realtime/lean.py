"""The lean carrier: Engine.IO 4 over a WebSocket, straight on the transport. No task, queue or timer of its own."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import orjson

from barev.realtime import frames
from barev.realtime.client import Client
from barev.realtime.frames import BINARY, CLOSE, PING, TEXT, FrameError, FrameReader

if TYPE_CHECKING:
    from barev.realtime.hub import Hub

_ENGINE_PING: Final = frames.text_frame(b"2")

# what the heartbeat waits for
_REST: Final = 0  # the time of the next ping
_PINGED: Final = 1  # any message; none by then: the peer is dead
_ANSWERED: Final = 2  # the time of the check, which will find all well
_CLOSING: Final = 3  # the peer's end of the connection; not ended by then: it is cut off


class LeanConnection(Client, asyncio.Protocol):
    """One WebSocket. What a slow reader has not read is held here once its transport's buffer is full, up to a limit.

    Anything that is not Engine.IO closes the connection (1002), a message over the limit too (1009). Binary frames are
    ignored, for the product has no binary events.
    """

    __slots__ = ("_beat", "_held", "_out", "_paused", "_reader", "_since", "_transport", "slot")

    def __init__(self, hub: "Hub", remote: str, headers: Mapping[str, str]) -> None:
        Client.__init__(self, hub, remote, headers)
        self.slot = 0
        self._reader = FrameReader(hub.settings.message_limit_bytes)
        self._out: list[bytes] = []
        self._held = 0
        self._paused = False
        self._beat = _REST

    def start(self, transport: asyncio.Transport, response: bytes, rest: bytes) -> None:
        """Takes the connection over: answers the handshake, opens the session, reads what came with it."""
        settings = self.hub.settings
        self._transport = transport
        self._since = asyncio.get_running_loop().time()
        self.hub.counters.lean += 1
        self.hub.counters.accepted += 1
        transport.set_write_buffer_limits(high=settings.soft_limit_bytes)
        self.hub.wheel.add(self, settings.ping_interval_s)
        transport.write(response + self._opening())
        if rest:
            self.data_received(rest)

    def _opening(self) -> bytes:
        settings = self.hub.settings
        session = {
            "sid": self.hub.new_id(),
            "upgrades": [],
            "pingInterval": round(settings.ping_interval_s * 1000),
            "pingTimeout": round(settings.ping_timeout_s * 1000),
            "maxPayload": settings.message_limit_bytes,
        }
        return frames.text_frame(b"0" + orjson.dumps(session))

    # what comes in

    def data_received(self, data: bytes) -> None:
        """Handles every frame that became whole."""
        if self._beat == _CLOSING:
            return
        reader = self._reader
        for opcode, payload in reader.feed(data):
            if self._beat == _PINGED:
                self._beat = _ANSWERED
            if opcode == TEXT:
                self._engine_packet(payload.decode())
            elif opcode >= CLOSE:
                self._control(opcode, payload)
            elif opcode == BINARY:
                self.hub.counters.malformed += 1
            if self._beat == _CLOSING:
                return
        if reader.failure is not None:
            self._fail(reader.failure)

    def _engine_packet(self, text: str) -> None:
        kind = text[:1]
        if kind == "4":
            self.receive(text[1:])
        elif kind == "1":
            self._end(frames.NORMAL, "")
        elif kind == "2":  # a client that probes, as if it were upgrading
            self.write(frames.text_frame(b"3" + text[1:].encode()))
        elif kind not in ("3", "5", "6"):
            self._fail(FrameError(frames.PROTOCOL_ERROR, "no Engine.IO packet"))

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.write(frames.frame(frames.PONG, payload))
        elif opcode == CLOSE:
            try:
                code = frames.check_close(payload)
            except FrameError as error:
                self._fail(error)
                return
            self._last_words(frames.close_frame(code) if code != 1005 else frames.frame(CLOSE))
            self._transport.close()

    def eof_received(self) -> None:
        """The peer is done; the transport closes."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends all its sockets."""
        self.hub.wheel.remove(self)
        self._beat = _CLOSING
        self._out.clear()
        self.hub.counters.lean -= 1
        self.lost()
        self.hub.left()

    # what goes out

    def write(self, frame: bytes) -> None:
        """Sends it at the end of this turn of the loop; holds it while the peer is slow, drops one that is too slow."""
        out = self._out
        if not out:
            if self._beat == _CLOSING:
                return
            self.hub.mark(self)
        out.append(frame)
        if self._paused:
            self._held += len(frame)
            if self._held > self.hub.settings.hard_limit_bytes:
                self.hub.counters.dropped_slow += 1
                self.abort()

    def flush(self) -> None:
        """Writes all there is in one go, unless the peer is slow."""
        out = self._out
        if out and not self._paused:
            self._out = []
            self._held = 0
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._paused = True

    def resume_writing(self) -> None:
        """The transport's buffer has room again."""
        self._paused = False
        self.flush()

    # the heartbeat, and the end

    def due(self) -> None:
        """The next step of the heartbeat."""
        settings = self.hub.settings
        if self._beat == _CLOSING:
            self.abort()
        elif self._beat == _PINGED:
            self.hub.counters.dropped_dead += 1
            self.abort()
        elif self._beat == _ANSWERED:
            self._beat = _REST
            self.hub.wheel.add(self, max(0.0, settings.ping_interval_s - settings.ping_timeout_s))
        elif not self.members and asyncio.get_running_loop().time() - self._since >= settings.connect_timeout_s:
            self._end(frames.NORMAL, "no namespace")
        else:
            self._beat = _PINGED
            self.write(_ENGINE_PING)
            self.hub.wheel.add(self, settings.ping_timeout_s)

    def close(self) -> None:
        """Says goodbye: the client will come back by itself."""
        self._end(frames.GOING_AWAY, "")

    def abort(self) -> None:
        """Cuts the connection off; what was not sent is lost."""
        self._beat = _CLOSING
        self._out.clear()
        self._transport.abort()

    def _fail(self, error: FrameError) -> None:
        self.hub.counters.malformed += 1
        self._end(error.code, error.reason)

    def _end(self, code: int, reason: str) -> None:
        """Sends a close frame, and reads on (and away) until the peer has closed, lest the frame be lost in a reset."""
        if self._beat == _CLOSING:
            return
        self._last_words(frames.close_frame(code, reason))
        self.hub.wheel.remove(self)
        self.hub.wheel.add(self, self.hub.settings.close_timeout_s)
        if self._transport.can_write_eof():
            with suppress(OSError, RuntimeError):  # the peer may have gone without our having heard of it
                self._transport.write_eof()

    def _last_words(self, close: bytes) -> None:
        out, self._out = self._out, []
        self._beat = _CLOSING
        self._transport.write(b"".join((*out, close)))
