"""A phone proven in Telegram while the widget, or the booking page, waits: both go on by themselves."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.foreign_site import foreign_site
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.test_messengers import picture_of
from tests.journeys.test_bot import said
from tests.journeys.test_phone_proofs import share
from tests.journeys.test_talk_proofs import PHONE, TYPED, salon
from tests.journeys.test_telegram import ANI
from tests.telegram_api import Person, telegram_api

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
MARY = Person(812, "Mary", "en")


async def word_of(link: Locator) -> str:
    """What a link into Telegram carries."""
    address = await link.get_attribute("href") or ""
    assert address.startswith("https://t.me/salon_test_bot?start=me-")
    return parse_qs(urlsplit(address).query)["start"][0]


async def test_both_go_on(people: People, tmp_path: Path) -> None:
    async with telegram_api() as api, salon(tmp_path, api) as firm, foreign_site(firm.product.address) as site:
        flow, pages = words("ru", "flow"), words("ka", "pages")
        window = await people.window(viewport=SMALLEST, locale="ru-RU")
        guest = await window.widget(site.page(language="ru"), "ru")
        await guest.open()
        await guest.start(name="Анна", phone=TYPED)
        await guest.say("запишите на массаж через 4 дня в 10:00")
        await guest.panel.get_by_role("button", name=flow["press.yes"]).click()
        link = guest.panel.get_by_role("link", name=re.compile("t.me"))
        await expect(link).to_be_visible()
        for key in ("card.done", "card.anew", "menu.human", "stop"):
            await expect(guest.panel.get_by_role("button", name=flow[key], exact=True).last).to_be_visible()
        await has_no_barriers(guest.page)
        await picture_of(guest.page, "asked")
        await guest.page.context.route("https://t.me/**", lambda route: route.fulfill(body="Telegram"))
        async with guest.page.context.expect_page() as opened:
            await link.click()
        assert (await opened.value).url == await link.get_attribute("href")
        await expect(link).to_be_visible()
        await api.says(ANI, f"/start {await word_of(link)}")
        await api.heard(ANI)
        await share(api, ANI, PHONE, ANI.id)
        await expect(guest.said(flow["card.said_right"])).to_be_visible()
        booked = guest.texts.last
        await expect(booked).to_contain_text(flow["booking.booked"].partition("{")[0].strip())
        assert said(await booked.inner_text(), flow["booking.booked"])
        await picture_of(guest.page, "booked")

        other = await people.window(viewport=SMALLEST)
        page = await other.page(f"{firm.product.address}/book/?lang=ka")
        for one in (".choices a", ".days a", ".hours a"):
            await page.locator(one).last.click()
        await page.get_by_role("textbox", name=pages["book.name"]).fill("Mary")
        await page.get_by_role("textbox", name=pages["book.phone"]).fill("077 123458")
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name=pages["book.confirm"]).click()
        link = page.get_by_role("link", name=pages["book.proof_open"])
        await expect(link).to_be_visible()
        await fits(page)
        await picture_of(page, "page")
        await api.says(MARY, f"/start {await word_of(link)}")
        await api.heard(MARY)
        other.watch.expected.append("status of 400")
        await share(api, MARY, "37477123459", MARY.id)
        await expect(page.get_by_role("alert")).to_have_text(pages["book.proof_other"])
        await share(api, MARY, "37477123458", MARY.id)
        await expect(page.get_by_role("heading", level=1)).to_have_text(pages["book.done"])
        await picture_of(page, "page_done")
