"""The bot in the desk: what it understood, stepping in and giving back, suggestions by a key, its texts and a trial."""

import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from conversation.texts import Catalogue
from tests.browser.axe import has_no_barriers
from tests.browser.desk import Desk
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People, Window
from tests.browser.places import PASSWORD, Places, fresh_name, places_of
from tests.clients import Client, connected, visitor
from tests.journeys.talk_files import Line
from tests.journeys.test_bot import PATIENT, prepare, say
from tests.journeys.test_rights import Desk as Rest
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TEXTS = Catalogue()
HAIRCUT = "I'd like a haircut tomorrow at 3"
COUNT_SUGGESTIONS = """() => {
    const html = document.documentElement;
    const added = (changes) => changes.flatMap(({ addedNodes }) => [...addedNodes]);
    const shown = (node) => node.nodeType === 1 && (node.matches(".suggestions") || node.querySelector(".suggestions"));
    const count = (changes) => {
        html.dataset.suggested = +html.dataset.suggested + added(changes).filter(shown).length;
    };
    html.dataset.suggested = 0;
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
}"""
BY_NIGHT: dict[str, Any] = {"color_scheme": "dark", "reduced_motion": "reduce"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def talking(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A running product whose bot answers, with an owner and canned responses."""
    data = tmp_path_factory.mktemp("talking") / "data"
    shutil.copytree(founded, data)
    product = Product(data, environment=PATIENT)
    async with running(product), aiohttp.ClientSession(product.address) as web:
        assert product.add_user("olga", role="owner").returncode == 0
        olga = Rest(web, await product.log_in("olga"))
        await prepare(olga)
        for shortcut, said in (("parking", "Yes, {name}, behind the house."), ("park", "The park is over there.")):
            body = {"shortcut": shortcut, "texts": {"en": said}, "shared": True}
            assert (await olga.ask("POST", "/canned-responses", body))[0] == 201
        yield product


async def began(guest: Client, name: str, text: str = HAIRCUT) -> int:
    """A talk with the bot; its number."""
    number: int = (await guest.get("start", {"answers": {"name": name}}))["conversation"]["id"]
    await say(guest, Line(text))
    return number


async def on_view(window: Window, product: Product, name: str) -> Desk:
    """An agent's desk with the dialog that the bot leads."""
    desk = await window.desk(product.address, "ani", PASSWORD)
    await desk.show("bot")
    await desk.open(name)
    return desk


async def test_an_agent_watches_steps_in_and_gives_back(people: People, talking: Product) -> None:
    """What was understood stands below the customer's words; two keys take the talk and give it back."""
    name, guest = fresh_name(), visitor(talking.address)
    async with connected(guest):
        await began(guest, name)
        desk = await on_view(await people.window(), talking, name)
        page, words = desk.page, desk.words
        reading = desk.dialog.locator(".reading")
        await expect(reading).to_have_count(1)
        for shown in (words["office.intent.book"], "%", "tomorrow at 3", words["office.bot.step.phone"]):
            await expect(reading).to_contain_text(shown)
        await expect(desk.dialog.locator(".dialog-head")).to_contain_text(words["list.bot"])
        await expect(desk.row(name)).not_to_have_class("unanswered")
        await has_no_barriers(page)
        await expect(desk.actions.get_by_role("button", name=words["action.give_back"])).to_have_count(0)
        await expect(desk.actions.get_by_role("button", name=words["action.step_in"])).to_be_visible()
        await page.locator("#conversation-list [role=listbox]").focus()
        await page.keyboard.press("KeyT")
        await expect(desk.actions.get_by_role("button", name=words["action.give_back"])).to_be_visible()
        await expect(desk.row(name)).to_have_count(0)  # it is not the bot's any more
        await guest.send("hello")
        await expect(desk.texts.last).to_have_text("hello")
        await has_no_barriers(page)
        await page.keyboard.press("KeyB")
        await expect(desk.row(name)).to_have_count(1)
        await expect(desk.dialog).to_contain_text("gave it back to the bot")
        await expect(reading).to_have_count(2)  # what was open is answered, from the beginning
        await expect(reading.last).to_contain_text(words["office.intent.greet"])


async def test_a_suggestion_is_put_and_sent_by_a_key_alone(people: People, talking: Product) -> None:
    name, guest = fresh_name(), visitor(talking.address)
    async with connected(guest):
        number = await began(guest, name)
        desk = await on_view(await people.window(), talking, name)
        page = desk.page
        await desk.actions.get_by_role("button", name=desk.words["action.step_in"]).click()
        await expect(desk.actions.get_by_role("button", name=desk.words["action.give_back"])).to_be_visible()
        await guest.send("Do you have parking?")
        group = page.get_by_role("group", name=desk.words["office.suggest.title"])
        filled = f"Yes, {name}, behind the house."
        await expect(group.get_by_role("button", name=filled)).to_be_visible()
        await has_no_barriers(page)
        await desk.field.focus()
        await page.keyboard.press("Escape")
        await expect(group).to_have_count(0)
        await expect(desk.field).to_be_focused()
        await page.evaluate(COUNT_SUGGESTIONS)
        await guest.send("parking for a car?")
        await expect(group.get_by_role("button", name=filled)).to_be_visible()
        place = [filled, "The park is over there."].index(
            await group.get_by_role("listitem").first.locator("span").inner_text()
        )
        await page.keyboard.press("Alt+Digit1" if place == 0 else "Alt+Digit2")
        await expect(desk.field).to_have_value(filled)
        await expect(page.locator("html")).to_have_attribute("data-suggested", "1")  # none to an earlier word meanwhile
        assert [one["text"] for one in guest.events("message") if one["author"]["kind"] == "agent"] == []
        await page.keyboard.press("Enter")
        await guest.wait_for("message", lambda one: one["text"] == filled)
        await expect(group).to_have_count(0)
        await guest.send("and parking tomorrow?")
        await expect(group.get_by_role("button", name=filled)).to_be_visible()
        await page.keyboard.press("Alt+Shift+Digit1" if place == 0 else "Alt+Shift+Digit2")
        await guest.wait_for(
            "message", lambda one: one["text"] == filled and len(texts_of(guest)) == 2 and one["seq"] > number
        )
        await expect(desk.field).to_have_value("")


def texts_of(guest: Client) -> list[str]:
    """What agents said to this visitor so far."""
    return [one["text"] for one in guest.events("message") if one["author"]["kind"] == "agent"]


async def test_the_key_help_names_the_new_keys(people: People, talking: Product) -> None:
    desk = await (await people.window()).desk(talking.address, "ani", PASSWORD)
    await desk.page.keyboard.press("Shift+Slash")
    for key in ("suggest", "give_back"):
        await expect(desk.sheet).to_contain_text(desk.words[f"office.shortcuts.{key}"])


async def bot_of(window: Window, product: Product, language: str = "en") -> Places:
    """The owner's page of the bot."""
    places = await places_of(window, product, "olga", language)
    await places.manage("bot")
    return places


async def test_a_text_is_worded_tried_kept_said_and_put_back(people: People, talking: Product) -> None:
    window = await people.window()
    places = await bot_of(window, talking)
    page, words = places.page, places.words
    standard = TEXTS.section("en", "flow")["greeting"]
    field, trial = page.locator("#bot-text-greeting"), page.locator(".bot-trial")
    await expect(field).to_have_value(standard)
    await field.fill("Hi!")
    await expect(page.get_by_role("alert").filter(has_text="{business}")).to_be_visible()
    own = f"Welcome {uuid.uuid4().hex[:6]} to {{business}}!"
    await field.fill(own)
    await trial.get_by_label(words["bot.say"]).fill("hello")
    await page.keyboard.press("Enter")
    said = trial.locator(".bot-answer")
    await expect(said).to_contain_text(own.split(" {")[0])
    await expect(trial.locator(".reading")).to_contain_text(words["intent.greet"])
    guest = visitor(talking.address)
    async with connected(guest):
        await guest.get("start", {"answers": {}})
        assert own[:14] not in (await say(guest, Line("hello")))["text"]  # a trial keeps nothing
        await places.button("bot.save").click()
        await expect(places.toasts).to_contain_text(words["bot.saved"])
        assert (await say(guest, Line("hello")))["text"].startswith(own.split(" {")[0])
        await page.reload()
        await expect(field).to_have_value(own)
        missing = words["bot.missing"].split("{")[0]
        await expect(page.locator(".bot-text").filter(has=field)).to_contain_text(missing)
        await page.locator(".bot-text").filter(has=field).get_by_role("button").click()
        await expect(field).to_have_value(standard)
        await places.button("bot.save").click()
        await expect(places.toasts).to_contain_text(words["bot.saved"])
        assert not (await say(guest, Line("hello")))["text"].startswith("Welcome")


async def test_a_flow_is_drawn_and_the_trial_shows_where_it_stands(people: People, talking: Product) -> None:
    """As a picture with a name, and as a list; buttons of the trial are pressed; an inbox may be worded by itself."""
    places = await bot_of(await people.window(), talking)
    page, words = places.page, places.words
    await page.get_by_role("combobox", name=words["bot.flow"], exact=False).select_option("book")
    await expect(page.get_by_role("img", name=words["bot.drawing"].format(name=words["intent.book"]))).to_be_visible()
    await page.get_by_text(words["bot.as_list"]).click()
    steps = page.locator(".bot-drawing ol li")
    await expect(steps).to_have_count(7)
    trial = page.locator(".bot-trial")
    await trial.get_by_label(words["bot.say"]).fill(HAIRCUT)
    await page.keyboard.press("Enter")
    await expect(steps.filter(has_text=words["bot.here"])).to_contain_text(words["bot.step.name"])
    await expect(page.locator(".bot-step.here")).to_contain_text(words["bot.step.name"])
    skip = TEXTS.section("en", "flow")["skip"]
    await trial.get_by_role("button", name=skip, exact=True).click()
    await expect(page.locator(".bot-step.here")).to_contain_text(words["bot.step.phone"])
    await has_no_barriers(page)
    await trial.get_by_label(words["bot.say"]).fill("operator")
    await page.keyboard.press("Enter")
    await expect(trial.locator(".bot-deed")).to_contain_text(words["bot.deed.handed_over"])
    await trial.get_by_role("button", name=words["bot.again"]).click()
    await expect(trial.locator(".bot-said")).to_have_count(0)
    await page.get_by_label(words["bot.scope"]).select_option(index=1)
    await expect(page.locator("#bot-text-greeting")).to_be_visible()
    switch = page.locator(".bot-switch input")
    await expect(switch).to_be_checked()


@pytest.mark.languages("hy", "en")
async def test_no_barriers_by_day_by_night_and_on_a_phone(people: People, talking: Product, language: str) -> None:
    """The page of the bot and the dialog that it leads, in every language."""
    name, guest = fresh_name(), visitor(talking.address)
    async with connected(guest):
        await began(guest, name)
        for options in ({}, BY_NIGHT, {**BY_NIGHT, "viewport": SMALLEST, "has_touch": True}):
            window = await people.window(**options)
            places = await bot_of(window, talking, language)
            page = places.page
            await expect(page.locator(".bot-drawing svg")).to_be_visible()
            await look(page)
            await page.get_by_role("combobox", name=places.words["bot.flow"], exact=False).select_option("")
            await look(page)
            await page.goto(f"{talking.address}/desk/#/dialogs")
            desk = Desk(page, language)
            await desk.show("bot")
            await desk.open(name)
            await expect(desk.dialog.locator(".reading").first).to_be_visible()
            await look(page)


async def look(page: Page) -> None:
    """Everything has room and can be used by everybody."""
    await has_no_barriers(page)
    await fits(page)
