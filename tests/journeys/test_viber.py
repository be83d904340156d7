"""Talks over Viber: the real product, and a server of its API beside it."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client, agent, connected
from tests.journeys.firm import eventually
from tests.journeys.test_bot import prepare
from tests.journeys.test_rights import Desk, office
from tests.product import Product
from tests.viber_api import TOKEN, Person, ViberApi, viber_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
ANI = Person()


class Room:
    """A product with its owner at the desk, and Viber."""

    def __init__(self, product: Product, api: ViberApi, owner: Desk, desk: Client) -> None:
        self.product = product
        self.api = api
        self.owner = owner
        self.desk = desk

    async def sees(self, text: str) -> dict[str, Any]:
        """A message as the desk shows it."""
        return await self.desk.wait_for("message", lambda shown: shown["text"] == text)

    async def answers(self, conversation_id: int, text: str, **more: Any) -> int:
        """The agent writes."""
        given = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text, **more}
        return int((await self.desk.get("reply", given))["id"])

    async def becomes(self, message_id: int, **wanted: Any) -> dict[str, Any]:
        """A message as soon as it has changed so."""
        return await self.desk.wait_for(
            "message_changed",
            lambda shown: shown["id"] == message_id and all(shown.get(key) == one for key, one in wanted.items()),
        )


@asynccontextmanager
async def room(tmp_path: Path, port: int, **more: str) -> AsyncIterator[Room]:
    """The product runs, Viber knows where, and the owner sits at the desk."""
    async with viber_api() as api:
        address = f"http://127.0.0.1:{port}"
        settings = {"VIBER_TOKEN": TOKEN, "VIBER_API_URL": api.url, "SERVER_PUBLIC_URL": address, **more}
        environment = {f"BAREV_{key}": value for key, value in settings.items()}
        product = Product(tmp_path / "data", port=port, environment={"BAREV_OUTBOX_LEASE_S": "2", **environment})
        async with office(product, "owner:owner") as (owner,):
            desk = agent(product.address, owner.token)
            async with connected(desk), asyncio.timeout(120):
                await desk.get("hello")
                await api.set_up.wait()
                yield Room(product, api, owner, desk)
                assert TOKEN not in product.log


async def test_a_talk_there_and_back(tmp_path: Path, free_port: int) -> None:
    async with room(tmp_path, free_port) as here:
        await here.api.tells("conversation_started", ANI, subscribed=False, context="page-7", type="open")
        assert json.loads(here.api.answered)["text"].startswith("Բարև")
        token = await here.api.says(ANI, "Barev")
        seen = await here.sees("Barev")
        assert await here.api.call(here.api.event(ANI, token, {"type": "text", "text": "Barev"})) == 200
        for count in range(9):
            await here.api.says(ANI, f"word {count}")
        await here.sees("word 8")
        words = [one["text"] for one in here.desk.events("message") if one["author"]["kind"] == "visitor"]
        assert words == ["Barev", *(f"word {count}" for count in range(9))]
        answer = await here.answers(seen["conversation_id"], "Hello <b>Ani</b>")
        (heard,) = await here.api.heard(ANI, 1)
        assert (heard["type"], heard["text"]) == ("text", "Hello <b>Ani</b>")
        await here.becomes(answer, delivery="sent")
        await here.api.tells("delivered", ANI, heard["message_token"])
        await here.becomes(answer, delivery="delivered")
        await here.api.tells("seen", ANI, heard["message_token"])
        await here.becomes(answer, delivery="read")
        talk = await here.owner.get(f"/conversations/{seen['conversation_id']}")
        card = await here.owner.get(f"/contacts/{talk['contact']['id']}")
        assert [(one["channel"], one["display"]) for one in card["addresses"]] == [("viber", "")]  # no name for people


async def test_calls_that_are_not_vibers(tmp_path: Path, free_port: int) -> None:
    async with room(tmp_path, free_port) as here:
        event = here.api.event(ANI, 7, {"type": "text", "text": "Let me in"})
        for signature in ("0" * 64, "", "ё", "x" * 10_000):
            assert await here.api.call(event, signature or "-") in (400, 403)
        for strange in ({"event": "client_status"}, {"event": "message"}, {"event": 7}, {}):
            assert await here.api.call(strange) in (200, 400)
        await here.api.says(ANI, "It is me")
        await here.sees("It is me")
        assert all(one["text"] != "Let me in" for one in here.desk.events("message"))


async def test_what_is_no_text(tmp_path: Path, free_port: int) -> None:
    async with room(tmp_path, free_port) as here:
        api = here.api
        api.files["slip.pdf"] = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
        link = f"http://127.0.0.1:{api.port}/media/slip.pdf"
        await api.says(ANI, "", type="file", media=link, file_name="slip.pdf", size=len(api.files["slip.pdf"]))
        shown = await here.desk.wait_for("message", lambda one: bool(one.get("attachments")))
        assert shown["attachments"][0]["name"] == "slip.pdf"
        await api.says(ANI, "", type="location", location={"lat": 40.18, "lon": 44.51})
        await here.desk.wait_for("message", lambda one: "40.18000" in one["text"])
        await api.says(ANI, "", type="contact", contact={"name": "Anna", "phone_number": "+37477123456"})
        await here.sees("Anna\n+37477123456")
        await api.says(ANI, "", type="sticker", sticker_id=40126)
        await here.sees("[sticker]")
        await api.says(ANI, "", type="file", media=link + ".gone", file_name="gone.pdf", size=9)
        await here.sees("[gone.pdf]")


async def test_a_booking_by_buttons_and_who_leaves(tmp_path: Path, free_port: int) -> None:
    async with room(tmp_path, free_port) as here:
        await prepare(here.owner)
        await here.api.says(ANI, "haircut")
        said = (await here.api.heard(ANI, 1))[-1]
        buttons = (said.get("keyboard") or said["rich_media"])["Buttons"]
        press = next(one for one in buttons if one["ActionType"] == "reply")
        assert press["ActionBody"].startswith("barev:")
        await here.api.says(ANI, press["ActionBody"])
        await here.sees(press["Text"])
        await here.api.heard(ANI, 2)
        await here.api.tells("unsubscribed", ANI)
        await here.desk.wait_for("message", lambda one: (one.get("activity") or {}).get("code") == "channel_left")


@pytest.mark.kill
async def test_killed_while_viber_has_it(tmp_path: Path, free_port: int) -> None:
    """It may have arrived: an agent sees that, and it is not sent again; what was heard meanwhile is kept once."""
    async with room(tmp_path, free_port) as here:
        token = await here.api.says(ANI, "Barev")
        talk = (await here.sees("Barev"))["conversation_id"]
        here.api.held = asyncio.Event()
        await here.answers(talk, "Hello")
        await here.answers(talk, "Another")
        await here.api.heard(ANI, 1)
        await here.product.kill()
        here.api.held.set()
        here.api.held = None
        waiting = asyncio.create_task(
            here.api.call(here.api.event(ANI, token + 1000, {"type": "text", "text": "Are you there?"}))
        )
        await here.product.start()
        assert await waiting == 200
        assert [one["text"] for one in await here.api.heard(ANI, 2)] == ["Hello", "Another"]
        async with asyncio.timeout(30):
            while True:
                found = (await here.owner.get(f"/conversations/{talk}/messages"))["items"]
                states = {one["text"]: one["delivery"] for one in found if one["author"]["kind"] == "agent"}
                if states == {"Hello": "uncertain", "Another": "sent"}:
                    break
        assert [one["text"] for one in found].count("Are you there?") == 1


@pytest.mark.kill
async def test_the_same_to_many(tmp_path: Path, free_port: int) -> None:
    """What several are told at the same time goes as one request, and is each one's own message: its receipts, its end
    where he is gone, its doubt where it was interrupted."""
    people = [Person(f"user-{number:02}AAAAAAAAAAAA==", f"Guest {number}") for number in range(12)]
    async with room(tmp_path, free_port, VIBER_BROADCAST_FROM="2") as here:
        talks = {}
        for who in people:
            await here.api.says(who, f"I am {who.name}")
            talks[who.id] = (await here.sees(f"I am {who.name}"))["conversation_id"]

        async def tell(whom: list[Person], text: str) -> dict[str, int]:
            ids = await asyncio.gather(*(here.answers(talks[who.id], text) for who in whom))
            return dict(zip((who.id for who in whom), ids, strict=True))

        gone, kept = people[0], people[1:]
        here.api.gone.add(gone.id)
        told = await tell(people, "We are closed tomorrow")
        for who in kept:
            (heard,) = await here.api.heard(who, 1)
            assert (heard["type"], heard["text"]) == ("text", "We are closed tomorrow")
        await here.becomes(told[gone.id], delivery="failed")
        for who in kept:
            await here.becomes(told[who.id], delivery="sent")
        shared = max(here.api.broadcasts, key=len)
        assert len(shared) > 1
        reader, other = [who for who in kept if who.id in shared][:2]
        token = (await here.api.heard(reader, 1))[0]["message_token"]
        assert token == (await here.api.heard(other, 1))[0]["message_token"]
        await here.api.tells("seen", reader, token)
        await here.becomes(told[reader.id], delivery="read")
        await here.api.tells("delivered", other, token)
        await here.becomes(told[other.id], delivery="delivered")

        before = len(here.api.broadcasts)
        here.api.held = asyncio.Event()
        await tell(kept, "We are open again")
        async with asyncio.timeout(30), here.api.arrived:
            await here.api.arrived.wait_for(lambda: len(here.api.broadcasts) > before)
        await here.product.kill()
        here.api.held.set()
        here.api.held = None
        await here.product.start()
        for who in kept:
            await here.api.heard(who, 2)

        async def states(who: Person) -> list[str]:
            found = (await here.owner.get(f"/conversations/{talks[who.id]}/messages"))["items"]
            return [one["delivery"] for one in found if one["text"] == "We are open again"]

        async def waiting() -> int:
            return sum([(await states(who)).count("queued") for who in kept])

        await eventually(waiting, 0)
        interrupted = here.api.broadcasts[before]
        for who in kept:
            assert await states(who) in ([["uncertain"]] if who.id in interrupted else [["sent"], ["uncertain"]])
            assert len(await here.api.heard(who, 2)) == 2
