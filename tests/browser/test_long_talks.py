"""A conversation however long holds up its page no longer than a short one: what is drawn is drawn a slice at a time,
and what is far out of sight is not there. How long a slice takes is measured by ``tests.browser.main_thread``."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.foreign_site import ForeignSite
from tests.browser.people import People
from tests.browser.widget import Widget
from tests.clients import Client, agent, connected, visitor
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SLICE, DRAWN = 5, 50
"""Messages drawn in one turn of the page, and drawn in all, at most; a widget as it was before drew 60 and 200."""
LENGTH = 400
ROUNDED_PX = 2
"""What is drawn above shifts what is looked at by whole pixels, though messages are not so high."""

WATCH = """(log) => {
    window.slices = [];
    window.drawn = 0;
    new MutationObserver((changes) => {
        const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node.matches("article"));
        if (added.length > 0) slices.push(added.length);
        drawn = Math.max(drawn, log.querySelectorAll("article").length);
    }).observe(log, { childList: true });
}"""

READ_OUT = """(log) => {
    window.heard = [];
    window.told = [];
    const words = (node) => node.querySelector?.(".text")?.textContent ?? node.textContent;
    new MutationObserver((changes) => {
        if (log.getAttribute("aria-live") !== "off") {
            heard.push(...changes.flatMap(({ addedNodes }) => [...addedNodes].map(words)));
        }
    }).observe(log, { childList: true });
    const status = log.closest(".list").querySelector(":scope > [role=status]");
    const tell = () => { if (status.textContent) told.push(status.textContent); };
    new MutationObserver(tell).observe(status, { childList: true, characterData: true, subtree: true });
}"""
"""What a screen reader says of the list: additions while it is live, and its status."""

STANDS = """async (list) => {
    const view = list.querySelector(".scroller"), below = [], turn = new MessageChannel();
    list.querySelector("button.newest").click();
    await new Promise((done) => {
        turn.port1.onmessage = () => {
            const drawn = list.querySelectorAll("article").length;
            if (view.scrollHeight > view.clientHeight + 200) {
                below.push(view.scrollHeight - view.scrollTop - view.clientHeight);
            }
            if (drawn < 24) turn.port2.postMessage(0);
            else done();
        };
        turn.port2.postMessage(0);
    });
    return [below.length, Math.max(...below)];
}"""
"""Goes to the newest and looks, between all that the page does, how far above the end the list stands while it grows;
a press at such a moment hits what stands there then."""


RESTS = """(log) => {
    const { promise, resolve } = Promise.withResolvers(), view = log.parentElement;
    window.rested = promise;
    view.addEventListener("scrollend", () => view.scrollHeight - view.scrollTop > view.clientHeight + 200 && resolve());
}"""
"""What a turn of the wheel moves comes to its place bit by bit; ``rested`` waits until it is there, above the end."""


def said(text: str, **more: Any) -> dict[str, Any]:
    """An agent's words."""
    return {"client_id": str(uuid.uuid4()), "text": text, **more}


@pytest_asyncio.fixture(loop_scope="session")
async def boris(product: Product) -> AsyncIterator[Client]:
    """The agent of the long conversation."""
    client = agent(product.address, await product.log_in("boris"))
    async with connected(client):
        yield client


async def talk(product: Product, boris: Client, people: People, site: ForeignSite) -> tuple[Widget, int]:
    """A long one, its last word quoting its first; the visitor's page, its chat closed."""
    writer = visitor(product.address)
    async with connected(writer):
        token = (await writer.get("hello"))["token"]
        await writer.get("start", {"answers": {"name": "Chronicler"}})
        first = await writer.send(f"In the beginning {uuid.uuid4()}")
        heard = await boris.wait_for("message", lambda shown: shown["id"] == first["id"])
    number = heard["conversation_id"]
    for start in range(0, LENGTH, 100):
        words = (said(f"word {count}", conversation_id=number) for count in range(start, start + 100))
        await asyncio.gather(*(boris.get("reply", word) for word in words))
    await boris.get("reply", said("As you said", conversation_id=number, reply_to=first["id"]))
    window = await people.window()
    window.watch.expect_outage()
    key = f"barev {product.address}/  "
    known = f"localStorage['{key}token'] ??= '{token}'; localStorage['{key}live'] ??= '1'"
    await window.context.add_init_script(f"if (location.protocol === 'http:') {{ {known} }}")
    guest = await window.widget(site.page())
    await guest.panel.locator("[role=log]").evaluate(WATCH)
    return guest, number


async def holds_up_nothing(guest: Widget) -> None:
    """Everything so far was drawn in small slices, and no more than is near what is looked at."""
    slices, drawn = await guest.page.evaluate("[slices.splice(0), drawn]")
    assert slices, "nothing was drawn"
    assert max(slices) <= SLICE
    assert drawn <= DRAWN


