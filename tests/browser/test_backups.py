"""Backups on the desk: a red line while the last one is too old, one made now, and the list."""

import json
import sqlite3
from contextlib import closing

import pytest
from playwright.async_api import expect

from conversation import clock
from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.people import People
from tests.browser.places import Places, places_of
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


def let_three_hours_pass(product: Product) -> None:
    """Since the last backup, as far as the store knows."""
    state = json.dumps({"since_ms": 1, "last_ms": clock.now_ms() - 3 * 3_600_000})
    with closing(sqlite3.connect(product.data / "barev.db", isolation_level=None)) as store:
        store.execute("INSERT OR REPLACE INTO settings VALUES ('backup.state', ?, 1)", (state,))


async def test_an_old_backup_is_red_until_one_is_made(people: People, own_product: Product) -> None:
    assert own_product.add_user("olga", role="owner").returncode == 0
    let_three_hours_pass(own_product)
    async with running(own_product):
        places = await places_of(await people.window(reduced_motion="reduce"), own_product, "olga", "ka")
        page, reminder = places.page, places.page.locator("p.reminder")
        texts = words("ka", "desk")
        await expect(places.nav).to_be_visible()
        await expect(reminder).to_have_count(0)
        await places.manage("store")
        await places.set(words("ka", "access")["setting.backup_remind"], "1")
        await page.reload()
        await expect(reminder).to_contain_text(texts["office.reminder.overdue"])
        await reminder.get_by_role("link", name=texts["office.reminder.open"]).click()
        await expect(places.heading).to_have_text(places.words["manage.backups"])
        await expect(page.get_by_text(places.words["backups.none"])).to_be_visible()
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await has_no_barriers(page)
        await places.button("backups.now").click()
        await expect(places.toasts).to_contain_text(places.words["backups.made"])
        copies = page.locator("main .listed tbody tr")
        await expect(copies).to_have_count(1)
        (made,) = (own_product.data / "backups").glob("barev-*.zip")
        await expect(copies).to_contain_text(made.name)
        await expect(reminder).to_have_count(0)
        await has_no_barriers(page)
        await a_failure_is_told(places, own_product)
        await page.close()


async def a_failure_is_told(places: Places, product: Product) -> None:
    """The folder is no folder: the page says that nothing was made."""
    blocked = product.data / "occupied"
    blocked.write_text("a file")
    await places.manage("store")
    await places.set(words("ka", "access")["setting.backup_folder"], str(blocked / "backups"))
    await places.manage("backups")
    await places.button("backups.now").click()
    failed = places.words["backups.failed"].partition("{")[0]
    await expect(places.page.get_by_role("alert").filter(has_text=failed)).to_be_visible()
    await expect(places.button("backups.now")).to_be_enabled()
