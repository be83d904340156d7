"""What the widget does to the page that carries it: nothing but a launcher in the corner."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.line import line_to
from tests.browser.people import People
from tests.browser.widget import RUN_AGAIN
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
HANDLERS = """() => {
    const found = [];
    const look = (root) => {
        for (const element of root.querySelectorAll("*")) {
            found.push(...element.getAttributeNames().filter((name) => name.startsWith("on")));
            if (element.shadowRoot) look(element.shadowRoot);
        }
    };
    look(document);
    return found;
}"""


async def test_a_stranger_costs_two_requests(people: People, product: Product, site: ForeignSite) -> None:
    """Looking at a page fetches the loader and what the launcher looks like, which browsers keep, and adds one name to
    the page's own; its looks and cookies stay."""
    window = await people.window()
    bare = await window.page(site.page(times="0"))
    names = set(await bare.evaluate("Object.getOwnPropertyNames(window)"))
    looks = "getComputedStyle(document.querySelector('h1')).cssText + getComputedStyle(document.body).cssText"
    plain = await bare.evaluate(looks)
    guest = await window.widget(site.page())
    await expect(guest.launcher).to_be_visible()
    asked = [url.partition("?")[0] for url in window.watch.asked if url.startswith(product.address)]
    assert asked == [f"{product.address}/widget.js", f"{product.address}/widget/config"]
    assert set(await guest.page.evaluate("Object.getOwnPropertyNames(window)")) - names == {"Barev"}
    assert await guest.page.evaluate(looks) == plain
    assert await guest.page.evaluate("Object.keys(localStorage)") == []
    assert await window.context.cookies() == []


async def test_the_script_run_twice(people: People, site: ForeignSite) -> None:
    """Two tags, and a third run by the site itself, make one launcher that opens one panel."""
    guest = await (await people.window()).widget(site.page(times="2"))
    await guest.open()
    await guest.page.evaluate(RUN_AGAIN)
    await expect(guest.launcher).to_have_count(1)
    await expect(guest.panel).to_have_count(1)
    await expect(guest.panel).to_be_visible()


async def test_no_policy_is_broken(people: People, product: Product, site: ForeignSite) -> None:
    """A whole talk breaks neither the site's nor the desk's own strict policy; a broken one would have been heard."""
    windows = [await people.window(), await people.window()]
    guest = await windows[0].widget(site.page())
    await guest.open()
    await guest.start(name="Vahe")
    await guest.say("https://example.com/a?b=c")
    ani = await windows[1].desk(product.address, "ani", PASSWORD)
    await ani.show("all")
    await ani.open("Vahe")
    await ani.reply("Thank you")
    await expect(guest.texts).to_have_count(2)
    await ani.page.keyboard.press("Escape")
    for key in ("a", "s", "x", "Shift+Slash"):
        await ani.page.keyboard.press(key)
        await expect(ani.sheet).to_be_visible()
        await ani.page.keyboard.press("Escape")
        await expect(ani.sheet).to_have_count(0)
    for window, page in zip(windows, (guest.page, ani.page), strict=True):
        assert await page.evaluate(HANDLERS) == []
        assert window.watch.complaints == []
        await page.evaluate(
            "() => document.body.append(Object.assign(new Image(), { src: 'https://example.com/x.png' }))"
        )
        await expect(page.locator("img")).to_have_count(1)
        assert len(window.watch.complaints) == 1
        assert re.search("Content Security Policy", window.watch.heard.pop())


async def test_a_dead_server_holds_up_nothing(people: People, product: Product) -> None:
    """The shop is there and works while the widget's server answers nothing; once it does, so does the widget."""
    async with line_to(product.port) as line, foreign_site(line.address) as site:
        line.hold()
        window = await people.window()
        page = await window.context.new_page()
        await page.goto(site.page(), wait_until="domcontentloaded")
        await page.evaluate("document.querySelector('main button').onclick = () => document.title = 'Bought'")
        await page.locator("main button").click()
        await expect(page).to_have_title("Bought")
        line.mend()
        await expect(page.locator("barev-chat .launcher")).to_be_visible()
