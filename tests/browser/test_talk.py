"""A visitor on somebody's site and an agent at the desk, each in a window."""

import asyncio
import re
from datetime import datetime, timedelta, timezone

import pytest
from playwright.async_api import Locator, expect

from conversation.language import LANGUAGES
from tests.browser.catalogue import words
from tests.browser.desk import Desk
from tests.browser.foreign_site import ForeignSite
from tests.browser.office import Office
from tests.browser.people import People
from tests.journeys.firm import eventually
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
GREETINGS = {"hy": "Բարև ձեզ", "ka": "გამარჯობა", "kk": "Сәлеметсіз бе", "ru": "Здравствуйте", "en": "Hello"}

COUNT_BLINKS = """(badge) => {
    window.blinks = 0;
    new MutationObserver(() => { blinks += badge.hidden ? 0 : 1; }).observe(badge, { attributes: true });
}"""


async def is_exact(time: Locator, at: str, hours_from_utc: int) -> None:
    """The hour and minute where its reader lives, the second and the day on demand."""
    moment = datetime.fromisoformat(at).astimezone(timezone(timedelta(hours=hours_from_utc)))
    await expect(time).to_have_text(f"{moment:%H:%M}")
    await expect(time).to_have_attribute("datetime", at)
    exact = re.compile(rf"{moment.day} \w+.*{moment:%H:%M:%S}")
    await expect(time).to_have_attribute("title", exact)


