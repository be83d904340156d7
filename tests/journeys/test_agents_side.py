"""The agent's side of the chat through its doors: canned responses, chats as tasks, what a visitor brought with him."""

import uuid

import pytest

from tests.clients import agent, connected, visitor
from tests.journeys.test_rights import code_of, office
from tests.product import Product

pytestmark = pytest.mark.slow
HELLO = {"shortcut": "Բարև", "texts": {"hy": "Բարև, {name}։", "en": "Hello, {name}!"}}


async def test_canned_responses_are_ones_own_or_shared(product_on_each: Product) -> None:
    async with office(product_on_each, "olga:owner", "mher:manager", "ani:agent", "boris:agent") as (
        olga,
        mher,
        ani,
        boris,
    ):
        status, own = await ani.ask("POST", "/canned-responses", HELLO)
        assert (status, own["shortcut"], own["shared"], own["editable"]) == (201, "բարև", False, True)
        for body, code in (
            (HELLO, "409 conflict"),  # the shortcut is taken
            ({"shortcut": "a", "texts": {"en": "Hello, {nmae}!"}}, "409 conflict"),
            ({"shortcut": "a", "texts": {"en": "Hello, {name!"}}, "409 conflict"),
            ({"shortcut": "a", "texts": {"en": "  "}}, "409 conflict"),
            ({"shortcut": "a", "texts": {}}, "400 invalid"),
            ({"shortcut": "a", "texts": {"fr": "Salut"}}, "400 invalid"),
            ({"shortcut": "a b", "texts": {"en": "x"}}, "400 invalid"),
            ({"shortcut": "a", "texts": {"en": "x"}, "shared": True}, "403 forbidden"),
        ):
            assert code_of(await ani.ask("POST", "/canned-responses", body)) == code, body
        _, problem = await ani.ask("POST", "/canned-responses", {"shortcut": "a", "texts": {"en": "{nmae}"}})
        assert "{nmae}" in problem["detail"]
        assert "{name}, {agent}, {team}, {business}, {firm}, {phone}, {address}, {city}" in problem["detail"]

        status, shared = await mher.ask("POST", "/canned-responses", {**HELLO, "shared": True})
        assert (status, shared["shared"], shared["team"]) == (201, True, None)
        _, team = await olga.ask("POST", "/teams", {"name": "Night", "agent_ids": [await olga.id_of("boris")]})
        body = {"shortcut": "night", "texts": {"en": "{agent} of {team}"}, "shared": True, "team_id": team["id"]}
        status, of_team = await mher.ask("POST", "/canned-responses", body)
        assert (status, of_team["team"]["name"]) == (201, "Night")
        assert code_of(await mher.ask("POST", "/canned-responses", {**body, "team_id": 999})) == "404 not_found"

        seen = {desk: await desk.get("/canned-responses") for desk in (ani, boris, mher)}
        of_each = [[one["id"] for one in answer["items"]] for answer in seen.values()]
        assert [sorted(ids) for ids in of_each] == [
            sorted([own["id"], shared["id"]]),
            sorted([shared["id"], of_team["id"]]),
            sorted([shared["id"], of_team["id"]]),
        ]
        assert [one["editable"] for one in seen[boris]["items"]] == [False, False]

        mine, common = f"/canned-responses/{own['id']}", f"/canned-responses/{shared['id']}"
        status, changed = await ani.ask("PATCH", mine, {"texts": {"ru": "Здравствуйте!"}})
        assert (status, changed["texts"], changed["shortcut"]) == (200, {"ru": "Здравствуйте!"}, "բարև")
        assert code_of(await ani.ask("PATCH", common, {"shortcut": "x"})) == "403 forbidden"
        assert code_of(await olga.ask("PATCH", mine, {"shortcut": "x"})) == "404 not_found", "whoever asks"
        assert code_of(await ani.ask("DELETE", common)) == "403 forbidden"
        assert (await mher.ask("DELETE", common))[0] == 204
        assert (await ani.ask("DELETE", mine))[0] == 204
        assert (await ani.get("/canned-responses"))["items"] == []
        told = [one["action"] for one in (await olga.get("/audit?entity=canned_response"))["items"]]
        assert told.count("canned_response.added") == 3
        assert told.count("canned_response.removed") == 2


