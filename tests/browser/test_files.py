"""Files and quotations between a visitor on somebody's site and an agent at the desk, each in a window."""

import asyncio
import re
import struct
import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Route, expect

from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.keyboard import press_until
from tests.browser.line import line_to
from tests.browser.people import People
from tests.browser.places import fresh_name
from tests.clients import agent, connected, visitor
from tests.product import Product, running
from tests.samples import PDF, fetch, png

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
PERCENT = re.compile(r"^\d?\d %$")

TAKE_PHOTO = """async ([width, height]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const drawn = canvas.getContext("2d");
    for (let x = 0; x < width; x += 8) {
        drawn.fillStyle = `hsl(${x % 360} 80% ${20 + (x * 7) % 60}%)`;
        drawn.fillRect(x, 0, 8, height);
    }
    drawn.fillStyle = "#f00";
    drawn.fillRect(0, 0, width, 200);
    const photo = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 1));
    return [...new Uint8Array(await photo.arrayBuffer())];
}"""

DROP = """(target, [name, type, bytes]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const how = { dataTransfer: carried, bubbles: true, cancelable: true, composed: true };
    for (const kind of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(kind, how));
}"""

COUNT_NOTES = """
const make = AudioContext.prototype.createOscillator;
let notes = 0;
AudioContext.prototype.createOscillator = function () {
    document.documentElement.dataset.notes = ++notes;
    return make.call(this);
};
"""

PASTE = """(field, [name, type, bytes]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const how = { clipboardData: carried, bubbles: true, cancelable: true, composed: true };
    field.dispatchEvent(new ClipboardEvent("paste", how));
}"""


def file(name: str, body: bytes, mime: str = "image/png") -> FilePayload:
    """To be chosen."""
    return {"name": name, "mimeType": mime, "buffer": body}


def said(text: str = "", **more: Any) -> dict[str, Any]:
    """A message's payload under a new id."""
    return {"client_id": str(uuid.uuid4()), "text": text, **more}


async def is_shown(picture: Locator) -> None:
    """The picture has come and is drawn."""
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    await expect(picture).to_have_js_property("complete", True)


async def test_pictures_and_documents_both_ways(people: People, product: Product, site: ForeignSite) -> None:
    """Chosen, dropped and pasted, one taken away again; sent without a word; enlarged by the keyboard; answered by a
    quotation with a file."""
    ani = await (await people.window()).desk(product.address, "ani", PASSWORD)
    guest = await (await people.window()).widget(site.page())
    await guest.open()
    await guest.start(name="Lusine")
    await guest.picker.set_input_files([file("door.png", png(640, 480)), file("wrong.png", png())])
    await guest.panel.evaluate(DROP, ["key.png", "image/png", list(png(30, 20))])
    await guest.field.evaluate(PASTE, ["contract.pdf", "application/pdf", list(PDF)])
    await expect(guest.chips).to_have_count(4)
    wrong = guest.chips.filter(has_text="wrong.png")
    await wrong.get_by_role("button", name=guest.words["extra.drop"].format(name="wrong.png")).click()
    await expect(guest.chips).to_have_count(3)
    await guest.send.click()
    await expect(guest.chips).to_have_count(0)
    mine = guest.articles.first
    await expect(mine.locator(".mark")).to_have_attribute("title", guest.words["mark.delivered"])
    await expect(mine.locator(".picture img")).to_have_count(2)
    for picture in await mine.locator(".picture img").all():
        await is_shown(picture)
    await expect(mine.locator("a.file")).to_contain_text("contract.pdf")

    await ani.show("all")
    row = await ani.find("Lusine")
    await expect(row).to_contain_text("[door.png]")
    await ani.open("Lusine")
    pictures = ani.articles.locator(".picture")
    await expect(pictures).to_have_count(2)
    await is_shown(pictures.first.locator("img"))
    await pictures.first.focus()
    await ani.page.keyboard.press("Enter")
    large = ani.page.locator("dialog.lightbox")
    await expect(large).to_be_visible()
    first = await large.get_attribute("aria-label")
    await ani.page.keyboard.press("ArrowRight")
    await expect(large).not_to_have_attribute("aria-label", str(first))
    await is_shown(large.locator("img"))
    await ani.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await expect(pictures.first).to_be_focused()

    await ani.field.evaluate(PASTE, ["price.pdf", "application/pdf", list(PDF)])
    await expect(ani.dialog.locator(".tray .file-chip")).to_have_count(1)
    await expect(ani.dialog.locator(".tray progress")).to_have_count(0)
    await ani.articles.first.hover()
    await ani.articles.first.get_by_role("button", name=ani.words["message.quote"]).click()
    await ani.reply("The same as last year")
    answer = guest.said("The same as last year")
    await expect(answer.locator("a.file")).to_contain_text("price.pdf")
    await expect(answer.locator(".quote")).to_contain_text("door.png")
    await expect(ani.dialog.locator(".tray .file-chip")).to_have_count(0)


