"""The agent's side of the chat in a browser: canned responses, calls and pop-ups, who the visitor is, handing over."""

import re
import uuid
from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.axe import has_no_barriers
from tests.browser.desk import Desk
from tests.browser.keyboard import press_until
from tests.browser.layout import SMALLEST, fits, is_beside
from tests.browser.people import People
from tests.browser.places import PASSWORD, fresh_name
from tests.clients import Client, connected, visitor
from tests.journeys.firm import eventually
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SIZES: list[ViewportSize] = [SMALLEST, {"width": 800, "height": 600}, {"width": 1280, "height": 900}]

COUNT_CALLS = """
window.called = { tones: 0, notices: [] };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.called.tones += 1; return start.apply(this, at); };
window.Notification = class {
    static permission = "granted";
    static requestPermission() { return Promise.resolve("granted"); }
    constructor(title, options) { this.title = title; window.called.notices.push(this); Object.assign(this, options); }
    close() {}
};
"""


HAS_VOICE = "navigator.locks.query().then(({ held }) => held.some(({ name }) => name === 'barev.desk.voice'))"
"""Whether a tab has taken it on to call for all of them; what comes before calls nobody."""


async def began(guest: Client, **answers: str) -> int:
    """A talk that waits for an answer; its number."""
    found: int = (await guest.get("start", {"answers": answers}))["conversation"]["id"]
    await guest.send("Is there parking?")
    return found


async def called(pages: list[Page]) -> tuple[int, list[str]]:
    """How many melodies of three tones sounded in all tabs, and the titles of all notices."""
    told: list[dict[str, Any]] = [
        await page.evaluate("({ tones: called.tones, notices: called.notices.map(({ title }) => title) })")
        for page in pages
    ]
    return sum(one["tones"] for one in told) // 3, [title for one in told for title in one["notices"]]


async def test_a_canned_response_is_written_found_and_sent_by_keyboard(people: People, product: Product) -> None:
    name, shortcut = fresh_name(), f"ողջույն{uuid.uuid4().hex[:6]}"
    guest = visitor(product.address, language="ru")
    window = await people.window()
    async with connected(guest):
        await began(guest, name=name)
        desk = await window.desk(product.address, "ani", PASSWORD)
        page, words = desk.page, desk.words
        await page.goto(f"{product.address}/desk/#/manage/canned")
        await page.get_by_role("button", name=words["office.canned.new"]).click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label(words["office.canned.shortcut"]).fill(shortcut.upper())
        await dialog.get_by_label("English").fill("Hello, {name}! I am {agent}.")
        await dialog.get_by_label("Русский").fill("Здравствуйте, {name}! Я {agent}.")
        await has_no_barriers(page)
        await dialog.get_by_role("button", name=words["office.canned.save"]).click()
        await expect(page.locator(".canned-all").get_by_role("heading", name=f"/{shortcut}")).to_be_visible()

        await page.goto(f"{product.address}/desk/#/dialogs")
        await desk.show("all")
        await desk.open(name)
        await desk.field.fill("Сейчас. ")
        await desk.field.press_sequentially("/ողջույն")
        options = page.locator("#canned-list [role=option]")
        await expect(options.filter(has_text=shortcut)).to_be_visible()
        await has_no_barriers(page)
        await desk.field.press("Escape")
        await expect(options).to_have_count(0)
        await expect(desk.field).to_have_value("Сейчас. /ողջույն")
        await desk.field.press_sequentially(shortcut.removeprefix("ողջույն"))
        await expect(options).to_have_count(0)  # put away, it stays so for this slash
        await desk.field.fill("Сейчас. ")
        await desk.field.press_sequentially(f"/{shortcut}")
        await expect(options).to_have_count(1)
        await desk.field.press("Enter")
        await expect(desk.field).to_have_value(f"Сейчас. Здравствуйте, {name}! Я ani.")
        await desk.field.press("Enter")
        await guest.wait_for("message", lambda one: one["text"] == f"Сейчас. Здравствуйте, {name}! Я ani.")


