"""What really is in the store, asked of the REST API: the measure of what the windows show."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.product import Product

SOON_S = 60.0


@dataclass
class Office:
    """The eyes of an agent who needs no browser."""

    product: Product
    token: str

    @classmethod
    async def of(cls, product: Product, login: str = "boris") -> "Office":
        """Logs in."""
        return cls(product, await product.log_in(login))

    async def conversations(self, name: str) -> list[dict[str, Any]]:
        """All conversations of contacts of this name."""
        items = await self._all("/conversations")
        return [item for item in items if item["contact"]["name"] == name]

    async def texts(self, conversation_id: int) -> list[str]:
        """What was said in a conversation, in order."""
        items = await self._all(f"/conversations/{conversation_id}/messages")
        return [item["text"] for item in items if item["kind"] == "text"]

    async def finds_message(self, word: str) -> None:
        """Returns as soon as the search finds a message with this word."""
        async with asyncio.timeout(SOON_S):
            while not await self._page("/search/messages", {"q": word}):
                pass

    async def get(self, path: str) -> Any:
        """The answer to a question."""
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}) as web,
            web.get(f"{self.product.address}/api/v1{path}") as answer,
        ):
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def _page(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}) as web,
            web.get(f"{self.product.address}/api/v1{path}", params=query) as answer,
        ):
            assert answer.status == 200, await answer.text()
            items: list[dict[str, Any]] = (await answer.json())["items"]
            return items

    async def _all(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}) as web:
            after: str | None = ""
            while after is not None:
                query = {"limit": "200"} | ({"after": after} if after else {})
                async with web.get(f"{self.product.address}/api/v1{path}", params=query) as answer:
                    assert answer.status == 200, await answer.text()
                    page = await answer.json()
                items += page["items"]
                after = page["next"]
        return items
