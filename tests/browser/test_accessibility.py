"""No barriers for people with disabilities, in any of the five languages."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from conversation.language import LANGUAGES
from tests.browser.axe import has_no_barriers
from tests.browser.desk import Desk
from tests.browser.foreign_site import ForeignSite
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.states import Firm, closed_shop, states
from tests.browser.test_talk import GREETINGS
from tests.clients import Client, agent, connected, visitor
from tests.product import Product
from tests.samples import PDF, Bringer, png

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
STILL = {"reduced_motion": "reduce"}
DARK = {**STILL, "color_scheme": "dark"}
PHONE = {**DARK, "viewport": SMALLEST, "has_touch": True}


async def test_a_barrier_would_be_found(people: People, site: ForeignSite) -> None:
    """Inside the widget's own shadow tree, and by its colours too."""
    guest = await (await people.window(**STILL)).widget(site.page())
    await guest.open()
    await expect(guest.form).to_be_visible()
    await guest.form.locator("h3").evaluate("(title) => { title.style.color = '#bbb'; }")
    with pytest.raises(AssertionError, match=r"color-contrast .*#form-title"):
        await has_no_barriers(guest.page)
    await guest.field.evaluate(
        "(field) => { field.removeAttribute('aria-label'); field.removeAttribute('placeholder'); }"
    )
    with pytest.raises(AssertionError, match=r"label .*textarea"):
        await has_no_barriers(guest.page)


async def talk(boris: Client, text: str) -> None:
    """Everything that a conversation can show: a link, an edited and a deleted message, a quotation, the end."""
    heard = await boris.wait_for("message", lambda shown: shown["text"] == text)
    conversation_id = heard["conversation_id"]

    async def reply(words: str, **more: Any) -> int:
        body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": words, **more}
        message_id: int = (await boris.get("reply", body))["id"]
        return message_id

    await boris.get("take", {"conversation_id": conversation_id})
    desk = Bringer(boris.address, str(boris.auth["token"]), desk=True)
    files = [(await desk.brought(png(64, 48), "room.png"))["id"], (await desk.brought(PDF, "prices.pdf"))["id"]]
    await reply("https://example.com/price", reply_to=heard["id"], attachments=files)
    edited, deleted = await reply("500"), await reply("600")
    await boris.get("edit_message", {"message_id": edited, "text": "5 000"})
    await boris.get("delete_message", {"message_id": deleted})
    await boris.get("resolve", {"conversation_id": conversation_id})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """A shop whose widget can be met in every state."""
    async with closed_shop(tmp_path_factory.mktemp("closed") / "data") as opened:
        yield opened


async def check_states(people: People, firm: Firm, options: dict[str, Any], language: str) -> None:
    """One after the other; in each everything has room, too."""
    met = []
    async for state, guest in states(firm, await people.window(**options), language):
        met.append(state)
        await has_no_barriers(guest.page, 3 if state == "word" else 10)
        await fits(guest.page)
    assert met[0] == "word"
    assert met[-1] == "blocked"


@pytest.mark.languages("hy", "kk")
async def test_15_the_widget(people: People, firm: Firm, language: str) -> None:
    """As it is met, opened and used in a language."""
    await check_states(people, firm, STILL, language)


async def test_15_the_widget_at_night(people: People, firm: Firm) -> None:
    """In dark colours on a small phone."""
    await check_states(people, firm, PHONE, "ka")


async def check_desk(page: Page, desk: Desk, name: str, language: str) -> None:
    """The door, then the list with a dialog, or on a phone one after the other."""
    await page.get_by_role("combobox").select_option(language)
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await has_no_barriers(page, whole=True)
    await fits(page)
    await desk.log_in("ani", PASSWORD)
    await desk.show("all")
    await fits(page)
    await desk.open(name)
    await expect(desk.texts.first).to_be_visible()
    await desk.articles.first.focus()
    await has_no_barriers(page, whole=True)
    await fits(page)
    if await desk.list.is_visible():
        await page.keyboard.press("Shift+Slash")
        await expect(desk.sheet).to_be_visible()
        await has_no_barriers(page, whole=True)
        await page.keyboard.press("Escape")
        await expect(desk.sheet).to_have_count(0)


@pytest.mark.languages("ka", "ru")
async def test_15_the_desk(people: People, product: Product, language: str) -> None:
    """As an agent of a language meets it."""
    await at_the_desk(people, product, language, STILL)


async def test_15_the_desk_at_night(people: People, product: Product) -> None:
    """In dark colours on a small phone."""
    await at_the_desk(people, product, "kk", PHONE)


async def at_the_desk(people: People, product: Product, language: str, options: dict[str, Any]) -> None:
    """An agent, and somebody who has written in that language."""
    guest, boris = visitor(product.address, language=language), agent(product.address, await product.log_in("boris"))
    name = f"{language}-{uuid.uuid4()}"
    async with connected(guest, boris):
        await guest.get("start", {"answers": {"name": name, "phone": "+374 77 123456"}})
        text = f"{GREETINGS[language]} https://example.com {name}"
        await guest.send(text)
        page = await (await people.window(**options)).page(f"{product.address}/desk/")
        desk = Desk(page, language)
        await check_desk(page, desk, name, language)
        if options is PHONE:
            await desk.dialog.locator("button.back").click()
            await has_no_barriers(page, whole=True)
            await desk.open(name)
        await talk(boris, text)
        await expect(desk.action("reopen")).to_be_visible()
        await has_no_barriers(page, whole=True)


async def test_15_small_screens(people: People, product: Product, site: ForeignSite) -> None:
    """In every language, forms fit the smallest phone, which is also what zooming in four times makes of a screen."""
    window = await people.window(viewport=SMALLEST, **STILL)
    page = await window.page(f"{product.address}/desk/")
    guest = await window.widget(site.page())
    for language in LANGUAGES:
        await page.get_by_role("combobox").select_option(language)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await fits(page)
        await guest.page.goto(site.page(language=language))
        await guest.open()
        await expect(guest.form).to_be_visible()
        await fits(guest.page)


@pytest.mark.parametrize(
    "options", [STILL, {**STILL, "viewport": {"width": 360, "height": 740}}], ids=["wide", "phone"]
)
async def test_15_the_demo_page(people: People, demo: Product, options: dict[str, Any]) -> None:
    """The frame with both windows in it, the shop with its chat, and the shop alone."""
    page = await (await people.window(**options)).page(demo.address)
    await expect(page.locator("button.login").first).to_be_visible()
    await expect(page.frame_locator("iframe").first.locator("barev-chat .launcher")).to_be_visible()
    await has_no_barriers(page)
    await fits(page)
    for place in ("yerevan/hy", "tbilisi/ka", "almaty/kk"):
        await page.goto(f"{demo.address}/demo/{place}.html")
        await expect(page.locator("barev-chat .launcher")).to_be_visible()
        await has_no_barriers(page)
        await fits(page)
