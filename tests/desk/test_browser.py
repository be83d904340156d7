"""The desk in a real Chromium against the real product: what agents see, and what a lost line costs them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.clients import Client, connected, visitor
from tests.product import Product, running

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = ("hy", "ka", "kk", "ru", "en")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "parol-1234"
TAKE = re.compile(r"^Take( over)?$")

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def product(tmp_path: Path) -> AsyncIterator[Product]:
    """A firm with two agents."""
    async with running(Product(tmp_path / "data")) as product:
        for login in ("ani", "nino"):
            assert product.add_user(login, password=PASSWORD).returncode == 0
        yield product


@asynccontextmanager
async def desk(
    browser: Browser, product: Product, login: str = "", language: str = "en", **kind: Any
) -> AsyncIterator[Page]:
    """A desk's window; signed in where a login is given. Fails at the end where the page broke its content policy."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **kind})
    await context.add_init_script(f"localStorage['barev.desk.language'] ??= '{language}'")
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    await page.goto(f"{product.address}/desk/")
    if login:
        await sign_in(page, login)
    yield page
    await context.close()
    assert not faults


@asynccontextmanager
async def guest_of(product: Product, words: str) -> AsyncIterator[Client]:
    """A visitor who has said something."""
    guest = visitor(product.address)
    async with connected(guest):
        await guest.get("start", {"answers": {"name": "Lilit"}})
        await guest.send(words)
        yield guest


async def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    await page.locator("input[name=login]").fill(login)
    await page.locator("input[name=password]").fill(password)
    await page.locator("input[name=password]").press("Enter")


async def open_first(page: Page) -> None:
    await page.locator(".row").first.click()
    await expect(page.locator(".thread")).to_be_visible()


async def shown(page: Page) -> list[str]:
    """The list and the open dialog as read from the screen, without running times."""
    texts = await page.locator(".row, .thread .message, .thread .activity").all_inner_texts()
    return [re.sub(r"\d+:\d\d", "", text) for text in texts]


async def test_an_unanswered_dialog_is_red_and_marked_until_it_is_answered(browser: Browser, product: Product) -> None:
    async with guest_of(product, "Is there a free hour tomorrow?") as guest, desk(browser, product, "ani") as page:
        row = page.locator(".row.unanswered")
        await expect(row).to_contain_text("Unanswered")
        await expect(row.locator(".waiting-mark svg")).to_be_visible()
        red, green, blue = await row.evaluate(
            "row => getComputedStyle(row).borderLeftColor.match(/\\d+/g).slice(0, 3).map(Number)"
        )
        assert red > 180
        assert max(green, blue) < 80
        await open_first(page)
        await page.keyboard.press("KeyT")
        await expect(page.locator(".status-line")).to_contain_text("Yours")
        await page.keyboard.press("KeyR")
        await page.keyboard.type("Yes, at 16:00")
        await page.keyboard.press("Enter")
        heard = await guest.wait_for("message", lambda message: message["author"]["kind"] == "agent")
        assert heard["text"] == "Yes, at 16:00"
        await page.locator("[data-tab=all]").click()
        await expect(page.locator(".row")).to_have_count(1)
        await expect(page.locator(".row.unanswered")).to_have_count(0)


async def test_who_comes_second_is_told_who_took_it(browser: Browser, product: Product) -> None:
    """It is offered to one of them: both may take it, and the first does."""
    async with (
        guest_of(product, "Hello?"),
        desk(browser, product, "ani") as first,
        desk(browser, product, "nino") as second,
    ):
        for page in (first, second):
            await open_first(page)
        await first.get_by_role("button", name="Take", exact=True).click()
        await expect(first.get_by_role("button", name=TAKE)).to_have_count(0)
        await expect(first.locator(".status-line")).to_contain_text("Yours")
        await second.keyboard.press("KeyT")
        await expect(second.locator(".toast")).to_contain_text(re.compile(r"ani.* already taken", re.IGNORECASE))


async def test_words_written_while_the_server_is_dead_survive_a_reload_and_arrive_once(
    browser: Browser, product: Product
) -> None:
    """A desk's tests 2 and 5: the same client id is one message, and a dead line is said and overcome."""
    async with guest_of(product, "Are you there?"):
        pass
    async with desk(browser, product, "ani") as page:
        await open_first(page)
        await product.kill()
        await expect(page.locator(".banner.offline")).to_be_visible()
        await page.keyboard.press("KeyR")
        for words in ("first", "second"):
            await page.keyboard.type(words)
            await page.keyboard.press("Enter")
        await expect(page.locator(".message.pending")).to_have_count(2)
        await page.keyboard.type("a draft")
        await product.start()
        await page.reload()
        await page.locator("[data-tab=all]").click()  # once the words have arrived, nobody waits any more
        await open_first(page)
        own = page.locator(".message.ours:not(.pending) .text")
        await expect(own).to_have_text(["first", "second"])
        await expect(page.locator(".message.pending")).to_have_count(0)
        await expect(page.locator(".composer textarea")).to_have_value("a draft")