async def test_a_new_message_calls_once_over_all_tabs(people: People, product: Product) -> None:
    """A melody and a notice; none for the dialog that is looked at; the title and the icon count."""
    name = fresh_name()
    guest = visitor(product.address)
    window = await people.window()
    await window.context.add_init_script(COUNT_CALLS)
    async with connected(guest):
        desk = await window.desk(product.address, "ani", PASSWORD)
        second = Desk(await window.page(f"{product.address}/desk/"))
        await second.is_live()
        await second.show("all")
        pages = [desk.page, second.page]
        for page in pages:
            await page.locator("body").click(position={"x": 640, "y": 5})  # a tab may sound once it was touched
        await eventually(lambda: desk.page.evaluate(HAS_VOICE), wanted=True)
        other = await window.page("about:blank")  # nobody looks at the desk
        await other.bring_to_front()
        await began(guest, name=name)
        await expect(second.row(name)).to_be_visible()
        await expect(desk.page).to_have_title(re.compile(r"^\("))
        await expect(desk.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/svg"))

        async def melodies() -> int:
            return (await called(pages))[0]

        await eventually(melodies, 1)
        _, notices = await called(pages)
        assert set(notices) <= {desk.words["office.alerts.from"].format(name=name)}


async def test_a_chat_that_was_given_pops_up_until_it_is_answered(people: People, product: Product) -> None:
    """It is handed over with a note, told by a pop-up wherever one is, opened from there, and done by answering."""
    name = fresh_name()
    guest = visitor(product.address, language="hy")
    giver, taker = await people.window(), await people.window(viewport=SMALLEST)
    async with connected(guest):
        await began(guest, name=name, phone="+37477123456")
        await guest.get("page", {"url": "https://shop.example/prices", "title": "Our prices"})
        ani = await giver.desk(product.address, "ani", PASSWORD)
        boris = await taker.desk(product.address, "boris", PASSWORD)
        await boris.page.goto(f"{product.address}/desk/#/tasks")
        await ani.show("all")
        await ani.open(name)
        await ani.action("take").click()
        await expect(ani.action("take")).to_have_count(0)
        facts = ani.card.locator(".facts")
        await expect(facts).to_contain_text("127.0.0.1")
        await expect(facts).to_contain_text("Հայերեն")
        await expect(facts).to_contain_text("shop.example/hair")
        await expect(facts.locator(".pages")).to_contain_text("Our prices")
        await expect(facts).to_contain_text("+37477123456")
        await ani.name.click()
        await ani.page.keyboard.press("a")
        await ani.sheet.get_by_label(ani.words["office.assign.note"]).fill("Asks about parking for a bus")
        await has_no_barriers(ani.page)
        await ani.sheet.get_by_role("button", name="boris").click()
        await expect(ani.sheet).to_have_count(0)
        request = boris.page.locator(".request").filter(has_text=name)
        await expect(request).to_be_visible()
        await fits(boris.page)
        await has_no_barriers(boris.page)
        for size in SIZES:
            await boris.page.set_viewport_size(size)
            for place in ("dialogs", "contacts", "tasks"):
                await boris.page.goto(f"{product.address}/desk/#/{place}")
                await is_beside(boris.page.locator(".requests"), boris.page.locator(f".places.at-{place}"))
        await request.get_by_role("button", name=boris.words["office.requests.open"]).click()
        await expect(boris.name).to_have_text(name)
        await expect(request).to_have_count(0)
        await expect(boris.said("Asks about parking for a bus")).to_be_visible()
        await boris.reply("Behind the house")
        await guest.wait_for("message", lambda one: one["text"] == "Behind the house")


async def test_the_day_by_keys(people: People, product: Product) -> None:
    """Presence by one key, and the list of keys names it; why somebody answers by another."""
    name = fresh_name()
    guest = visitor(product.address)
    window = await people.window()
    async with connected(guest):
        await began(guest, name=name)
        desk = await window.desk(product.address, "ani", PASSWORD)
        presence = desk.page.get_by_label(desk.words["presence.label"])
        for status in ("away", "offline", "online"):
            await desk.page.keyboard.press("p")
            await expect(presence).to_have_value(status)
        await desk.show("all")
        await desk.open(name)
        await desk.name.click()
        await desk.page.keyboard.press("Shift+Slash")
        await expect(desk.sheet).to_contain_text(desk.words["office.shortcuts.presence"])
        await desk.page.keyboard.press("Escape")
        await desk.name.click()
        await desk.page.keyboard.press("d")
        await expect(desk.sheet.get_by_role("heading", level=2)).to_have_text(desk.words["office.decisions.title"])
        await has_no_barriers(desk.page)


async def test_a_message_is_changed_and_taken_back_after_it_was_seen(people: People, product: Product) -> None:
    """By hand and by keyboard; what asks before it deletes stands whole in sight and gives the focus back."""
    name, guest = fresh_name(), visitor(product.address)
    window = await people.window(reduced_motion="reduce")
    async with connected(guest):
        await began(guest, name=name)
        desk = await window.desk(product.address, "ani", PASSWORD)
        words, page = desk.words, desk.page
        await desk.show("all")
        await desk.open(name)
        await desk.reply("Parking is 500")
        sent = await guest.wait_for("message", lambda one: one["text"] == "Parking is 500")
        await guest.get("read", {"seq": sent["seq"]})
        mine = desk.said("Parking is")
        await expect(mine.locator(".delivery")).to_have_attribute("title", words["delivery.read"])
        await mine.hover()
        await mine.get_by_role("button", name=words["message.edit"]).click()
        await desk.field.fill("Parking is free")
        await desk.field.press("Enter")
        changed = await guest.wait_for("message_changed", lambda one: one["id"] == sent["id"])
        assert (changed["text"], changed["seq"]) == ("Parking is free", sent["seq"])
        await expect(mine).to_contain_text(words["message.edited"])
        await mine.focus()
        trash = mine.get_by_role("button", name=words["message.delete"])
        await press_until(page, "Tab", lambda: trash.evaluate("(button) => button === document.activeElement"))
        await page.keyboard.press("Enter")
        ask = mine.get_by_role("group", name=words["message.delete_ask"])
        await expect(ask).to_be_in_viewport(ratio=1)
        await expect(ask.get_by_role("button").first).to_be_focused()
        await has_no_barriers(page)
        await page.keyboard.press("Escape")
        await expect(ask).to_have_count(0)
        await expect(mine).to_be_focused()
        await press_until(page, "Tab", lambda: trash.evaluate("(button) => button === document.activeElement"))
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await guest.wait_for("message_deleted", lambda one: one["id"] == sent["id"])
        await expect(desk.dialog.locator(".thread")).to_contain_text(words["message.deleted"])


async def test_an_open_dialog_tells_what_goes_on(people: People, product: Product) -> None:
    """The page that the visitor goes on to, that he types, and that a colleague is answering in the same dialog."""
    name, guest = fresh_name(), visitor(product.address)
    one, other = await people.window(), await people.window()
    async with connected(guest):
        await began(guest, name=name)
        ani = await one.desk(product.address, "ani", PASSWORD)
        boris = await other.desk(product.address, "boris", PASSWORD)
        for desk in (ani, boris):
            await desk.show("all")
            await desk.open(name)
        pages = ani.card.locator(".facts .pages")
        for title in ("Wedding flowers", "Delivery"):
            await guest.get("page", {"url": f"https://shop.example/{title.split()[0]}", "title": title})
            await expect(pages.locator("li").first).to_contain_text(title)
        await expect(pages.locator("li")).to_have_count(2)
        await boris.field.press_sequentially("Let me see")
        typing = ani.dialog.locator(".typing-line")
        await expect(typing).to_contain_text(ani.words["typing.colleague"].format(name="boris"))
        await guest.get("typing", {"on": True})
        await expect(typing).to_contain_text(ani.words["typing.visitor"].format(name=name))
        await expect(ani.row(name)).to_contain_text(ani.words["typing.short"])
        await boris.field.press("Enter")
        await expect(ani.texts.last).to_have_text("Let me see")
        await expect(typing).not_to_contain_text("boris")


async def test_the_main_actions_by_the_place_of_their_keys(people: People, product: Product) -> None:
    """On keyboards with Armenian, Georgian and Cyrillic letters: takes, notes, snoozes, hands on, resolves, reopens."""
    name, guest = fresh_name(), visitor(product.address)
    window = await people.window()
    async with connected(guest):
        await began(guest, name=name)
        desk = await window.desk(product.address, "ani", PASSWORD)
        words, page = desk.words, desk.page

        async def press(letter: str, code: str) -> None:
            await page.evaluate(
                "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', "
                "{ key, code, bubbles: true, cancelable: true }))",
                [letter, code],
            )

        await desk.show("all")
        await desk.open(name)
        await page.keyboard.press("Escape")
        await press("տ", "KeyT")
        await expect(desk.action("take")).to_have_count(0)
        await press("н", "KeyN")
        await expect(desk.field).to_be_focused()
        await expect(desk.field).to_have_attribute("placeholder", words["composer.note_placeholder"])
        await desk.reply("Between us")
        await expect(desk.said("Between us")).to_be_visible()
        assert "Between us" not in str(guest.heard)
        await press("ს", "KeyS")
        await desk.sheet.get_by_role("button", name=words["office.snooze.tomorrow"]).click()
        await expect(desk.dialog.locator(".status.snoozed")).to_be_visible()
        await guest.send("One more thing")
        await expect(desk.dialog.locator(".dialog-head.unanswered")).to_be_visible()
        await press("ч", "KeyX")
        await desk.sheet.get_by_role("button").last.click()
        await expect(desk.sheet).to_have_count(0)
        await press("у", "KeyE")
        await expect(desk.dialog.locator(".status.resolved")).to_be_visible()
        await guest.wait_for("conversation", lambda told: told["status"] == "resolved")
        await press("ե", "KeyE")
        await expect(desk.dialog.locator(".status.resolved")).to_have_count(0)


async def test_a_shift_ends_by_keyboard_with_one_note(people: People, product: Product) -> None:
    """The moon beside the status: a note, written once, stands in the dialog, and the agent is away."""
    name, login, note = fresh_name(), f"agent-{uuid.uuid4().hex[:8]}", f"Ask about {fresh_name()}"
    assert product.add_user(login).returncode == 0
    guest = visitor(product.address)
    window = await people.window(viewport=SMALLEST)
    async with connected(guest):
        await began(guest, name=name)
        desk = await window.desk(product.address, login, PASSWORD)
        page, words = desk.page, desk.words
        await desk.show("all")
        await desk.open(name)
        await desk.action("take").click()
        await expect(desk.action("take")).to_have_count(0)
        await page.locator(".dialog-pane .back").click()
        await fits(page)
        moon = page.get_by_role("button", name=words["shift.end"], exact=True)

        async def at_the_moon() -> bool:
            return bool(await moon.evaluate("(button) => button === document.activeElement"))

        await press_until(page, "Tab", at_the_moon)
        await page.keyboard.press("Enter")
        await expect(desk.sheet).to_contain_text(words["presence.away"])
        await has_no_barriers(page)
        await fits(page)
        await press_until(page, "Tab", lambda: at_field(desk))
        await page.keyboard.type(note)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(desk.toasts).to_contain_text(words["office.handover.done"].split("{")[0])
        await expect(desk.sheet).to_have_count(0)
        await expect(page.get_by_label(words["presence.label"])).to_have_value("away")
        await desk.show("all")
        await desk.open(name)
        await expect(desk.texts.last).to_have_text(note)
        assert note not in [one["text"] for one in (await guest.get("sync", {"after_change": 0}))["messages"]]


async def at_field(desk: Desk) -> bool:
    """Whether the keyboard is in the note of the open sheet."""
    return bool(await desk.sheet.locator("textarea").evaluate("(box) => box === document.activeElement"))
