"""Working hours and sharing out on the desk: by keys, what visitors are told then, and for everybody to read."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.axe import has_no_barriers
from tests.browser.foreign_site import foreign_site
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People, Window
from tests.journeys.test_hours import NOON, TWO_HOURS_WEST
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
STILL = {"reduced_motion": "reduce"}
PHONE: dict[str, Any] = {**STILL, "color_scheme": "dark", "viewport": SMALLEST, "has_touch": True}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A running product where it is about noon, with an owner and an agent."""
    data: Path = tmp_path_factory.mktemp("firm") / "data"
    async with running(Product(data, environment={"BAREV_BUSINESS_TIMEZONE": NOON})) as product:
        assert product.add_user("olga", role="owner").returncode == 0
        assert product.add_user("ani").returncode == 0
        yield product


async def manage(window: Window, product: Product, place: str, language: str = "en") -> Page:
    """A place of the business's settings, as an owner sees it."""
    page = (await window.desk(product.address, "olga", PASSWORD, language)).page
    await page.goto(f"{product.address}/desk/#/manage/{place}")
    return page


async def test_hours_are_set_by_keys_and_visitors_are_told(people: People, firm: Product) -> None:
    window = await people.window(timezone_id=NOON)
    page = await manage(window, firm, "hours")
    await expect(page.get_by_text("Open now", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Own hours").press("Enter")
    monday = page.get_by_label("Monday", exact=True)
    await monday.fill("9-10, 9:30-11")
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("These hours overlap.")).to_be_visible()
    await expect(page.get_by_role("button", name="Save hours")).to_be_disabled()
    await monday.fill("9-10")
    await page.keyboard.press("Tab")
    await expect(monday).to_have_value("09:00–10:00")
    await page.keyboard.press("Enter")
    copies = page.get_by_role("menuitem")
    await expect(copies.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(copies.last).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Sunday", exact=True)).to_have_value("09:00–10:00")
    await page.get_by_label("Date", exact=True).fill("2099-12-31")
    await page.get_by_label("What for").fill("Party")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Party")).to_be_visible()
    await page.get_by_role("button", name="Days off").press("Enter")
    await page.get_by_role("button", name="Save hours").press("Enter")
    await expect(page.locator(".hours-state blockquote")).to_have_text("We will reply tomorrow at 09:00")
    await page.reload()
    await expect(page.get_by_label("Sunday", exact=True)).to_have_value("09:00–10:00")
    await expect(page.get_by_text("Party")).to_be_visible()

    async with foreign_site(firm.address) as site:
        near = await window.widget(site.page())
        await near.open()
        await expect(near.panel).to_contain_text("We will reply tomorrow at 09:00")
        far = await (await people.window(timezone_id=TWO_HOURS_WEST)).widget(site.page())
        await far.open()
        await expect(far.panel).to_contain_text("tomorrow at 07:00, your time")
        await near.start()
        await near.say("Are you open?")
        await expect(near.texts).to_have_count(2)
        await expect(near.texts.last).to_contain_text("We are closed at the moment. We will reply tomorrow at 09:00.")
        await page.goto(f"{firm.address}/desk/#/dialogs")
        await page.locator("[data-tab=waiting]").click()
        await page.locator("#conversation-list .row").first.click()
        await expect(page.locator("article.theirs .out-of-hours")).to_have_count(1)


async def test_what_cannot_be_saved_is_said_where_it_is_seen(people: People, firm: Product) -> None:
    """A day that never comes is refused beside it; without a line the reason stands by the button; nothing is lost."""
    window = await people.window()
    page = await manage(window, firm, "hours")
    date = page.get_by_label("Date", exact=True)
    for never in ("0001-01-01", "2150-01-01"):
        await date.fill(never)
        await page.get_by_role("button", name="Add a day").click()
        await expect(date).to_have_value(never)
        await expect(page.locator(".hours-days li").filter(has_text="January")).to_have_count(0)
    await date.fill("2099-11-30")
    await page.get_by_role("button", name="Add a day").click()
    await expect(page.get_by_text("30 November 2099")).to_be_visible()
    window.watch.expect_outage()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Save hours").click()
    await expect(page.locator(".hours-acts").get_by_role("alert").locator("p")).to_be_in_viewport()
    await expect(page.get_by_text("30 November 2099")).to_be_visible()
    await page.context.set_offline(False)


async def test_how_a_team_shares_out_and_what_a_colleague_can_take(people: People, firm: Product) -> None:
    page = await manage(await people.window(), firm, "assignment")
    await page.locator(".sharing-links a").first.click()
    await expect(page.get_by_label("Evenly")).to_be_checked()
    await page.get_by_label("Evenly").focus()
    async with page.expect_response(lambda answer: "juniors_first" in (answer.request.post_data or "")):
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Beginners first")).to_be_checked()
    async with page.expect_response(lambda answer: "answer_s" in (answer.request.post_data or "")):
        await page.get_by_label("Time to answer, seconds").fill("")
        await page.keyboard.press("Enter")
    await page.reload()
    await expect(page.get_by_label("Beginners first")).to_be_checked()
    await expect(page.get_by_label("Time to answer, seconds")).to_have_value("")
    await page.go_back()
    await page.get_by_role("link", name="ani").click()
    await page.get_by_label("Experience").select_option("5")
    await page.get_by_label("Հայերեն").check()
    await page.get_by_label("Knows about").fill("colouring, returns")
    await page.keyboard.press("Enter")
    await expect(page.locator(".field .saved")).to_have_count(2)
    await page.reload()
    await expect(page.get_by_label("Experience")).to_have_value("5")
    await expect(page.get_by_label("Հայերեն")).to_be_checked()
    await expect(page.get_by_label("Knows about")).to_have_value("colouring, returns")


async def show(page: Page, place: str, address: str) -> None:
    """A place with as much of it open as there is."""
    await page.goto(f"{address}/desk/#/manage/{place}")
    if place == "hours":
        await page.locator(".hours-form .segments button").nth(1).click()
        await page.locator(".hours-day input").first.fill("9-18, 22-6")
        await page.locator(".hours-day input").nth(1).fill("?")
        await page.locator(".hours-add input").first.fill("2099-12-31")
        await page.locator(".hours-add .button").click()
        await page.locator(".hours-year summary").click()
        await expect(page.locator(".hours-year li").first).to_be_visible()
    else:
        await expect(page.locator(".panel").first).to_be_visible()


@pytest.mark.languages("ka", "kk")
async def test_nothing_bars_anybody(people: People, firm: Product, language: str) -> None:
    """In every language, by day and by night, on the smallest phone."""
    for options in (STILL, PHONE):
        window = await people.window(**options)
        page = await manage(window, firm, "hours", language)
        for place in ("hours", "assignment", "assignment/team/1", "assignment/agent/2"):
            await show(page, place, firm.address)
            await has_no_barriers(page)
            await fits(page)
