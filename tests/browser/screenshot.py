"""Takes the picture of the demo for the README: ``python -m tests.browser.screenshot``.

With ``--gallery FOLDER`` it takes instead every screen worth looking at before a release: widget, desk and demo in the
five languages, wide and on a phone, by day and by night. Pictures are looked at by people; no test compares them.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, expect

from conversation import clock
from tests import machine
from tests.browser.demo import DemoPage
from tests.browser.gallery import hang
from tests.browser.people import People, browser_at
from tests.product import Product, running

ROOT = Path(__file__).parent.parent.parent
PICTURE = ROOT / "docs" / "images" / "demo.png"
SIZE = {"width": 1440, "height": 900}
TALK = (
    "Hello, Sona! Lilit is free at 18:30.",
    "18:30 is perfect, thank you",
    "Done! See you tomorrow, Abovyan 18.",
)


def office_hours() -> str:
    """A time zone in which it is about noon, so that nobody in the picture works at night."""
    ahead = (12 - clock.now().hour) % 24
    return f"Etc/GMT-{ahead}" if ahead <= 12 else f"Etc/GMT+{24 - ahead}"


async def take_picture(browser: Browser, product: Product, path: Path) -> None:
    """A short talk, in the widget of the shop at the left and on the desk at the right."""
    people = People(browser)
    window = await people.window(viewport=SIZE, timezone_id=office_hours())
    await window.choose("en")
    page = DemoPage(await window.page(product.address))
    desk = await page.log_in("Anahit")
    chat = await page.chat()
    await chat.open()
    await chat.start(name="Sona")
    await page.messages.first.click()
    await expect(chat.texts).to_have_count(1)
    await desk.show("all")
    await desk.open("Sona")
    await desk.action("take").click()
    offer, answer, done = TALK
    await desk.reply(offer)
    await expect(chat.texts.last).to_have_text(offer)
    await chat.say(answer)
    await expect(desk.texts.last).to_have_text(answer)
    await desk.reply(done)
    await expect(chat.texts.last).to_have_text(done)
    await expect(desk.said(done).locator(".delivery")).to_have_attribute("title", desk.words["delivery.read"])
    await chat.has_mark(answer, "read")
    await page.page.mouse.move(SIZE["width"] / 2, SIZE["height"] - 1)
    await page.page.screenshot(path=path, animations="disabled")
    complaints = await people.end()
    assert not complaints, "\n".join(complaints)


async def run(gallery: Path | None, port: int) -> None:
    """Starts a demo of its own and takes what is wanted."""
    executable = machine.chromium()
    if executable is None:
        sys.exit(f"{machine.reason_not_to_run('browser')}")
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder) / "data", flags=["--demo"], port=port)
        async with running(product), browser_at(executable) as browser:
            if gallery is None:
                await take_picture(browser, product, PICTURE)
            else:
                gallery.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  (nobody waits here)
                await hang(browser, product, gallery)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Take the demo's picture for the README, or a gallery of all screens.")
    parser.add_argument("--gallery", type=Path, metavar="FOLDER", help="take every screen into this folder instead")
    parser.add_argument("--port", type=int, default=8080, help="the port seen in the picture (default 8080)")
    options = parser.parse_args()
    asyncio.run(run(options.gallery, options.port))


if __name__ == "__main__":
    main()
