"""Programs' tokens, repeated requests, settings of the store, and how the API refuses, through the real doors."""

import asyncio
import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import socketio.exceptions
from sqlalchemy import update

from conversation import clock
from crm_store.engine import StoreUrl, open_store
from crm_store.models import ApiTokenRow
from tests.clients import ANSWER_S, agent
from tests.journeys.test_rights import Desk, code_of, office
from tests.product import Product

pytestmark = pytest.mark.slow
DYING_SERVER = Path(__file__).with_name("dying_server.py")


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def make_token(olga: Desk, *scopes: str) -> tuple[int, str]:
    """A token's id and the token."""
    status, made = await olga.ask("POST", "/api-tokens", {"name": "Website", "scopes": list(scopes)})
    assert status == 201, made
    return made["id"], made["token"]


async def test_a_token_opens_its_scopes_and_no_more(product_on_each: Product) -> None:
    """Reading by group, writing by permission; never the /desk of sockets, log-in or other tokens; only its hash is
    kept; what it does is told in its name."""
    product = product_on_each
    async with office(product, "olga:owner") as (olga,), aiohttp.ClientSession(product.address) as web:
        token_id, token = await make_token(olga, "contacts.read", "contacts.edit")
        assert token.startswith("bvt_")
        robot = Desk(web, token)
        assert (await robot.ask("POST", "/contacts", {"name": "Nino"}))[0] == 201
        assert [one["name"] for one in (await robot.get("/contacts"))["items"]] == ["Nino"]
        for method, path in (("GET", "/conversations"), ("GET", "/audit"), ("GET", "/session"), ("GET", "/api-tokens")):
            assert code_of(await robot.ask(method, path)) == "403 forbidden", path
        assert (
            code_of(await robot.ask("POST", "/api-tokens", {"name": "x", "scopes": ["audit.read"]})) == "403 forbidden"
        )
        window = agent(product.address, token)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await window.connect()
        await window.close()
        (shown,) = (await olga.get("/api-tokens"))["items"]
        assert (shown["id"], shown["prefix"], "token" in shown) == (token_id, token[:12], False)
        assert shown["last_used_at"] is not None
        (entry,) = (await olga.get("/audit?entity=contact"))["items"]
        assert entry["actor_name"] == "olga · Website"
        for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token + "x", token[:12], "bvt_", "bvt_é"):
            refused = await Desk(web, wrong).ask("GET", "/contacts")
            assert code_of(refused) == "401 unauthorized", wrong
        assert (await olga.ask("DELETE", f"/api-tokens/{token_id}"))[0] == 204
        assert code_of(await robot.ask("GET", "/contacts")) == "401 unauthorized"
        if not product.url:
            kept = b"".join(path.read_bytes() for path in product.data.glob("barev.db*"))
            assert token[:12].encode() in kept
            assert token.encode() not in kept


async def test_a_token_has_no_more_than_its_maker_has_now(product: Product) -> None:
    """It loses what he loses, and all when he may not work; he puts in no scope that he lacks."""
    async with office(product, "olga:owner", "ani:agent") as (olga, ani), aiohttp.ClientSession(product.address) as web:
        ani_id = await olga.id_of("ani")
        grant = ["tokens.manage", "audit.read"]
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"grant": grant}))[0] == 200
        lacking = {"name": "x", "scopes": ["backup.run"]}
        assert code_of(await ani.ask("POST", "/api-tokens", lacking)) == "403 forbidden"
        for body in (
            {"name": "x", "scopes": ["nonsense"]},
            {"name": "x", "scopes": []},
            {"name": " ", "scopes": ["audit.read"]},
        ):
            assert code_of(await ani.ask("POST", "/api-tokens", body)) == "400 invalid", body
        _, token = await make_token(ani, "audit.read")
        robot = Desk(web, token)
        assert (await robot.ask("GET", "/audit"))[0] == 200
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"deny": ["audit.read"]}))[0] == 200
        assert code_of(await robot.ask("GET", "/audit")) == "403 forbidden"
        assert (await olga.ask("PATCH", f"/agents/{ani_id}", {"deny": [], "disabled": True}))[0] == 200
        assert code_of(await robot.ask("GET", "/audit")) == "401 unauthorized"


async def let_the_hour_pass(product: Product) -> None:
    """Until which a token was given."""
    store = await open_store(StoreUrl(sqlite=product.data / "barev.db"))
    try:
        over = update(ApiTokenRow).where(ApiTokenRow.expires_at.is_not(None)).values(expires_at=clock.now())
        await store.writer.run(lambda tx: tx.execute(over))
    finally:
        await store.close()


