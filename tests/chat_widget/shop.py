"""A shop's page on an origin of its own, with the widget of a running product, opened in a real Chromium."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, async_playwright, expect

from tests.product import Product

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Shop</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {host}; connect-src {host} ws:;
 img-src {host}; require-trusted-types-for 'script'"><main><h1>Shop</h1></main>
<script src="{host}/widget.js" {attributes} async></script></html>"""

ACCEPTED = re.compile(r'43/visitor,\d+\[\{"ok":true,"id"')


@dataclass
class Chat:
    """The widget in one tab, by what a visitor sees of it."""

    page: Page
    host: Locator = field(init=False)

    def __post_init__(self) -> None:
        self.host = self.page.locator("barev-chat")
        self.launcher = self.host.locator(".launcher")
        self.panel = self.host.get_by_role("dialog")
        self.field = self.host.locator("textarea")
        self.log = self.host.get_by_role("log")
        self.messages = self.log.get_by_role("article")
        self.texts = self.log.locator(".text")
        self.form = self.host.locator("form")
        self.link = self.host.locator(".link")

    async def open(self) -> "Chat":
        """Presses the launcher and waits for the panel."""
        await self.launcher.click()
        await expect(self.panel).to_be_visible()
        return self

    async def say(self, *texts: str) -> None:
        """Writes messages and sends each with Enter."""
        for text in texts:
            await self.field.fill(text)
            await self.field.press("Enter")

    async def shows(self, *texts: str) -> None:
        """Waits until these messages are shown, and no others."""
        await expect(self.texts).to_have_text(list(texts))

    async def marked(self, mark: str, count: int) -> None:
        """Waits until so many messages carry a mark (``not sent yet``, ``delivered``, ``read``)."""
        await expect(self.log.locator(f'.mark[title="{mark}"]')).to_have_count(count)


@dataclass
class Shop:
    """The shop's site; a visitor is a browser context."""

    address: str
    browser: Browser

    async def visitor(self, **options: object) -> BrowserContext:
        """Somebody with a browser of his own."""
        size = {"width": 1000, "height": 760}
        return await self.browser.new_context(**{"viewport": size, "locale": "en-US", **options})  # type: ignore[arg-type] # handed through

    async def tab(self, visitor: BrowserContext, query: str = "language=en") -> Chat:
        """A tab of his with the shop's page; ``query``: the page's language, and the attributes of the script tag."""
        page = await visitor.new_page()
        await page.goto(f"{self.address}/?{query}")
        chat = Chat(page)
        await expect(chat.launcher).to_be_visible()
        return chat


@asynccontextmanager
async def shop(chromium: str, product: Product) -> AsyncIterator[Shop]:
    """Runs the site and the browser. Errors of scripts in any tab fail the test."""
    errors: list[str] = []

    async def page(request: web.Request) -> web.Response:
        attributes = " ".join(f'data-{key}="{value}"' for key, value in request.query.items() if key != "lang")
        lang = request.query.get("lang", "en")
        text = PAGE.format(lang=lang, host=product.address, attributes=attributes)
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            browser.on("context", lambda visitor: visitor.on("weberror", lambda error: errors.append(str(error.error))))
            yield Shop(f"http://127.0.0.1:{runner.addresses[0][1]}", browser)
            await browser.close()
    finally:
        await runner.cleanup()
    assert errors == []


class BadLine:
    """A line that loses what it is told to lose of what the server says: so many acknowledgements of messages, each
    with the connection, and events, while ``deaf``, without a trace."""

    def __init__(self) -> None:
        self.lost_acknowledgements = 0
        self.deaf = False
        self.connections = 0
        self._closing: set[asyncio.Future[None]] = set()

    async def install(self, visitor: BrowserContext) -> None:
        """From now on all sockets of this visitor go this way."""
        await visitor.route_web_socket("**/socket.io/**", self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        self.connections += 1
        server = socket.connect_to_server()

        def down(frame: str | bytes) -> None:
            text = str(frame)
            if self.lost_acknowledgements and ACCEPTED.match(text):
                self.lost_acknowledgements -= 1
                self._closing.add(asyncio.ensure_future(socket.close()))
            elif not (self.deaf and text.startswith("42")):
                socket.send(frame)

        server.on_message(down)
