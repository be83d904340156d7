"""A talk of the website goes on in a messenger by a link, once: the same talk, one contact, answers on both sides."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conversation.texts import Catalogue
from tests.clients import Client, visitor
from tests.journeys.test_telegram import ANI, door, room
from tests.journeys.test_viber import room as viber_room
from tests.product import Product
from tests.telegram_api import Person, telegram_api
from tests.viber_api import Person as ViberPerson

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()


async def way(guest: Client, channel: str, key: str) -> str:
    """The word of the link that the widget shows now."""
    (one,) = [one for one in (await guest.get("ways"))["ways"] if one["channel"] == channel]
    word: str = parse_qs(urlsplit(one["url"]).query)[key][0]
    return word


def lines(thread: Any) -> list[str]:
    """What the activity lines of a talk are of."""
    return [one["activity"]["code"] for one in thread if one.get("activity")]


async def test_from_the_site_into_telegram_and_back(tmp_path: Path) -> None:
    async with telegram_api() as api, room(Product(tmp_path / "data", environment=door(api)), api) as here:
        guest = visitor(here.product.address, referrer="https://search.example/")
        await guest.connect()
        try:
            assert await way(guest, "telegram", "start") == "site"
            await guest.send("From the site")
            talk = (await here.sees("From the site"))["conversation_id"]
            word = await way(guest, "telegram", "start")
            assert len(word) <= 64
            await api.says(ANI, f"/start {word}")
            (told,) = await api.heard(ANI)
            assert told["text"] == TEXTS.get("en", "channel.went_on")
            await guest.wait_for("message", lambda one: one["text"] == told["text"])
            await here.answers(talk, "From the desk")
            assert (await api.heard(ANI, 2))[1]["text"] == "From the desk"
            await guest.wait_for("message", lambda one: one["text"] == "From the desk")
            await api.says(ANI, "From Telegram")
            assert (await here.sees("From Telegram"))["conversation_id"] == talk
            await guest.wait_for("message", lambda one: one["text"] == "From Telegram")
            head = await here.owner.get(f"/conversations/{talk}")
            assert (head["channel"], head["page_url"], head["referrer"], head["contact"]["name"]) == (
                "telegram",
                "https://shop.example/hair",
                "https://search.example/",
                "Ani",
            )
            thread = (await here.owner.get(f"/conversations/{talk}/messages"))["items"]
            assert lines(thread).count("came_by_link") == 1
            assert word not in str(thread)
            # somebody else has seen it: the first has it
            thief = Person(815, "Thief", "en")
            await api.says(thief, f"/start {word}")
            (said,) = await api.heard(thief)
            assert said["text"] == TEXTS.get("en", "channel.link_over")
            await api.says(thief, "Whose talk is it?")
            assert (await here.sees("Whose talk is it?"))["conversation_id"] != talk
            # where he is known as another customer, no link makes him one with anybody
            spare = await way(guest, "telegram", "start")
            card = {"phone_number": "37491000815", "first_name": "Thief", "user_id": thief.id}
            await api.tell(message=api.message(thief, contact=card))
            await api.says(thief, f"/start {spare}")
            await here.desk.wait_for(
                "message", lambda one: (one.get("activity") or {}).get("code") == "came_as_another"
            )
            await api.says(thief, "Still not mine")
            assert (await here.sees("Still not mine"))["conversation_id"] != talk
            # and back
            await guest.send("At the site again")
            assert (await here.sees("At the site again"))["conversation_id"] == talk
            assert len((await here.owner.get("/conversations"))["items"]) == 2
        finally:
            await guest.close()
        assert word not in here.product.log


async def test_from_the_site_into_viber(tmp_path: Path, free_port: int) -> None:
    async with viber_room(tmp_path, free_port) as here:
        guest = visitor(here.product.address)
        await guest.connect()
        try:
            await guest.send("From the site")
            talk = (await here.sees("From the site"))["conversation_id"]
            word = await way(guest, "viber", "context")
            ani = ViberPerson()
            await here.api.tells("conversation_started", ani, subscribed=False, context=word, type="open")
            assert json.loads(here.api.answered)["text"] == TEXTS.get("hy", "channel.went_on_later", business="Barev")
            await here.api.says(ani, "From Viber")
            assert (await here.sees("From Viber"))["conversation_id"] == talk
            await here.answers(talk, "From the desk")
            await guest.wait_for("message", lambda one: one["text"] == "From the desk")
            async with here.api.arrived:
                await here.api.arrived.wait_for(
                    lambda: any(one.get("text") == "From the desk" for one in here.api.sent)
                )
            assert (await here.owner.get(f"/conversations/{talk}"))["channel"] == "viber"
        finally:
            await guest.close()
