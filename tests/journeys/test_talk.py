"""A visitor and an agent talk, through the real doors of a real server."""

import uuid
from pathlib import Path

import aiohttp
import pytest

from tests.clients import agent, connected, visitor
from tests.product import Product, running

pytestmark = pytest.mark.slow


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def test_question_and_answer(product: Product) -> None:
    """Without any set-up a visitor writes at once; an agent added beside the running server takes it and answers."""
    async with running(product):
        added = product.add_user("ani")
        assert added.returncode == 0, added.stderr
        token = await product.log_in("ani")
        guest, ani = visitor(product.address), agent(product.address, token)
        async with connected(guest, ani):
            hello = await guest.get("hello")
            assert hello["messages"] == []
            assert hello["agents_online"] == 1
            assert [field["key"] for field in hello["form"]] == ["name", "phone", "email"]
            started = await guest.get("start", {"answers": {"name": "Արամ", "phone": "077 123456"}})
            conversation_id = started["conversation"]["id"]
            assert (await guest.get("start", {"answers": {}}))["conversation"]["id"] == conversation_id
            sent = await guest.send("Բարև, ի՞նչ արժե կտրվածքը")
            assert sent["seq"] == 1

            heard = await ani.wait_for("message")
            assert heard["text"] == "Բարև, ի՞նչ արժե կտրվածքը"
            assert heard["id"] == sent["id"]
            waiting = await ani.wait_for("conversation", lambda shown: shown["unanswered"])
            assert waiting["contact"]["name"] == "Արամ"
            assert waiting["contact"]["phone"] == "077 123456"
            assert waiting["page_url"] == "https://shop.example/hair"
            board = await ani.get("hello")
            assert [one["id"] for one in board["conversations"]] == [conversation_id]

            taken = await ani.get("take", {"conversation_id": conversation_id})
            assert taken["conversation"]["assignee"]["name"] == "ani"
            opened = await ani.get("open", {"conversation_id": conversation_id})
            assert [one["text"] for one in opened["messages"] if one["kind"] == "text"] == ["Բարև, ի՞նչ արժե կտրվածքը"]
            body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4())}
            replied = await ani.get("reply", {**body, "text": "5 000 ֏"})
            answer = await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "agent")
            assert (answer["id"], answer["text"], answer["author"]["name"]) == (replied["id"], "5 000 ֏", "ani")
            answered = await ani.wait_for(
                "conversation", lambda shown: not shown["unanswered"] and shown["change"] >= replied["change"]
            )
            assert answered["status"] == "open"
            resolved = await ani.get("resolve", {"conversation_id": conversation_id})
            assert resolved["conversation"]["status"] == "resolved"
            told = await guest.wait_for("conversation", lambda shown: shown["status"] == "resolved")
            assert told["id"] == conversation_id


async def test_private_things_stay_private(product: Product) -> None:
    """A note and an activity line never reach the visitor, neither as events nor by sync; their numbers do."""
    async with running(product):
        product.add_user("ani")
        guest, ani = visitor(product.address), agent(product.address, await product.log_in("ani"))
        async with connected(guest, ani):
            conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            await guest.send("hello")
            await ani.get("take", {"conversation_id": conversation_id})
            body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4())}
            note = await ani.get("note", {**body, "text": "a difficult one"})
            await guest.wait_for("conversation", lambda shown: shown["change"] == note["change"])
            synced = await guest.get("sync", {"after_change": 0})
            assert [one["text"] for one in synced["messages"]] == ["hello"]
            assert synced["last_change"] == note["change"]
            assert [one["text"] for one in guest.events("message")] == ["hello"]
            refused = await guest.ask("message", {"client_id": str(uuid.uuid4()), "text": "?", "reply_to": note["id"]})
            assert refused["error"]["code"] == "not_found"


async def test_edit_and_delete_after_seen(product: Product) -> None:
    """What the agent mends or takes back changes at the visitor's side, live and by sync."""
    async with running(product):
        product.add_user("ani")
        guest, ani = visitor(product.address), agent(product.address, await product.log_in("ani"))
        async with connected(guest, ani):
            conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4())}
            first = await ani.get("reply", {**body, "text": "500"})
            second = await ani.get("reply", {**body, "client_id": str(uuid.uuid4()), "text": "not for you"})
            await guest.get("read", {"seq": second["seq"]})
            await ani.wait_for("read", lambda shown: shown["seq"] == second["seq"])
            before = (await guest.get("sync", {"after_change": 0}))["last_change"]
            await ani.get("edit_message", {"message_id": first["id"], "text": "5 000"})
            await ani.get("delete_message", {"message_id": second["id"]})
            assert (await guest.wait_for("message_changed"))["text"] == "5 000"
            deleted = await guest.wait_for("message_deleted")
            assert (deleted["id"], deleted["text"]) == (second["id"], "")
            synced = await guest.get("sync", {"after_change": before})
            shown = {one["id"]: (one["text"], one.get("deleted", False)) for one in synced["messages"]}
            assert shown == {first["id"]: ("5 000", False), second["id"]: ("", True)}


async def test_rest_and_rights(product: Product) -> None:
    """Log-in, lists, log-out; errors are problem JSON in the reader's language."""
    async with running(product):
        assert product.add_user("owner", "owner").returncode == 0
        product.add_user("ani")
        token = await product.log_in("OWNER")
        async with aiohttp.ClientSession(product.address, headers={"Authorization": f"Bearer {token}"}) as web:
            async with web.post("/api/v1/contacts", json={"name": "Նինո", "phone": "+995 555 123456"}) as answer:
                assert answer.status == 201
                contact = await answer.json()
            for query in ("նինո", "555", "Նինո 995"):
                async with web.get("/api/v1/contacts", params={"q": query}) as answer:
                    assert [one["id"] for one in (await answer.json())["items"]] == [contact["id"]], query
            async with web.get("/api/v1/audit") as answer:
                actions = [one["action"] for one in (await answer.json())["items"]]
                assert {"contact.added", "session.opened", "agent.added"} <= set(actions)
            async with web.get("/api/v1/conversations/777", headers={"Accept-Language": "hy"}) as answer:
                problem = await answer.json(content_type="application/problem+json")
                assert (answer.status, problem["code"]) == (404, "not_found")
                assert any("Ա" <= letter <= "և" for letter in problem["detail"])
            async with web.delete("/api/v1/session") as answer:
                assert answer.status == 204
            async with web.get("/api/v1/conversations") as answer:
                assert answer.status == 401
        ani = await product.log_in("ani")
        headers = {"Authorization": f"Bearer {ani}"}
        async with aiohttp.ClientSession(product.address) as web, web.get("/api/v1/audit", headers=headers) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (403, "forbidden")


async def test_command_line_says_what_is_wrong(product: Product) -> None:
    """One plain line on standard error, and the status of the contract."""
    assert product.add_user("ani").returncode == 0
    twice = product.add_user("ani")
    assert (twice.returncode, twice.stderr.count("\n")) == (2, 1)
    short = product.add_user("aram", password="short")
    assert (short.returncode, short.stderr.count("\n")) == (2, 1)
    async with running(product):
        other = Product(product.data.parent / "other", port=product.port)
        with pytest.raises(AssertionError, match="cannot listen on"):
            await other.start()
        assert await product.stop() == 0
