"""Knowledge from the desk to the customer: written, found, said by the bot, read on the help pages, voted on."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import FormData

from tests.clients import Client, agent, connected, visitor
from tests.journeys.test_bot import PATIENT, prepare
from tests.journeys.test_rights import Desk, office
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
PARKING = {
    "kind": "answer",
    "state": "published",
    "tags": ["visit"],
    "texts": {
        "en": {
            "title": "Is there parking?",
            "body": "Yes: **behind the house**, two hours.",
            "questions": ["car park"],
        },
        "ru": {"title": "Есть ли парковка?", "body": "Да: **за домом**, два часа.", "questions": []},
    },
}


class Firm:
    """A product with its bot switched on, an owner and an agent."""

    def __init__(self, product: Product, owner: Desk, ani: Desk) -> None:
        self.product = product
        self.owner = owner
        self.ani = ani

    async def write(self, body: dict[str, Any]) -> dict[str, Any]:
        """A new article."""
        status, shown = await self.owner.ask("POST", "/knowledge/articles", body)
        assert status == 201, shown
        added: dict[str, Any] = shown
        return added

    async def questions(self) -> dict[str, dict[str, Any]]:
        """What was not answered."""
        return {one["question"]: one for one in (await self.owner.get("/knowledge/questions"))["items"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    product = Product(tmp_path_factory.mktemp("knowledge") / "data", environment=PATIENT)
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        await prepare(owner)
        yield Firm(product, owner, ani)


@pytest_asyncio.fixture(loop_scope="module")
async def browser(firm: Firm) -> AsyncIterator[aiohttp.ClientSession]:
    """A reader without scripts."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(firm.product.address, cookie_jar=jar) as web:
        yield web


async def answer(guest: Client, seq: int) -> dict[str, Any]:
    """What the bot says after a message."""
    return await guest.wait_for("message", lambda one: one["author"]["kind"] == "bot" and one["seq"] > seq)


async def ask(guest: Client, text: str) -> dict[str, Any]:
    return await answer(guest, (await guest.send(text))["seq"])


async def press(guest: Client, shown: dict[str, Any], label: str) -> dict[str, Any]:
    (value,) = [one["value"] for one in shown["buttons"] if one["label"] == label]
    sent = await guest.get("choose", {"message_id": shown["id"], "value": value})
    return await answer(guest, sent["seq"])


async def test_the_bot_answers_with_the_passage_and_hears_whether_it_helped(firm: Firm) -> None:
    added = await firm.write(PARKING)
    helped, unhelped = (visitor(firm.product.address, language="en") for _ in range(2))
    async with connected(helped, unhelped):
        for guest in (helped, unhelped):
            await guest.get("start", {"answers": {}})
        said = await ask(helped, "is there any parking?")
        link = f"{firm.product.address}/help/en/{added['slug']}"
        assert said["text"].startswith("Yes: behind the house, two hours.")
        assert link in said["text"]
        assert [one["label"] for one in said["buttons"]] == ["Yes", "No"]
        await press(helped, said, "Yes")
        said = await ask(unhelped, "And is there some parking?")
        offered = await press(unhelped, said, "No")
        assert "!human" in [one["value"] for one in offered["buttons"]]
    shown = await firm.ani.get(f"/knowledge/articles/{added['id']}")
    assert (shown["useful"], shown["useless"], shown["answered"]) == (1, 1, 2)
    assert (await firm.questions())["And is there some parking?"]["count"] == 1
    await firm.owner.ask("DELETE", f"/knowledge/articles/{added['id']}")


