"""The widget as a visitor handles it."""

import asyncio
from typing import Any

from playwright.async_api import Frame, Locator, Page, expect

from tests.browser.catalogue import words

PATIENCE_S = 60.0

_SHOWN = """(children) => children.map((line) => line.matches("article") ? {
    author: line.querySelector(".author").textContent,
    looks: line.className.trim(),
    quote: line.querySelector(".quote").textContent,
    text: line.querySelector(".text").textContent,
    meta: line.querySelector(".meta").textContent,
    at: line.querySelector("time").dateTime,
    exact: line.querySelector("time").title,
    mark: line.querySelector(".mark").title,
} : {day: line.textContent})"""

_FOCUSED = """(host) => {
    const at = host.shadowRoot.activeElement;
    return at?.name || at?.ariaLabel || at?.textContent || "";
}"""

SENT_ALL = """async (pattern) => {
    const waits = () => Object.keys(localStorage).some((key) => new RegExp(pattern).test(key));
    while (waits()) await new Promise((done) => setTimeout(done, 50));
}"""
"""Until the browser keeps nothing of what was written: a receipt may come after what it is for was seen."""

RUN_AGAIN = """() => new Promise((done, fail) => {
    const policy = window.trustedTypes?.createPolicy("site", { createScriptURL: (url) => url });
    const source = document.querySelector("script[src*='widget.js']").src;
    const tag = document.createElement("script");
    Object.assign(tag, { src: policy?.createScriptURL(source) ?? source, onload: done, onerror: fail });
    document.head.append(tag);
}).then(() => true)"""
"""The site puts the widget's script into its page once more, and it is run; a copied tag would not be."""


class Widget:
    """Of a page, or of a frame in it."""

    def __init__(self, root: Page | Frame, language: str = "en") -> None:
        self.root = root
        self.page = root.page if isinstance(root, Frame) else root
        self.words = words(language, "widget")
        self.host = root.locator("barev-chat")
        self.launcher = self.host.locator("button.launcher")
        self.panel = self.host.locator("section.panel")
        self.title = self.panel.locator("header .title")
        self.form = self.panel.locator("form")
        self.field = self.panel.locator("textarea")
        self.articles = self.panel.locator("[role=log] article")
        self.texts = self.articles.locator(".text")
        self.link = self.panel.locator(".link")
        self.typing = self.panel.locator(".typing")
        self.rating = self.panel.locator(".rating")
        self.badge = self.host.locator(".badge")
        self.chips = self.panel.locator(".tray .chip")
        self.picker = self.panel.locator("input[type=file]")
        self.send = self.panel.locator("button.send")
        self.word = self.host.locator(".proactive .word")
        self.blocked = self.panel.locator(".blocked")

    async def open(self) -> None:
        """By a click on the launcher."""
        await self.launcher.click()
        await expect(self.panel).to_be_visible()

    async def start(self, **answers: str) -> None:
        """Fills in the form and sends it."""
        for name, answer in answers.items():
            await self.form.locator(f"input[name={name}]").fill(answer)
        await self.form.locator("button.primary").click()
        await expect(self.form).to_be_hidden()

    async def say(self, text: str) -> None:
        """Writes and presses Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def quote(self, text: str) -> None:
        """Answers the message with this text, by its button."""
        await self.said(text).hover()
        await self.said(text).locator("button.reply").click()

    def tool(self, name: str) -> Locator:
        """A button under the field: ``attach``, ``emoji``, ``more``."""
        return self.panel.get_by_role("button", name=self.words[name], exact=True)

    def said(self, text: str) -> Locator:
        """The article with this text."""
        return self.articles.filter(has=self.root.locator(".text", has_text=text))

    async def focused(self) -> str:
        """The field or button of the widget that the keyboard is at, by its name; "" where it is elsewhere."""
        name: str = await self.host.evaluate(_FOCUSED)
        return name

    async def has_mark(self, text: str, mark: str) -> None:
        """Waits until an own message is marked ``waiting``, ``delivered`` or ``read``."""
        await expect(self.said(text).locator(".mark")).to_have_attribute("title", self.words[f"mark.{mark}"])

    async def shown(self) -> list[dict[str, Any]]:
        """Everything in the list of messages, as it stands there."""
        lines: list[dict[str, Any]] = await self.panel.locator("[role=log] > *").evaluate_all(_SHOWN)
        return lines

    async def has_sent_all(self) -> None:
        """Waits until nothing waits for its receipt."""
        async with asyncio.timeout(PATIENCE_S):
            await self.root.evaluate(SENT_ALL, r"^barev .* out\.")

    async def waiting(self) -> list[str]:
        """What the browser keeps as not yet confirmed."""
        keys: list[str] = await self.root.evaluate(
            "Object.keys(localStorage).filter((key) => /^barev .* out\\./.test(key)).map((key) => localStorage[key])"
        )
        return keys
