"""The places beside the dialogs, as somebody in the office handles them."""

import re
import uuid

from playwright.async_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.people import Window
from tests.product import Product

PASSWORD = "parol-1234"


def fresh_name() -> str:
    """Found by nobody else's search."""
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:10])
    return f"Zara {letters.capitalize()}"


def fresh_phone() -> str:
    """An Armenian mobile number, as people there write it."""
    return f"077 {uuid.uuid4().int % 1_000_000:06d}"


class Places:
    """The places beside the dialogs."""

    def __init__(self, desk: Desk) -> None:
        self.page = desk.page
        self.words = {key.removeprefix("office."): text for key, text in desk.words.items()}
        self.nav = desk.root.locator("nav.rail")
        self.heading = desk.root.locator("h1")
        self.toasts = desk.toasts
        self.history = desk.root.locator(".happenings")

    def field(self, key: str) -> Locator:
        """A field of the card by its text key."""
        return self.page.get_by_label(self.words[f"field.{key}"], exact=True)

    def button(self, key: str) -> Locator:
        """A button by its text key."""
        return self.page.get_by_role("button", name=self.words[key], exact=True)

    async def go(self, place: str) -> None:
        """By the rail."""
        await self.nav.locator(f'a[href^="#/{place}"]').click()

    async def manage(self, section: str) -> None:
        """A section of the business's settings, by its address; waits until it has loaded."""
        await self.page.evaluate("(to) => { location.hash = to; }", f"#/manage/{section}")
        await expect(self.page).to_have_url(re.compile(f"#/manage/{section}$"))
        await self.page.evaluate("() => new Promise(requestAnimationFrame)")
        await expect(self.page.locator("main [aria-busy=true]")).to_have_count(0)
        await expect(self.heading).to_be_visible()

    def line(self, text: str) -> Locator:
        """A line of a list or a table in the open place."""
        return self.page.locator("main").locator("li, tbody tr").filter(has_text=text)

    async def confirm(self, key: str) -> None:
        """In the window that asks."""
        await self.page.get_by_role("dialog").get_by_role("button", name=self.words[key], exact=True).click()

    async def set(self, label: str, value: str) -> None:
        """Writes a field that saves itself, and waits until it did."""
        field = self.page.get_by_label(label, exact=True)
        await field.fill(value)
        await field.press("Enter")
        line = self.page.locator(".field").filter(has=field)
        await expect(line.locator(".saved")).to_be_visible()

    async def add(self, name: str, reach: str = "") -> None:
        """A new contact; ends on its page."""
        await self.go("contacts")
        await self.button("contacts.new").click()
        await self.page.locator("dialog input[name=name]").fill(name)
        await self.page.locator("dialog input[name=reach]").fill(reach)
        await self.page.keyboard.press("Enter")
        await expect(self.heading).to_have_text(name)
        await expect(self.field("phone")).to_be_visible()


async def places_of(window: Window, product: Product, login: str, language: str = "en") -> Places:
    """An agent's desk."""
    return Places(await window.desk(product.address, login, PASSWORD, language))
