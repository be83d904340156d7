"""The generator counts right: what a server loses, doubles or sends astray is noticed (no timing is asserted)."""

from collections.abc import Callable

import pytest

from barev.bench.fleet import BenchError, Fleet, Plan, Step
from barev.bench.load import TEXT, Load, Pair, Sample
from barev.bench.wire import Space
from tests.barev.bench.scripted import Packets, ScriptedServer, honest, served

ROOT = Space("")


def plan(port: int, room: str) -> Plan:
    """A connection that joins a room."""
    hello = Step(ROOT.event(0, "hello", {"room": room}), b"430", answer_ok=True)
    return Plan("127.0.0.1", port, (Step(ROOT.connect({}), ROOT.connected_head), hello), "127.0.0.2")


def measure(
    server: ScriptedServer, run: Callable[[Load], Sample], *, pairs: int = 2, drain_s: float = 10.0
) -> tuple[Load, Sample]:
    """Runs a load of some pairs."""
    fleet = Fleet()
    try:
        links = fleet.open_all([plan(server.port, f"room-{number // 2}") for number in range(2 * pairs)], timeout_s=10)
        opened = [Pair(links[2 * number], links[2 * number + 1]) for number in range(pairs)]
        load = Load(fleet, opened, ROOT, ROOT, lambda: 0.0, drain_s=drain_s)
        return load, run(load)
    finally:
        fleet.close()


def paced(load: Load) -> Sample:
    """30 messages, 10 of them to warm up."""
    return load.pace(500, 0.04, 0.02)


def test_an_honest_server_has_no_faults_and_every_message_is_counted() -> None:
    with served(honest) as server:
        load, sample = measure(server, paced)
    assert server.heartbeats == 4
    assert server.messages == sample.sent == sample.acknowledged == 30
    assert sample.delivered == 60
    assert sample.faults.total == load.recheck() == 0
    assert sorted(load.ids[: load.sent]) == list(range(1001, 1031))
    assert len({load.client_id(number) for number in range(load.sent)}) == 30
    assert len(TEXT) == 94


def test_a_closed_loop_keeps_as_many_in_flight_as_asked() -> None:
    held_mine: Packets = []
    held_others: Packets = []

    def eight_at_a_time(number: int, ack: bytes, delivery: bytes) -> tuple[Packets, Packets]:
        held_mine.extend((delivery, ack))
        held_others.append(delivery)
        if number % 8:
            return [], []
        mine, others = held_mine.copy(), held_others.copy()
        held_mine.clear()
        held_others.clear()
        return mine, others

    with served(eight_at_a_time) as server:
        _, sample = measure(server, lambda load: load.saturate(8, 0.05, 0.0), pairs=1)
    assert sample.sent >= 16
    assert sample.sent == sample.acknowledged
    assert sample.faults.total == 0


# For each fault: packets for the sender, packets for the other; a(ck), d(elivery), r(efusal), s(tranger).
FAULTS = {
    "lost_acks": ("d", "d"),
    "double_acks": ("daa", "d"),
    "refused": ("dr", "d"),
    "lost_deliveries": ("a", "d"),
    "double_deliveries": ("ad", "dd"),
    "strange_deliveries": ("ads", "d"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_noticed_as_what_it_is(fault: str) -> None:
    def script(number: int, ack: bytes, delivery: bytes) -> tuple[Packets, Packets]:
        if number != 7:
            return honest(number, ack, delivery)
        refusal = ack[: ack.index(b"[")] + b'[{"ok":false,"error":{"code":"too_many","message":"slower"}}]'
        packets = {"a": ack, "d": delivery, "r": refusal, "s": delivery.replace(b"-8", b"-9")}
        mine, others = FAULTS[fault]
        return [packets[one] for one in mine], [packets[one] for one in others]

    with served(script) as server:
        _, sample = measure(server, paced, drain_s=0.3)
    assert getattr(sample.faults, fault) == 1
    assert sample.faults.total == 1
    assert (len(sample.faults.examples) == 1) == (fault == "refused")


def test_a_message_that_reaches_another_pair_is_strange() -> None:
    def script(_number: int, ack: bytes, delivery: bytes) -> tuple[Packets, Packets]:
        """The second pair is brought the first one's message as well."""
        others = delivery.replace(b'000000000001"', b'000000000000"')
        return [delivery, ack], [delivery] if others == delivery else [delivery, others]

    with served(script) as server:
        load, sample = measure(server, paced)
    assert sample.faults.strange_deliveries == sample.faults.total == 1
    assert load.recheck() == 0


def test_a_lost_connection_is_counted() -> None:
    def script(number: int, ack: bytes, delivery: bytes) -> tuple[Packets, Packets]:
        return [delivery, ack], [delivery, b""] if number == 30 else [delivery]

    with served(script) as server:
        _, sample = measure(server, paced)
    assert sample.faults.dead_connections == sample.faults.total == 1


def test_a_refused_handshake_says_why() -> None:
    def refuse(number: int, ack: bytes, delivery: bytes) -> tuple[Packets, Packets]:
        return [ack[: ack.index(b"[")] + b'[{"ok":false,"error":{"code":"invalid"}}]'], []

    asks = Step(ROOT.event(0, "message", {"client_id": "x"}), b"430", answer_ok=True)
    fleet = Fleet()
    with served(refuse) as server:
        try:
            with pytest.raises(BenchError, match="invalid"):
                fleet.open_all([Plan("127.0.0.1", server.port, (asks,))], timeout_s=10)
        finally:
            fleet.close()
