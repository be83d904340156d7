"""A talk by SMS at the desk: what an answer takes and costs, while it is written."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.people import People
from tests.product import Product, running
from tests.sms_gateway import sms_gateway

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PASSWORD = "parol-1234"
TERMS = {"BAREV_SMS_COST_MINOR": "2000", "BAREV_SMS_TRANSLITERATE": "saving"}


async def test_parts_and_cost_while_one_writes(own_product: Product, people: People, tmp_path: Path) -> None:
    """As the server counts it, with the text as it goes out; nothing of it where nothing is written."""
    async with sms_gateway() as gateway:
        own_product.environment = {**gateway.settings, **TERMS}
        async with running(own_product):
            gateway.door = own_product.address
            await gateway.says("+37477123456", "Բարև ձեզ")
            ani = await (await people.window()).desk(own_product.address, "ani", PASSWORD)
            await ani.show("all")
            await ani.list.locator(".row").first.click()
            counted = ani.dialog.locator(".sms-parts")
            await expect(ani.texts).to_have_text(["Բարև ձեզ"])
            await expect(counted).to_have_count(0)
            await ani.field.fill("Ողջույն")
            await expect(counted).to_have_text("1 SMS part · 63 characters left in the last · 20\u00a0֏")
            await ani.field.fill("Սպասում ենք ձեզ վաղը ժամը 15:30-ին, Աբովյան 1 հասցեում։ Եթե չեք կարող գալ, գրեք մեզ։")
            await expect(counted).to_contain_text("1 SMS part")
            await expect(counted).to_contain_text("Goes out as: Spasum yenk dzez vaghy")
            await has_no_barriers(ani.page)
            await ani.page.screenshot(path=tmp_path / "sms.png", animations="disabled")
            await ani.field.press("Enter")
            (heard,) = await gateway.heard("+37477123456", 1)
            assert heard["text"].startswith("Spasum yenk dzez vaghy")
            await expect(counted).to_have_count(0)
