"""Who left before the answer came gets word of it at the mailbox that he has proven, and comes back by its link."""

import re
import uuid
from pathlib import Path

import aiohttp
import pytest

from tests.clients import agent, connected, visitor
from tests.journeys.test_bot import prepare
from tests.journeys.test_codes import begin, doors, say
from tests.journeys.test_rights import office
from tests.letters import Mailbox, code_in, mail_server, sms_gateway
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
BOX = "left@example.am"


def link_in(mail: Mailbox) -> str:
    """The path of the link in the last letter."""
    found = re.search(r"https://chat\.example\.am(/talk/\S+)", str(mail.letters[-1].get_content()))
    assert found
    return found[1]


async def test_an_answer_that_was_not_seen(tmp_path: Path) -> None:
    """One letter for all answers, none for whom is there; the link opens the talk in another browser, a forged one
    nothing; the address that agents see tells nobody of it."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            more = {"BAREV_OUTBOX_UNSEEN_MIN": "0.001", "BAREV_SERVER_PUBLIC_URL": "https://chat.example.am"}
            product = Product(tmp_path / "data", environment={**doors(mail, sms), **more})
            async with office(product, "owner:owner", "ani:agent") as (owner, _):
                await prepare(owner)
                ani = agent(product.address, await product.log_in("ani"))
                guest = visitor(product.address)
                async with connected(ani):

                    async def answer(text: str) -> None:
                        body = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text}
                        await ani.get("reply", body)

                    async with connected(guest):
                        conversation_id = await begin(guest)
                        await say(guest, "sign in", "ask.reach")
                        await say(guest, BOX, "code.sent")
                        (letter,) = await mail.wait(BOX)
                        await say(guest, code_in(str(letter.get_content())), "identify.proven")
                        await say(guest, "operator", "handing.asked")
                        await ani.get("take", {"conversation_id": conversation_id})
                    await answer("Come at three")
                    await answer("or at four")
                    told = (await mail.wait(BOX, 2))[-1]
                    assert "has answered you" in str(told["Subject"])
                    assert "Come at three" not in str(told.get_content())
                    path = link_in(mail)
                    async with aiohttp.ClientSession(product.address) as web:
                        async with web.get(path) as page:
                            assert page.status == 200
                            assert "talk.js" in await page.text()
                        async with web.post(path) as exchanged:
                            given = await exchanged.json()
                        changed = path[:-1] + ("A" if path[-1] != "A" else "B")
                        for wrong in (changed, "/talk/1.ffffffff.x", "/talk/x", "/talk/%C3%A9.1.2"):
                            async with web.post(wrong, headers={"Accept-Language": "ru"}) as refused:
                                assert refused.status == 404, wrong
                                assert "Эта ссылка" in (await refused.json())["error"]["message"]
                    again = visitor(product.address, given["token"], widget=given["inbox"])
                    async with connected(again):
                        seen = [one["text"] for one in (await again.get("hello"))["messages"]]
                        assert seen[-2:] == ["Come at three", "or at four"]
                        await again.get("read", {"seq": (await again.get("hello"))["messages"][-1]["seq"]})
                        await answer("Are you there?")
                        await again.wait_for("message", lambda one: one["text"] == "Are you there?")
                    await mail.wait(BOX, 3)  # and this one he has not seen
                letters = (await owner.get("/letters?purpose=answer"))["items"]
                assert [one["to"] for one in letters] == [BOX, BOX]