async def is_red(mark: Locator) -> None:
    """Red by its colour and, for who cannot see that, by a word and a sign."""
    red, green, blue = await mark.evaluate(
        "(mark) => getComputedStyle(mark).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert red > 2 * max(green, blue)
    await expect(mark).to_contain_text(words("en", "desk")["list.unanswered"])
    await expect(mark.locator("svg")).to_be_visible()


async def test_question_answer_end(people: People, product: Product, site: ForeignSite) -> None:
    """Start form, message, red at the desk, take, reply, stars, and on again; every moment told exactly."""
    ani = await (await people.window(timezone_id="Asia/Tashkent")).desk(product.address, "ani", PASSWORD)
    await ani.show("waiting")
    guest = await (await people.window(timezone_id="Asia/Yerevan")).widget(site.page())
    await guest.open()
    await guest.start(name="Araks", phone="077 123456")
    await guest.say("Do you have red tulips?")
    await guest.has_mark("red tulips", "delivered")

    row = await ani.find("Araks")
    await expect(row).to_contain_text("Do you have red tulips?")
    await is_red(row.locator(".waiting-mark"))
    await ani.open("Araks")
    await expect(ani.card.locator(".facts")).to_contain_text("077 123456")
    await expect(ani.card.locator(".page-title")).to_have_text("Fresh flowers")
    await ani.action("take").click()  # before that it may be a colleague's, for whom nobody else reads
    await expect(ani.action("take")).to_have_count(0)
    await guest.has_mark("red tulips", "read")
    await expect(guest.title).to_have_text("ani")
    await guest.badge.evaluate(COUNT_BLINKS)
    await ani.field.press_sequentially("Yes, ")
    await expect(guest.typing).to_contain_text("ani")
    await ani.reply("Yes, thirty of them")
    await expect(guest.texts).to_have_text(["Do you have red tulips?", "Yes, thirty of them"])
    await expect(guest.typing).to_be_empty()
    await expect(ani.said("thirty").locator(".delivery")).to_have_attribute("title", ani.words["delivery.read"])
    assert await guest.page.evaluate("blinks") == 0  # what comes under one's eyes is not unread
    for text in ("red tulips", "thirty"):
        at = str(await guest.said(text).locator("time").get_attribute("datetime"))
        await is_exact(guest.said(text).locator("time"), at, 4)
        await is_exact(ani.said(text).locator("time"), at, 5)
    await ani.show("mine")
    await expect(await ani.find("Araks")).not_to_contain_class("unanswered")

    await ani.action("resolve").click()
    await expect(guest.rating).to_contain_text(guest.words["resolved"])
    await guest.rating.get_by_role("button").last.click()
    await expect(guest.rating).to_contain_text(guest.words["extra.rate.thanks"])
    await expect(ani.card.locator(".facts")).to_contain_text(ani.words["office.facts.stars"].format(score=5))
    await guest.say("And white ones?")
    await expect(guest.rating).to_be_hidden()
    await expect(ani.texts.last).to_have_text("And white ones?")
    await expect(ani.dialog.locator(".dialog-head")).to_contain_class("unanswered")


async def test_13_two_tabs_are_one_conversation(people: People, product: Product, site: ForeignSite) -> None:
    """Both tabs open the chat and press the button twice at once: one visitor, one conversation, the same in both."""
    window = await people.window()
    tabs = [await window.widget(site.page("/roses")), await window.widget(site.page("/tulips"))]
    await asyncio.gather(*(tab.open() for tab in tabs))
    for tab in tabs:
        await tab.form.locator("input[name=name]").fill("Gayane")
    starts = [tab.form.locator("button.primary") for tab in tabs for _ in range(2)]
    await asyncio.gather(*(start.dispatch_event("click") for start in starts))
    first, second = tabs
    await first.say("from the first")
    await expect(second.texts).to_have_text(["from the first"])
    await second.say("from the second")
    for tab in tabs:
        await expect(tab.texts).to_have_text(["from the first", "from the second"])
        await tab.has_mark("from the second", "delivered")
    assert await first.shown() == await second.shown()
    office = await Office.of(product)
    (conversation,) = await office.conversations("Gayane")
    assert await office.texts(conversation["id"]) == ["from the first", "from the second"]
    assert conversation["contact"]["conversations"] == 1


async def test_13_a_double_click_begins_once(people: People, product: Product, site: ForeignSite) -> None:
    """Two clicks on the button, two presses of Enter: one conversation, and a message each."""
    guest = await (await people.window()).widget(site.page())
    await guest.open()
    await guest.form.locator("input[name=name]").fill("Davit")
    await guest.form.locator("button.primary").dblclick()
    await expect(guest.form).to_be_hidden()
    await guest.field.fill("Once")
    await guest.field.press("Enter")
    await guest.field.press("Enter")
    await guest.has_mark("Once", "delivered")
    office = await Office.of(product)
    (conversation,) = await office.conversations("Davit")
    assert await office.texts(conversation["id"]) == ["Once"]


async def test_a_site_without_https(people: People, product: Product, site: ForeignSite) -> None:
    """Browsers hand such a site neither locks nor identifiers; two tabs are one conversation all the same."""
    window = await people.window()
    address = site.page().replace("127.0.0.1", "shop.test")
    tabs = [await window.widget(address), await window.widget(address)]
    assert not await tabs[0].page.evaluate("isSecureContext")
    await asyncio.gather(*(tab.open() for tab in tabs))
    await tabs[0].start(name="Yeghia")
    await tabs[1].say("Do you hear me?")
    for tab in tabs:
        await tab.has_mark("Do you hear me?", "delivered")
    office = await Office.of(product)

    async def named() -> int:
        return len(await office.conversations("Yeghia"))

    await eventually(named, 1)  # what the other tab said may have come before the name
    (conversation,) = await office.conversations("Yeghia")
    assert await office.texts(conversation["id"]) == ["Do you hear me?"]


async def test_the_widget_speaks_five_languages(people: People, site: ForeignSite) -> None:
    """The page's language to begin with, the visitor's choice from then on; each text says in what language it is."""
    guest = await (await people.window()).widget(site.page())
    for language in LANGUAGES:
        own, form = words(language, "widget"), words(language, "form")
        await guest.page.goto(site.page(language=language))
        await expect(guest.launcher).to_have_accessible_name(own["open"])
        await guest.open()
        await expect(guest.panel).to_have_attribute("lang", language)
        await expect(guest.launcher).to_have_accessible_name(own["close"])
        await expect(guest.panel.locator(".greeting")).to_have_attribute("lang", language)
        await expect(guest.field).to_have_attribute("placeholder", own["compose"])
        await expect(guest.form.locator("h3")).to_have_text(own["extra.form.title"])
        await expect(guest.form.locator("label").first).to_contain_text(form["name"])
    await guest.panel.locator("header select").select_option("ka")
    await expect(guest.panel).to_have_attribute("lang", "ka")
    await guest.page.goto(site.page(language="hy"))
    await expect(guest.launcher).to_have_accessible_name(words("ka", "widget")["open"])
    await guest.open()
    for written, text in GREETINGS.items():
        await guest.say(text)
        own_or_unknown = "" if written == "en" else written
        await expect(guest.said(text).locator(".text")).to_have_attribute("lang", own_or_unknown)
        await expect(guest.said(text).locator(".mark")).to_have_attribute(
            "title", words("ka", "widget")["mark.delivered"]
        )
    await expect(guest.panel.locator(".day")).to_have_text(words("ka", "widget")["day.today"])


async def test_the_desk_speaks_five_languages(people: People, product: Product) -> None:
    """At the door and behind it."""
    window = await people.window()
    page = await window.page(f"{product.address}/desk/")
    for language in LANGUAGES:
        desk = Desk(page, language)
        await page.get_by_role("combobox").select_option(language)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(desk.login.locator("button[type=submit]")).to_have_text(desk.words["login.enter"])
    await Desk(page).log_in("ani", PASSWORD)
    await page.locator(".list-head button").last.click()
    for language in LANGUAGES:
        desk = Desk(page, language)
        await desk.sheet.locator(".language select").select_option(language)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(desk.sheet.locator("h2")).to_have_text(desk.words["settings.title"])
        for tab in ("mine", "waiting", "all", "resolved"):
            await expect(page.locator(f"[data-tab={tab}]")).to_contain_text(desk.words[f"tabs.{tab}"])
