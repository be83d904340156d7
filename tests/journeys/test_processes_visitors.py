"""Who the visitor is, what he agreed to, where he looks and whether he may write: the same in every process."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.clients import ANSWER_S, Client, agent, connected, visitor
from tests.journeys.test_abuse import check_is_refused, refusal, said
from tests.journeys.test_rights import Desk
from tests.journeys.test_visitors import CONSENT, change, secret_of, signed, texts_of
from tests.processes import all_running, make_processes
from tests.product import Product, running
from tests.samples import Bringer, fetch, png
from tests.servers import RedisServer

pytestmark = pytest.mark.slow


@pytest.fixture
def three(tmp_path: Path, postgres_url: str, redis_server: RedisServer) -> list[Product]:
    """Three processes of one business."""
    return make_processes(tmp_path, postgres_url, redis_server, 3)


@asynccontextmanager
async def owned(products: list[Product]) -> AsyncIterator[tuple[Desk, Client]]:
    """All run; the owner by REST at the first, and his window at the second, open and listening."""
    async with all_running(*products), aiohttp.ClientSession(products[0].address) as web:
        assert products[0].add_user("olga", "owner").returncode == 0
        token = await products[0].log_in("olga")
        window = agent(products[1].address, token)
        async with connected(window):
            await window.get("hello")
            yield Desk(web, token), window
        assert "ERROR" not in "".join(product.log for product in products)


async def asked(product: Product, wanted: int, token: str | None = None) -> list[dict[str, Any]]:
    """The form as a process shows it, once it has heard of that version of the consent."""
    guest = visitor(product.address, token)
    async with connected(guest), asyncio.timeout(ANSWER_S):
        while True:
            form: list[dict[str, Any]] = (await guest.get("hello"))["form"]
            if form and form[-1].get("version") == wanted:
                return form
            await asyncio.sleep(0)


async def test_a_signed_customer_is_known_wherever_he_and_the_agent_are(three: list[Product]) -> None:
    """He signs in at one process; the agent at the second sees who he is, his phone at the third has what was said."""
    one, _, third = three
    async with owned(three) as (owner, window):
        secret = await secret_of(owner)
        person: dict[str, Any] = {
            "identity": {"id": "42", "name": "Nare", "phone": "+37477123456"},
            "identity_hash": signed(secret, "42"),
        }
        stranger = visitor(one.address)
        async with connected(stranger):
            await stranger.send("asked as a stranger")
            token = (await stranger.get("hello"))["token"]
        talk = (await window.wait_for("message"))["conversation_id"]
        at_home, phone = visitor(one.address, token, **person), visitor(third.address, **person)
        async with connected(at_home, phone):
            seen = await window.wait_for("conversation", lambda told: told["contact"]["name"] == "Nare")
            assert (seen["id"], seen["contact"]["phone"]) == (talk, "077 123456")
            for client in (at_home, phone):
                assert await texts_of(client) == ["asked as a stranger"]
            await phone.send("and from the phone")
            await at_home.wait_for("message", lambda told: told["text"] == "and from the phone")
            reply = said("Good day, Nare", conversation_id=talk)
            await window.get("reply", reply)
            for client in (at_home, phone):
                await client.wait_for("message", lambda told: told["text"] == "Good day, Nare")
        await secret_of(owner)  # a new one: the old signature is worth nothing anywhere
        for product in three:
            late = visitor(product.address, **person)
            await check_is_refused(late, "unauthorized")


async def test_the_form_and_a_new_consent_are_asked_in_every_process(three: list[Product]) -> None:
    """What he answers at one process the agent at another reads; a version of the consent that the owner writes at the
    first is asked at the third, and counts at the second."""
    _, other, third = three
    async with owned(three) as (owner, window):
        form: list[dict[str, Any]] = [
            {"key": "name", "kind": "name", "required": True},
            {"key": "order", "kind": "text"},
        ]
        form[1]["label"] = {"en": "Order number"}
        await change(owner, settings={"form": form, "consent": {"texts": CONSENT}})
        for product in (other, third):
            assert [field["key"] for field in await asked(product, 1)] == ["name", "order", "consent"]
        guest = visitor(third.address)
        async with connected(guest):
            assert await refusal(guest, "message", said("hello")) == "invalid"
            answers = {"name": "Sona", "order": "A-17", "consent": "1"}
            talk = (await guest.get("start", {"answers": answers}))["conversation"]["id"]
            await guest.send("hello")
            token = (await guest.get("hello"))["token"]
        await window.wait_for("message", lambda told: told["text"] == "hello")
        opened = await window.get("open", {"conversation_id": talk})
        assert opened["conversation"]["contact"]["name"] == "Sona"
        assert opened["visit"]["answers"]["order"] == "A-17"
        await change(owner, settings={"consent": {"texts": {**CONSENT, "en": "You may keep it for a year."}}})
        for product in (other, third):
            assert (await asked(product, 2))[-1]["key"] == "consent"
        await window.get("resolve", {"conversation_id": talk})
        for product, agreed, code in ((third, "1", "conflict"), (other, "2", "")):
            back = visitor(product.address, token)
            async with connected(back):
                ack = await back.ask("start", {"answers": {"consent": agreed}})
                assert (ack["ok"], ack.get("error", {}).get("code", "")) == (not code, code), ack
        kept = await owner.get(f"/contacts/{opened['contact']['id']}/personal-data")
        assert [(one["version"], one["text"]) for one in kept["consents"]] == [
            (1, CONSENT["en"]),
            (2, "You may keep it for a year."),
        ]


async def test_a_block_cuts_him_off_in_every_process(three: list[Product]) -> None:
    """Set by an agent at one process, it holds at the two others: for his words, for his files, for his network."""
    one, other, third = three
    async with owned(three) as (owner, window):
        spammer = visitor(other.address)
        async with connected(spammer):
            await spammer.send("buy this")
            token = (await spammer.get("hello"))["token"]
            talk = (await window.wait_for("message"))["conversation_id"]
            tab = visitor(third.address, token)
            async with connected(tab):
                await tab.get("hello")
                bringer = Bringer(third.address, token)
                assert (await bringer.bring(png()))[0] == 201
                status, block = await owner.ask("POST", "/blocks", {"kind": "contact", "conversation_id": talk})
                assert status == 201, block
                for client in (spammer, tab):
                    await client.wait_for("blocked", lambda told: told["blocked"] is not None)
                    assert await refusal(client, "message", said("again")) == "forbidden"
                status, told = await bringer.bring(png())
                assert (status, told["error"]["code"]) == (403, "forbidden")
                assert (await owner.ask("DELETE", f"/blocks/{block['id']}"))[0] == 204
                await tab.wait_for("blocked", lambda told: told["blocked"] is None)
                assert (await bringer.bring(png()))[0] == 201
                by_network = {"kind": "network", "conversation_id": talk}
                status, block = await owner.ask("POST", "/blocks", by_network)
                assert status == 201, block
                await spammer.wait_for("blocked", lambda told: told["blocked"] is not None)
                newcomer = visitor(one.address)
                async with connected(newcomer):
                    fresh = (await newcomer.get("hello"))["token"]
                    assert await refusal(newcomer, "message", said("hello")) == "forbidden"
                assert (await Bringer(one.address, fresh).bring(png()))[0] == 403


async def test_pages_and_files_cross_processes(three: list[Product]) -> None:
    """Where he looks at one process the open dialog at another shows live; a file brought to one is fetched from all,
    and the doctor finds one data folder."""
    one, other, third = three
    async with owned(three) as (_, window):
        guest = visitor(one.address)
        async with connected(guest):
            await guest.send("hello")
            talk = (await window.wait_for("message"))["conversation_id"]
            await guest.get("page", {"url": "https://shop.example/prices", "title": "Prices"})
            told = await window.wait_for("page")
            assert (told["conversation_id"], told["url"], told["title"]) == (
                talk,
                "https://shop.example/prices",
                "Prices",
            )
            opened = await window.get("open", {"conversation_id": talk})
            assert {"url": told["url"], "title": told["title"], "at": told["at"]} == opened["pages"][-1]
            bringer = Bringer(one.address, (await guest.get("hello"))["token"])
            picture = await bringer.brought(png(8, 8))
            await guest.get("message", {"client_id": str(uuid.uuid4()), "text": "", "attachments": [picture["id"]]})
            heard = await window.wait_for("message", lambda shown: bool(shown.get("attachments")))
            assert heard["attachments"] == [picture]
            for product in three:
                assert (await fetch(product.address, picture["url"]))[:2] == (200, png(8, 8))
        assert examined(one)["folders_shared"]["state"] == "ok"
        assert {other.data, third.data} == {one.data}


def examined(product: Product) -> dict[str, dict[str, str]]:
    """What ``barev doctor`` finds, by the check's name."""
    return {one["check"]: one for one in json.loads(product.run("doctor", "--json").stdout)}


async def test_processes_with_folders_of_their_own_are_told_so(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Whose files the others could not fetch: the log of the one that comes later says it, and so does the doctor,
    until the wrong one has gone."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    other.data = tmp_path / "elsewhere"
    async with running(one):
        assert examined(one)["folders_shared"]["state"] == "ok"
        assert examined(other)["folder_other"]["state"] == "warn"
        async with running(other):
            assert str(one.data) in other.log
            assert "store.data" in other.log
            for product in (one, other):
                found = examined(product)["folders_apart"]
                assert found["state"] == "wrong"
                assert str(one.data) in found["text"]
                assert str(other.data) in found["text"]
                assert "store.data" in found["mend"]
            await other.stop()
        assert examined(one)["folders_shared"]["state"] == "ok"