async def test_a_photo_is_made_smaller_and_stands_upright(people: People, product: Product, site: ForeignSite) -> None:
    """As a phone held upright takes it: lying, with a word about how to turn it, and where it was taken."""
    guest = await (await people.window()).widget(site.page())
    await guest.open()
    await guest.start(name="Photographer")
    plain = bytes(await guest.page.evaluate(TAKE_PHOTO, [3000, 2000]))
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0) + b"GPS: 40.18 N"
    photo = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    boris = agent(product.address, await product.log_in("boris"))
    async with connected(boris):
        await guest.picker.set_input_files(file("IMG_0001.JPG", photo, "image/jpeg"))
        await expect(guest.chips.locator("progress")).to_be_hidden()
        await guest.send.click()
        heard = await boris.wait_for("message", lambda shown: bool(shown.get("attachments")))
    (sent,) = heard["attachments"]
    assert (sent["width"], sent["height"]) == (1365, 2048)
    assert sent["size"] < len(photo)
    _, body, _ = await fetch(product.address, sent["url"])
    assert b"GPS" not in body


async def test_files_and_words_wait_over_a_reload(people: People, own_product: Product) -> None:
    """Without a network: a file and a message wait, the page is loaded anew, and both arrive, once."""
    async with running(own_product), line_to(own_product.port) as line, foreign_site(line.address) as site:
        window = await people.window()
        window.watch.expect_outage()
        guest = await window.widget(site.page())
        await guest.open()
        await guest.start(name="Traveller")
        await guest.say("One moment")
        await guest.has_mark("One moment", "delivered")
        await guest.tool("emoji").click()  # so that what files need has been fetched
        await expect(guest.panel.locator(".grid")).to_be_visible()
        await guest.page.keyboard.press("Escape")
        await guest.quote("One moment")
        line.cut()
        await guest.picker.set_input_files(file("ticket.png", png(60, 40)))
        await expect(guest.chips).to_have_count(1)
        await guest.field.fill("Here is my ticket")
        await guest.send.click()
        await expect(guest.articles).to_have_count(2)
        await guest.picker.set_input_files(file("later.png", png(10, 10)))
        await expect(guest.chips).to_have_count(1)
        await expect(guest.link).to_contain_text(guest.words["link.waiting"].format(count=1))
        line.mend()
        await guest.page.reload()
        await guest.open()
        await guest.has_mark("Here is my ticket", "delivered")
        ticket = guest.said("Here is my ticket")
        await is_shown(ticket.locator(".picture img"))
        await expect(ticket.locator(".quote")).to_have_text("One moment")
        await expect(guest.chips).to_contain_text("later.png")
        await expect(guest.chips.locator("progress")).to_be_hidden()
        await guest.send.click()
        await expect(guest.articles).to_have_count(3)
        await expect(guest.articles.last.locator(".mark")).to_have_attribute("title", guest.words["mark.delivered"])
        await guest.has_sent_all()


async def test_a_file_on_a_bad_line(people: People, own_product: Product) -> None:
    """400 ms there and back, and one part in twenty lost: it can be seen how far it is, and it arrives."""
    async with running(own_product), line_to(own_product.port) as line, foreign_site(line.address) as site:
        guest = await (await people.window()).widget(site.page())
        await guest.open()
        await guest.start(name="Mountaineer")
        line.slow(0.4, 0.05)
        await guest.say("The view")
        await guest.picker.set_input_files(file("view.png", png(60, 40, extra=150_000)))
        await expect(guest.chips.locator(".state")).to_have_text(PERCENT)
        await guest.field.fill("from here")
        await guest.send.click()
        await expect(guest.said("from here").locator(".mark")).to_have_attribute(
            "title", guest.words["mark.delivered"], timeout=40_000
        )
        await is_shown(guest.said("from here").locator(".picture img"))


