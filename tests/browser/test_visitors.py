"""Whom the visitor meets and who he is, as he sees it: what the owner set, the form, a word of ours, a block, one's own
customers, single-page sites, and robots."""

import hashlib
import hmac
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.foreign_site import foreign_site
from tests.browser.office import Office
from tests.browser.people import People
from tests.browser.widget import Widget
from tests.clients import agent, connected, visitor
from tests.journeys.test_rights import Desk
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PASSWORD = "parol-1234"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True}


@pytest_asyncio.fixture(loop_scope="session")
async def shop(own_product: Product) -> Any:
    """A product with an owner, and what REST says to him."""
    assert own_product.add_user("olga", "owner").returncode == 0
    async with running(own_product), aiohttp.ClientSession(own_product.address) as web:
        yield own_product, Desk(web, await own_product.log_in("olga"))


async def set_up(desk: Desk, **what: Any) -> str:
    """Sets something of the first inbox; returns its address."""
    (inbox,) = (await desk.get("/inboxes"))["items"]
    status, shown = await desk.ask("PATCH", f"/inboxes/{inbox['id']}", what)
    assert status == 200, shown
    return f"/inboxes/{inbox['id']}"


async def test_two_taps_on_a_phone(shop: tuple[Product, Desk], people: People) -> None:
    """The launcher, a quick button, and the first message is there; the form requires nothing."""
    product, desk = shop
    await set_up(desk, settings={"buttons": [{"label": {"en": "Delivery"}, "text": {"en": "When do you deliver?"}}]})
    async with foreign_site(product.address) as site:
        guest = await (await people.window(**PHONE)).widget(site.page())
        await guest.launcher.tap()
        await guest.panel.get_by_role("button", name="Delivery").tap()
        await guest.has_mark("When do you deliver?", "delivered")
        await expect(guest.form).to_be_hidden()
        await expect(guest.panel.get_by_role("button", name="Delivery")).to_have_count(0)


async def test_a_word_of_ours(shop: tuple[Product, Desk], people: People) -> None:
    """It comes where it is meant, takes no focus, can be put away, comes once, and opens the chat."""
    product, desk = shop
    rule = {"key": "hello", "pages": "/prices*", "after_s": 0, "often": "visitor", "text": {"en": "Shall I help?"}}
    await set_up(desk, settings={"proactive": [rule]})
    async with foreign_site(product.address) as site:
        window = await people.window()
        guest = await window.widget(site.page("/other"))
        await expect(guest.launcher).to_be_visible()
        await guest.page.locator("main button").focus()
        await expect(guest.host.locator(".proactive")).to_have_count(1)
        await expect(guest.word).to_have_count(0)
        await guest.page.evaluate("history.pushState(null, '', '/prices/roses')")
        await expect(guest.word).to_have_text("Shall I help?")
        assert await guest.focused() == ""
        assert await guest.page.evaluate("document.activeElement.textContent") == "Into the basket"
        await expect(guest.host.locator("[role=status] .word")).to_have_count(1)
        await has_no_barriers(guest.page, 3)
        await guest.host.get_by_role("button", name=guest.words["close"]).click()
        await expect(guest.word).to_have_count(0)
        again = await window.widget(site.page("/prices"))
        await expect(again.host.locator(".proactive")).to_have_count(1)
        await expect(again.word).to_have_count(0)
        other = await (await people.window()).widget(site.page("/prices"))
        await other.word.click()
        await expect(other.panel).to_be_visible()
        await expect(other.panel.locator(".greeting")).to_have_text("Shall I help?")


async def test_the_owners_form(shop: tuple[Product, Desk], people: People) -> None:
    """What is missing is pointed at; the consent is a box with its text; it is asked once."""
    product, desk = shop
    form = [
        {"key": "name", "kind": "name", "required": True},
        {
            "key": "topic",
            "kind": "choice",
            "label": {"en": "About"},
            "choices": [{"en": "Order"}, {"en": "Delivery"}],
        },
    ]
    consent = {"texts": {"en": "I agree, see https://shop.example/privacy"}}
    await set_up(desk, settings={"form": form, "consent": consent})
    async with foreign_site(product.address) as site:
        window = await people.window()
        guest = await window.widget(site.page())
        await guest.open()
        await expect(guest.form).to_be_visible()
        await has_no_barriers(guest.page)
        await guest.form.locator("button.primary").click()
        await expect(guest.form.get_by_role("alert")).to_have_text("Please fill in: Name")
        assert await guest.focused() == "name"
        await guest.form.locator("input[name=name]").fill("Zara")
        await guest.form.locator("select").select_option("Delivery")
        await guest.say("Do you deliver?")
        await expect(guest.form.get_by_role("alert")).to_have_text(guest.words["extra.form.agree"])
        assert await guest.focused() == "consent"
        await expect(guest.form.get_by_role("link")).to_have_attribute("href", "https://shop.example/privacy")
        await guest.form.get_by_role("checkbox").check()
        await guest.say("Do you deliver?")
        await guest.has_mark("Do you deliver?", "delivered")
        await expect(guest.form).to_be_hidden()
        await guest.page.reload()
        await guest.open()
        await guest.has_mark("Do you deliver?", "delivered")
        await expect(guest.form).to_have_count(0)


