"""Who a customer is: one-time codes by mail and SMS, through a visitor's real socket, a real SMTP and HTTP."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.clients import Client, connected, visitor
from tests.journeys.test_bot import TEXTS, prepare
from tests.journeys.test_rights import Desk, office
from tests.letters import Gateway, Mailbox, code_in, mail_server, sms_gateway
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
ANNA = "anna@example.am"
PHONE = "+37477123456"


@dataclass
class Firm:
    """A running product whose bot can write to phones and mailboxes."""

    product: Product
    owner: Desk
    mail: Mailbox
    sms: Gateway

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the store holds."""
        with sqlite3.connect(f"file:{self.product.data / 'barev.db'}?mode=ro", uri=True) as store:
            found = store.execute(query, values).fetchall()
        store.close()
        return found

    async def contact_of(self, conversation_id: int) -> Any:
        """The card of whom a conversation is with, as the desk shows it."""
        ((contact_id,),) = self.rows("SELECT contact_id FROM conversations WHERE id = ?", conversation_id)
        return await self.owner.get(f"/contacts/{contact_id}")


def doors(mail: Mailbox, sms: Gateway) -> dict[str, str]:
    """The settings of both."""
    return {
        "BAREV_EMAIL_SMTP_URL": mail.url,
        "BAREV_EMAIL_SENDER": "Salon <salon@example.am>",
        "BAREV_SMS_DRIVER": "http",
        "BAREV_SMS_URL": sms.url,
        "BAREV_SMS_HEADERS": "Authorization: Bearer very-secret-key",
        "BAREV_SMS_REPEATABLE": "true",
        "BAREV_CODES_PER_NETWORK": "1000",
        "BAREV_OUTBOX_LEASE_S": "2",
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """One for all: each talk is another visitor's."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            product = Product(tmp_path_factory.mktemp("codes") / "data", environment=doors(mail, sms))
            async with office(product, "owner:owner") as (owner,):
                await prepare(owner)
                yield Firm(product, owner, mail, sms)
            assert "very-secret-key" not in product.log
            codes = [code_in(str(one.get_content())) for one in mail.letters]
            codes += [code_in(one.json["text"]) for one in sms.requests]
            assert not [one for one in codes if one in product.log]


async def begin(guest: Client) -> int:
    """A talk."""
    started: int = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
    return started


async def say(guest: Client, text: str, *keys: str, language: str = "en") -> str:
    """Says something, and checks which texts of the catalogue the one answer is of."""
    sent = await guest.send(text)
    answer = await guest.wait_for("message", lambda one: one["author"]["kind"] == "bot" and one["seq"] > sent["seq"])
    said: str = answer["text"]
    for key in keys:
        wanted = TEXTS.section(language, "flow")[key].split("{")[0]  # type: ignore[arg-type]  # one of the five
        assert wanted in said, f"{text!r} -> {said!r} has no {key}"
    return said


async def prove(firm: Firm, guest: Client, address: str) -> str:
    """Names an address and says the code that came there; returns the answer."""
    before = [one for one in firm.sms.requests if one.json.get("to") == address]
    await say(guest, address, "ask.code")
    return await say(guest, await latest_code(firm, address, len(before) + 1))


async def latest_code(firm: Firm, address: str, count: int = 1) -> str:
    """What came to a mailbox or a phone last, as soon as so many have."""
    if "@" in address:
        return code_in(str((await firm.mail.wait(address, count))[-1].get_content()))
    return code_in((await firm.sms.wait(address, count))[-1].json["text"])


async def test_registration_by_mail(firm: Firm) -> None:
    """Name, mailbox, consent, code: the card has it all, the mailbox verified; nobody can read the code anywhere."""
    guest = visitor(firm.product.address)
    async with connected(guest):
        conversation_id = await begin(guest)
        await say(guest, "register me", "ask.name")
        await say(guest, "Anna Petrosyan", "ask.reach")
        await say(guest, "not an address at all", "again.reach")
        await say(guest, "Anna@Example.am", "ask.consent")
        await say(guest, "1", "code.sent", "ask.code")
        (letter,) = await firm.mail.wait(ANNA)
        code = code_in(str(letter.get_content()))
        assert str(letter["From"]) == "Salon <salon@example.am>"
        assert letter["Message-ID"]
        assert "Barev" in str(letter["Subject"])
        assert not letter["List-Unsubscribe"]
        await say(guest, "I have not got it", "again.code", "ask.code")
        await say(guest, f"here it is: {code[:3]} {code[3:]}", "registered")
        shown = (await guest.get("sync", {"after_change": 0}))["messages"]
        assert code not in "".join(one["text"] for one in shown)
    card = await firm.contact_of(conversation_id)
    assert card["name"] == "Anna Petrosyan"
    (mailbox,) = [one for one in card["addresses"] if one["channel"] == "email"]
    assert mailbox["verified_at"] is not None
    assert firm.rows("SELECT count(*) FROM consents WHERE contact_id = ?", card["id"]) == [(1,)]
    thread = await firm.owner.get(f"/conversations/{conversation_id}/messages")
    assert code not in str(thread)
    with_code = "SELECT count(*) FROM outgoing WHERE payload LIKE ? OR last_error LIKE ?"
    assert firm.rows(with_code, f"%{code}%", f"%{code}%") == [(0,)]


async def test_a_proof_by_sms_finds_the_card_of_the_firm(firm: Firm) -> None:
    """Who proves the phone under which the firm has written a card is that customer from then on, with his talk; asked
    again, the bot knows him."""
    status, card = await firm.owner.ask("POST", "/contacts", {"name": "Gohar Sargsyan", "phone": "077 22 33 44"})
    assert status == 201, card
    guest = visitor(firm.product.address)
    async with connected(guest):
        conversation_id = await begin(guest)
        stranger = await firm.contact_of(conversation_id)
        await say(guest, "sign in", "ask.reach")
        assert "Gohar Sargsyan" in await prove(firm, guest, "+37477223344")
        found = await firm.contact_of(conversation_id)
        assert (found["id"], found["name"]) == (card["id"], "Gohar Sargsyan")
        assert stranger["id"] != card["id"]
        assert [one["channel"] for one in found["addresses"] if one["verified_at"]] == ["phone", "web"]
        assert "Gohar Sargsyan" in await say(guest, "sign in", "identify.known")
    other = visitor(firm.product.address)  # another browser of the same person
    async with connected(other):
        second = await begin(other)
        await say(other, "sign in", "ask.reach")
        await prove(firm, other, "+37477223344")
        assert (await firm.contact_of(second))["id"] == card["id"]
        seen = await other.get("hello")
        assert seen["conversation"]["id"] == second
        assert TEXTS.get("en", "flow.identify.known", who="").strip(" .") not in str(seen["messages"])


async def test_a_typed_phone_opens_nothing(firm: Firm) -> None:
    """The same answers whoever has the number; without the code nothing is joined, nothing shown, and a liar who typed
    another's number gets nothing when its owner proves it."""
    await firm.owner.ask("POST", "/contacts", {"name": "Karen", "phone": "077 55 66 77"})
    liar = visitor(firm.product.address)
    async with connected(liar):
        lied = await begin(liar)
        await say(liar, "sign in", "ask.reach")
        of_known = await say(liar, "+37477556677", "code.sent")
        await say(liar, "000000", "code.wrong")
        mine = await firm.contact_of(lied)
        assert mine["name"] == ""
        assert not [one for one in mine["addresses"] if one["channel"] == "phone"]
    other = visitor(firm.product.address)
    async with connected(other):
        await begin(other)
        await say(other, "sign in", "ask.reach")
        of_nobody = await say(other, "+37477556678", "code.sent")
    hidden = str.maketrans("", "", "0123456789")
    assert of_known.translate(hidden) == of_nobody.translate(hidden)


async def test_wrong_codes_end(firm: Firm) -> None:
    """Five wrong answers, and the right one helps no more; the code of one talk is none in another."""
    guest, other = visitor(firm.product.address), visitor(firm.product.address)
    async with connected(guest, other):
        await begin(guest)
        await begin(other)
        for one in (guest, other):
            await say(one, "sign in", "ask.reach")
        await say(guest, "five@example.am", "ask.code")
        code = await latest_code(firm, "five@example.am")
        await say(other, "six@example.am", "ask.code")
        await firm.mail.wait("six@example.am")
        if code != await latest_code(firm, "six@example.am"):
            await say(other, code, "code.wrong")
        wrong = "111111" if code != "111111" else "222222"
        for _ in range(4):
            await say(guest, wrong, "code.wrong")
        await say(guest, wrong, "code.over", "code.ask_person")
        said = await say(guest, code)
        assert TEXTS.get("en", "flow.identify.proven") not in said


async def test_codes_are_few(firm: Firm) -> None:
    """Three to one address within an hour, whoever asks; then it is said, and a person offered."""
    for count in range(4):
        guest = visitor(firm.product.address)
        async with connected(guest):
            await begin(guest)
            await say(guest, "sign in", "ask.reach")
            await say(guest, "much@example.am", "code.too_many" if count == 3 else "code.sent")
    assert len(await firm.mail.wait("much@example.am", 3)) == 3


async def test_news_on_request(firm: Firm) -> None:
    """Asked for with a proven address, shown on the card, ended by a word at any time, in another language too."""
    guest = visitor(firm.product.address, language="ru")
    async with connected(guest):
        conversation_id = await begin(guest)
        await say(guest, "подписаться", "ask.topic", language="ru")
        await say(guest, "1", "ask.reach", language="ru")
        await say(guest, "news@example.am", "ask.code", language="ru")
        await say(guest, await latest_code(firm, "news@example.am"), "news.on", language="ru")
        card = await firm.contact_of(conversation_id)
        assert [one["topic"] for one in card["news"]] == ["offers"]
        await say(guest, "новости", "ask.topic", language="ru")
        await say(guest, "2", "news.on", language="ru")
        await say(guest, "зарегистрироваться", "ask.name", language="ru")
        await say(guest, "отписаться", "news.off", language="ru")
    assert (await firm.contact_of(conversation_id))["news"] == []


@pytest.mark.asyncio(loop_scope="function")
async def test_without_a_driver_the_bot_says_so(tmp_path: Path) -> None:
    """Nothing is promised that cannot be kept; what was said is written down, unverified, and a person offered."""
    product = Product(tmp_path / "data")
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        guest = visitor(product.address)
        async with connected(guest):
            await begin(guest)
            await say(guest, "sign in", "ask.reach")
            await say(guest, ANNA, "code.no_door")
            await say(guest, "register", "ask.name")
            await say(guest, "Anna", "ask.reach")
            await say(guest, PHONE, "ask.consent")
            await say(guest, "1", "registered_unproven")
        (card,) = (await owner.get("/contacts?q=Anna"))["items"]
        whole = await owner.get(f"/contacts/{card['id']}")
        assert [one["verified_at"] for one in whole["addresses"] if one["channel"] == "phone"] == [None]
