"""The outbox: what is committed is sent, whatever dies in between; twice only where nobody can tell."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from conversation import clock
from conversation.messages import JsonObject
from crm_store import Tx, outgoing
from crm_store.engine import StoreUrl, open_store
from tests.clients import ANSWER_S, connected, visitor
from tests.journeys.test_bot import prepare
from tests.journeys.test_codes import begin, doors, say
from tests.journeys.test_rights import Desk, office
from tests.letters import code_in, mail_server, sms_gateway
from tests.processes import all_running, make_processes
from tests.product import Product, running
from tests.servers import RedisServer

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
PHONE, BOX = "+37477123456", "anna@example.am"


async def ask_code(product: Product, owner: Desk, address: str) -> None:
    """A visitor asks for a code."""
    await prepare(owner)
    guest = visitor(product.address)
    async with connected(guest):
        await begin(guest)
        await say(guest, "sign in", "ask.reach")
        await say(guest, address, "code.sent")


async def state_of(owner: Desk, address: str, wanted: str) -> dict[str, object]:
    """A letter as the owner sees it, as soon as it is in a state."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            found: list[dict[str, object]] = (await owner.get("/letters"))["items"]
            mine = [one for one in found if one["to"] == address and one["state"] == wanted]
            if mine:
                return mine[0]


@pytest.mark.kill
async def test_killed_while_the_gateway_has_it(tmp_path: Path) -> None:
    """A gateway that takes an id once is asked again with the same id and the same words; mail, which may have arrived,
    is not sent again by itself, and the owner sees it and may."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            sms.held = asyncio.Event()
            product = Product(tmp_path / "data", environment=doors(mail, sms))
            async with office(product, "owner:owner") as (owner,):
                await ask_code(product, owner, PHONE)
                await sms.wait(PHONE)
                await product.kill()
                sms.held.set()
                sms.held = None
                await product.start()
                first, second = await sms.wait(PHONE, 2)
                assert first.json == second.json
                await state_of(owner, PHONE, "sent")
                mail.hold()
                await ask_code(product, owner, BOX)
                await asyncio.to_thread(mail.reached.wait, 20)
                await product.kill()
                mail.release()
                await product.start()
                left = await state_of(owner, BOX, "uncertain")
                assert left["reason"] == "interrupted while it was being sent"
                before = len(mail.letters)
                status, again = await owner.ask("POST", f"/letters/{left['id']}/send-again")
                assert (status, again["state"]) == (200, "queued")
                await mail.wait(BOX, before + 1)
                await state_of(owner, BOX, "sent")
                assert len({one["Message-ID"] for one in mail.letters}) == 1
                assert (await owner.ask("POST", f"/letters/{left['id']}/send-again"))[0] == 409


@pytest.mark.kill
async def test_killed_before_it_was_sent(tmp_path: Path) -> None:
    """What is committed while nobody can send is sent by the next start, once."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            sms.answers += [(503, "not now", {"Retry-After": "3"})]
            product = Product(tmp_path / "data", environment=doors(mail, sms))
            async with office(product, "owner:owner") as (owner,):
                await ask_code(product, owner, PHONE)
                await state_of(owner, PHONE, "queued")
                await sms.wait(PHONE)
                await product.kill()
                await product.start()
                first, second = await sms.wait(PHONE, 2)
                assert first.json == second.json
                sent = await state_of(owner, PHONE, "sent")
                assert sent["attempts"] == 2
                assert len(sms.requests) == 2


async def test_the_owner_sees_what_failed(tmp_path: Path) -> None:
    """With its reason, without its words; others do not see the list; doctor and metrics tell of it."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            mail.refusal = "550 no such mailbox"
            product = Product(tmp_path / "data", environment=doors(mail, sms))
            async with office(product, "owner:owner", "ani:agent") as (owner, ani):
                await ask_code(product, owner, BOX)
                failed = await state_of(owner, BOX, "failed")
                assert failed["reason"] == "SMTP 550: no such mailbox"
                assert failed["purpose"] == "code"
                assert (await owner.get("/letters?state=failed&channel=email&to=anna"))["items"] == [failed]
                assert (await ani.ask("GET", "/letters"))[0] == 403
                assert (await ani.ask("POST", f"/letters/{failed['id']}/send-again"))[0] == 403
                mail.refusal = None
                assert (await owner.ask("POST", f"/letters/{failed['id']}/send-again"))[0] == 200
                (letter,) = await mail.wait(BOX)
                assert code_in(str(letter.get_content()))
                assert product.run("doctor", "--json").stdout.count("letters") == 1
            with sqlite3.connect(product.data / "barev.db") as store:
                store.execute("UPDATE outgoing SET state = 'failed', last_error = 'gone'")
            store.close()
            assert "letters_dead" in product.run("doctor", "--json").stdout


async def test_one_address_has_enough_at_some_time(tmp_path: Path) -> None:
    """Beyond the limit of a day nothing goes out, whoever asks: it costs."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            environment = {**doors(mail, sms), "BAREV_OUTBOX_PER_ADDRESS": "1", "BAREV_SMS_PER_DAY": "2"}
            product = Product(tmp_path / "data", environment=environment)
            async with office(product, "owner:owner") as (owner,):
                await ask_code(product, owner, PHONE)
                await state_of(owner, PHONE, "sent")
                await ask_code(product, owner, PHONE)
                refused = await state_of(owner, PHONE, "failed")
                assert str(refused["reason"]).startswith("limit")
                await ask_code(product, owner, "+37477123457")
                await state_of(owner, "+37477123457", "sent")
                guest = visitor(product.address)
                async with connected(guest):
                    await begin(guest)
                    await say(guest, "sign in", "ask.reach")
                    await say(guest, "+37477123458", "code.too_many")
                assert len(sms.requests) == 2


def write_letters(tx: Tx, count: int) -> None:
    """So many messages to one phone."""
    at = clock.now()
    for number in range(count):
        payload: JsonObject = {"text": f"message {number}", "id": f"id-{number}"}
        key = f"test:{number}"
        outgoing.enqueue(
            tx, channel="sms", purpose="test", payload=payload, dedupe_key=key, not_before=at, at=at, recipient=PHONE
        )


async def test_two_processes_send_one_letter_once(tmp_path: Path, postgres_url: str, redis_server: RedisServer) -> None:
    """Each of many letters by one of them."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            environment = {**doors(mail, sms), "BAREV_OUTBOX_LEASE_S": "60", "BAREV_OUTBOX_PER_ADDRESS": "1000"}
            products = make_processes(tmp_path, postgres_url, redis_server, 2, environment)
            async with all_running(*products):
                store = await open_store(StoreUrl.parse(postgres_url))
                try:
                    await store.writer.run(lambda tx: write_letters(tx, 60))
                finally:
                    await store.close()
                await sms.wait(PHONE, 60)
                ids = [one.json["id"] for one in sms.requests]
                assert len(ids) == len(set(ids)) == 60


async def test_wrong_settings_do_not_start(tmp_path: Path) -> None:
    """In one plain line that names the setting and no secret."""
    environment = {"BAREV_SMS_DRIVER": "http", "BAREV_SMS_URL": "gateway.example/?key=secret-key"}
    product = Product(tmp_path / "data", environment=environment)
    with pytest.raises(AssertionError, match=r"sms\.url"):
        async with running(product):
            pass
    assert "secret-key" not in product.log
