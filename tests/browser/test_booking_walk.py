"""Booking seen from both sides: a visitor in the widget, and the desk that watches without a reload."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from conversation.language import LANGUAGES
from conversation.messages import Language
from tests.browser.axe import has_no_barriers
from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.test_journal import Salon, journal_of
from tests.calendars import Calendars
from tests.journeys.test_bot import PATIENT, prepare
from tests.journeys.test_rights import Desk as Rest
from tests.journeys.test_waitlist import NO_NIGHT
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Street:
    """A salon, and the shop's page with its widget."""

    salon: Salon
    site: ForeignSite


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def street(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """Anna cuts from ten to eight, Boris leads yoga; the bot answers, and has heard of both."""
    data = tmp_path_factory.mktemp("street") / "data"
    shutil.copytree(founded, data)
    product = Product(data, environment={**PATIENT, "BAREV_BUSINESS_TIMEZONE": "Asia/Yerevan"})
    assert product.add_user("olga", role="owner").returncode == 0
    calendars = Calendars(product)
    anna = await calendars.resource("Anna")
    boris = await calendars.resource("Boris", position=1)
    for one in (anna, boris):
        await calendars.works(one, "2026-01-01", "10:00", "20:00")
    cut = await calendars.service("Haircut", [anna], duration_min=60, price_minor=500_000, currency="AMD")
    group = await calendars.service("Yoga", [boris], capacity=3)
    async with (
        running(product),
        aiohttp.ClientSession(product.address) as web,
        foreign_site(product.address) as site,
    ):
        owner = Rest(web, await product.log_in("olga"))
        await prepare(owner)
        status, said = await owner.ask("PATCH", "/outreach-settings", NO_NIGHT)
        assert status == 200, said
        yield Street(Salon(product, calendars, anna, boris, 0, cut, group), site)


async def test_freed_time_is_offered_in_the_chat_and_taken_before_the_desks_eyes(
    people: People, street: Street
) -> None:
    """Nothing is free; she waits; somebody cancels; she presses yes. The journal and its list follow by themselves."""
    salon = street.salon
    day = f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}"
    for hour in range(10, 20):
        await salon.book(day, f"{hour}:00", f"Guest {hour}")
    journal = await journal_of(people, salon)
    await journal.show(day)
    waiting = journal.page.locator("aside.waiting")
    guest = await (await people.window()).widget(street.site.page())
    await guest.open()
    await guest.start(name="Nare", phone="077 654321")
    date = datetime.fromisoformat(day)
    await guest.say(f"haircut with Anna on {date.day} {date:%B}")
    await expect(guest.texts.last).to_contain_text("nothing is free")
    await guest.say("waiting list")
    await expect(guest.texts.filter(has_text="You are on the waiting list")).to_be_visible()
    await expect(waiting).to_contain_text("Nare")
    other = await journal_of(people, salon, "boris")
    await other.show(day)
    await other.visit("Guest 13").click()
    await other.button("cancel").click()
    await other.page.locator("dialog, [role=dialog]").get_by_role("button", name=other.words["cancel"]).click()
    offered = guest.articles.filter(has_text="13:00").last
    await expect(offered).to_be_visible()
    await expect(waiting).to_contain_text("13:00")
    await guest.panel.get_by_role("button", name=re.compile("^Yes")).last.click()
    await expect(journal.column(day, salon.anna).locator(".visit").filter(has_text="Nare")).to_contain_text(
        "13:00–14:00"
    )
    await expect(waiting).to_have_count(0)
    assert await salon.stands(day, "Nare") == ("13:00", "14:00", salon.anna)
    await fits(journal.page)


async def test_a_whole_booking_by_talk_appears_in_the_journal(people: People, street: Street) -> None:
    """One sentence, a time by its button, the summary with the consent, yes."""
    salon = street.salon
    day = datetime.now(UTC) + timedelta(days=6)
    journal = await journal_of(people, salon)
    await journal.show(f"{day:%Y-%m-%d}")
    guest = await (await people.window()).widget(street.site.page())
    await guest.open()
    await guest.start(name="Lusine", phone="077 654322")
    await guest.say(f"haircut on {day.day} {day:%B} at 15:00")
    summary = guest.articles.filter(has_text="By confirming you agree")
    await expect(summary.last).to_be_visible()
    await guest.panel.get_by_role("button", name="Yes, book it").last.click()
    await expect(journal.column(f"{day:%Y-%m-%d}", salon.anna).locator(".visit")).to_contain_text("Lusine")
    await expect(guest.texts.last).to_contain_text("Haircut")
    await journal.visit("Lusine").click()
    await journal.panel.get_by_role("link", name="Lusine").click()
    await expect(journal.page.locator(".happenings")).to_contain_text("keeps your name and phone")


async def test_a_finger_carries_a_visit(people: People, street: Street) -> None:
    """It rests on the visit, and has it; a finger that moves at once scrolls."""
    salon = street.salon
    day = f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}"
    await salon.book(day, "10:00", "Zara")
    journal = await journal_of(people, salon, has_touch=True, viewport={"width": 1100, "height": 900})
    await journal.show(day)
    visit, lane = journal.visit("Zara"), journal.column(day, salon.anna)
    await visit.scroll_into_view_if_needed()
    box = await visit.bounding_box()
    assert box is not None
    touch = await journal.page.context.new_cdp_session(journal.page)
    x, y = box["x"] + 20, box["y"] + 10

    async def put(kind: str, down: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y + down}]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # one right after the other: a rest between them would carry it
    await asyncio.gather(put("touchStart", 0), put("touchMove", 30), put("touchEnd", 0))
    await expect(lane.locator(".carried-here")).to_have_count(0)
    assert await salon.stands(day, "Zara") == ("10:00", "11:00", salon.anna)
    box = await visit.bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 10
    await put("touchStart", 0)
    await expect(lane.locator(".carried-here")).to_be_visible()
    for down in (30, 60, 96):
        await put("touchMove", down)
    await expect(lane.locator(".carried-here")).to_contain_text("11:00–12:00")
    await put("touchEnd", 0)
    await expect(lane.locator(".visit")).to_contain_text("11:00–12:00")
    assert await salon.stands(day, "Zara") == ("11:00", "12:00", salon.anna)