async def test_12_opened_read_and_left(people: People, product: Product, site: ForeignSite, boris: Client) -> None:
    """Opened at its end; up to its beginning by the wheel, to a quoted first word, and back to the last."""
    guest, _ = await talk(product, boris, people, site)
    await guest.open()
    await expect(guest.said("As you said")).to_be_in_viewport()
    await expect(guest.said("word 390")).to_have_count(1)
    await holds_up_nothing(guest)
    await guest.said("As you said").hover()
    for _ in range(200):
        if await guest.said("word 200").count():
            break
        await guest.page.mouse.wheel(0, -800)
    await expect(guest.said("word 200")).to_have_count(1)
    await holds_up_nothing(guest)
    await expect(guest.said("As you said")).to_have_count(0)
    await guest.panel.locator("button.newest").click()
    await expect(guest.said("As you said")).to_be_in_viewport()
    await guest.said("As you said").locator(".quote").click()
    await expect(guest.said("In the beginning")).to_be_focused()
    await expect(guest.said("In the beginning")).to_be_in_viewport()
    await expect(guest.said("word 12")).to_have_count(1)
    await holds_up_nothing(guest)
    for _ in range(200):
        if await guest.said("word 150").count():
            break
        await guest.page.mouse.wheel(0, 800)
    await expect(guest.said("word 150")).to_have_count(1)
    await holds_up_nothing(guest)
    await guest.panel.locator("button.newest").click()
    await expect(guest.said("As you said")).to_be_in_viewport()
    await holds_up_nothing(guest)


async def test_12_what_is_seen_can_be_pressed_while_more_is_drawn(
    people: People, product: Product, site: ForeignSite, boris: Client
) -> None:
    guest, _ = await talk(product, boris, people, site)
    await guest.open()
    await guest.said("As you said").locator(".quote").click()
    await expect(guest.said("In the beginning")).to_be_focused()
    looks, moved = await guest.panel.locator(".list").evaluate(STANDS)
    assert looks > 0
    assert moved <= ROUNDED_PX


@pytest.mark.parametrize("count", [20, 100])
async def test_12_a_flood(people: People, product: Product, site: ForeignSite, boris: Client, count: int) -> None:
    """Many at once come before who looks at the end, and are read; who looks further up sees nothing move."""
    guest, number = await talk(product, boris, people, site)
    await guest.open()
    await expect(guest.said("As you said")).to_be_in_viewport()
    log = guest.panel.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await asyncio.gather(*(boris.get("reply", said(f"flood {n}", conversation_id=number)) for n in range(count)))
    last = guest.said(f"flood {count - 1}")
    await expect(last).to_be_in_viewport()
    await expect(guest.panel.locator("button.newest")).to_be_hidden()
    await holds_up_nothing(guest)
    heard = await boris.wait_for("message", lambda shown: shown["text"] == f"flood {count - 1}")
    await boris.wait_for("read", lambda shown: shown["seq"] >= heard["seq"] and shown["side"] == "visitor")
    await last.hover()
    await log.evaluate(RESTS)
    await guest.page.mouse.wheel(0, -500)
    await guest.page.evaluate("rested")
    await expect(guest.panel.locator("button.newest")).to_be_visible()
    await expect(last).not_to_be_in_viewport()
    looked_at = "(log) => [...log.children].map((one) => [one.textContent, one.getBoundingClientRect().top])"
    looked_at += ".find(([, top]) => top > log.parentElement.getBoundingClientRect().top)"
    before = await log.evaluate(looked_at)
    await asyncio.gather(*(boris.get("reply", said(f"later {n}", conversation_id=number)) for n in range(count)))
    await expect(guest.badge).to_have_text(str(count) if count < 100 else "99+")
    words, top = await log.evaluate(looked_at)
    assert words == before[0]
    assert abs(top - before[1]) <= ROUNDED_PX
    await guest.panel.locator("button.newest").click()
    await expect(guest.said(f"later {count - 1}")).to_be_in_viewport()
    await expect(guest.badge).to_be_hidden()
    await holds_up_nothing(guest)


async def test_15_only_what_is_new_is_read_out(
    people: People, product: Product, site: ForeignSite, boris: Client
) -> None:
    """Nothing of the past, however it comes into the list: opened, scrolled to, gone to, loaded anew. A word is, and of
    many at once their number."""
    guest, number = await talk(product, boris, people, site)
    log, newest = guest.panel.locator("[role=log]"), guest.panel.locator("button.newest")
    for turn in ("first", "again"):
        await log.evaluate(READ_OUT)
        await guest.open()
        await expect(guest.articles.last).to_be_in_viewport()
        await guest.said("As you said").locator(".quote").click()
        await expect(guest.said("In the beginning")).to_be_focused()
        await expect(guest.said("word 12")).to_have_count(1)
        await newest.click()
        await expect(newest).to_be_hidden()
        await expect(log).to_have_attribute("aria-live", "polite")
        assert await guest.page.evaluate("[heard, told]") == [[], []]
        await boris.get("reply", said(f"News, {turn}", conversation_id=number))
        await expect(guest.said(f"News, {turn}")).to_be_in_viewport()
        assert await guest.page.evaluate("heard.splice(0)") == [f"News, {turn}"]
        await guest.page.context.set_offline(True)
        await expect(guest.link).to_contain_text(guest.words["link.lost"])
        await asyncio.gather(*(boris.get("reply", said(f"{turn} {n}", conversation_id=number)) for n in range(20)))
        await guest.page.context.set_offline(False)
        await expect(guest.said(f"{turn} 19")).to_be_in_viewport()
        await expect(log).to_have_attribute("aria-live", "polite")
        arrived = guest.words["arrived"].format(count=20)
        assert await guest.page.evaluate("[heard, told.splice(0)]") == [[], [arrived]]
        await guest.page.reload()
        await guest.panel.locator("article").first.wait_for(state="attached")
