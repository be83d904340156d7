"""Test 1 of the fifteen: the server is killed in the middle of its work, again and again, and nothing acknowledged is
lost, doubled or out of order; every client catches up to exactly what a fresh load shows."""

import asyncio
import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import Scale
from tests.crowd import Agent, Said, Sender, Visitor
from tests.product import Product
from tests.states import DeskState, Wire
from tests.truth import become_as_loaded

pytestmark = [
    pytest.mark.kill,
    pytest.mark.slow,
    pytest.mark.soak,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]

VISITORS = 12
AGENTS = 3
UNLIMITED = {"BAREV_VISITOR_PER_S": "100000", "BAREV_VISITOR_BURST": "100000", "BAREV_DESK_REST_PER_S": "100000"}


class Crowd:
    """Everybody who talks, and the moment at which the server dies."""

    def __init__(self, product: Product, rng: random.Random) -> None:
        self.product = product
        self.rng = rng
        self.visitors = [
            Visitor(f"visitor {number}", self._fork(), self._count, literal=number % 2 == 0)
            for number in range(VISITORS)
        ]
        self.agents: list[Agent] = []
        self._acks_left = 0
        self._enough = asyncio.Event()

    async def begin(self) -> None:
        """Starts the server with agents in it, and connects everybody."""
        logins = [f"agent{number}" for number in range(AGENTS)]
        await self.product.start()
        for login in logins:
            added = await asyncio.to_thread(self.product.add_user, login)
            assert added.returncode == 0, added.stderr
        tokens = [await self.product.log_in(login) for login in logins]
        pairs = zip(logins, tokens, strict=True)
        self.agents = [Agent(login, self._fork(), self._count, token) for login, token in pairs]
        await self.come()

    @property
    def everybody(self) -> list[Visitor | Agent]:
        """Visitors and agents."""
        return [*self.visitors, *self.agents]

    async def come(self) -> None:
        """Everybody connects and catches up."""
        await asyncio.gather(*(one.come(self.product.address) for one in self.everybody))

    async def leave(self) -> None:
        """Everybody goes away."""
        await asyncio.gather(*(one.link.close() for one in self.everybody if one.link is not None))

    async def work_until_killed(self) -> None:
        """Everybody talks; after a random number of acknowledgements and a little more, the server dies."""
        self._acks_left = self.rng.choice((0, self.rng.randrange(40), self.rng.randrange(40, 250)))
        self._enough.clear()
        working = [asyncio.create_task(one.work()) for one in self.everybody]
        killing = asyncio.create_task(self._kill())
        done, _ = await asyncio.wait([*working, killing], return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def _kill(self) -> None:
        if self._acks_left:
            await self._enough.wait()
        for _ in range(self.rng.randrange(30)):
            await asyncio.sleep(0)
        await self.product.kill()

    def _count(self) -> None:
        self._acks_left -= 1
        if self._acks_left <= 0:
            self._enough.set()

    def _fork(self) -> random.Random:
        return random.Random(self.rng.getrandbits(64))


async def test_1_kill_under_load_on_sqlite(tmp_path: Path, scale: Scale) -> None:
    """Rounds of load and ``kill -9`` on SQLite."""
    await play(Product(tmp_path, environment=UNLIMITED), scale.rounds(8, 200))


async def test_1_kill_under_load_on_postgresql(tmp_path: Path, postgres_url: str, scale: Scale) -> None:
    """The same on PostgreSQL."""
    await play(Product(tmp_path, postgres_url, environment=UNLIMITED), scale.rounds(8, 200))


async def play(product: Product, rounds: int) -> None:
    """All rounds. A failure tells the seed, which BAREV_TEST_SEED repeats (though not the timing of the kills)."""
    seed = int(os.environ.get("BAREV_TEST_SEED") or random.SystemRandom().getrandbits(32))
    crowd = Crowd(product, random.Random(seed))
    played = 0
    try:
        await crowd.begin()
        while played < rounds:
            await crowd.work_until_killed()
            await product.start()
            await crowd.come()
            await check_everybody(crowd)
            played += 1
        await crowd.leave()
    except BaseException as error:
        error.add_note(f"seed {seed}, round {played + 1} of {rounds}\n{product.log[-4000:]}")
        raise
    finally:
        await product.kill()


async def check_everybody(crowd: Crowd) -> None:
    """Nobody writes now: what each holds comes to what a fresh load shows, and what was acknowledged is in it."""
    for agent in crowd.agents:
        await become_as_loaded(agent, crowd.agents[0])
        assert agent.state.late == [], f"{agent.name} heard out of order"
    for visitor in crowd.visitors:
        await become_as_loaded(visitor, visitor)
        assert visitor.state.gaps == 0, f"{visitor.name} heard out of order"
    truth = await crowd.agents[0].fresh()
    check_numbers(truth)
    for one in crowd.everybody:
        check_said(one, truth)
    for agent in crowd.agents:
        check_changes_of_mind(agent, truth)


def check_numbers(truth: DeskState) -> None:
    """In each conversation seq is 1, 2, 3, ..., change rises with none twice, and no client id is there twice."""
    by_conversation: dict[int, list[Wire]] = {number: [] for number in truth.heads}
    for message in truth.messages.values():
        by_conversation[message["conversation_id"]].append(message)
    for number, messages in by_conversation.items():
        messages.sort(key=lambda one: int(one["id"]))
        assert [one["seq"] for one in messages] == list(range(1, len(messages) + 1)), number
        changes = [one["change"] for one in messages]
        assert len(set(changes)) == len(changes), number
        assert max(changes, default=0) <= truth.heads[number]["change"], number
    senders = [(one["author"]["kind"], one["author"]["id"], one["client_id"]) for one in with_client_id(truth)]
    assert len(set(senders)) == len(senders)


def with_client_id(truth: DeskState) -> Iterable[Wire]:
    """Messages that somebody sent."""
    return (one for one in truth.messages.values() if "client_id" in one)


def check_said(sender: Sender, truth: DeskState) -> None:
    """Each acknowledged message is there as acknowledged, in the order of sending."""
    stored = {one["client_id"]: one for one in with_client_id(truth)}
    order = []
    for said in sender.said:
        if said.ack is None:
            continue
        message = stored.get(said.client_id)
        assert message is not None, f"lost: {sender.name} {said}"
        assert (message["id"], message["seq"]) == (said.ack["id"], said.ack["seq"]), (said, message)
        assert message["change"] >= said.ack["change"], (said, message)
        assert message["private"] == (said.event == "note")
        assert is_unchanged(said, message) or message.get("deleted") or message.get("edited_at"), (said, message)
        order.append(message["id"])
    assert order == sorted(order), f"out of order: {sender.name} {order}"


def is_unchanged(said: Said, message: Wire) -> bool:
    """Whether the text is what was sent."""
    return bool(message["text"] == said.body["text"])


def check_changes_of_mind(agent: Agent, truth: DeskState) -> None:
    """What was deleted stays deleted, what was edited has its last text; where no acknowledgement came, both may be."""
    for number in agent.deleted:
        assert truth.messages[number].get("deleted"), number
        assert truth.messages[number]["text"] == "", number
    for number, texts in agent.edits.items():
        message = truth.messages[number]
        assert number in agent.unsure or message.get("deleted") or message["text"] == texts[-1], (message, texts)
