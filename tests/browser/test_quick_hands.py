"""Somebody who is quicker than his machine or his line: what he presses and types before the screen has caught up is
for what he means, and is not lost. Where time stands still, nothing is drawn that was put off to a later picture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.desk import Desk
from tests.browser.foreign_site import ForeignSite
from tests.browser.line import line_to
from tests.browser.people import People
from tests.browser.places import PASSWORD, fresh_name, places_of
from tests.clients import Client, connected, visitor
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def held_back(page: Page, addresses: str, method: str = "GET") -> AsyncIterator[asyncio.Event]:
    """What is asked of these addresses is under way until the block ends; the event tells that something is."""
    asked, free = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == method:
            asked.set()
            await free.wait()
        await route.continue_()

    await page.route(addresses, hold)
    try:
        yield asked
    finally:
        free.set()


async def stand_still(page: Page) -> None:
    """From now on neither timers nor pictures come to the page."""
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))


async def test_what_opens_has_the_keyboard_at_once(people: People, product: Product, owner: str) -> None:
    """A sheet, the search, a window that asks and a menu, all fetched before."""
    window = await people.window()
    window.watch.expect_outage()  # a line tells what it thinks of a page whose time stands still
    places = await places_of(window, product, owner)
    page, keys, words = places.page, places.page.keyboard, places.words
    sheet, found = page.locator("dialog.sheet"), page.get_by_role("combobox", name=words["search.label"])
    await places.go("search")
    await expect(found).to_be_focused()
    await places.add(fresh_name())
    more = page.locator(".place-acts .menu > button")
    await keys.press("?")
    await expect(sheet).to_be_visible()
    await keys.press("Escape")
    await expect(sheet).to_have_count(0)
    await stand_still(page)
    await more.focus()
    await keys.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await keys.press("ArrowDown")
    await expect(page.get_by_role("menuitem").nth(1)).to_be_focused()
    await keys.press("Escape")
    await keys.press("?")
    await expect(sheet).to_be_visible()
    await keys.press("Escape")
    await expect(sheet).to_have_count(0)
    await keys.press("/")
    await expect(found).to_be_focused()


async def test_words_go_to_the_dialog_that_is_opened_not_to_the_one_before(people: People, product: Product) -> None:
    """By Alt and an arrow, on a line that brings nothing."""
    names = [fresh_name(), fresh_name()]
    guests = [visitor(product.address) for _ in names]
    async with connected(guests[0]), connected(guests[1]), line_to(product.port) as line:
        for guest, name in zip(guests, names, strict=True):
            await guest.get("start", {"answers": {"name": name}})
            await guest.send("Is there parking?")
        desk = await (await people.window()).desk(line.address, "ani", PASSWORD)
        await desk.show("all")
        await desk.open(names[0])
        line.hold()
        await desk.field.press("Alt+ArrowDown")
        await expect(desk.name).not_to_have_text(names[0])
        keys = desk.page.keyboard
        await keys.type("Yes, behind the house")
        await expect(desk.field).to_have_value("Yes, behind the house")
        line.mend()
        await expect(desk.texts.first).to_be_visible()
        await expect(desk.field).to_be_focused()
        await expect(desk.field).to_have_value("Yes, behind the house")


async def answered(people: People, guest: Client, address: str) -> tuple[Desk, Locator]:
    """A desk that answered a visitor's question, and the answer, with the pointer over it."""
    name = fresh_name()
    await guest.get("start", {"answers": {"name": name}})
    await guest.send("Is there parking?")
    desk = await (await people.window()).desk(address, "ani", PASSWORD)
    await desk.show("all")
    await desk.open(name)
    await desk.reply("Behind the house")
    said = desk.said("Behind the house")
    await expect(said.locator(".delivery")).to_be_visible()
    await said.hover()
    return desk, said


