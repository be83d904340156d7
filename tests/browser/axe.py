"""axe-core in a page: the barriers of WCAG 2.2, levels A and AA, that a program can find."""

from pathlib import Path

from playwright.async_api import Page

_SCRIPT = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_RUN = """async (rules) => {
    const ending = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((one) => one.finished));
    const { violations, passes } = await axe.run(document, { runOnly: rules });
    const told = violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, any }) => `${id} (${help}): ${target.join(" ")} ${any[0]?.message ?? ""}`));
    return [passes.length, told];
}"""


async def has_no_barriers(page: Page, rules_at_least: int = 10, *, whole: bool = False) -> None:
    """Frames are looked at too, when what moves has come to its end. Fails with what was found, and where fewer rules
    than that had anything to look at. ``whole``: the page is ours from corner to corner, so what is good practice for
    pages holds too."""
    await page.wait_for_load_state()  # or its styles may be on their way
    for frame in page.frames:
        if not await frame.evaluate("'axe' in window"):
            await frame.evaluate(_SCRIPT.read_text())
    passed, found = await page.evaluate(_RUN, [*_RULES, "best-practice"] if whole else _RULES)
    assert not found, "\n".join(found)
    assert passed >= rules_at_least, f"only {passed} rules had anything to look at"