async def test_a_response_names_the_branch_of_the_conversation(product_on_each: Product) -> None:
    """Its name, phone, address and city, of which nothing is said to whom the conversation is not shown."""
    async with office(product_on_each, "olga:owner", "ani:agent") as (olga, ani):
        status, own = await ani.ask(
            "POST", "/canned-responses", {"shortcut": "where", "texts": {"en": "{firm}, {city}"}}
        )
        assert (status, own["texts"]) == (201, {"en": "{firm}, {city}"})
        (branch, *_) = (await olga.get("/branches"))["items"]
        assert branch["city"] == ""
        told = {"name": "Centre", "city": "Երևան", "address": "5 Abovyan St", "phone": "+374 10 123456"}
        status, changed = await olga.ask("PATCH", f"/branches/{branch['id']}", told)
        assert (status, {key: changed[key] for key in told}) == (200, told)
        assert [one["id"] for one in (await olga.get("/branches?city=ևան&sort=city"))["items"]] == [branch["id"]]
        assert code_of(await olga.ask("PATCH", f"/branches/{branch['id']}", {"city": "x" * 101})) == "413 too_large"
        guest = visitor(product_on_each.address)
        async with connected(guest):
            talk = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            await guest.send("where are you")
            place = await olga.get(f"/conversations/{talk}/place")
        assert place == {"firm": "Centre", **{key: told[key] for key in ("phone", "address", "city")}}
        assert code_of(await olga.ask("GET", "/conversations/999999/place")) == "404 not_found"


async def test_a_chat_that_waits_is_a_task_of_its_agent_until_it_is_answered(product_on_each: Product) -> None:
    product = product_on_each
    async with office(product, "ani:agent", "boris:agent") as (rest_of_ani, rest_of_boris):
        ani = agent(product.address, await product.log_in("ani"))
        boris = agent(product.address, await product.log_in("boris"))
        guest = visitor(product.address)
        async with connected(ani, guest):
            started = await guest.get("start", {"answers": {"name": "Nare"}})
            talk = started["conversation"]["id"]
            await guest.send("Is anybody there?")
            await ani.get("take", {"conversation_id": talk})
            task = await ani.wait_for("task", lambda one: one["conversation_id"] == talk)
            assert (task["kind"], task["fresh"], task["done"], task["contact"]["name"]) == ("chat", True, False, "Nare")
            (row,) = (await rest_of_ani.get("/tasks?assignee=me&state=open"))["items"]
            assert (row["id"], row["kind"], row["conversation_id"]) == (task["id"], "chat", talk)

            # answered: done; asked again: the same task is open again, and nobody is called for it
            await ani.get("reply", {"conversation_id": talk, "client_id": str(uuid.uuid4()), "text": "Yes!"})
            await ani.wait_for("task", lambda one: one["id"] == task["id"] and one["done"])
            await guest.send("And on Sunday?")
            await ani.wait_for("task", lambda one: one["id"] == task["id"] and not one["done"] and not one["fresh"])

            # handed over: it goes from the one to the other
            await boris.connect()
            me = (await boris.get("hello"))["agent"]["id"]
            await ani.get("assign", {"conversation_id": talk, "agent_id": me})
            moved = await boris.wait_for("task", lambda one: one["conversation_id"] == talk)
            assert (moved["id"], moved["fresh"], moved["done"]) == (task["id"], True, False)
            assert (await rest_of_ani.get("/tasks?assignee=me&state=open"))["items"] == []
            # put aside by hand, it stays so until the customer writes again
            assert (await rest_of_boris.ask("PATCH", f"/tasks/{task['id']}", {"done": True}))[0] == 200
            await boris.get("resolve", {"conversation_id": talk})
            await boris.wait_for("conversation", lambda one: one["id"] == talk and one["status"] == "resolved")
            tasks = (await rest_of_boris.get("/tasks?assignee=me"))["items"]
            assert [(one["kind"], one["done"]) for one in tasks] == [("chat", True)]
            await boris.close()


async def test_what_a_visitor_brought_is_seen_by_who_opens_the_dialog(product_on_each: Product) -> None:
    async with office(product_on_each, "ani:agent"):
        ani = agent(product_on_each.address, await product_on_each.log_in("ani"))
        guest = visitor(product_on_each.address, language="ka")
        async with connected(guest, ani):
            answers = {"name": "Nino", "phone": "+995 555 123456"}
            talk = (await guest.get("start", {"answers": answers}))["conversation"]["id"]
            await guest.send("გამარჯობა")
            await guest.get("page", {"url": "https://shop.example/prices", "title": "Prices"})
            opened = await ani.get("open", {"conversation_id": talk})
            visit = opened["visit"]
            assert [page["title"] for page in opened["pages"]] == ["Haircuts", "Prices"]
            assert visit["remote"] == "127.0.0.1"
            assert "aiohttp" in visit["user_agent"]
            assert (visit["language"], visit["answers"]) == ("ka", answers)
