"""An agent links his Telegram in his own settings, chooses what he is told of, and unlinks it again."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.people import People
from tests.browser.places import places_of
from tests.journeys.test_telegram import door
from tests.product import Product, running
from tests.telegram_api import Person, telegram_api

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
GOR = Person(501, "Gor", "hy", "gor_s")


async def test_linking_ones_own_telegram(people: People, own_product: Product) -> None:
    async with telegram_api() as api:
        own_product.environment = door(api)
        assert own_product.add_user("olga", role="owner").returncode == 0
        async with running(own_product):
            places = await places_of(await people.window(reduced_motion="reduce"), own_product, "olga", "hy")
            page, texts = places.page, places.words
            await page.locator(".rail-self").click()
            own = page.locator(".own-notices")
            await own.locator("summary").click()
            await own.get_by_role("button", name=texts["notices.link"]).click()
            opened = own.get_by_role("link", name=texts["notices.open"])
            word = ((await opened.get_attribute("href")) or "").partition("?start=")[2]
            assert word.startswith("n_")
            await has_no_barriers(page)
            await api.says(GOR, f"/start {word}")
            await expect(own).to_contain_text("@gor_s")
            for name in ("tasks", "off_hours"):
                await own.get_by_role("checkbox", name=texts[f"notices.{name}"]).click()
            await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            await has_no_barriers(page)
            await page.reload()
            await page.locator(".rail-self").click()
            await own.locator("summary").click()
            await expect(own.get_by_role("checkbox", name=texts["notices.tasks"])).not_to_be_checked()
            await expect(own.get_by_role("checkbox", name=texts["notices.off_hours"])).to_be_checked()
            await own.get_by_role("button", name=texts["notices.unlink"]).click()
            await expect(own.get_by_role("button", name=texts["notices.link"])).to_be_visible()
            await page.close()
