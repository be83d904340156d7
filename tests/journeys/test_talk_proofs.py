"""A talk of the website has a phone proven in Telegram, where no code can be sent, and goes on by itself."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from conversation.messages import Language
from conversation.texts import Catalogue
from tests.clients import Client, connected, visitor
from tests.journeys.salon import furnish
from tests.journeys.talk_files import Line
from tests.journeys.test_bot import PATIENT, Firm, prepare, said, say
from tests.journeys.test_phone_proofs import share
from tests.journeys.test_rights import office
from tests.journeys.test_telegram import ANI, door
from tests.product import Product
from tests.telegram_api import Person, TelegramApi, telegram_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS: Final = Catalogue()
ZOE: Final = Person(813, "Zoe", "en")
MARY: Final = Person(812, "Mary", "en")
PHONE, TYPED = "37477123456", "077 123456"


@asynccontextmanager
async def salon(tmp_path: Path, api: TelegramApi) -> AsyncIterator[Firm]:
    """Its owner wants phones proven in Telegram."""
    environment = {**PATIENT, **door(api), "BAREV_BUSINESS_LANGUAGES": "en,hy,ka,kk,ru"}
    product = Product(tmp_path / "data", environment=environment)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        await furnish(owner)
        status, _ = await owner.ask("PATCH", "/booking-settings", {"booking.phone_check": "telegram"})
        assert status == 200
        yield Firm(product, owner)


def flow(key: str, language: Language = "en") -> str:
    """What the bot says."""
    return str(TEXTS.section(language, "flow")[key])


def told(key: str, language: Language = "en") -> str:
    """What is said in Telegram."""
    return str(TEXTS.section(language, "channel")[key])


def word_of(asked: dict[str, Any]) -> str:
    """What the link of a question carries."""
    (url,) = re.findall(r"https://t\.me/\S+", asked["text"])
    return str(parse_qs(urlsplit(url).query)["start"][0])


async def hears(guest: Client, template: str) -> dict[str, Any]:
    """What the bot says to him, as soon as it does."""
    return await guest.wait_for("message", lambda one: one["author"]["kind"] == "bot" and said(one["text"], template))


def proven(firm: Firm) -> list[tuple[object, ...]]:
    """Phones that are known to be somebody's."""
    return firm.rows("SELECT value FROM addresses WHERE channel = 'phone' AND verified_at IS NOT NULL")


async def test_it_is_booked_as_the_card_comes(tmp_path: Path) -> None:
    """Not by another's card or number, nor by somebody else with the link; a server that dies between the link and the
    card forgets nothing; the time is kept meanwhile."""
    async with telegram_api() as api, salon(tmp_path, api) as firm:
        guest = visitor(firm.product.address)
        await guest.connect()
        started = await guest.get("start", {"answers": {"name": "Anna", "phone": TYPED}})
        talk, token = started["conversation"]["id"], started["token"]
        await say(guest, Line("women's haircut with Ani in 4 days at 10 am"))
        asked = await say(guest, Line("yes"))
        assert said(asked["text"], flow("card.ask")), asked
        assert [one["label"] for one in asked["buttons"]] == [
            flow(key) for key in ("card.done", "card.anew", "menu.human", "stop")
        ]
        assert firm.rows("SELECT count(*) FROM holds WHERE conversation_id = ?", talk) == [(1,)]
        early = await say(guest, Line("[card.done]"))
        assert said(early["text"], flow("card.asked")), early
        word = word_of(early)
        await api.says(ANI, f"/start {word}")
        (ask,) = await api.heard(ANI)
        assert said(ask["text"], told("proof_ask_talk")), ask
        assert not any(secret in ask["text"] for secret in ("123456", "Anna", "haircut"))
        thief = Person(815, "Thief", "en")
        await api.says(thief, f"/start {word}")
        (refused,) = await api.heard(thief)
        assert refused["text"] == told("proof_over")
        await share(api, ANI, PHONE, thief.id)
        assert (await api.heard(ANI, 2))[1]["text"] == told("proof_foreign")
        await share(api, ANI, "37477123457", ANI.id)
        assert (await api.heard(ANI, 3))[2]["text"] == told("proof_other_talk")
        other = await hears(guest, flow("card.wrong"))
        assert proven(firm) == []
        # the account with the number comes by the new link, and the server dies before the card is there
        await api.says(MARY, f"/start {word_of(other)}")
        assert said((await api.heard(MARY))[0]["text"], told("proof_ask_talk"))
        await guest.close()
        await firm.product.kill()
        await firm.product.start()
        again = visitor(firm.product.address, token)
        async with connected(again):
            await again.get("hello")
            await share(api, MARY, PHONE, MARY.id)
            assert (await api.heard(MARY, 2))[1]["text"] == told("proof_right_talk")
            booked = await hears(again, flow("booking.booked"))
            own = await again.wait_for("message", lambda one: one["text"] == flow("card.said_right"))
            assert (own["author"]["kind"], own["seq"] < booked["seq"]) == ("visitor", True)
        assert firm.rows("SELECT count(*) FROM appointments WHERE conversation_id = ?", talk) == [(1,)]
        assert proven(firm) == [(f"+{PHONE}",)]
        assert len((await firm.owner.get("/conversations"))["items"]) == 1
        assert word not in firm.product.log


