"""Letters that ask are answered where they arrive, by a number or a word; and letters that come back are seen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import insert, update

from conversation import clock
from crm_store import Tx
from crm_store.engine import StoreUrl, open_store
from crm_store.models import AddressRow, JobRow
from tests.clients import connected, visitor
from tests.journeys.test_bot import prepare
from tests.journeys.test_codes import begin, say
from tests.journeys.test_email import room as mail_room
from tests.journeys.test_letters import state_of
from tests.journeys.test_rights import Desk
from tests.journeys.test_sms import ANI, DAVIT, GARIK, Room
from tests.journeys.test_sms import room as sms_room
from tests.journeys.test_unsubscribe import book
from tests.journeys.test_waitlist import fill
from tests.post_office import LETTERS, answer_to, letter
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
UTC = {"BAREV_BUSINESS_TIMEZONE": "UTC", "BAREV_BUSINESS_COUNTRY": "AM"}
BOX = "anna@example.ge"
Made = TypeVar("Made")


async def write(product: Product, work: Callable[[Tx], Made]) -> Made:
    """Something that only time or another day would do, in the store."""
    store = await open_store(StoreUrl(sqlite=product.data / "barev.db"))
    try:
        return await store.writer.run(work)
    finally:
        await store.close()


async def customer(product: Product, owner: Desk, name: str, value: str) -> int:
    """A card that the firm has written; to its phone or mailbox he agreed to be written."""
    _, card = await owner.ask("POST", "/contacts", {"name": name, "language": "en"})
    row = {"contact_id": card["id"], "channel": "email" if "@" in value else "phone", "value": value}
    told = {"consent_at": clock.now(), "consent_source": "desk", "created_at": clock.now()}
    await write(product, lambda tx: tx.execute(insert(AddressRow).values(**row, **told)))
    return int(card["id"])


async def remind(product: Product) -> None:
    """What is to be told of visits later is told now."""
    later = update(JobRow).where(JobRow.state == "queued").values(run_at=clock.now())
    await write(product, lambda tx: tx.execute(later))


async def status_of(owner: Desk, visit_id: int, wanted: str) -> None:
    """Returns as soon as a visit is so."""
    async with asyncio.timeout(30):
        while (await owner.get(f"/appointments/{visit_id}"))["status"] != wanted:
            pass


async def words(owner: Desk, talk: int) -> list[tuple[str, str]]:
    """Who said what in a talk; of each message its first line."""
    found = (await owner.get(f"/conversations/{talk}/messages"))["items"]
    return [(one["author"]["kind"], one["text"].split("\n")[0]) for one in found if one["author"]["kind"] != "system"]


@asynccontextmanager
async def asked_by_sms(tmp_path: Path, port: int) -> AsyncIterator[tuple[Room, int, dict[str, int]]]:
    """Three customers have visits; each was asked by SMS whether he comes. The service, and the visits by phone."""
    async with sms_room(tmp_path, port, **UTC) as here:
        await prepare(here.owner)
        service_id, _ = await fill(here.product, here.owner)
        visits: dict[str, int] = {}
        for day, (name, phone) in enumerate({"Ani": ANI, "Davit": DAVIT, "Garik": GARIK}.items()):
            contact = await customer(here.product, here.owner, name, phone)
            visits[phone] = await book(here.owner, service_id, contact, day)
            await here.gateway.heard(phone, 1)
        await remind(here.product)
        for phone in visits:
            asked = (await here.gateway.heard(phone, 2))[1]["text"]
            assert "1. Yes, I will come\n2. Move\n3. Cancel\n" in asked
        yield here, service_id, visits


async def test_a_reminder_is_answered_by_sms(tmp_path: Path, free_port: int) -> None:
    """A number or a word of whoever was asked does what the button would, in his talk, where an agent reads it; said
    twice by the gateway it is done once. Another's number does nothing."""
    async with asked_by_sms(tmp_path, free_port) as (here, _, visits):
        gateway, owner = here.gateway, here.owner
        await gateway.says("+37477999999", "1")
        other = await here.sees("1")
        far_id = await gateway.says(ANI, "1")
        await status_of(owner, visits[ANI], "confirmed")
        assert "we are expecting you" in (await gateway.heard(ANI, 3))[2]["text"]
        said = await here.sees("Yes, I will come")
        assert said["conversation_id"] != other["conversation_id"]
        await gateway.says(ANI, "1", far_id)
        spoken = [
            ("bot", "You have a visit with us. Will you come?"),
            ("visitor", "Yes, I will come"),
            ("bot", "Thank you, we are expecting you!"),
        ]
        assert await words(owner, said["conversation_id"]) == spoken
        await gateway.says(DAVIT, "Այո, շնորհակալություն")
        await status_of(owner, visits[DAVIT], "confirmed")
        await gateway.says(GARIK, "3")
        seen = await here.sees("Cancel")
        async with asyncio.timeout(60):
            count = 3
            while (await owner.get(f"/appointments/{visits[GARIK]}"))["status"] != "cancelled":
                await gateway.heard(GARIK, count)
                await gateway.says(GARIK, "1")
                count += 1
        assert ("visitor", "Cancel") in await words(owner, seen["conversation_id"])
        assert {one: (await owner.get(f"/appointments/{visits[one]}"))["status"] for one in (ANI, DAVIT)} == {
            ANI: "confirmed",
            DAVIT: "confirmed",
        }
        assert ("visitor", "1") in await words(owner, other["conversation_id"])