async def test_what_nobody_answers_is_kept_until_somebody_does(firm: Firm) -> None:
    guest, other = (visitor(firm.product.address, language="en") for _ in range(2))
    async with connected(guest, other):
        talk = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        await other.get("start", {"answers": {}})
        await ask(guest, "Do you rent out bicycles?")
        await ask(other, "do you rent out BICYCLES")
        kept = (await firm.questions())["do you rent out BICYCLES"]
        assert (kept["count"], kept["language"]) == (2, "en")
        assert kept["conversation_id"] != talk, "the latest example"
        assert (await firm.ani.ask("GET", "/knowledge/questions"))[0] == 403
        text = {"title": "Do you rent out bicycles?", "body": "We do, by the hour."}
        body = {"kind": "answer", "state": "published", "texts": {"en": text}, "question_id": kept["id"]}
        added = await firm.write(body)
        assert "do you rent out BICYCLES" not in await firm.questions()
        assert (await ask(other, "do you rent out bicycles?"))["text"].startswith("We do, by the hour.")
        ani = agent(firm.product.address, await firm.product.log_in("ani"))
        async with connected(ani):
            await ani.get("take", {"conversation_id": talk})
        await guest.send("so, do you rent out bicycles?")
        suggested = (await firm.ani.get(f"/conversations/{talk}/suggestions"))["items"]
        assert [(one["source"], one["id"]) for one in suggested] == [("article", added["id"])]
        assert suggested[0]["text"].startswith("We do, by the hour.")
        assert "/help/en/" in suggested[0]["text"]
        await ask(other, "may I have a horse instead?")
        horse = (await firm.questions())["may I have a horse instead?"]
        assert (await firm.owner.ask("DELETE", f"/knowledge/questions/{horse['id']}"))[0] == 204
        await firm.owner.ask("DELETE", f"/knowledge/articles/{added['id']}")
    third = visitor(firm.product.address, language="en")
    async with connected(third):
        await third.get("start", {"answers": {}})
        await ask(third, "may I have a horse instead?")
        assert "may I have a horse instead?" not in await firm.questions(), "nobody wants to hear of it"


async def test_drafts_and_what_is_for_staff_stay_inside(firm: Firm, browser: aiohttp.ClientSession) -> None:
    added = await firm.write({**PARKING, "state": "draft", "audience": "staff", "slug": "inside"})
    path = f"/knowledge/articles/{added['id']}"
    assert (await firm.ani.ask("GET", path))[0] == 404
    assert (await firm.ani.ask("PATCH", path, {"state": "published"}))[0] == 403
    assert (await firm.ani.ask("POST", "/knowledge/articles", PARKING))[0] == 403
    assert (await firm.owner.ask("PATCH", path, {"state": "published"}))[0] == 200
    assert (await firm.ani.get(path))["audience"] == "staff"
    (found,) = (await firm.ani.get("/knowledge/search?q=parking&language=en"))["items"]
    assert (found["title"], found["link"]) == ("Is there parking?", None)
    async with browser.get("/help/en/inside") as page:
        assert page.status == 404
    async with browser.get("/help/en/?q=parking") as page:
        assert "/help/en/inside" not in await page.text()
    guest = visitor(firm.product.address, language="en")
    async with connected(guest):
        await guest.get("start", {"answers": {}})
        assert "behind the house" not in (await ask(guest, "is there parking?"))["text"]
    await firm.owner.ask("DELETE", path)


async def test_every_version_is_kept_and_can_be_had_again(firm: Firm) -> None:
    added = await firm.write({**PARKING, "slug": "versions"})
    path = f"/knowledge/articles/{added['id']}"
    changed = {"texts": {"en": {"title": "No more parking", "body": "Come on foot."}, "ru": None}}
    after = (await firm.owner.ask("PATCH", path, changed))[1]
    assert after["texts"].keys() == {"en"}
    versions = (await firm.owner.get(f"{path}/versions"))["items"]
    assert [one["number"] for one in versions] == [2, 1]
    assert versions[1]["titles"]["ru"] == "Есть ли парковка?"
    status, back = await firm.owner.ask("POST", f"{path}/restore", {"number": 1})
    assert (status, back["texts"]["ru"]["body"]) == (200, "Да: **за домом**, два часа.")
    assert "<strong>за домом</strong>" in back["texts"]["ru"]["html"]
    assert (await firm.owner.ask("POST", f"{path}/restore", {"number": 9}))[0] == 404
    for wrong in ({"texts": {"en": None, "ru": None}}, {"texts": {"en": {"title": "A", "body": " "}}}):
        assert (await firm.owner.ask("PATCH", path, wrong))[0] == 409
    await firm.owner.ask("DELETE", path)