async def test_after_an_absence_the_screen_equals_a_fresh_load(browser: Browser, product: Product) -> None:
    """A desk's test 3, on the screen itself: messages, notes, a deletion and a new owner while the line is dead."""
    async with guest_of(product, "One") as guest, desk(browser, product, "ani") as page:
        await open_first(page)
        await page.locator("[data-tab=all]").click()
        await page.context.set_offline(True)
        await expect(page.locator(".banner.offline")).to_be_visible(timeout=90_000)
        async with desk(browser, product, "nino") as other:
            await open_first(other)
            await other.keyboard.press("KeyT")
            await expect(other.locator(".status-line")).to_contain_text("Yours")
            for key, words in (("KeyR", "Two"), ("KeyN", "for colleagues"), ("KeyR", "Three")):
                await other.keyboard.press(key)
                await other.keyboard.type(words)
                await other.keyboard.press("Enter")
                await expect(other.locator(".message.ours").last).to_contain_text(words)
                await other.keyboard.press("Escape")
            await guest.send("Four")
            await other.locator(".message.ours", has_text="Two").hover()
            await other.get_by_role("button", name="Delete").click()
            await other.locator(".message-actions .danger").click()
            await expect(other.locator(".text.gone")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator(".message", has_text="Four")).to_be_visible(timeout=30_000)
        await expect(page.locator(".banner")).to_have_count(0)
        caught_up = await shown(page)
        await page.reload()
        await page.locator("[data-tab=all]").click()
        await open_first(page)
        await expect(page.locator(".message", has_text="Four")).to_be_visible()
        assert await shown(page) == caught_up


async def test_wrong_words_at_the_door_are_told_plainly(browser: Browser, product: Product) -> None:
    async with desk(browser, product) as page:
        await sign_in(page, "ani", "not this")
        await expect(page.locator(".form-problem")).to_contain_text("wrong")
        await sign_in(page, "ani")
        await expect(page.locator(".list-pane")).to_be_visible()
        await page.get_by_role("button", name="Settings").click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.locator("input[name=login]")).to_be_visible()
        await page.reload()
        await expect(page.locator("input[name=login]")).to_be_visible()


@pytest.mark.languages("ka", "en")
async def test_no_barrier_is_found_in_any_language(browser: Browser, product: Product, language: str) -> None:
    """axe-core, with all rules of WCAG 2.2 AA: the form, the list, a dialog, a sheet; in a frame, on a phone. On a wide
    screen tests/browser/test_accessibility.py looks."""
    async with guest_of(product, "Բարև, გამარჯობა, сәлем, привет, hello https://example.com/a"):
        pass
    width, height = (760, 700) if language in ("kk", "en") else (390, 780)
    kind = {"viewport": {"width": width, "height": height}, "color_scheme": "dark", "reduced_motion": "reduce"}
    async with desk(browser, product, "", language, bypass_csp=True, **kind) as page:
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.locator("input[name=login]")).to_be_visible()
        await check(page)
        await sign_in(page, "ani")
        await expect(page.locator(".row")).to_be_visible()
        await check(page)
        await open_first(page)
        await expect(page.locator(".message").first).to_be_visible()
        await check(page)
        await page.keyboard.press("Shift+Slash")
        await expect(page.locator("dialog")).to_be_visible()
        await check(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def check(page: Page) -> None:
    """Fails with what axe found."""
    await page.add_script_tag(path=AXE)
    found = await page.evaluate(
        "rules => axe.run(document, { runOnly: rules }).then(({ violations }) =>"
        " violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(' '))]))",
        RULES,
    )
    assert found == []


async def test_take_means_what_it_said_when_it_was_pressed(browser: Browser, product: Product) -> None:
    """A colleague takes the dialog between the press and the release: nothing is taken over from him."""
    async with (
        guest_of(product, "Hello?"),
        desk(browser, product, "ani") as first,
        desk(browser, product, "nino") as second,
    ):
        for page in (first, second):
            await open_first(page)
        await second.get_by_role("button", name="Take", exact=True).hover()
        await second.mouse.down()
        await first.keyboard.press("KeyT")
        await expect(second.get_by_role("button", name="Take over")).to_be_visible()
        await second.mouse.up()
        await expect(second.locator(".toast")).to_contain_text(re.compile(r"ani.* already taken", re.IGNORECASE))
        await expect(first.locator(".status-line")).to_contain_text("Yours")


async def test_the_new_line_goes_with_ones_own_reply(browser: Browser, product: Product) -> None:
    async with guest_of(product, "Hello?"), desk(browser, product, "ani") as page:
        await open_first(page)
        await expect(page.locator(".unread-line")).to_be_visible()
        await page.keyboard.press("KeyT")
        await page.keyboard.press("KeyR")
        await page.keyboard.type("Good morning")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.ours")).to_contain_text("Good morning")
        await expect(page.locator(".unread-line")).to_have_count(0)


async def test_a_desk_that_nobody_signed_in_to_asks_nothing(browser: Browser, product: Product) -> None:
    """No question whose answer the browser would log as an error."""
    context = await browser.new_context(locale="ru-RU")
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    await page.goto(f"{product.address}/desk/")
    await expect(page.locator("input[name=login]")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await sign_in(page, "ani")
    await expect(page.locator(".list-pane")).to_be_visible()
    await page.reload()
    await expect(page.locator(".list-pane")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert not [line for line in said if "401" in line]
    await context.close()


async def test_an_open_dialog_has_an_address_that_survives_reload_and_back(browser: Browser, product: Product) -> None:
    async with guest_of(product, "Hello?"), desk(browser, product, "ani") as page:
        await open_first(page)
        await expect(page).to_have_url(re.compile(r"#/dialogs/\d+$"))
        await page.reload()
        await expect(page.locator(".message", has_text="Hello?")).to_be_visible()
        await page.locator('.rail a[href^="#/tasks"]').click()
        await expect(page.locator("h1")).to_have_text("Tasks")
        await page.go_back()
        await expect(page.locator(".message", has_text="Hello?")).to_be_visible()
