"""Lost lines: both sides say so, and come back to what a fresh load shows."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.foreign_site import foreign_site
from tests.browser.line import line_to
from tests.browser.office import Office
from tests.browser.people import People, Window
from tests.browser.widget import Widget
from tests.clients import Client, agent, connected, visitor
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
QUICK_HEARTBEAT = {"BAREV_SOCKETS_PING_INTERVAL_S": "1", "BAREV_SOCKETS_PING_TIMEOUT_S": "1"}

ROW = """(row) => [
    [...row.classList].filter((look) => !["chosen", "active"].includes(look)),
    ...[".name", ".when", ".last", ".owner"].map((part) => row.querySelector(part).textContent),
]"""


@pytest_asyncio.fixture(loop_scope="session")
async def boris(product: Product) -> AsyncIterator[Client]:
    """An agent whose line never breaks."""
    client = agent(product.address, await product.log_in("boris"))
    async with connected(client):
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def by_hand(product: Product, owner: str) -> AsyncIterator[None]:
    """Nothing is given by itself: who has a dialog, and so whose look at it is a reading, is up to the test."""
    headers = {"Authorization": f"Bearer {await product.log_in(owner)}"}
    async with aiohttp.ClientSession(f"{product.address}/api/v1/", headers=headers) as web:

        async def share(policy: str) -> None:
            async with web.get("teams") as answer:
                teams = (await answer.json())["items"]
            for team in teams:
                async with web.patch(f"teams/{team['id']}/assignment", json={"policy": policy}) as answer:
                    assert answer.status == 200, await answer.text()

        await share("manual")
        yield
        await share("balanced")


async def reply(client: Client, conversation_id: int, text: str) -> dict[str, Any]:
    """Says something as an agent."""
    body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text}
    return await client.get("reply", body)


async def heard(client: Client, text: str) -> dict[str, Any]:
    """The visitor's message with this text."""
    return await client.wait_for("message", lambda shown: shown["text"] == text)


async def stored(product: Product, name: str) -> list[str]:
    """What was said in somebody's one conversation, in the order in which it came."""
    office = await Office.of(product)
    (conversation,) = await office.conversations(name)
    return await office.texts(conversation["id"])


async def test_3_the_widget_comes_back_to_the_truth(people: People, product: Product, boris: Client) -> None:
    """New, edited and deleted messages, read marks, the assignee and the end of the talk come while it is away."""
    async with line_to(product.port) as line, foreign_site(line.address) as site:
        window = await people.window()
        window.watch.expect_outage()
        guest = await window.widget(site.page())
        await guest.open()
        await guest.start(name="Karen")
        await guest.say("Good morning")
        conversation_id = (await heard(boris, "Good morning"))["conversation_id"]
        wrong = await reply(boris, conversation_id, "Good evening")
        slip = await reply(boris, conversation_id, "Not for you")
        await expect(guest.texts).to_have_text(["Good morning", "Good evening", "Not for you"])

        line.cut()
        await guest.say("Are you there?")
        await expect(guest.link).to_contain_text(guest.words["link.lost"])
        await boris.get("edit_message", {"message_id": wrong["id"], "text": "Good morning to you"})
        await boris.get("delete_message", {"message_id": slip["id"]})
        await boris.get("take", {"conversation_id": conversation_id})
        await boris.get("read", {"conversation_id": conversation_id, "seq": slip["seq"]})
        last = await reply(boris, conversation_id, "How can we help?")
        await boris.get("resolve", {"conversation_id": conversation_id})
        await boris.get("reopen", {"conversation_id": conversation_id})
        assert last["seq"] > slip["seq"]

        line.mend()
        gone = guest.words["deleted"]
        texts = ["Good morning", "Good morning to you", gone, "How can we help?", "Are you there?"]
        await expect(guest.texts).to_have_text(texts)
        await expect(guest.link).to_be_empty()
        await expect(guest.title).to_have_text("boris")
        await equals_a_fresh_widget(guest, window, site.page("/again"))


async def equals_a_fresh_widget(guest: Widget, window: Window, url: str) -> None:
    """Once the last word is marked as delivered, nothing tells the tab from one opened just now."""
    fresh = await window.widget(url)
    await fresh.open()
    count = len(await guest.shown())
    await expect(fresh.panel.locator("[role=log] > *")).to_have_count(count)
    for tab in (guest, fresh):
        await expect(tab.articles.last.locator(".mark")).to_have_attribute("title", tab.words["mark.delivered"])
        await expect(tab.articles.first.locator(".mark")).to_have_attribute("title", tab.words["mark.read"])
    assert await guest.shown() == await fresh.shown()
    assert await guest.title.text_content() == await fresh.title.text_content()


