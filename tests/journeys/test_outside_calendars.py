"""Busy calendars that are kept elsewhere, through the real doors."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from crm_store.engine import StoreUrl, open_store
from tests.clients import ANSWER_S
from tests.far_side import Asked, FarSide, far_side
from tests.journeys.test_rights import Desk, code_of, office
from tests.product import Product

pytestmark = pytest.mark.slow
PRIVATE = {"BAREV_FAR_PRIVATE": "true", "BAREV_FAR_TIMEOUT_S": "5", "BAREV_FAR_CALENDAR_MIN": "0.02"}


async def statement(product: Product, words: str) -> list[Any]:
    """Runs one on the product's store."""
    store = await open_store(StoreUrl.parse(product.url) if product.url else StoreUrl(sqlite=product.data / "barev.db"))
    try:
        return await store.writer.run(
            lambda tx: [tuple(row) for row in done] if (done := tx.execute(text(words))).returns_rows else []
        )
    finally:
        await store.close()


async def add_provider(product: Product, name: str = "Ani") -> int:
    """A specialist; his number."""
    names = json.dumps({"en": name})
    words = f"INSERT INTO resources (kind, name, created_at) VALUES ('provider', '{names}', 0) RETURNING id"
    return int((await statement(product, words))[0][0])


def calendar(*days: int) -> str:
    """Busy from ten to eleven UTC, so many days from now on."""
    moments = [datetime.now(UTC) + timedelta(days=day) for day in days]
    entries = [
        f"BEGIN:VEVENT\r\nUID:{at:%Y%m%d}\r\nDTSTART:{at:%Y%m%d}T100000Z\r\nDTEND:{at:%Y%m%d}T110000Z\r\nEND:VEVENT\r\n"
        for at in moments
    ]
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n" + "".join(entries) + "END:VCALENDAR\r\n"


async def calendar_when(desk: Desk, calendar_id: int, **wanted: object) -> dict[str, Any]:
    """A calendar as soon as it looks so."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            shown: dict[str, Any] = await desk.get(f"/outside-calendars/{calendar_id}")
            if all(shown[key] == value for key, value in wanted.items()):
                return shown


async def busy(product: Product) -> list[Any]:
    """What is written of calendars."""
    return await statement(product, "SELECT starts_at, ends_at FROM allocations WHERE kind = 'outside' ORDER BY 1")


async def add(desk: Desk, side: FarSide, resource_id: int) -> int:
    """A calendar on that server."""
    body = {"resource_id": resource_id, "url": side.address + "/ani.ics", "name": "Own"}
    status, made = await desk.ask("POST", "/outside-calendars", body)
    assert status == 201, made
    return int(made["id"])


async def test_what_is_busy_elsewhere_is_busy_here(product_on_each: Product) -> None:
    """It is read at once and again; what failed changes nothing of what was read before; without it all is free."""
    product = product_on_each
    product.environment = {**product.environment, **PRIVATE}
    async with far_side() as side, office(product, "olga:owner", "ani:agent") as (olga, ani):
        resource_id = await add_provider(product)
        side.answer = lambda _: web.Response(text=calendar(1, 2))
        assert code_of(await ani.ask("GET", "/outside-calendars")) == "403 forbidden"
        number = await add(olga, side, resource_id)
        shown = await calendar_when(olga, number, busy=2, error=None)
        assert shown["fetched_at"] is not None
        kept = await busy(product)
        assert [end - start for start, end in kept] == [3_600_000] * 2
        ((version,),) = await statement(product, f"SELECT version FROM resources WHERE id = {resource_id}")
        assert version == 1
        side.answer = lambda _: web.Response(status=500)
        await calendar_when(olga, number, error="HTTP 500", busy=2)
        side.answer = lambda _: web.Response(text="<html>sign in</html>")
        await olga.ask("POST", f"/outside-calendars/{number}/read")
        await calendar_when(olga, number, error="this is no calendar that can be read (ValueError)", busy=2)
        assert await busy(product) == kept
        side.answer = lambda _: web.Response(text=calendar(1, 2, 3))
        await olga.ask("POST", f"/outside-calendars/{number}/read")
        await calendar_when(olga, number, error=None, busy=3)
        assert (await olga.ask("DELETE", f"/outside-calendars/{number}"))[0] == 204
        assert await busy(product) == []


async def test_it_is_not_read_whole_where_nothing_changed(tmp_path: Path) -> None:
    """The server is asked whether there is news, by the mark it gave; a redirect is followed."""
    product = Product(tmp_path / "data", environment=PRIVATE)

    def answer(asked: Asked) -> web.Response:
        if asked.path == "/ani.ics":
            return web.Response(status=302, headers={"Location": "/moved.ics"})
        if asked.headers.get("If-None-Match") == '"one"':
            return web.Response(status=304)
        return web.Response(text=calendar(1), headers={"ETag": '"one"'})

    async with far_side() as side, office(product, "olga:owner") as (olga,):
        side.answer = answer
        number = await add(olga, side, await add_provider(product))
        first = await calendar_when(olga, number, busy=1)
        await side.wait(6)
        assert side.asked[3].headers.get("If-None-Match") == '"one"'
        later = await calendar_when(olga, number, busy=1, error=None)
        assert later["fetched_at"] == first["fetched_at"]


async def test_it_never_leads_into_the_house(tmp_path: Path) -> None:
    """Not at once, and not by a redirect; a calendar that is too large is not read."""
    product = Product(tmp_path / "data")
    async with far_side() as side, office(product, "olga:owner") as (olga,):
        number = await add(olga, side, await add_provider(product))
        await calendar_when(olga, number, error="not a public address", busy=0)
        assert side.asked == []
        large = Product(tmp_path / "large", environment={**PRIVATE, "BAREV_FAR_CALENDAR_KB": "100"})
        async with office(large, "olga:owner") as (owner,):
            side.answer = lambda _: web.Response(text=calendar(*range(1, 2000)))
            number = await add(owner, side, await add_provider(large))
            await calendar_when(owner, number, error="larger than 100 KB", busy=0)
            side.answer = lambda _: web.Response(status=302, headers={"Location": "file:///etc/passwd"})
            await owner.ask("POST", f"/outside-calendars/{number}/read")
            await calendar_when(owner, number, error="not an http or https address", busy=0)
