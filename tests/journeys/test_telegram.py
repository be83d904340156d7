"""Talks over Telegram: the real product, and a server of the Bot API beside it."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client, agent, connected
from tests.journeys.test_rights import Desk, office
from tests.product import Product
from tests.telegram_api import TOKEN, Person, TelegramApi, telegram_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
ANI = Person(4711, "Ani", "hy", "ani_m")


def door(api: TelegramApi, **more: str) -> dict[str, str]:
    """The settings of the door."""
    given = {"TOKEN": TOKEN, "API_URL": api.url, "POLL_S": "5", **more}
    return {"BAREV_OUTBOX_LEASE_S": "2", **{f"BAREV_TELEGRAM_{key}": value for key, value in given.items()}}


class Room:
    """A product with its owner at the desk, and Telegram."""

    def __init__(self, product: Product, api: TelegramApi, owner: Desk, desk: Client) -> None:
        self.product = product
        self.api = api
        self.owner = owner
        self.desk = desk

    async def sees(self, text: str) -> dict[str, Any]:
        """A message as the desk shows it."""
        return await self.desk.wait_for("message", lambda shown: shown["text"] == text)

    async def answers(self, conversation_id: int, text: str, **more: Any) -> int:
        """The agent writes."""
        given = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text, **more}
        return int((await self.desk.get("reply", given))["id"])

    async def becomes(self, message_id: int, **wanted: Any) -> dict[str, Any]:
        """A message as soon as it has changed so."""
        return await self.desk.wait_for(
            "message_changed",
            lambda shown: shown["id"] == message_id and all(shown.get(key) == one for key, one in wanted.items()),
        )


@asynccontextmanager
async def room(product: Product, api: TelegramApi) -> AsyncIterator[Room]:
    """The product runs, and the owner sits at the desk."""
    async with office(product, "owner:owner") as (owner,):
        desk = agent(product.address, owner.token)
        async with connected(desk):
            await desk.get("hello")
            yield Room(product, api, owner, desk)


async def test_a_talk_there_and_back(tmp_path: Path) -> None:
    async with telegram_api() as api, room(Product(tmp_path / "data", environment=door(api)), api) as here:
        first = await api.says(ANI, "Barev")
        seen = await here.sees("Barev")
        talk = seen["conversation_id"]
        answer = await here.answers(talk, "Hello, *Ani*", reply_to=seen["id"])
        (heard,) = await api.heard(ANI)
        assert (heard["text"], heard["reply_to_message"]["message_id"]) == ("Hello, *Ani*", first)
        await here.becomes(answer, delivery="sent")
        assert TOKEN not in here.product.log
