"""Texts that mean harm, or that no layout was made for: shown as they were written, in both directions."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.foreign_site import ForeignSite
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.clients import connected, visitor
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
NAME = "<b onmouseover=alert(1)>Naz</b>"
TITLE = "</title><img src=x onerror=alert(2)>"
TEXTS = (
    "<img src=x onerror=alert(3)>",
    "<script>alert(4)</script><style>*{display:none}</style>",
    "javascript:alert(5) data:text/html,<svg/onload=alert(6)>",
    'https://example.com/"onmouseover="alert(7)" and http://javascript:alert(8)@example.com/',
    "{{7*7}} ${7*7} %s %n {name} &lt;b&gt;",
    "w" * 500,
    "https://example.com/" + "a" * 400,
    "\u202egpj.exe\u202c \u2066isolated",
    "שלום, мир 123 مرحبا (ok)",
    "🇦🇲👨‍👩‍👧‍👦🔥" * 30,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e" * 20,
    "line\n\n\n    indented\n\tend",
    "կ" * 200 + " " + "ქ" * 200,
)
LINKS = """() => {
    const all = [...document.querySelectorAll("*")];
    const roots = [document, ...all.map((element) => element.shadowRoot).filter(Boolean)];
    return roots.flatMap((root) => [...root.querySelectorAll("[role=log] a, .thread a, .card-pane a")])
        .filter((link) => !link.getAttribute("href").startsWith("#/")) // the desk's own places
        .map(({ protocol, host, rel }) => [protocol, host, rel]);
}"""


async def is_harmless(page: Page) -> None:
    """Links lead to web pages only and tell them nothing; nothing in the page was made of a text."""
    links = await page.evaluate(LINKS)
    assert links
    for protocol, host, rel in links:
        assert protocol in {"https:", "http:", "tel:", "mailto:"}
        assert host in {"example.com", "", "127.0.0.1"} or host.startswith("127.0.0.1:")
        assert protocol in {"tel:", "mailto:"} or {"noopener", "noreferrer"} <= set(rel.split())
    assert await page.locator("img, [onmouseover], [onerror], [onload]").count() == 0


async def test_texts_do_nothing(people: People, product: Product, site: ForeignSite) -> None:
    """Markup, scripts, addresses, endless words, both directions of writing: by the visitor, by the agent, in a name
    and in a page's title; on phones of 320 px nothing has to be scrolled sideways."""
    windows = [await people.window(viewport=SMALLEST), await people.window()]
    guest = await windows[0].widget(site.page(title=TITLE))
    await guest.open()
    await guest.start(name=NAME)
    for text in TEXTS:
        await guest.say(text)
    await guest.has_mark(TEXTS[-1], "delivered")
    ani = await windows[1].desk(product.address, "ani", PASSWORD)
    await ani.show("all")
    await ani.open(NAME)
    for text in TEXTS:
        await ani.reply(text)
    both = [*TEXTS, *TEXTS]
    for texts in (guest.texts, ani.texts):
        await expect(texts).to_have_count(len(both))
        assert await texts.all_text_contents() == both
    await expect(ani.card.locator(".page-title")).to_have_text(TITLE)
    for window, page in zip(windows, (guest.page, ani.page), strict=True):
        await is_harmless(page)
        await fits(page)
        assert [url for url in window.watch.asked if url.endswith("/x")] == []
    await ani.page.set_viewport_size(SMALLEST)
    await fits(ani.page)
    await ani.dialog.locator(".card-toggle").click()
    await fits(ani.page)


async def test_an_address_that_is_none(people: People, product: Product) -> None:
    """A client that is no browser says what it likes about where it is: the card shows it and links to none of it."""
    lies: dict[str, Any] = {
        "page_url": "javascript:alert(9)",
        "page_title": TITLE,
        "referrer": "data:text/html,alert(10)",
    }
    guest = visitor(product.address, **lies)
    async with connected(guest):
        answers = {"name": "Ruben", "phone": "javascript:1", "email": "a@b.c?bcc=x@y.z"}
        refused = await guest.ask("start", {"answers": answers})
        assert (refused["ok"], refused["error"]["field"]) == (False, "phone")
        await guest.get("start", {"answers": answers | {"phone": "077 123456"}})
        await guest.send("Hello")
        ani = await (await people.window()).desk(product.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open("Ruben")
        await expect(ani.card.locator(".facts")).to_contain_text(ani.words["office.facts.last_seen"])
        for link in await ani.card.locator("a").all():
            href = str(await link.get_attribute("href"))
            assert href.startswith(("tel:", "mailto:", "http://", "https://", "#/"))
            assert "?" not in href or not href.startswith("mailto:")
