"""Talks with the bot through a visitor's real socket: what is said, where the talk stands then, and what people get."""

import re
import sqlite3
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from conversation.messages import Json
from conversation.texts import Catalogue
from tests.clients import Client, agent, connected, visitor
from tests.journeys.talk_files import Line, Talk, read_talks
from tests.journeys.test_rights import Desk, office
from tests.product import Product
from tests.routing.far_sides import standing_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
TALKS = read_talks()
PATIENT = {"BAREV_UNDERSTANDING_TIMEOUT_S": "60"}
"""On a busy machine, too, a message is understood by both tiers."""


@dataclass
class Firm:
    """A running product whose inbox has its bot switched on."""

    product: Product
    owner: Desk

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the store holds."""
        with sqlite3.connect(f"file:{self.product.data / 'barev.db'}?mode=ro", uri=True) as store:
            found = store.execute(query, values).fetchall()
        store.close()
        return found

    def write(self, statement: str) -> None:
        """Changes what the store holds, beside the server."""
        with sqlite3.connect(self.product.data / "barev.db") as store:
            store.execute(statement)
        store.close()

    def state(self, conversation_id: int) -> str:
        """Where a talk stands, as the files write it."""
        query = "SELECT status, handler, flow, step FROM conversations LEFT JOIN dialogues ON conversation_id = id"
        ((status, handler, flow, step),) = self.rows(f"{query} WHERE id = ?", conversation_id)
        if status == "resolved":
            return "resolved"
        return "people" if handler != "bot" else f"{flow}.{step}" if flow else "-"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """One for all talks: each is another visitor's."""
    product = Product(tmp_path_factory.mktemp("bot") / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        yield Firm(product, owner)


async def prepare(owner: Desk) -> None:
    """Switches the bot on at every door, and gives the branch an address."""
    for inbox in (await owner.get("/inboxes"))["items"]:
        switched = await owner.ask("PATCH", f"/inboxes/{inbox['id']}", {"settings": {"switches": {"bot": True}}})
        assert switched[1]["settings"]["switches"]["bot"] is True
    (branch,) = (await owner.get("/branches"))["items"]
    given = {"address": "Abovyan 1", "phone": "+374 10 123456"}
    assert (await owner.ask("PATCH", f"/branches/{branch['id']}", given))[0] == 200


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.name)
async def test_a_talk(firm: Firm, talk: Talk) -> None:
    """Every line is answered as the file says, once, and leaves the talk where the file says."""
    await follow(firm, talk)


async def follow(firm: Firm, talk: Talk) -> None:
    """Says a talk's lines and looks at what comes of each."""
    guest = visitor(firm.product.address, language=talk.language)
    async with connected(guest):
        conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        for line in talk.lines:
            language = line.language
            answer = await say(guest, line)
            where = f"{talk.name}:{line.number}: {line.text!r} -> {answer['text']!r}"
            if line.kind:
                assert ("buttons" if answer.get("buttons") else "text") == line.kind, where
            for key in line.keys:
                assert said(answer["text"], TEXTS.section(language, "flow")[key]), f"{where} has no {key}"
            for word in line.words:
                assert word in str([answer["text"], answer.get("buttons")]).replace("\\xa0", " "), where
            if line.state:
                assert firm.state(conversation_id) == line.state, where


async def say(guest: Client, line: Line) -> dict[str, Any]:
    """Says a line, or presses its button, and waits for the one answer."""
    before = [one for one in guest.events("message") if one["author"]["kind"] == "bot"]
    if line.pressed is None:
        sent = await guest.send(line.text)
    else:
        label = TEXTS.section(line.language, "flow").get(line.pressed, line.pressed)
        shown = before[-1]
        (value,) = [one["value"] for one in shown["buttons"] if one["label"] == label]
        sent = await guest.get("choose", {"message_id": shown["id"], "value": value})
    return await guest.wait_for(
        "message", lambda shown: shown["author"]["kind"] == "bot" and shown["seq"] > sent["seq"]
    )


def said(text: str, template: str) -> bool:
    """Whether a text of the catalogue is in what was said, whatever its fields are filled with."""
    return re.search(".*".join(map(re.escape, re.split(r"\{[a-z_]+\}", template))), text) is not None


async def test_people_get_all_that_was_said(firm: Firm) -> None:
    """A hand-over is given to an agent with the reason and a note that no visitor sees; after its end the bot has it
    again, and the agent comes first the next time."""
    added = firm.product.add_user("ani")
    assert added.returncode == 0, added.stderr
    many = {"capacity": 1000}  # those of the other talks are waiting, too
    assert (await firm.owner.ask("PATCH", f"/agents/{await firm.owner.id_of('ani')}", many))[0] == 200
    ani = agent(firm.product.address, await firm.product.log_in("ani"))
    guest = visitor(firm.product.address)
    async with connected(ani, guest):
        await ani.get("presence", {"status": "online"})
        conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        for text in ("I'd like a haircut tomorrow at 3", "Anna", "operator"):
            await say(guest, Line(text))
        path = f"/conversations/{conversation_id}"
        given = await ani.wait_for(
            "conversation", lambda shown: shown["id"] == conversation_id and shown["assignee"] is not None
        )
        assert (given["handler"], given["unanswered"]) == ("agent", True)
        thread = (await firm.owner.get(f"{path}/messages"))["items"]
        private = [one for one in thread if one["private"]]
        assert private[0]["activity"] == {"code": "bot_asked", "fields": {}}
        assert re.search(r"haircut.* tomorrow at 3 \(\d{4}-\d\d-\d\d 15:00\).* Anna", private[1]["text"], re.DOTALL)
        assert not any(one.get("private") for one in (await guest.get("sync", {"after_change": 0}))["messages"])
        await ani.get("take", {"conversation_id": conversation_id})
        answered = len(guest.events("message"))
        await guest.send("are you there?")
        await ani.get("resolve", {"conversation_id": conversation_id})
        assert not any(one["author"]["kind"] == "bot" for one in guest.events("message")[answered:])
        await say(guest, Line("hello"))
        assert firm.state(conversation_id) == "-"
        ((known,),) = firm.rows("SELECT known_agent_id FROM conversations WHERE id = ?", conversation_id)
        assert known == (await firm.owner.id_of("ani"))


