"""Contacts through the real doors: cards, lists, merging, history, tasks, the bin, personal data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.clients import agent, connected, visitor
from tests.product import Product, running

pytestmark = pytest.mark.slow


class Rest:
    """REST as one agent asks it."""

    def __init__(self, web: aiohttp.ClientSession) -> None:
        self._web = web

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """Status and answer."""
        async with self._web.request(method, f"/api/v1{path}", json=body, params=query) as answer:
            text = await answer.read()
            return answer.status, await answer.json(content_type=None) if text else None

    async def get(self, path: str, **query: Any) -> Any:
        """What must be there."""
        status, answer = await self.ask("GET", path, **query)
        assert status == 200, (path, status, answer)
        return answer

    async def do(self, method: str, path: str, body: Any = None, expected: int = 200) -> Any:
        """What must go well."""
        status, answer = await self.ask(method, path, body)
        assert status == expected, (path, status, answer)
        return answer

    async def all(self, path: str, **query: Any) -> list[Any]:
        """Every item of a list, page by page."""
        items: list[Any] = []
        after: dict[str, str] = {}
        while True:
            page = await self.get(path, **query, **after)
            items += page["items"]
            if page["next"] is None:
                return items
            after = {"after": page["next"]}


@asynccontextmanager
async def signed_in(product: Product, login: str) -> AsyncIterator[Rest]:
    """REST for one login."""
    token = await product.log_in(login)
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    async with aiohttp.ClientSession(product.address, headers=headers) as web:
        yield Rest(web)


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def test_a_card_has_everything(product_on_each: Product) -> None:
    product = product_on_each
    async with running(product):
        assert product.add_user("owner", "owner").returncode == 0
        async with signed_in(product, "owner") as rest:
            group = await rest.do("POST", "/contact-groups", {"name": "Անդամներ"}, 201)
            vip = await rest.do("POST", "/contact-categories", {"name": "Gold", "colour": "#AA3311"}, 201)
            source = await rest.do("POST", "/contact-sources", {"name": "Instagram"}, 201)
            hair = {"key": "hair", "label": "Hair", "kind": "choice", "choices": ["dark", "fair"]}
            await rest.do("POST", "/custom-fields", hair, 201)
            me = (await rest.get("/session"))["agent"]["id"]
            card = await rest.do(
                "POST",
                "/contacts",
                {
                    "given_name": "Անի",
                    "family_name": "Պետրոսյան",
                    "patronymic": "Արամի",
                    "address_form": "դուք",
                    "code": "K-17",
                    "language": "hy",
                    "country": "am",
                    "birthday": "1986-02-28",
                    "phone": "077 123456",
                    "email": "Ani@Example.com",
                    "note": "tea",
                    "source_id": source["id"],
                    "curator_id": me,
                    "group_ids": [group["id"]],
                    "category_ids": [vip["id"]],
                    "custom": {"hair": "fair"},
                },
                201,
            )
            at = f"/contacts/{card['id']}"
            assert (card["name"], card["phone"], card["email"]) == ("Անի Պետրոսյան", "077 123456", "Ani@Example.com")
            assert {one["channel"]: one["value"] for one in card["addresses"]} == {
                "phone": "+37477123456",
                "email": "ani@example.com",
            }
            assert (card["groups"], card["source"]["name"], card["curator"]["id"]) == (
                [{"id": 1, "name": "Անդամներ"}],
                "Instagram",
                me,
            )
            assert card["categories"] == [{"id": vip["id"], "name": "Gold", "colour": "#aa3311"}]
            double = await rest.do("POST", "/contacts", {"name": "A. P.", "phone": "+374 77 12-34-56"}, 201)
            assert double["duplicates"] == [{"id": card["id"], "name": "Անի Պետրոսյան", "why": ["phone"]}]
            car = {"kind": "car", "name": "Toyota", "plate": "34 oo 123", "details": {"colour": "red"}}
            subject = await rest.do("POST", f"{at}/subjects", car, 201)
            assert subject["plate"] == "34OO123"
            extra = await rest.do("POST", f"{at}/extra-contacts", {"name": "Արամ", "phone": "091 111222"}, 201)
            await rest.do("PATCH", f"{at}/extra-contacts/{extra['id']}", {"relation": "ամուսին"})
            second = await rest.do("POST", f"{at}/addresses", {"channel": "phone", "value": "+995 555 123456"}, 201)
            assert (second["value"], second["display"]) == ("+995555123456", "+995 555 12 34 56")
            changed = await rest.do(
                "PATCH", at, {"family_name": "Sargsyan", "custom": {"hair": None}, "category_ids": []}
            )
            assert (changed["name"], changed["custom"], changed["categories"]) == ("Անի Sargsyan", {}, [])
            assert changed["extra_contacts"][0]["relation"] == "ամուսին"
            await rest.do("DELETE", f"{at}/addresses/{second['id']}", expected=204)
            await rest.do("DELETE", f"{at}/subjects/{subject['id']}", expected=204)
            shown = await rest.get(at)
            assert (len(shown["addresses"]), shown["subjects"]) == (2, [])
            assert [one["kind"] for one in (await rest.get("/bin"))["items"]] == ["subject"]
            await rest.do("POST", f"/bin/subject/{subject['id']}/restore")
            assert len((await rest.get(at))["subjects"]) == 1
            for body, code in (
                ({"phone": "12345"}, "invalid"),
                ({"email": "nobody"}, "invalid"),
                ({"birthday": "30.02.1986"}, "invalid"),
                ({"custom": {"hair": "green"}}, "invalid"),
                ({"custom": {"size": 1}}, "invalid"),
                ({"group_ids": [99]}, "not_found"),
                ({"curator_id": 99}, "not_found"),
                ({"country": "Armenia"}, "invalid"),
            ):
                status, problem = await rest.ask("PATCH", at, body)
                assert (status // 100, problem["code"]) == (4, code), body
            status, problem = await rest.ask("POST", "/contacts", {"name": "x", "code": "K-17"})
            assert (status, problem["code"], problem["detail"]) == (
                409,
                "conflict",
                "The client code K-17 is already in use.",
            )
            audit = await rest.all("/audit", entity="contact")
            change = next(one for one in audit if one["action"] == "contact.changed" and "custom.hair" in one["before"])
            assert (change["before"]["custom.hair"], change["after"]["custom.hair"]) == ("fair", None)


async def test_every_column_sorts_and_filters(product_on_each: Product) -> None:
    product = product_on_each
    async with running(product):
        product.add_user("owner", "owner")
        async with signed_in(product, "owner") as rest:
            sources = [await rest.do("POST", "/contact-sources", {"name": name}, 201) for name in ("b", "a")]
            await rest.do("POST", "/custom-fields", {"key": "club", "label": "Club", "kind": "flag"}, 201)
            await rest.do("POST", "/custom-fields", {"key": "size", "label": "Size", "kind": "number"}, 201)
            me = (await rest.get("/session"))["agent"]["id"]
            people = [
                {"name": "c", "birthday": "1990-12-30", "source_id": sources[0]["id"], "custom": {"club": True}},
                {"name": "a", "birthday": "--01-05", "curator_id": me, "code": "7", "custom": {"size": 38}},
                {"name": "b", "language": "ka", "source_id": sources[1]["id"], "phone": "077 123456"},
                {"name": "d", "country": "GE", "code": "5", "custom": {"club": False}},
                {"name": "a", "birthday": "1990-06-01"},
            ]
            ids = [(await rest.do("POST", "/contacts", one, 201))["id"] for one in people]

            async def order(**query: Any) -> list[int]:
                return [ids.index(one["id"]) for one in await rest.all("/contacts", **query)]

            assert await order(limit=2) == [4, 3, 2, 1, 0]
            assert await order(sort="name", limit=1) == [1, 4, 2, 0, 3]
            assert await order(sort="name", order="desc", limit=2) == [3, 0, 2, 4, 1]
            assert await order(sort="source", limit=1) == [2, 0, 1, 3, 4]
            assert await order(sort="code", limit=2) == [3, 1, 0, 2, 4]
            assert await order(sort="birthday", order="desc", limit=2) == [0, 4, 1, 3, 2]
            for sort in ("created_at", "updated_at", "last_seen_at", "curator", "language", "country", "id"):
                for way in ("asc", "desc"):
                    assert sorted(await order(sort=sort, order=way, limit=2)) == [0, 1, 2, 3, 4], (sort, way)
            assert await order(birthday_from="12-20", birthday_to="01-10") == [1, 0]
            assert await order(birthday_from="06-01", birthday_to="06-30") == [4]
            assert await order(source=sources[1]["id"]) == [2]
            assert await order(curator=me) == [1]
            assert await order(language="ka") == [2]
            assert await order(country="GE") == [3]
            assert await order(has_phone="true") == [2]
            assert await order(channel="phone") == [2]
            assert await order(has_phone="false", sort="id", order="asc") == [0, 1, 3, 4]
            assert await order(**{"custom.club": "true"}) == [0]
            assert await order(**{"custom.club": "false"}) == [3]
            assert await order(**{"custom.size": "38"}) == [1]
            assert await order(q="a", sort="id", order="asc") == [1, 4]
            assert await order(created_to="2020-01-01T00:00:00Z") == []
            assert await order(phone="077 12") == await order(phone="37477") == [2]
            assert await order(name="C") == [0]
            assert await order(id=ids[3]) == [3]
            page = await rest.get("/contacts", sort="name", limit=1)
            for wrong in (
                {"sort": "wish"},
                {"sort": "code", "after": page["next"]},
                {"after": "x"},
                {"birthday_from": "13-01"},
                {"group": "x"},
                {"has_phone": "maybe"},
                {"custom.'": "x"},
                {"channel": "By pigeon"},
            ):
                status, _ = await rest.ask("GET", "/contacts", **wrong)
                assert status == 400, wrong


async def test_texts_are_sorted_as_people_sort_them(product_on_each: Product) -> None:
    """Blind to case and accents, each alphabet in its own order; who has nothing there comes last in both orders."""
    product = product_on_each
    async with running(product):
        product.add_user("owner", "owner")
        async with signed_in(product, "owner") as rest:
            for name in ("beta", "Alpha"):
                await rest.do("POST", "/contact-groups", {"name": name}, 201)
                await rest.do("POST", "/contact-categories", {"name": name}, 201)
            groups = (await rest.get("/contact-groups"))["items"]
            categories = (await rest.get("/contact-categories"))["items"]
            given: list[dict[str, Any]] = [
                {"name": "զարուհի", "phone": "+37477000002", "note": "b", "group_ids": [groups[0]["id"]]},
                {"name": "ԱՆԻ", "email": "B@example.com", "category_ids": [categories[1]["id"]]},
                {"name": "Қайрат", "email": "a@example.com", "group_ids": [groups[1]["id"]]},
                {"name": "кайрат", "phone": "+37477000001", "note": "A"},
                {"name": "Лев", "category_ids": [categories[0]["id"]]},
                {"name": "Ёлка", "note": "c"},
                {"name": "жанна"},
                {"name": "ანა"},
                {"phone": "+37477000003"},
                {"name": "zoé"},
                {"name": "Zoe B"},
            ]
            ids = [(await rest.do("POST", "/contacts", one, 201))["id"] for one in given]

            async def order(**query: Any) -> list[int]:
                return [ids.index(one["id"]) for one in await rest.all("/contacts", **query)]

            by_name = [9, 10, 5, 6, 3, 2, 4, 1, 0, 7]
            assert await order(sort="name", limit=3) == [*by_name, 8]
            assert await order(sort="name", order="desc", limit=3) == [*reversed(by_name), 8]
            for sort, first in (
                ("phone", [3, 0, 8]),
                ("email", [2, 1]),
                ("note", [3, 0, 5]),
                ("groups", [2, 0] if groups[1]["name"] == "Alpha" else [0, 2]),
                ("categories", [1, 4] if categories[1]["name"] == "Alpha" else [4, 1]),
            ):
                assert (await order(sort=sort, limit=2))[: len(first)] == first, sort
                turned = await order(sort=sort, order="desc", limit=2)
                assert turned[: len(first)] == first[::-1], sort
                assert sorted(turned) == list(range(len(ids))), sort
            await rest.do("PATCH", f"/contacts/{ids[7]}", {"name": "Aaa"})
            assert (await order(sort="name"))[0] == 7
            assert await order(note="C") == [5]
            assert await order(email="EXAMPLE") == [2, 1]


async def test_a_visitors_phone_is_understood(product: Product) -> None:
    async with running(product):
        product.add_user("owner", "owner")
        guest = visitor(product.address, language="ru")
        ani = agent(product.address, await product.log_in("owner"))
        async with connected(guest, ani):
            refused = await guest.ask("start", {"answers": {"name": "Анна", "phone": "12345"}})
            assert refused["error"]["code"] == "invalid"
            assert any("а" <= letter <= "я" for letter in refused["error"]["message"])
            opened = (await guest.get("start", {"answers": {"name": "Анна", "phone": "077-12-34-56"}}))["conversation"][
                "id"
            ]
            shown = await ani.wait_for("conversation", lambda one: one["id"] == opened)
            assert shown["contact"]["phone"] == "077 123456"
            async with signed_in(product, "owner") as rest:
                card = await rest.do("PATCH", f"/contacts/{shown['contact']['id']}", {"given_name": "Անի"})
                changed = await ani.wait_for("conversation", lambda one: one["contact"]["name"] == "Անի")
                assert changed["change"] > shown["change"]
                web = next(one for one in card["addresses"] if one["channel"] == "web")
                assert web["value"] == ""
                status, problem = await rest.ask("DELETE", f"/contacts/{card['id']}")
                assert (status, problem["code"]) == (409, "conflict")
            await ani.get("resolve", {"conversation_id": opened})
            async with signed_in(product, "owner") as rest:
                await rest.do("DELETE", f"/contacts/{card['id']}", expected=204)
                assert await rest.all("/contacts") == []
                assert [one["title"] for one in await rest.all("/bin", kind="contact")] == ["Անի"]
                await guest.get("start", {"answers": {}})
                assert [one["id"] for one in await rest.all("/contacts")] == [card["id"]]


async def test_two_contacts_become_one_while_they_talk(product: Product) -> None:
    """The visitor's tab goes on in the same dialog, and his words reach the merged contact."""
    async with running(product):
        product.add_user("owner", "owner")
        guest, owner = visitor(product.address), agent(product.address, await product.log_in("owner"))
        async with connected(guest, owner), signed_in(product, "owner") as rest:
            opened = (await guest.get("start", {"answers": {"name": "Ani"}}))["conversation"]["id"]
            await guest.send("before")
            head = await owner.wait_for("conversation", lambda one: one["id"] == opened)
            known = await rest.do("POST", "/contacts", {"name": "Անի", "phone": "077 123456"}, 201)
            merged = await rest.do("POST", f"/contacts/{known['id']}/merge", {"other_id": head["contact"]["id"]})
            assert merged["contact"]["conversations"] == 1
            told = await owner.wait_for("conversation", lambda one: one["contact"]["id"] == known["id"])
            assert (told["id"], told["contact"]["name"]) == (opened, "Անի")
            await guest.send("after")
            await owner.wait_for("message", lambda one: one["text"] == "after")
            history = await rest.all(f"/contacts/{known['id']}/history", limit=1)
            given = {"task"}  # where the dialog was given to somebody meanwhile
            assert {one["kind"] for one in history} - given == {"conversation", "change", "merge"}
            assert (await rest.get(f"/contacts/{head['contact']['id']}"))["merged_into"] == known["id"]
            undone = await rest.do("POST", f"/merges/{merged['merge_id']}/undo")
            assert undone["other"]["conversations"] == 1
            await guest.send("apart again")
            heads = await rest.all("/conversations", contact=head["contact"]["id"])
            assert [one["id"] for one in heads] == [opened]
            await rest.do("POST", f"/contacts/{known['id']}/distinct", {"other_id": head["contact"]["id"]}, 204)


