"""What customers open without the chat, in a browser: by themselves, in five languages, on a phone, on another site."""

import re

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, expect
from sqlalchemy import func, insert, select

from conversation import clock
from conversation.language import LANGUAGES
from conversation.links import Stop, StopLinks
from crm_store import Tx, settings_table
from crm_store.engine import StoreUrl, open_store
from crm_store.models import AddressRow, ContactRow
from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words as words_of
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import PASSWORD, Places
from tests.far_side import far_side
from tests.journeys.test_rights import Desk
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def looked_at(page: Page) -> None:
    """No barriers, and nothing out of the screen."""
    await has_no_barriers(page, 8, whole=True)
    await fits(page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_somebody_books_moves_and_cancels(people: People, demo: Product, language: str) -> None:
    """Each step on the smallest screen, in the dark too."""
    text = words_of(language, "pages")
    dark = language in ("hy", "kk")
    window = await people.window(viewport=SMALLEST, color_scheme="dark" if dark else "light")
    window.watch.expected.append("status of 400")
    page = await window.page(f"{demo.address}/book/?lang={language}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(text["book.service"])
    await looked_at(page)
    await page.locator(".choices a").first.click()
    await looked_at(page)
    await page.locator(".choices a").first.click()
    await looked_at(page)
    await page.locator(".days a").nth(LANGUAGES.index(language) + 2).click()  # each books on a day of its own
    await looked_at(page)
    await page.locator(".hours a").nth(2).click()
    await looked_at(page)
    await page.get_by_role("textbox", name=text["book.name"]).fill("Anna")
    await page.get_by_role("textbox", name=text["book.phone"]).fill("12")
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name=text["book.confirm"]).click()
    await expect(page.get_by_role("alert")).to_have_text(text["book.phone_wrong"])
    await looked_at(page)
    await page.get_by_role("textbox", name=text["book.phone"]).fill("077 123456")
    await page.get_by_role("button", name=text["book.confirm"]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(text["book.done"])
    await looked_at(page)
    own = await page.get_by_role("link", name=text["book.own_page"]).get_attribute("href")
    assert own is not None
    await page.goto(own)
    await looked_at(page)
    await page.get_by_role("link", name=text["own.move"], exact=True).click()
    await page.locator(".hours a").last.click()
    await looked_at(page)
    await page.get_by_role("button", name=text["move.yes"]).click()
    await expect(page.get_by_role("status")).to_have_text(text["move.done"])
    await page.get_by_role("link", name=text["own.cancel"], exact=True).click()
    await looked_at(page)
    await page.get_by_role("button", name=text["cancel.yes"]).click()
    await expect(page.get_by_role("status")).to_have_text(text["cancel.done"])
    await looked_at(page)
    window.watch.expected.append("status of 404")
    await page.goto(f"{demo.address}/me/nothing?lang={language}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(text["own.over"])
    await looked_at(page)


async def stop_token(demo: Product) -> str:
    """By which somebody's letters about visits end."""

    def work(tx: Tx) -> str:
        contact_id = tx.scalar(select(func.min(ContactRow.id)))
        box = {"contact_id": contact_id, "channel": "email", "value": "stop@example.am", "created_at": clock.now()}
        address_id = tx.execute(insert(AddressRow).values(**box).returning(AddressRow.id)).scalar_one()
        secret = bytes.fromhex(str(settings_table.get(tx, "secret.visitor")))
        return StopLinks(secret, "").token(Stop(address_id, "reminder"))

    store = await open_store(StoreUrl(sqlite=demo.data / "barev.db"))
    try:
        return await store.writer.run(work)
    finally:
        await store.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_letters_are_stopped_and_taken_back(people: People, demo: Product, language: str) -> None:
    """The question, its answer, and back; an address that was not copied in full."""
    text = words_of(language, "pages")
    token = await stop_token(demo)
    window = await people.window(viewport=SMALLEST, color_scheme="dark" if language in ("hy", "kk") else "light")
    page = await window.page(f"{demo.address}/unsubscribe/{token}?lang={language}")
    await expect(page.get_by_text(text["stop.ask.reminder"])).to_be_visible()
    await looked_at(page)
    await page.get_by_role("button", name=text["stop.go"]).click()
    await expect(page.get_by_role("status")).to_have_text(text["stop.done.reminder"])
    await looked_at(page)
    await page.get_by_role("button", name=text["stop.undo"]).click()
    await expect(page.get_by_role("status")).to_have_text(text["stop.back"])
    await looked_at(page)
    window.watch.expected.append("status of 404")
    await page.goto(f"{demo.address}/unsubscribe/{token[:-1]}?lang={language}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(text["stop.unknown"])
    await looked_at(page)


def shop(barev: str, language: str) -> str:
    """A page of another site, with the one line in it."""
    head = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Shop</title></head>'
    return f'{head}<body><main><h1>Shop</h1><script src="{barev}/book.js" async></script></main></body></html>'


async def test_a_button_on_another_site(people: People, demo: Product) -> None:
    """A window over the site, left by its button or Escape, in which one books; on a phone a tab of its own."""
    async with far_side() as site:
        site.answer = lambda asked: web.Response(
            text=shop(demo.address, asked.path[1:3]), content_type="text/html", charset="utf-8"
        )
        window = await people.window()
        window.watch.expected.append("Failed to execute 'postMessage'")  # axe, to the frame of another site
        page = await window.page(f"{site.address}/en")
        button = page.get_by_role("button", name="Book a visit")
        await button.click()
        dialog = page.get_by_role("dialog", name="Book a visit")
        await expect(dialog).to_be_visible()
        inner = page.frame_locator(".barev-book-window iframe")
        await expect(inner.get_by_role("heading", level=1)).to_have_text("What would you like?")
        await has_no_barriers(page)
        await page.get_by_role("button", name="Close").click()
        await expect(dialog).to_have_count(0)
        await expect(button).to_be_focused()
        await button.press("Enter")
        await inner.locator(".choices a").first.click()
        await inner.locator(".choices a").first.click()
        await inner.locator(".hours a").last.click()
        await inner.get_by_role("textbox", name="Your name").fill("Nino")
        await inner.get_by_role("textbox", name="Phone").fill("077 123457")
        await inner.get_by_role("checkbox").check()
        await inner.get_by_role("button", name="Book").click()
        await expect(inner.get_by_role("heading", level=1)).to_have_text("You are booked")
        await page.get_by_role("button", name="Close").press("Escape")
        await expect(dialog).to_have_count(0)
        phone = await people.window(viewport=SMALLEST)
        small = await phone.page(f"{site.address}/ru")
        async with phone.context.expect_page() as opened:
            await small.get_by_role("button", name="Записаться").click()
        tab = await opened.value
        await expect(tab.get_by_role("heading", level=1)).to_have_text("Что вы хотите?")


@pytest.mark.languages("ka", "ru")
async def test_the_desk_s_links_and_webhooks(people: People, product: Product, owner: str, language: str) -> None:
    """The page's address to copy; a webhook is made, its secret shown once, its trial seen in the list."""
    text = words_of(language, "links")
    window = await people.window(**({"viewport": SMALLEST} if language in ("hy", "ru") else {}))
    desk = await window.desk(product.address, owner, PASSWORD, language)
    page = desk.page
    await Places(desk).manage("links")
    await expect(page.get_by_text(f"{product.address}/book/", exact=True)).to_be_visible()
    await has_no_barriers(page)
    await fits(page)
    async with far_side() as side:
        await Places(desk).manage("webhooks")
        await page.get_by_role("button", name=text["new"]).click()
        await page.get_by_label(text["to"], exact=True).last.fill(f"{side.address}/{language}")
        await page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
        await has_no_barriers(page)
        await page.get_by_role("button", name=text["add"], exact=True).click()
        secret = page.get_by_role("dialog").locator("code")
        await expect(secret).to_have_text(re.compile("^[0-9a-f]{64}$"))
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name=text["ping_named"].format(url=f"{side.address}/{language}")).click()
        row = page.get_by_role("row").filter(has_text=f"{side.address}/{language}").last
        await expect(row).to_contain_text(text["event.ping"])
        await has_no_barriers(page)
        await fits(page)


@pytest.mark.languages("hy", "en")
async def test_the_desk_s_outside_calendars(people: People, product: Product, owner: str, language: str) -> None:
    """Added by the keyboard as a phone writes it, its trouble told in words, paused, turned on again and taken away."""
    mark = "office.calendars."
    text = {key.removeprefix(mark): one for key, one in words_of(language, "desk").items() if key.startswith(mark)}
    errors = words_of(language, "outside")
    window = await people.window(**({"viewport": SMALLEST} if language in ("hy", "ru") else {}))
    desk = await window.desk(product.address, owner, PASSWORD, language)
    page = desk.page
    async with aiohttp.ClientSession(product.address) as web:
        _, made = await Desk(web, await product.log_in(owner)).ask(
            "POST", "/resources", {"kind": "provider", "names": {"en": "Nune"}}
        )
        assert made["id"]
    await Places(desk).manage("calendars")
    await expect(page.get_by_role("button", name=text["new"])).to_be_enabled()
    await page.get_by_role("button", name=text["new"]).press("Enter")
    await page.get_by_label(text["address"], exact=True).fill(" Https://calendar.invalid/nune.ics ")
    await page.get_by_label(text["name"], exact=True).fill(f"Nune {language}")
    await page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    await has_no_barriers(page)
    await page.keyboard.press("Enter")
    row = page.get_by_role("region", name=f"Nune {language}")
    whys = (errors[f"error.{key}"] for key in ("host", "unreached", "private", "slow"))
    told = re.compile("|".join(map(re.escape, whys)))
    await expect(row).to_contain_text(told)
    await has_no_barriers(page)
    await fits(page)
    await row.get_by_role("button", name=re.compile("^" + re.escape(text["pause"]))).press("Enter")
    await expect(row).to_contain_text(text["paused"])
    await row.get_by_role("button", name=re.compile("^" + re.escape(text["on"]))).press("Enter")
    await expect(row).to_contain_text(text["read"])
    await row.get_by_role("button", name=text["remove_named"].split("{")[0]).press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name=text["remove"], exact=True).press("Enter")
    await expect(row).to_have_count(0)


@pytest.mark.languages("ka", "kk")
async def test_his_own_page_with_all_on_it(people: People, own_product: Product, language: str) -> None:
    """A link to all of his has the waiting list and the calendar; joining and leaving on the smallest screen."""
    text = words_of(language, "pages")
    own_product.flags = ("--demo",)
    async with running(own_product), aiohttp.ClientSession(own_product.address) as web:
        password = re.search(r"password: (\S+)", "\n".join(own_product.said))
        assert password is not None
        owner = Desk(web, await own_product.log_in("owner", password[1]))
        _, made = await owner.ask("POST", "/contacts", {"name": "Nare"})
        _, given = await owner.ask("POST", f"/contacts/{made['id']}/own-page")
        window = await people.window(viewport=SMALLEST, color_scheme="dark" if language in ("ka", "en") else "light")
        page = await window.page(f"{given['url']}?lang={language}")
        await looked_at(page)
        await page.get_by_role("link", name=text["wait.join"]).click()
        await looked_at(page)
        await page.get_by_role("button", name=text["wait.join"]).click()
        await expect(page.get_by_role("status")).to_have_text(text["wait.joined"])
        await looked_at(page)