async def test_a_reminder_is_answered_by_mail(tmp_path: Path) -> None:
    """Whoever names the letter has got it; who does not is nobody in particular, and answers nothing."""
    async with mail_room(tmp_path, **{key.removeprefix("BAREV_"): one for key, one in UTC.items()}) as here:
        await prepare(here.owner)
        service_id, _ = await fill(here.product, here.owner)
        anna = await customer(here.product, here.owner, "Anna", BOX)
        visit = await book(here.owner, service_id, anna, 0)
        await here.sent.wait(BOX)
        await remind(here.product)
        asked = (await here.sent.wait(BOX, 2))[1]
        await here.box.put(letter("1", subject=""))
        await here.sees("1")
        assert (await here.owner.get(f"/appointments/{visit}"))["status"] == "booked"
        await here.box.put(answer_to(asked, "Да, спасибо"))
        await status_of(here.owner, visit, "confirmed")
        said = await here.sees("Yes, I will come")
        assert (await words(here.owner, said["conversation_id"]))[-1] == ("bot", "Thank you, we are expecting you!")


async def test_an_sms_that_comes_back(tmp_path: Path, free_port: int) -> None:
    """A reminder is listed with the reason, stands in the history of the card, and is sent again; a code is not."""
    async with asked_by_sms(tmp_path, free_port) as (here, _, _visits):
        gateway, owner = here.gateway, here.owner
        asked = (await gateway.heard(ANI, 2))[1]
        await state_of(owner, ANI, "sent")
        await gateway.reports(asked, "UNDELIV", reason="absent")
        failed = await state_of(owner, ANI, "failed")
        assert (failed["purpose"], failed["reason"], failed["again"]) == ("reminder", "came back: absent", True)
        assert failed["contact_id"] is not None
        (noted,) = (await owner.get("/audit?action=contact.letter_returned"))["items"]
        assert noted["after"] == {"to": ANI, "purpose": "reminder", "reason": "came back: absent"}
        assert (await owner.ask("POST", f"/letters/{failed['id']}/send-again"))[0] == 200
        again = (await gateway.heard(ANI, 3))[2]
        assert again["text"] == asked["text"]
        guest = visitor(here.product.address)
        async with connected(guest):
            await begin(guest)
            await say(guest, "sign in", "ask.reach")
            await say(guest, "+37477555555", "code.sent")
        (code,) = await gateway.heard("+37477555555", 1)
        await state_of(owner, "+37477555555", "sent")
        await gateway.reports(code, "UNDELIV", to="")
        lost = await state_of(owner, "+37477555555", "failed")
        assert (lost["purpose"], lost["again"]) == ("code", False)
        assert (await owner.ask("POST", f"/letters/{lost['id']}/send-again"))[0] == 409
        assert len(await gateway.heard("+37477555555", 1)) == 1


async def test_a_letter_to_a_mailbox_that_is_none(tmp_path: Path) -> None:
    """It has failed, and nothing more is written to that mailbox."""
    async with mail_room(tmp_path, **{key.removeprefix("BAREV_"): one for key, one in UTC.items()}) as here:
        service_id, _ = await fill(here.product, here.owner)
        anna = await customer(here.product, here.owner, "Anna", BOX)
        await book(here.owner, service_id, anna, 0)
        (got,) = await here.sent.wait(BOX)
        await state_of(here.owner, BOX, "sent")
        report = (LETTERS / "bounce_postfix.eml").read_text().replace("MESSAGE-ID", str(got["Message-ID"]))
        await here.box.put(report.encode())
        failed = await state_of(here.owner, BOX, "failed")
        assert str(failed["reason"]).startswith("came back: ")
        card: dict[str, Any] = await here.owner.get(f"/contacts/{anna}")
        (address,) = [one for one in card["addresses"] if one["channel"] == "email"]
        assert address["blocked_at"] is not None
