"""Both windows without a mouse."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.keyboard import press_until
from tests.browser.people import People
from tests.browser.widget import PATIENCE_S, Widget
from tests.clients import agent, connected, visitor
from tests.processes import all_running, make_processes
from tests.product import Product
from tests.servers import PostgresServer, RedisServer, postgres_server, redis_server

__all__ = ["postgres_server", "redis_server"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"


class Ways(NamedTuple):
    """The process that visitors come to, and the one that agents do."""

    visitors: Product
    agents: Product


@pytest_asyncio.fixture(params=["sqlite", "postgresql with three processes"], loop_scope="session")
async def ways(request: pytest.FixtureRequest, product: Product, tmp_path: Path) -> AsyncIterator[Ways]:
    """A product with the agents ``ani`` and ``boris``: one process for both, or one each, of three."""
    if request.param == "sqlite":
        yield Ways(product, product)
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    redis: RedisServer = request.getfixturevalue("redis_server")
    with postgres.database() as url:
        products = make_processes(tmp_path, url, redis, 3)
        async with all_running(*products):
            for login in ("ani", "boris"):
                assert products[2].add_user(login).returncode == 0
            yield Ways(products[0], products[1])


async def test_15_a_visitor_by_keyboard(ways: Ways, people: People) -> None:
    """Opens, fills in, writes, hears only what is new, rates, closes; the focus is always where one expects it."""
    async with foreign_site(ways.visitors.address) as site:
        await converse(await (await people.window()).widget(site.page()), ways.agents)


SLOW_PICTURES = """() => {
    const draw = requestAnimationFrame;
    const held = [];
    window.requestAnimationFrame = (work) => held.push(work);
    window.drawOne = () => new Promise((done) => draw((at) => {
        held.splice(0).forEach((work) => work(at));
        setTimeout(() => done(held.length));
    }));
}"""
"""A page that is slow to draw: the chat comes up part by part, each after a picture. ``drawOne`` draws the next and
resolves to how many wait for one after it."""


async def test_who_goes_on_while_the_chat_comes_up_is_not_called_away(
    people: People, product: Product, site: ForeignSite
) -> None:
    """The field to write in is offered the keyboard, unless its owner is elsewhere by then: on a slow machine he has
    begun to fill in the form."""
    guest = await (await people.window()).widget(site.page())
    await guest.open()
    name = guest.form.locator("input[name=name]")
    await expect(guest.field).to_be_focused()
    await expect(name).to_be_visible()
    await guest.page.evaluate(SLOW_PICTURES)
    for goes_on, focused in ((True, "name"), (False, guest.words["compose"])):
        await guest.launcher.click()
        await expect(guest.panel).to_be_hidden()
        await guest.launcher.click()
        async with asyncio.timeout(PATIENCE_S):
            while not await name.is_visible():
                await guest.page.evaluate("drawOne()")
            if goes_on:
                await name.focus()
            while await guest.page.evaluate("drawOne()"):
                pass
        assert await guest.focused() == focused


async def converse(guest: Widget, agents: Product) -> None:
    """A visitor's whole conversation, by keys alone."""
    boris = agent(agents.address, await agents.log_in("boris"))
    page, keys = guest.page, guest.page.keyboard
    log = guest.panel.get_by_role("log")

    async def at(name: str) -> bool:
        return await guest.focused() == name

    async with connected(boris):
        await press_until(page, "Tab", lambda: at(guest.words["open"]))
        await expect(guest.launcher).to_have_attribute("aria-expanded", "false")
        await keys.press("Enter")
        await expect(guest.launcher).to_have_attribute("aria-expanded", "true")
        await expect(guest.field).to_be_focused()
        await expect(guest.form).to_be_visible()
        await press_until(page, "Shift+Tab", lambda: at("name"))
        await keys.type("Siranush")
        await press_until(page, "Tab", lambda: at(guest.words["extra.form.start"]))
        await keys.press("Enter")
        await expect(guest.form).to_be_hidden()
        await expect(guest.field).to_be_focused()
        await keys.type("Is there parking?")
        await keys.press("Shift+Enter")
        await keys.type("For a bus")
        await keys.press("Enter")
        heard = await boris.wait_for("message", lambda shown: shown["text"] == "Is there parking?\nFor a bus")

        await expect(log).to_have_attribute("aria-live", "polite")
        body = {"conversation_id": heard["conversation_id"], "client_id": str(uuid.uuid4()), "text": "Behind the house"}
        await boris.get("reply", body)
        await expect(guest.said("Behind the house")).to_have_attribute("data-new", "")
        await boris.get("resolve", {"conversation_id": heard["conversation_id"]})
        await expect(guest.rating).to_be_visible()
        await press_until(page, "Shift+Tab", lambda: at(guest.words["extra.rate.score"].format(score=4)))
        await keys.press("Space")
        await expect(guest.rating).to_contain_text(guest.words["extra.rate.thanks"])

        await keys.press("Escape")
        await expect(guest.panel).to_be_hidden()
        await expect(guest.launcher).to_be_focused()
        await keys.press("Enter")
        await expect(guest.field).to_be_focused()
        await page.reload()
        await press_until(page, "Tab", lambda: at(guest.words["open"]))
        await keys.press("Space")
        await expect(guest.texts).to_have_count(2)
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(guest.panel.locator("[data-new]")).to_have_count(0)


async def test_15_an_agent_by_keyboard(ways: Ways, people: People) -> None:
    """Logs in, walks the list, opens, takes, replies, resolves, and looks up the keys."""
    guest = visitor(ways.visitors.address)
    async with connected(guest):
        await guest.get("start", {"answers": {"name": "Tatevik"}})
        await guest.send("Do you bring flowers to the airport?")
        window = await people.window()
        page = await window.page(f"{ways.agents.address}/desk/")
        desk, keys = Desk(page), page.keyboard
        await expect(desk.login.locator("input[name=login]")).to_be_focused()
        await keys.type("ani")
        await keys.press("Tab")
        await keys.type(PASSWORD)
        await keys.press("Enter")
        await desk.is_live()
        await page.evaluate("localStorage['barev.desk.language'] = 'en'")
        await page.reload()
        await desk.is_live()
        await keys.press("Digit3")
        row = desk.row("Tatevik")
        active = desk.list.locator(".row.active .name")

        async def at_the_row() -> bool:
            return "Tatevik" in await active.all_text_contents()

        await press_until(page, "j", at_the_row)
        await expect(desk.list.get_by_role("listbox")).to_be_focused()
        await keys.press("Enter")
        await expect(desk.name).to_have_text("Tatevik")
        await expect(desk.texts).to_have_text(["Do you bring flowers to the airport?"])
        await keys.press("t")
        await expect(desk.action("take")).to_have_count(0)
        await keys.press("r")
        await expect(desk.field).to_be_focused()
        await keys.type("Yes, at any hour")
        await keys.press("Enter")
        heard = await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "agent")
        assert (heard["text"], heard["author"]["name"]) == ("Yes, at any hour", "ani")
        await expect(row).not_to_contain_class("unanswered")
        await expect(desk.field).to_be_focused()
        await keys.press("Escape")
        await keys.press("?")
        await expect(desk.sheet.get_by_role("heading", name=desk.words["shortcuts.title"])).to_be_visible()
        await keys.press("Escape")
        await expect(desk.sheet).to_have_count(0)
        await keys.press("e")
        await expect(desk.dialog.locator(".status")).to_have_text(desk.words["status.resolved"])
        told = await guest.wait_for("conversation", lambda shown: shown["status"] == "resolved")
        assert told["status"] == "resolved"