async def test_a_token_expires_and_is_rated(product: Product) -> None:
    """At its time; and a program that asks too often waits, while its maker does not."""
    product.environment = {"BAREV_DESK_REST_PER_S": "1", "BAREV_DESK_REST_BURST": "20"}
    async with office(product, "olga:owner") as (olga,), aiohttp.ClientSession(product.address) as web:
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        body = {"name": "x", "scopes": ["contacts.read"], "expires_at": past}
        assert code_of(await olga.ask("POST", "/api-tokens", body)) == "409 conflict"
        soon = datetime.now(UTC) + timedelta(hours=1)
        status, made = await olga.ask("POST", "/api-tokens", {**body, "expires_at": soon.isoformat()})
        assert status == 201
        robot = Desk(web, made["token"])
        assert (await robot.ask("GET", "/contacts"))[0] == 200
        await let_the_hour_pass(product)
        async with asyncio.timeout(ANSWER_S):
            while (answer := await robot.ask("GET", "/contacts"))[0] in (200, 429):
                pass
        assert code_of(answer) == "401 unauthorized"
        busy = Desk(web, (await make_token(olga, "contacts.read"))[1])
        answers = await asyncio.gather(*(busy.ask("GET", "/contacts") for _ in range(60)))
        refused = [answer for status, answer in answers if status == 429]
        assert refused
        assert refused[0]["retry_after_s"] > 0
        assert (await olga.ask("GET", "/session"))[0] == 200


async def test_a_repeated_request_is_done_once(product_on_each: Product) -> None:
    """The same key answers as before, with 200; for another request it is refused; a refusal gives the key back."""
    async with office(product_on_each, "olga:owner", "ani:agent") as (olga, ani):
        status, first = await olga.ask("POST", "/contacts", {"name": "Nino"}, Idempotency_Key="a 1")
        assert status == 201
        assert await olga.ask("POST", "/contacts", {"name": "Nino"}, Idempotency_Key="a 1") == (200, first)
        assert code_of(await olga.ask("POST", "/contacts", {"name": "Ana"}, Idempotency_Key="a 1")) == "409 conflict"
        assert (await ani.ask("POST", "/contacts", {"name": "Ana"}, Idempotency_Key="a 1"))[0] == 201
        assert (
            code_of(await olga.ask("POST", "/roles", {"name": "owner", "permissions": []}, Idempotency_Key="b"))
            == "409 conflict"
        )
        assert (
            code_of(await olga.ask("POST", "/roles", {"name": "owner", "permissions": []}, Idempotency_Key="b"))
            == "409 conflict"
        )
        assert (await olga.ask("POST", "/roles", {"name": "Eyes", "permissions": []}, Idempotency_Key="b"))[0] == 201
        assert code_of(await olga.ask("POST", "/contacts", {"name": "x"}, Idempotency_Key="k" * 201)) == "400 invalid"
        both = [olga.ask("POST", "/contacts", {"name": "Twice"}, Idempotency_Key="race") for _ in range(8)]
        statuses = sorted(status for status, _ in await asyncio.gather(*both))
        assert statuses == [200] * 7 + [201]
        names = [one["name"] for one in (await olga.get("/contacts"))["items"]]
        assert sorted(names) == ["Ana", "Nino", "Twice"]


@dataclass
class DyingProduct(Product):
    """The product, but dying once at a point of its way from a request to its answer."""

    point: str = ""

    def command(self, *words: str) -> list[str]:
        """The dying server instead of the product."""
        dying = [sys.executable, str(DYING_SERVER), self.point, str(self.data.with_name("died"))]
        return [*self.prefix, *dying, *words, "--data", str(self.data)]


@pytest.mark.kill
@pytest.mark.parametrize("point", ["undone", "unanswered"])
async def test_a_request_outlives_the_server(product_on_each: Product, point: str) -> None:
    """Whenever the server dies, the request is repeated with its key and is done once, and answered."""
    product = DyingProduct(product_on_each.data, product_on_each.url, point=point, cold=True)
    async with office(product, "olga:owner") as (olga,):
        with pytest.raises(aiohttp.ClientError):
            await olga.ask("POST", "/contacts", {"name": "Nino"}, Idempotency_Key="a 1")
        await product.ended()
        await product.start()
        status, first = await olga.ask("POST", "/contacts", {"name": "Nino"}, Idempotency_Key="a 1")
        assert status == {"undone": 201, "unanswered": 200}[point]
        assert await olga.ask("POST", "/contacts", {"name": "Nino"}, Idempotency_Key="a 1") == (200, first)
        assert [one["id"] for one in (await olga.get("/contacts"))["items"]] == [first["id"]]


