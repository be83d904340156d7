"""Search as you type, asked over REST of a full store: latency a class of query, and the server's memory."""

import asyncio
import http.client
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from barev.bench import barev_side, report, search_fill
from barev.bench.fleet import BenchError
from barev.bench.load import quantile
from barev.bench.processes import Server
from business.search.indexing import Indexer, IndexingLimits
from business.team.passwords import hash_password
from conversation import clock
from conversation.layouts import other_layouts
from conversation.search_key import fold
from crm_store import Tx, agents
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import ContactRow, MessageRow

MOST_MS = 50.0
MOST_GROWTH = 1.1
_LONGEST = 12
_ROWS = 10
_MIB = 1024 * 1024
_FAST_INDEXING = IndexingLimits(batch=2_000, pause_s=0.0)


@dataclass(slots=True)
class SearchFigures:
    """What was measured: sorted milliseconds by class of query, and what the store and the server are like."""

    latency_ms: dict[str, list[float]] = field(default_factory=dict)
    scan_ms: dict[str, list[float]] = field(default_factory=dict)
    facts: dict[str, float] = field(default_factory=dict)


def measure(
    figures: SearchFigures,
    folder: Path,
    url: str,
    cores: set[int],
    size: tuple[int, int],
    names: int,
    say: Callable[[str], None],
) -> None:
    """Fills a store of ``size`` (contacts, messages), serves it, and types ``names`` names in many ways.

    Raises BenchError where the server refuses or a name that is there is not found."""
    site = barev_side.make_site(folder, url)
    barev_side.start(site, cores).stop()  # founds the business
    address = StoreUrl(postgres=url) if url else StoreUrl(sqlite=site.data / "barev.db")
    login = asyncio.run(_prepare(address, size, figures, say))
    warming, queries = (make_queries(names, size[0], seed) for seed in (8, 7))
    asyncio.run(_scan(address, queries, figures))
    server = barev_side.start(site, cores)
    try:
        (token,) = barev_side.log_in(site, [login])
        _ask_all(figures, site, token, server, warming, queries)
    finally:
        server.stop()
    for name, taken in figures.latency_ms.items():
        p50, p99 = quantile(taken, 0.5), quantile(taken, 0.99)
        say(f"search, {name}: {len(taken)} queries, p50 {p50:.1f} ms, p99 {p99:.1f} ms")


async def _prepare(address: StoreUrl, size: tuple[int, int], figures: SearchFigures, say: Callable[[str], None]) -> str:
    store = await open_store(address)
    try:
        login = await store.writer.run(_add_owner)
        loop = asyncio.get_running_loop()
        began = time.perf_counter()

        def write(op: Callable[[Tx], None]) -> None:
            asyncio.run_coroutine_threadsafe(store.writer.run(op), loop).result()

        await asyncio.to_thread(search_fill.fill, write, *size)
        filled = time.perf_counter()
        say(f"filled with {size[0]:,} contacts and {size[1]:,} messages in {filled - began:.0f} s")
        await _index(store)
        took = time.perf_counter() - filled
        say(f"indexed in {took:.0f} s")
        figures.facts.update(contacts=size[0], messages=size[1], indexed_s=took)
        return login
    finally:
        await store.close()


def _add_owner(tx: Tx) -> str:
    role_id = agents.find_role_id(tx, "owner")
    if role_id is None:
        raise BenchError("the store was not founded: it has no roles")
    kept = hash_password(barev_side.PASSWORD)
    agents.insert_agent(
        tx, login="searcher", password_hash=kept, name="Searcher", role_id=role_id, language="en", at=clock.now()
    )
    return "searcher"


async def _index(store: Store) -> None:
    indexer = Indexer(store, _FAST_INDEXING)
    while await indexer.catch_up():
        pass


def make_queries(names: int, contacts: int, seed: int) -> dict[str, list[str]]:
    """Queries by class, each beginning of 1 to 12 characters; all but the misses are of contacts that are there."""
    chance = random.Random(seed)
    chosen = set(chance.sample(range(contacts), min(names, contacts)))
    queries: dict[str, list[str]] = {}
    for number, person in enumerate(search_fill.people(contacts)):
        if number not in chosen:
            continue
        given, family = person.name.split(" ")
        latin = fold(person.name)
        wrong = other_layouts(latin)[0]
        typed = {
            "own script": [given, family],
            "in Latin letters": [fold(given), fold(family)],
            "wrong layout": [wrong.split(" ")[0]],
            "two words": [f"{family[:3]} {given}", f"{given[:1]} {family}"],
            "phone": [person.phone, person.phone[4:], person.phone[-5:]],
            "typing mistake": [_mistype(family, chance)],
            "nobody": [f"{family[::-1]}", f"qz{latin[::-1].replace(' ', '')}"],
        }
        for kind, texts in typed.items():
            for text in texts:
                queries.setdefault(kind, []).extend(text[:length] for length in range(1, min(len(text), _LONGEST) + 1))
    return queries


