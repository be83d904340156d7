"""Talks by a messenger while whoever serves it is killed again and again, and at the pace that it bears: nothing is
lost, nothing arrives twice, each talk keeps its order; what may have arrived is said to be uncertain, and only that."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.clients import Client, agent, connected
from tests.conftest import Scale
from tests.contracts.channels.telegram import Telegram
from tests.journeys.firm import eventually
from tests.journeys.test_rights import Desk
from tests.processes import Processes, all_running
from tests.product import Product
from tests.telegram_api import Person, TelegramApi, telegram_api

pytestmark = [
    pytest.mark.slow,
    pytest.mark.soak,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
FIRST = 8000
RULES = {"BAREV_OUTBOX_LEASE_S": "4", "BAREV_OUTBOX_DOOR_S": "4", "BAREV_DESK_PAGE": "1000"}
HOLDS = "the door telegram is held here"


class Street:
    """Customers of one business, and an agent who writes to all of them."""

    def __init__(self, api: TelegramApi, products: Sequence[Product], token: str, count: int) -> None:
        self.api = api
        self.products = products
        self.token = token
        self.people = [Person(FIRST + number, f"Guest {number}") for number in range(count)]
        self.talks: dict[int, int] = {}
        self.said: dict[int, list[str]] = {one.id: [] for one in self.people}
        self.told: dict[int, list[str]] = {one.id: [] for one in self.people}

    @asynccontextmanager
    async def desk(self, product: Product) -> AsyncIterator[tuple[Desk, Client]]:
        """The agent at one of the processes."""
        client = agent(product.address, self.token)
        async with aiohttp.ClientSession(product.address) as web, connected(client):
            await client.get("hello")
            yield Desk(web, self.token), client

    async def speak(self) -> None:
        """Everybody says one thing more."""
        for who in self.people:
            text = f"{who.id} says {len(self.said[who.id])}"
            self.said[who.id].append(text)
            await self.api.says(who, text)

    async def find_talks(self, owner: Desk) -> None:
        """Waits until everybody was heard."""

        async def known() -> int:
            shown = (await owner.get("/conversations?limit=1000"))["items"]
            self.talks = {int(one["last_text"].split()[0]): one["id"] for one in shown}
            return len(self.talks)

        await eventually(known, len(self.people))

    async def tell(self, desk: Client) -> None:
        """Everybody is told one thing more."""
        for who in self.people:
            text = f"{who.id} is told {len(self.told[who.id])}"
            self.told[who.id].append(text)
            given = {"conversation_id": self.talks[who.id], "client_id": str(uuid.uuid4()), "text": text}
            await desk.get("reply", given)

    def arrived(self, who: Person) -> list[str]:
        """What he sees, in its order."""
        return [one["text"] for one in self.api.said_to(who.id)]

    async def thread(self, owner: Desk, who: Person) -> list[dict[str, Any]]:
        """What the business keeps of a talk."""
        items: list[dict[str, Any]] = (await owner.get(f"/conversations/{self.talks[who.id]}/messages?limit=200"))[
            "items"
        ]
        return items

    async def states(self, owner: Desk, who: Person) -> dict[str, str]:
        """How far each message to him is."""
        thread = await self.thread(owner, who)
        return {one["text"]: one["delivery"] for one in thread if one["author"]["kind"] == "agent"}

    async def settled(self, owner: Desk) -> None:
        """Waits until nothing is on its way."""

        async def waiting() -> int:
            return sum([(await self.waiting(owner, who)) for who in self.people])

        await eventually(waiting, 0)

    async def waiting(self, owner: Desk, who: Person) -> int:
        """How many messages to him are not done."""
        return Counter((await self.states(owner, who)).values())["queued"]


@asynccontextmanager
async def street(api: TelegramApi, processes: Processes, count: int) -> AsyncIterator[Street]:
    """All processes run, and everybody has said something."""
    products = processes({**Telegram(api).environment(""), **RULES})
    async with all_running(*products):
        assert products[0].add_user("owner", "owner").returncode == 0
        made = Street(api, products, await products[0].log_in("owner"), count)
        await made.speak()
        async with made.desk(products[0]) as (owner, _):
            await made.find_talks(owner)
        yield made


@pytest.mark.kill
async def test_killed_again_and_again(processes: Processes, scale: Scale) -> None:
    """Each time in the middle of a round of answers, while some have reached the far side and have no answer yet."""
    async with telegram_api() as api, street(api, processes, scale.rounds(12, 25)) as here:
        doubtful: set[str] = set()
        held = Counter({product.port: 0 for product in here.products})
        for _ in range(scale.rounds(2, 20)):
            holder = await find_holder(here.products, held)
            other = next((one for one in here.products if one is not holder), holder)
            before = len(api.sent)
            async with here.desk(other) as (_, desk):
                await here.tell(desk)
                await api.until(lambda before=before: len(api.sent) >= before + 3)  # type: ignore[misc]  # binds the round's
                api.held = asyncio.Event()
                reached = len(api.sent)
                await api.until(lambda reached=reached: len(api.sent) > reached)  # type: ignore[misc]  # likewise
                await holder.kill()
            for who in here.people:
                known = len(here.arrived(who))
                doubtful.update(here.told[who.id][max(known - 1, 0) : known + 1])
            await here.speak()
            api.held.set()
            api.held = None
            await holder.start()
        async with here.desk(here.products[0]) as (owner, desk):
            await here.tell(desk)
            await here.settled(owner)
            uncertain: set[str] = set()
            for who in here.people:
                states = await here.states(owner, who)
                arrived = here.arrived(who)
                assert set(states.values()) <= {"sent", "uncertain"}, states
                assert list(states) == here.told[who.id]
                unsure = {text for text, state in states.items() if state == "uncertain"}
                assert arrived == [text for text in here.told[who.id] if text in arrived]  # in order, none twice
                assert {text for text in states if text not in arrived} <= unsure
                uncertain |= unsure

                async def words(who: Person = who) -> list[str]:
                    thread = await here.thread(owner, who)
                    return [one["text"] for one in thread if one["author"]["kind"] == "visitor"]

                await eventually(words, here.said[who.id])
            assert uncertain
            assert uncertain <= doubtful


async def find_holder(products: Sequence[Product], held: Counter[int]) -> Product:
    """Waits until one more than before has taken the door, or the first one has it still."""
    found: list[Product] = []

    async def look() -> bool:
        found[:] = [one for one in products if one.log.count(HOLDS) > held[one.port]]
        return bool(found)

    await eventually(look, True)
    for one in products:
        held[one.port] = one.log.count(HOLDS)
    return found[-1]


async def test_a_burst_at_its_pace(processes: Processes, scale: Scale) -> None:
    """Thirty a second, one a second in a chat: kept by waiting, so that the far side never has to say so."""
    people, each = scale.rounds(24, 100), scale.rounds(3, 5)
    async with telegram_api() as api, street(api, processes, people) as here:
        async with here.desk(here.products[0]) as (owner, desk):
            for _ in range(each):
                await here.tell(desk)
            await api.until(lambda: len(api.sent) >= people * each)
            await here.settled(owner)
            for who in here.people:
                assert here.arrived(who) == here.told[who.id]
        assert api.floods == 0
