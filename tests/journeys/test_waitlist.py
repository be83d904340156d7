"""The waiting list and reminders through the real doors: a time is freed, offered in the chat while the desk looks on,
taken by a press, and reminded of; whatever dies in between, each of it happens once."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert

from conversation import clock
from crm_store import Tx
from crm_store.engine import StoreUrl, open_store
from crm_store.models import AddressRow
from tests.business.booking.salon import add_resource, add_service, add_week
from tests.clients import ANSWER_S, Client, connected, visitor
from tests.journeys.test_rights import Desk, code_of, office
from tests.letters import sms_gateway
from tests.pages import Reader
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
DAY = (datetime.now(UTC) + timedelta(days=3)).date()
AT = f"{DAY}T10:00:00.000Z"
NO_NIGHT = {"outreach.quiet_from": "03:00", "outreach.quiet_to": "03:00"}


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store in a zone without summer time."""
    return Product(tmp_path / "data", environment={"BAREV_BUSINESS_TIMEZONE": "UTC"})


async def fill(product: Product, owner: Desk) -> tuple[int, int]:
    """One specialist who has one hour a day, and her service."""

    def work(tx: Tx) -> tuple[int, int]:
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "11:00"])
        return add_service(tx, 60, [ani]), ani

    store = await open_store(StoreUrl(sqlite=product.data / "barev.db"))
    try:
        made = await store.writer.run(work)
    finally:
        await store.close()
    assert (await owner.ask("PATCH", "/outreach-settings", NO_NIGHT))[0] == 200
    return made


async def guest_of(desk: Desk, guest: Client, name: str) -> int:
    """A visitor with a talk; returns his contact's id."""
    talk = (await guest.get("start", {"answers": {"name": name}}))["conversation"]["id"]
    await guest.send("hello")
    found: int = (await desk.get(f"/conversations/{talk}"))["contact"]["id"]
    return found


async def book(desk: Desk, service_id: int, name: str = "Nino") -> tuple[int, Any]:
    """Somebody who calls by phone wants the hour."""
    person = {"name": name, "phone": "+37477123456"}
    body = {"service_id": service_id, "provider_id": None, "starts_at": AT, "contact": person}
    return await desk.ask("POST", "/appointments", body)


