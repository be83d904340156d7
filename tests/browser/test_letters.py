"""What letters lead to, in a browser: back into a talk by a link; and the owner's list of them."""

import sqlite3
from datetime import timedelta

import pytest
from playwright.async_api import expect

from conversation import clock
from conversation.links import TalkLinks
from tests.browser.axe import has_no_barriers
from tests.browser.people import People
from tests.browser.widget import Widget
from tests.clients import connected, visitor
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PASSWORD = "parol-1234"
_LETTER = (
    "INSERT INTO outgoing (channel, purpose, payload, not_before, dedupe_key, state, attempts, last_error, created_at,"
    " recipient) VALUES ('sms', 'code', '{}', 0, ?, 'failed', 1, 'HTTP 400: wrong number', ?, ?)"
)


async def test_a_link_opens_the_talk(own_product: Product, people: People) -> None:
    """In a browser that knows nothing of it; the address loses the token, and a reload goes on."""
    async with running(own_product):
        guest = visitor(own_product.address)
        async with connected(guest):
            talk = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
            await guest.send("Is three o'clock free?")
        with sqlite3.connect(own_product.data / "barev.db") as store:
            ((secret,),) = store.execute("SELECT value FROM settings WHERE key = 'secret.visitor'").fetchall()
        store.close()
        links = TalkLinks(bytes.fromhex(secret.strip('"')), own_product.address)
        window = await people.window()
        page = await window.page(links.url(talk, clock.now() + timedelta(minutes=5)))
        shown = Widget(page)
        await expect(shown.texts.get_by_text("Is three o'clock free?")).to_be_visible()
        assert page.url == f"{own_product.address}/talk"
        await page.reload()
        await expect(shown.texts.get_by_text("Is three o'clock free?")).to_be_visible()
        window.watch.expected.append("status of 404")
        late = await window.page(links.url(talk, clock.now() - timedelta(minutes=5)))
        await expect(late.locator("#said")).to_contain_text("does not open any more")


async def test_the_owner_looks_at_what_failed(own_product: Product, people: People) -> None:
    """The reason is there, and a press sends it again, or all that failed for it."""
    assert own_product.add_user("olga", "owner").returncode == 0
    async with running(own_product):
        with sqlite3.connect(own_product.data / "barev.db") as store:
            for last in (6, 7, 8):
                store.execute(_LETTER, (f"test {last}", clock.now_ms(), f"+3747712345{last}"))
        store.close()
        page = (await (await people.window()).desk(own_product.address, "olga", PASSWORD)).page
        await page.goto(f"{own_product.address}/desk/#/manage/letters")
        row = page.get_by_role("row").filter(has_text="+37477123456")
        await expect(row).to_contain_text("HTTP 400: wrong number")
        await expect(row).to_contain_text("Failed")
        await has_no_barriers(page)
        await row.get_by_role("button", name="Send again to +37477123456").click()
        await expect(row).to_contain_text("Waiting")
        await page.get_by_role("button", name="Send all of these again: SMS · Failed · HTTP 400: wrong number").click()
        waiting = page.get_by_role("row").filter(has_text="+3747712345").filter(has_text="Waiting")
        await expect(waiting).to_have_count(3)
