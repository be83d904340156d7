"""A talk with the bot as a visitor has it in the widget, in five languages; its pictures are for people to look at."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from tests.browser.axe import has_no_barriers
from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.people import People
from tests.journeys.test_bot import PATIENT, prepare
from tests.journeys.test_rights import Desk as Rest
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TEXTS = Catalogue()
SAID: dict[Language, tuple[str, str]] = {
    "hy": ("Բարև ձեզ", "ուզում եմ մարդու հետ խոսել"),
    "ka": ("გამარჯობა", "ოპერატორთან დამაკავშირეთ"),
    "kk": ("Сәлеметсіз бе", "адаммен сөйлескім келеді"),
    "ru": ("Здравствуйте", "позовите человека"),
    "en": ("Hello", "I want to talk to a person"),
}
"""A greeting, and the wish for a person, as people write them."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ForeignSite]:
    """A site whose chat the bot answers."""
    product = Product(tmp_path_factory.mktemp("walk") / "data", environment=PATIENT)
    assert product.add_user("olga", role="owner").returncode == 0
    async with running(product), aiohttp.ClientSession(product.address) as web:
        await prepare(Rest(web, await product.log_in("olga")))
        async with foreign_site(product.address) as site:
            yield site


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_visitor_walks_through(people: People, shop: ForeignSite, tmp_path: Path, language: Language) -> None:
    """Greeted in his language, he presses a button, which is said in his name, and is passed on to a person."""
    texts = {key: one.split("{")[0].split("։")[0] for key, one in TEXTS.section(language, "flow").items()}
    guest = await (await people.window()).widget(shop.page(language=language), language)

    async def picture(name: str) -> None:
        await guest.page.screenshot(path=tmp_path / f"{language}-{name}.png", animations="disabled")

    await guest.open()
    greeting, person = SAID[language]
    await guest.say(greeting)
    first = guest.articles.filter(has=guest.root.locator(".choices button"))
    await expect(first).to_have_count(1)
    visit = first.get_by_role("button", name=texts["menu.visit"], exact=True)
    await expect(visit).to_be_enabled()
    await picture("greeted")
    await visit.click()
    await expect(guest.texts.last).to_contain_text("Abovyan 1")
    await expect(guest.panel.locator("article.own .text").last).to_have_text(texts["menu.visit"])
    await picture("hours")
    await guest.say(person)
    await expect(guest.texts.last).to_contain_text(texts["handing.asked"])
    await has_no_barriers(guest.page)
    await picture("handed-over")


async def test_a_button_of_long_ago_is_answered_in_sight(people: People, shop: ForeignSite) -> None:
    """Whoever has scrolled back and presses one sees what is said then."""
    guest = await (await people.window()).widget(shop.page(language="en"), "en")
    await guest.open()
    for number in range(2, 8, 2):
        await guest.say("Hello")
        await expect(guest.texts).to_have_count(number)
    first = guest.articles.filter(has=guest.root.locator(".choices button")).first
    await first.scroll_into_view_if_needed()
    await expect(guest.texts.last).not_to_be_in_viewport()
    await first.get_by_role("button", name=TEXTS.get("en", "flow.menu.visit"), exact=True).click()
    await expect(guest.texts).to_have_count(8)
    await expect(guest.texts.last).to_contain_text("Abovyan 1")
    await expect(guest.texts.last).to_be_in_viewport()
