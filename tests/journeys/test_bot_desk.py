"""The bot as agents and owners have it: what it understood, stepping in and giving back, suggestions, own texts."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from conversation.texts import Catalogue
from tests.clients import Client, agent, connected, visitor
from tests.journeys.talk_files import Line
from tests.journeys.test_bot import PATIENT, Firm, prepare, say
from tests.journeys.test_rights import Desk, code_of, office
from tests.processes import all_running, make_processes
from tests.product import Product
from tests.servers import RedisServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
HAIRCUT = "I'd like a haircut tomorrow at 3"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """One for all; each test has visitors and agents of its own."""
    product = Product(tmp_path_factory.mktemp("bot") / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        yield Firm(product, owner)


async def hire(firm: Firm) -> Client:
    """An agent's window."""
    login = f"a{uuid.uuid4().hex[:8]}"
    assert firm.product.add_user(login).returncode == 0
    return agent(firm.product.address, await firm.product.log_in(login))


async def begin(guest: Client) -> int:
    found: int = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
    return found


async def refused(client: Client, event: str, data: Any) -> dict[str, Any]:
    """Why it was refused."""
    answer = await client.ask(event, data)
    assert answer["ok"] is False, answer
    why: dict[str, Any] = answer["error"]
    return why


def words(text: str) -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "text": text}


async def test_what_the_bot_understood_is_for_agents_alone(firm: Firm) -> None:
    """With the answer: live, in the opened dialog, by REST; taken back with the message; never told to visitors."""
    ani, guest = await hire(firm), visitor(firm.product.address)
    async with connected(ani, guest):
        await ani.get("hello")
        number = await begin(guest)
        await say(guest, Line(HAIRCUT))
        answer = await ani.wait_for("message", lambda one: one["conversation_id"] == number and "reading" in one)
        thread = (await ani.get("open", {"conversation_id": number}))["messages"]
        (asked,) = [one for one in thread if one["text"] == HAIRCUT]
        reading = answer["reading"]
        assert reading["message_id"] == asked["id"]
        assert (reading["intent"], reading["language"], reading["flow"], reading["step"]) == (
            "book",
            "en",
            "book",
            "name",
        )
        assert 0.5 < reading["confidence"] <= 1
        assert [one["text"] for one in reading["entities"] if one["kind"] == "time"] == ["tomorrow at 3"]
        assert [one["reading"] for one in thread if "reading" in one] == [reading]
        by_rest = (await firm.owner.get(f"/conversations/{number}/messages"))["items"]
        assert [one["reading"] for one in by_rest if "reading" in one] == [reading]
        shown = (await guest.get("sync", {"after_change": 0}))["messages"]
        assert not any("reading" in one for one in [*shown, *guest.events("message")])
        boss = agent(firm.product.address, await firm.product.log_in("owner"))
        async with connected(boss):
            await boss.get("delete_message", {"message_id": asked["id"]})
        left = (await ani.get("open", {"conversation_id": number}))["messages"]
        assert not any("reading" in one for one in left)
        assert [one["text"] for one in left if one["id"] == answer["id"]] == [answer["text"]]


async def test_stepping_in_and_giving_back(firm: Firm) -> None:
    """The bot is silent while an agent has it; given back, it begins anew, and answers what is still open."""
    ani, mher, guest = await hire(firm), await hire(firm), visitor(firm.product.address)
    async with connected(ani, mher, guest):
        number = {"conversation_id": await begin(guest)}
        await say(guest, Line(HAIRCUT))
        await ani.get("take", number)
        await ani.get("reply", {**number, **words("One moment")})
        refusal = await refused(mher, "give_back", number)
        assert (refusal["code"], "assignee" in refusal) == ("already_taken", True)
        given = (await ani.get("give_back", number))["conversation"]
        assert (given["handler"], given["assignee"], given["unanswered"]) == ("bot", None, False)
        assert (await ani.get("give_back", number))["conversation"]["change"] == given["change"] + 1  # the line's own
        lines = [one.get("activity") for one in (await ani.get("open", number))["messages"]]
        assert [one["code"] for one in lines if one][-2:] == ["taken", "given_back"]
        assert firm.state(number["conversation_id"]) == "-"  # a fresh start
        await say(guest, Line("hello"))

        await mher.get("take", number)
        open_question = await guest.send("hello")
        await mher.wait_for("message", lambda one: one["id"] == open_question["id"])
        path = f"/conversations/{number['conversation_id']}/give-back"
        async with aiohttp.ClientSession(firm.product.address) as web:
            desk = Desk(web, mher.auth["token"])
            status, shown = await desk.ask("POST", path)
        assert (status, shown["handler"]) == (200, "bot")
        await guest.wait_for(
            "message", lambda one: one["author"]["kind"] == "bot" and one["seq"] > open_question["seq"]
        )
        await mher.get("resolve", number)
        assert (await refused(mher, "give_back", number))["code"] == "conflict"