async def test_a_moved_series_is_taken_back(people: People, street: Street) -> None:
    """By the one press that is offered; where a time is taken meanwhile none goes back, and its day is named."""
    salon = street.salon
    days = [datetime.now(UTC) + timedelta(days=16 + 7 * week) for week in range(3)]
    day = f"{days[0]:%Y-%m-%d}"
    person = {"name": "Seda", "phone": "093100300"}
    body = {"service_id": salon.cut, "starts_at": f"{day}T07:00:00Z", "contact": person, "consent": True}
    async with aiohttp.ClientSession(salon.product.address) as web:
        desk = Rest(web, await salon.product.log_in("olga"))
        status, visit = await desk.ask("POST", "/appointments", {**body, "repeat": {"every": "week", "count": 3}})
        assert status == 201, visit

        async def hours() -> set[str]:
            return {(await desk.get(f"/appointments/{one['id']}"))["starts_at"][11:16] for one in visit["series"]}

        journal = await journal_of(people, salon)
        page, text = journal.page, journal.words

        async def move_and_go_back(between: dict[str, object] | None = None) -> None:
            await journal.show(day)
            await journal.visit("Seda").first.click()
            await journal.panel.locator("[name=hour]").fill("14:00")
            await page.get_by_text(text["scope_following"], exact=True).click()
            await journal.button("save").click()
            undo = page.get_by_role("button", name=text["undo"], exact=True)
            await expect(undo).to_be_visible()
            assert await hours() == {"10:00"}
            if between is not None:
                status, said = await desk.ask("POST", "/appointments", between)
                assert status == 201, said
            await undo.click()

        await move_and_go_back()
        await expect(page.get_by_text(text["undone"]).last).to_be_visible()
        assert await hours() == {"07:00"}
        await page.reload()
        taken = {
            **body,
            "starts_at": f"{days[2]:%Y-%m-%d}T07:00:00Z",
            "contact": {"name": "Zara", "phone": "093100301"},
        }
        await move_and_go_back(taken)
        refused = page.locator("dialog, [role=dialog]").filter(has_text=text["taken"])
        await expect(refused).to_contain_text(f"{days[2].day} ")
        await expect(refused).to_contain_text("11:00")
        assert await hours() == {"10:00"}
        await has_no_barriers(page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_visit_of_a_series_with_two_services(people: People, street: Street, language: Language) -> None:
    """Who did not come is marked; each service is discounted or cancelled by itself; what follows may come along."""
    salon, number = street.salon, LANGUAGES.index(language)
    days = [datetime.now(UTC) + timedelta(days=10 + number + 7 * week) for week in range(3)]
    day, name = f"{days[0]:%Y-%m-%d}", f"Mane {language}"
    person = {"name": name, "phone": f"09310020{number}"}
    async with aiohttp.ClientSession(salon.product.address) as web:
        desk = Rest(web, await salon.product.log_in("olga"))
        began = f"{datetime.now(UTC) - timedelta(days=number + 1):%Y-%m-%d}T07:00:00Z"
        missed = {"service_id": salon.cut, "starts_at": began, "contact": person, "override": True}
        _, visit = await desk.ask("POST", "/appointments", missed)
        assert (await desk.ask("PATCH", f"/appointments/{visit['id']}", {"status": "no_show"}))[0] == 200
        two = [{"service_id": salon.cut} for _ in range(2)]
        repeat = {"every": "week", "count": 3}
        body = {"services": two, "starts_at": f"{day}T07:00:00Z", "contact": person, "repeat": repeat, "consent": True}
        status, visit = await desk.ask("POST", "/appointments", body)
        assert status == 201, visit
    journal = await journal_of(people, salon, language=language, viewport=SMALLEST if number % 2 else None)
    await journal.show(day)
    listed = journal.page.locator(".day-list .list-visit").filter(has_text=name).first
    await (listed if number % 2 else journal.visit(name).first).click()
    panel, text = journal.panel, journal.words
    await expect(panel.locator(".booking-standing")).to_be_visible()
    await expect(panel.locator(".booking-documents")).to_contain_text(text["documents"])
    await has_no_barriers(journal.page)
    await fits(journal.page)
    await panel.locator("input[name=item-discount]").first.fill("1000")
    await journal.button("save").click()
    await expect(panel.locator(".items tr.total")).to_contain_text(re.compile(r"9\D000"))
    await panel.locator(".item-act button").last.click()
    await has_no_barriers(journal.page)
    await journal.button("item_cancel").click()
    await expect(panel.locator(".item-act")).to_have_count(0)
    await journal.button("cancel").click()
    await journal.page.get_by_text(text["scope_following"], exact=True).click()
    await has_no_barriers(journal.page)
    await journal.page.locator("dialog, [role=dialog]").get_by_role("button", name=text["cancel"], exact=True).click()
    await expect(panel.locator(".status-line")).to_contain_text(text["status.cancelled"])
    async with aiohttp.ClientSession(salon.product.address) as web:
        desk = Rest(web, await salon.product.log_in("olga"))
        standing = [(await desk.get(f"/appointments/{one['id']}"))["status"] for one in visit["series"]]
    assert standing == ["cancelled"] * 3
