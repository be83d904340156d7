"""The booking page has a phone proven in Telegram, where no code can be sent: the real product, a Bot API beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from conversation.texts import Catalogue
from tests.journeys.test_customer_pages import Salon, choose, salon
from tests.journeys.test_telegram import ANI, door
from tests.pages import Page
from tests.product import Product
from tests.telegram_api import Person, TelegramApi, telegram_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
WHO = {"name": "Anna", "phone": "077 123456", "consent": "yes"}


@asynccontextmanager
async def checking(tmp_path: Path, api: TelegramApi | None) -> AsyncIterator[Salon]:
    """A demo whose owner wants phones proven in Telegram."""
    environment = {} if api is None else {**door(api), "BAREV_BUSINESS_LANGUAGES": "en,hy,ka,kk,ru"}
    async with salon(Product(tmp_path / "data", environment=environment)) as firm:
        status, _ = await firm.owner.ask("PATCH", "/booking-settings", {"booking.phone_check": "telegram"})
        assert status == 200
        yield firm


def word_of(page: Page) -> str:
    """What the link on the page carries."""
    url = page.link("Open Telegram")
    assert url.startswith("https://t.me/")
    assert url in page.words
    return parse_qs(urlsplit(url).query)["start"][0]


async def free_at(firm: Salon, form: Page) -> list[int]:
    """Who is free at the time of a form."""
    given = form.forms[0].fields
    day, service = given["at"][:10], given["service"]
    found: list[int] = []
    for one in (await firm.owner.get("/resources?limit=100"))["items"]:
        asked = f"/slots?service_id={service}&provider_id={one['id']}&from={day}&to={day}"
        status, slots = await firm.owner.ask("GET", asked)
        if status == 200 and any(slot["starts_at"] == given["at"] for slot in slots["items"]):
            found.append(one["id"])
    return found


async def share(api: TelegramApi, who: Person, phone: str, owner: int) -> None:
    """Somebody shares a card."""
    await api.tell(message=api.message(who, contact={"phone_number": phone, "first_name": "A", "user_id": owner}))


async def test_a_phone_is_proven_by_the_own_card(tmp_path: Path) -> None:
    """Not by another's card, not by another number, and by nobody else who has seen the link; then he is booked, has a
    page of all his visits, and is no conversation."""
    async with telegram_api() as api, checking(tmp_path, api) as firm:
        talks = len((await firm.owner.get("/conversations"))["items"])
        form = await choose(firm)
        before = await free_at(firm, form)
        asked = await firm.reader.send(form, **WHO)
        assert "Confirm your phone in Telegram" in asked.words
        word = word_of(asked)
        assert len(word) <= 64
        assert len(await free_at(firm, asked)) == len(before) - 1  # it is held meanwhile
        early = await firm.reader.send(asked)
        assert (early.status, "has not come yet" in early.words) == (400, True)
        await api.says(ANI, f"/start {word}")
        (ask,) = await api.heard(ANI)
        assert ask["text"] == TEXTS.get("en", "channel.proof_ask", business=firm_name(ask))
        assert not any(secret in ask["text"] for secret in ("123456", "Anna", "haircut"))
        ((key,),) = ask["reply_markup"]["keyboard"]
        assert key == {"text": "Share my number", "request_contact": True}
        thief = Person(815, "Thief", "en")
        await api.says(thief, f"/start {word}")
        (said,) = await api.heard(thief)
        assert said["text"] == TEXTS.get("en", "channel.proof_over")
        await share(api, ANI, "+37477123456", thief.id)
        assert (await api.heard(ANI, 2))[1]["text"] == TEXTS.get("en", "channel.proof_foreign")
        await share(api, ANI, "37477123457", ANI.id)
        assert (await api.heard(ANI, 3))[2]["text"] == TEXTS.get("en", "channel.proof_other")
        other = await firm.reader.send(early)
        assert (other.status, "has another number" in other.words) == (400, True)
        await share(api, ANI, "37477123456", ANI.id)
        assert (await api.heard(ANI, 4))[3]["text"] == TEXTS.get("en", "channel.proof_right")
        done = await firm.reader.send(other)
        assert "You are booked" in done.words, done.words
        own = await firm.reader.get(done.link("own page"))
        assert "one visit only" not in own.words
        assert len((await firm.owner.get("/conversations"))["items"]) == talks
        # the link is spent
        await api.says(ANI, f"/start {word}")
        assert (await api.heard(ANI, 5))[4]["text"] == TEXTS.get("hy", "channel.proof_over")
        assert word not in firm.product.log


def firm_name(ask: dict[str, object]) -> str:
    """The name that the demo gives itself, as it is said."""
    text = str(ask["text"])
    return text.removeprefix("You are booking with ").split(" and gave")[0]


async def test_without_a_door_nothing_is_checked(tmp_path: Path) -> None:
    """Neither Telegram nor SMS: he books for that one visit, as where nothing is to be checked."""
    async with checking(tmp_path, None) as firm:
        (check,) = [
            one for one in (await firm.owner.get("/booking-settings"))["items"] if one["key"] == "booking.phone_check"
        ]
        assert check["note"] == TEXTS.get("en", "catalogue.phone_check_idle")
        done = await firm.reader.send(await choose(firm), **WHO)
        assert "You are booked" in done.words
