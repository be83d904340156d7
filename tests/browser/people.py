"""People with browsers: each has a window of his own, that is, cookies and storage of his own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.desk import Desk
from tests.browser.watch import Watch
from tests.browser.widget import Widget

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP shop.test 127.0.0.1",  # a site without https, which localhost is not to a browser
)
PATIENCE_MS = 30_000


@asynccontextmanager
async def browser_at(executable: str) -> AsyncIterator[Browser]:
    """A running Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Window:
    """A context of the browser, watched."""

    context: BrowserContext
    watch: Watch

    async def page(self, url: str) -> Page:
        """A new tab."""
        page = await self.context.new_page()
        await page.goto(url)
        return page

    async def widget(self, url: str, language: str = "en") -> Widget:
        """The widget of a page in a new tab."""
        return Widget(await self.page(url), language)

    async def desk(self, address: str, login: str, password: str, language: str = "en") -> Desk:
        """The desk in a new tab, logged in."""
        await self.choose(language)
        desk = Desk(await self.page(f"{address}/desk/"), language)
        await desk.log_in(login, password)
        return desk

    async def choose(self, language: str) -> None:
        """The desk's language was once chosen in this browser; an agent is met in his own one else."""
        chosen = f"localStorage['barev.desk.language'] ??= '{language}'"
        await self.context.add_init_script(f"if (location.protocol === 'http:') {chosen}")


@dataclass
class People:
    """Opens windows; ``end`` closes them and tells what their pages complained about."""

    browser: Browser
    windows: list[Window] = field(default_factory=list)

    async def window(self, **options: Any) -> Window:
        """Options of Playwright's ``new_context`` over ours."""
        ours = {"locale": "en-US", "timezone_id": "Asia/Yerevan", "viewport": {"width": 1280, "height": 900}}
        context = await self.browser.new_context(**{**ours, **options})
        context.set_default_timeout(PATIENCE_MS)
        window = Window(context, Watch())
        window.watch.follow(context)
        self.windows.append(window)
        return window

    async def end(self) -> list[str]:
        """Closes all windows that are still open."""
        for window in self.windows:
            await window.context.close()
        return [line for window in self.windows for line in window.watch.complaints]
