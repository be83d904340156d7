"""How customers are told of their visits, as the owner sets and words it on the desk, in five languages."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import places_of
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
WORDS, SETTINGS = words("en", "reminders"), words("en", "outreach")
PHONE: dict[str, Any] = {"reduced_motion": "reduce", "color_scheme": "dark", "viewport": SMALLEST, "has_touch": True}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def salon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A running product with an owner."""
    data: Path = tmp_path_factory.mktemp("reminders") / "data"
    async with running(Product(data)) as product:
        assert product.add_user("olga", role="owner").returncode == 0
        yield product


async def test_a_text_is_worded_and_read_as_a_customer_does(people: People, salon: Product) -> None:
    """A wrong one is refused beside it and not lost; an empty one is the standard again; a setting is kept."""
    window = await people.window(reduced_motion="reduce")
    places = await places_of(window, salon, "olga")
    page = places.page
    await places.manage("reminders")
    field = page.get_by_label(WORDS["tell.remind"], exact=True)
    shown = page.locator(".tell-preview").filter(has_text="Friday, 27 November").nth(2)
    await expect(shown).to_contain_text("We are expecting you.")
    await field.fill("See you at {firm}: {date}, {time}")
    await field.blur()
    await expect(shown).to_have_text("See you at Salon: Friday, 27 November, 15:30")
    window.watch.expected.append("status of 400")  # the browser's own line about a refusal that the page shows
    await field.fill("No hour in it")
    await field.blur()
    await expect(page.get_by_role("alert").filter(has_text="{date}")).to_be_visible()
    await expect(field).to_have_value("No hour in it")
    await field.fill("")
    await field.blur()
    await expect(shown).to_contain_text("We are expecting you.")
    way = page.get_by_label(SETTINGS["setting.way"], exact=True)
    async with page.expect_response(lambda answer: answer.request.method in ("PUT", "PATCH") and answer.ok):
        await way.select_option(label=WORDS["choice.sms"])
    await page.reload()
    await expect(way).to_have_value("sms")
    await has_no_barriers(page)


@pytest.mark.languages("ka", "ru")
async def test_no_barrier_in_any_language(people: People, salon: Product, language: str) -> None:
    places = await places_of(await people.window(**PHONE), salon, "olga", language)
    await places.manage("reminders")
    await expect(places.page.locator(".tell-preview")).to_have_count(6)
    await has_no_barriers(places.page)
    await fits(places.page)
