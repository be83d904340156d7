"""Rights through the real doors: exceptions, own roles, why, nobody locked out, everything at once and audited."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio.exceptions

from tests.clients import agent, connected, visitor
from tests.product import Product, running

pytestmark = pytest.mark.slow
Answer = tuple[int, Any]


class Desk:
    """REST as one person, or one token, uses it."""

    def __init__(self, web: aiohttp.ClientSession, token: str) -> None:
        self._web = web
        self.token = token

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Status and JSON of an answer."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            **{key.replace("_", "-"): one for key, one in headers.items()},
        }
        async with self._web.request(method, f"/api/v1{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None) if answer.status != 204 else None

    async def get(self, path: str) -> Any:
        """The JSON of an answer that must be good."""
        status, shown = await self.ask("GET", path)
        assert status == 200, (path, shown)
        return shown

    async def id_of(self, login: str) -> int:
        """An agent's id."""
        (one,) = (await self.get(f"/agents?login={login}&disabled=any"))["items"]
        found: int = one["id"]
        return found


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


@asynccontextmanager
async def office(product: Product, *logins: str) -> AsyncIterator[list[Desk]]:
    """A running product with these people in it: ``login:role``."""
    async with running(product), aiohttp.ClientSession(product.address) as web:
        for one in logins:
            login, role = one.split(":")
            product.add_user(login, role)
        yield [Desk(web, await product.log_in(one.split(":")[0])) for one in logins]


def code_of(answer: Answer) -> str:
    """``403 forbidden``: how it was refused."""
    return f"{answer[0]} {answer[1]['code']}"


async def test_exceptions_count_at_once_and_are_explained(product_on_each: Product) -> None:
    """A grant opens, a denial closes whatever grants; both at once in the running session, with the reasons told."""
    async with office(product_on_each, "olga:owner", "ani:agent", "mher:manager") as (olga, ani, mher):
        ids = {login: await olga.id_of(login) for login in ("ani", "mher")}
        assert code_of(await ani.ask("GET", "/audit")) == "403 forbidden"
        assert (await olga.ask("PATCH", f"/agents/{ids['ani']}", {"grant": ["audit.read"]}))[0] == 200
        assert (await ani.ask("GET", "/audit"))[0] == 200
        assert (await mher.ask("GET", "/audit"))[0] == 200
        assert (await olga.ask("PATCH", f"/agents/{ids['mher']}", {"grant": ["audit.read"], "deny": ["audit.read"]}))[
            0
        ] == 200
        assert code_of(await mher.ask("GET", "/audit")) == "403 forbidden"
        told = {one["name"]: one for one in (await olga.get(f"/agents/{ids['mher']}/permissions"))["items"]}
        audit = told["audit.read"]
        assert (audit["allowed"], [one["from"] for one in audit["why"]]) == (False, ["deny", "role", "grant"])
        assert told["contacts.edit"]["why"] == [{"from": "role", "name": "manager"}]
        assert (told["backup.run"]["allowed"], told["backup.run"]["why"]) == (False, [])
        assert (
            "Manager"
            in (await olga.ask("GET", f"/agents/{ids['mher']}/permissions", Accept_Language="en"))[1]["items"][0][
                "text"
            ]
        )
        who = {one["name"]: one for one in (await olga.get(f"/agents/{ids['ani']}/permissions"))["items"]}
        assert [one["from"] for one in who["conversations.all"]["why"]] == ["team"]
        for login in ids:  # what is explained is what is decided
            desk = {"ani": ani, "mher": mher}[login]
            held = set((await desk.get("/session"))["agent"]["permissions"])
            shown = (await olga.get(f"/agents/{ids[login]}/permissions"))["items"]
            assert held == {one["name"] for one in shown if one["allowed"]}


async def test_open_windows_hear_of_new_rights(product: Product) -> None:
    """A window sees what its agent may see from now on: another team's dialogs come with a grant and go with it."""
    async with office(product, "olga:owner", "ani:agent") as (olga, _):
        ani_id = await olga.id_of("ani")
        window, guest = agent(product.address, await product.log_in("ani")), visitor(product.address)
        async with connected(window, guest):
            conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            await guest.send("hello")
            await window.wait_for("message", lambda shown: shown["text"] == "hello")
            assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"team_ids": []}))[0] == 200
            await window.wait_for("notice", lambda shown: shown["code"] == "rights_changed")
            assert (await window.ask("open", {"conversation_id": conversation_id}))["error"]["code"] == "not_found"
            await guest.send("unheard")
            assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"grant": ["conversations.all"]}))[0] == 200
            assert (await window.get("open", {"conversation_id": conversation_id}))["ok"]
            await guest.send("heard again")
            await window.wait_for("message", lambda shown: shown["text"] == "heard again")
            assert "unheard" not in [shown["text"] for shown in window.events("message")]


