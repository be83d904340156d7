"""Agents are told in their own Telegram what waits for them, and answer from there: the real product, a visitor of the
website, and a server of the Bot API beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conversation.texts import Catalogue
from tests.bot.telegram.conftest import recorded
from tests.clients import Client, agent, connected, visitor
from tests.journeys.firm import eventually
from tests.journeys.test_rights import Desk, office
from tests.journeys.test_telegram import door
from tests.product import Product
from tests.telegram_api import Person, TelegramApi, telegram_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
GOR = Person(501, "Gor", "ru", "gor_s")
MARO = Person(502, "Maro", "en")


def quick(api: TelegramApi) -> dict[str, str]:
    """A product that tells at once."""
    ours = {"NOTICES_AFTER_S": "0.1", "NOTICES_LOOK_S": "0.1", "DESK_AWAY_GRACE_S": "0.1"}
    public = {"SERVER_PUBLIC_URL": "https://chat.example.am"}
    return {**door(api), **{f"BAREV_{key}": value for key, value in (ours | public).items()}}


@asynccontextmanager
async def firm(tmp_path: Path, api: TelegramApi, *logins: str) -> AsyncIterator[tuple[Product, list[Desk]]]:
    """The product with these people in it, each answering in his language."""
    product = Product(tmp_path / "data", environment=quick(api))
    async with office(product, *logins) as desks:
        yield product, desks


async def link(api: TelegramApi, desk: Desk, who: Person, **choices: Any) -> str:
    """Makes a chat an agent's own; the word that did it. Waiting chats are told of at the first look."""
    status, shown = await desk.ask("PATCH", "/me/notices", {"wait_min": 1, "off_hours": True, **choices})
    assert status == 200, shown
    status, made = await desk.ask("POST", "/me/notices/link", {"channel": "telegram"})
    assert status == 201, made
    url = urlsplit(made["url"])
    assert (url.netloc, url.path) == ("t.me", "/salon_test_bot")
    (word,) = parse_qs(url.query)["start"]
    assert len(word) <= 64
    before = len(api.said_to(who.id))
    await api.says(who, f"/start {word}")
    await api.heard(who, before + 1)
    return str(word)


def words(key: str, language: str = "en", **fields: object) -> str:
    """One of the texts for agents."""
    return TEXTS.get(language, f"notices.{key}", **{"stop": "/stop", **fields})  # type: ignore[arg-type]  # one of ours


async def begin(guest: Client, text: str) -> int:
    """A visitor writes; the conversation."""
    talk = (await guest.get("start", {"answers": {"name": "Ani"}}))["conversation"]["id"]
    await guest.send(text)
    return int(talk)


async def look_on(chief: Client) -> None:
    """At the desk, and not there for customers: nothing is given to him."""
    await chief.get("hello")
    await chief.get("presence", {"status": "away"})


def mine(guest: Client) -> list[str]:
    """What agents said to a visitor."""
    return [one["text"] for one in guest.events("message") if one["author"]["kind"] == "agent"]


async def give(desk: Client, talk: int, agent_id: int) -> None:
    """Hands a conversation to an agent."""
    await desk.get("assign", {"conversation_id": talk, "agent_id": agent_id})


