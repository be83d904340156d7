"""Talks by SMS: the real product, and a gateway beside it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client, agent, connected
from tests.journeys.salon import furnish
from tests.journeys.test_bot import PATIENT, prepare
from tests.journeys.test_rights import Desk, office
from tests.product import Product
from tests.sms_gateway import SmsGateway, sms_gateway

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
COST = {"BAREV_SMS_COST_MINOR": "2000"}
ANI, DAVIT, GARIK = "+37477123456", "+37477123457", "+37477123458"


class Room:
    """A product with its owner at the desk, and a gateway."""

    def __init__(self, product: Product, gateway: SmsGateway, owner: Desk, desk: Client) -> None:
        self.product = product
        self.gateway = gateway
        self.owner = owner
        self.desk = desk

    async def sees(self, text: str) -> dict[str, Any]:
        """A message as the desk shows it."""
        return await self.desk.wait_for("message", lambda shown: shown["text"] == text)

    async def answers(self, conversation_id: int, text: str) -> int:
        """The agent writes."""
        given = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text}
        return int((await self.desk.get("reply", given))["id"])

    async def becomes(self, message_id: int, delivery: str) -> None:
        """A message as soon as it is so far."""
        await self.desk.wait_for(
            "message_changed", lambda shown: shown["id"] == message_id and shown["delivery"] == delivery
        )

    async def states(self, talk: int, wanted: dict[str, str]) -> list[dict[str, Any]]:
        """The messages of a talk, as soon as the agent's are so far."""
        async with asyncio.timeout(30):
            while True:
                found: list[dict[str, Any]] = (await self.owner.get(f"/conversations/{talk}/messages"))["items"]
                states = {one["text"]: one["delivery"] for one in found if one["author"]["kind"] == "agent"}
                if states == wanted:
                    return found


@asynccontextmanager
async def room(tmp_path: Path, port: int, **more: str) -> AsyncIterator[Room]:
    """The product runs, the gateway knows where, and the owner sits at the desk."""
    async with sms_gateway() as gateway:
        gateway.door = f"http://127.0.0.1:{port}"
        settings = {**gateway.settings, "BAREV_OUTBOX_LEASE_S": "2", "BAREV_SMS_PER_SECOND": "1000"}
        product = Product(tmp_path / "data", port=port, environment={**settings, **more})
        async with office(product, "owner:owner") as (owner,):
            desk = agent(product.address, owner.token)
            async with connected(desk), asyncio.timeout(120):
                await desk.get("hello")
                yield Room(product, gateway, owner, desk)


async def test_there_and_back(tmp_path: Path, free_port: int) -> None:
    """What comes is kept once, and what goes out is told of as far as the gateway tells."""
    async with room(tmp_path, free_port, BAREV_SMS_TRANSLITERATE="saving", **COST) as here:
        gateway = here.gateway
        far_id = await gateway.says("37477123456", "Բարև ձեզ")
        seen = await here.sees("Բարև ձեզ")
        talk = seen["conversation_id"]
        assert await gateway.call("incoming", {"id": far_id, "from": ANI, "text": "Բարև ձեզ"}) == 200
        shown = {"from": "077 123456", "text": "by a form"}
        assert await gateway.call("incoming", None, data=shown) == 200
        assert await gateway.call("incoming", None, data=shown) == 200
        query = {"from": ANI, "text": "by a query", "id": "q-1"}
        assert await gateway.call("incoming", None, method="GET", params=query) == 200
        several = [{"sender": ANI, "message": f"one of several {count}", "id": count} for count in range(3)]
        assert await gateway.call("incoming", {"results": several}) == 200
        await here.sees("one of several 2")
        words = [one["text"] for one in here.desk.events("message") if one["author"]["kind"] == "visitor"]
        assert words == ["Բարև ձեզ", "by a form", "by a query", *(f"one of several {count}" for count in range(3))]

        answer = await here.answers(talk, "Ողջույն։ " * 20)
        (heard,) = await gateway.heard(ANI, 1)
        counted = await here.owner.ask("POST", f"/conversations/{talk}/sms-count", {"text": ("Ողջույն։ " * 20).strip()})
        assert counted[1] == {
            "text": heard["text"],
            "parts": 2,
            "left": 306 - len(heard["text"]),
            "encoding": "gsm7",
            "cost": "40\xa0֏",
        }
        await here.becomes(answer, "sent")
        await gateway.reports(heard, "buffered")
        await gateway.reports(heard, "DELIVRD", to="")
        await here.becomes(answer, "delivered")
        other = await here.answers(talk, "Hello")
        await gateway.reports((await gateway.heard(ANI, 2))[1], "UNDELIV", reason="absent")
        await here.becomes(other, "failed")
        assert ANI not in here.product.log


