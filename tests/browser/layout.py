"""Whether everything has room."""

from playwright.async_api import Locator, Page, ViewportSize, expect

SMALLEST: ViewportSize = {"width": 320, "height": 640}

_TOO_WIDE = """() => {
    const all = [...document.querySelectorAll("*")];
    const roots = [document, ...all.map((element) => element.shadowRoot).filter(Boolean)];
    const places = "html, .scroller, .thread, .rows, .card-pane, .panel, .login-box, .sheet, .card, .logins";
    const boxes = roots.flatMap((root) => [...root.querySelectorAll(places)]);
    return boxes.filter((box) => box.scrollWidth > box.clientWidth)
        .map((box) => `${box.className || box.localName}: ${box.scrollWidth} > ${box.clientWidth}`);
}"""


async def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways (WCAG 2.2, 1.4.10 asks it of 320 px)."""
    too_wide = await page.evaluate(_TOO_WIDE)
    assert not too_wide, "\n".join(too_wide)


async def is_beside(box: Locator, rest: Locator) -> None:
    """All of it is in the window, and nothing of the rest is under it (WCAG 2.2, 2.4.11)."""
    await expect(box).to_be_in_viewport(ratio=1)
    own, other = await box.bounding_box(), await rest.bounding_box()
    assert own is not None
    assert other is not None
    assert own["y"] >= other["y"] + other["height"] or other["y"] >= own["y"] + own["height"], (own, other)
