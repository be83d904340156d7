"""Search through the real doors: what is said is found a moment later, by those who may see it."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.clients import agent, connected, visitor
from tests.product import Product, running

pytestmark = pytest.mark.slow
FOUND_S = 60.0


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def _get(product: Product, token: str, path: str, **query: str) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as web,
        web.get(f"{product.address}/api/v1{path}", params=query) as answer,
    ):
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


async def _found(product: Product, token: str, query: str, count: int) -> list[dict[str, Any]]:
    """The messages found, once there are as many: they are indexed in the background."""
    async with asyncio.timeout(FOUND_S):
        while True:
            messages: list[dict[str, Any]] = (await _get(product, token, "/search", q=query))["messages"]
            if len(messages) == count:
                return messages


async def test_what_is_said_is_found_in_any_script(product: Product) -> None:
    async with running(product):
        product.add_user("ani", role="owner")
        token = await product.log_in("ani")
        guest, ani = visitor(product.address), agent(product.address, token)
        async with connected(guest, ani):
            started = await guest.get("start", {"answers": {"name": "Խաչատուր", "phone": "+37477123456"}})
            await guest.send("Բարև ձեզ, ուզում եմ գրանցվել վաղը")
            conversation_id = (await ani.wait_for("message"))["conversation_id"]
            note = {"conversation_id": conversation_id, "client_id": "6b1a1f0e-0000-4000-8000-000000000001"}
            await ani.get("note", {**note, "text": "звонить после обеда"})
            (said,) = await _found(product, token, "barev dzez", 1)
            assert said["snippet"] == "Բարև ձեզ, ուզում եմ գրանցվել վաղը"
            assert [said["snippet"][start:end] for start, end in said["ranges"]] == ["Բարև", "ձեզ"]
            assert said["contact"]["name"] == "Խաչատուր"
            (noted,) = await _found(product, token, "pdjybnm", 1)  # звонить, the layout forgotten
            assert noted["private"] is True
            for query in ("khach", "хач", "xach", "խաչ", "{fxf", "077 12", "3456"):
                contacts = (await _get(product, token, "/search", q=query))["contacts"]
                assert [one["name"] for one in contacts] == ["Խաչատուր"], query
                assert contacts[0]["matched"]
                listed = await _get(product, token, "/contacts", q=query)
                assert [one["id"] for one in listed["items"]] == [contacts[0]["id"]]
            await ani.get("delete_message", {"message_id": noted["message_id"]})
            assert (await _get(product, token, "/search/messages", q="звон"))["items"] == []
            assert started["conversation"]["id"] == conversation_id


async def test_a_message_is_not_found_by_whom_it_does_not_concern(product: Product) -> None:
    """The rule of conversations: an agent of another team does not see it, so he does not find it."""
    async with running(product):
        product.add_user("boss", role="owner")
        product.add_user("ani")
        boss, ani = await product.log_in("boss"), await product.log_in("ani")
        guest = visitor(product.address)
        async with connected(guest):
            await guest.get("start", {"answers": {}})
            await guest.send("a secret balalaika")
            await _found(product, boss, "balalaika", 1)
            assert len((await _get(product, ani, "/search", q="balalaika"))["messages"]) == 1
            with sqlite3.connect(product.data / "barev.db", timeout=20) as store:
                store.execute("INSERT INTO teams (name) VALUES ('others')")
                store.execute("UPDATE conversations SET team_id = (SELECT max(id) FROM teams)")
            assert (await _get(product, ani, "/search", q="balalaika"))["messages"] == []
            assert len((await _get(product, boss, "/search", q="balalaika"))["messages"]) == 1


@pytest.mark.kill
async def test_what_was_not_indexed_at_a_kill_is_so_after_the_next_start(product: Product) -> None:
    async with running(product):
        product.add_user("ani", role="owner")
        guest = visitor(product.address)
        async with connected(guest):
            await guest.get("start", {"answers": {}})
            for number in range(30):
                await guest.send(f"violoncello {number}")
        await product.kill()
        await product.start()
        token = await product.log_in("ani")
        async with asyncio.timeout(FOUND_S):
            while len((await _get(product, token, "/search/messages", q="violon", limit="50"))["items"]) < 30:
                pass
