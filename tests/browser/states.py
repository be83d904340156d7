"""Every state that the widget can be met in, one after the other, as one visitor comes by them."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Error, Route, expect

from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.people import Window
from tests.browser.widget import Widget
from tests.clients import Client, agent, connected
from tests.journeys.test_hours import MORNINGS, NOON, set_hours
from tests.journeys.test_rights import Desk
from tests.product import Product, running
from tests.samples import PDF, Bringer, png

TEXTS: dict[str, dict[str, str]] = {
    "word": {
        "hy": "Օգնե՞մ ընտրել ծաղիկները",
        "ka": "დაგეხმაროთ ყვავილების შერჩევაში?",
        "kk": "Гүл таңдауға көмектесейін бе?",
        "ru": "Помочь выбрать цветы?",
        "en": "Shall I help you choose the flowers?",
    },
    "topic": {
        "hy": "Ինչի՞ մասին է",
        "ka": "რას ეხება?",
        "kk": "Не туралы?",
        "ru": "О чём речь?",
        "en": "What is it about?",
    },
    "order": {"hy": "Պատվեր", "ka": "შეკვეთა", "kk": "Тапсырыс", "ru": "Заказ", "en": "An order"},
    "delivery": {"hy": "Առաքում", "ka": "მიწოდება", "kk": "Жеткізу", "ru": "Доставка", "en": "Delivery"},
    "when": {
        "hy": "Ե՞րբ եք առաքում",
        "ka": "როდის მოიტანთ?",
        "kk": "Қашан жеткізесіздер?",
        "ru": "Когда вы доставите?",
        "en": "When do you deliver?",
    },
    "consent": {
        "hy": "Համաձայն եմ, որ իմ տվյալները պահվեն․ https://shop.example/privacy",
        "ka": "თანახმა ვარ, რომ ჩემი მონაცემები შეინახოთ: https://shop.example/privacy",
        "kk": "Деректерімнің сақталуына келісемін: https://shop.example/privacy",
        "ru": "Я согласен на хранение моих данных: https://shop.example/privacy",
        "en": "I agree that my data is kept: https://shop.example/privacy",
    },
}
FORM = [
    {"key": "name", "kind": "name", "required": True},
    {"key": "topic", "kind": "choice", "label": TEXTS["topic"], "choices": [TEXTS["order"], TEXTS["delivery"]]},
]
SETTINGS = {
    "form": FORM,
    "consent": {"texts": TEXTS["consent"]},
    "buttons": [{"label": TEXTS["delivery"], "text": TEXTS["when"]}, {"label": TEXTS["order"], "text": TEXTS["order"]}],
    "proactive": [{"key": "help", "pages": "*", "after_s": 0, "often": "page", "text": TEXTS["word"]}],
}
LIMIT = 10_000


@dataclass
class Firm:
    """A flower shop that is closed till tomorrow, with an owner, who can be heard at her desk all the same."""

    product: Product
    site: ForeignSite
    owner: Desk
    desk: Client


@asynccontextmanager
async def closed_shop(data: Path) -> AsyncIterator[Firm]:
    """It asks for consent and has a word of its own."""
    product = Product(data, environment={"BAREV_BUSINESS_TIMEZONE": NOON})
    async with running(product), foreign_site(product.address) as site:
        assert product.add_user("olga", "owner").returncode == 0
        token = await product.log_in("olga")
        desk = agent(product.address, token)
        async with aiohttp.ClientSession(product.address) as web, connected(desk):
            owner = Desk(web, token)
            (inbox,) = (await owner.get("/inboxes"))["items"]
            status, shown = await owner.ask("PATCH", f"/inboxes/{inbox['id']}", {"settings": SETTINGS})
            assert status == 200, shown
            await set_hours(product, owner, MORNINGS)
            yield Firm(product, site, owner, desk)


async def states(firm: Firm, window: Window, language: str) -> AsyncIterator[tuple[str, Widget]]:
    """What it is called, and the widget in it."""
    window.watch.expect_outage()
    window.watch.expected.append("status of 400")
    guest = await window.widget(firm.site.page(language=language), language)
    async for name in _met(guest, language):
        yield name, guest
    text = f"{TEXTS['when'][language]} {uuid.uuid4().hex[:4]}"
    await guest.say(text)
    heard = await firm.desk.wait_for("message", lambda shown: shown["text"] == text)
    await guest.has_mark(text, "delivered")
    await expect(guest.texts).to_have_count(2)  # what is promised
    yield "promise", guest
    async for name in _answered(firm, guest, heard):
        yield name, guest
    async for name in _writing(window, guest):
        yield name, guest
    await firm.desk.get("resolve", {"conversation_id": heard["conversation_id"]})
    await guest.rating.get_by_role("button", name=guest.words["extra.rate.score"].format(score=4)).click()
    await expect(guest.rating).to_contain_text(guest.words["extra.rate.thanks"])
    yield "rated", guest
    wish = {"kind": "contact", "conversation_id": heard["conversation_id"], "reason": "advertising"}
    status, block = await firm.owner.ask("POST", "/blocks", wish)
    assert status == 201, block
    await expect(guest.blocked).not_to_be_empty()
    yield "blocked", guest


async def _met(guest: Widget, language: str) -> AsyncIterator[str]:
    """Before the first word: the shop's own, then the form with what is missing."""
    await expect(guest.word).to_have_text(TEXTS["word"][language])
    yield "word"
    await guest.word.click()
    await expect(guest.form).to_be_visible()
    await expect(guest.panel.get_by_role("button", name=TEXTS["delivery"][language])).to_be_visible()
    yield "closed"
    await guest.form.locator("button.primary").click()
    await expect(guest.form.get_by_role("alert")).not_to_be_empty()
    yield "missing"
    await guest.form.locator("input[name=name]").fill("Նարե")
    await guest.form.get_by_role("checkbox").check()


