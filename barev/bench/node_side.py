"""The yardstick's side: the Node server beside this file, and how its connections open."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from barev.bench import wire
from barev.bench.fleet import BenchError, Fleet, Plan, Step
from barev.bench.load import Pair
from barev.bench.processes import Server, clean_environment

_SCRIPT = Path(__file__).with_name("node_server.mjs")
SPACE = wire.Space("")
HOST = "127.0.0.1"


def find_node() -> str:
    """The Node to run. Raises BenchError where there is none, or it lacks the npm package ``socket.io``."""
    node = shutil.which("node")
    if node is None:
        raise BenchError("Node is not on the PATH; the comparison needs it")
    probe = "process.stdout.write(process.version + ' ' + require('socket.io/package.json').version)"
    run = _ask(node, probe)
    if run.returncode != 0:
        raise BenchError("npm's socket.io is not installed here; in a checkout `make setup` installs it")
    return node


def versions(node: str) -> dict[str, str]:
    """Of Node and of its socket.io and ws."""
    probe = (
        "const v = n => require(n + '/package.json').version;"
        "process.stdout.write([process.version, v('socket.io'), v('ws')].join(' '))"
    )
    version, socket_io, ws = _ask(node, probe).stdout.split()
    return {"node": version, "socket.io": socket_io, "ws": ws}


def _ask(node: str, script: str) -> "subprocess.CompletedProcess[str]":
    command = [node, "-e", script]
    return subprocess.run(
        command, cwd=_SCRIPT.parent, capture_output=True, text=True, check=False, env=clean_environment()
    )


def start(node: str, cores: set[int], folder: Path) -> tuple[Server, int]:
    """The server and its port."""
    server = Server.start([node, str(_SCRIPT)], ready="ready ", cores=cores, log=folder / "node.log")
    return server, int(server.ready_line.split()[1])


def plan(port: int, room: str, source: str | None = None) -> Plan:
    """A connection that joins ``room``."""
    return Plan(
        HOST,
        port,
        (
            Step(SPACE.connect({}), SPACE.connected_head),
            Step(SPACE.event(0, "hello", {"room": room}), SPACE.ack_head + b"0", answer_ok=True),
        ),
        source,
    )


def open_pairs(fleet: Fleet, port: int, count: int, sources: Sequence[str]) -> list[Pair]:
    """``count`` rooms of two."""
    plans = [plan(port, f"room-{number // 2}", sources[number % len(sources)]) for number in range(2 * count)]
    links = fleet.open_all(plans)
    return [Pair(links[2 * number], links[2 * number + 1]) for number in range(count)]
