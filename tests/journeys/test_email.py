"""Talks by e-mail: the real product, a mailbox and a mail server beside it."""

import asyncio
import smtplib
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from barev.doctor.channels import check_mail
from barev.sections_of_letters import Email
from barev.settings import Settings
from tests.bot.test_far_tls import ELSEWHERE, make_certificate
from tests.clients import ANSWER_S, Client, agent, connected
from tests.journeys.test_bot import prepare
from tests.journeys.test_rights import Desk, office
from tests.letters import Mailbox, mail_server
from tests.post_office import LETTERS, PASSWORD, PostBox, answer_to, letter, post_box
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
ANNA = "anna@example.ge"


class Room:
    """A product with its owner at the desk, its mailbox, and where its letters go."""

    def __init__(self, product: Product, box: PostBox, sent: Mailbox, owner: Desk, desk: Client) -> None:
        self.product = product
        self.box = box
        self.sent = sent
        self.owner = owner
        self.desk = desk

    async def sees(self, text: str) -> dict[str, Any]:
        """A message as the desk shows it."""
        return await self.desk.wait_for("message", lambda shown: shown["text"] == text)

    async def answers(self, conversation_id: int, text: str) -> int:
        """The agent writes."""
        given = {"conversation_id": conversation_id, "client_id": str(uuid.uuid4()), "text": text}
        return int((await self.desk.get("reply", given))["id"])

    async def becomes(self, message_id: int, **wanted: Any) -> dict[str, Any]:
        """A message as soon as it has changed so."""
        return await self.desk.wait_for(
            "message_changed",
            lambda shown: shown["id"] == message_id and all(shown.get(key) == one for key, one in wanted.items()),
        )

    async def line(self, code: str) -> dict[str, Any]:
        """A line of what happened."""
        return await self.desk.wait_for("message", lambda one: (one.get("activity") or {}).get("code") == code)

    def heard(self, text: str) -> int:
        """How often the desk was told of a message."""
        return sum(one["text"] == text for one in self.desk.events("message"))


def settings(box: PostBox, sent: Mailbox, **more: str) -> dict[str, str]:
    """The environment of a product with both."""
    given = {"EMAIL_IMAP_URL": box.url, "EMAIL_SMTP_URL": sent.url, "EMAIL_SENDER": "Salon <hello@example.am>"}
    return {f"BAREV_{key}": value for key, value in {**given, "OUTBOX_LEASE_S": "2", **more}.items()}


@asynccontextmanager
async def room(tmp_path: Path, **more: str) -> AsyncIterator[Room]:
    """The product runs, and the owner sits at the desk."""
    with mail_server() as sent:
        async with post_box() as box:
            product = Product(tmp_path / "data", environment=settings(box, sent, **more))
            async with office(product, "owner:owner") as (owner,):
                desk = agent(product.address, owner.token)
                async with connected(desk), asyncio.timeout(120):
                    await desk.get("hello")
                    yield Room(product, box, sent, owner, desk)
                    assert PASSWORD not in product.log


async def seen(box: PostBox, count: int) -> None:
    """All letters of the mailbox are marked."""
    async with asyncio.timeout(ANSWER_S):
        while len([one for one in await box.flags() if "\\Seen" in one]) < count:
            pass


async def test_a_talk_there_and_back(tmp_path: Path) -> None:
    """A letter comes, an agent answers in its thread, the answer to that comes without what it quotes; letters that
    come again change nothing, and what was kept is marked."""
    async with room(tmp_path) as here:
        first = letter("Do you have time tomorrow?\n\n-- \nAnna, Tbilisi")
        await here.box.put(first)
        shown = await here.sees("A haircut\n\nDo you have time tomorrow?")
        assert shown["author"]["name"] == "Anna"
        assert [one["name"] for one in shown["attachments"]] == ["letter.eml.txt"]
        talk = shown["conversation_id"]
        head = await here.owner.get(f"/conversations/{talk}")
        assert (head["channel"], head["contact"]["email"]) == ("email", ANNA)
        said = await here.answers(talk, "Yes, at 12. See https://example.am/map")
        (got,) = await here.sent.wait(ANNA)
        assert (got["Subject"], got["In-Reply-To"]) == ("Re: A haircut", first["Message-ID"])
        assert first["Message-ID"] in got["References"]
        assert got["Auto-Submitted"] is None
        page = got.get_body(("html",))
        assert page is not None
        assert '<a href="https://example.am/map">' in page.get_content()
        await here.becomes(said, delivery="sent")
        second = answer_to(got, "At 12 then")
        await here.box.put(second)
        assert (await here.sees("At 12 then"))["conversation_id"] == talk
        elsewhere = answer_to(got, "It is me, from work")
        del elsewhere["From"]
        elsewhere["From"] = "Anna <a.work@firm.example>"
        await here.box.put(second)
        await here.box.put(elsewhere)
        other = await here.sees("It is me, from work")
        assert (other["conversation_id"], other["author"]["name"]) == (talk, "Anna <a.work@firm.example>")
        await seen(here.box, 4)
        assert here.heard("At 12 then") == 1
        await here.answers(talk, "Welcome")
        latest = (await here.sent.wait(ANNA, 2))[-1]
        assert latest["In-Reply-To"] == elsewhere["Message-ID"]
        assert str(got["Message-ID"]) in latest["References"]


