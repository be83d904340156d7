"""Barev's side: `barev serve` as it is shipped, on a store of its own; visitors and agents come in by the contract."""

import http.client
import json
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from barev.bench import wire
from barev.bench.fleet import BenchError, Fleet, Plan, Step
from barev.bench.load import Pair
from barev.bench.processes import Server

HOST = "127.0.0.1"
VISITOR = wire.Space("/visitor")
DESK = wire.Space("/desk")
PASSWORD = "only-for-measuring"  # noqa: S105  (of agents in a store that is thrown away)
_PAGE = "https://shop.example/products/42"

# A hundred test clients behind few addresses say what thousands of people say: the limits on them are lifted, nothing
# else is.
_LIFTED: dict[str, dict[str, object]] = {
    "visitor": {
        "per_s": 1_000_000,
        "burst": 1_000_000,
        "address_per_s": 1_000_000,
        "address_burst": 1_000_000,
        "new_per_s": 1_000_000,
        "new_burst": 1_000_000,
        "connections_per_s": 1_000_000,
        "connections_burst": 1_000_000,
    }
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a Barev of ours lives: its folder, its settings file, its port, and its data folder."""

    folder: Path
    settings: Path
    port: int
    data: Path


def make_site(folder: Path, store_url: str = "", redis_url: str = "", data: Path | None = None) -> Site:
    """Writes the settings of a new site. The store is SQLite in its folder, or the given PostgreSQL; with a Redis it is
    one of several processes, which share the data folder ``data``."""
    folder.mkdir(parents=True)
    sections: dict[str, dict[str, object]] = {**_LIFTED, "store": {"url": store_url}} if store_url else dict(_LIFTED)
    if redis_url:
        sections["redis"] = {"url": redis_url}
    lines = [
        line
        for section, values in sections.items()
        for line in (f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()))
    ]
    settings = folder / "barev.toml"
    settings.touch(0o600)
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Site(folder, settings, _free_port(), data or folder / "data")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def start(site: Site, cores: set[int], *, demo: bool = False) -> Server:
    """`barev serve` on the site, ready."""
    command = [sys.executable, "-m", "barev", "serve", "--config", str(site.settings), "--data", str(site.data)]
    command += ["--host", HOST, "--port", str(site.port)]
    if demo:
        command.append("--demo")
    return Server.start(command, ready="barev ready on ", cores=cores, log=site.folder / "serve.log")


def log_in(site: Site, logins: Sequence[str]) -> list[str]:
    """Opens a session for every agent over REST; returns their tokens."""
    tokens: list[str] = []
    connection = http.client.HTTPConnection(HOST, site.port, timeout=30)
    try:
        for login in logins:
            body = json.dumps({"login": login, "password": PASSWORD})
            connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise BenchError(f"an agent cannot log in: {answer.status} {text[:200].decode('utf-8', 'replace')}")
            tokens.append(str(json.loads(text)["token"]))
    finally:
        connection.close()
    return tokens


def visitor_plan(site: Site, inbox_key: str | None, source: str | None = None, *, starts: bool = False) -> Plan:
    """A visitor's tab that said hello, and with ``starts`` began a conversation."""
    auth: dict[str, object] = {"page_url": _PAGE, "page_title": "A thing to buy", "language": "en"}
    if inbox_key is not None:
        auth["widget"] = inbox_key
    steps = [
        Step(VISITOR.connect(auth), VISITOR.connected_head),
        Step(VISITOR.event(0, "hello", {}), VISITOR.ack_head + b"0", answer_ok=True),
    ]
    if starts:
        begin = VISITOR.event(1, "start", {"answers": {"name": "Visitor"}})
        steps.append(Step(begin, VISITOR.ack_head + b"1", answer_ok=True))
    return Plan(HOST, site.port, tuple(steps), source)


def agent_plan(site: Site, token: str, source: str | None = None) -> Plan:
    """An agent's desk that said hello."""
    return Plan(
        HOST,
        site.port,
        (
            Step(DESK.connect({"token": token}), DESK.connected_head),
            Step(DESK.event(0, "hello", {}), DESK.ack_head + b"0", answer_ok=True),
        ),
        source,
    )


def open_pairs(
    fleet: Fleet, site: Site, inbox_keys: Sequence[str], tokens: Sequence[str], sources: Sequence[str]
) -> list[Pair]:
    """One visitor to every inbox, talking, and the agent of that inbox's team at his desk."""
    return open_crossed_pairs(fleet, [site], inbox_keys, tokens, sources)


def open_crossed_pairs(
    fleet: Fleet, sites: Sequence[Site], inbox_keys: Sequence[str], tokens: Sequence[str], sources: Sequence[str]
) -> list[Pair]:
    """The same over several processes on one store: of each pair the agent is on the next process after the
    visitor's."""
    spread = [(number, sources[number % len(sources)]) for number in range(len(inbox_keys))]
    agents = fleet.open_all(
        [
            agent_plan(sites[(number + 1) % len(sites)], token, source)
            for token, (number, source) in zip(tokens, spread, strict=True)
        ]
    )
    visitors = fleet.open_all(
        [
            visitor_plan(sites[number % len(sites)], key, source, starts=True)
            for key, (number, source) in zip(inbox_keys, spread, strict=True)
        ]
    )
    return [Pair(visitor, agent) for visitor, agent in zip(visitors, agents, strict=True)]