async def test_3_the_desk_comes_back_to_the_truth(people: People, product: Product, boris: Client) -> None:
    """What a visitor and a colleague did meanwhile: words, a note, an edit, a deletion, read marks, another owner."""
    guest = visitor(product.address)
    other = visitor(product.address)
    async with line_to(product.port) as line, connected(guest, other):
        begun = await guest.get("start", {"answers": {"name": "Levon"}})
        conversation_id = begun["conversation"]["id"]
        await guest.send("Hello")
        window = await people.window()
        window.watch.expect_outage()
        ani = await window.desk(line.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open("Levon")
        await ani.reply("Welcome")
        await expect(ani.texts).to_have_text(["Hello", "Welcome"])
        await ani.reply("Wlecome")
        await expect(ani.texts).to_have_count(3)

        line.cut()
        await expect(ani.banner).to_contain_text(ani.words["line.offline"])
        await ani.reply("Written in the dark")
        first = await reply(boris, conversation_id, "One thing more")
        await boris.get("edit_message", {"message_id": first["id"], "text": "Two things more"})
        second = await reply(boris, conversation_id, "Nonsense")
        await boris.get("delete_message", {"message_id": second["id"]})
        await boris.get(
            "note", {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": "a regular"}
        )
        await boris.get("take", {"conversation_id": conversation_id})
        await guest.send("Thank you")
        await guest.get("read", {"seq": second["seq"]})
        await other.get("start", {"answers": {"name": "Mane"}})
        await other.send("Is anybody there?")

        line.mend()
        gone = ani.words["message.deleted"]
        texts = [
            "Hello",
            "Welcome",
            "Wlecome",
            "Two things more",
            gone,
            "a regular",
            "Thank you",
            "Written in the dark",
        ]
        await expect(ani.texts).to_have_text(texts)
        await expect(ani.banner).to_have_count(0)
        await expect(await ani.find("Mane")).to_contain_class("unanswered")
        await equals_a_fresh_desk(ani, window, line.address, "Levon")


async def equals_a_fresh_desk(desk: Desk, window: Window, address: str, name: str) -> None:
    """Dialog, head of the dialog and list are those of a desk opened just now."""
    fresh = Desk(await window.page(f"{address}/desk/"))
    await fresh.is_live()
    await fresh.show("all")
    await fresh.open(name)
    count = len(await desk.shown())
    await expect(fresh.dialog.locator(".thread :is(article, .activity)")).to_have_count(count)
    assert await desk.shown() == await fresh.shown()
    for other in (name, "Mane"):
        rows = [await (await one.find(other)).evaluate(ROW) for one in (desk, fresh)]
        assert rows[0] == rows[1]
    status = [await one.dialog.locator(".status-line").inner_text() for one in (desk, fresh)]
    assert status[0] == status[1]


@pytest.mark.parametrize("told", [False, True], ids=["cut", "told"])
async def test_5_a_browser_that_is_offline(people: People, product: Product, told: bool) -> None:
    """No heartbeat has to fail first, nor any connection to break where the browser is only told that the network left:
    both windows say so at once, keep what is written, and go on by themselves."""
    name = f"Ruzan {told}"
    async with line_to(product.port) as line, foreign_site(line.address) as site:
        windows = [await people.window(), await people.window()]
        for window in windows:
            window.watch.expect_outage()
        guest = await windows[0].widget(site.page())
        await guest.open()
        await guest.start(name=name)
        await guest.say("Hello")
        ani = await windows[1].desk(line.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open(name)
        await ani.action("take").click()
        await guest.has_mark("Hello", "read")  # no question is under way that would miss its answer
        if told:
            line.hold()
        for window, page in zip(windows, (guest.page, ani.page), strict=True):
            await (page.evaluate("dispatchEvent(new Event('offline'))") if told else window.context.set_offline(True))
        await expect(guest.link).to_contain_text(guest.words["link.lost"])
        await expect(ani.banner).to_contain_text(ani.words["line.offline"])
        await guest.say("Are you open on Sunday?")
        await ani.reply("Good morning")
        line.mend()
        for window, page in zip(windows, (guest.page, ani.page), strict=True):
            await (page.evaluate("dispatchEvent(new Event('online'))") if told else window.context.set_offline(False))
        for shown in (guest.texts, ani.texts):
            await expect(shown).to_have_count(3)
        await expect(guest.link).to_be_empty()
        await expect(ani.banner).to_have_count(0)
        await guest.has_sent_all()
        await ani.has_sent_all()
        texts = await stored(product, name)
        assert sorted(texts) == ["Are you open on Sunday?", "Good morning", "Hello"]
        for shown in (guest.texts, ani.texts):
            await expect(shown).to_have_text(texts)


async def test_5_a_line_that_died_without_a_word(people: People, own_product: Product) -> None:
    """Half-open connections: the heartbeat finds them on both sides, and nobody has to reload."""
    own_product.environment = QUICK_HEARTBEAT
    async with running(own_product), line_to(own_product.port) as line, foreign_site(line.address) as site:
        windows = [await people.window(), await people.window()]
        for window in windows:
            window.watch.expect_outage()
        guest = await windows[0].widget(site.page())
        await guest.open()
        await guest.start(name="Narek")
        await guest.say("Hello")
        ani = await windows[1].desk(line.address, "ani", PASSWORD)
        await ani.open("Narek")
        line.hold()
        await expect(guest.link).to_contain_text(guest.words["link.lost"])
        await expect(ani.banner).to_contain_text(ani.words["line.offline"])
        await guest.say("Still here?")
        await ani.reply("Of course")
        line.mend()
        for texts in (guest.texts, ani.texts):
            await expect(texts.filter(has_text="Still here?")).to_have_count(1)
            await expect(texts.filter(has_text="Of course")).to_have_count(1)
        await expect(guest.link).to_be_empty()
        await expect(ani.banner).to_have_count(0)
        for texts in (guest.texts, ani.texts):
            await expect(texts).to_have_text(await stored(own_product, "Narek"))
