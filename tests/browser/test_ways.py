"""The composer says by what an answer goes and whether it can, and what was not delivered is sent again."""

import sqlite3
import uuid
from pathlib import Path

import pytest
from playwright.async_api import expect

from conversation import clock
from tests.browser.axe import has_no_barriers
from tests.browser.desk import Desk
from tests.browser.people import People
from tests.clients import connected, visitor
from tests.product import Product, running
from tests.viber_api import TOKEN, Person, viber_api

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PASSWORD = "parol-1234"
ANI = Person()
HOUR_MS = 3_600_000


def change(product: Product, statement: str, *values: object) -> None:
    """Time goes by in the store."""
    with sqlite3.connect(product.data / "barev.db") as store:
        store.execute(statement, values)
    store.close()


async def test_the_window_and_sending_again(tmp_path: Path, free_port: int, people: People) -> None:
    async with viber_api() as api:
        address = f"http://127.0.0.1:{free_port}"
        settings = {"VIBER_TOKEN": TOKEN, "VIBER_API_URL": api.url, "SERVER_PUBLIC_URL": address}
        environment = {f"BAREV_{key}": value for key, value in settings.items()}
        product = Product(tmp_path / "data", port=free_port, environment=environment)
        assert product.add_user("olga", "owner").returncode == 0
        async with running(product):
            await api.set_up.wait()
            await api.says(ANI, "Barev")
            window = await people.window()
            window.watch.expected.append("status of 409")
            desk = await window.desk(address, "olga", PASSWORD)
            await desk.show("all")
            await desk.open("Ani")
            await is_told(desk, "Carries answers until")
            await expect(desk.dialog.locator(".ways")).to_contain_text("Viber")
            await has_no_barriers(desk.page)

            api.fails.append(3)
            await fails_and_is_sent_again(desk, product)
            await offers_what_it_can(desk)

            change(product, "UPDATE addresses SET heard_at = ? WHERE channel = 'viber'", clock.now_ms() - 30 * HOUR_MS)
            await desk.page.reload()
            await desk.open("Ani")
            await is_told(desk, "more than 24 hours ago")
            await expect(desk.dialog.locator(".ways.bad")).to_be_visible()
            await has_no_barriers(desk.page)
            await desk.field.fill("Too late")
            await desk.field.press("Enter")
            await expect(desk.pending).to_contain_text("more than 24 hours ago")


async def offers_what_it_can(desk: Desk) -> None:
    """Viber changes nothing and quotes nothing: only what a press would do is offered; a note is ours to change."""
    await desk.dialog.locator("button.note").click()
    await desk.field.fill("A regular")
    await desk.field.press("Enter")
    note, said = (desk.articles.filter(has_text=text) for text in ("A regular", "Hello, Ani"))
    await note.hover()
    await expect(note.locator(".message-actions button")).to_have_count(2)
    await said.hover()
    await expect(note.locator(".message-actions")).to_have_count(0)
    await expect(said.locator(".message-actions")).to_have_count(0)
    await desk.dialog.get_by_role("button", name=desk.words["composer.reply"], exact=True).click()


async def test_no_messenger_is_offered_where_there_is_none(tmp_path: Path, people: People) -> None:
    """Beside a talk of the website everything else is."""
    product = Product(tmp_path / "data")
    assert product.add_user("olga", "owner").returncode == 0
    async with running(product):
        guest = visitor(product.address)
        async with connected(guest):
            await guest.get("start", {"answers": {"name": "Ani"}})
            await guest.get("message", {"client_id": str(uuid.uuid4()), "text": "Barev"})
        window = await people.window()
        desk = await window.desk(product.address, "olga", PASSWORD)
        await desk.show("all")
        await desk.open("Ani")
        said = desk.articles.filter(has_text="Barev")
        await said.hover()
        await expect(said.get_by_role("button", name=desk.words["message.quote"])).to_be_visible()
        await expect(desk.card.locator("dl.facts")).to_be_visible()
        await desk.page.wait_for_load_state("networkidle")  # what is loaded late is there
        await expect(desk.card.get_by_role("button", name=desk.words["office.facts.offer"])).to_have_count(0)


async def is_told(desk: Desk, text: str) -> None:
    await expect(desk.dialog.locator(".ways [role=status]")).to_contain_text(text)


async def fails_and_is_sent_again(desk: Desk, product: Product) -> None:
    await desk.field.fill("Hello, Ani")
    await desk.field.press("Enter")
    article = desk.articles.filter(has_text="Hello, Ani")
    below = article.locator(".undelivered")
    await expect(below).to_contain_text("The channel refused it.")
    await has_no_barriers(desk.page)
    await below.get_by_role("button").click()
    await expect(below).to_have_count(0)
    await expect(article.locator(".delivery")).to_have_class("delivery sent")