async def test_14_who_is_blocked_sees_no_composer(shop: tuple[Product, Desk], people: People) -> None:
    """Blocked from the dialog by an agent: at once the field is gone and it is said why; lifted, it is back."""
    product, _ = shop
    async with foreign_site(product.address) as site:
        guest = await (await people.window()).widget(site.page())
        await guest.open()
        await guest.start(name="Vahe")
        await guest.say("Buy this")
        await guest.has_mark("Buy this", "delivered")
        ani = await (await people.window()).desk(product.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open("Vahe")
        await ani.card.get_by_role("button", name=ani.words["office.block.title"]).click()
        await ani.sheet.get_by_label(ani.words["office.block.reason"]).fill("advertising")
        await ani.sheet.get_by_role("button", name=ani.words["office.block.title"]).click()
        await expect(guest.field).to_be_hidden()
        await expect(guest.blocked).not_to_be_empty()
        await has_no_barriers(guest.page)
        await expect(ani.card.locator(".block-visitor")).to_contain_text("advertising")
        await guest.page.reload()
        await guest.open()
        await expect(guest.blocked).not_to_be_empty()
        await expect(guest.field).to_be_hidden()
        await ani.card.get_by_role("button", name=ani.words["office.block.lift"]).click()
        await expect(guest.field).to_be_visible()
        await guest.say("Sorry")
        await guest.has_mark("Sorry", "delivered")


async def test_a_site_that_is_not_named(shop: tuple[Product, Desk], people: People) -> None:
    """No launcher there, and a plain line for whoever made the site; once it is named, there is."""
    product, desk = shop
    await set_up(desk, allowed_domains=["shop.example"])
    async with foreign_site(product.address) as site:
        window = await people.window()
        page = await window.context.new_page()
        async with page.expect_console_message(lambda line: line.text.startswith("Barev: ")) as told:
            await page.goto(site.page())
        assert "127.0.0.1" in (await told.value).text
        await expect(page.locator("barev-chat")).to_have_count(0)
        assert len(window.watch.heard) >= 1
        window.watch.heard.clear()
        await set_up(desk, allowed_domains=["shop.example", "127.0.0.1"])
        guest = await (await people.window()).widget(site.page())
        await guest.open()
        await guest.say("Here I am")
        await guest.has_mark("Here I am", "delivered")


async def test_customers_of_the_site(shop: tuple[Product, Desk], people: People) -> None:
    """Signed in, he finds his talk on another device; signed out, the browser shows nothing of it; a wrong signature is
    said to the site, and he can write all the same."""
    product, desk = shop
    path = await set_up(desk)
    _, made = await desk.ask("POST", f"{path}/identity-secret")
    right = hmac.new(made["secret"].encode(), b"42", hashlib.sha256).hexdigest()
    identify = "([id, hash]) => Barev.identify({ id, name: 'Nare' }, hash)"
    async with foreign_site(product.address) as site:
        windows = [await people.window() for _ in range(3)]
        desktop, phone, stranger = [await window.widget(site.page()) for window in windows]
        await desktop.open()
        await desktop.say("Before signing in")
        await desktop.has_mark("Before signing in", "delivered")
        for guest in (desktop, phone):
            await guest.page.evaluate(identify, ["42", right])
        await phone.open()
        await expect(phone.texts).to_have_text(["Before signing in"])
        await phone.say("From the phone")
        await expect(desktop.texts).to_have_text(["Before signing in", "From the phone"])
        await desktop.page.evaluate("Barev.identify(null)")
        await expect(desktop.texts).to_have_count(0)
        async with stranger.page.expect_console_message(lambda line: line.text.startswith("Barev: ")):
            await stranger.page.evaluate(identify, ["42", "0" * 64])
            await stranger.open()
        await stranger.say("Who am I?")
        await stranger.has_mark("Who am I?", "delivered")
        await expect(stranger.texts).to_have_count(1)
        windows[2].watch.heard.clear()


async def test_inside_a_single_page_site(shop: tuple[Product, Desk], people: People) -> None:
    """Pages that change without a load reach the agent; a framework that throws the page away gives the chat back, with
    what was being written."""
    product, _ = shop
    desk = agent(product.address, await product.log_in("olga"))
    async with foreign_site(product.address) as site, connected(desk):
        guest = await (await people.window()).widget(site.page("/start", title="Start"))
        async with guest.page.expect_websocket() as opening:
            await guest.open()
        line = await opening.value
        await guest.say("Hello")
        talk = (await desk.wait_for("message"))["conversation_id"]
        async with line.expect_event("framesent", lambda text: '"page"' in text):
            await guest.page.evaluate("document.title = 'Roses'; history.pushState(null, '', '/roses')")
        await guest.say("Where am I?")  # on one connection what was said first is stored first
        await guest.has_mark("Where am I?", "delivered")
        opened = await desk.get("open", {"conversation_id": talk})
        assert opened["pages"][-1]["title"] == "Roses"
        await guest.field.fill("half a word")
        await guest.page.evaluate("document.body.replaceChildren(document.createElement('main'))")
        await expect(guest.panel).to_be_visible()
        await expect(guest.field).to_have_value("half a word")
        await guest.say("Still here")
        await guest.has_mark("Still here", "delivered")


async def test_a_crowd_behind_one_address(people: People, own_product: Product) -> None:
    """Beyond the limit of new visitors a browser works for a moment and is let in; nobody sees anything of it."""
    own_product.environment = {"BAREV_VISITOR_NEW_PER_S": "0.001", "BAREV_VISITOR_NEW_BURST": "1"}
    async with running(own_product), foreign_site(own_product.address) as site:
        for name in ("first", "second", "third"):
            window = await people.window()
            window.watch.expect_outage()
            guest = await window.widget(site.page())
            await guest.open()
            await guest.say(name)
            await guest.has_mark(name, "delivered")


async def test_a_burst_behind_one_address(people: People, own_product: Product) -> None:
    """Who had the chat open before others of his address flooded it works for a moment with his first word, unseen."""
    own_product.environment = {"BAREV_VISITOR_SUSPECT_NEW": "1", "BAREV_VISITOR_SUSPECT_WINDOW_S": "3600"}
    async with running(own_product), foreign_site(own_product.address) as site:
        guest = await (await people.window()).widget(site.page())
        await guest.open()
        await expect(guest.form).to_be_visible()
        flood = [visitor(own_product.address) for _ in range(2)]
        async with connected(*flood):
            for one in flood:
                await one.send("buy this")
            await guest.start(name="Sona")
            await guest.say("Do you have tulips?")
            await guest.has_mark("Do you have tulips?", "delivered")


async def test_the_owner_sees_what_he_sets(shop: tuple[Product, Desk], people: People) -> None:
    """The real widget stands beside the settings and shows what is not saved; saved, visitors have it."""
    product, _ = shop
    async with foreign_site(product.address) as site:
        olga = await (await people.window(viewport={"width": 1500, "height": 1000})).desk(
            product.address, "olga", PASSWORD
        )
        page = olga.page
        await page.goto(f"{product.address}/desk/#/manage/widget")
        frame = await (await page.locator(".widget-preview iframe").element_handle()).content_frame()
        assert frame is not None
        shown = Widget(frame)
        await expect(shown.panel).to_be_visible()
        await page.locator("input[type=color]").fill("#7a1f3d")
        await expect(shown.launcher).to_have_css("background-color", "rgb(122, 31, 61)")
        await page.get_by_role("button", name=olga.words["office.widget.part.texts"]).click()
        await page.get_by_label(olga.words["office.widget.title"]).fill("Vardanush")
        await expect(shown.title).to_have_text("Vardanush")
        await shown.say("Only a try")
        await expect(shown.texts).to_have_text(["Only a try"])
        guest = await (await people.window()).widget(site.page())
        await guest.open()
        await expect(guest.title).not_to_have_text("Vardanush")
        await page.get_by_role("button", name=olga.words["office.widget.save"]).click()
        await expect(page.get_by_role("button", name=olga.words["office.widget.save"])).to_be_disabled()
        guest = await (await people.window()).widget(site.page())
        await guest.open()
        await expect(guest.title).to_have_text("Vardanush")
        await has_no_barriers(page)
        office = await Office.of(product, "olga")
        assert await office.conversations("") == [], "a preview keeps nothing"
