"""What stands in the journal: read where it is short, and recurring on the days that fit."""

import re
from datetime import datetime, timedelta

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.people import People
from tests.browser.test_journal import WEEK, Salon, journal_of, pick, salon

__all__ = ["salon"]
pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def test_a_short_visit_is_read_and_the_whole_of_it_told(people: People, salon: Salon) -> None:
    """Fewer lines where there is room for fewer; none is cut."""
    day = WEEK[0]
    for minutes, hour in ((30, 9), (25, 16), (15, 17), (10, 18)):
        await salon.book(day, f"{hour:02}:00", f"Short {minutes}", minutes=minutes, warning="Late")
    journal = await journal_of(people, salon)
    await journal.show(day)
    for minutes, hour in ((30, 9), (25, 16), (15, 17), (10, 18)):
        visit = journal.visit(f"Short {minutes}")
        told = f"{hour:02}:00–{hour:02}:{minutes}, {journal.words['status.booked']}, Short {minutes}, Haircut, Late"
        for part in (f"{hour:02}:00", *told.split(", ")[1:]):
            await expect(visit).to_have_accessible_name(re.compile(re.escape(part)))
        await visit.hover()
        await expect(visit).to_have_attribute("title", told)
        box, name = await visit.bounding_box(), await visit.locator("b").bounding_box()
        assert box is not None
        assert name is not None
        assert name["height"] >= 12
        assert box["y"] <= name["y"]
        assert name["y"] + name["height"] <= box["y"] + box["height"] + 1
    await has_no_barriers(journal.page)


async def test_a_recurring_visit_leaves_out_a_day_that_is_taken(people: People, salon: Salon) -> None:
    """The day in the way is named, and the others are booked by one click."""
    day = WEEK[1]
    after = datetime.fromisoformat(day) + timedelta(days=7)
    await salon.book(f"{after:%Y-%m-%d}", "09:00", "Karen")
    journal = await journal_of(people, salon)
    await journal.show(day)
    await journal.column(day, salon.anna).locator(".free").click(position={"x": 30, "y": 10})
    await pick(journal, "Silva")
    await journal.panel.locator("[name=service]").select_option(str(salon.cut))
    await journal.panel.locator("[name=repeat]").select_option("week")
    await journal.panel.locator("[name=times]").fill("3")
    await journal.button("book").click()
    dialog = journal.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"{after.day} {after:%B}")
    await expect(dialog.locator(".nearest button")).to_have_count(0)
    await has_no_barriers(journal.page)
    await dialog.get_by_role("button", name=journal.words["skip"]).click()
    await expect(journal.places.toasts).to_contain_text(f"{after.day} {after:%B}")
    for days, count in ((0, 1), (7, 0), (14, 1)):
        other = f"{datetime.fromisoformat(day) + timedelta(days=days):%Y-%m-%d}"
        await journal.show(other)
        await expect(journal.visit("Silva")).to_have_count(count)


async def test_for_whom_a_visit_is_may_be_told_later(people: People, salon: Salon) -> None:
    """His pet was known, and forgotten when he was booked."""
    day = WEEK[3]
    token = await salon.product.log_in("ani")
    async with aiohttp.ClientSession(salon.product.address, headers={"Authorization": f"Bearer {token}"}) as web:
        made = await (await web.post("/api/v1/contacts", json={"name": "Tigran"})).json()
        pet = await web.post(f"/api/v1/contacts/{made['id']}/subjects", json={"kind": "pet", "name": "Rex"})
        assert pet.status == 201, await pet.text()
        wish = {"service_id": salon.cut, "contact_id": made["id"], "starts_at": f"{day}T08:00:00Z"}
        booked = await web.post("/api/v1/appointments", json=wish)
        assert booked.status == 201, await booked.text()
    journal = await journal_of(people, salon)
    await journal.show(day)
    await journal.visit("Tigran").click()
    await journal.panel.locator("[name=subject]").select_option(label="Rex")
    await journal.button("save").click()
    await expect(journal.panel.locator(".facts")).to_contain_text("Rex")
    await expect(journal.panel.locator("[name=subject]")).to_contain_text("Rex")


async def test_one_service_of_a_visit_is_moved_apart_and_taken_back(people: People, salon: Salon) -> None:
    """To another hour, specialist and length; by its message it is back at its time, a visit of its own."""
    day = WEEK[4]
    token = await salon.product.log_in("ani")
    async with aiohttp.ClientSession(salon.product.address, headers={"Authorization": f"Bearer {token}"}) as web:
        two = [{"service_id": salon.cut, "provider_id": salon.anna} for _ in range(2)]
        wish = {"services": two, "contact": {"name": "Lala"}, "starts_at": f"{day}T06:00:00Z"}
        booked = await web.post("/api/v1/appointments", json=wish)
        assert booked.status == 201, await booked.text()
    journal = await journal_of(people, salon)
    await journal.show(day)
    await journal.visit("Lala").first.click()
    await journal.panel.locator(".item-act button").last.click()
    dialog = journal.page.get_by_role("dialog")
    await dialog.locator("[name=hour]").fill("14:00")
    await dialog.locator("[name=minutes]").fill("33")
    await dialog.locator("[name=provider]").select_option(str(salon.boris))
    await dialog.get_by_role("button", name=journal.words["item_move"], exact=True).click()
    await expect(journal.column(day, salon.boris).locator(".visit")).to_contain_text("14:00–14:33")
    await expect(journal.column(day, salon.anna).locator(".visit")).to_have_count(1)
    await journal.places.toasts.get_by_role("button", name=journal.words["undo"]).click()
    await expect(journal.places.toasts).to_contain_text(journal.words["undone_apart"])
    await expect(journal.column(day, salon.boris).locator(".visit")).to_have_count(0)
    await expect(journal.column(day, salon.anna).locator(".visit").last).to_contain_text("11:00–12:00")
