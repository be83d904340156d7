"""One person, on the website and in Telegram: one conversation, whose answers go where she is."""

import asyncio
import uuid
from pathlib import Path

import pytest

from tests.clients import agent, connected, visitor
from tests.journeys.test_bot import prepare
from tests.journeys.test_codes import PHONE, begin, doors, say
from tests.journeys.test_rights import office
from tests.journeys.test_telegram import ANI, door
from tests.letters import code_in, mail_server, sms_gateway
from tests.product import Product
from tests.telegram_api import telegram_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
SITE = "https://chat.example.am"


async def test_from_the_site_to_telegram_and_back(tmp_path: Path) -> None:
    with mail_server() as mail:
        async with sms_gateway() as sms, telegram_api() as api:
            more = {"BAREV_OUTBOX_UNSEEN_MIN": "0.001", "BAREV_SERVER_PUBLIC_URL": SITE}
            product = Product(tmp_path / "data", environment={**doors(mail, sms), **door(api), **more})
            async with office(product, "owner:owner", "ani:agent") as (owner, _), asyncio.timeout(120):
                await prepare(owner)
                ani = agent(product.address, await product.log_in("ani"))
                guest = visitor(product.address)
                async with connected(ani):
                    own = {"phone_number": PHONE, "first_name": "Ani", "user_id": ANI.id}
                    await api.tell(message=api.message(ANI, contact=own))
                    there = await ani.wait_for("message", lambda one: one["channel"] == "telegram")
                    await ani.get("resolve", {"conversation_id": there["conversation_id"]})

                    async def answer(text: str) -> None:
                        body = {"conversation_id": talk, "client_id": str(uuid.uuid4()), "text": text}
                        await ani.get("reply", body)

                    async with connected(guest):
                        talk = await begin(guest)
                        await say(guest, "sign in", "ask.reach")
                        await say(guest, PHONE, "code.sent")
                        await say(guest, code_in((await sms.wait(PHONE))[-1].json["text"]), "identify.found")
                        await ani.get("take", {"conversation_id": talk})
                        said = len(api.said_to(ANI.id))
                        await api.says(ANI, "I am on the bus now")
                        bus = await ani.wait_for("message", lambda one: one["text"] == "I am on the bus now")
                        assert (bus["conversation_id"], bus["channel"]) == (talk, "telegram")
                        await guest.wait_for("message", lambda one: one["text"] == "I am on the bus now")
                        await answer("Then I write to you there")
                        heard = await api.heard(ANI, said + 1)
                        assert heard[-1]["text"] == "Then I write to you there"
                        await guest.wait_for("message", lambda one: one["text"] == "Then I write to you there")
                        await guest.send("At home again")
                        await ani.wait_for("conversation", lambda one: one["id"] == talk and one["channel"] == "web")
                        await answer("And here I am too")
                        await guest.wait_for("message", lambda one: one["text"] == "And here I am too")
                        ways = (await owner.get(f"/conversations/{talk}/channels"))["items"]
                        assert [(one["channel"], one["current"], one["reason"]) for one in ways][:2] == [
                            ("web", True, None),
                            ("telegram", False, None),
                        ]
                        await guest.get("read", {"seq": (await guest.get("hello"))["messages"][-1]["seq"]})
                        assert len(api.said_to(ANI.id)) == said + 1
                    await answer("Your size has come")
                    heard = await api.heard(ANI, said + 2)
                    text, _, link = heard[-1]["text"].partition("\n\n")
                    assert text == "Your size has come"
                    assert f"{SITE}/talk/" in link
                    lines = (await owner.get(f"/conversations/{talk}/messages"))["items"]
                    codes = [one["activity"]["code"] for one in lines if "activity" in one]
                    assert [one for one in codes if one.startswith("channel_")] == [
                        "channel_changed",
                        "channel_changed",
                        "channel_followed",
                    ]
                    assert not [one for one in mail.letters if "answered" in str(one["Subject"])]
                    chosen = next(one for one in ways if one["channel"] == "web")["address_id"]
                    status, changed = await owner.ask("POST", f"/conversations/{talk}/channel", {"address_id": chosen})
                    assert (status, changed["channel"]) == (200, "web")