async def test_he_answers_a_visitor_from_his_telegram(tmp_path: Path) -> None:
    """One notice until somebody looked; his reply reaches the website once, whatever comes again; changes follow; what
    he says beside is no conversation; a stranger's reply to nothing neither."""
    async with telegram_api() as api, firm(tmp_path, api, "owner:owner", "gor:agent") as (product, (owner, gor)):
        assert (await gor.get("/me/notices"))["addresses"] == []
        word = await link(api, gor, GOR)
        (welcome,) = api.said_to(GOR.id)
        assert "/stop" in welcome["text"]
        (shown,) = (await gor.get("/me/notices"))["addresses"]
        assert (shown["channel"], shown["display"]) == ("telegram", "@gor_s")
        guest, chief = visitor(product.address), agent(product.address, owner.token)
        async with connected(guest, chief):
            await look_on(chief)
            talk = await begin(guest, "Is there a place at three?")
            await give(chief, talk, await owner.id_of("gor"))
            notice = (await api.heard(GOR, 2))[1]
            assert "Is there a place at three?" in notice["text"]
            assert f"https://chat.example.am/desk/#/dialogs/{talk}" in notice["text"]
            keys = [key["text"] for row in notice["reply_markup"]["inline_keyboard"] for key in row]
            assert keys == [words("button.take"), words("button.resolve")]
            await guest.send("Hello?")
            said = api.message(GOR, text="Yes, come", reply_to_message=notice)
            await api.tell(message=said)
            await guest.wait_for("message", lambda one: one["text"] == "Yes, come")
            await api.tell(message=said)
            await api.edits(GOR, said["message_id"], text="Yes, do come")
            await guest.wait_for("message_changed", lambda one: one["text"] == "Yes, do come")
            await api.says(GOR, "What is this?")
            assert (await api.heard(GOR, 3))[2]["text"] == words("said.how")
            await guest.send("And at four?")
            second = (await api.heard(GOR, 4))[3]
            assert "And at four?" in second["text"]
            await api.says(GOR, "At four too", reply_to_message=second)
            await guest.wait_for("message", lambda one: one["text"] == "At four too")
            assert mine(guest) == ["Yes, come", "At four too"]
            assert len((await owner.get("/conversations"))["items"]) == 1
            await api.says(MARO, f"/start {word}")  # used up, and a stranger's
            assert (await api.heard(MARO))[0]["text"] == words("said.link_over")
            assert len((await owner.get("/conversations"))["items"]) == 1
            await api.says(GOR, "/stop")
            assert (await api.heard(GOR, 5))[4]["text"] == words("said.stopped")
            assert (await gor.get("/me/notices"))["addresses"] == []
            await guest.send("One more thing")
            await api.says(GOR, "Now I am a customer")
            await chief.wait_for("message", lambda one: one["text"] == "Now I am a customer")
            assert len(api.said_to(GOR.id)) == 5
            assert api.floods == 0
            deeds = [one["action"] for one in (await owner.get("/audit?limit=200"))["items"]]
            assert {"agent.notices_linked", "agent.notices_unlinked"} <= set(deeds)


async def test_whose_it_is(tmp_path: Path) -> None:
    """Buttons take and resolve; a colleague's is refused with his name; who may not work any more hears nothing, and
    his reply goes nowhere."""
    async with (
        telegram_api() as api,
        firm(tmp_path, api, "owner:owner", "gor:agent", "maro:agent") as (
            product,
            (owner, gor, maro),
        ),
    ):
        await link(api, gor, GOR)
        await link(api, maro, MARO)
        guest, chief = visitor(product.address), agent(product.address, owner.token)
        async with connected(guest, chief):
            await look_on(chief)
            talk = await begin(guest, "Hello")
            await give(chief, talk, await owner.id_of("gor"))
            notice = (await api.heard(GOR, 2))[1]
            await api.presses(GOR, notice, words("button.take"))
            await give(chief, talk, await owner.id_of("maro"))
            other = (await api.heard(MARO, 2))[1]
            await api.presses(MARO, other, words("button.take"))
            assert (await api.heard(MARO, 3))[2]["text"] == words("said.taken", name="Ani")
            await api.says(GOR, "I am late", reply_to_message=notice)
            refusal = (await api.heard(GOR, 4))[-1]["text"]
            assert refusal == TEXTS.get("en", "error.already_taken", name="maro")
            assert mine(guest) == []
            await api.says(MARO, "Here I am", reply_to_message=other)
            await guest.wait_for("message", lambda one: one["text"] == "Here I am")
            await api.presses(MARO, other, words("button.resolve"))
            assert (await api.heard(MARO, 4))[3]["text"] == words("said.resolved", name="Ani")
            await api.says(MARO, "And more", reply_to_message=other)
            assert (await api.heard(MARO, 5))[4]["text"] == TEXTS.get("en", "error.conversation_resolved")
            status, _ = await owner.ask("PATCH", f"/agents/{await owner.id_of('maro')}", {"disabled": True})
            assert status == 200
            again = await begin(guest, "Once more")
            await give(chief, again, await owner.id_of("gor"))
            await api.heard(GOR, 5)
            await api.says(MARO, "Am I still here?", reply_to_message=other)
            await chief.wait_for("message", lambda one: one["text"] == "Am I still here?")
            assert mine(guest) == ["Here I am"]
            assert len(api.said_to(MARO.id)) == 5


