"""The demo's page in a real Chromium: one click signs in at the desk, one click writes as a visitor."""

from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from tests.product import Product, running

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = [pytest.mark.browser, pytest.mark.node]


async def write_as_visitor(page: Page, language: str) -> None:
    """Clicks the first message of a language and waits until the desk shows it, red."""
    await page.locator(f".speech [lang={language}]").click()
    chip = page.locator(".chip").first
    text = await chip.inner_text()
    await chip.click()
    desk = page.frame_locator(".desk iframe")
    await desk.locator("[data-tab=all]").click()
    row = desk.locator(".row.unanswered", has=desk.locator(".last", has_text=text))
    await expect(row).to_have_count(1, timeout=30_000)


async def test_two_clicks_show_the_product(chromium: str, tmp_path: Path) -> None:
    async with running(Product(tmp_path / "data", flags=["--demo"])) as product, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        high: ViewportSize = {"width": 1440, "height": 2400}  # so that every row of the list is drawn
        context = await browser.new_context(viewport=high, locale="en-US", reduced_motion="reduce")
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        await page.goto(product.address)
        await page.locator(".login", has_text="Mariam").click()
        await expect(page.frame_locator(".desk iframe").locator(".row").first).to_be_visible(timeout=30_000)
        for language in ("hy", "ka", "kk", "ru", "en"):
            await write_as_visitor(page, language)
        assert not faults
        await browser.close()


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
async def test_the_page_and_its_shops_hold_no_barrier(chromium: str, tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(Product(tmp_path / "data", flags=["--demo"])) as product, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        context = await browser.new_context(viewport=viewport, bypass_csp=True, reduced_motion="reduce")
        page = await context.new_page()
        for path in ("/", "/demo/yerevan/hy.html", "/demo/tbilisi/ka.html", "/demo/almaty/kk.html"):
            await page.goto(product.address + path)
            await expect(page.locator("h1")).to_be_visible()
            await page.add_script_tag(path=AXE)
            found = await page.evaluate(
                "rules => axe.run(document, { runOnly: rules, iframes: false }).then(({ violations }) =>"
                " violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(' '))]))",
                RULES,
            )
            assert (path, found) == (path, [])
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        await browser.close()
