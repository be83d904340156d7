"""A product behind one channel, with its owner at the desk."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.clients import Client, agent, connected
from tests.contracts.channels.case import Arrived, Case
from tests.journeys.test_rights import Desk, office
from tests.product import Product

RULES = {"BAREV_OUTBOX_LEASE_S": "2", "BAREV_BUSINESS_LANGUAGES": "en,hy,ru"}


class Room:
    """What customers say comes to the desk, and what is said there goes to them."""

    def __init__(self, case: Case, product: Product, owner: Desk, desk: Client) -> None:
        self.case = case
        self.product = product
        self.owner = owner
        self.desk = desk

    async def sees(self, text: str) -> dict[str, Any]:
        """A message as the desk shows it."""
        return await self.desk.wait_for("message", lambda shown: shown["text"] == text)

    async def talk_of(self, who: str, word: str) -> int:
        """A customer's talk, begun with a word that nobody else says."""
        await self.case.says(who, word)
        return int((await self.sees(word))["conversation_id"])

    async def answers(self, talk: int, text: str, **more: Any) -> int:
        """The agent writes; the message's id."""
        given = {"conversation_id": talk, "client_id": str(uuid.uuid4()), "text": text, **more}
        return int((await self.desk.get("reply", given))["id"])

    async def reads(self, who: str, count: int) -> list[Arrived]:
        """What a customer sees, as soon as it is so much."""
        await self.case.until(lambda: len(self.case.arrived(who)) >= count)
        return self.case.arrived(who)

    async def thread(self, talk: int) -> list[dict[str, Any]]:
        """What was said in a talk, lines about it included."""
        items: list[dict[str, Any]] = (await self.owner.get(f"/conversations/{talk}/messages?limit=200"))["items"]
        return items

    async def words(self, talk: int) -> list[str]:
        """What its customer said."""
        return [one["text"] for one in await self.thread(talk) if one["author"]["kind"] == "visitor"]

    async def becomes(self, talk: int, message_id: int, state: str) -> None:
        """Waits until a message's delivery stands so; a mail server that is busy is left alone for half a minute."""
        found = ""
        for _ in range(1200):
            found = next(str(one["delivery"]) for one in await self.thread(talk) if one["id"] == message_id)
            if found == state:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{found} and not {state}")

    async def switch_bot(self, *, on: bool) -> None:
        """At the door of this channel."""
        for inbox in (await self.owner.get("/inboxes"))["items"]:
            if inbox["channel"] == self.case.channel:
                switches = {"settings": {"switches": {"bot": on}}}
                assert (await self.owner.ask("PATCH", f"/inboxes/{inbox['id']}", switches))[0] == 200


@asynccontextmanager
async def room(case: Case, product: Product) -> AsyncIterator[Room]:
    """The product runs, and the owner sits at the desk."""
    async with office(product, "owner:owner") as (owner,):
        desk = agent(product.address, owner.token)
        async with connected(desk):
            await desk.get("hello")
            await case.opened()
            yield Room(case, product, owner, desk)
            assert case.secret not in product.log