async def test_of_taking_and_giving_back_at_once_one_wins(firm: Firm) -> None:
    """Whatever comes first: the conversation is the bot's or an agent's, and both are told the same."""
    ani, mher, guest = await hire(firm), await hire(firm), visitor(firm.product.address)
    async with connected(ani, mher, guest):
        number = {"conversation_id": await begin(guest)}
        await say(guest, Line("hello"))
        for _ in range(10):
            await ani.get("take", number)
            given, taken = await asyncio.gather(ani.ask("give_back", number), mher.ask("take", number))
            assert given["ok"] is True
            head = (await ani.get("open", number))["conversation"]
            assert head["handler"] == ("agent" if taken["ok"] else "bot")
            assert (head["assignee"] is None) is not taken["ok"]
            if taken["ok"]:
                await mher.get("give_back", number)


async def test_without_a_bot_there_is_nothing_to_give_back_to(firm: Firm) -> None:
    ani, guest = await hire(firm), visitor(firm.product.address)
    ((inbox_id,),) = firm.rows("SELECT min(id) FROM inboxes")
    async with connected(ani, guest):
        number = {"conversation_id": await begin(guest)}
        await ani.get("take", number)
        await firm.owner.ask("PATCH", f"/inboxes/{inbox_id}", {"settings": {"switches": {"bot": False}}})
        try:
            assert (await refused(ani, "give_back", number))["code"] == "conflict"
        finally:
            await firm.owner.ask("PATCH", f"/inboxes/{inbox_id}", {"settings": {"switches": {"bot": True}}})


async def test_answers_are_suggested_and_never_sent(firm: Firm) -> None:
    """By the words of the question and by its intent; none while the bot answers, none after an answer."""
    guest = visitor(firm.product.address)
    added: list[int] = []
    for shortcut, text in (
        ("parking", "There is free parking behind the house."),
        ("price", "A haircut is 5,000 AMD, {name}."),
        ("moment", "One moment, please."),
    ):
        body = {"shortcut": shortcut, "texts": {"en": text, "hy": f"{text} (hy)"}, "shared": True}
        status, shown = await firm.owner.ask("POST", "/canned-responses", body)
        assert status == 201
        added.append(shown["id"])
    ani = await hire(firm)
    async with connected(ani, guest):
        number = {"conversation_id": await begin(guest)}
        path = f"/conversations/{number['conversation_id']}/suggestions"
        await say(guest, Line("hello"))
        assert (await firm.owner.get(path))["items"] == []
        await ani.get("take", number)
        await guest.send("Do you have parking?")
        (one,) = (await firm.owner.get(path))["items"]
        assert (one["source"], one["id"], one["title"]) == ("canned", added[0], "parking")
        await ani.get("reply", {**number, **words("Yes")})
        assert (await firm.owner.get(path))["items"] == []
        await guest.send("Ի՞նչ արժե կտրվածքը")
        (one,) = (await firm.owner.get(path))["items"]
        assert (one["id"], one["language"], one["text"]) == (added[1], "hy", "A haircut is 5,000 AMD, {name}. (hy)")
        said = [one["text"] for one in guest.events("message") if one["author"]["kind"] == "agent"]
        assert said == ["Yes"]


async def test_the_firms_own_words(firm: Firm) -> None:
    """Checked when kept, said from the next answer on, an inbox's before the firm's, and back to the standard."""
    desk, guest = firm.owner, visitor(firm.product.address)
    ((inbox_id,),) = firm.rows("SELECT min(id) FROM inboxes")

    async def word(text: str | None, key: str = "greeting", **more: Any) -> tuple[int, Any]:
        return await desk.ask("PATCH", "/bot/texts", {"language": "en", "texts": {key: text}, **more})

    for key, text, code in (
        ("greeting", "Hello there!", "400 invalid"),
        ("greeting", "{business} {busines}", "400 invalid"),
        ("greeting", " ", "400 invalid"),
        ("thanks", "x" * 1001, "413 too_large"),
        ("menu.book", "x" * 61, "413 too_large"),
        ("greetings", "Hello", "400 invalid"),
    ):
        answer = await word(text, key)
        assert (code_of(answer), answer[1]["field"]) == (code, key), answer
    assert (await word("Welcome to {business}!"))[1]["firm"]["en"] == {"greeting": "Welcome to {business}!"}
    async with connected(guest):
        await begin(guest)
        answers = []
        assert (await word("Here is {business}.", inbox_id=inbox_id))[0] == 200
        answers.append((await say(guest, Line("hello")))["text"])
        shown = await desk.get(f"/bot/texts?inbox_id={inbox_id}")
        assert shown["inbox"]["en"] == {"greeting": "Here is {business}."}
        await word(None, inbox_id=inbox_id)
        answers.append((await say(guest, Line("hello")))["text"])
        await word(None)
        answers.append((await say(guest, Line("hello")))["text"])
    (name,) = {answers[0].removeprefix("Here is ").removesuffix(".")}
    assert answers == [
        f"Here is {name}.",
        f"Welcome to {name}!",
        TEXTS.get("en", "flow.greeting", business=name),
    ]
    assert (await desk.get("/bot/texts"))["firm"]["en"] == {}
    told = (await desk.get("/audit?action=bot_texts.changed"))["items"]
    assert len(told) == 4
    assert told[0]["before"] == {"en.greeting": "Welcome to {business}!"}


