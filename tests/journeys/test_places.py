"""Teams and branches through REST: made, renamed, filled with people who see their talks at once, archived, audited;
and what the log tells of sign-ins."""

import aiohttp
import pytest

from tests.clients import agent, connected, visitor
from tests.journeys.test_rights import office, product
from tests.product import Product

__all__ = ["product"]
pytestmark = pytest.mark.slow
BRANCH = {"name": "Center", "timezone": "Asia/Tbilisi", "country": "GE", "language": "ka"}


async def test_teams_and_branches_from_first_to_last(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        status, branch = await owner.ask("POST", "/branches", BRANCH)
        assert (status, branch["phone"], branch["archived_at"]) == (201, None, None)
        me = await owner.id_of("ani")
        status, team = await owner.ask("POST", "/teams", {"name": "Reception", "branch_id": branch["id"]})
        assert (status, team["branch"]["name"], team["agents"]) == (201, "Center", [])
        at, place = f"/teams/{team['id']}", f"/branches/{branch['id']}"
        _, team = await owner.ask("PATCH", at, {"name": "Front desk", "agent_ids": [me]})
        assert [one["name"] for one in team["agents"]] == ["ani"]
        for method, path, body, status, code in (
            ("POST", "/teams", {"name": "front DESK"}, 409, "conflict"),
            ("POST", "/teams", {"name": "x", "branch_id": 999}, 404, "not_found"),
            ("PATCH", at, {"agent_ids": [999]}, 404, "not_found"),
            ("PATCH", "/teams/999", {"name": "x"}, 404, "not_found"),
            ("PATCH", place, {"timezone": "Asia/Nowhere"}, 400, "invalid"),
            ("PATCH", place, {"archived": True}, 409, "conflict"),  # a team works there
            ("PATCH", "/teams/1", {"archived": True}, 409, "conflict"),  # the web's conversations arrive there
        ):
            answered, problem = await owner.ask(method, path, body)
            assert (answered, problem["code"]) == (status, code), (path, body, problem)
        status, _ = await ani.ask("PATCH", at, {"name": "Mine"})
        assert status == 403
        status, team = await owner.ask("PATCH", at, {"archived": True})
        assert status == 200
        assert team["archived_at"] is not None
        assert [one["name"] for one in (await owner.get("/teams?archived=false&sort=name"))["items"]] == ["Barev"]
        status, _ = await owner.ask("PATCH", place, {"archived": True, "address": "Rustaveli 1"})
        assert status == 200
        status, problem = await owner.ask("PATCH", at, {"archived": False})
        assert (status, problem["detail"]) == (409, "Այս մասնաճյուղն արխիվում է. ընտրեք ուրիշը կամ վերադարձրեք այն։")
        status, team = await owner.ask("PATCH", at, {"archived": False, "branch_id": None})
        assert (status, team["branch"], team["archived_at"]) == (200, None, None)
        log = (await owner.get("/audit?entity=team"))["items"]
        told = [one["action"] for one in reversed(log)]
        assert told == [
            "team.added",
            "team.changed",
            "team.archived",
            "team.changed",
        ]
        assert log[-2]["after"] == {"name": "Front desk", "members": ["ani"]}
        (added, changed) = reversed((await owner.get("/audit?entity=branch"))["items"])
        assert (added["action"], changed["after"]["address"]) == ("branch.added", "Rustaveli 1")


async def test_the_log_tells_who_signed_in_from_where_and_who_could_not(product: Product) -> None:
    async with office(product, "owner:owner") as (owner,), aiohttp.ClientSession(product.address) as web:
        browser = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}
        for login, password in (("owner", "not the password"), ("hunter2", "x")):
            body = {"login": login, "password": password}
            async with web.post("/api/v1/session", json=body, headers=browser) as answer:
                assert answer.status == 401
        nobody, wrong, opened = (await owner.get("/audit?entity=session"))["items"]
        assert (opened["action"], opened["actor_name"]) == ("session.opened", "owner")
        assert (wrong["action"], wrong["after"]) == (
            "session.refused",
            {"login": "owner", "browser": browser["User-Agent"]},
        )
        assert nobody["after"]["login"] is None, "what nobody is called may be a password"
        assert wrong["remote"] == opened["remote"] == "127.0.0.1"
        assert (await owner.get("/audit?entity=session&at_to=2020-01-01"))["items"] == []
        assert len((await owner.get("/audit?action=session.refused&remote=127.0"))["items"]) == 2


async def test_who_joins_a_team_hears_its_talks(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, _):
        me = await owner.id_of("ani")
        _, team = await owner.ask("POST", "/teams", {"name": "Second"})
        ani, boss = (
            agent(product.address, await product.log_in("ani")),
            agent(product.address, await product.log_in("owner")),
        )
        guest = visitor(product.address)
        async with connected(guest, ani, boss):
            talk = (await guest.get("start", {"answers": {"name": "Nino"}}))["conversation"]["id"]
            await boss.get("assign", {"conversation_id": talk, "team_id": team["id"]})
            status, _ = await owner.ask("PATCH", f"/teams/{team['id']}", {"agent_ids": [me]})
            assert status == 200
            assert (await ani.wait_for("notice", lambda one: one["code"] == "rights_changed"))[
                "code"
            ] == "rights_changed"
            assert (await ani.get("open", {"conversation_id": talk}))["conversation"]["id"] == talk
            status, problem = await owner.ask("PATCH", f"/teams/{team['id']}", {"archived": True})
            assert (status, problem["detail"]) == (
                409,
                "Այս թիմն ունի 1 չավարտված զրույց. նախ ավարտեք կամ փոխանցեք այն։",
            )
