"""Webhooks through the real doors: signed, repeated until they are heard, never into the house."""

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.clients import ANSWER_S
from tests.far_side import Asked, FarSide, far_side
from tests.journeys.test_rights import Desk, code_of, office
from tests.product import Product

pytestmark = pytest.mark.slow
PRIVATE = {"BAREV_FAR_PRIVATE": "true", "BAREV_FAR_TIMEOUT_S": "5"}


async def add_webhook(owner: Desk, side: FarSide, path: str = "/hook") -> dict[str, Any]:
    """A webhook to that server."""
    body = {"url": side.address + path, "events": ["appointment.booked", "appointment.moved"]}
    status, made = await owner.ask("POST", "/webhooks", body)
    assert status == 201, made
    shown: dict[str, Any] = made
    return shown


async def delivered(owner: Desk, delivery_id: int, state: str) -> dict[str, Any]:
    """A delivery as soon as it is in a state."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            shown: dict[str, Any] = await owner.get(f"/webhook-deliveries/{delivery_id}")
            if shown["state"] == state:
                return shown


def is_signed(asked: Asked, secret: str) -> bool:
    """As the how-to tells a receiver to check it."""
    parts = dict(part.split("=", 1) for part in asked.headers["Barev-Signature"].split(","))
    digest = hmac.new(secret.encode(), parts["t"].encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, parts["v1"])


async def test_it_is_signed_and_repeated_until_it_is_heard(product_on_each: Product) -> None:
    """The same id and the same words each time; the secret is told once."""
    product = product_on_each
    product.environment = {**product.environment, **PRIVATE, "BAREV_FAR_ATTEMPTS": "1"}
    async with far_side() as side, office(product, "olga:owner", "ani:agent") as (olga, ani):
        made = await add_webhook(olga, side)
        assert "secret" not in await olga.get(f"/webhooks/{made['id']}")
        assert code_of(await ani.ask("GET", "/webhooks")) == "403 forbidden"
        side.answer = lambda _: web.Response(status=500)
        status, trial = await olga.ask("POST", f"/webhooks/{made['id']}/ping")
        assert (status, trial["event"]) == (200, "ping")
        failed = await delivered(olga, trial["id"], "failed")
        assert failed["reason"] == "HTTP 500"
        (shown,) = (await olga.get("/webhooks"))["items"]
        assert shown["given_up"] == 1
        side.answer = lambda _: web.Response(status=204)
        query = f"/webhook-deliveries?state=failed&webhook={made['id']}&event=ping"
        assert [one["id"] for one in (await olga.get(query))["items"]] == [trial["id"]]
        assert (await olga.ask("POST", f"/webhook-deliveries/{trial['id']}/send-again"))[0] == 200
        await delivered(olga, trial["id"], "done")
        first, second = await side.wait(2)
        assert first.body == second.body
        assert first.headers["Barev-Delivery"] == second.headers["Barev-Delivery"] == trial["delivery"]
        assert json.loads(first.body)["id"] == trial["delivery"]
        assert is_signed(first, made["secret"])
        assert not is_signed(first, made["secret"][::-1])
        _, rotated = await olga.ask("POST", f"/webhooks/{made['id']}/secret")
        _, trial = await olga.ask("POST", f"/webhooks/{made['id']}/ping")
        await delivered(olga, trial["id"], "done")
        assert is_signed(side.asked[2], rotated["secret"])
        assert not is_signed(side.asked[2], made["secret"])
        assert (await olga.ask("DELETE", f"/webhooks/{made['id']}"))[0] == 204
        assert (await olga.get("/webhook-deliveries"))["items"] == []


async def test_it_comes_again_by_itself(tmp_path: Path) -> None:
    """After a pause that the store remembers: the server may be killed meanwhile."""
    product = Product(tmp_path / "data", environment=PRIVATE)
    async with far_side() as side, office(product, "olga:owner") as (olga,):
        made = await add_webhook(olga, side)
        side.answer = lambda _: web.Response(status=503)
        _, trial = await olga.ask("POST", f"/webhooks/{made['id']}/ping")
        await side.wait(1)
        async with asyncio.timeout(ANSWER_S):
            while not (waiting := await olga.get(f"/webhook-deliveries/{trial['id']}"))["reason"]:
                pass
        assert waiting["state"] == "queued"
        assert waiting["run_at"] > waiting["created_at"]
        await product.kill()
        side.answer = lambda _: web.Response()
        await product.start()
        await delivered(olga, trial["id"], "done")
        first, second = side.asked
        assert first.body == second.body


async def test_it_never_leads_into_the_house(tmp_path: Path) -> None:
    """Neither by a number, nor by a name that leads there; one that is switched off is told nothing."""
    product, refused = Product(tmp_path / "data", environment={"BAREV_FAR_ATTEMPTS": "1"}), "not a public address"
    async with far_side() as side, office(product, "olga:owner") as (olga,):
        for host in (
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0.0.0.0",
            "169.254.169.254",
        ):
            url = f"http://{host}:{side.port}/"
            _, made = await olga.ask("POST", "/webhooks", {"url": url, "events": ["appointment.booked"]})
            _, trial = await olga.ask("POST", f"/webhooks/{made['id']}/ping")
            failed = await delivered(olga, trial["id"], "failed")
            assert failed["reason"] == ("no proper answer (InvalidUrlClientError)" if host.isdigit() else refused), host
        assert side.asked == []
        (last, *_) = (await olga.get("/webhooks"))["items"]
        await olga.ask("PATCH", f"/webhooks/{last['id']}", {"active": False})
        _, trial = await olga.ask("POST", f"/webhooks/{last['id']}/ping")
        assert (await delivered(olga, trial["id"], "failed"))["reason"] == "switched off"
        for url in ("ftp://shop.example/", "https://user:word@shop.example/", "shop.example", "https://"):
            status, _ = await olga.ask("POST", "/webhooks", {"url": url, "events": ["appointment.booked"]})
            assert status in (400, 409), url
