"""Understanding in the desk: a label by one click, a sentence tried, an example and an intent of one's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.keyboard import press_until
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import places_of
from tests.journeys.test_teaching import asked, bot_office
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
POEM, CAPITAL, STARS = "напиши мне стихи про хлеб", "какая столица Франции", "կարդա ինձ հեքիաթ աստղերի մասին"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taught(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A firm whose bot did not understand three messages."""
    product = Product(Path(tmp_path_factory.mktemp("taught")) / "data")
    async with bot_office(product):
        for text in (POEM, POEM, CAPITAL, STARS):
            await asked(product, text)
        yield product


async def test_what_was_unclear_is_labelled_and_put_aside(people: People, taught: Product) -> None:
    places = await places_of(await people.window(reduced_motion="reduce"), taught, "olga")
    page = places.page
    await places.manage("understanding")
    row = places.line(POEM)
    await expect(row).to_contain_text(places.words["teach.times.other"].format(count=2))
    await has_no_barriers(page)
    await row.get_by_role("button", name=places.words["teach.else"]).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("searchbox").fill("free ti")
    await has_no_barriers(page)
    await page.keyboard.press("Enter")
    await expect(places.toasts).to_contain_text(places.words["teach.labelled"].format(intent="Free times"))
    await expect(row).to_have_count(0)

    # by keyboard: the next one is nothing that is answered
    await places.line(CAPITAL).get_by_role("button").first.focus()
    reached = page.locator("button:focus", has_text=places.words["teach.outside"])
    await press_until(page, "Tab", reached.is_visible)
    await page.keyboard.press("Enter")
    await expect(places.line(CAPITAL)).to_have_count(0)
    await places.line(STARS).get_by_role("button", name=places.words["teach.dismiss"]).click()
    await expect(page.get_by_text(places.words["teach.none"])).to_be_visible()

    await places.button("teach.part.examples").click()
    await expect(places.line(POEM)).to_contain_text("Free times")
    await expect(places.line(CAPITAL)).to_contain_text(places.words["teach.outside"])
    await has_no_barriers(page)


async def test_an_intent_and_its_examples_are_written_and_tried(people: People, taught: Product) -> None:
    window = await people.window(reduced_motion="reduce")
    window.watch.expected.append("status of 409")  # the browser's own line about a refusal that the page shows
    places = await places_of(window, taught, "olga")
    page = places.page
    await places.manage("understanding")
    await places.button("teach.part.intents").click()
    await places.button("teach.intent.new").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(places.words["teach.intent.key"]).fill("parking")
    await dialog.get_by_label(places.words["teach.intent.title"], exact=True).first.fill("Parking")
    await places.confirm("teach.save")
    await expect(dialog.get_by_role("alert")).not_to_be_empty()  # nothing is done about it yet
    await dialog.get_by_label(places.words["teach.intent.answer"]).first.fill("Behind the house, for free.")
    await has_no_barriers(page)
    await places.confirm("teach.save")
    await expect(places.line("Behind the house, for free.")).to_contain_text("Parking")

    sentence = page.get_by_label(places.words["teach.try.title"], exact=True).get_by_role("textbox")
    await sentence.fill("is there a place for my car at 3 tomorrow")
    await places.button("teach.try.go").click()
    found = page.locator(".teach-found")
    await expect(found).to_contain_text(places.words["teach.kind.time"])
    await places.button("teach.try.teach").click()
    await dialog.get_by_label(places.words["teach.example.intent"]).select_option(label="Parking")
    await places.confirm("teach.save")
    await expect(found.locator("b")).to_have_text("Parking")

    await places.button("teach.part.examples").click()
    lines = '{"text": "where can I park", "intent": "parking"}\noops\n'
    file = {"name": "our.jsonl", "mimeType": "application/x-ndjson", "buffer": lines.encode()}
    async with page.expect_file_chooser() as chosen:
        await places.button("teach.import").click()
    await (await chosen.value).set_files(file)  # type: ignore[arg-type]  # a payload is one of those taken
    await expect(dialog).to_contain_text(places.words["teach.line"].format(line=2, message="not JSON"))
    await has_no_barriers(page)
    await page.keyboard.press("Escape")
    await expect(places.line("where can I park")).to_contain_text("Parking")
    await page.set_viewport_size(SMALLEST)
    for part in ("unclear", "examples", "intents", "synonyms"):
        await places.button(f"teach.part.{part}").click()
        await expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        await fits(page)
    await has_no_barriers(page)
