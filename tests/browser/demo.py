"""The demo page: messages to click, logins, the shop in one frame and the desk in the other."""

from playwright.async_api import Frame, Locator, Page, expect

from tests.browser.catalogue import words
from tests.browser.desk import Desk
from tests.browser.widget import Widget


class DemoPage:
    """Opened at the product's address."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page = page
        self.words = words(language, "site")
        self.messages = page.locator(".chip-row .chip")
        self.logins = page.locator("button.login")
        self.problem = page.locator(".logins .problem")

    async def _frame(self, title: str) -> Frame:
        element = await self.page.get_by_title(title, exact=True).element_handle()
        frame = await element.content_frame()
        assert frame is not None
        return frame

    async def chat(self) -> Widget:
        """The widget of the shop."""
        return Widget(await self._frame(self.words["shop"]))

    async def desk(self) -> Desk:
        """The desk beside it."""
        return Desk(await self._frame(self.words["desk"]))

    async def speak(self, language: str) -> Locator:
        """Chooses the language of the messages to click; returns them."""
        switch = self.page.locator(f".speech [lang={language}]")
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "true")
        return self.messages

    async def log_in(self, name: str) -> Desk:
        """By one click, as somebody whose first name is on the button."""
        async with self.page.expect_response(lambda answer: answer.url.endswith("/api/v1/session") and answer.ok):
            await self.logins.filter(has_text=name).click()
        desk = await self.desk()
        await expect(desk.root.locator(".who")).to_contain_text(name)
        await desk.is_live()
        return desk