async def test_an_agent_may_take_a_talk_from_the_bot(firm: Firm) -> None:
    """At any time, and the bot is silent from then on."""
    firm.product.add_user("mher")
    mher = agent(firm.product.address, await firm.product.log_in("mher"))
    guest = visitor(firm.product.address)
    async with connected(mher, guest):
        conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        await say(guest, Line("hello"))
        taken = await mher.get("take", {"conversation_id": conversation_id})
        assert taken["conversation"]["handler"] == "agent"
        before = len(guest.events("message"))
        await guest.send("hello")
        body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": "Hi, Mher here"}
        await mher.get("reply", body)
        await guest.wait_for("message", lambda shown: shown["text"] == "Hi, Mher here")
        assert [one["author"]["kind"] for one in guest.events("message")[before:]] == ["visitor", "agent"]


async def test_without_the_switch_people_answer(firm: Firm) -> None:
    """What the bot handles when it is switched off goes to people, without a word."""
    ((inbox_id,),) = firm.rows("SELECT min(id) FROM inboxes")
    guest = visitor(firm.product.address)
    async with connected(guest):
        conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        await say(guest, Line("hello"))
        await firm.owner.ask("PATCH", f"/inboxes/{inbox_id}", {"settings": {"switches": {"bot": False}}})
        try:
            sent = await guest.send("hello")
            await guest.wait_for("conversation", lambda shown: shown["change"] > sent["change"])
            assert firm.state(conversation_id) == "people"
        finally:
            await firm.owner.ask("PATCH", f"/inboxes/{inbox_id}", {"settings": {"switches": {"bot": True}}})


STEPS = (
    "I'd like a haircut tomorrow at 9",
    "2",
    "how late are you open?",
    "Anna",
    "+374 77 123456",
    "no, at 5",
    "yes",
)


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="function")
async def test_a_talk_goes_on_though_the_server_is_killed_at_every_step(tmp_path: Path) -> None:
    """Where it stood, with what was filled in: what was acknowledged is answered, once, as without the deaths."""
    product = Product(tmp_path / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        calm = visitor(product.address)
        async with connected(calm):
            await calm.get("start", {"answers": {}})
            whole = [(await say(calm, Line(text)))["text"] for text in STEPS]
        guest = visitor(product.address)
        async with connected(guest):
            token = (await guest.get("start", {"answers": {}}))["token"]
        for number, text in enumerate(STEPS, 1):
            guest = visitor(product.address, token)
            async with connected(guest):
                sent = await guest.send(text)
                await product.kill()
            await product.start()
            guest = visitor(product.address, token)
            async with connected(guest):
                seen = (await guest.get("hello"))["messages"]
                if not any(one["author"]["kind"] == "bot" and one["seq"] > sent["seq"] for one in seen):
                    await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "bot")
                shown = (await guest.get("sync", {"after_change": 0}))["messages"]
            assert [one["text"] for one in shown if one["author"]["kind"] == "bot"] == whole[:number]
    assert "17:00" in whole[-2]
    assert TEXTS.get("en", "flow.handing.request") in whole[-1]


@pytest.mark.asyncio(loop_scope="function")
async def test_another_engine_may_be_asked(tmp_path: Path) -> None:
    """A Rasa server says what is wanted; when it fails, the product's own engine does."""
    said: Json = {"intent": {"name": "hours", "confidence": 0.9}}
    works = True
    async with standing_in(lambda _body: said if works else 500) as server:
        product = Product(tmp_path / "data", environment={**PATIENT, "BAREV_RASA_URL": server.url})
        async with office(product, "owner:owner") as (owner,):
            await prepare(owner)
            guest = visitor(product.address)
            async with connected(guest):
                await guest.get("start", {"answers": {}})
                answer = await say(guest, Line("squeak squeak"))
                works = False
                price = await say(guest, Line("how much is a haircut?"))
    assert TEXTS.get("en", "flow.always") in answer["text"]
    assert TEXTS.get("en", "flow.prices") in price["text"]
    assert server.asked == [{"text": "squeak squeak"}, {"text": "how much is a haircut?"}]


async def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    """Before anything is opened, in one line."""
    product = Product(tmp_path / "data", environment={"BAREV_LLM_URL": "localhost:11434"})
    ended = product.run("serve", "--port", "0")
    assert (ended.returncode, ended.stderr) == (
        2,
        "barev: llm.url is no address; one looks like http://127.0.0.1:5005\n",
    )