async def test_a_preview_writes_nothing(firm: Firm) -> None:
    """The real turns on texts that are not kept; what would be done is told, and not a row is there afterwards."""
    tables = ("conversations", "messages", "dialogues", "tasks", "bot_texts", "contacts", "audit_log")
    before = [firm.rows(f"SELECT count(*) FROM {table}") for table in tables]
    body = {
        "language": "en",
        "texts": {"ask.name": "And who are you?"},
        "said": [{"text": HAIRCUT}, {"text": "Anna"}, {"text": "operator"}],
    }
    status, shown = await firm.owner.ask("POST", "/bot/preview", body)
    assert status == 200, shown
    booking, phone, person = shown["answers"]
    assert "And who are you?" in booking["text"]
    assert (booking["intent"], booking["flow"], booking["step"], booking["deeds"]) == ("book", "book", "name", [])
    assert phone["text"] == TEXTS.get("en", "flow.ask.phone")
    assert person["deeds"] == ["handed_over"]
    assert "Anna" in person["note"]
    pressed = {"language": "ru", "said": [{"text": "x"}, {"choice": ">visit"}]}
    assert (
        TEXTS.get("ru", "flow.hours")
        in (await firm.owner.ask("POST", "/bot/preview", pressed))[1]["answers"][1]["text"]
    )
    wrong = {"language": "en", "texts": {"greeting": "Hi"}, "said": []}
    assert code_of(await firm.owner.ask("POST", "/bot/preview", wrong)) == "400 invalid"
    assert [firm.rows(f"SELECT count(*) FROM {table}") for table in tables] == before


async def test_the_flows_are_drawn_whole(firm: Firm) -> None:
    """Every text belongs to a flow or to what all flows say; every step leads to steps that there are."""
    bot = await firm.owner.get("/bot")
    said = {key for flow in bot["flows"] for key in flow["texts"]} | set(bot["others"])
    assert said == TEXTS.section("en", "flow").keys() == bot["limits"].keys()
    for flow in bot["flows"]:
        names = {step["name"] for step in flow["steps"]}
        for step in flow["steps"]:
            assert set(step["then"]) <= names
            assert step["kind"] != "branch" or len(step["then"]) >= 2, (flow["name"], step["name"])
    assert [one["bot"] for one in bot["inboxes"]] == [True]


async def test_it_is_for_those_who_may_set_inboxes(firm: Firm) -> None:
    """An agent has the suggestions; texts, drawing and preview are the owner's and the manager's."""
    ani = await hire(firm)
    async with aiohttp.ClientSession(firm.product.address) as web:
        desk = Desk(web, ani.auth["token"])
        assert code_of(await desk.ask("GET", "/bot")) == "403 forbidden"
        assert code_of(await desk.ask("GET", "/bot/texts")) == "403 forbidden"
        own = {"language": "en", "texts": {"thanks": "Sure"}}
        assert code_of(await desk.ask("PATCH", "/bot/texts", own)) == "403 forbidden"
        assert code_of(await desk.ask("POST", "/bot/preview", {"language": "en", "said": []})) == "403 forbidden"
        assert code_of(await desk.ask("GET", "/conversations/999999/suggestions")) == "404 not_found"
        assert code_of(await desk.ask("POST", "/conversations/999999/give-back")) == "404 not_found"


@pytest.mark.asyncio(loop_scope="function")
async def test_own_words_hold_at_once_in_every_process(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Worded at one, said by whichever process answers next, and a dialog that one has is given back at the other."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2, PATIENT)
    async with all_running(one, other), aiohttp.ClientSession(one.address) as web:
        assert one.add_user("owner", "owner").returncode == 0
        desk = Desk(web, await one.log_in("owner"))
        await prepare(desk)
        boss = agent(other.address, await one.log_in("owner"))
        here, there = visitor(one.address), visitor(other.address)
        async with connected(boss, here, there):
            numbers = [await begin(here), await begin(there)]
            for turn in range(5):
                own = {"language": "en", "texts": {"greeting": f"Number {turn} of {{business}}"}}
                assert (await desk.ask("PATCH", "/bot/texts", own))[0] == 200
                for guest in (here, there):
                    assert (await say(guest, Line("hello")))["text"].startswith(f"Number {turn} of ")
            await boss.get("take", {"conversation_id": numbers[0]})
            status, shown = await desk.ask("POST", f"/conversations/{numbers[0]}/give-back")
            assert (status, shown["handler"]) == (200, "bot")
            await boss.wait_for("conversation", lambda told: told["id"] == numbers[0] and told["handler"] == "bot")
            await say(here, Line("hello"))
