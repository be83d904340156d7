"""Messengers as the owner, his agents and a visitor of the site see them."""

import os
import re
import wave
from io import BytesIO
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.foreign_site import foreign_site
from tests.browser.people import People
from tests.product import Product, running
from tests.telegram_api import TOKEN, Person, telegram_api

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PASSWORD = "parol-1234"
ANI = Person(4711, "Անի", "hy", "ani_m")


def sound() -> bytes:
    """A second of silence."""
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    return made.getvalue()


async def test_set_up_spoken_to_and_gone_on_in(people: People, tmp_path: Path) -> None:
    """The owner pastes a token, a wrong one first; a visitor goes on in Telegram from the widget's menu; what he says
    there by voice is played at the desk as fast as one likes."""
    said, widget = words("en", "desk"), words("en", "widget")
    picture = (Path(__file__).parents[1] / "data" / "telegram" / "dot.png").read_bytes()
    async with telegram_api() as api:
        settings = {"BAREV_TELEGRAM_API_URL": api.url, "BAREV_TELEGRAM_POLL_S": "5"}
        product = Product(tmp_path / "data", environment=settings)
        async with running(product), foreign_site(product.address) as site:
            product.add_user("olga", "owner", password=PASSWORD)
            her = await people.window()
            her.watch.expected.append("status of 409")
            olga = await her.desk(product.address, "olga", PASSWORD)
            page = olga.page
            await page.goto(f"{product.address}/desk/#/manage/doors")
            await page.get_by_role("button", name=f"Telegram: {said['office.doors.set']}").click()
            field = page.get_by_label(said["office.doors.token"])
            await field.fill("4242:another-bot_of-nobody_0123456789abcdef")
            await field.press("Enter")
            await expect(
                page.get_by_role("alert").filter(has_text=words("en", "channel")["token_wrong"])
            ).to_be_visible()
            await has_no_barriers(page)
            await field.fill(TOKEN)
            await field.press("Enter")
            await expect(page.get_by_text(said["office.doors.open"].format(name="@salon_test_bot"))).to_be_visible()
            assert TOKEN not in await page.content()
            await has_no_barriers(page)
            await picture_of(page, "doors")

            window = await people.window()
            guest = await window.widget(site.page())
            await guest.open()
            await guest.start(name="Ani")
            await guest.say("Hello from the site")
            await guest.has_mark("Hello from the site", "delivered")
            await page.goto(f"{product.address}/desk/")
            await olga.show("all")
            await olga.open("Ani")
            await page.get_by_role("button", name=said["office.facts.offer"]).click()
            await expect(olga.field).to_have_value(
                re.compile(r"^Telegram: https://t\.me/salon_test_bot\?start=go-[\w-]{43}$")
            )
            await picture_of(page, "offer")
            await guest.tool("more").click()
            link = guest.panel.get_by_role("link", name=widget["extra.go_on"].format(name="Telegram"))
            await expect(link).to_be_visible()
            await has_no_barriers(guest.page)
            await picture_of(guest.page, "menu")
            word = (await link.get_attribute("href") or "").partition("start=")[2]
            await api.says(ANI, f"/start {word}")
            await api.heard(ANI)
            api.files["far/photo"], api.files["far/voice"] = picture, sound()
            shown = {"file_id": "photo", "file_unique_id": "p1", "width": 1, "height": 1, "file_size": len(picture)}
            await api.tell(message=api.message(ANI, caption="Այսպիսի մազեր եմ ուզում", photo=[shown]))
            voice = {"file_id": "voice", "file_unique_id": "v1", "duration": 1, "mime_type": "audio/wav"}
            await api.tell(message=api.message(ANI, voice=voice))
            place = {"latitude": 40.1776, "longitude": 44.5126}
            await api.tell(message=api.message(ANI, location=place))

            await page.goto(f"{product.address}/desk/")
            await olga.show("all")
            await olga.open("Ani")
            await expect(olga.page.locator(".thread .picture")).to_be_visible()
            player = page.locator(".thread audio")
            await expect(player).to_be_visible()
            await page.get_by_role("group", name=said["office.files.speed"]).get_by_role("button", name="1.5").click()
            await expect(player).to_have_js_property("playbackRate", 1.5)
            await has_no_barriers(page)
            await picture_of(page, "dialog")


async def picture_of(page: Page, name: str) -> None:
    """For eyes, where a folder is named."""
    folder = os.environ.get("BAREV_PICTURES")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png")
