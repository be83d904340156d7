"""Search as one types: any letters, the wrong layout, words that were said; all of it by the keyboard."""

import uuid

import pytest
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.office import Office
from tests.browser.people import People
from tests.browser.places import Places, places_of
from tests.clients import connected, visitor
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

LETTERS = str.maketrans("bagtmiseolnvdzk", "բագտմիսեոլնվդզկ")
RUSSIAN_LAYOUT = str.maketrans("bagtmiseolnvdzk", "ифпеьшыущдтмвял")


def fresh_word() -> str:
    """Syllables that every alphabet writes in one way, found by nobody else's search."""
    number = uuid.uuid4().int
    return "".join("bgtmslnvdzk"[number >> 8 * at & 255 & 7] + "aieo"[number >> 8 * at + 64 & 3] for at in range(6))


async def type_words(places: Places, words: str) -> None:
    """Letter by letter over what stood there, as somebody does whose hands stay on the keys."""
    await places.page.keyboard.press("Control+A")
    await places.page.keyboard.type(words)


async def test_what_is_sought_is_found_in_any_letters_and_opened_by_keys(
    people: People, product: Product, owner: str
) -> None:
    places = await places_of(await people.window(), product, owner)
    page, word, said = places.page, fresh_word(), fresh_word()
    armenian = word.translate(LETTERS).capitalize()
    guest = visitor(product.address)
    async with connected(guest):
        await guest.get("start", {"answers": {"name": f"Գայանե {armenian}"}})
        await guest.send(f"Do you have {said} in green?")
    await page.keyboard.press("Slash")
    field = page.get_by_role("combobox", name=places.words["search.label"])
    await expect(field).to_be_focused()
    await expect(page.get_by_text(places.words["search.hint"])).to_be_visible()
    results = page.get_by_role("option")
    for words, marked in (
        (armenian[:6], armenian[:6]),
        (word[:8].upper(), armenian[:8]),
        (word.translate(RUSSIAN_LAYOUT), armenian),
    ):
        await type_words(places, words)
        await expect(results).to_have_count(1)
        await expect(results.locator(".result-name mark").last).to_have_text(marked)
    await page.keyboard.press("Enter")
    await expect(places.heading).to_have_text(f"Գայանե {armenian}")
    await page.go_back()
    await expect(field).to_have_value(word.translate(RUSSIAN_LAYOUT))
    await expect(results).to_have_count(1)

    await is_indexed(product, owner, said)
    await page.keyboard.press("Escape")
    await expect(field).to_have_value("")
    await expect(results).to_have_count(0)
    await page.keyboard.type(said[:7])
    await expect(results).to_have_count(1)
    await expect(results.locator("mark")).to_have_text(said[:7])
    await has_no_barriers(page)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    article = page.locator(".thread article.sought")
    await expect(article).to_contain_text(said)
    await expect(article).to_be_focused()


async def is_indexed(product: Product, login: str, word: str) -> None:
    """Messages are found soon after they came; returns when this one is."""
    office = await Office.of(product, login)
    await office.finds_message(word)


async def test_nothing_found_is_said_and_arrows_go_round(people: People, product: Product, owner: str) -> None:
    places = await places_of(await people.window(color_scheme="dark"), product, owner, "hy")
    page, family = places.page, fresh_word()
    for given in ("Ani", "Nare", "Lusine"):
        await places.add(f"{given} {family}")
    await page.keyboard.press("Control+K")
    await type_words(places, fresh_word())
    await expect(page.locator("main .empty")).to_contain_text(places.words["search.none"].partition("{")[0])
    await type_words(places, family)
    results = page.get_by_role("option")
    await expect(results).to_have_count(3)
    chosen = page.get_by_role("option", selected=True)
    names = [await results.nth(place).locator(".result-name").inner_text() for place in range(3)]
    for key, place in (("ArrowUp", 2), ("ArrowDown", 0), ("ArrowDown", 1)):
        await page.keyboard.press(key)
        await expect(chosen.locator(".result-name")).to_have_text(names[place])
    await has_no_barriers(page)
    name = await chosen.locator(".result-name").inner_text()
    await page.keyboard.press("Enter")
    await expect(places.heading).to_have_text(name)
