"""Many raw Socket.IO connections in one thread: opened by a script of packets, then read and written over epoll."""

import select
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from barev.bench import wire

_READ_BYTES = 65_536  # beyond 128 KiB each read would map and unmap memory, five times the cost of the call


class BenchError(Exception):
    """The measurement cannot go on; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Step:
    """Send one packet, go on when one comes that begins with ``expect``, and ``[{"ok":true`` if ``answer_ok``."""

    send: bytes
    expect: bytes
    answer_ok: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One connection to be: where to, from which local address, and its script after the Engine.IO opening."""

    host: str
    port: int
    steps: tuple[Step, ...]
    source: str | None = None


class Link:
    """One open connection. ``handle`` is given every text packet that is not a heartbeat."""

    __slots__ = ("alive", "handle", "mask", "pair", "plan", "ready_steps", "rest", "seen_head", "sock", "step")

    def __init__(self, plan: Plan, sock: socket.socket) -> None:
        self.plan = plan
        self.sock = sock
        self.mask = wire.Mask()
        self.rest = b""
        self.seen_head = False
        self.step = -1  # -1: waiting for the Engine.IO opening; ready_steps: ready
        self.ready_steps = len(plan.steps)
        self.alive = True
        self.pair = -1
        self.handle: Callable[[Link, bytes], None] = _ignore

    @property
    def ready(self) -> bool:
        """Whether its script is done."""
        return self.step == self.ready_steps

    def send(self, payload: bytes) -> None:
        """Writes one packet in one system call. Raises BenchError where the kernel takes no more of it."""
        frame = self.mask.frame(payload)
        try:
            sent = self.sock.send(frame)
        except OSError as error:
            raise BenchError(f"a connection broke while sending: {error}") from error
        if sent != len(frame):
            raise BenchError("the server does not read what it is sent")


def _ignore(_link: Link, _packet: bytes) -> None:
    return


@dataclass(slots=True)
class Fleet:
    """All connections of the generator on one epoll, so heartbeats are answered whatever is measured."""

    links: dict[int, Link] = field(default_factory=dict)
    dead: int = 0
    _poll: select.epoll = field(default_factory=select.epoll)

    def open_all(self, plans: Sequence[Plan], *, at_once: int = 64, timeout_s: float = 120.0) -> list[Link]:
        """Opens every plan, ``at_once`` handshakes at a time, and returns the links in the order of the plans.

        Raises BenchError where one is refused, breaks, or all are not there within ``timeout_s``.
        """
        deadline = perf_counter() + timeout_s
        opened: list[Link] = []
        pending: list[Link] = []
        while len(opened) < len(plans) or pending:
            while len(pending) < at_once and len(opened) < len(plans):
                link = self._open(plans[len(opened)])
                opened.append(link)
                pending.append(link)
            self.turn(0.5)
            pending = [link for link in pending if not link.ready]
            if any(not link.alive for link in pending):
                raise BenchError("the server closed a connection during its handshake")
            if perf_counter() > deadline:
                raise BenchError(f"{len(pending)} of {len(plans)} connections are not ready after {timeout_s:.0f} s")
        return opened

    def turn(self, timeout_s: float) -> None:
        """Waits up to ``timeout_s`` (microseconds count, unlike epoll's own wait) and reads all that came."""
        events = self._poll.poll(0)
        if not events and timeout_s > 0:
            select.select([self._poll.fileno()], [], [], timeout_s)
            events = self._poll.poll(0)
        for number, _mask in events:
            link = self.links.get(number)
            if link is not None:
                self._read(link)

    def run_for(self, seconds: float) -> None:
        """Only answers heartbeats and reads, for a while."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0:
            self.turn(left)

    def close(self, links: Sequence[Link] | None = None) -> None:
        """Closes these connections, or all."""
        for link in list(self.links.values()) if links is None else links:
            if link.alive:
                self._forget(link)

    def _open(self, plan: Plan) -> Link:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(10.0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if plan.source is not None:
                sock.bind((plan.source, 0))
            sock.connect((plan.host, plan.port))
            sock.sendall(wire.upgrade_request(plan.host, plan.port))
        except OSError as error:
            sock.close()
            raise BenchError(f"no connection to port {plan.port}: {error}") from error
        sock.setblocking(False)
        link = Link(plan, sock)
        self.links[sock.fileno()] = link
        self._poll.register(sock.fileno(), select.EPOLLIN)
        return link

    def _forget(self, link: Link) -> None:
        link.alive = False
        number = link.sock.fileno()
        self._poll.unregister(number)
        del self.links[number]
        link.sock.close()

    def _lose(self, link: Link) -> None:
        self.dead += 1
        self._forget(link)

    def _read(self, link: Link) -> None:
        try:
            data = link.sock.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose(link)
            return
        if link.rest:
            data = link.rest + data
        if not link.seen_head:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                link.rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                raise BenchError(f"the upgrade was refused: {data[:80].decode('latin-1').splitlines()[0]}")
            link.seen_head = True
            data = data[end + 4 :]
        link.rest = self._frames(link, data)

    def _frames(self, link: Link, data: bytes) -> bytes:
        """Hands on every whole frame of ``data``, returns what is left of it."""
        at = 0
        end = len(data)
        while end - at >= 2:
            first = data[at]
            size = data[at + 1]
            start = at + 2
            if size == 126:
                start = at + 4
                size = int.from_bytes(data[at + 2 : start], "big")
            elif size == 127:
                start = at + 10
                size = int.from_bytes(data[at + 2 : start], "big")
            stop = start + size
            if stop > end or start > end:
                break
            at = stop
            if first == wire.TEXT:
                if size > 1 and link.ready_steps == link.step:
                    link.handle(link, data[start:stop])
                else:
                    self._packet(link, data[start:stop])
            elif first == wire.PING:
                link.sock.send(link.mask.frame(data[start:stop], wire.PONG))
            else:
                self._lose(link)
                return b""
        return data[at:]

    def _packet(self, link: Link, packet: bytes) -> None:
        """A packet besides the load's own: heartbeat or handshake."""
        if packet == b"2":
            link.send(b"3")
        elif not link.ready:
            self._advance(link, packet)

    def _advance(self, link: Link, packet: bytes) -> None:
        """One packet of the handshake."""
        steps = link.plan.steps
        if packet.startswith(b"44"):
            raise BenchError(f"the server refused a connection: {packet[:300].decode('utf-8', 'replace')}")
        if link.step >= 0:
            step = steps[link.step]
            if not packet.startswith(step.expect):
                return
            if step.answer_ok and not packet.startswith(b'[{"ok":true', len(step.expect)):
                raise BenchError(f"the server refused a step: {packet[:300].decode('utf-8', 'replace')}")
        elif not packet.startswith(b"0"):
            return
        link.step += 1
        if link.step < link.ready_steps:
            link.send(steps[link.step].send)