async def test_the_bot_books_by_numbers_and_meets_no_machine(tmp_path: Path) -> None:
    """Buttons are numbers; an absence note is a line that nothing answers, and so is a stranger's automatic letter."""
    async with room(tmp_path) as here:
        await prepare(here.owner)
        await here.box.put(letter("I'd like a haircut", subject="Hello"))
        (asked,) = await here.sent.wait(ANNA)
        assert asked["Auto-Submitted"] == "auto-replied"
        body = asked.get_body(("plain",))
        assert body is not None
        assert "1. " in body.get_content()
        away = answer_to(asked, "I am away until Monday", Auto_Submitted="auto-replied")
        await here.box.put(away)
        line = await here.line("channel_automatic")
        assert line["private"]
        await here.box.put(answer_to(asked, "1"))
        (_, further) = await here.sent.wait(ANNA, 2)
        assert further["Message-ID"] != asked["Message-ID"]
        await here.box.put(letter("Your parcel is here", sender="Post <no-reply@post.example>", Precedence="bulk"))
        await here.sees("A haircut\n\nYour parcel is here")
        await here.box.put(letter("Hello from a person", sender="Bela <bela@example.ge>"))
        await here.sent.wait("bela@example.ge")
        assert not [one for one in here.sent.letters if one["To"] == "no-reply@post.example"]


async def test_a_letter_that_comes_back(tmp_path: Path) -> None:
    """The message has failed, with the reason, and the mailbox is known as none."""
    async with room(tmp_path) as here:
        await here.box.put(letter("Are you open?", subject=""))
        talk = (await here.sees("Are you open?"))["conversation_id"]
        said = await here.answers(talk, "Yes")
        (got,) = await here.sent.wait(ANNA)
        await here.becomes(said, delivery="sent")
        report = (LETTERS / "bounce_postfix.eml").read_text().replace("MESSAGE-ID", str(got["Message-ID"]))
        await here.box.put(report.encode())
        await here.becomes(said, delivery="failed")
        await here.line("channel_gone")
        given = {"conversation_id": talk, "client_id": str(uuid.uuid4()), "text": "Hello?"}
        refused = await here.desk.ask("reply", given)
        assert refused["error"]["code"] == "conflict"
        assert len(here.sent.letters) == 1
        here.sent.refusal = "550 5.1.1 no such user"
        await here.box.put(letter("Back again"))
        await here.sees("A haircut\n\nBack again")
        await here.becomes(await here.answers(talk, "And we"), delivery="failed")


@pytest.mark.kill
async def test_killed_in_the_middle(tmp_path: Path) -> None:
    """Nothing is lost and nothing doubled: what came while it was down, what it was about to mark, and what it was
    sending, of which nobody can tell."""
    async with room(tmp_path) as here:
        await here.box.put(letter("First", subject=""))
        talk = (await here.sees("First"))["conversation_id"]
        here.sent.hold()
        await here.answers(talk, "Hello")
        await asyncio.to_thread(here.sent.reached.wait, 20)
        await here.product.kill()
        here.sent.release()
        for count in range(20):
            await here.box.put(letter(f"word {count}", subject=""))
        starting = asyncio.create_task(here.product.start())
        await starting
        await seen(here.box, 3)
        await here.product.kill()
        await here.product.start()
        await seen(here.box, 21)
        async with asyncio.timeout(30):
            while True:
                found = (await here.owner.get(f"/conversations/{talk}/messages"))["items"]
                states = [one["delivery"] for one in found if one["author"]["kind"] == "agent"]
                if states == ["uncertain"]:
                    break
        said = [one["text"] for one in found if one["author"]["kind"] == "visitor"]
        assert said == ["First", *(f"word {count}" for count in range(20))]
        assert len(here.sent.letters) <= 1


async def test_who_proves_nothing_sees_nothing(tmp_path: Path) -> None:
    """A letter in another's name stands apart from him, and is only proposed to be his; what the mailbox's own server
    has checked is believed."""
    async with room(tmp_path, EMAIL_TRUST_RESULTS="mx.example.am") as here:
        card = (await here.owner.ask("POST", "/contacts", {"name": "Anna", "email": ANNA}))[1]
        await here.box.put(letter("Cancel my visit", subject=""))
        first = await here.sees("Cancel my visit")
        head = await here.owner.get(f"/conversations/{first['conversation_id']}")
        assert head["contact"]["id"] != card["id"]
        told = "mx.example.am; dmarc=pass header.from=example.ge"
        await here.box.put(letter("It is really me", subject="", Authentication_Results=told))
        second = await here.sees("It is really me")
        head = await here.owner.get(f"/conversations/{second['conversation_id']}")
        assert head["contact"]["id"] == card["id"]
        false = letter("Me too", subject="", Authentication_Results="mx.elsewhere; dmarc=pass header.from=example.ge")
        await here.box.put(false)
        third = await here.sees("Me too")
        head = await here.owner.get(f"/conversations/{third['conversation_id']}")
        assert head["contact"]["id"] != card["id"]


