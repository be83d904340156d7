"""What agents do with dialogs, and who sees what, through the real doors."""

import json
import subprocess
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import socketio.exceptions

from tests.clients import Client, agent, connected, visitor
from tests.product import Product, running

pytestmark = pytest.mark.slow


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def _begin(product: Product, guest: Client) -> int:
    """Starts the visitor's conversation with a first message; returns its id."""
    conversation_id: int = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
    await guest.send("hello")
    return conversation_id


async def test_a_resolved_dialog_is_taken_up_again(product: Product) -> None:
    """A message reopens it, ``start`` opens a new one, and the old one can then not be reopened beside it."""
    async with running(product):
        product.add_user("ani")
        guest, ani = visitor(product.address), agent(product.address, await product.log_in("ani"))
        async with connected(guest, ani):
            first = await _begin(product, guest)
            await ani.get("resolve", {"conversation_id": first})
            refused = await ani.ask("take", {"conversation_id": first})
            assert refused["error"]["code"] == "conflict"
            await guest.send("one more thing")
            again = await ani.wait_for(
                "conversation", lambda shown: shown["status"] == "open" and shown["last_seq"] >= 3
            )
            assert (again["id"], again["unanswered"]) == (first, True)
            await ani.get("resolve", {"conversation_id": first})
            second = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            assert second != first
            assert (await ani.ask("reopen", {"conversation_id": first}))["error"]["code"] == "conflict"
            shown = await ani.wait_for("conversation", lambda shown: shown["id"] == second)
            assert (shown["contact"]["returning"], shown["contact"]["conversations"]) == (True, 2)


