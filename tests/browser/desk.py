"""The desk as an agent handles it."""

import asyncio
from typing import Any

from playwright.async_api import Frame, Locator, Page, expect

from tests.browser.catalogue import words
from tests.browser.widget import PATIENCE_S, SENT_ALL

_SHOWN = """(lines) => lines.map((line) => line.matches("article") ? {
    id: line.dataset.id,
    author: line.querySelector(".author")?.textContent ?? "",
    looks: line.className.replace(" active", ""),
    text: line.querySelector(".text").textContent,
    marks: line.querySelector(".marks").textContent,
    at: line.querySelector("time").dateTime,
    exact: line.querySelector("time").title,
} : {activity: line.textContent})"""

_NEXT_SCREEN = """(rows) => {
    rows.scrollTop += rows.clientHeight;
    return new Promise((drawn) => requestAnimationFrame(() => drawn(rows.scrollTop)));
}"""
"""Rows come into the document with the picture after the scroll."""


class Desk:
    """Of a page, or of a frame in it."""

    def __init__(self, root: Page | Frame, language: str = "en") -> None:
        self.root = root
        self.page = root.page if isinstance(root, Frame) else root
        self.words = words(language, "desk")
        self.login = root.locator("form.login-box")
        self.list = root.locator("#conversation-list")
        self.dialog = root.locator(".dialog-pane")
        self.name = self.dialog.locator("h2")
        self.actions = self.dialog.locator(".actions")
        self.field = self.dialog.locator(".composer textarea")
        self.articles = self.dialog.locator(".thread article[data-id]")
        self.texts = self.articles.locator(".text")
        self.pending = self.dialog.locator("article.pending")
        self.card = root.locator(".card-pane")
        self.banner = root.locator("p.banner")
        self.toasts = root.locator(".toasts")
        self.sheet = root.locator("dialog.sheet")

    async def log_in(self, login: str, password: str) -> None:
        """By the form; waits until the list has come."""
        await self.login.locator("input[name=login]").fill(login)
        await self.login.locator("input[name=password]").fill(password)
        await self.login.locator("button[type=submit]").click()
        await self.is_live()

    async def is_live(self) -> None:
        """Waits until the list stands there and the line is well."""
        await expect(self.list.locator("[role=listbox], .empty").first).to_be_visible()
        await expect(self.banner).to_have_count(0)

    def row(self, name: str) -> Locator:
        """The dialog of a contact in the list, where it is in sight."""
        return self.list.locator(".row").filter(has=self.root.locator(".name", has_text=name))

    async def show(self, tab: str) -> None:
        """A tab of the list: ``mine``, ``waiting``, ``all``, ``resolved``."""
        await self.root.locator(f"[data-tab={tab}]").click()

    async def find(self, name: str) -> Locator:
        """Scrolls the list until the dialog of a contact is in sight."""
        row = self.row(name)
        await self.list.evaluate("(rows) => rows.scrollTo(0, 0)")
        reached = -1
        while not await row.count():
            now = await self.list.evaluate(_NEXT_SCREEN)
            if now == reached:
                break  # the end: let the caller wait for it there
            reached = now
        return row

    async def open(self, name: str) -> None:
        """Opens the dialog of a contact."""
        await (await self.find(name)).click()
        await expect(self.name).to_have_text(name)
        await expect(self.dialog.locator(".thread:not(.loading)")).to_be_visible()

    def action(self, name: str) -> Locator:
        """A button of the open dialog: ``take``, ``resolve``, ``reopen``, ..."""
        return self.actions.get_by_role("button", name=self.words[f"action.{name}"], exact=True)

    async def reply(self, text: str) -> None:
        """Writes and presses Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")

    def said(self, text: str) -> Locator:
        """The article with this text."""
        return self.articles.filter(has=self.root.locator(".text", has_text=text))

    async def shown(self) -> list[dict[str, Any]]:
        """Everything in the open dialog, as it stands there."""
        lines = self.dialog.locator(".thread :is(article, .activity)")
        found: list[dict[str, Any]] = await lines.evaluate_all(_SHOWN)
        return found

    async def has_sent_all(self) -> None:
        """Waits until nothing waits for its receipt."""
        async with asyncio.timeout(PATIENCE_S):
            await self.root.evaluate(SENT_ALL, r"^barev.desk.out.")

    async def waiting(self) -> list[str]:
        """What the browser keeps as not yet confirmed."""
        keys: list[str] = await self.root.evaluate(
            "Object.keys(localStorage).filter((key) => /^barev.desk.out./.test(key)).map((key) => localStorage[key])"
        )
        return keys