async def test_calls_that_are_not_the_gateways(tmp_path: Path, free_port: int) -> None:
    """Nothing is taken without the secret, and nothing that cannot be read breaks anything."""
    async with room(tmp_path, free_port) as here:
        gateway = here.gateway
        told = {"id": "1", "from": ANI, "text": "Let me in"}
        for secret in ("", "x", "ё", "a-secret-of-the-gatewaY"):
            assert await gateway.call("incoming", told, secret) in (403, 404)
        bearer = {"Authorization": "Bearer a-secret-of-the-gateway"}
        assert await gateway.call("incoming", {**told, "text": "It is me"}, "", headers=bearer) in (200, 404)
        for odd in ([7], 7, {"results": [1]}, {"text": "nobody"}):
            assert await gateway.call("incoming", odd) == 400
        assert await gateway.call("incoming", None, data="{", headers={"Content-Type": "application/json"}) == 400
        assert await gateway.call("incoming", None, data="x" * 300_000) == 413
        assert await gateway.call("report", {"status": "delivered"}) == 400
        assert await gateway.call("report", {"id": "unknown", "status": "delivered"}) == 200
        assert await gateway.call("incoming", {"from": "MyBank", "text": "Your code is 1"}) == 200
        await gateway.says(DAVIT, "Hello")
        await here.sees("Hello")
        texts = {one["text"] for one in here.desk.events("message")}
        assert texts.isdisjoint({"Let me in", "Your code is 1"})


async def test_a_booking_by_numbers(tmp_path: Path, free_port: int) -> None:
    """Choices are numbered, and typed numbers are presses; who writes is proposed by his phone, and proves nothing."""
    async with room(tmp_path, free_port, **PATIENT) as here:
        await prepare(here.owner)
        await furnish(here.owner)
        gateway = here.gateway
        await gateway.says(GARIK, "I'd like to book a massage")
        async with asyncio.timeout(90):
            for count in range(1, 15):
                said = (await gateway.heard(GARIK, count))[count - 1]["text"]
                if "Done, you are booked!" in said:
                    break
                await gateway.says(GARIK, "Garik" if "What is your name?" in said else "1")
        (visit,) = (await here.owner.get("/appointments"))["items"]
        card = await here.owner.get(f"/contacts/{visit['contact']['id']}")
        phones = [one for one in card["addresses"] if one["channel"] == "phone"]
        assert [(one["value"], one["verified_at"]) for one in phones] == [(GARIK, None)]


async def test_stop_and_start(tmp_path: Path, free_port: int) -> None:
    """Who says STOP is answered once and gets nothing more; START takes us back."""
    async with room(tmp_path, free_port) as here:
        gateway = here.gateway
        await gateway.says(ANI, "Бүгін ашықсыздар ма?")
        talk = (await here.sees("Бүгін ашықсыздар ма?"))["conversation_id"]
        await gateway.says(ANI, " «Тоқтат»! ")
        await gateway.says(ANI, "ТОҚТАТ")
        (goodbye,) = await gateway.heard(ANI, 1)
        assert "БАСТА" in goodbye["text"]
        await here.desk.wait_for("message", lambda one: (one.get("activity") or {}).get("code") == "channel_left")
        given = {"conversation_id": talk, "client_id": str(uuid.uuid4()), "text": "Yes"}
        refused = await here.desk.ask("reply", given)
        assert refused["error"]["reason"] == "blocked"
        await gateway.says(ANI, "БАСТА")
        _, hello = await gateway.heard(ANI, 2)
        assert "ТОҚТАТ" in hello["text"]
        await here.becomes(await here.answers(talk, "Hello again"), "sent")
        assert [one["text"] for one in (await gateway.heard(ANI, 3))[2:]] == ["Hello again"]
        await gateway.says(ANI, "Start")
        await here.sees("Start")


@pytest.mark.kill
async def test_killed_while_the_gateway_has_it(tmp_path: Path, free_port: int) -> None:
    """It may have arrived: an agent sees that, and it is not sent again; what was heard meanwhile is kept once.
    What was refused for now is sent later, and what was refused for good is shown as failed."""
    async with room(tmp_path, free_port) as here:
        gateway = here.gateway
        await gateway.says(ANI, "Barev")
        talk = (await here.sees("Barev"))["conversation_id"]
        gateway.held = asyncio.Event()
        await here.answers(talk, "Hello")
        await here.answers(talk, "Another")
        await gateway.heard(ANI, 1)
        await here.product.kill()
        gateway.held.set()
        gateway.held = None
        waiting = asyncio.create_task(gateway.says(ANI, "Are you there?"))
        await here.product.start()
        far_id = await waiting
        assert await gateway.call("incoming", {"id": far_id, "from": ANI, "text": "Are you there?"}) == 200
        assert [one["text"] for one in await gateway.heard(ANI, 2)] == ["Hello", "Another"]
        found = await here.states(talk, {"Hello": "uncertain", "Another": "sent"})
        assert [one["text"] for one in found].count("Are you there?") == 1
        desk = agent(here.product.address, here.owner.token)
        async with connected(desk):
            here.desk = desk
            await desk.get("hello")
            gateway.fails += [429, 503, 0, 400]
            await here.answers(talk, "Later")
            await here.answers(talk, "Never")
            wanted = {"Hello": "uncertain", "Another": "sent", "Later": "sent", "Never": "failed"}
            await here.states(talk, wanted)
