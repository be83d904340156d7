"""The catalogue, the staff and the schedule grid on the desk: from an empty business to painted days,
by mouse and keys, in five languages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import Places, places_of
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
WORDS = {f"bookable.{key}": text for key, text in words("en", "bookable").items()}
PHONE: dict[str, Any] = {"reduced_motion": "reduce", "color_scheme": "dark", "viewport": SMALLEST, "has_touch": True}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def salon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A running product without a catalogue, with an owner."""
    data: Path = tmp_path_factory.mktemp("salon") / "data"
    async with running(Product(data)) as product:
        assert product.add_user("olga", role="owner").returncode == 0
        yield product


def cell(page: Page, row: int, column: int) -> Any:
    return page.locator(f'[data-cell="{row}.{column}"]')


async def test_from_an_empty_catalogue_to_painted_days(people: People, salon: Product) -> None:
    places = await places_of(await people.window(reduced_motion="reduce"), salon, "olga")
    page, said = places.page, places.words | WORDS
    await places.manage("services")
    await page.get_by_role("button", name="Beauty salon", exact=True).click()
    await expect(page.get_by_role("button", name="Manicure", exact=True)).to_be_visible()
    await has_no_barriers(page)
    await _a_service_is_added(places)
    await places.manage("staff")
    await page.get_by_role("button", name="Master 1", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(said["field.name"], exact=True).fill("Sona")
    await places.confirm("canned.save")
    await expect(page.get_by_role("button", name="Sona", exact=True)).to_be_visible()
    await places.manage("schedule")
    await page.get_by_role("button", name=said["bookable.fill_rule"], exact=True).click()
    await dialog.get_by_label(said["bookable.shift"], exact=True).fill("10-14, 15-20")
    await has_no_barriers(page)
    await places.confirm("canned.save")
    await expect(cell(page, 0, 0)).to_contain_text("10–14, 15–20")
    await expect(cell(page, 0, 2)).to_contain_text(said["bookable.off"])
    await cell(page, 0, 2).click()
    await expect(cell(page, 0, 2)).to_contain_text("10–20")
    await page.get_by_role("button", name=said["bookable.undo"], exact=True).click()
    await expect(cell(page, 0, 2)).to_contain_text(said["bookable.off"])
    await page.get_by_role("button", name=said["bookable.brush_off"], exact=True).click()
    await cell(page, 0, 0).focus()
    for key in ("Shift+ArrowRight", "Enter"):
        await page.keyboard.press(key)
    await expect(cell(page, 0, 1)).to_contain_text(said["bookable.off"])
    await expect(cell(page, 0, 0)).to_contain_text(said["bookable.off"])
    await has_no_barriers(page)


async def _a_service_is_added(places: Places) -> None:
    page, said = places.page, places.words | WORDS
    await page.get_by_role("button", name=said["bookable.new_service"], exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(said["field.name"], exact=True).fill("Keratin")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("alertdialog")).to_contain_text(said["bookable.unsaved"])
    await page.get_by_role("button", name=said["bookable.keep_editing"], exact=True).click()
    await dialog.get_by_label(re.compile(f"^{said['bookable.price']}")).first.fill("five")
    await places.confirm("canned.save")
    await expect(dialog.get_by_role("alert")).to_contain_text(said["bookable.price_wrong"])
    await dialog.get_by_label(re.compile(f"^{said['bookable.price']}")).first.fill("12 500,50")
    await dialog.get_by_label("Master 1", exact=True).check()
    await has_no_barriers(page)
    await places.confirm("canned.save")
    line = places.line("Keratin")
    await expect(line).to_contain_text("12\u00a0500.50\u00a0֏")
    await line.get_by_role("button", name=re.compile("Keratin$")).last.click()
    await page.get_by_role("menuitem", name=said["places.archive"]).click()
    await expect(line).to_have_count(0)
    await page.get_by_role("button", name=said["bookable.archived"], exact=True).click()
    await expect(line).to_be_visible()


@pytest.mark.languages("hy", "kk")
async def test_every_language_has_room_on_a_phone_at_night(people: People, salon: Product, language: str) -> None:
    places = await places_of(await people.window(**PHONE), salon, "olga", language)
    for section in ("services", "staff", "schedule", "booking"):
        await places.manage(section)
        await expect(places.heading).to_have_text(places.words[f"manage.{section}"])
        await has_no_barriers(places.page)
        await fits(places.page)
