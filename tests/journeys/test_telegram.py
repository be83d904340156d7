"""Talks over Telegram: the real product, and a server of the Bot API beside it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from conversation.texts import Catalogue
from tests.bot.telegram.conftest import recorded
from tests.clients import Client, agent, connected
from tests.journeys.firm import eventually
from tests.journeys.salon import furnish
from tests.journeys.test_bot import PATIENT
from tests.journeys.test_rights import Desk, office
from tests.processes import Processes, all_running
from tests.product import Product
from tests.telegram_api import TOKEN, Person, TelegramApi, telegram_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
ANI = Person(4711, "Ani", "hy", "ani_m")


def door(api: TelegramApi, **more: str) -> dict[str, str]:
    """The settings of the door."""
    given = {"TOKEN": TOKEN, "API_URL": api.url, "POLL_S": "5", **more}
    ours = {"BAREV_OUTBOX_LEASE_S": "2", "BAREV_BUSINESS_LANGUAGES": "en,hy,ru"}
    return {**ours, **{f"BAREV_TELEGRAM_{key}": value for key, value in given.items()}}


class Room:
    """A product with its owner at the desk, and Telegram."""

    def __init__(self, product: Product, api: TelegramApi, owner: Desk, desk: Client) -> None:
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
async def room(product: Product, api: TelegramApi) -> AsyncIterator[Room]:
    """The product runs, and the owner sits at the desk."""
    async with office(product, "owner:owner") as (owner,):
        desk = agent(product.address, owner.token)
        async with connected(desk):
            await desk.get("hello")
            yield Room(product, api, owner, desk)


async def test_a_talk_there_and_back(tmp_path: Path) -> None:
    """Words, quotes, changes and what is taken back, both ways; each once and in its order."""
    async with telegram_api() as api, room(Product(tmp_path / "data", environment=door(api)), api) as here:
        first = await api.says(ANI, "Barev")
        seen = await here.sees("Barev")
        talk = seen["conversation_id"]
        await here.desk.get("typing", {"conversation_id": talk, "on": True})
        (typing,) = await api.asked_for("sendChatAction")
        assert (typing["chat_id"], typing["action"]) == (str(ANI.id), "typing")
        answer = await here.answers(talk, "Hello, *Ani* <b>", reply_to=seen["id"])
        (heard,) = await api.heard(ANI)
        assert (heard["text"], heard["reply_to_message"]["message_id"]) == ("Hello, *Ani* <b>", first)
        await here.becomes(answer, delivery="sent")
        await here.desk.get("edit_message", {"message_id": answer, "text": "Hello, Ani"})
        await api.until(lambda: heard["text"] == "Hello, Ani")
        await here.desk.get("delete_message", {"message_id": answer})
        await api.asked_for("deleteMessage")
        assert (ANI.id, heard["message_id"]) not in api.messages
        late = await here.answers(talk, "Later")
        (_, shown) = await api.heard(ANI, 2)
        await here.becomes(late, delivery="sent")
        shown["date"] -= 49 * 3600
        await here.desk.get("delete_message", {"message_id": late})
        await here.desk.wait_for(
            "message", lambda one: (one.get("activity") or {}).get("code") == "channel_delete_failed"
        )
        question = await here.answers(talk, "Where is it?")
        (*_, asked) = await api.heard(ANI, 3)
        await here.becomes(question, delivery="sent")  # nobody quotes what has only just arrived
        update = await api.says(ANI, "There", reply_to_message=asked)
        await here.sees("There")
        thread = (await here.owner.get(f"/conversations/{talk}/messages"))["items"]
        quoting = next(one for one in thread if one["text"] == "There")
        assert next(one["text"] for one in thread if one["id"] == quoting["reply_to"]) == "Where is it?"
        assert update
        assert api.floods == 0
        assert TOKEN.partition(":")[2] not in here.product.log


async def test_bursts_repeats_and_kinds(tmp_path: Path) -> None:
    """Nine at once in their order; what comes again is there once; a change keeps its file; what cannot be shown leaves
    a note; a group is refused once."""
    picture = (Path(__file__).parents[1] / "data" / "telegram" / "dot.png").read_bytes()
    async with telegram_api() as api, room(Product(tmp_path / "data", environment=door(api)), api) as here:
        for number in range(9):
            await api.says(ANI, f"word {number}")
        await here.sees("word 8")
        api.files["far/photo-1"] = picture
        size = {"file_id": "photo-1", "file_unique_id": "p1", "width": 1, "height": 1, "file_size": len(picture)}
        shown = api.message(ANI, caption="My hair", photo=[size])
        await api.tell(message=shown)
        before = await here.sees("My hair")
        talk = before["conversation_id"]
        await api.edits(ANI, shown["message_id"], caption="My hair now")
        edited = await here.becomes(before["id"], text="My hair now")
        assert (len(edited["attachments"]), "edited_at" in edited) == (1, True)
        for number in (1, 2):  # the same once more, as after an answer that was lost
            await api.tell(message=shown | {"caption": "My hair"})
            await api.tell(message=api.messages[ANI.id, shown["message_id"] - number])
        group = {"id": -100200, "type": "supergroup", "title": "Friends"}
        for text in ("Barev, bot", "Bot?"):
            said = api.message(Person(5, "Boris", "ru"), text=text) | {"chat": group}
            api.messages[-100200, said["message_id"]] = said
            await api.tell(message=said)
        await api.tell(message=api.message(ANI, poll=recorded("strange")[0]["message"]["poll"]))
        note = await here.desk.wait_for("message", lambda one: one["kind"] == "unsupported")
        assert TEXTS.get("en", "channel.kind_poll") in note["text"]
        (left,) = await api.asked_for("leaveChat")
        (refused,) = api.said_to(-100200)
        assert refused["text"] == TEXTS.get("ru", "channel.no_groups")
        assert left["chat_id"] == "-100200"
        thread = (await here.owner.get(f"/conversations/{talk}/messages"))["items"]
        said_by_her = [one["text"] for one in thread if one["author"]["kind"] == "visitor"]
        assert said_by_her == [*(f"word {number}" for number in range(9)), "My hair now", note["text"]]
        assert len((await here.owner.get("/conversations"))["items"]) == 1


async def test_a_wrong_token_harms_nobody(tmp_path: Path) -> None:
    """It is said in the log and by the doctor, and the product runs on."""
    async with telegram_api() as api:
        wrong = TOKEN[:-3] + "xyz"
        product = Product(tmp_path / "data", environment=door(api, TOKEN=wrong))
        async with room(product, api) as here:
            assert (await here.owner.get("/conversations"))["items"] == []

            async def told() -> bool:
                return "telegram.token is wrong" in product.log

            await eventually(told, True)
            said = await asyncio.to_thread(product.run, "doctor", "--language", "en")
            assert "WRONG telegram.token: Telegram does not know this bot." in said.stdout
            assert wrong.partition(":")[2] not in product.log + said.stdout + said.stderr
            right = Product(product.data, environment=door(api))
            said = await asyncio.to_thread(right.run, "doctor", "--language", "en")
            assert "Telegram: the bot @salon_test_bot answers." in said.stdout


async def test_telegram_calls(tmp_path: Path) -> None:
    """A webhook: who does not know the secret is sent away, and what was taken was kept."""
    async with telegram_api() as api:
        product = Product(tmp_path / "data", environment=door(api, WEBHOOK_URL=""))
        async with room(product, api) as here:
            await api.says(ANI, "asked for")
            await here.sees("asked for")
        assert api.webhook == {}
        product.environment = door(api, WEBHOOK_URL=f"http://127.0.0.1:{product.port}")
        async with room(product, api) as here:
            await api.until(lambda: bool(api.webhook))
            assert (api.webhook["max_connections"], "business_message" in api.webhook["allowed_updates"]) == ("1", True)
            said = api.message(ANI, text="a stranger's")
            assert await api.call({"update_id": 1, "message": said}, secret="guessed") == 403
            await api.says(ANI, "called")
            await here.sees("called")
            shown = (await here.owner.get("/conversations"))["items"]
            assert [one["last_text"] for one in shown] == ["called"]


async def thread_of(owner: Desk, talk: int) -> list[dict[str, Any]]:
    """What was said in a talk."""
    items: list[dict[str, Any]] = (await owner.get(f"/conversations/{talk}/messages?limit=200"))["items"]
    return items


@pytest.mark.kill
async def test_killed_while_it_is_said_and_heard(tmp_path: Path) -> None:
    """Nothing is lost and nothing is there twice: what was under way is shown as what may have arrived."""
    async with telegram_api() as api:
        product = Product(tmp_path / "data", environment=door(api))
        async with room(product, api) as here:
            await api.says(ANI, "Barev")
            talk = (await here.sees("Barev"))["conversation_id"]
            api.held = asyncio.Event()
            ids = [await here.answers(talk, f"answer {number}") for number in range(3)]
            await api.heard(ANI)
            await product.kill()
            api.held.set()
            api.held = None
        said = [f"word {number}" for number in range(12)]
        for first in (0, 6):
            for text in said[first : first + 6]:
                await api.says(ANI, text)
            await product.start()
            await api.until(lambda: api.updates == [] or api.confirmed > 0)
            await product.kill()
        async with room(product, api) as here:
            await api.heard(ANI, 3)
            assert [one["text"] for one in api.sent] == ["answer 0", "answer 1", "answer 2"]

            async def states() -> list[str]:
                shown = {one["id"]: one["delivery"] for one in await thread_of(here.owner, talk)}
                return [shown[one] for one in ids]

            await eventually(states, ["uncertain", "sent", "sent"])
            await here.api.says(ANI, "the last")

            async def words() -> list[str]:
                return [one["text"] for one in await thread_of(here.owner, talk) if one["author"]["kind"] == "visitor"]

            await eventually(words, ["Barev", *said, "the last"])
            assert api.floods == 0


async def test_a_booking_by_buttons(tmp_path: Path) -> None:
    """From the first word to the visit; the phone is a card that he shares."""
    async with telegram_api() as api, room(Product(tmp_path / "data", environment=door(api) | PATIENT), api) as here:
        for inbox in (await here.owner.get("/inboxes"))["items"]:
            switched = await here.owner.ask(
                "PATCH", f"/inboxes/{inbox['id']}", {"settings": {"switches": {"bot": True}}}
            )
            assert switched[0] == 200
        await furnish(here.owner)
        guest = Person(77, "Anna", "en")
        presses: list[str] = []
        await api.says(guest, "/start")
        async with asyncio.timeout(90):
            for count in range(1, 15):
                shown = (await api.heard(guest, count))[count - 1]
                if "Done, you are booked!" in shown["text"]:
                    break
                keys = [key["text"] for row in shown.get("reply_markup", {}).get("inline_keyboard", ()) for key in row]
                if keys:
                    presses.append(await api.presses(guest, shown, keys[0]))
                else:
                    card = {"phone_number": "37477123456", "first_name": "Anna", "user_id": guest.id}
                    await api.tell(message=api.message(guest, contact=card))
        visits = (await here.owner.get("/appointments"))["items"]
        assert len(visits) == 1
        assert len(await api.asked_for("answerCallbackQuery", len(presses))) == len(presses) > 3
        assert api.floods == 0
        await a_voice_goes_to_people(here)


async def a_voice_goes_to_people(here: Room) -> None:
    """A first word that nobody typed: he hears that a person will listen, and nothing empty stands beside it."""
    caller, sound = Person(78, "Vahe", "ru"), b"OggS" + bytes(200)
    here.api.files["far/voice-1"] = sound
    voice = {"file_id": "voice-1", "file_unique_id": "v1", "duration": 2, "mime_type": "audio/ogg"}
    await here.api.tell(message=here.api.message(caller, voice={**voice, "file_size": len(sound)}))
    (answer,) = await here.api.heard(caller)
    assert answer["text"] == TEXTS.get("ru", "flow.handing.voice")
    said = await here.sees(answer["text"])
    thread = await thread_of(here.owner, said["conversation_id"])
    assert [one["author"]["kind"] for one in thread if not one["text"] and one["kind"] != "activity"] == ["visitor"]


@pytest.mark.kill
async def test_whoever_holds_the_door_dies(processes: Processes) -> None:
    """Of several processes one hears and sends; when it is killed another does, in order and once."""
    async with telegram_api() as api:
        products = processes(door(api))
        async with all_running(*products):
            assert products[0].add_user("owner", "owner").returncode == 0
            said = [f"word {number}" for number in range(8)]
            for text in said[:4]:
                await api.says(ANI, text)
            await api.until(lambda: api.confirmed > 0)
            (holder,) = (one for one in products if "hearing what is said to" in one.log)
            await holder.kill()
            for text in said[4:]:
                await api.says(ANI, text)
            other = next((one for one in products if one is not holder), holder)
            if other is holder:
                await holder.start()
            token = await other.log_in("owner")
            desk = agent(other.address, token)
            async with aiohttp.ClientSession(other.address) as web, connected(desk):
                owner = Desk(web, token)

                async def words() -> list[str]:
                    talks = (await owner.get("/conversations"))["items"]
                    thread = [one for talk in talks for one in await thread_of(owner, talk["id"])]
                    return [one["text"] for one in thread if one["author"]["kind"] == "visitor"]

                await eventually(words, said)
                (talk,) = (await owner.get("/conversations"))["items"]
                here = Room(other, api, owner, desk)
                for number in range(3):
                    await here.answers(talk["id"], f"answer {number}")
                shown = await api.heard(ANI, 3)
                assert [one["text"] for one in shown] == ["answer 0", "answer 1", "answer 2"]
                assert api.floods == 0
            if other is not holder:
                await holder.start()
