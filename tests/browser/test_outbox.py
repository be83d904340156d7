"""What is written while the server is dead: it survives a reload, and arrives once and in order."""

import pytest
from playwright.async_api import Error, expect

from tests.browser.desk import Desk
from tests.browser.foreign_site import foreign_site
from tests.browser.office import Office
from tests.browser.people import People
from tests.product import Product, running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.kill,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]

PASSWORD = "parol-1234"
SAID = ["before", "in the moment", "into the dark", "and on"]


async def test_1_2_a_visitors_words(people: People, own_product: Product) -> None:
    """Killed while he writes, his page reloaded without a server, then the server back at the same address: he does not
    even open the chat again."""
    async with running(own_product), foreign_site(own_product.address) as site:
        window = await people.window()
        window.watch.expect_outage()
        guest = await window.widget(site.page())
        await guest.open()
        await guest.start(name="Hayk")
        await guest.say(SAID[0])
        await guest.has_mark(SAID[0], "delivered")
        await guest.say(SAID[1])
        await own_product.kill()
        for text in SAID[2:]:
            await guest.say(text)
        await expect(guest.texts).to_have_text(SAID)
        await expect(guest.link).to_contain_text(guest.words["link.lost"])
        kept = await guest.waiting()
        assert len(kept) >= len(SAID[2:])
        await expect(guest.link).to_contain_text(guest.words["link.waiting"].format(count=len(kept)))

        await guest.page.reload()
        await expect(guest.page.locator("h1")).to_be_visible()
        assert await guest.waiting() == kept
        await own_product.start()
        await guest.page.reload()

        her = await people.window()
        her.watch.expect_outage()  # the server ends before her desk does
        ani = await her.desk(own_product.address, "ani", PASSWORD)
        await ani.show("all")
        await ani.open("Hayk")
        await expect(ani.texts).to_have_text(SAID)
        await expect(guest.launcher).to_have_attribute("aria-expanded", "false")
        await guest.open()
        await expect(guest.texts).to_have_text(SAID)
        await guest.has_mark(SAID[-1], "read")
        await guest.has_sent_all()
        office = await Office.of(own_product)
        (conversation,) = await office.conversations("Hayk")
        assert await office.texts(conversation["id"]) == SAID


async def test_1_2_an_agents_replies(people: People, own_product: Product) -> None:
    """The same at the desk: her browser cannot even load the page before the server is back."""
    async with running(own_product), foreign_site(own_product.address) as site:
        window = await people.window()
        window.watch.expect_outage()
        guest = await window.widget(site.page())
        await guest.open()
        await guest.start(name="Hripsime")
        await guest.say("Hello?")
        her = await people.window()
        her.watch.expect_outage()
        ani = await her.desk(own_product.address, "ani", PASSWORD)
        await ani.open("Hripsime")
        await ani.reply(SAID[0])
        await expect(guest.texts.last).to_have_text(SAID[0])
        await ani.reply(SAID[1])
        await own_product.kill()
        for text in SAID[2:]:
            await ani.reply(text)
        await expect(ani.banner).to_contain_text(ani.words["line.offline"])
        kept = await ani.waiting()
        await expect(ani.pending).to_have_count(len(kept))
        assert len(kept) >= len(SAID[2:])
        with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
            await ani.page.goto(f"{own_product.address}/desk/")

        await own_product.start()
        await ani.page.goto(f"{own_product.address}/desk/")
        await expect(guest.texts).to_have_text(["Hello?", *SAID])
        await ani.is_live()
        await ani.show("all")
        await ani.open("Hripsime")
        await expect(ani.texts).to_have_text(["Hello?", *SAID])
        await expect(ani.pending).to_have_count(0)
        await ani.has_sent_all()
        again = Desk(await her.page(f"{own_product.address}/desk/"))
        await again.is_live()
        await again.show("all")
        await again.open("Hripsime")
        await expect(again.texts).to_have_text(["Hello?", *SAID])
