"""The demo, as somebody sees it who has two minutes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.demo import DemoPage
from tests.browser.people import People
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

HOMES = {"hy": "yerevan", "ka": "tbilisi", "kk": "almaty"}


@pytest_asyncio.fixture(loop_scope="session")
async def own_demo(tmp_path: Path) -> AsyncIterator[Product]:
    """A demo that may be removed."""
    async with running(Product(tmp_path / "data", flags=["--demo"])) as product:
        yield product


async def test_a_click_writes_and_the_desk_turns_red(people: People, own_demo: Product) -> None:
    """A ready message is typed into the shop's chat, one click logs in, the answer comes; all that is still there when
    the demo is removed."""
    window = await people.window(viewport={"width": 1440, "height": 900})
    window.watch.expected.append("status of 409")  # how the desk learns that an owner's account is needed first
    await window.choose("en")
    page = DemoPage(await window.page(own_demo.address))
    desk = await page.log_in("Anahit")
    waiting = desk.root.locator("[data-tab=waiting] .count")
    before = int(await waiting.inner_text())
    message = page.messages.first
    text = await message.inner_text()
    await message.click()
    chat = await page.chat()
    await expect(chat.texts).to_have_text([text])
    await chat.has_mark(text, "delivered")
    await expect(waiting).to_have_text(str(before + 1))
    await desk.show("waiting")
    row = desk.list.locator(".row", has_text=text)
    await expect(row).to_contain_class("unanswered")
    await row.click()
    await desk.action("take").click()
    await desk.reply("Yes, at seven")
    await expect(chat.texts).to_have_text([text, "Yes, at seven"])
    await expect(chat.title).to_have_text("Anahit Sargsyan")

    desk = await page.log_in("Mariam")
    await desk.root.get_by_role("button", name=desk.words["settings.title"]).click()
    await desk.sheet.get_by_role("button", name=desk.words["office.demo.remove"]).click()
    await desk.sheet.get_by_role("button", name=desk.words["office.demo.go"]).click()
    for name, value in {"name": "Own Owner", "login": "own", "password": "own-parol-1234"}.items():
        await desk.sheet.locator(f"input[name={name}]").fill(value)
    await desk.sheet.get_by_role("button", name=desk.words["office.demo.owner_go"]).click()
    await expect(desk.login).to_be_visible()
    await desk.log_in("own", "own-parol-1234")
    await desk.show("all")
    await expect(desk.list.locator(".row")).to_have_count(1)
    await desk.list.locator(".row").click()
    await expect(desk.texts).to_have_text([text, "Yes, at seven"])
    await page.page.reload()
    await expect(page.messages.first).to_be_visible()
    await expect(page.logins).to_have_count(0)
    again = await page.chat()
    await again.open()
    await expect(again.texts).to_have_text([text, "Yes, at seven"])


async def test_messages_of_a_language_go_to_its_branch(people: People, demo: Product) -> None:
    """Armenian to the salon, Georgian to the clinic, Kazakh to the repair crew; Russian and English where one is."""
    window = await people.window(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = DemoPage(await window.page(demo.address))
    for language in ("ka", "ru", "kk", "hy", "en"):
        messages = await page.speak(language)
        text = await messages.last.inner_text()
        await messages.last.click()
        chat = await page.chat()
        await expect(chat.texts.filter(has_text=text)).to_have_count(1)
        place = HOMES.get(language)
        assert place is None or f"/{place}/{language}.html" in chat.root.url


async def test_the_demo_page_speaks_five_languages(people: People, demo: Product) -> None:
    """The frame itself; the agent's desk beside stays his own."""
    page = await (await people.window()).page(demo.address)
    for language in ("hy", "ka", "kk", "ru", "en"):
        await page.locator(".bar select").select_option(language)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        words = DemoPage(page, language).words
        await expect(page.locator(".chips h2")).to_have_text(words["say"])
        await expect(page.locator(".logins .lead")).to_have_text(words["login"])
        await expect(page.locator(".desk .alone")).to_have_text(words["alone"])
    await page.reload()
    await expect(page.locator(".bar select")).to_have_value("en")