async def test_letters_of_real_programs(tmp_path: Path) -> None:
    """Files are files, pages are words, and what cannot be shown leaves a note."""
    async with room(tmp_path) as here:
        await here.box.put((LETTERS / "apple_pictures.eml").read_bytes())
        shown = await here.desk.wait_for("message", lambda one: "and the paper" in one["text"])
        assert [one["mime"] for one in shown["attachments"]] == ["image/png", "application/pdf", "text/plain"]
        await here.box.put((LETTERS / "outlook_page.eml").read_bytes())
        page = await here.desk.wait_for("message", lambda one: "Здравствуйте" in one["text"])
        assert "<" not in page["text"]
        await here.box.put((LETTERS / "encrypted.eml").read_bytes())
        note = await here.desk.wait_for("message", lambda one: one["kind"] == "unsupported")
        assert "[" in note["text"]


async def test_letters_inside_tls(tmp_path: Path) -> None:
    """A mailbox of another machine (which an address of this one stands for) that begins plainly: it is signed in to
    inside TLS, by a certificate that the firm trusts."""
    its = make_certificate(tmp_path, "its", ELSEWHERE)
    with mail_server() as sent:
        async with post_box(host=ELSEWHERE, starttls=(its.file, its.key)) as box:
            environment = settings(box, sent, EMAIL_CA_FILE=its.file)
            product = Product(tmp_path / "data", environment=environment)
            async with office(product, "owner:owner") as (owner,):
                desk = agent(product.address, owner.token)
                async with connected(desk), asyncio.timeout(120):
                    await desk.get("hello")
                    await box.put(letter("Said inside", subject=""))
                    await desk.wait_for("message", lambda shown: shown["text"] == "Said inside")
                    await seen(box, 1)


async def test_letters_by_lmtp(tmp_path: Path) -> None:
    """A mail server beside us is told that a letter is taken when it is kept."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with mail_server() as sent:
        given = {"EMAIL_LMTP": f"127.0.0.1:{port}", "EMAIL_SMTP_URL": sent.url, "EMAIL_PLUS": "true"}
        environment = {f"BAREV_{key}": value for key, value in given.items()}
        environment["BAREV_EMAIL_SENDER"] = "Salon <hello@example.am>"
        product = Product(tmp_path / "data", environment=environment)
        async with office(product, "owner:owner") as (owner,):
            await asyncio.to_thread(_deliver, port, letter("By another way", subject=""))
            (talk,) = (await owner.get("/conversations"))["items"]
            assert talk["last_text"] == "By another way"
            desk = agent(product.address, owner.token)
            async with connected(desk):
                given_reply = {"conversation_id": talk["id"], "client_id": str(uuid.uuid4()), "text": "We see it"}
                await desk.get("reply", given_reply)
                (got,) = await sent.wait(ANNA)
                answered = letter("To the named box", subject="", sender="Other <other@example.ge>")
                address = got["Reply-To"].addresses[0].addr_spec
                assert address.startswith("hello+barev-")
                await asyncio.to_thread(_deliver, port, answered, address)
                shown = await desk.wait_for("message", lambda one: one["text"] == "To the named box")
                assert shown["conversation_id"] == talk["id"]


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("[::1]", False), ("0.0.0.0", True)])
async def test_a_port_that_others_reach_is_warned_of(tmp_path: Path, free_port: int, host: str, warned: bool) -> None:
    """LMTP knows neither a password nor TLS: the doctor says so before it begins, the log when it has."""
    place = f"{host}:{free_port}"
    given = Email(smtp_url="smtp://127.0.0.1:1", sender="hello@example.am", lmtp=place)
    told = [(one.state, one.subject) for one in await check_mail(Settings(email=given)) if one.key == "lmtp_open"]
    assert told == ([("warn", "email.lmtp")] if warned else [])
    environment = {
        "BAREV_EMAIL_LMTP": place,
        "BAREV_EMAIL_SMTP_URL": given.smtp_url,
        "BAREV_EMAIL_SENDER": given.sender,
    }
    product = Product(tmp_path / "data", environment=environment)
    async with office(product, "owner:owner"), asyncio.timeout(60):
        _, writer = await reached(host.strip("[]"), free_port)
        writer.close()
        assert await product.stop() == 0
    assert "hearing letters by LMTP" in product.log
    assert ("whoever does is believed" in product.log) is warned


async def reached(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line to the door, which opens a moment after the house does."""
    while True:
        with suppress(ConnectionRefusedError):
            return await asyncio.open_connection(host, port)


def _deliver(port: int, message: EmailMessage, to: str = "hello@example.am") -> None:
    end_s = time.monotonic() + 20
    while True:
        try:
            with smtplib.LMTP("127.0.0.1", port) as line:
                line.send_message(message, str(message["From"]), [to])
                return
        except ConnectionRefusedError:  # the door opens a moment after the house does
            if time.monotonic() > end_s:
                raise