async def test_nobody_gives_what_he_lacks_nor_touches_who_has_more(product: Product) -> None:
    """An administrator with a part of the rights hands on that part only, and cannot rise by a colleague's password."""
    async with office(product, "olga:owner", "ani:agent", "aram:agent") as (olga, ani, _):
        ids = {login: await olga.id_of(login) for login in ("olga", "ani", "aram")}
        grant = ["agents.manage", "roles.manage", "audit.read"]
        assert (await olga.ask("PATCH", f"/agents/{ids['ani']}", {"grant": grant}))[0] == 200
        body: dict[str, Any]
        for body in ({"password": "stolen-word"}, {"disabled": True}, {"name": "nobody"}, {"role_id": 3}):
            assert code_of(await ani.ask("PATCH", f"/agents/{ids['olga']}", body)) == "403 forbidden", body
        roles = {one["name"]: one["id"] for one in (await ani.get("/roles"))["items"]}
        for body in ({"role_id": roles["owner"]}, {"role_id": roles["manager"]}, {"grant": ["backup.run"]}):
            assert code_of(await ani.ask("PATCH", f"/agents/{ids['aram']}", body)) == "403 forbidden", body
        assert (await ani.ask("PATCH", f"/agents/{ids['aram']}", {"grant": ["audit.read"]}))[0] == 200
        new = {"login": "gor", "password": "parol-1234", "role_id": roles["owner"]}
        assert code_of(await ani.ask("POST", "/agents", new)) == "403 forbidden"
        assert (
            code_of(await ani.ask("POST", "/roles", {"name": "All", "permissions": ["backup.run"]})) == "403 forbidden"
        )
        status, made = await ani.ask("POST", "/roles", {"name": "Eyes", "permissions": ["audit.read"]})
        assert status == 201
        assert (await olga.ask("PATCH", f"/roles/{made['id']}", {"permissions": ["audit.read", "backup.run"]}))[
            0
        ] == 200
        assert code_of(await ani.ask("PATCH", f"/roles/{made['id']}", {"permissions": []})) == "403 forbidden"
        body = {"grant": ["agents.manage", "roles.manage", "audit.read", "contacts.export"]}
        assert code_of(await ani.ask("PATCH", f"/agents/{ids['ani']}", body)) == "409 conflict"


async def test_no_owner_is_locked_out(product: Product) -> None:
    """Neither himself nor the last one; an owner holds everything; built-in roles stay."""
    async with office(product, "olga:owner", "boris:owner", "ani:agent") as (olga, boris, _):
        ids = {login: await olga.id_of(login) for login in ("olga", "boris", "ani")}
        for body in ({"disabled": True}, {"role_id": 3}, {"deny": ["agents.manage"]}, {"password": "another-word"}):
            assert code_of(await olga.ask("PATCH", f"/agents/{ids['olga']}", body)) == "409 conflict", body
        assert code_of(await olga.ask("PATCH", f"/agents/{ids['boris']}", {"deny": ["audit.read"]})) == "409 conflict"
        for role_id in (1, 2, 3):
            assert code_of(await olga.ask("PATCH", f"/roles/{role_id}", {"name": "mine"})) == "409 conflict"
            assert code_of(await olga.ask("DELETE", f"/roles/{role_id}")) == "409 conflict"
        assert (await olga.ask("PATCH", f"/agents/{ids['boris']}", {"role_id": 3}))[0] == 200
        assert code_of(await boris.ask("PATCH", f"/agents/{ids['olga']}", {"disabled": True})) == "403 forbidden"
        entries = (await olga.get("/audit?entity=agent&action=agent.changed"))["items"]
        assert [(one["actor_name"], one["before"], one["after"]) for one in entries] == [
            ("olga", {"role": "owner"}, {"role": "agent"})
        ]


