"""The journal in the desk: calendars side by side, moved and booked by mouse and by keys, the same for all who look."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.keyboard import press_until
from tests.browser.layout import SMALLEST, fits
from tests.browser.office import Office
from tests.browser.people import People
from tests.browser.places import Places, places_of
from tests.calendars import Calendars, at
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

LANGUAGES = ("hy", "ka", "kk", "ru", "en")
TAKEN = "status of 409"  # the browser's own line about a refusal that the page shows
WEEK = [f"{datetime.now(UTC) + timedelta(days=7 + number):%Y-%m-%d}" for number in range(9)]


@dataclass
class Salon:
    """A firm with two hairdressers and a room. Each test has a day of its own."""

    product: Product
    calendars: Calendars
    anna: int
    boris: int
    room: int
    cut: int
    group: int

    async def book(self, day: str, clock: str, name: str, **more: Any) -> int:
        """A haircut by Anna, by the wall of Yerevan."""
        start = at(day, clock) - timedelta(hours=4)
        wall: dict[str, Any] = {"zone": "Asia/Yerevan", "wall_start": f"{day}T{clock}"}
        return await self.calendars.book(self.cut, self.anna, start, name=name, **wall, **more)

    async def stands(self, day: str, name: str) -> tuple[str, str, int]:
        """When somebody's visit is and with whom, as the server has it: HH:MM of the wall."""
        office = await Office.of(self.product, "ani")
        journal = await office.get(f"/journal?from={day}&to={day}")
        (visit,) = [one for one in journal["appointments"] if (one["contact"] or {}).get("name") == name]
        walls = [datetime.fromisoformat(visit[end]) + timedelta(hours=4) for end in ("starts_at", "ends_at")]
        return f"{walls[0]:%H:%M}", f"{walls[1]:%H:%M}", visit["items"][0]["provider_id"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def salon(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Salon]:
    """Open from nine to six, every day."""
    data = tmp_path_factory.mktemp("salon") / "data"
    shutil.copytree(founded, data)
    async with running(Product(data, environment={"BAREV_BUSINESS_TIMEZONE": "Asia/Yerevan"})) as product:
        calendars = Calendars(product)
        anna = await calendars.resource("Anna")
        boris = await calendars.resource("Boris", position=1)
        room = await calendars.resource("Room 1", "room", position=2)
        for one in (anna, boris):
            await calendars.works(one, "2026-01-01")
        cut = await calendars.service("Haircut", [anna, boris], price_minor=500_000, currency="AMD")
        group = await calendars.service("Yoga", [boris], capacity=3)
        yield Salon(product, calendars, anna, boris, room, cut, group)


class Journal:
    """The journal as an agent handles it."""

    def __init__(self, places: Places, language: str) -> None:
        self.page: Page = places.page
        self.places = places
        self.words = words(language, "journal")
        self.panel = self.page.locator(".journal-panel")

    async def show(self, day: str, **query: str) -> None:
        """A day, by its address."""
        asked = "&".join(f"{key}={value}" for key, value in {"day": day, **query}.items())
        await self.page.evaluate("(to) => { location.hash = to; }", f"#/journal?{asked}")
        await expect(self.column(day)).to_be_attached()

    def column(self, day: str, resource_id: int | None = None) -> Locator:
        """A calendar of a day."""
        if resource_id is None:
            return self.page.locator(f'[data-column^="{day}/"]').first
        return self.page.locator(f'[data-column="{day}/{resource_id}"]')

    def visit(self, name: str) -> Locator:
        """Somebody's visit among the calendars."""
        return self.page.locator(".journal-scroll .visit").filter(has_text=name)

    async def drag(self, source: Locator, column: Locator, clock: str, *, by_end: bool = False) -> None:
        """With the mouse, so that it begins (or ends) then in that calendar."""
        await source.scroll_into_view_if_needed()
        box = await source.bounding_box()
        assert box is not None
        grab = box["height"] - 3 if by_end else 10
        await self.page.mouse.move(box["x"] + 30, box["y"] + grab)
        await self.page.mouse.down()
        lane = await column.bounding_box()
        begin = int(
            await self.page.locator(".journal-grid").evaluate("(grid) => grid.style.getPropertyValue('--begin')")
        )
        assert lane is not None
        hours, minutes = map(int, clock.split(":"))
        goal = lane["y"] + (hours * 60 + minutes - begin) * 1.6 + (0 if by_end else grab)
        await self.page.mouse.move(lane["x"] + 40, goal - 30, steps=4)
        await self.page.mouse.move(lane["x"] + 40, goal + 1, steps=4)

    def button(self, key: str) -> Locator:
        """A button by its text key."""
        return self.page.get_by_role("button", name=self.words[key], exact=True)


async def journal_of(people: People, salon: Salon, login: str = "ani", language: str = "en", **options: Any) -> Journal:
    """An agent's journal."""
    window = await people.window(**options)
    window.watch.expected.append(TAKEN)
    return Journal(await places_of(window, salon.product, login, language), language)


async def test_a_visit_is_dragged_stretched_and_put_back(people: People, salon: Salon) -> None:
    """A colleague sees each step without a reload."""
    day = WEEK[0]
    await salon.book(day, "10:00", "Zara")
    journal, other = await journal_of(people, salon), await journal_of(people, salon, "boris")
    for one in (journal, other):
        await one.show(day)
    await journal.drag(journal.visit("Zara"), journal.column(day, salon.boris), "11:30")
    await expect(journal.column(day, salon.boris).locator(".carried-here")).to_contain_text("11:30–12:30")
    await expect(journal.column(day, salon.boris).locator(".hint-free").first).to_be_visible()
    await journal.page.mouse.up()
    await expect(journal.column(day, salon.boris).locator(".visit")).to_contain_text("11:30–12:30")
    await expect(other.column(day, salon.boris).locator(".visit")).to_contain_text("11:30–12:30")
    assert await salon.stands(day, "Zara") == ("11:30", "12:30", salon.boris)
    await expect(journal.panel).to_have_count(0)
    await journal.drag(journal.visit("Zara"), journal.column(day, salon.boris), "13:00", by_end=True)
    await journal.page.mouse.up()
    await expect(other.visit("Zara")).to_contain_text("11:30–13:00")
    await expect(journal.places.toasts).to_contain_text(journal.words["stretched"].format(time="11:30–13:00"))
    await journal.places.toasts.get_by_role("button", name=journal.words["undo"]).last.click()
    await expect(other.visit("Zara")).to_contain_text("11:30–12:30")
    await journal.places.toasts.get_by_role("button", name=journal.words["undo"]).first.click()
    await expect(other.column(day, salon.anna).locator(".visit")).to_contain_text("10:00–11:00")
    assert await salon.stands(day, "Zara") == ("10:00", "11:00", salon.anna)


async def test_a_visit_is_moved_by_keys_and_told_of(people: People, salon: Salon) -> None:
    """Given up by Escape, put down by Enter; every step is said to who does not see it."""
    day = WEEK[1]
    await salon.book(day, "10:00", "Keto")
    journal = await journal_of(people, salon)
    await journal.show(day)
    page, said = journal.page, journal.page.locator('main [aria-live="assertive"]')
    await journal.button("today").focus()
    focused = page.locator(":focus")
    await press_until(page, "Tab", lambda: focused.evaluate("(one) => 'entry' in one.dataset"))
    await press_until(page, "ArrowDown", lambda: focused.evaluate("(one) => one.matches('.visit')"))
    await page.keyboard.press("Shift+ArrowDown")
    await expect(said).to_contain_text("10:15–11:15, Anna")
    await page.keyboard.press("Escape")
    await expect(said).to_have_text(journal.words["given_up"])
    for keys in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight"):
        await page.keyboard.press(keys)
    await expect(said).to_contain_text("10:30–11:30, Boris")
    await page.keyboard.press("Enter")
    await expect(journal.column(day, salon.boris).locator(".visit")).to_contain_text("10:30–11:30")
    assert await salon.stands(day, "Keto") == ("10:30", "11:30", salon.boris)
    await expect(journal.visit("Keto")).to_be_focused()
    await page.keyboard.press("Control+z")
    await expect(journal.column(day, salon.anna).locator(".visit")).to_contain_text("10:00–11:00")
    await expect(journal.visit("Keto")).to_be_focused()
    for keys in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight", "Enter"):
        await page.keyboard.press(keys)
    await expect(journal.column(day, salon.boris).locator(".visit")).to_contain_text("10:30–11:30")
    await expect(journal.visit("Keto")).to_be_focused()
    for _ in range(2):
        await page.keyboard.press("Alt+Shift+ArrowDown")
    await page.keyboard.press("Enter")
    await expect(journal.visit("Keto")).to_contain_text("10:30–12:00")
    assert await salon.stands(day, "Keto") == ("10:30", "12:00", salon.boris)


async def test_free_time_is_clicked_and_booked(people: People, salon: Salon) -> None:
    """Specialist, day and hour are set already; what is missing is asked for; unsaved words are not lost by a slip."""
    day = WEEK[2]
    journal, other = await journal_of(people, salon), await journal_of(people, salon, "boris")
    for one in (journal, other):
        await one.show(day)
    free = journal.column(day, salon.boris).locator(".free")
    await free.click(position={"x": 30, "y": 1.6 * 130})  # two hours and ten minutes after nine
    panel, page = journal.panel, journal.page
    await expect(panel.locator("[name=hour]")).to_have_value("11:00")
    await expect(panel.locator("[name=day]")).to_have_value(day)
    await expect(panel.locator("[name=provider]")).to_have_value(str(salon.boris))
    await panel.locator("[name=service]").select_option(str(salon.cut))
    await panel.get_by_role("button", name=journal.words["book"], exact=True).click()
    await expect(panel.get_by_role("alert")).to_contain_text(journal.words["need_customer"])
    await panel.get_by_role("combobox", name=journal.words["customer"]).fill("Nune")
    await expect(panel.get_by_role("option", name=journal.words["add_customer"].format(name="Nune"))).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(panel.locator("[name=phone]")).to_be_focused()
    await panel.locator("[name=phone]").fill("077 123456")
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog").get_by_role("button", name=journal.words["unsaved_stay"]).click()
    await journal.places.go("contacts")
    await page.get_by_role("dialog").get_by_role("button", name=journal.words["unsaved_stay"]).click()
    await expect(panel.locator("[name=phone]")).to_have_value("077 123456")
    await panel.locator("[name=consent]").check()
    await has_no_barriers(page)
    await panel.get_by_role("button", name=journal.words["book"], exact=True).click()
    await expect(panel).to_have_count(0)
    for one in (journal, other):
        await expect(one.column(day, salon.boris).locator(".visit")).to_contain_text("11:00–12:00")
    assert await salon.stands(day, "Nune") == ("11:00", "12:00", salon.boris)
    await journal.visit("Nune").click()
    await journal.button("step.arrived").click()
    await expect(panel.locator(".timer")).to_be_visible()
    await expect(other.visit("Nune")).to_have_class(re.compile("st-arrived"))
    await expect(panel.locator("h2")).to_be_focused()  # the step that was pressed is there no more
    await journal.button("step.done").click()
    await expect(other.visit("Nune")).to_have_class(re.compile("st-done"))
    await has_no_barriers(page)


async def test_midnight_brings_the_next_day(people: People, salon: Salon) -> None:
    """To a journal that is left open, but not while something is being written in it."""
    journal = await journal_of(people, salon)
    await journal.places.go("journal")
    marked = journal.page.locator(".strip .today")
    today = date.fromisoformat(await marked.get_attribute("data-day") or "")
    days = [(today + timedelta(days=number)).isoformat() for number in range(3)]
    await expect(journal.column(days[0])).to_be_attached()
    day_later = "() => { const then = Date.now; Date.now = () => then() + 86_400_000; }"
    await journal.page.evaluate(day_later)
    await expect(journal.column(days[1])).to_be_attached()
    await journal.button("new").click()
    await journal.panel.locator("[name=note]").fill("by the window")
    await journal.page.evaluate(day_later)
    await expect(marked).to_have_attribute("data-day", days[2])
    await expect(journal.column(days[1])).to_be_attached()
    await expect(journal.panel.locator("[name=note]")).to_have_value("by the window")
    await journal.panel.locator("[name=note]").fill("")
    await expect(journal.column(days[2])).to_be_attached()


async def test_a_taken_time_is_answered_by_free_ones(people: People, salon: Salon) -> None:
    """What overlaps is refused, and the nearest free time is one click away."""
    day = WEEK[3]
    await salon.book(day, "10:00", "Lusine")
    await salon.book(day, "12:00", "Davit")
    journal = await journal_of(people, salon)
    await journal.show(day)
    await journal.drag(journal.visit("Lusine"), journal.column(day, salon.anna), "12:30")
    await journal.page.mouse.up()
    dialog = journal.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(journal.words["taken"])
    await has_no_barriers(journal.page)
    nearest = dialog.locator(".nearest button").first
    start = re.search(r"\d\d:\d\d", await nearest.inner_text())
    assert start is not None
    await nearest.click()
    await expect(journal.visit("Lusine")).to_contain_text(f"{start[0]}–")
    assert (await salon.stands(day, "Lusine"))[0] == start[0]
    assert (await salon.stands(day, "Davit"))[:2] == ("12:00", "13:00")


@pytest.mark.parametrize("elsewhere", ["Etc/GMT+12", "Pacific/Kiritimati"])
async def test_it_opens_on_the_day_of_the_place(people: People, salon: Salon, elsewhere: str) -> None:
    """At any hour one of these is at another day than Yerevan."""
    journal = await journal_of(people, salon, timezone_id=elsewhere)
    await journal.page.evaluate("() => { location.hash = '#/journal'; }")
    here = f"{datetime.now(ZoneInfo('Asia/Yerevan')):%Y-%m-%d}"
    await expect(journal.column(here)).to_be_attached()
    await expect(journal.page.locator(".date.today")).to_have_attribute("data-day", here)


async def test_a_visit_is_cancelled_with_a_reason_and_gives_its_time_back(people: People, salon: Salon) -> None:
    day = WEEK[4]
    await salon.book(day, "10:00", "Gayane")
    journal = await journal_of(people, salon)
    await journal.show(day)
    await journal.visit("Gayane").click()
    await journal.button("cancel").click()
    dialog = journal.page.get_by_role("dialog")
    await dialog.locator("[name=reason]").fill(journal.words["reason.ill"])
    await dialog.get_by_role("button", name=journal.words["cancel"], exact=True).click()
    await expect(journal.visit("Gayane")).to_have_count(0)
    await expect(journal.column(day, salon.anna).locator(".free")).to_have_count(1)
    await journal.button("gone").click()
    await expect(journal.visit("Gayane")).to_have_class(re.compile("st-cancelled"))


async def test_the_slip_of_a_visit_says_on_which_day_it_is(people: People, salon: Salon) -> None:
    """On paper there is the slip alone, with day and hour."""
    day = WEEK[5]
    await salon.book(day, "15:00", "Hasmik")
    journal = await journal_of(people, salon)
    await journal.show(day)
    await journal.page.evaluate("window.print = () => undefined")
    await journal.visit("Hasmik").click()
    await journal.button("slip").click()
    await journal.page.emulate_media(media="print")
    date = datetime.fromisoformat(day)
    slip = journal.page.locator(".visit-slip")
    await expect(slip).to_contain_text(f"{date:%A}, {date.day} {date:%B}")
    await expect(slip).to_contain_text("15:00–16:00")
    await expect(journal.page.locator(".place-head")).to_be_hidden()
    await expect(journal.panel.get_by_role("button")).to_have_count(0)


async def test_the_list_on_paper_says_whose_it_is(people: People, salon: Salon) -> None:
    """The firm, the day, and what was chosen; on the screen the filters themselves say it."""
    day = WEEK[5]
    journal = await journal_of(people, salon)
    await journal.show(day, service=str(salon.cut), staff=f"{salon.anna},{salon.boris}")
    whose = journal.page.locator(".on-paper")
    await expect(whose).to_have_text("Barev · Service: Haircut · Specialists: Anna, Boris")
    await expect(whose).to_be_hidden()
    await journal.page.emulate_media(media="print")
    await expect(whose).to_be_visible()
    date = datetime.fromisoformat(day)
    await expect(journal.page.locator(".day-list h2")).to_contain_text(f"{date:%A}, {date.day} {date:%B}")
    await expect(journal.page.locator(".toolbar").get_by_role("button")).to_have_count(0)


async def pick(journal: Journal, name: str) -> None:
    """A new customer in the open form, who agrees."""
    await journal.panel.get_by_role("combobox", name=journal.words["customer"]).fill(name)
    await journal.panel.get_by_role("option", name=journal.words["add_customer"].format(name=name)).click()
    await journal.panel.locator("[name=consent]").check()


async def test_several_services_meetings_breaks_and_groups(people: People, salon: Salon) -> None:
    """One visit by two specialists at once; what is no visit stands in the journal too."""
    day = WEEK[7]
    journal = await journal_of(people, salon)
    await journal.show(day)
    panel, words = journal.panel, journal.words
    anna, boris = journal.column(day, salon.anna), journal.column(day, salon.boris)
    await anna.locator(".free").click(position={"x": 30, "y": 10})
    await pick(journal, "Sofi")
    await panel.locator("[name=service]").select_option(str(salon.cut))
    await journal.button("more").click()
    await panel.locator("[name=service]").nth(1).select_option(str(salon.cut))
    await panel.locator("[name=provider]").nth(1).select_option(str(salon.boris))
    await panel.get_by_role("checkbox", name=words["together"]).check()
    await expect(panel.locator(".total")).to_contain_text("10\u00a0000\u00a0֏")
    service = await panel.locator("[name=service]").first.bounding_box()
    provider = await panel.locator("[name=provider]").first.bounding_box()
    assert service is not None
    assert provider is not None
    assert service["width"] > 1.5 * provider["width"]  # its name, time and price are read
    await journal.button("book").click()
    for one in (anna, boris):
        await expect(one.locator(".visit")).to_contain_text("09:00–10:00")
    await anna.locator(".free").click(position={"x": 30, "y": 10})
    await panel.get_by_role("button", name=words["kind.meeting"]).click()
    await panel.locator("[name=title]").fill("Suppliers")
    await panel.locator("[name=minutes]").fill("30")
    await journal.button("book").click()
    await expect(anna.locator(".visit").filter(has_text="Suppliers")).to_contain_text("10:00–10:30")
    await boris.locator(".free").click(position={"x": 30, "y": 10})
    await panel.get_by_role("button", name=words["kind.break"]).click()
    await panel.locator("[name=minutes]").fill("45")
    await journal.button("take_time").click()
    await expect(boris.locator(".busy-break")).to_contain_text("10:00–10:45")
    await boris.locator(".busy-break").click()
    await journal.button("give_back").click()
    await journal.page.get_by_role("dialog").get_by_role("button", name=words["give_back"], exact=True).click()
    await expect(boris.locator(".busy-break")).to_have_count(0)
    for taken, name in enumerate(("Gor", "Hrant"), 1):
        if taken == 1:
            await boris.locator(".free").click(position={"x": 30, "y": 1.6 * 65})
        else:
            await boris.locator(".group").click()
            await journal.button("take_seat").click()
        await pick(journal, name)
        await panel.locator("[name=service]").select_option(str(salon.group))
        await journal.button("book").click()
        seats = words["seats"].format(taken=taken, capacity=3)
        await expect(boris.locator(".group")).to_contain_text(seats)
    await boris.locator(".group").click()
    await expect(panel.locator(".members li")).to_have_count(2)
    await has_no_barriers(journal.page)


async def test_who_waits_is_booked_from_the_side(people: People, salon: Salon) -> None:
    day = WEEK[8]
    journal = await journal_of(people, salon, language="ru")
    await journal.show(day)
    await journal.column(day, salon.anna).locator(".free").click(position={"x": 30, "y": 1.6 * 65})
    await pick(journal, "Вардан")
    await journal.panel.locator("[name=service]").select_option(str(salon.cut))
    await journal.button("wait").click()
    waiting = journal.page.locator(".waiting li").filter(has_text="Вардан")
    await expect(waiting).to_contain_text("Haircut, Anna")
    await has_no_barriers(journal.page)
    await waiting.get_by_role("button", name=journal.words["book"]).click()
    await expect(journal.panel.locator(".picked")).to_contain_text("Вардан")
    await expect(journal.panel.locator("[name=service]")).to_have_value(str(salon.cut))
    await journal.button("book").click()
    await expect(journal.column(day, salon.anna).locator(".visit")).to_contain_text("10:00–11:00")


@pytest.mark.languages("hy", "kk")
async def test_no_barrier_stands_in_the_journal(people: People, salon: Salon, language: str) -> None:
    """By day and by week, axes swapped, dark; a list on the smallest phone, and on paper."""
    day = WEEK[5]
    name = {"hy": "Սոնա", "ka": "ნინო", "kk": "Дана", "ru": "Вера", "en": "Mary"}[language]
    clock = f"{10 + LANGUAGES.index(language)}:00"
    await salon.book(day, clock, name, status="confirmed", warning="!")
    journal = await journal_of(people, salon, "ani", language, reduced_motion="reduce")
    page = journal.page
    await page.keyboard.press("c")
    await expect(journal.places.heading).to_have_text(journal.words["title"])
    await journal.show(day)
    await expect(journal.visit(name)).to_be_visible()
    await has_no_barriers(page)
    await journal.button("across").click()
    await journal.button("calendar").click()
    lane = await journal.column(day, salon.anna).bounding_box()
    assert lane is not None
    assert lane["width"] > lane["height"]
    await has_no_barriers(page)
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await journal.show(day, view="week")
    await expect(journal.page.locator(".journal-day")).to_have_count(7)
    await journal.visit(name).first.click()
    await expect(journal.panel).to_be_visible()
    await has_no_barriers(page)
    await page.keyboard.press("Escape")
    await expect(journal.panel).to_have_count(0)
    await page.set_viewport_size(SMALLEST)
    await journal.show(day)
    await expect(page.locator(".list-visit").filter(has_text=name)).to_be_visible()
    await expect(page.locator(".journal-scroll")).to_be_hidden()
    await has_no_barriers(page)
    await fits(page)
    cut = "(words) => words.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    assert await journal.places.nav.locator(".rail-word").evaluate_all(cut) == []
    await page.emulate_media(media="print")
    await expect(page.locator(".list-visit").filter(has_text=name)).to_be_visible()
    await expect(journal.places.nav).to_be_hidden()


async def test_the_wheel_moves_days_and_filters_stay_in_the_address(people: People, salon: Salon) -> None:
    """The journal is where the desk begins, for who likes it so."""
    journal = await journal_of(people, salon)
    page, today = journal.page, datetime.now(UTC) + timedelta(hours=4)
    await journal.show(WEEK[6])
    await page.locator(".strip").hover()
    await page.mouse.wheel(0, 120)
    moved = datetime.fromisoformat(WEEK[6]) + timedelta(days=2)
    await expect(page).to_have_url(re.compile(f"day={moved:%Y-%m-%d}"))
    await journal.page.get_by_role("button", name=journal.words["staff"]).click()
    await page.get_by_role("checkbox", name="Boris").check()
    await expect(page.locator("[data-column]")).to_have_count(2)
    await page.reload()
    await expect(page.locator("[data-column]")).to_have_count(2)
    await journal.button("rooms").click()
    await expect(page.locator("[data-column]")).to_have_count(1)
    await page.keyboard.press("Escape")
    await page.keyboard.press("c")
    await expect(page).to_have_url(re.compile("#/dialogs"))
    await page.locator(".rail-self").click()
    await page.get_by_label(journal.words["start"]).select_option("journal")
    await page.goto(f"{salon.product.address}/desk/")
    await expect(journal.places.heading).to_have_text(journal.words["title"])
    await expect(page.locator(f'[data-column^="{today:%Y-%m-%d}/"]').first).to_be_attached()