async def test_who_he_is_in_armenian(tmp_path: Path) -> None:
    """Another number may be given, an old link says so on both sides, and what people have is not interfered with."""
    async with telegram_api() as api, salon(tmp_path, api) as firm:
        guest = visitor(firm.product.address, language="hy")
        async with connected(guest):
            await guest.get("start", {"answers": {"name": "Անի"}})
            await say(guest, Line("մուտք"))
            asked = await say(guest, Line("077 123457"))
            assert said(asked["text"], flow("card.ask", "hy")), asked
            anew = await say(guest, Line("[card.anew]", language="hy"))
            assert said(anew["text"], flow("ask.reach", "hy")), anew
            asked = await say(guest, Line(TYPED))
            firm.write("UPDATE idempotency_keys SET expires_at = 1 WHERE scope = 'phone proof'")
            await api.says(ANI, f"/start {word_of(asked)}")
            assert (await api.heard(ANI))[0]["text"] == told("proof_over", "hy")
            renewed = await say(guest, Line("[card.done]", language="hy"))
            assert said(renewed["text"], flow("card.over", "hy")), renewed
            await api.says(ANI, f"/start {word_of(renewed)}")
            assert said((await api.heard(ANI, 2))[1]["text"], told("proof_ask_talk", "hy"))
            await share(api, ANI, PHONE, ANI.id)
            await hears(guest, flow("identify.proven", "hy"))
        # the same person in another browser: one customer, and the talk that is open there goes on
        back = visitor(firm.product.address, language="kk")
        async with connected(back):
            await back.get("start", {"answers": {}})
            await say(back, Line("кіру"))
            asked = await say(back, Line(TYPED))
            assert said(asked["text"], flow("card.ask", "kk")), asked
            await api.says(ANI, f"/start {word_of(asked)}")
            await api.heard(ANI, 4)
            await share(api, ANI, PHONE, ANI.id)
            found = await hears(back, flow("identify.found", "kk"))
            assert "Անի" in found["text"]
        # in Telegram itself his card is asked for by no link: he may share it at once
        await api.says(ZOE, "log in")
        await api.heard(ZOE)
        await api.says(ZOE, "077 123459")
        assert said((await api.heard(ZOE, 2))[1]["text"], flow("card.ask"))
        await share(api, ZOE, "37477123459", ZOE.id)
        assert said((await api.heard(ZOE, 3))[2]["text"], flow("identify.proven"))
        late = visitor(firm.product.address, language="ru")
        async with connected(late):
            talk = (await late.get("start", {"answers": {}}))["conversation"]["id"]
            await say(late, Line("войти"))
            asked = await say(late, Line("077 123458"))
            assert said(asked["text"], flow("card.ask", "ru")), asked
            await api.says(MARY, f"/start {word_of(asked)}")
            await api.heard(MARY)
            await say(late, Line("[menu.human]", language="ru"))
            await share(api, MARY, "37477123458", MARY.id)
            assert (await api.heard(MARY, 2))[1]["text"] == told("proof_right_talk", "ru")
        assert sorted(proven(firm)) == [(f"+{PHONE}",), ("+37477123458",), ("+37477123459",)]
        thread = (await firm.owner.get(f"/conversations/{talk}/messages"))["items"]
        assert flow("card.said_right", "ru") not in [one["text"] for one in thread]
