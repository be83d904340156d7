"""A burst of talks that nobody answers is suspicious: new visitors from there have to work; an office is spared."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.clients import Client, agent, connected, visitor
from tests.journeys.test_abuse import check_is_refused, said
from tests.journeys.test_rights import Desk
from tests.journeys.test_visitors import secret_of, signed, work
from tests.product import Product, running
from tests.states import Wire

pytestmark = pytest.mark.slow
STRICT = {
    "BAREV_VISITOR_SUSPECT_NEW": "3",
    "BAREV_VISITOR_SUSPECT_WINDOW_S": "3600",
    "BAREV_SERVER_TRUSTED_PROXIES": "127.0.0.1",
}


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """A small business that suspects more than three unanswered newcomers in an hour; a proxy stands in front."""
    return Product(tmp_path / "data", environment=STRICT)


def coming(product: Product, remote: str, token: str | None = None, **more: Any) -> Client:
    """A visitor from a network address."""
    client = visitor(product.address, token, **more)
    client.headers = {"X-Forwarded-For": remote}
    return client


@asynccontextmanager
async def begun(product: Product, remote: str, count: int) -> AsyncIterator[list[Client]]:
    """So many new visitors from one address who have said a first word each."""
    async with AsyncExitStack() as stack:
        clients = [coming(product, remote) for _ in range(count)]
        for number, client in enumerate(clients):
            await stack.enter_async_context(connected(client))
            await client.send(f"question {number}")
        yield clients


async def challenge_of(client: Client) -> Any:
    """He is asked to work; the challenge."""
    await check_is_refused(client, "too_many")
    told = client.refused.get("data", client.refused)
    assert told["retry_after_s"] > 0
    return told["challenge"]


async def test_a_burst_without_answers_makes_newcomers_work(product: Product) -> None:
    """Only new ones, only from there, and only until somebody answers: a colleague in the same office who has been
    here, and a customer whom the site vouches for, write as ever."""
    async with running(product), aiohttp.ClientSession(product.address) as web:
        assert product.add_user("olga", "owner").returncode == 0
        token = await product.log_in("olga")
        secret = await secret_of(Desk(web, token))
        desk = agent(product.address, token)
        async with connected(desk), begun(product, "198.51.100.7", 4) as burst:
            colleague = (await burst[0].get("hello"))["token"]
            challenge = await challenge_of(coming(product, "198.51.100.7"))
            async with connected(coming(product, "198.51.100.8")):
                pass
            returning = coming(product, "198.51.100.7", colleague)
            person: dict[str, Any] = {"identity": {"id": "42"}, "identity_hash": signed(secret, "42")}
            customer = coming(product, "198.51.100.7", **person)
            async with connected(returning, customer):
                await returning.send("one more thing")
                await customer.send("where is my order?")
            worked = coming(product, "198.51.100.7", altcha=work(challenge))
            async with connected(worked):
                await worked.send("I am no robot")
            talk = (await desk.wait_for("message", lambda told: told["text"] == "question 1"))["conversation_id"]
            await desk.get("reply", said("Good day", conversation_id=talk))
            await burst[1].wait_for("message", lambda told: told["text"] == "Good day")
            async with connected(coming(product, "198.51.100.7")):
                pass
            note = await desk.get("note", said("spam?", conversation_id=talk))
            assert note["ok"]


async def test_who_was_let_in_before_the_burst_works_before_his_first_word(product: Product) -> None:
    """A robot that opens its connections first gains nothing; the challenge comes with ``start`` or ``message``."""
    async with running(product):
        early = [coming(product, "198.51.100.7") for _ in range(2)]
        async with connected(*early), begun(product, "198.51.100.7", 4):
            first, second = early
            ack: Wire = {}
            for event, data in (("message", said("hello")), ("start", {})):
                ack = await first.ask(event, data)
                assert (ack["ok"], ack["error"]["code"]) == (False, "too_many"), event
                assert ack["error"]["challenge"]
            proof = work(ack["error"]["challenge"])
            await first.get("start", {"answers": {}, "altcha": proof})
            await first.send("hello")
            again = await second.ask("start", {"answers": {}, "altcha": proof})
            assert again["error"]["code"] == "too_many", "a solution counts once"


async def test_who_stays_within_the_usual_limits_is_never_asked(tmp_path: Path) -> None:
    """As it comes, a crowd behind one address begins to talk at once and nobody answers."""
    async with running(product := Product(tmp_path)):
        crowd = [visitor(product.address) for _ in range(60)]
        async with connected(*crowd):
            await asyncio.gather(*(one.send("hello") for one in crowd))
            async with connected(visitor(product.address)):
                pass