async def test_the_browser_asks_before_a_file_on_its_way_is_lost(people: People, product: Product) -> None:
    """At the desk, while it travels: who stays finds it arrived; from then on the page may go."""
    window, name, travels = await people.window(), fresh_name(), asyncio.Event()
    window.watch.expected.append("beforeunload")
    guest = visitor(product.address)
    async with connected(guest):
        await guest.get("start", {"answers": {"name": name}})
        await guest.send("Send me the prices")
        ani = await window.desk(product.address, "ani", PASSWORD)

        async def hold(route: Route) -> None:
            await travels.wait()
            await route.continue_()

        await ani.page.route("**/api/v1/files", hold)
        await ani.show("all")
        await ani.open(name)
        async with ani.page.expect_file_chooser() as choosing:
            await ani.dialog.get_by_role("button", name=ani.words["composer.attach"]).click()
        await (await choosing.value).set_files(file("prices.png", png(60, 40)))
        await expect(ani.dialog.locator(".tray progress")).to_have_count(1)
        async with ani.page.expect_event("dialog") as asked:
            await ani.page.evaluate("() => { setTimeout(() => location.reload()); }")
        assert (await asked.value).type == "beforeunload"
        await expect(ani.dialog.locator(".tray progress")).to_have_count(1)
        travels.set()
        await expect(ani.dialog.locator(".tray .file-chip img")).to_have_count(1)
        await ani.page.reload()
        await ani.show("all")
        await ani.open(name)
        await expect(ani.dialog.locator(".tray .file-chip")).to_have_count(1)
    assert len([line for line in window.watch.heard if line.startswith("beforeunload")]) == 1


async def test_a_file_that_is_not_taken_says_why(people: People, product: Product, site: ForeignSite) -> None:
    """It holds the message back until it is taken away; so it does at the desk."""
    window = await people.window()
    window.watch.expected.append("status of 400")
    guest = await window.widget(site.page())
    await guest.open()
    await guest.start(name="Hacker")
    await guest.picker.set_input_files(file("tool.exe", b"MZ\x90\0", "application/octet-stream"))
    await expect(guest.chips.locator(".state")).to_contain_text("Files of this kind are not accepted")
    await guest.field.fill("Run this")
    await expect(guest.send).to_be_disabled()
    await guest.chips.get_by_role("button", name=guest.words["extra.drop"].format(name="tool.exe")).click()
    await guest.send.click()
    await guest.has_mark("Run this", "delivered")