def _mistype(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _ask_all(
    figures: SearchFigures,
    site: barev_side.Site,
    token: str,
    server: Server,
    warming: Mapping[str, Sequence[str]],
    queries: Mapping[str, Sequence[str]],
) -> None:
    """Memory counts from when every cache has been used: after as many searches for others."""
    connection = http.client.HTTPConnection(barev_side.HOST, site.port, timeout=60)
    try:
        started = server.memory()
        _ask_each(connection, token, warming)
        warm = server.memory()
        asked = 0
        for kind, texts in queries.items():
            taken = [_ask(connection, token, text) for text in texts]
            figures.latency_ms[kind] = sorted(taken)
            asked += len(taken)
        first = server.memory()
        _ask_each(connection, token, queries)
        second = server.memory()
    finally:
        connection.close()
    memory = {"start_mib": started, "warm_mib": warm, "first_round_mib": first, "second_round_mib": second}
    figures.facts.update(queries=asked, **{name: taken.proportional / _MIB for name, taken in memory.items()})


def _ask_each(connection: http.client.HTTPConnection, token: str, queries: Mapping[str, Sequence[str]]) -> None:
    for texts in queries.values():
        for text in texts:
            _ask(connection, token, text)


def _ask(connection: http.client.HTTPConnection, token: str, query: str) -> float:
    """Milliseconds from the request to the last byte of its answer."""
    path = "/api/v1/search?" + urlencode({"q": query, "limit": _ROWS})
    began = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200:
        raise BenchError(f"a search was refused: {answer.status} {body[:200].decode('utf-8', 'replace')}")
    json.loads(body)
    return took


async def _scan(address: StoreUrl, queries: Mapping[str, Sequence[str]], figures: SearchFigures) -> None:
    """The yardstick: a look at every row for the text as it is written, which finds it in one script and case only."""
    store = await open_store(address)
    try:
        for kind in ("own script", "nobody"):
            taken = []
            for text in [one for one in queries[kind] if len(one) >= 3][:: max(1, len(queries[kind]) // 10)][:10]:
                began = time.perf_counter()
                await store.read(lambda tx, t=text: _look_at_all(tx, t))  # type: ignore[misc]  # binds the loop's value
                taken.append((time.perf_counter() - began) * 1000)
            figures.scan_ms[kind] = sorted(taken)
    finally:
        await store.close()


def _look_at_all(tx: Tx, text: str) -> int:
    people = ContactRow.__table__.select().where(ContactRow.name.contains(text)).order_by(ContactRow.name).limit(_ROWS)
    said = MessageRow.__table__.select().where(MessageRow.text.contains(text)).order_by(MessageRow.id.desc())
    return len(tx.execute(people).all()) + len(tx.execute(said.limit(_ROWS)).all())


def rows_of(figures: SearchFigures) -> list[report.Row]:
    """The table's rows."""
    if not figures.latency_ms:
        return []
    facts = figures.facts
    size = f"{facts['contacts']:,.0f} contacts, {facts['messages']:,.0f} messages"
    rows: list[report.Row] = []
    for kind, taken in figures.latency_ms.items():
        p99 = quantile(taken, 0.99)
        scan = quantile(figures.scan_ms.get(kind, []), 0.5)
        rows.append(
            report.Row(
                f"search, {kind}, p50 / p99",
                f"{quantile(taken, 0.5):.1f} / {p99:.1f} ms",
                f"{scan:,.0f} ms" if scan else "",
                p99 / scan if scan else None,
                f"<= {MOST_MS:g} ms",
                p99 <= MOST_MS,
            )
        )
    everything = sorted(one for taken in figures.latency_ms.values() for one in taken)
    p99 = quantile(everything, 0.99)
    rows.append(
        report.Row(f"search, all, p99 ({size})", f"{p99:.1f} ms", "", None, f"<= {MOST_MS:g} ms", p99 <= MOST_MS)
    )
    rows.append(
        report.Row(
            "memory warmed up by as many searches for others (before: at the start)",
            f"{facts['warm_mib']:.0f} MiB",
            f"{facts['start_mib']:.0f} MiB",
            facts["warm_mib"] / facts["start_mib"],
        )
    )
    growth = facts["first_round_mib"] / facts["warm_mib"]
    rows.append(
        report.Row(
            f"memory after {facts['queries']:,.0f} searches",
            f"{facts['first_round_mib']:.0f} MiB",
            f"{facts['warm_mib']:.0f} MiB",
            growth,
            f"<= {MOST_GROWTH:g}x",
            growth <= MOST_GROWTH,
        )
    )
    rows.append(
        report.Row(
            "memory after as many searches again",
            f"{facts['second_round_mib']:.0f} MiB",
            f"{facts['first_round_mib']:.0f} MiB",
            facts["second_round_mib"] / facts["first_round_mib"],
        )
    )
    rate = (facts["contacts"] + facts["messages"]) / facts["indexed_s"]
    rows.append(report.Row("rows indexed a second, in the background's way", f"{rate:,.0f}"))
    return rows