async def wait_for_state(desk: Desk, wish_id: int, state: str) -> Any:
    """The wish, as soon as it is in that state."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            wish = await desk.get(f"/waitlist/{wish_id}")
            if wish["state"] == state:
                return wish
            await asyncio.sleep(0.05)


async def test_freed_time_is_offered_and_taken_in_the_chat(product: Product) -> None:
    async with office(product, "owner:owner") as (owner,):
        service_id, ani = await fill(product, owner)
        status, taken = await book(owner, service_id)
        assert status == 201, taken
        guest, other = visitor(product.address), visitor(product.address)
        async with connected(guest, other):
            ids = [await guest_of(owner, one, name) for one, name in ((guest, "Anna"), (other, "Dana"))]
            wishes = []
            body: dict[str, Any] = {"service_ids": [service_id], "from_day": str(DAY), "to_day": str(DAY)}
            for contact_id in ids:
                body["contact_id"] = contact_id
                status, wish = await owner.ask("POST", "/waitlist", body)
                assert status == 201, wish
                wishes.append(wish["id"])
            assert code_of(await owner.ask("POST", "/waitlist", body)) == "409 conflict"
            line = (await owner.get("/waitlist"))["items"]
            assert [(one["contact"]["name"], one["state"]) for one in line] == [
                ("Anna", "waiting"),
                ("Dana", "waiting"),
            ]

            assert (await owner.ask("DELETE", f"/appointments/{taken['id']}"))[0] in (200, 204)
            offer = await guest.wait_for("message", lambda one: bool(one.get("buttons")))
            assert "10:00" in offer["text"]
            shown = await wait_for_state(owner, wishes[0], "offered")
            assert (shown["offer"]["starts_at"], shown["offer"]["provider_id"]) == (AT, ani)
            assert code_of(await book(owner, service_id)) == "409 slot_taken"

            yes, no = (one["value"] for one in offer["buttons"])
            assert not (await other.ask("choose", {"message_id": offer["id"], "value": yes}))["ok"]
            for _ in range(2):
                await guest.get("choose", {"message_id": offer["id"], "value": yes})
            answer = await guest.wait_for("message", lambda one: "you are booked" in one["text"].lower())
            assert answer["seq"] > offer["seq"]
            booked = await wait_for_state(owner, wishes[0], "booked")
            visit = await owner.get(f"/appointments/{booked['appointment_id']}")
            assert (visit["starts_at"], visit["status"]) == (AT, "booked")
            talks = (await owner.get("/conversations?contact=" + str(ids[0])))["items"]
            assert len(talks) == 1
            await guest.get("choose", {"message_id": offer["id"], "value": no})
            assert (await owner.get(f"/waitlist/{wishes[0]}"))["state"] == "booked"
            assert (await owner.get(f"/waitlist/{wishes[1]}"))["state"] == "waiting"


@pytest.mark.kill
async def test_whatever_dies_an_offer_is_made_once(product: Product) -> None:
    """The server is killed right after the cancellation was answered: what was freed is offered after its start, once;
    killed again, it is still held, and a yes books it once."""
    async with office(product, "owner:owner") as (owner,):
        service_id, _ = await fill(product, owner)
        _, taken = await book(owner, service_id)
        guest = visitor(product.address)
        async with connected(guest):
            contact_id = await guest_of(owner, guest, "Anna")
            token = (await guest.get("hello"))["token"]
        body = {"contact_id": contact_id, "service_ids": [service_id], "from_day": str(DAY), "to_day": str(DAY)}
        _, wish = await owner.ask("POST", "/waitlist", body)
        await owner.ask("DELETE", f"/appointments/{taken['id']}")
        for _ in range(2):
            await product.kill()
            await product.start()
        await wait_for_state(owner, wish["id"], "offered")
        await product.kill()
        await product.start()
        again = visitor(product.address, token)
        async with connected(again):
            messages = (await again.get("hello"))["messages"]
            (offer,) = [one for one in messages if one.get("buttons")]
            await again.get("choose", {"message_id": offer["id"], "value": offer["buttons"][0]["value"]})
        await product.kill()
        await product.start()
        booked = await wait_for_state(owner, wish["id"], "booked")
        visits = (await owner.get(f"/appointments?contact_id={contact_id}"))["items"]
        assert [one["id"] for one in visits] == [booked["appointment_id"]]


async def prove(product: Product, contact_id: int, phone: str) -> None:
    """The phone is his."""

    def work(tx: Tx) -> None:
        row = {"contact_id": contact_id, "channel": "phone", "value": phone}
        tx.execute(insert(AddressRow).values(**row, verified_at=clock.now(), created_at=clock.now()))

    store = await open_store(StoreUrl(sqlite=product.data / "barev.db"))
    try:
        await store.writer.run(work)
    finally:
        await store.close()


async def test_who_has_left_answers_on_his_own_page(product: Product) -> None:
    """An SMS leads to it: he takes the freed time there, and says there that he comes; twice is once."""
    async with sms_gateway() as sms:
        product.environment = {
            **product.environment,
            "BAREV_SMS_DRIVER": "http",
            "BAREV_SMS_URL": sms.url,
            "BAREV_SERVER_PUBLIC_URL": "https://chat.example.am",
        }
        async with office(product, "owner:owner") as (owner,), aiohttp.ClientSession(product.address) as web:
            service_id, _ = await fill(product, owner)
            _, taken = await book(owner, service_id)
            guest = visitor(product.address, language="en")
            async with connected(guest):
                contact_id = await guest_of(owner, guest, "Anna")
            await prove(product, contact_id, "+37477000001")
            body = {"contact_id": contact_id, "service_ids": [service_id], "from_day": str(DAY), "to_day": str(DAY)}
            _, wish = await owner.ask("POST", "/waitlist", body)
            await owner.ask("DELETE", f"/appointments/{taken['id']}")
            text = (await sms.wait("+37477000001"))[-1].json["text"]
            found = re.search(r"https://chat\.example\.am(/me/\S+)", text)
            assert found is not None, text
            reader = Reader(web)
            page = await reader.get(f"{found[1]}?lang=en")
            assert "Waiting list" in page.words
            assert "Kept for you until" in page.words
            for _ in range(2):
                assert "you are booked" in (await reader.send(page, yes="1")).words
            await wait_for_state(owner, wish["id"], "booked")
            page = await reader.get(f"{found[1]}?lang=en")
            assert "Waiting list" not in page.words
            for _ in range(2):
                assert "we are expecting you" in (await reader.send(page)).words
            visits = (await owner.get(f"/appointments?contact_id={contact_id}"))["items"]
            assert [one["status"] for one in visits] == ["confirmed"]


async def test_words_and_ways(product: Product) -> None:
    """The firm's own words are checked and shown as a customer reads them; a customer's choice of way is kept."""
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        texts = (await owner.get("/outreach-texts?language=en"))["items"]
        assert {one["name"] for one in texts} == {"booked", "ask", "remind", "moved", "cancelled", "offer"}
        for wrong in ("No time in it", "{date} {time} {nobody}"):
            body = {"language": "en", "texts": {"remind": wrong}}
            assert code_of(await owner.ask("PATCH", "/outreach-texts", body)) == "400 invalid"
        body = {"language": "en", "texts": {"remind": "{name}, see you {date} at {time}\n{firm}, {city}\n{phone}"}}
        _, changed = await owner.ask("PATCH", "/outreach-texts", body)
        (mine,) = [one for one in changed["items"] if one["own"]]
        assert mine["preview"].startswith("Anna, see you Friday, 27 November at 15:30\nSalon, Tbilisi\n")
        assert code_of(await ani.ask("PATCH", "/outreach-texts", body)) == "403 forbidden"
        _, contact = await ani.ask("POST", "/contacts", {"name": "Dana"})
        path = f"/contacts/{contact['id']}/reach"
        assert await ani.get(path) == {"way": "auto"}
        assert (await ani.ask("PUT", path, {"way": "sms"}))[0] == 200
        assert await ani.get(path) == {"way": "sms"}
