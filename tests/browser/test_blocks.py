"""Manage, who is kept out: found, sorted, let in again, and a network kept out by hand."""

import asyncio
import re

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import fresh_name, places_of
from tests.clients import Client, agent, connected, visitor
from tests.journeys.test_rights import Desk
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def block(product: Product, login: str, guest: Client, name: str, reason: str) -> None:
    """A visitor who has said his name and a word is kept out by an agent."""
    token = await product.log_in(login)
    desk = agent(product.address, token)
    async with connected(desk), aiohttp.ClientSession(product.address) as web:
        await guest.get("start", {"answers": {"name": name}})
        await guest.send(f"buy from {name}")
        heard = await desk.wait_for("message", lambda told: told["text"] == f"buy from {name}")
        wish = {"kind": "contact", "conversation_id": heard["conversation_id"], "reason": reason}
        status, shown = await Desk(web, token).ask("POST", "/blocks", wish)
        assert status == 201, shown
    await guest.wait_for("blocked", lambda told: told["blocked"] is not None)


async def test_the_blocked_are_listed_and_let_in_again(people: People, product: Product, owner: str) -> None:
    """By name, by reason, in order; unblocked by the keyboard, he writes on at once in his open window."""
    first, second = visitor(product.address), visitor(product.address)
    names = sorted([fresh_name(), fresh_name()])
    async with connected(first, second):
        await asyncio.gather(
            block(product, "ani", first, names[0], "advertising of carpets"),
            block(product, "boris", second, names[1], "insults"),
        )
        places = await places_of(await people.window(reduced_motion="reduce"), product, owner)
        page = places.page
        await places.manage("blocks")
        await expect(places.heading).to_have_text(places.words["manage.blocks"])
        await expect(places.line(names[0])).to_contain_text("advertising of carpets")
        await expect(places.line(names[0])).to_contain_text("ani")
        await expect(places.line(names[0])).to_contain_text(places.words["block.span.ever"])
        await has_no_barriers(page)
        rows = page.locator("main tbody tr").filter(has_text=re.compile("|".join(names)))
        await page.get_by_role("button", name=places.words["blocks.who"], exact=True).click()
        await expect(page.locator("th[aria-sort=ascending]")).to_have_text(places.words["blocks.who"])
        await expect(rows).to_contain_text(names)
        search = places.words["filter.by"].format(column=places.words["block.reason"])
        await page.get_by_role("searchbox", name=search).fill("carpets")
        await expect(places.line(names[1])).to_have_count(0)
        lift = places.line(names[0]).get_by_role("button")
        await lift.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_contain_text(names[0])
        await has_no_barriers(page)
        await places.confirm("block.lift")
        await expect(places.line(names[0])).to_have_count(0)
        await first.wait_for("blocked", lambda told: told["blocked"] is None)
        await first.send("thank you")
        await page.reload()
        await expect(places.line(names[1])).to_contain_text("insults")


async def test_a_network_is_kept_out_by_hand(people: People, product: Product, owner: str) -> None:
    """What is no network is refused in words; one that is stands in the list, for a week."""
    window = await people.window(reduced_motion="reduce")
    window.watch.expected.append("status of 409")
    places = await places_of(window, product, owner)
    page = places.page
    await places.manage("blocks")
    await places.button("blocks.new").click()
    dialog = page.get_by_role("dialog")
    network = dialog.get_by_label(places.words["blocks.network"])
    await expect(network).to_be_focused()
    await network.fill("the whole world")
    await dialog.get_by_label(places.words["block.span"]).select_option("week")
    await dialog.get_by_label(places.words["block.reason"]).fill("a flood")
    await has_no_barriers(page)
    await places.confirm("block.title")
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await network.fill("203.0.113.77/24")
    await places.confirm("block.title")
    await expect(dialog).to_have_count(0)
    line = places.line("203.0.113.0/24")
    await expect(line).to_contain_text("a flood")
    await expect(line).to_contain_text(places.words["blocks.kind.network"])
    await expect(line.locator("time")).to_have_count(2)
    await line.get_by_role("button", name=places.words["blocks.lift_named"].format(name="203.0.113.0/24")).click()
    await places.confirm("block.lift")
    await expect(line).to_have_count(0)
    await places.manage("audit")
    await expect(places.line(places.words["action.visitor.unblocked"]).first).to_contain_text("203.0.113.0/24")


@pytest.mark.languages("hy", "en")
async def test_the_list_in_every_language(people: People, product: Product, owner: str, language: str) -> None:
    """Without barriers, and on the smallest phone nothing is cut off."""
    guest, name = visitor(product.address), fresh_name()
    async with connected(guest):
        await block(product, "ani", guest, name, "advertising")
    window = await people.window(reduced_motion="reduce", viewport=SMALLEST, has_touch=True)
    places = await places_of(window, product, owner, language)
    await places.manage("blocks")
    await expect(places.line(name)).to_be_visible()
    await has_no_barriers(places.page)
    await fits(places.page)
