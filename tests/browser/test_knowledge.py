"""Knowledge in a browser: writing beside its page, answering what nobody answered, the help pages without scripts."""

import uuid

import aiohttp
import pytest
from playwright.async_api import expect

from conversation.language import LANGUAGES, OWN_NAMES
from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words as words_of
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import PASSWORD, Places
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
REFUSED = "status of 409"
BODY = "## Where\n\nBehind the house. <script>alert(1)</script>\n\n- two hours\n- at no charge\n"


async def written(product: Product, owner: str) -> tuple[int, str]:
    """An article in every language; its number and its name in addresses."""
    slug = f"where-{uuid.uuid4().hex[:8]}"
    texts = {one: {"title": f"{slug} {OWN_NAMES[one]}", "body": BODY} for one in LANGUAGES}
    headers = {"Authorization": f"Bearer {await product.log_in(owner)}"}
    body = {"state": "published", "slug": slug, "texts": texts}
    async with (
        aiohttp.ClientSession(product.address, headers=headers) as web,
        web.post("/api/v1/knowledge/articles", json=body) as answer,
    ):
        assert answer.status == 201, await answer.text()
        return (await answer.json())["id"], slug


async def test_an_article_is_written_beside_its_page_and_published(
    people: People, product: Product, owner: str
) -> None:
    """What is typed outlives a look elsewhere; a colleague who may not write finds and reads it."""
    title = f"Parking {uuid.uuid4().hex[:8]}"
    window = await people.window()
    window.watch.expected.append(REFUSED)
    desk = await window.desk(product.address, owner, PASSWORD)
    places, page = Places(desk), desk.page
    await places.go("knowledge")
    await page.get_by_role("link", name=places.words["knowledge.new"]).click()
    await page.get_by_label(places.words["knowledge.heading"], exact=True).fill(title)
    await page.get_by_label(places.words["knowledge.body"]).fill(BODY)
    preview = page.get_by_role("region", name=places.words["knowledge.preview"])
    await expect(preview.get_by_role("listitem")).to_have_text(["two hours", "at no charge"])
    await expect(preview).to_contain_text("<script>alert(1)</script>")
    await places.go("tasks")
    await expect(places.heading).to_have_text(places.words["tasks.title"])
    await page.go_back()
    await expect(page.get_by_label(places.words["knowledge.heading"], exact=True)).to_have_value(title)
    await page.get_by_role("button", name="Русский").click()
    await page.get_by_label(places.words["knowledge.heading"], exact=True).fill(f"Парковка {title}")
    await places.button("knowledge.publish").click()
    await expect(page.locator(".form-problem")).to_contain_text("write the text")
    await page.get_by_label(places.words["knowledge.body"]).fill("За домом.")
    await places.button("knowledge.publish").click()
    await expect(page.locator("main .article-body")).to_contain_text("За домом.")

    reader = await (await people.window()).desk(product.address, "ani", PASSWORD)
    theirs = Places(reader)
    await theirs.go("knowledge")
    await expect(reader.page.get_by_role("link", name=theirs.words["knowledge.new"])).to_have_count(0)
    await reader.page.get_by_label(theirs.words["knowledge.find"]).fill(title)
    await reader.page.get_by_role("link", name=title, exact=True).click()
    await reader.page.get_by_role("button", name=theirs.words["yes"], exact=True).click()
    votes = theirs.words["knowledge.votes"].format(useful=1, useless=0)
    await expect(reader.page.get_by_text(votes)).to_be_visible()


@pytest.mark.languages("ka", "en")
async def test_the_help_pages_have_no_barriers(people: People, product: Product, owner: str, language: str) -> None:
    """With scripts off, on the smallest screen, in the dark too; a vote is said and can be changed."""
    _, slug = await written(product, owner)
    text = words_of(language, "knowledge")
    dark = language in ("hy", "kk")
    window = await people.window(viewport=SMALLEST, color_scheme="dark" if dark else "light")
    page = await window.page(f"{product.address}/help/{language}/")
    await has_no_barriers(page, 8, whole=True)
    await fits(page)
    await page.get_by_role("searchbox").fill(slug)
    await page.get_by_role("button", name=text["help.go"]).click()
    await page.get_by_role("link", name=slug).first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(slug)
    await has_no_barriers(page, 8, whole=True)
    await fits(page)
    await page.get_by_role("button", name=text["help.yes"], exact=True).click()
    await expect(page.get_by_role("status")).to_have_text(text["help.voted"])
    await expect(page.get_by_role("button", name=text["help.yes"], exact=True)).to_be_disabled()
    await has_no_barriers(page, 8, whole=True)


@pytest.mark.languages("hy", "ru")
async def test_the_desk_s_knowledge_has_no_barriers(
    people: People, product: Product, owner: str, language: str
) -> None:
    number, _ = await written(product, owner)
    small = language in ("hy", "ru")
    window = await people.window(
        **({"viewport": SMALLEST} if small else {}), color_scheme="dark" if language in ("ka", "ru") else "light"
    )
    desk = await window.desk(product.address, owner, PASSWORD, language)
    places, page = Places(desk), desk.page
    for address in ("", "/questions", f"/{number}", f"/{number}?edit=1", "/new"):
        await page.evaluate("(to) => { location.hash = to; }", f"#/knowledge{address}")
        await expect(page.locator("main.knowledge-place")).to_be_visible()
        await expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        await expect(places.heading).to_be_visible()
        await has_no_barriers(page)
        await fits(page)