async def test_the_past_of_a_person_and_what_is_to_be_done(product_on_each: Product) -> None:
    product = product_on_each
    async with running(product):
        product.add_user("owner", "owner")
        product.add_user("ani")
        async with signed_in(product, "owner") as rest, signed_in(product, "ani") as other:
            card = await rest.do("POST", "/contacts", {"name": "Nino"}, 201)
            at = f"/contacts/{card['id']}"
            notes = [await rest.do("POST", f"{at}/notes", {"text": f"note {n}"}, 201) for n in range(3)]
            await rest.do("PATCH", f"{at}/notes/{notes[0]['id']}", {"text": "note 0, mended"})
            await rest.do("PATCH", at, {"note": "VIP"})
            due = {"title": "call", "due_at": "2020-01-01T10:00:00Z", "contact_id": card["id"]}
            task = await rest.do("POST", "/tasks", due, 201)
            assert (task["overdue"], task["done"], task["contact"]["name"]) == (True, False, "Nino")
            for year in ("0178", "1899", "9000"):  # a slip of the keyboard
                mistyped = {"title": "call", "due_at": f"{year}-01-01T10:00:00Z"}
                assert (await rest.ask("POST", "/tasks", mistyped))[0] == 400, year
                assert (await rest.ask("PATCH", f"/tasks/{task['id']}", mistyped))[0] == 400, year
            history = await rest.all(f"{at}/history", limit=2)
            assert [one["kind"] for one in history] == ["task", "change", "note", "note", "note", "change"]
            assert history[1]["changes"] == [{"field": "note", "before": "", "after": "VIP"}]
            assert [one["at"] for one in history] == sorted((one["at"] for one in history), reverse=True)
            assert [one["text"] for one in await rest.all(f"{at}/history", kind="note")][-1] == "note 0, mended"
            assert [one["id"] for one in await rest.all("/tasks", state="overdue", assignee="me")] == [task["id"]]
            assert await other.all("/tasks") == []
            assert (await other.ask("PATCH", f"/tasks/{task['id']}", {"done": True}))[0] == 404
            assert (await other.ask("DELETE", f"{at}/notes/{notes[0]['id']}"))[0] == 403
            for method, path in (("DELETE", at), ("GET", "/bin"), ("POST", f"{at}/merge"), ("POST", f"{at}/erase")):
                assert (await other.ask(method, path, {}))[0] == 403, path
            for path in ("/contact-groups", "/contact-categories", "/contact-sources", "/custom-fields"):
                assert (await other.ask("POST", path, {"name": "x"}))[0] == 403
                assert len(await other.all(path)) == (3 if path == "/contact-categories" else 0)
            done = await rest.do("PATCH", f"/tasks/{task['id']}", {"done": True})
            assert (done["done"], done["overdue"]) == (True, False)
            assert await rest.all("/tasks", state="open") == []
            await rest.do("DELETE", f"/tasks/{task['id']}", expected=204)
            await rest.do("DELETE", f"{at}/notes/{notes[2]['id']}", expected=204)
            rested = await rest.all("/bin", limit=1)
            assert [one["kind"] for one in rested] == ["note", "task"]
            assert all(one["deleted_by"]["name"] and one["purged_at"] > one["deleted_at"] for one in rested)
            await rest.do("DELETE", at, expected=204)
            assert (await rest.ask("POST", f"/bin/note/{notes[2]['id']}/restore"))[0] == 409
            await rest.do("POST", f"/bin/contact/{card['id']}/restore")
            await rest.do("POST", f"/bin/note/{notes[2]['id']}/restore")
            assert len(await rest.all(f"{at}/history", kind="note")) == 3


