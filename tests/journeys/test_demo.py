"""The demo business through the real doors: it is all there at once, and goes without a trace when it is removed."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from conversation.language import LANGUAGES
from tests.clients import agent, connected, visitor
from tests.product import Product, running

pytestmark = pytest.mark.slow

LOGIN_LINE = re.compile(r"demo login: (\S+) +password: (\S+) +role: (\w+) +name: (.+)")


async def ask(product: Product, method: str, path: str, token: str, status: int = 200) -> Any:
    """A REST request with a session's token."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{product.address}/api/v1{path}"
    async with aiohttp.ClientSession() as web, web.request(method, url, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


def logins_of(product: Product) -> dict[str, str]:
    """Password by login, as printed at start."""
    return {match[1]: match[2] for match in map(LOGIN_LINE.fullmatch, product.said) if match}


async def test_the_demo_is_there_at_once(tmp_path: Path) -> None:
    """From nothing: every login is printed and works; five languages, waiting and answered, old and new, are on the
    desk."""
    async with running(Product(tmp_path / "data", flags=["--demo"], cold=True)) as product:
        logins = logins_of(product)
        assert list(logins) == ["owner", "manager", "anahit", "arman", "nino", "giorgi", "aigerim", "daniyar"]
        assert len(product.said) == len(logins) + 1
        owner = agent(product.address, await product.log_in("owner", logins["owner"]))
        nino = agent(product.address, await product.log_in("nino", logins["nino"]))
        async with connected(owner, nino):
            board = await owner.get("hello")
            assert {talk["contact"].get("language") for talk in board["conversations"]} == set(LANGUAGES)
            waiting = [talk["waiting_since"] for talk in board["conversations"] if talk["unanswered"]]
            assert len(waiting) == board["counts"]["waiting"] >= 10
            assert waiting == sorted(waiting)
            assert any(talk["contact"]["returning"] for talk in board["conversations"])
            long = max(board["conversations"], key=lambda talk: talk["last_seq"])
            opened = await owner.get("open", {"conversation_id": long["id"]})
            assert [message["seq"] for message in opened["messages"]] == list(range(1, long["last_seq"] + 1))
            clinic = await nino.get("hello")
            assert {talk["branch"]["name"] for talk in clinic["conversations"]} == {"Karavan Clinic, Tbilisi"}
            canned = await ask(product, "GET", "/canned-responses", nino.auth["token"])
            texts = {one["shortcut"]: one["texts"] for one in canned["items"]}
            assert list(texts) == ["address", "hello", "moment", "phone", "thanks"]
            assert set(texts["hello"]) == set(LANGUAGES)
            assert "ჭავჭავაძის" in texts["address"]["ka"]


async def test_own_data_outlives_the_demo(tmp_path: Path) -> None:
    """Only what was typed meanwhile is left; the demo's people cannot log in, and the demo never comes back."""
    product = Product(tmp_path / "data", flags=["--demo"])
    async with running(product):
        logins = logins_of(product)
        demo_owner = await product.log_in("owner", logins["owner"])
        refused = await ask(product, "DELETE", "/demo", demo_owner, 409)
        assert refused["code"] == "conflict"
        assert product.add_user("mine", "owner").returncode == 0
        guest = visitor(product.address, widget="karavan-yerevan", language="hy")
        anahit = agent(product.address, await product.log_in("anahit", logins["anahit"]))
        async with connected(guest, anahit):
            started = await guest.get("start", {"answers": {"name": "Արամ"}})
            await guest.send("Բարև ձեզ")
            await anahit.get("take", {"conversation_id": started["conversation"]["id"]})
        removed = await ask(product, "DELETE", "/demo", demo_owner)
        assert removed["removed"]["agents"] == len(logins)
        assert removed["removed"]["conversations_kept"] == 0
        await ask(product, "GET", "/conversations", demo_owner, 401)
        mine = await product.log_in("mine")
        (talk,) = (await ask(product, "GET", "/conversations", mine))["items"]
        assert (talk["id"], talk["contact"]["name"]) == (started["conversation"]["id"], "Արամ")
        assert talk["assignee"] is None
        assert [one["name"] for one in (await ask(product, "GET", "/agents", mine))["items"]] == ["mine"]
        assert (await ask(product, "GET", "/demo", mine)) == {"present": False}
        actions = [line["action"] for line in (await ask(product, "GET", "/audit", mine))["items"]]
        assert {"demo.seeded", "demo.removed"} <= set(actions)
    async with running(product):
        assert logins_of(product) == {}
        (still,) = (await ask(product, "GET", "/conversations", await product.log_in("mine")))["items"]
        assert still["id"] == talk["id"]
