"""A firm of agents and visitors behind one process or three, for journeys about who answers."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import aiohttp
from sqlalchemy import text

from crm_store.engine import StoreUrl, open_store
from tests.clients import ANSWER_S, Client, agent, visitor
from tests.product import Product


def zone(hour: int) -> str:
    """A zone in which it is about that hour now. (The signs of these names are the other way round.)"""
    ahead = hour - datetime.now(UTC).hour
    ahead = ahead - 24 if ahead > 12 else ahead + 24 if ahead < -12 else ahead
    return f"Etc/GMT{-ahead:+}"


UNLIMITED = {
    "BAREV_VISITOR_NEW_PER_S": "10000",
    "BAREV_VISITOR_NEW_BURST": "10000",
    "BAREV_DESK_AWAY_GRACE_S": "0.2",
    "BAREV_BUSINESS_TIMEZONE": zone(12),
}
"""No visitor is throttled, who closes his window is gone at once, and it is about noon."""
Wire = dict[str, Any]


class Firm:
    """One firm behind one process or three: whoever comes next comes to the next process."""

    def __init__(self, products: Sequence[Product], stack: AsyncExitStack) -> None:
        self.products = products
        self._next = cycle(products)
        self._stack = stack
        self._tokens: dict[str, str] = {}

    async def rule(self, *statements: str) -> None:
        """Changes settings in the store."""
        one = self.products[0]
        url = StoreUrl.parse(one.url) if one.url else StoreUrl(sqlite=one.data / "barev.db")
        store = await open_store(url)
        try:
            await store.writer.run(lambda tx: [tx.execute(text(statement)) for statement in statements])
        finally:
            await store.close()

    async def hire(self, *logins: str) -> None:
        """Adds agents: the first as an owner of the product would, the others as his like (an account takes long)."""
        first, *others = logins
        added = self.products[0].add_user(first)
        assert added.returncode == 0, added.stderr
        columns = "password_hash, role_id, created_at"
        for login in others:
            his = f"'{login}', '{login}', {columns}"
            await self.rule(
                f"INSERT INTO agents (login, name, {columns}) SELECT {his} FROM agents LIMIT 1",
                f"INSERT INTO team_members (agent_id, team_id) SELECT id, 1 FROM agents WHERE login = '{login}'",
            )

    async def comes(self, login: str) -> Client:
        """An agent opens a window."""
        product = next(self._next)
        if login not in self._tokens:
            self._tokens[login] = await product.log_in(login)
        client = agent(product.address, self._tokens[login])
        await client.connect()
        self._stack.push_async_callback(client.close)
        return client

    async def writes(self, words: str = "hello", token: str | None = None) -> Client:
        """A visitor comes and writes; returns when it is acknowledged."""
        client = visitor(next(self._next).address, token)
        await client.connect()
        self._stack.push_async_callback(client.close)
        client.auth["token"] = (await client.get("hello"))["token"]
        await client.send(words)
        return client

    async def heads(self, desk: Client, **filters: str) -> list[Wire]:
        """Conversations by REST, the longest wait first."""
        return await self.items(desk, "conversations", limit="500", **filters)

    async def items(self, desk: Client, path: str, **query: str) -> list[Wire]:
        """A list of REST."""
        status, answer = await self.ask(desk, "GET", path, query=query)
        assert status == 200, answer
        items: list[Wire] = answer["items"]
        return sorted(items, key=lambda one: one["id"])

    async def ask(
        self, desk: Client, method: str, path: str, body: Any = None, key: str = "", query: Wire | None = None
    ) -> tuple[int, Any]:
        """REST, as somebody at a desk: status and JSON."""
        headers = {"Authorization": f"Bearer {desk.auth['token']}", "Accept-Language": "en"}
        headers |= {"Idempotency-Key": key} if key else {}
        url = f"{self.products[0].address}/api/v1/{path}"
        async with (
            aiohttp.ClientSession(headers=headers) as web,
            web.request(method, url, params=query, json=body) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


def owner(head: Wire) -> str | None:
    """The name of who has it."""
    return None if head["assignee"] is None else str(head["assignee"]["name"])


async def eventually(look: Any, wanted: Any) -> None:
    """Asks again until the answer is the one wanted."""
    found = await look()
    for _ in range(int(ANSWER_S / 0.05)):
        if found == wanted:
            return
        await asyncio.sleep(0.05)
        found = await look()
    raise AssertionError(f"{found} and not {wanted}")


async def settled(firm: Firm, desk: Client, wanted: dict[str | None, int]) -> list[Wire]:
    """Waits until so many unresolved conversations are everybody's; the heads then."""

    async def look() -> dict[str | None, int]:
        return dict(Counter(map(owner, await firm.heads(desk, status="open"))))

    await eventually(look, wanted)
    return await firm.heads(desk, status="open")


async def whose(firm: Firm, desk: Client, name: str, waiting: int) -> list[int]:
    """The conversations somebody has once so many wait without anybody."""

    async def look() -> int:
        return sum(owner(head) is None for head in await firm.heads(desk, status="open"))

    await eventually(look, waiting)
    return [head["id"] for head in await firm.heads(desk, status="open") if owner(head) == name]


async def conversation_of(guest: Client) -> int:
    """The id of a visitor's conversation."""
    return int((await guest.get("hello"))["conversation"]["id"])


async def given(firm: Firm, desk: Client, guest: Client) -> Wire:
    """Waits until it was given to somebody by itself; the head of a visitor's conversation then."""
    number = await conversation_of(guest)
    found: list[Wire] = []

    async def look() -> bool:
        found[:] = [head for head in await firm.heads(desk) if head["id"] == number]
        return "decision" in found[0]

    await eventually(look, True)
    return found[0]


async def end(desk: Client, guest: Client) -> None:
    """An agent answers a visitor and resolves the conversation."""
    number = await conversation_of(guest)
    await reply(desk, number)
    await desk.get("resolve", {"conversation_id": number})
    await guest.wait_for("conversation", lambda told: told["status"] == "resolved")


async def reply(desk: Client, conversation_id: int, words: str = "here you are") -> None:
    """An agent answers."""
    client_id = str(uuid.uuid4())
    await desk.get("reply", {"conversation_id": conversation_id, "client_id": client_id, "text": words})
