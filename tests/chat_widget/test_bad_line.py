"""The widget on a foreign site, in a real browser, over a line that loses things."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.widget import RUN_AGAIN
from tests.chat_widget.shop import BadLine, Shop, shop
from tests.clients import Client, agent, connected
from tests.product import Product, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A running one on an empty store, with the agent ``ani``."""
    async with running(Product(tmp_path_factory.mktemp("product") / "data")) as product:
        assert product.add_user("ani").returncode == 0
        yield product


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(chromium: str, product: Product) -> AsyncIterator[Shop]:
    """A shop on another origin, strict about what it lets in."""
    async with shop(chromium, product) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def ani(product: Product) -> AsyncIterator[Client]:
    """The agent at her desk."""
    client = agent(product.address, await product.log_in("ani"))
    async with connected(client):
        yield client


async def _taken(ani: Client, text: str) -> int:
    """Takes the dialog in which this was said."""
    heard = await ani.wait_for("message", lambda shown: shown["text"] == text)
    conversation_id: int = heard["conversation_id"]
    await ani.get("take", {"conversation_id": conversation_id})
    return conversation_id


async def _reply(ani: Client, conversation_id: int, text: str) -> dict[str, object]:
    body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text}
    return await ani.get("reply", body)


async def _stored(ani: Client, conversation_id: int) -> list[str]:
    opened = await ani.get("open", {"conversation_id": conversation_id})
    return [one["text"] for one in opened["messages"] if one["kind"] == "text"]


async def test_a_stranger_costs_the_server_nothing_until_he_opens_the_chat(site: Shop) -> None:
    visitor = await site.visitor()
    line = BadLine()
    await line.install(visitor)
    chat = await site.tab(visitor)
    requested: list[str] = []
    chat.page.on("request", lambda request: requested.append(request.url))
    await chat.page.reload()
    await expect(chat.launcher).to_have_accessible_name("Open chat")
    assert [url for url in requested if "/widget/" in url and "/widget/config?" not in url] == []
    assert line.connections == 0
    await chat.open()
    await expect(chat.form).to_be_visible()
    assert line.connections == 1


async def test_the_outbox_and_the_draft_survive_the_page(site: Shop, ani: Client) -> None:
    visitor = await site.visitor()
    chat = await (await site.tab(visitor)).open()
    await chat.say("before")
    conversation_id = await _taken(ani, "before")
    await visitor.set_offline(True)
    await expect(chat.link).to_contain_text("No connection")
    await chat.say("one", "two")
    await chat.field.fill("half a thou")
    await chat.marked("not sent yet", 2)
    await visitor.set_offline(False)
    await visitor.route("**/widget/app-*", lambda route: route.abort())  # not even its own app is there at first
    await chat.page.reload()
    await visitor.unroute("**/widget/app-*")
    await ani.wait_for("message", lambda shown: shown["text"] == "two")
    await chat.open()
    await chat.shows("before", "one", "two")
    await expect(chat.field).to_have_value("half a thou")
    assert await _stored(ani, conversation_id) == ["before", "one", "two"]


async def test_lost_acknowledgements_and_lost_events_change_nothing(site: Shop, ani: Client) -> None:
    """chat.md section 5, tests 2 and 3: one bubble a message, and the state of a fresh load."""
    visitor = await site.visitor()
    line = BadLine()
    await line.install(visitor)
    chat = await (await site.tab(visitor)).open()
    await chat.say("before")
    conversation_id = await _taken(ani, "before")
    await chat.marked("delivered", 1)
    line.lost_acknowledgements = 3
    await chat.say("one", "two")
    await ani.wait_for("message", lambda shown: shown["text"] == "two")
    await chat.marked("delivered", 3)
    assert line.lost_acknowledgements < 3
    assert line.connections > 1
    line.deaf = True
    first = await _reply(ani, conversation_id, "lost")
    await _reply(ani, conversation_id, "lost too")
    await ani.get("delete_message", {"message_id": first["id"]})
    await ani.get("read", {"conversation_id": conversation_id, "seq": first["seq"]})
    line.deaf = False
    await _reply(ani, conversation_id, "heard")
    await chat.shows("before", "one", "two", "Message deleted", "lost too", "heard")
    await chat.marked("read", 3)
    fresh = await (await site.tab(visitor)).open()
    await fresh.shows("before", "one", "two", "Message deleted", "lost too", "heard")
    assert await _stored(ani, conversation_id) == ["before", "one", "two", "", "lost too", "heard"]


async def test_a_message_that_is_too_long_is_given_back(site: Shop, ani: Client) -> None:
    """chat.md section 5, test 14: the text is not lost, the next message is not held up."""
    chat = await (await site.tab(await site.visitor())).open()
    await chat.say("long " * 2_001 + "!", "short")
    await ani.wait_for("message", lambda shown: shown["text"] == "short")
    refusal = chat.log.get_by_role("alert").filter(has_text="10000")
    await expect(refusal).to_be_visible()
    await refusal.get_by_role("button", name="Edit").click()
    await expect(chat.field).to_have_value("long " * 2_001 + "!")
    await chat.say("now short")
    await chat.shows("short", "now short")


async def test_a_forgotten_token_starts_anew_and_keeps_what_waits(site: Shop, ani: Client) -> None:
    visitor = await site.visitor()
    chat = await (await site.tab(visitor)).open()
    await chat.say("first life")
    await chat.marked("delivered", 1)
    await visitor.set_offline(True)
    await expect(chat.link).to_contain_text("No connection")
    await chat.say("second life")
    await chat.page.evaluate(
        "localStorage[Object.keys(localStorage).find((key) => key.endsWith('token'))] = 'v1.x.1.y'"
    )
    await visitor.set_offline(False)
    await ani.wait_for("message", lambda shown: shown["text"] == "second life")
    await chat.shows("second life")
    first = await ani.wait_for("message", lambda shown: shown["text"] == "first life")
    second = await ani.wait_for("message", lambda shown: shown["text"] == "second life")
    assert first["conversation_id"] != second["conversation_id"]


async def test_a_site_that_changes_its_pages_itself_keeps_one_widget(site: Shop) -> None:
    chat = await (await site.tab(await site.visitor())).open()
    page = chat.page
    assert await page.evaluate(RUN_AGAIN)
    await page.evaluate("() => { document.body = document.createElement('body') }")
    await expect(chat.host).to_have_count(1)
    await expect(chat.panel).to_be_visible()
    await page.evaluate("Barev.setLanguage('ru')")
    await expect(chat.panel.get_by_role("heading", name="Представьтесь, пожалуйста")).to_be_visible()
    await page.evaluate("Barev.close()")
    await expect(chat.panel).to_be_hidden()
    await page.evaluate("Barev.destroy()")
    await expect(chat.host).to_have_count(0)
    assert await page.evaluate("typeof Barev") == "undefined"