async def test_a_snoozed_dialog_wakes(product: Product) -> None:
    """By its time, and by the customer's word before it."""
    async with running(product):
        product.add_user("ani")
        guest, ani = visitor(product.address), agent(product.address, await product.log_in("ani"))
        async with connected(guest, ani):
            conversation_id = await _begin(product, guest)
            for until in ("yesterday", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00", 5):
                refused = await ani.ask("snooze", {"conversation_id": conversation_id, "until": until})
                assert refused["error"]["code"] == "invalid", until
            soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
            put_aside = await ani.get("snooze", {"conversation_id": conversation_id, "until": soon})
            change = put_aside["conversation"]["change"]
            assert put_aside["conversation"]["status"] == "snoozed"
            await ani.wait_for("conversation", lambda shown: shown["status"] == "open" and shown["change"] > change)
            late = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            change = (await ani.get("snooze", {"conversation_id": conversation_id, "until": late}))["conversation"][
                "change"
            ]
            await guest.send("are you there?")
            await ani.wait_for("conversation", lambda shown: shown["status"] == "open" and shown["change"] > change)


async def test_a_session_ends_everywhere(product: Product) -> None:
    """Log-out closes the windows of that session at once; its token and the cookie are worth nothing afterwards."""
    async with running(product):
        product.add_user("ani")
        token, other = await product.log_in("ani"), await product.log_in("ani")
        window, elsewhere = agent(product.address, token), agent(product.address, other)
        async with connected(window, elsewhere):
            async with aiohttp.ClientSession(product.address) as web:
                headers = {"Authorization": f"Bearer {token}"}
                async with web.delete("/api/v1/session", headers=headers) as answer:
                    assert answer.status == 204
            assert (await window.wait_for("notice"))["code"] == "session_ended"
            assert (await elsewhere.get("hello"))["agent"]["login"] == "ani"
        again = agent(product.address, token)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await again.connect()
        assert again.refused["data"]["code"] == "unauthorized"
        await again.close()


async def test_only_failed_log_ins_are_throttled(product: Product) -> None:
    """Wrong passwords wait sooner or later; right ones never; the cookie cannot be used from another site."""
    product.environment = {"BAREV_DESK_FAILED_PER_LOGIN": "3"}
    async with running(product):
        product.add_user("ani")
        product.add_user("aram")
        for _ in range(8):
            await product.log_in("ani")
        jar = aiohttp.CookieJar(unsafe=True)  # which keeps cookies of bare addresses too
        async with aiohttp.ClientSession(product.address, cookie_jar=jar) as web:
            statuses, waits = [], []
            for _ in range(5):
                async with web.post("/api/v1/session", json={"login": "ani", "password": "wrong-word"}) as answer:
                    statuses.append(answer.status)
                    waits.append(int(answer.headers.get("Retry-After", 0)))
            assert statuses == [401, 401, 401, 429, 429]
            assert all(wait > 0 for wait in waits[3:])
            body = {"login": "aram", "password": "parol-1234"}
            async with web.post("/api/v1/session", json=body) as answer:
                cookie = answer.headers["Set-Cookie"]
                assert "HttpOnly" in cookie
                assert "SameSite=Strict" in cookie
            async with web.get("/api/v1/session") as answer:
                assert (await answer.json())["agent"]["login"] == "aram"
            foreign = {"Origin": "https://evil.example"}
            async with web.delete("/api/v1/session", headers=foreign) as answer:
                assert answer.status == 403
            async with web.post("/api/v1/session", json=body, headers=foreign) as answer:
                assert answer.status == 403


async def test_the_demo_and_its_end(product: Product) -> None:
    """The demo prints its logins; agents see their own branch; removing it leaves what was typed, and a new owner."""
    product.flags = ("--demo",)
    async with running(product):
        words = [line.split() for line in product.said if line.startswith("demo login:")]
        logins = {row[2]: row[4] for row in words}
        assert {"owner", "anahit"} <= set(logins)
        owner = agent(product.address, await product.log_in("owner", logins["owner"]))
        anahit = agent(product.address, await product.log_in("anahit", logins["anahit"]))
        guest = visitor(product.address)
        async with connected(owner, anahit, guest):
            everything, own = await owner.get("hello"), await anahit.get("hello")
            assert 0 < own["counts"]["all"] < everything["counts"]["all"]
            foreign = {one["id"] for one in everything["conversations"]} - {one["id"] for one in own["conversations"]}
            assert (await anahit.ask("open", {"conversation_id": min(foreign)}))["error"]["code"] == "not_found"
            mine = await _begin(product, guest)
            async with aiohttp.ClientSession(product.address) as web:
                headers = {"Authorization": f"Bearer {owner.auth['token']}"}
                async with web.delete("/api/v1/demo", headers=headers) as answer:
                    assert (answer.status, (await answer.json(content_type=None))["code"]) == (409, "conflict")
                founder = {"owner": {"login": "tatev", "password": "own-word-99", "name": "Tatev"}}
                async with web.delete("/api/v1/demo", headers=headers, json=founder) as answer:
                    assert answer.status == 200, await answer.text()
        tatev = agent(product.address, await product.log_in("tatev", "own-word-99"))
        async with connected(tatev):
            left = await tatev.get("hello")
            assert [one["id"] for one in left["conversations"]] == [mine]
            assert [one["name"] for one in left["agents"]] == ["Tatev"]
            body = {"conversation_id": mine, "client_id": str(uuid.uuid4()), "text": "welcome"}
            assert (await tatev.get("reply", body))["seq"] >= 2
    async with running(product):
        assert not [line for line in product.said if line.startswith("demo login:")]


async def test_openapi_tells_every_route(product: Product) -> None:
    """Every operation of the description answers as described: with a body that its schema names, or with a problem."""
    async with running(product):
        product.add_user("owner", "owner")
        headers = {"Authorization": f"Bearer {await product.log_in('owner')}"}
        async with aiohttp.ClientSession(product.address) as web:
            async with web.get("/api/v1/openapi.json") as answer:
                described = await answer.json()
            assert described["openapi"] == "3.1.0"
            seen = 0
            for path, operations in described["paths"].items():
                if "get" not in operations:
                    continue
                seen += 1
                async with web.get(path.replace("{id}", "1"), headers=headers) as answer:
                    operation = operations["get"]["responses"][str(answer.status)]
                    if answer.status == 200 and answer.content_type != "application/json":
                        assert answer.content_type in operation["content"], path
                    elif answer.status == 200:
                        schema = operation["content"]["application/json"]["schema"]
                        assert set(schema.get("required", ())) <= set(await answer.json()), path
                    else:
                        asked = operations["get"].get("parameters", [])
                        status = 400 if any(one["in"] == "query" and one.get("required") for one in asked) else 404
                        assert (answer.status, answer.content_type) == (status, "application/problem+json"), path
            assert seen >= 10
            async with web.get("/api/v1/nothing") as answer:
                assert (answer.status, answer.content_type) == (404, "application/problem+json")
            async with web.post("/api/v1/contacts", headers=headers, data=b"{" * 100_000) as answer:
                assert (answer.status, (await answer.json(content_type=None))["code"]) == (400, "invalid")
            async with web.post("/api/v1/contacts", headers=headers, data=b" " * 300_000) as answer:
                assert (answer.status, (await answer.json(content_type=None))["code"]) == (413, "too_large")


async def test_sigterm_ends_it_in_good_order(product: Product) -> None:
    """Connected clients or not, it ends with status 0, and a second start shows what was said."""
    async with running(product):
        guest = visitor(product.address)
        async with connected(guest):
            token = (await guest.get("hello"))["token"]
            await _begin(product, guest)
            assert await product.stop() == 0
        await product.start()
        again = visitor(product.address, token)
        async with connected(again):
            assert [one["text"] for one in (await again.get("hello"))["messages"]] == ["hello"]


def test_a_password_in_the_address_is_refused(product: Product) -> None:
    """It would show in the list of processes; the hint names the variable."""
    command = product.command("user", "add", "x", "--role", "agent", "--database-url", "postgresql://a:b@127.0.0.1/c")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "BAREV_STORE_URL" in done.stderr
    assert json.dumps(done.stderr).count("\\n") == 1
