"""Letters that come by themselves end with one press: of the mail program's button, or of the page's."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert

from conversation import clock
from crm_store import Tx
from crm_store.engine import StoreUrl, open_store
from crm_store.models import AddressRow
from tests.clients import ANSWER_S
from tests.journeys.test_codes import doors
from tests.journeys.test_rights import Desk, office
from tests.journeys.test_waitlist import DAY, fill
from tests.letters import mail_server, sms_gateway
from tests.pages import Reader
from tests.product import Product

pytestmark = pytest.mark.slow
BOX = "anna@example.am"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def prove(product: Product, contact_id: int) -> None:
    """The mailbox is hers."""

    def work(tx: Tx) -> None:
        row = {"contact_id": contact_id, "channel": "email", "value": BOX}
        tx.execute(insert(AddressRow).values(**row, verified_at=clock.now(), created_at=clock.now()))

    store = await open_store(StoreUrl(sqlite=product.data / "barev.db"))
    try:
        await store.writer.run(work)
    finally:
        await store.close()


async def book(desk: Desk, service_id: int, contact_id: int, days: int) -> int:
    """Her visit, some days after the first."""
    at = f"{DAY + timedelta(days=days)}T10:00:00.000Z"
    body = {"service_id": service_id, "provider_id": None, "starts_at": at, "contact_id": contact_id}
    status, visit = await desk.ask("POST", "/appointments", body)
    assert status == 201, visit
    return int(visit["id"])


async def dropped(desk: Desk, visit_id: int) -> str:
    """Why nothing was told of a visit, as soon as that is decided."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            told: list[Any] = (await desk.get("/audit?action=reminder.dropped"))["items"]
            mine = [one for one in told if one["entity_id"] == visit_id]
            if mine:
                return str(mine[0]["after"]["reason"])
            await asyncio.sleep(0.05)


async def test_no_more_letters_about_visits(tmp_path: Path) -> None:
    """The address stands in the letter's head; a look at it changes nothing, a post without cookies does at once, and
    the next letter is not written; a wrong token is not known; on the page it is taken back."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            more = {"BAREV_SERVER_PUBLIC_URL": "https://chat.example.am", "BAREV_BUSINESS_TIMEZONE": "UTC"}
            product = Product(tmp_path / "data", environment={**doors(mail, sms), **more})
            async with office(product, "owner:owner") as (owner,), aiohttp.ClientSession(product.address) as web:
                service_id, _ = await fill(product, owner)
                _, anna = await owner.ask("POST", "/contacts", {"name": "Anna", "language": "en"})
                await prove(product, anna["id"])
                await book(owner, service_id, anna["id"], 0)
                (letter,) = await mail.wait(BOX)
                assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
                url = str(letter["List-Unsubscribe"]).strip("<>")
                assert f"No more letters of this kind: {url}" in str(letter.get_content())
                path = url.removeprefix("https://chat.example.am")
                reader = Reader(web)
                page = await reader.get(path)
                assert "booked, moved or cancelled" in page.words
                assert "no-store" in page.headers["Cache-Control"]
                async with web.head(path) as looked:
                    assert looked.status == 200
                for nothing in ({}, {"again": "1"}, {"List-Unsubscribe": "Two-Click"}):
                    async with web.post(path, data=nothing) as refused:
                        assert refused.status == 400
                async with web.post(path, data=b"\xff", headers={"Content-Type": "multipart/form-data"}) as refused:
                    assert refused.status == 400
                token = path.partition("?")[0].rpartition("/")[2]
                for wrong in (token[:-1], token.replace("reminder", "waitlist"), "x", "%C3%A9.1.2"):
                    async with web.post(f"/unsubscribe/{wrong}", data=ONE_CLICK) as refused:
                        assert refused.status == 404, wrong
                at = f"/contacts/{anna['id']}/history?kind=letters"
                assert (await owner.get(at))["items"] == []
                with aiohttp.MultipartWriter("form-data") as form:
                    form.append("One-Click").set_content_disposition("form-data", name="List-Unsubscribe")
                for body in (ONE_CLICK, form):
                    async with aiohttp.request(
                        "POST", product.address + path, data=body, allow_redirects=False
                    ) as done:
                        assert (done.status, done.headers.get("Set-Cookie")) == (200, None)
                (noted,) = (await owner.get(at))["items"]
                assert noted["title"].startswith(BOX)
                assert await dropped(owner, await book(owner, service_id, anna["id"], 1)) == "refused"
                page = await reader.get(path)
                assert "no more about your visits" in page.words
                back = await reader.send(page)
                assert "these letters come again" in back.words
                await book(owner, service_id, anna["id"], 2)
                await mail.wait(BOX, 2)
                stopped = await reader.send(back)
                assert "no more about your visits" in stopped.words
                last, again, first = [one["title"] for one in (await owner.get(at))["items"]]
                assert last == first == noted["title"] != again
                told = (await owner.get("/audit?action=contact.letters_stopped"))["items"]
                assert len(told) == 2