async def test_a_disabled_agent_is_out_at_once(product_on_each: Product) -> None:
    """His windows close, his sessions end, his open dialog is the team's again; enabled, he may come back."""
    product = product_on_each
    async with office(product, "olga:owner", "ani:agent", "aram:agent") as (olga, ani, _):
        ani_id = await olga.id_of("ani")
        window, other = (
            agent(product.address, await product.log_in("ani")),
            agent(product.address, await product.log_in("aram")),
        )
        guest = visitor(product.address)
        async with connected(window, other, guest):
            conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            await guest.send("hello")
            taken = (await window.get("take", {"conversation_id": conversation_id}))["conversation"]["change"]
            assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"disabled": True}))[0] == 200
            assert (await window.wait_for("notice"))["code"] == "session_ended"
            shown = await other.wait_for("conversation", lambda one: one["change"] > taken)
            assert (shown["assignee"], shown["status"], shown["unanswered"]) == (None, "open", True)
            opened = await other.get("open", {"conversation_id": conversation_id})
            assert opened["messages"][-1]["activity"] == {"code": "released", "fields": {"name": "ani"}}
        assert code_of(await ani.ask("GET", "/session")) == "401 unauthorized"
        with pytest.raises(socketio.exceptions.ConnectionError):
            await window.connect()
        assert [one["login"] for one in (await olga.get("/agents?disabled=true"))["items"]] == ["ani"]
        assert "ani" not in [one["login"] for one in (await olga.get("/agents"))["items"]]
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"disabled": False}))[0] == 200
        assert await product.log_in("ani")


async def test_passwords(product: Product) -> None:
    """One's own by the old one, another's by an administrator; both end the sessions that the old one opened."""
    async with office(product, "olga:owner", "ani:agent", "ani:agent") as (olga, ani, elsewhere):
        wrong = {"password": "not-this", "new_password": "parol-5678"}
        assert code_of(await ani.ask("POST", "/session/password", wrong)) == "403 forbidden"
        short = {"password": "parol-1234", "new_password": "short"}
        assert code_of(await ani.ask("POST", "/session/password", short)) == "400 invalid"
        right = {"password": "parol-1234", "new_password": "parol-5678"}
        assert (await ani.ask("POST", "/session/password", right))[0] == 204
        assert (await ani.ask("GET", "/session"))[0] == 200
        assert code_of(await elsewhere.ask("GET", "/session")) == "401 unauthorized"
        assert await product.log_in("ani", "parol-5678")
        ani_id = await olga.id_of("ani")
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"password": "given-word-1"}))[0] == 200
        assert code_of(await ani.ask("GET", "/session")) == "401 unauthorized"
        assert await product.log_in("ani", "given-word-1")
        said = str((await olga.get("/audit"))["items"])
        assert "agent.password_changed" in said
        assert "agent.password_reset" in said
        assert "given-word-1" not in said


async def test_a_refusal_is_told_in_the_language_of_whom_it_refuses(product: Product) -> None:
    """Whether a right is missing or a word is wrong."""
    async with office(product, "olga:owner", "ani:agent") as (olga, ani):
        assert (await olga.ask("PATCH", f"/agents/{await olga.id_of('ani')}", {"language": "ka"}))[0] == 200
        for method, path in (("GET", "/audit"), ("GET", "/contacts?limit=none")):
            status, problem = await ani.ask(method, path)
            assert status in (400, 403)
            assert re.search("[ა-ჰ]", problem["detail"]), problem
            assert re.search("[ა-ჰ]", problem["title"]), problem


async def test_own_roles(product: Product) -> None:
    """Made, given, changed for all who have it, and removed where nobody has it."""
    async with office(product, "olga:owner", "ani:agent") as (olga, ani):
        status, role = await olga.ask("POST", "/roles", {"name": "Reception", "permissions": ["contacts.edit"]})
        assert (status, role["built_in"], role["label"]) == (201, False, "Reception")
        assert code_of(await olga.ask("POST", "/roles", {"name": "RECEPTION", "permissions": []})) == "409 conflict"
        ani_id = await olga.id_of("ani")
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"role_id": role["id"]}))[0] == 200
        assert code_of(await ani.ask("GET", "/audit")) == "403 forbidden"
        assert (await olga.ask("PATCH", f"/roles/{role['id']}", {"permissions": ["audit.read"]}))[0] == 200
        assert (await ani.ask("GET", "/audit"))[0] == 200
        assert code_of(await ani.ask("POST", "/contacts", {"name": "Nino"})) == "403 forbidden"
        assert code_of(await olga.ask("DELETE", f"/roles/{role['id']}")) == "409 conflict"
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"role_id": 3}))[0] == 200
        assert (await olga.ask("DELETE", f"/roles/{role['id']}"))[0] == 204
        actions = [one["action"] for one in (await olga.get("/audit?entity=role"))["items"]]
        assert actions == ["role.removed", "role.changed", "role.added"]