async def _answered(firm: Firm, guest: Widget, heard: dict[str, Any]) -> AsyncIterator[str]:
    """With all that a message can be; somebody types."""
    desk, number = firm.desk, heard["conversation_id"]

    async def reply(text: str, **more: Any) -> int:
        body = {"conversation_id": number, "client_id": str(uuid.uuid4()), "text": text, **more}
        message_id: int = (await desk.get("reply", body))["id"]
        return message_id

    await desk.get("take", {"conversation_id": number})
    await desk.get("read", {"conversation_id": number, "seq": heard["seq"]})
    bringer = Bringer(firm.product.address, str(desk.auth["token"]), desk=True)
    files = [
        (await bringer.brought(png(640, 360), "roses.png"))["id"],
        (await bringer.brought(PDF, "prices.pdf"))["id"],
    ]
    await reply("https://example.com/price", reply_to=heard["id"], attachments=files)
    edited, deleted = await reply("500"), await reply("600")
    await desk.get("edit_message", {"message_id": edited, "text": "5 000"})
    await desk.get("delete_message", {"message_id": deleted})
    await desk.get("typing", {"conversation_id": number, "on": True})
    await expect(guest.typing).not_to_be_empty()
    await expect(guest.panel.locator("article.deleted")).to_have_count(1)
    await expect(guest.panel.locator("a.file")).to_have_count(1)
    yield "talk"


async def _writing(window: Window, guest: Widget) -> AsyncIterator[str]:
    """A quotation and files on their way, a refused message, the two sheets, and no connection with words waiting."""
    go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await go_on.wait()
        with suppress(Error):  # taken back meanwhile
            await route.abort()

    await window.context.route("**/widget/files*", hold)
    await guest.picker.set_input_files({"name": "wish.png", "mimeType": "image/png", "buffer": png(64, 48)})
    await guest.quote("5 000")
    await expect(guest.chips.locator("progress")).to_be_visible()
    yield "files"
    go_on.set()
    await window.context.unroute("**/widget/files*")
    await guest.chips.get_by_role("button", name=guest.words["extra.drop"].format(name="wish.png")).click()
    await guest.picker.set_input_files(
        {"name": "tool.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\0"}
    )
    await expect(guest.chips.locator(".state")).not_to_be_empty()
    await expect(guest.send).to_be_disabled()
    yield "file-refused"
    await guest.chips.get_by_role("button", name=guest.words["extra.drop"].format(name="tool.exe")).click()
    await guest.tool("emoji").click()
    await expect(guest.panel.locator(".grid button").first).to_be_visible()
    yield "emoji"
    await guest.tool("more").click()
    await expect(guest.panel.get_by_role("switch")).to_be_visible()
    yield "menu"
    await guest.page.keyboard.press("Escape")
    await guest.say("5 000 " * (LIMIT // 6 + 1))
    await expect(guest.panel.locator(".refusal button").first).to_be_visible()
    yield "refused"
    await guest.panel.locator(".refusal button").last.click()
    await window.context.set_offline(True)
    for text in ("12:30", "14:45"):
        await guest.say(text)
    await expect(guest.link).to_contain_text(guest.words["link.waiting"].format(count=2))
    yield "offline"
    await window.context.set_offline(False)
    await guest.has_mark("14:45", "delivered")