async def test_after_a_change_the_next_words_are_a_message_of_their_own(people: People, product: Product) -> None:
    """Also those typed while the change is under way; and where it is refused, it stands in the field again."""
    guest = visitor(product.address)
    async with connected(guest), line_to(product.port) as line:
        desk, said = await answered(people, guest, line.address)
        await said.get_by_role("button", name=desk.words["message.edit"]).click()
        await desk.field.fill("Behind the church")
        line.hold()
        await desk.field.press("Enter")
        await desk.page.keyboard.type("It is free")
        line.mend()
        await expect(desk.said("Behind the church")).to_be_visible()
        await expect(desk.field).to_have_value("It is free")
        await desk.field.press("Enter")
        await guest.wait_for("message", lambda one: one["text"] == "It is free")


async def test_a_sheet_that_is_done_late_closes_no_other(people: People, product: Product) -> None:
    """The dialog is put aside, and the list of keys is open already when it is."""
    name, guest = fresh_name(), visitor(product.address)
    async with connected(guest), line_to(product.port) as line:
        await guest.get("start", {"answers": {"name": name}})
        await guest.send("Is there parking?")
        desk = await (await people.window()).desk(line.address, "ani", PASSWORD)
        keys = desk.page.keyboard
        await desk.show("all")
        await desk.open(name)
        await keys.press("s")
        aside = desk.sheet.get_by_role("button", name=desk.words["office.snooze.tomorrow"])
        await expect(aside).to_be_visible()
        line.hold()
        await aside.click()
        await keys.press("Escape")
        await expect(desk.sheet).to_have_count(0)
        await keys.press("?")
        help_title = desk.sheet.get_by_role("heading", name=desk.words["shortcuts.title"])
        await expect(help_title).to_be_visible()
        line.mend()
        await expect(desk.dialog.locator(".status.snoozed")).to_be_attached()
        await expect(help_title).to_be_visible()


async def test_who_writes_already_deletes_nothing_by_his_next_key(people: People, product: Product) -> None:
    """What asks before a message goes comes late; it takes the keyboard from nobody."""
    guest = visitor(product.address)
    async with connected(guest):
        desk, said = await answered(people, guest, product.address)
        async with held_back(desk.page, "**/AskDelete*.js") as asked:
            await said.get_by_role("button", name=desk.words["message.delete"]).click()
            await asked.wait()
            await desk.field.click()
            await desk.page.keyboard.type("It is")
        await expect(said.get_by_role("group", name=desk.words["message.delete_ask"])).to_be_visible()
        await desk.page.keyboard.type(" free")
        await expect(desk.field).to_have_value("It is free")


async def test_entries_are_added_as_quickly_as_one_types(people: People, product: Product, owner: str) -> None:
    """Two groups one after the other, before the first is saved; both are kept."""
    places = await places_of(await people.window(), product, owner)
    await places.add(fresh_name())
    groups = [f"{fresh_name()} {number}" for number in range(2)]
    field = places.page.get_by_role("combobox", name=places.words["field.groups"], exact=True)
    keys = places.page.keyboard
    async with held_back(places.page, "**/api/v1/contacts/*", "PATCH") as asked:
        await field.fill(groups[0])
        await keys.press("Enter")
        await asked.wait()
        await keys.type(groups[1])
        await keys.press("Enter")
        await keys.type("and")
    chips = places.page.locator(".chips-field").filter(has=field).locator(".chip")
    await expect(chips).to_have_text(groups)
    await expect(field).to_have_value("and")


async def test_what_is_fetched_late_takes_the_keyboard_from_no_visitor(people: People, site: ForeignSite) -> None:
    """The emoji were asked for; he writes on while they come, and his letters go into his message."""
    guest = await (await people.window()).widget(site.page())
    await guest.open()
    async with held_back(guest.page, "**/extras-*.js") as asked:
        await guest.tool("emoji").click()
        await asked.wait()
        await guest.field.click()
        await guest.page.keyboard.type("Is there")
    await expect(guest.panel.locator(".popover")).to_be_visible()
    await guest.page.keyboard.type(" parking?")
    await expect(guest.field).to_have_value("Is there parking?")
