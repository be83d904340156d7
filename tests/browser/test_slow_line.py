"""A talk on a mountain road: 400 ms there and back, one part in twenty lost, and the line breaks in the middle."""

import pytest
from playwright.async_api import expect

from tests.browser.foreign_site import foreign_site
from tests.browser.line import line_to
from tests.browser.office import Office
from tests.browser.people import People
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "parol-1234"
ROUND_TRIP_S, LOST = 0.4, 0.05
WHOLE_MS = 60_000
"""Patience with a whole talk on such a line."""


async def test_both_write_and_nothing_is_lost(people: People, product: Product) -> None:
    """The visitor's page and the agent's desk are both behind that line. Each writes without waiting for the other; in
    the break each is told, and what waits. In the end both see the same, each word once and in its writer's order."""
    async with line_to(product.port) as line, foreign_site(line.address) as site:
        line.slow(ROUND_TRIP_S, LOST)
        windows = [await people.window(), await people.window()]
        for window in windows:
            window.watch.expect_outage()
        guest = await windows[0].widget(site.page())
        await guest.open()
        await guest.start(name="Shepherd")
        await guest.say("question 0")
        ani = await windows[1].desk(line.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open("Shepherd")
        for number in range(1, 5):
            await guest.say(f"question {number}")
            await ani.reply(f"answer {number}")
        await expect(guest.said("answer 2")).to_be_visible(timeout=WHOLE_MS)

        line.cut()
        await expect(guest.link).to_contain_text(guest.words["link.lost"])
        await expect(ani.banner).to_contain_text(ani.words["line.offline"])
        for number in (5, 6):
            await guest.say(f"question {number}")
            await ani.reply(f"answer {number}")
        await guest.has_mark("question 6", "waiting")
        kept = len(await guest.waiting())
        assert kept >= 2
        await expect(guest.link).to_contain_text(guest.words["link.waiting"].format(count=kept))
        await guest.field.fill("and one more th")

        line.mend()
        await guest.page.reload()
        await guest.launcher.click(timeout=WHOLE_MS)
        asked, told = [f"question {number}" for number in range(7)], [f"answer {number}" for number in range(1, 7)]
        for texts in (guest.texts, ani.texts):
            await expect(texts).to_have_count(len(asked) + len(told), timeout=WHOLE_MS)
        await expect(guest.link).to_be_empty(timeout=WHOLE_MS)
        await expect(guest.field).to_have_value("and one more th")
        shown = await guest.texts.all_text_contents()
        assert [text for text in shown if text in asked] == asked
        assert [text for text in shown if text in told] == told
        await expect(ani.texts).to_have_text(shown)
        await guest.has_sent_all()
        office = await Office.of(product)
        (conversation,) = await office.conversations("Shepherd")
        assert await office.texts(conversation["id"]) == shown
