"""The load itself: messages in, acknowledgements and deliveries counted one by one, none taken on trust."""

import resource
import uuid
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from barev.bench import wire
from barev.bench.fleet import BenchError, Fleet, Link

TEXT = "Good afternoon! Is there a free hour this week, on Thursday after six in the evening, please? "
DRAIN_S = 20.0
_PAGE = 65_536
_ACK = ord("3")  # of the packet type 43


@dataclass(frozen=True, slots=True)
class Pair:
    """A visitor who writes and the one agent who sees it."""

    visitor: Link
    agent: Link


@dataclass(slots=True)
class Faults:
    """What must all be zero. ``refused`` counts acknowledgements that say no; ``examples`` keeps a few of them."""

    lost_acks: int = 0
    double_acks: int = 0
    refused: int = 0
    lost_deliveries: int = 0
    double_deliveries: int = 0
    strange_deliveries: int = 0  # to the wrong pair, or a message nobody of us sent
    dead_connections: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many faults there were of any kind."""
        return (
            self.lost_acks
            + self.double_acks
            + self.refused
            + self.lost_deliveries
            + self.double_deliveries
            + self.strange_deliveries
            + self.dead_connections
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """One run. Rates and CPU are of the measured window; faults and counts of the whole run, warm-up included."""

    sent: int
    acknowledged: int
    delivered: int
    window_s: float
    in_window: int
    per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    server_cpu_s: float
    server_cores: float
    cpu_s_per_1000: float
    generator_cores: float
    late_p99_ms: float  # how late the generator itself sent (open loop only)
    faults: Faults


class Load:
    """Drives the pairs of one server and keeps the book of every message it ever sent.

    ``server_cpu_s``: reads the CPU seconds used by the server's process tree so far.
    ``drain_s``: how long to wait at the end of a run for what is still on its way.
    """

    def __init__(
        self,
        fleet: Fleet,
        pairs: Sequence[Pair],
        visitor_space: wire.Space,
        agent_space: wire.Space,
        server_cpu_s: Callable[[], float],
        *,
        drain_s: float = DRAIN_S,
    ) -> None:
        self._fleet = fleet
        self._drain_s = drain_s
        self._pairs = pairs
        self._server_cpu_s = server_cpu_s
        self._visitor_ack = visitor_space.ack_head
        self._visitor_message = visitor_space.message_head
        self._agent_message = agent_space.message_head
        self._send_head = b"42" + visitor_space.suffix
        run = uuid.uuid4().hex
        self.prefix = f"{run[:8]}-{run[8:12]}-4{run[13:16]}-8{run[17:20]}-".encode()
        self._mine = b'"client_id":"' + self.prefix
        self._middle = b'["message",{' + self._mine
        self._end = b'","text":"' + TEXT.encode() + b'"}]'
        # The book, one place a message, in the order of sending; `sent` places of it are in use.
        self.sent = 0
        self.ids = array("q")  # the id the server acknowledged, 0 until then
        self._due = array("d")
        self._owner = array("l")
        self._acks = bytearray()
        self._to_visitor = bytearray()
        self._to_agent = bytearray()
        self._acked_at = array("d")
        self._books = (self._acks, self._to_visitor, self._to_agent)
        self._refused = self._strange = 0
        self._examples: list[str] = []
        self._refill = False
        for number, pair in enumerate(pairs):
            pair.visitor.pair = pair.agent.pair = number
            pair.visitor.handle = self._from_visitor
            pair.agent.handle = self._from_agent

    def client_id(self, number: int) -> str:
        """The UUID of the ``number``-th message."""
        return f"{self.prefix.decode()}{number:012x}"

    def saturate(self, in_flight: int, seconds: float, warm_up_s: float) -> Sample:
        """Closed loop: every acknowledgement brings the next message, so that ``in_flight`` are always on their way."""
        first = self.sent
        lost_before = self._fleet.dead
        self._refill = True
        for number in range(in_flight):
            self._send(number % len(self._pairs), perf_counter())
        self._turn_until(perf_counter() + warm_up_s)
        gauge = _Gauge(self._server_cpu_s)
        self._turn_until(gauge.began + seconds)
        gauge.stop()
        self._refill = False
        self._drain(first)
        return self._sample(first, gauge, lost_before, ())

    def pace(self, per_s: float, seconds: float, warm_up_s: float) -> Sample:
        """Open loop: messages go out by the clock whatever comes back; latency counts from the moment each was due."""
        first = self.sent
        lost_before = self._fleet.dead
        late: list[float] = []
        start = perf_counter() + 0.01
        gauge: _Gauge | None = None
        for number in range(int(per_s * (warm_up_s + seconds))):
            due = start + number / per_s
            self._turn_until(due)
            if gauge is None and due - start >= warm_up_s:
                gauge = _Gauge(self._server_cpu_s)
            self._send(number % len(self._pairs), due)
            if gauge is not None:
                late.append(perf_counter() - due)
        if gauge is None:
            raise BenchError("an open-loop run needs some time after its warm-up")
        self._turn_until(start + warm_up_s + seconds)
        gauge.stop()
        self._drain(first)
        return self._sample(first, gauge, lost_before, late)

    def _turn_until(self, end: float) -> None:
        turn = self._fleet.turn
        while (left := end - perf_counter()) > 0:
            turn(left)

    def _drain(self, first: int) -> None:
        """Waits for everything still on its way, up to ``drain_s``, and a moment more for what should not come."""
        deadline = perf_counter() + self._drain_s
        while perf_counter() < deadline and not self._settled(first):
            self._fleet.turn(0.05)
        self._fleet.run_for(0.1)

    def _settled(self, first: int) -> bool:
        return all(book.find(b"\x00", first, self.sent) < 0 for book in self._books)

    def _send(self, pair: int, due: float) -> None:
        number = self.sent
        if number == len(self._due):
            self._grow()
        self.sent = number + 1
        self._due[number] = due
        self._owner[number] = pair
        self._pairs[pair].visitor.send(b"%b%d%b%012x%b" % (self._send_head, number, self._middle, number, self._end))

    def _grow(self) -> None:
        zeros = bytes(8 * _PAGE)
        for numbers in (self.ids, self._due, self._owner, self._acked_at):
            numbers.frombytes(zeros[: numbers.itemsize * _PAGE])
        for book in self._books:
            book.extend(zeros[:_PAGE])

    def _from_visitor(self, link: Link, packet: bytes) -> None:
        if packet[1] == _ACK:
            self._acknowledge(link, packet)
        elif packet.startswith(self._visitor_message):
            self._deliver(link, packet, self._to_visitor)

    def _from_agent(self, link: Link, packet: bytes) -> None:
        if packet.startswith(self._agent_message):
            self._deliver(link, packet, self._to_agent)

    def _acknowledge(self, link: Link, packet: bytes) -> None:
        at = perf_counter()
        bracket = packet.find(b"[")
        number = int(packet[len(self._visitor_ack) : bracket])
        if number >= self.sent or self._owner[number] != link.pair:
            self._strange += 1
            return
        times = self._acks[number]
        self._acks[number] = min(times + 1, 255)
        found = wire.acknowledged_id(packet, bracket)
        if found < 0:
            self._refused += 1
            if len(self._examples) < 3:
                self._examples.append(packet[bracket : bracket + 200].decode("utf-8", "replace"))
        else:
            self.ids[number] = found
        if times == 0:
            self._acked_at[number] = at
            if self._refill:
                self._send(link.pair, at)

    def _deliver(self, link: Link, packet: bytes, book: bytearray) -> None:
        at = packet.find(self._mine)
        if at < 0:
            self._strange += 1
            return
        at += len(self._mine)
        number = int(packet[at : at + 12], 16)
        if number >= self.sent or self._owner[number] != link.pair:
            self._strange += 1
        elif book[number] < 255:
            book[number] += 1

    def _sample(self, first: int, gauge: "_Gauge", lost_before: int, late: Sequence[float]) -> Sample:
        sent = self.sent - first
        acks, visitor, agent = (book[first : self.sent] for book in self._books)
        faults = Faults(
            lost_acks=acks.count(0),
            double_acks=_above_one(acks),
            refused=self._refused,
            lost_deliveries=visitor.count(0) + agent.count(0),
            double_deliveries=_above_one(visitor) + _above_one(agent),
            strange_deliveries=self._strange,
            dead_connections=self._fleet.dead - lost_before,
            examples=self._examples,
        )
        self._refused = self._strange = 0
        self._examples = []
        waits: list[float] = []
        in_window = 0
        for number in range(first, self.sent):
            at = self._acked_at[number]
            if gauge.began <= at < gauge.ended:
                in_window += 1
            if at and gauge.began <= self._due[number] < gauge.ended:
                waits.append((at - self._due[number]) * 1000)
        waits.sort()
        return Sample(
            sent=sent,
            acknowledged=sent - acks.count(0),
            delivered=sum(visitor) + sum(agent),
            window_s=gauge.seconds,
            in_window=in_window,
            per_s=in_window / gauge.seconds,
            p50_ms=quantile(waits, 0.5),
            p99_ms=quantile(waits, 0.99),
            max_ms=waits[-1] if waits else 0.0,
            server_cpu_s=gauge.server_s,
            server_cores=gauge.server_s / gauge.seconds,
            cpu_s_per_1000=1000 * gauge.server_s / in_window if in_window else 0.0,
            generator_cores=gauge.own_s / gauge.seconds,
            late_p99_ms=quantile(sorted(late), 0.99) * 1000,
            faults=faults,
        )

    def recheck(self) -> int:
        """Faults in the whole book so far: what came twice or never, however late. 0 is right."""
        used = [book[: self.sent] for book in self._books]
        return sum(book.count(0) + _above_one(book) for book in used)


class _Gauge:
    """CPU of the server and of ourselves between two moments."""

    def __init__(self, server_cpu_s: Callable[[], float]) -> None:
        self._read = server_cpu_s
        self._server = server_cpu_s()
        self._own = _own_cpu_s()
        self.began = perf_counter()
        self.ended = float("inf")
        self.seconds = self.server_s = self.own_s = 0.0

    def stop(self) -> None:
        """Ends the window."""
        self.ended = perf_counter()
        self.own_s = _own_cpu_s() - self._own
        self.server_s = self._read() - self._server
        self.seconds = self.ended - self.began


def _own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _above_one(book: bytearray) -> int:
    return len(book) - book.count(0) - book.count(1)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the ordered values lie (nearest rank). 0.0 for none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