async def test_at_the_desk_nobody_is_told(tmp_path: Path) -> None:
    """Who has the desk open sees it there; when he has left, he is told of what he has not looked at."""
    async with telegram_api() as api, firm(tmp_path, api, "owner:owner", "gor:agent") as (product, (owner, gor)):
        await link(api, gor, GOR)
        guest, chief, window = (
            visitor(product.address),
            agent(product.address, owner.token),
            agent(product.address, gor.token),
        )
        async with connected(guest, chief):
            await look_on(chief)
            async with connected(window):
                await window.get("hello")
                talk = await begin(guest, "Hello")
                await give(chief, talk, await owner.id_of("gor"))
                seen = await window.wait_for("message", lambda one: one["text"] == "Hello")
                await window.get("open", {"conversation_id": talk})
                await window.get("read", {"conversation_id": talk, "seq": seen["seq"]})
            await guest.send("Still there?")
            notice = (await api.heard(GOR, 2))[1]
            assert "Still there?" in notice["text"]
            assert len(api.said_to(GOR.id)) == 2


async def test_a_picture_and_what_cannot_be_passed_on(tmp_path: Path) -> None:
    """What he sends in reply is a file of his answer; a poll goes nowhere, and he is told so."""
    picture = (Path(__file__).parents[1] / "data" / "telegram" / "dot.png").read_bytes()
    async with telegram_api() as api, firm(tmp_path, api, "owner:owner", "gor:agent") as (product, (owner, gor)):
        await link(api, gor, GOR)
        guest, chief = visitor(product.address), agent(product.address, owner.token)
        async with connected(guest, chief):
            await look_on(chief)
            talk = await begin(guest, "What does it look like?")
            await give(chief, talk, await owner.id_of("gor"))
            notice = (await api.heard(GOR, 2))[1]
            poll = recorded("strange")[0]["message"]["poll"]
            await api.tell(message=api.message(GOR, poll=poll, reply_to_message=notice))
            assert (await api.heard(GOR, 3))[2]["text"] == words("said.unsupported")
            api.files["far/photo-1"] = picture
            size = {"file_id": "photo-1", "file_unique_id": "p1", "width": 1, "height": 1, "file_size": len(picture)}
            shown = api.message(GOR, caption="Like this", photo=[size], reply_to_message=notice)
            await api.tell(message=shown)
            answer = await guest.wait_for("message", lambda one: one["text"] == "Like this")
            assert [one["mime"] for one in answer["attachments"]] == ["image/png"]


@pytest.mark.kill
async def test_killed_between_notice_and_answer(tmp_path: Path) -> None:
    """The link, the notice and the answer outlive the process; nothing is said twice."""
    async with telegram_api() as api, firm(tmp_path, api, "owner:owner", "gor:agent") as (product, (owner, gor)):
        await link(api, gor, GOR)
        guest, chief = visitor(product.address), agent(product.address, owner.token)
        async with connected(guest, chief):
            await look_on(chief)
            talk = await begin(guest, "Hello")
            await give(chief, talk, await owner.id_of("gor"))
            notice = (await api.heard(GOR, 2))[1]
            token = (await guest.get("hello"))["token"]

            async def named() -> bool:
                letters = (await owner.get("/letters?purpose=notice"))["items"]
                return len(letters) == 2 and all(one["state"] == "sent" for one in letters)

            await eventually(named, True)
        await product.kill()
        await api.says(GOR, "Hello Ani", reply_to_message=notice)
        await product.start()
        back = visitor(product.address, token)
        async with connected(back):

            async def heard() -> list[str]:
                shown = (await back.get("hello"))["messages"]
                return [one["text"] for one in shown if one["author"]["kind"] == "agent"]

            await eventually(heard, ["Hello Ani"])
            await product.kill()
        await api.tell(message=api.messages[GOR.id, notice["message_id"] + 1])
        await product.start()
        async with connected(again := visitor(product.address, token)):
            await api.says(GOR, "word")
            await api.heard(GOR, 3)
            shown = (await again.get("hello"))["messages"]
            assert [one["text"] for one in shown if one["author"]["kind"] == "agent"] == ["Hello Ani"]
