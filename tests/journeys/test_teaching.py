"""The firm teaches its bot: unclear messages are labelled, examples come and go, models are trained, measured, swapped
in or refused, in every process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.clients import connected, visitor
from tests.journeys.firm import eventually
from tests.journeys.test_rights import Desk, code_of, office
from tests.processes import all_running, make_processes
from tests.product import Product
from tests.servers import RedisServer

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
WORDS_ALONE = {"BAREV_UNDERSTANDING_SENTENCES": "false"}
"""Sentence vectors of the whole starter corpus take minutes."""
LEARNED_S = 300.0
PARKING = (
    "где у вас можно припарковаться",
    "есть ли парковка",
    "парковка бесплатная?",
    "куда поставить машину",
    "is there any parking",
    "can I park my car near you",
    "where do I leave my car",
    "do you have a parking lot",
)
RASA = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hey hey bot
    - добрейшего
- intent: ask/warranty
  examples: |
    - how long is the [warranty](thing)
    no dash here
- intent: nlu_fallback
  examples:
    - text: |
        - write me a poem about bread
- synonym: Маникюр
  examples: |
    - ноготочки
- regex: zip
  examples: |
    - \\d{5}
- story: none
"""


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def upload(desk: Desk, web: aiohttp.ClientSession, content: str | bytes, query: str = "") -> tuple[int, Any]:
    """Sends a file of examples as the desk does."""
    form = aiohttp.FormData()
    form.add_field("file", content if isinstance(content, bytes) else content.encode(), filename="examples")
    headers = {"Authorization": f"Bearer {desk.token}", "Accept-Language": "en"}
    async with web.post(f"/api/v1/understanding/file{query}", data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def download(desk: Desk, web: aiohttp.ClientSession, form: str) -> str:
    """A file of examples."""
    headers = {"Authorization": f"Bearer {desk.token}"}
    async with web.get(f"/api/v1/understanding/file?format={form}", headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


async def learned(desk: Desk) -> Any:
    """How the learning stands once all that is taught was learned."""
    async with asyncio.timeout(LEARNED_S):
        while True:
            standing = await desk.get("/understanding")
            assert (standing["training"] or {}).get("stage") != "failed"
            if standing["learned"] and standing["training"] is None:
                return standing
            await asyncio.sleep(0.2)  # between two looks; the condition above ends it, the server tells it by no event


async def tried(desk: Desk, text: str) -> Any:
    """What the bot would understand."""
    status, found = await desk.ask("POST", "/understanding/try", {"text": text})
    assert status == 200, found
    return found


@asynccontextmanager
async def bot_office(product: Product, **environment: str) -> AsyncIterator[tuple[Desk, Desk]]:
    """A running product whose bot is switched on: its owner, and an agent who may not teach."""
    product.environment = {**WORDS_ALONE, **environment}
    async with office(product, "olga:owner", "ani:agent") as (olga, ani):
        (inbox,) = (await olga.get("/inboxes"))["items"]
        switched = {"settings": {"switches": {"bot": True}}}
        assert (await olga.ask("PATCH", f"/inboxes/{inbox['id']}", switched))[0] == 200
        yield olga, ani


def _is_answer(seq: int, shown: Any) -> bool:
    return bool(shown["author"]["kind"] == "bot" and shown["seq"] > seq)


async def asked(product: Product, *texts: str) -> list[str]:
    """What the bot answers to a new visitor who writes these."""
    guest, answers = visitor(product.address), []
    async with connected(guest):
        await guest.get("start", {"answers": {}})
        for text in texts:
            sent = await guest.send(text)
            answer = await guest.wait_for(
                "message",
                partial(_is_answer, sent["seq"]),
            )
            answers.append(answer["text"])
    return answers


async def test_what_was_unclear_is_labelled_once_and_never_asked_again(product_on_each: Product) -> None:
    """From the visitor's words to the teach list; a label counts from the next message on; what was settled does not
    come back."""
    capital, poem = "какая столица Франции, звони 374 55 123456", "напиши мне стихи про хлеб насущный и кота"
    async with bot_office(product_on_each) as (olga, ani):
        await asked(product_on_each, capital)
        await asked(product_on_each, poem)
        await asked(product_on_each, capital.upper())
        waiting = (await olga.get("/understanding/unclear?state=open"))["items"]
        assert [(one["text"], one["count"]) for one in waiting] == [
            ("какая столица Франции, звони 000 00 000000", 2),
            (poem, 1),
        ]
        assert all(one["conversation_id"] and one["ranking"] for one in waiting)
        first, second = (f"/understanding/unclear/{one['id']}" for one in waiting)

        assert code_of(await ani.ask("GET", "/understanding/unclear")) == "403 forbidden"
        assert code_of(await ani.ask("POST", f"{first}/dismiss")) == "403 forbidden"
        assert code_of(await olga.ask("POST", f"{first}/label", {"intent": "flying"})) == "409 conflict"
        status, dismissed = await olga.ask("POST", f"{first}/dismiss")
        assert (status, dismissed["state"]) == (200, "dismissed")
        status, labelled = await olga.ask("POST", f"{second}/label", {"intent": "hours"})
        assert (status, labelled["state"]) == (200, "labelled")
        assert code_of(await olga.ask("POST", f"{second}/label", {"intent": "price"})) == "409 conflict"
        (example,) = (await olga.get("/understanding/examples"))["items"]
        assert (example["text"], example["intent"], example["created_by"]) == (poem, "hours", "olga")

        (hours,) = await asked(product_on_each, poem)
        (direct,) = await asked(product_on_each, "Какие у вас часы работы?")
        assert hours == direct
        await asked(product_on_each, capital)
        assert (await olga.get("/understanding/unclear?state=open&text=столица"))["items"] == []

        # a label taken back may be asked again
        assert (await olga.ask("DELETE", f"/understanding/examples/{example['id']}"))[0] == 204
        (again,) = (await olga.get("/understanding/unclear?state=open&text=стихи"))["items"]
        assert again["text"] == poem
        told = {one["action"] for one in (await olga.get("/audit?limit=50"))["items"]}
        assert {"unclear.dismissed", "unclear.labelled", "example.removed"} <= told


async def test_an_own_intent_is_learned_and_answered(product: Product) -> None:
    """Understood in words that no example has, answered in the customer's language or handed to a team; taken away, it
    is gone."""
    async with bot_office(product) as (olga, ani):
        body: dict[str, Any] = {"key": "parking", "titles": {"en": "Parking", "ru": "Парковка"}, "answers": {}}
        for wrong, code in (
            (body, "409 conflict"),
            ({**body, "key": "price", "hands_over": True}, "409 conflict"),
            ({**body, "key": "Parking"}, "400 invalid"),
            ({**body, "titles": {}, "hands_over": True}, "409 conflict"),
            ({**body, "hands_over": True, "team_id": 999}, "404 not_found"),
        ):
            assert code_of(await olga.ask("POST", "/understanding/intents", wrong)) == code, wrong
        answers = {"en": "There is free parking behind the house.", "ru": "Парковка во дворе."}
        status, parking = await olga.ask(
            "POST", "/understanding/intents", {**body, "answers": answers}, Accept_Language="en"
        )
        assert (status, parking["title"], parking["examples"]) == (201, "Parking", 0)
        for text in PARKING:
            added = await olga.ask("POST", "/understanding/examples", {"text": text, "intent": "parking"})
            assert added[0] == 201, added
        assert code_of(await ani.ask("POST", "/understanding/try", {"text": "x"})) == "403 forbidden"
        standing = await learned(olga)
        assert (standing["in_force"]["own"], standing["own"], standing["in_force"]["tiers"]) == (8, 8, 1)
        found = await tried(olga, "скажите а парковка у вас есть")
        assert (found["intent"], found["language"]) == ("parking", "ru")
        assert await asked(product, "скажите а парковка у вас есть") == [answers["ru"]]
        assert (await tried(olga, "сколько стоит стрижка"))["intent"] == "price"

        one = f"/understanding/intents/{parking['id']}"
        status, changed = await olga.ask("PATCH", one, {"answers": {}, "hands_over": True})
        assert (status, changed["answers"], changed["hands_over"]) == (200, {}, True)
        (handed,) = await asked(product, "есть ли парковка")
        assert handed != answers["ru"]
        assert (await olga.ask("DELETE", one))[0] == 204
        assert (await olga.get("/understanding/examples"))["items"] == []
        standing = await learned(olga)
        assert standing["in_force"] is None, "with nothing of one's own the starter model answers"
        assert (await tried(olga, "скажите а парковка у вас есть"))["intent"] != "parking"


async def test_a_model_that_is_worse_on_the_checks_is_refused(product: Product) -> None:
    async with bot_office(product) as (olga, _):
        check = {"text": "Скажите пожалуйста сколько стоит мужская стрижка", "intent": "price", "check": True}
        wrong = [
            {"text": f"{ask} сколько стоит {kind} стрижка", "intent": "hours", "language": "ru"}
            for ask in ("скажите", "подскажите пожалуйста", "пожалуйста", "а", "ну", "так", "и", "вот")
            for kind in ("мужская", "женская", "детская", "модная", "короткая")
        ]
        async with aiohttp.ClientSession(product.address) as web:
            lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in [check, *wrong])
            status, done = await upload(olga, web, lines)
        assert (status, done["added"]) == (200, 41)
        standing = await learned(olga)
        last = standing["last"]
        assert (last["refused"], last["checked"], last["right_before"], last["right_after"]) == (True, 1, 1, 0)
        assert standing["in_force"] is None
        assert (await tried(olga, "сколько стоит мужская стрижка машинкой"))["intent"] == "price"
        assert "it is worse and not taken" in product.log


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="what processes there are is read from /proc")
async def test_killed_while_learning_it_leaves_no_customers_words_about(product: Product, tmp_path: Path) -> None:
    """The process that learns takes its folder away and ends with the server."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    product.cold = True  # it is to look up anew where temporary files lie

    def learning() -> list[bytes]:
        commands = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended meanwhile
                commands.append(process.read_bytes())
        return [one for one in commands if b"train_process" in one and bytes(temporary) in one]

    async def begun() -> bool:
        return bool(learning())

    async def holds() -> tuple[int, int]:
        return len(list(temporary.glob("barev-learn-*"))), len(learning())

    async with bot_office(product, TMPDIR=str(temporary)) as (olga, _):
        added = await olga.ask("POST", "/understanding/examples", {"text": "где парковка", "intent": "address"})
        assert added[0] == 201, added
        await eventually(begun, True)
        await product.kill()
        await eventually(holds, (0, 0))


async def test_examples_come_out_of_files_and_go_into_them(product: Product) -> None:
    """Line by line, with what is wrong said by line; what goes out comes in again as it was."""
    async with bot_office(product) as (olga, ani), aiohttp.ClientSession(product.address) as web:
        lines = [
            '{"text": "есть парковка?", "intent": "parking", "language": "ru"}',
            "",
            "oops",
            '{"text": "x", "intent": 5}',
            '{"text": "x", "intent": null, "colour": 1}',
            '{"text": "Write me a poem", "intent": null, "check": true}',
            '{"text": "x", "intent": "Big Words"}',
            '{"text": "ЕСТЬ парковка", "intent": "address", "language": "ru"}',
            '{"text": "   ", "intent": null}',
            '{"text": "x", "intent": null, "language": "fr"}',
        ]
        assert (await upload(ani, web, "{}"))[0] == 403
        status, done = await upload(olga, web, "\n".join(lines))
        assert (status, done["added"], done["known"], done["intents"]) == (200, 2, 0, ["parking"])
        assert [one["line"] for one in done["wrong"]] == [3, 4, 5, 7, 9, 10]
        assert (done["wrong_count"], done["wrong"][2]["message"]) == (6, "“colour” means nothing here")
        status, done = await upload(olga, web, RASA, "?format=rasa")
        assert (status, done["added"], done["synonyms"], done["intents"]) == (200, 4, 1, ["ask_warranty"])
        assert [one["line"] for one in done["wrong"]] == [10, 21]

        plain, rasa = await download(olga, web, "jsonl"), await download(olga, web, "rasa")
        texts = {row["text"]: (row["intent"], row.get("check", False)) for row in map(json.loads, plain.splitlines())}
        assert texts == {
            "ЕСТЬ парковка": ("address", False),
            "Write me a poem": (None, True),
            "hey hey bot": ("greet", False),
            "добрейшего": ("greet", False),
            "how long is the warranty": ("ask_warranty", False),
            "write me a poem about bread": (None, False),
        }
        assert 'intent: "out_of_scope"' in rasa
        assert "Write me a poem\n" not in rasa, "Rasa would learn from the checks"
        for again, known in ((plain, 6), (rasa, 5)):
            status, done = await upload(olga, web, again)
            assert (status, done["added"], done["changed"], done["known"], done["wrong"]) == (200, 0, 0, known, [])
        for broken in (b"\xff\xfe", "nlu: [", "a: 1", "[" * 3000, "\x00"):
            assert (await upload(olga, web, broken))[0] == 400
        (synonym,) = (await olga.get("/understanding/synonyms"))["items"]
        assert (synonym["name"], synonym["stands_for"], synonym["kind"]) == ("ноготочки", "Маникюр", "service")


async def test_a_synonym_names_what_it_stands_for(product: Product) -> None:
    async with bot_office(product) as (olga, _):
        (branch,) = (await olga.get("/branches"))["items"]
        body = {"kind": "branch", "name": "у фонтана", "stands_for": branch["name"]}
        status, synonym = await olga.ask("POST", "/understanding/synonyms", body)
        assert status == 201
        assert code_of(await olga.ask("POST", "/understanding/synonyms", body)) == "409 conflict"

        async def named() -> list[tuple[str, Any]]:
            found = await tried(olga, "хочу завтра у фонтана")
            return [(one["kind"], one["value"]) for one in found["entities"] if one["kind"] == "branch"]

        await eventually(named, [("branch", str(branch["id"]))])
        assert (await olga.ask("DELETE", f"/understanding/synonyms/{synonym['id']}"))[0] == 204
        await eventually(named, [])


async def test_every_process_has_what_one_was_taught(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """One of them trains, both answer by it; so does one that starts later."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2, WORDS_ALONE)
    async with all_running(one, other):
        assert one.add_user("olga", "owner").returncode == 0
        token = await one.log_in("olga")
        async with aiohttp.ClientSession(one.address) as here, aiohttp.ClientSession(other.address) as there:
            olga, elsewhere = Desk(here, token), Desk(there, token)
            lines = "\n".join(json.dumps({"text": text, "intent": "parking"}) for text in PARKING)
            assert (await upload(olga, here, lines))[1]["added"] == len(PARKING)
            assert (await tried(elsewhere, PARKING[1]))["intent"] == "parking", "a label counts at once, everywhere"
            await learned(elsewhere)
            question = "скажите а парковка у вас есть"
            assert [(await tried(desk, question))["intent"] for desk in (olga, elsewhere)] == ["parking", "parking"]
            trained = [product.log.count("learned from") for product in (one, other)]
            assert sorted(trained) == [0, 1], "one of them did"
    async with all_running(one), aiohttp.ClientSession(one.address) as here:
        assert (await tried(Desk(here, await one.log_in("olga")), question))["intent"] == "parking"
