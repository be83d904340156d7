"""How long the widget holds up the page that carries it: ``python -m tests.browser.main_thread``.

Each step is taken as a visitor would, on a machine made as slow as a cheap phone, and told by the longest piece of work
of the page's main thread. The figures tell as much of this machine as of the widget, so no test judges them; that no
piece grows with the conversation is what ``test_long_talks.py`` sees to.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

from tests import machine
from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.people import browser_at
from tests.clients import Client, agent, connected, visitor
from tests.product import Product, running

GOAL_MS = 50
PATIENCE_S = 60
AFTERWARDS_MS = 1_500
PARTS = 6
SAID = (
    "Բարև ձեզ, վաղը երեկոյան ազատ ժամ ունե՞ք",
    "Да, в 18:30. Подробности: https://example.com/price?day=tomorrow. Вам удобно?",
    "გამარჯობა! დიახ",
    "Yes. " * 20,
)
SCRIPT = "/widget.js"
FIRST = "What does it cost?"
AT_ONCE = 200
UNHURRIED = {"BAREV_DESK_REST_PER_S": "100000", "BAREV_DESK_REST_BURST": "100000"}
DRIVER = """
window.chat = () => document.querySelector("barev-chat").shadowRoot;
window.until = (test) => new Promise((done) => {
    const look = () => { if (test()) done(); else setTimeout(look, 100); };
    look();
});
"""


class Measure:
    """Takes steps in a page and keeps the longest task of each, in milliseconds of the processor, which others that use
    the machine do not lengthen."""

    def __init__(self, browser: Browser, page: Page, devtools: CDPSession) -> None:
        self.browser = browser
        self.page = page
        self.devtools = devtools
        self.longest: dict[str, float] = {}

    async def run(self, words: str) -> Any:
        """Evaluates a promise in the page, without any script of Playwright's own."""
        body = {"expression": f"(async () => {{ {words} }})()", "awaitPromise": True, "returnByValue": True}
        async with asyncio.timeout(PATIENCE_S):
            answer = await self.devtools.send("Runtime.evaluate", body)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def step(self, name: str, take: Callable[[], Awaitable[Any]], of_the_widget: bool = False) -> None:
        """Takes a step under trace, to the end of the work that follows from it; ``of_the_widget``: from its script on,
        what the page did before is its own."""
        await self.browser.start_tracing(page=self.page, categories=["toplevel", "devtools.timeline"])
        await take()
        await self.run(f"await new Promise((done) => setTimeout(done, {AFTERWARDS_MS}))")
        events = json.loads(await self.browser.stop_tracing())["traceEvents"]
        mains = {(one["pid"], one["tid"]) for one in events if (one.get("args") or {}).get("name") == "CrRendererMain"}
        own = [one for one in events if (one["pid"], one["tid"]) in mains and "tdur" in one]
        begun = [one["ts"] for one in own if one["name"] == "EvaluateScript" and SCRIPT in json.dumps(one["args"])]
        begin = min(begun) if of_the_widget else 0
        tasks = [one for one in own if one["name"].endswith("RunTask") and one["ts"] + one["dur"] >= begin]
        longest = max(tasks, key=lambda one: one["tdur"])
        self.longest[name] = longest["tdur"] / 1000
        end = longest["ts"] + longest["dur"]
        parts = [one for one in own if one is not longest and longest["ts"] <= one["ts"] <= end]
        parts.sort(key=lambda one: -one["tdur"])
        print(f"{name}: {self.longest[name]:.0f} ms", _told(parts[:PARTS]), file=sys.stderr)  # noqa: T201


def _told(parts: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['name']} {one['tdur'] / 1000:.0f}" for one in parts)


async def fill(ani: Client, conversation_id: int, count: int, first_id: int) -> None:
    """Says so much in a conversation; every thirtieth word quotes its first."""

    async def reply(number: int) -> None:
        body: dict[str, Any] = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4())}
        body |= {"text": f"{number} {SAID[number % len(SAID)]}"} | ({} if number % 30 else {"reply_to": first_id})
        await ani.get("reply", body)

    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(reply(number) for number in range(start, min(count, start + AT_ONCE))))


async def visit(context: BrowserContext, browser: Browser, slower: int) -> Measure:
    """A tab on a slow machine."""
    await context.add_init_script(DRIVER)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return Measure(browser, page, devtools)


PRESS = "chat().querySelector('.launcher').click();"
LAUNCHER = "await until(() => document.querySelector('barev-chat') && chat().querySelector('.launcher:not([hidden])'));"
WRITE = """const field = chat().querySelector("textarea");
    field.value = "Hello";
    field.dispatchEvent(new Event("input"));
    await new Promise((done) => setTimeout(done, 100));
    chat().querySelector(".send").click();
    await until(() => chat().querySelector(".mark svg + span")?.textContent === "delivered");"""