async def test_all_goes_out_as_files_and_comes_in_again(firm: Firm, browser: aiohttp.ClientSession) -> None:
    added = await firm.write({**PARKING, "slug": "files"})
    headers = {"Authorization": f"Bearer {await firm.product.log_in('owner')}"}
    async with browser.get("/api/v1/knowledge/export", headers=headers) as answered:
        packed = await answered.read()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {"files.en.md", "files.ru.md"} <= set(archive.namelist())
        english = archive.read("files.en.md").decode()
    await firm.owner.ask("DELETE", f"/knowledge/articles/{added['id']}")
    form = FormData()
    form.add_field("file", packed, filename="all.zip")
    form.add_field("file", english.replace("two hours", "three hours").encode(), filename="files.en.md")
    form.add_field("file", b"\xff\xfe", filename="broken.en.md")
    async with browser.post("/api/v1/knowledge/import", data=form, headers=headers) as answered:
        assert answered.status == 200, await answered.text()
        outcome = await answered.json()
    assert outcome["added"] == 1
    assert [one["name"] for one in outcome["faults"]] == ["broken.en.md"]
    (one,) = (await firm.owner.get("/knowledge/articles?q=behind"))["items"]
    again = await firm.owner.get(f"/knowledge/articles/{one['id']}")
    assert (again["slug"], again["kind"], again["state"], again["tags"]) == ("files", "answer", "published", ["visit"])
    assert "three hours" in again["texts"]["en"]["body"]
    assert again["texts"]["ru"]["title"] == "Есть ли парковка?"
    await firm.owner.ask("DELETE", f"/knowledge/articles/{one['id']}")


async def test_anybody_reads_the_help_pages_and_votes_once(firm: Firm, browser: aiohttp.ClientSession) -> None:
    body = {"title": "Is there <parking>?", "body": "Yes. <script>alert(1)</script> [x](javascript:alert(1))"}
    added = await firm.write({**PARKING, "slug": "help-page", "texts": {"en": body, "ru": PARKING["texts"]["ru"]}})  # type: ignore[index]  # the table above
    async with browser.get("/help/", headers={"Accept-Language": "ru"}) as page:
        assert str(page.url).endswith("/help/ru/")
        assert "Есть ли парковка?" in await page.text()
    async with browser.get("/help/ka/help-page") as page:
        assert page.status == 200, "in a language that it is written in"
        assert re.search(r"/help/(ru|en)/help-page$", str(page.url))
    async with browser.get("/help/en/help-page") as page:
        text = await page.text()
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Is there &lt;parking&gt;?" in text
    assert "<script" not in text
    assert 'href="javascript' not in text
    for useful in ("yes", "yes", "no"):
        async with browser.post("/help/en/help-page/vote", data={"useful": useful}) as page:
            assert "Thank you" in await page.text()
    other_site = {"Origin": "https://evil.example"}
    async with browser.post("/help/en/help-page/vote", data={"useful": "yes"}, headers=other_site) as page:
        assert page.status == 403
    async with aiohttp.ClientSession(firm.product.address, cookie_jar=aiohttp.DummyCookieJar()) as without_cookies:
        for _ in range(2):
            async with without_cookies.post("/help/en/help-page/vote", data={"useful": "yes"}) as page:
                assert "Thank you" in await page.text()
    shown = await firm.owner.get(f"/knowledge/articles/{added['id']}")
    assert (shown["useful"], shown["useless"]) == (1, 1)
    for missing in ("/help/en/nothing", "/help/xx/help-page", "/help/en/%00"):
        async with browser.get(missing) as page:
            assert page.status == 404, missing
            assert "<h1>" in await page.text()
    await firm.owner.ask("DELETE", f"/knowledge/articles/{added['id']}")


async def test_a_question_in_the_midst_of_a_request_is_answered_and_the_request_goes_on(firm: Firm) -> None:
    added = await firm.write({**PARKING, "slug": "midst"})
    guest = visitor(firm.product.address, language="en")
    async with connected(guest):
        await guest.get("start", {"answers": {}})
        asked = await ask(guest, "I'd like a haircut on Friday at 3")
        between = await ask(guest, "is there parking?")
        assert between["text"].startswith("Yes: behind the house")
        question = asked["text"].splitlines()[-1]
        assert between["text"].endswith(question), "and then the same question again"
    await firm.owner.ask("DELETE", f"/knowledge/articles/{added['id']}")