async def test_a_quotation_leads_to_what_it_quotes(people: People, product: Product, site: ForeignSite) -> None:
    """However old, on both sides; taken back meanwhile, it says so and its place is still found."""
    name, boris = fresh_name(), agent(product.address, await product.log_in("boris"))
    writer = visitor(product.address)
    async with connected(boris, writer):
        token = (await writer.get("hello"))["token"]
        number = (await writer.get("start", {"answers": {"name": name}}))["conversation"]["id"]
        await writer.send("What does it cost?")
        old = await boris.get("reply", said("Five hundred", conversation_id=number))
        for count in range(260):
            await boris.get("reply", said(f"word {count}", conversation_id=number))
        await boris.get("reply", said("As I said", conversation_id=number, reply_to=old["id"]))
        window = await people.window()
        key = f"barev {product.address}/  token"
        known = f"localStorage['{key}'] ??= '{token}'"
        await window.context.add_init_script(f"if (location.protocol === 'http:') {known}")
        guest = await window.widget(site.page())
        await guest.open()
        quote = guest.said("As I said").locator(".quote")
        await expect(quote).to_have_text("Five hundred")
        loaded = await guest.articles.count()
        assert loaded < 262
        await quote.click()
        await expect(guest.said("Five hundred")).to_be_focused()
        await expect(guest.said("Five hundred")).to_be_in_viewport()
        await boris.get("delete_message", {"message_id": old["id"]})
        gone = guest.panel.locator("article.deleted")
        await expect(gone).to_be_focused()
        await guest.panel.locator("button.newest").click()
        await expect(quote).to_have_text(guest.words["deleted"])
        await quote.click()
        await expect(gone).to_be_in_viewport()

        ani = await (await people.window()).desk(product.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open(name)
        await ani.said("As I said").locator("button.quote").click()
        await expect(ani.articles.locator(".text.gone")).to_be_in_viewport()


async def test_emoji_sound_and_transcript_by_keyboard(
    people: People, product: Product, site: ForeignSite, tmp_path: Path
) -> None:
    """Everything under the field without a mouse; the sound's switch is kept; the transcript has every word."""
    guest = await (await people.window(accept_downloads=True)).widget(site.page())
    page, keys = guest.page, guest.page.keyboard
    await guest.open()
    await guest.start(name="Keeper")
    await guest.say("<b>Bold</b> & first")
    await guest.has_mark("Bold", "delivered")

    async def at(name: str) -> bool:
        return await guest.focused() == name

    await press_until(page, "Tab", lambda: at(guest.words["emoji"]))
    await keys.press("Enter")
    grid = guest.panel.locator(".grid button")
    await expect(grid.first).to_be_focused()
    await keys.press("ArrowRight")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    chosen = await grid.nth(9).text_content()
    await expect(guest.field).to_have_value(str(chosen))
    await keys.press("Escape")
    await expect(guest.tool("emoji")).to_be_focused()
    await expect(guest.panel).to_be_visible()
    await keys.press("Tab")
    await keys.press("Enter")
    switch = guest.panel.get_by_role("switch", name=guest.words["extra.sound"])
    await expect(switch).to_be_focused()
    await expect(switch).to_be_checked()
    await keys.press("Enter")
    await expect(switch).not_to_be_checked()
    for form, ending in (("html", ".html"), ("text", ".txt")):
        if not await switch.count():
            await guest.tool("more").click()
        async with page.expect_download() as coming:
            await guest.panel.get_by_role("button", name=guest.words[f"extra.transcript.{form}"]).click()
        saved = await coming.value
        assert saved.suggested_filename.endswith(ending)
        path = tmp_path / saved.suggested_filename
        await saved.save_as(path)
        text = path.read_text(encoding="utf-8")
        assert ("&lt;b&gt;Bold&lt;/b&gt; &amp; first" if form == "html" else "<b>Bold</b> & first") in text
    await page.reload()
    await guest.open()
    await expect(guest.field).to_have_value(str(chosen))  # the draft
    await expect(guest.field).to_be_focused()
    await guest.tool("more").click()
    await expect(switch).not_to_be_checked()
    await expect(switch).to_be_focused()  # before that Escape shuts the whole chat
    await keys.press("Escape")
    log = guest.panel.get_by_role("log")
    await log.focus()
    await keys.press("ArrowUp")
    await expect(guest.articles.last).to_be_focused()
    await keys.press("Tab")
    assert await guest.focused() == guest.words["quote"]
    await keys.press("Enter")
    await expect(guest.panel.locator(".quoting")).to_contain_text("Bold")
    await expect(guest.field).to_be_focused()


async def test_a_sound_for_what_comes_unseen(people: People, product: Product, site: ForeignSite) -> None:
    """Once, in a closed chat, after the visitor has touched the page; not where it is switched off."""
    window = await people.window()
    await window.context.add_init_script(COUNT_NOTES)
    guest = await window.widget(site.page())
    boris = agent(product.address, await product.log_in("boris"))
    async with connected(boris):
        await guest.open()
        await guest.start(name="Listener")
        await guest.say("Call me")
        heard = await boris.wait_for("message", lambda shown: shown["text"] == "Call me")
        await guest.launcher.click()
        await expect(guest.panel).to_be_hidden()
        await boris.get("reply", said("Here I am", conversation_id=heard["conversation_id"]))
        page = guest.page.locator("html")
        await expect(page).to_have_attribute("data-notes", "2")
        await guest.open()
        await guest.tool("more").click()
        await guest.panel.get_by_role("switch").click()
        await guest.launcher.click()
        await boris.get("reply", said("Still here", conversation_id=heard["conversation_id"]))
        await expect(guest.badge).to_have_text("1")
        await expect(page).to_have_attribute("data-notes", "2")