SCROLL = """const box = chat().querySelector(".scroller");
    for (let turn = 0; turn < 8; turn += 1) {
        box.scrollTop = %s;
        await new Promise((done) => setTimeout(done, 600));
    }"""
QUOTES = "[...chat().querySelectorAll('article .quote:not([hidden])')]"


async def measure(browser: Browser, product: Product, slower: int, count: int) -> dict[str, float]:
    """All steps: as a stranger, then in a long conversation."""
    ani = agent(product.address, await product.log_in("ani"))
    writer = visitor(product.address)
    async with foreign_site(product.address) as site, connected(ani, writer):
        token = (await writer.get("hello"))["token"]
        await writer.get("start", {"answers": {"name": "Historian"}})
        first = await writer.send(FIRST)
        number = (await ani.wait_for("message"))["conversation_id"]
        await fill(ani, number, count, first["id"])
        stranger = await visit(await browser.new_context(), browser, slower)
        await as_a_stranger(stranger, site)
        context = await browser.new_context()
        key = f"barev {product.address}/  "
        known = f"localStorage['{key}token'] ??= '{token}'; localStorage['{key}live'] ??= '1'"
        await context.add_init_script(f"if (location.protocol === 'http:') {{ {known} }}")
        reader = await visit(context, browser, slower)

        async def arrive(more: int) -> None:
            await fill(ani, number, more, first["id"])
            last = f"[...chat().querySelectorAll('.text')].at(-1).textContent.startsWith('{more - 1} ')"
            await reader.run(f"await until(() => {last})")

        await as_a_reader(reader, site, count, arrive)
    return {**stranger.longest, **reader.longest}


async def as_a_stranger(page: Measure, site: ForeignSite) -> None:
    """A page without and with the launcher, the form, a first word."""

    async def load() -> None:
        await page.page.goto(site.page())
        await page.run(LAUNCHER)

    await page.step("the page alone", lambda: page.page.goto(site.page(times="0")))
    await page.step("the page with the launcher", load, of_the_widget=True)
    await page.step("opening", lambda: page.run(f"{PRESS} await until(() => chat().querySelector('form'))"))
    await page.step("a first message", lambda: page.run(WRITE))


async def as_a_reader(page: Measure, site: ForeignSite, count: int, arrive: Callable[[int], Awaitable[None]]) -> None:
    """Opens a long conversation, scrolls, gets much at once, goes to its first word and back."""

    async def load() -> None:
        await page.page.goto(site.page())
        await page.run(f"{LAUNCHER} await until(() => chat().querySelector('article'))")

    jump = f"{QUOTES}.at(-1).click(); await until(() => chat().activeElement?.textContent.includes('{FIRST}'))"
    await page.step(f"the page, {count:,} messages behind it", load, of_the_widget=True)
    opened = "await until(() => !chat().querySelector('.panel').hidden)"
    await page.step("opening them", lambda: page.run(f"{PRESS} {opened}"))
    await page.step("scrolling up", lambda: page.run(SCROLL % "0"))
    await page.step("back to the end", lambda: page.run("chat().querySelector('.newest').click()"))
    await page.step("100 messages at once", lambda: arrive(100))
    await arrive(1)
    await page.run(f"await until(() => {QUOTES}.length > 0)")
    await page.step("to a quoted first message", lambda: page.run(jump))
    await page.step("scrolling on from there", lambda: page.run(SCROLL % "box.scrollHeight"))
    await page.step("closing", lambda: page.run(PRESS))


async def run(slower: int, count: int, rounds: int, folder: Path) -> list[dict[str, float]]:
    """Measures on products of its own."""
    executable = machine.chromium()
    if executable is None:
        sys.exit(f"{machine.reason_not_to_run('browser')}")
    found: list[dict[str, float]] = []
    for turn in range(rounds):
        product = Product(folder / str(turn), environment=UNHURRIED)
        assert product.add_user("ani").returncode == 0
        async with running(product), browser_at(executable) as browser:
            found.append(await measure(browser, product, slower, count))
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Measure how long the widget holds up the page that carries it.")
    parser.add_argument("--slower", type=int, default=4, help="how many times slower than this machine (default 4)")
    parser.add_argument("--messages", type=int, default=10_000, help="the length of the conversation (default 10000)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often; the middle of the longest is told (default 3)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(options.slower, options.messages, options.rounds, Path(folder)))
    print(f"| the longest task, {options.slower} times slower | middle | worst | goal | |")  # noqa: T201
    print("|---|---:|---:|---:|---|")  # noqa: T201
    for name in found[0]:
        each = sorted(one[name] for one in found)
        met = "met" if each[-1] <= GOAL_MS else "**missed**"
        print(f"| {name} | {each[len(each) // 2]:.0f} ms | {each[-1]:.0f} ms | <= {GOAL_MS} ms | {met} |")  # noqa: T201


if __name__ == "__main__":
    main()