async def test_a_person_is_handed_out_and_forgotten(product_on_each: Product) -> None:
    product = product_on_each
    async with running(product):
        product.add_user("owner", "owner")
        guest, owner = visitor(product.address), agent(product.address, await product.log_in("owner"))
        async with connected(guest, owner), signed_in(product, "owner") as rest:
            answers = {"name": "Secretperson", "phone": "077 123456", "email": "secret@example.com"}
            opened = (await guest.get("start", {"answers": answers}))["conversation"]["id"]
            await guest.send("my secret word")
            head = await owner.wait_for("conversation", lambda one: one["id"] == opened)
            at = f"/contacts/{head['contact']['id']}"
            await rest.do("POST", f"{at}/notes", {"text": "a secret note"}, 201)
            await rest.do("PATCH", at, {"note": "secret too", "name": "Secretperson II"})
            given = await rest.get(f"{at}/personal-data")
            assert given["conversations"][0]["messages"][0]["text"] == "my secret word"
            assert (await rest.ask("POST", f"{at}/erase", {"confirm": "Secretperson II"}))[0] == 409
            await owner.get("resolve", {"conversation_id": opened})
            assert (await rest.ask("POST", f"{at}/erase", {"confirm": "Secretperson"}))[0] == 400
            await rest.do("POST", f"{at}/erase", {"confirm": "Secretperson II"}, 204)
            everything = [
                await rest.get(at),
                await rest.get("/audit", limit=200),
                await rest.get(f"/conversations/{opened}"),
                await rest.get(f"/conversations/{opened}/messages"),
                await rest.get(f"{at}/history"),
            ]
            assert "secret" not in str(everything).casefold()
            assert await rest.all("/contacts") == await rest.all("/bin") == []
            assert (await rest.ask("GET", f"{at}/personal-data"))[0] == 404
            fresh = visitor(product.address, language="en")
            async with connected(fresh):
                assert (await fresh.get("hello"))["contact"]["name"] is None
