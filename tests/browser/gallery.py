"""Every screen worth looking at, as pictures for people."""

import tempfile
import uuid
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from conversation.language import LANGUAGES
from tests.browser.demo import DemoPage
from tests.browser.desk import Desk
from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.people import People, Window
from tests.browser.states import closed_shop, states
from tests.clients import Client, agent, connected
from tests.product import Product

WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "device_scale_factor": 2}
SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "device_scale_factor": 2}
NIGHT: dict[str, Any] = {"color_scheme": "dark"}
SAID = {
    "hy": ("Բարև ձեզ, վաղը երեկոյան ազատ ժամ ունե՞ք", "Բարև ձեզ։ Այո, ժամը 18:30-ին։ Ձեզ հարմա՞ր է"),
    "ka": ("გამარჯობა, ხვალ საღამოს თავისუფალი დრო გაქვთ?", "გამარჯობა! დიახ, 18:30-ზე. გაწყობთ?"),
    "kk": ("Сәлеметсіз бе, ертең кешке бос уақыт бар ма?", "Сәлеметсіз бе! Иә, сағат 18:30. Сізге ыңғайлы ма?"),
    "ru": ("Здравствуйте, есть время завтра вечером?", "Здравствуйте! Да, в 18:30. Вам удобно?"),
    "en": ("Hello, is there a free hour tomorrow evening?", "Hello! Yes, at 18:30. Does that suit you?"),
}
VIEWS = {"wide": WIDE, "phone": PHONE, "phone-night": {**PHONE, **NIGHT}, "small": SMALL, "night": {**WIDE, **NIGHT}}


async def hang(browser: Browser, product: Product, folder: Path) -> None:
    """Takes all pictures of a demo, and of the widget's states, into a folder that is there."""
    await _states(browser, folder)
    password = next(line for line in product.said if line.startswith("demo login: owner")).split()[4]
    owner = agent(product.address, await product.log_in("owner", password))
    async with foreign_site(product.address) as site, connected(owner):
        for view, options in VIEWS.items():
            for language in LANGUAGES if view in {"wide", "phone"} else ("hy", "ru"):
                people = People(browser)
                window = await people.window(**options)
                name = f"{language}-{view}.png"
                await _widget(window, site, owner, language, folder / name)
                await _desk(window, product, password, language, folder / name)
                if view in {"wide", "phone"}:
                    await _demo(window, product, language, folder / name)
                complaints = await people.end()
                assert not complaints, "\n".join(complaints)


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{what}-{path.name}")


async def _widget(window: Window, site: ForeignSite, owner: Client, language: str, path: Path) -> None:
    """The form, a talk, its end."""
    question, answer = SAID[language]
    guest = await window.widget(site.page(language=language, inbox="karavan-yerevan"), language)
    await guest.open()
    await expect(guest.form).to_be_visible()
    await guest.page.screenshot(path=_beside(path, "widget-form"), animations="disabled")
    await guest.start(name="Sona")
    text = f"{question} ({uuid.uuid4().hex[:4]})"
    await guest.say(text)
    heard = await owner.wait_for("message", lambda shown: shown["text"] == text)
    conversation_id = heard["conversation_id"]
    await owner.get("take", {"conversation_id": conversation_id})
    await owner.get("read", {"conversation_id": conversation_id, "seq": heard["seq"]})
    body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": answer, "reply_to": heard["id"]}
    await owner.get("reply", body)
    await expect(guest.texts).to_have_count(2)
    await guest.has_mark(question, "read")
    await guest.page.screenshot(path=_beside(path, "widget-talk"), animations="disabled")
    await owner.get("resolve", {"conversation_id": conversation_id})
    await expect(guest.rating).to_be_visible()
    await guest.page.screenshot(path=_beside(path, "widget-end"), animations="disabled")


async def _desk(window: Window, product: Product, password: str, language: str, path: Path) -> None:
    """The door, the list, a dialog, a sheet."""
    await window.choose(language)
    desk = Desk(await window.page(f"{product.address}/desk/"), language)
    await expect(desk.page.locator("html")).to_have_attribute("lang", language)
    await desk.page.screenshot(path=_beside(path, "desk-door"), animations="disabled")
    await desk.log_in("owner", password)
    await desk.show("all")
    await expect(desk.list.locator(".row").first).to_be_visible()
    await desk.page.screenshot(path=_beside(path, "desk-list"), animations="disabled")
    await desk.list.locator(".row").nth(2).click()
    await expect(desk.texts.first).to_be_visible()
    await desk.page.screenshot(path=_beside(path, "desk-dialog"), animations="disabled")
    await desk.page.keyboard.press("Shift+Slash")
    await expect(desk.sheet).to_be_visible()
    await desk.page.screenshot(path=_beside(path, "desk-keys"), animations="disabled")


async def _demo(window: Window, product: Product, language: str, path: Path) -> None:
    """The demo's page with a message under way."""
    page = DemoPage(await window.page(product.address))
    await page.page.locator(".bar select").select_option(language)
    page = DemoPage(page.page, language)
    await (await page.speak(language)).first.click()
    await expect((await page.chat()).articles.first).to_be_visible()
    await page.page.screenshot(path=_beside(path, "demo"), animations="disabled")


async def _states(browser: Browser, folder: Path) -> None:
    """The widget in every state, of a shop that is closed."""
    with tempfile.TemporaryDirectory() as data:
        async with closed_shop(Path(data) / "data") as firm:
            for view, options in VIEWS.items():
                for language in LANGUAGES if view in {"wide", "phone"} else ("ka", "kk"):
                    people = People(browser)
                    window = await people.window(**options)
                    async for state, guest in states(firm, window, language):
                        path = folder / f"state-{language}-{view}-{state}.png"
                        await guest.page.screenshot(path=path, animations="disabled")
                    complaints = await people.end()
                    assert not complaints, "\n".join(complaints)