async def test_settings_of_the_store(product_on_each: Product) -> None:
    """Within their bounds, all or nothing, audited; null goes back to the default."""
    async with office(product_on_each, "olga:owner", "mher:manager") as (olga, mher):
        assert code_of(await mher.ask("GET", "/settings")) == "403 forbidden"

        async def values() -> dict[str, object]:
            return {one["key"]: one["value"] for one in (await olga.get("/settings"))["items"]}

        assert (await values())["retention.contacts_bin_days"] == 30
        good = {"retention.contacts_bin_days": 60, "business.name_order": "family_given"}
        assert (await olga.ask("PATCH", "/settings", good))[0] == 200
        for wrong in (
            {"backup.keep": 0},
            {"backup.keep": "7"},
            {"backup.keep": True},
            {"secret.visitor": "x"},
            {"business.name_order": "any"},
        ):
            body = {"retention.contacts_bin_days": 5, **wrong}
            assert code_of(await olga.ask("PATCH", "/settings", body)) == "400 invalid", wrong
        assert {key: value for key, value in (await values()).items() if key in good} == good
        assert (await olga.ask("PATCH", "/settings", {"retention.contacts_bin_days": None}))[0] == 200
        assert (await values())["retention.contacts_bin_days"] == 30
        entries = (await olga.get("/audit?entity=settings"))["items"]
        assert [(one["before"], one["after"]) for one in entries] == [
            ({"retention.contacts_bin_days": 60}, {"retention.contacts_bin_days": 30}),
            (
                {"retention.contacts_bin_days": 30, "business.name_order": "by_country"},
                {"retention.contacts_bin_days": 60, "business.name_order": "family_given"},
            ),
        ]


async def test_how_the_api_refuses(product: Product) -> None:
    """Unknown pages, other methods, broken bodies: problem JSON in the language asked; HEAD, OPTIONS, entity tags."""
    async with office(product, "olga:owner") as (olga,), aiohttp.ClientSession(product.address) as web:
        status, shown = await olga.ask("PUT", "/agents", Accept_Language="ru")
        assert (status, shown["status"], shown["detail"]) == (405, 405, "Этот адрес не принимает такие запросы.")
        status, shown = await olga.ask("GET", "/nothing", Accept_Language="en")
        assert (status, shown["code"], shown["detail"]) == (404, "not_found", "There is no such page.")
        async with web.options("/api/v1/roles/1") as answer:
            assert (answer.status, answer.headers["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PATCH")
        async with web.get("/api/v1/openapi.json") as answer:
            described, tag = await answer.text(), answer.headers["ETag"]
        async with web.head("/api/v1/openapi.json") as answer:
            assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(described.encode()))
        async with web.get("/api/v1/openapi.json", headers={"If-None-Match": f'"other", {tag}'}) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
        headers = {"Authorization": f"Bearer {await product.log_in('olga')}"}
        bodies = {
            b'{"name": ': "400 invalid",
            b"[]": "400 invalid",
            b"null": "400 invalid",
            b'{"name": 5}': "400 invalid",
            b'{"name": "x", "more": NaN}': "400 invalid",
            b'{"name": "x", "more": 1e999}': "400 invalid",
            b'{"name": "x", "more": ' + b"[" * 40 + b"]" * 40 + b"}": "400 invalid",
            b'{"name": "x", "more": ' + b"[" * 90_000 + b"]" * 90_000 + b"}": "400 invalid",
            b'{"name": "' + b"x" * 300 + b'"}': "413 too_large",
            b'{"name": "' + b"x" * 2_000_000 + b'"}': "413 too_large",
        }
        for body, wanted in bodies.items():
            async with web.post("/api/v1/contacts", data=io.BytesIO(body), headers=headers) as answer:
                assert code_of((answer.status, await answer.json(content_type=None))) == wanted, body[:60]
        async with web.post("/api/v1/contacts", data=b'{"name": "A\\u0000B\\ud800"}', headers=headers) as answer:
            assert (answer.status, (await answer.json())["name"]) == (201, "AB?")
