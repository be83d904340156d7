"""Lines of doors over TLS: inside where the certificate is trusted, and closed with clear words where it is not."""

import asyncio
import gc
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path
from typing import NamedTuple

import pytest

from barev.doctor.channels import check_mail, check_sms
from barev.sections_of_letters import Email, Sms
from barev.settings import Settings
from bot.email import imap, smtp
from bot.email.hearing import Hearing
from bot.email.settings import EmailSettings
from bot.email.smtp import SmtpLine, SmtpSettings
from bot.far_tls import check_ca
from bot.sms.driver import SmsOut
from bot.sms.parts import encoding_of
from bot.sms.smpp.driver import SmppSms
from bot.sms.smpp.settings import read_url
from conversation.errors import ChannelUnavailable
from tests.bot.telegram.conftest import TEXTS, Kept
from tests.letters import mail_server
from tests.post_office import PASSWORD, USER, post_box
from tests.sms_centre import SmsCentre, open_centre
from tests.sms_ends import FIRM, Sink

ELSEWHERE = "127.0.0.2"
BOX = "Salon <hello@example.am>"
UNTRUSTED = "its certificate is not trusted: self-signed certificate; "


class Certificate(NamedTuple):
    """A self-signed one of localhost. ``file``: what is given to those who shall trust it; ``key``: its secret."""

    context: ssl.SSLContext
    file: str
    key: str


def make_certificate(folder: Path, name: str, host: str = "localhost") -> Certificate:
    """A new one, of a name or an address."""
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    words = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {cert} -days 2 -subj /CN={host}"
    kind = "IP" if host.replace(".", "").isdecimal() else "DNS"
    subprocess.run([*words.split(), "-addext", f"subjectAltName={kind}:{host}"], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return Certificate(context, str(cert), str(key))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The far side's."""
    return make_certificate(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Another's."""
    return make_certificate(tmp_path_factory.mktemp("other"), "other")


@asynccontextmanager
async def over_tls(centre: SmsCentre, context: ssl.SSLContext) -> AsyncIterator[int]:
    """TLS before a centre that knows none; the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(4096):
                writer.write(data)
            writer.close()

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_connection("127.0.0.1", centre.port)
        for one in (pass_on(reader, inner[1]), pass_on(inner[0], writer)):
            tasks.add(asyncio.ensure_future(one))

    server = await asyncio.start_server(called, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_centre_is_bound_over_tls(ours: Certificate, other: Certificate) -> None:
    """SMS go inside; whom nobody trusts is told nothing, not even who we are."""
    async with open_centre() as centre, over_tls(centre, ours.context) as port:
        url = f"smpps://firm:secret@localhost:{port}"
        for ca_file in ("", other.file):
            stranger = SmppSms(read_url(url, 5.0, ca_file))
            with pytest.raises(ChannelUnavailable, match=UNTRUSTED + "sms.ca_file names whom to trust"):
                await stranger.listen(Sink())
            assert await stranger.look() == (f"localhost:{port}", f"{UNTRUSTED}sms.ca_file names whom to trust")
        (found,) = await check_sms(Settings(sms=Sms(driver="smpp", url=url, ca_file=other.file)))
        assert (found.key, UNTRUSTED in str(found.fields["error"])) == ("sms_missing", True)
        driver = SmppSms(read_url(url, 5.0, ours.file))
        assert await driver.look() == (f"localhost:{port}", "")
        listening = asyncio.ensure_future(driver.listen(Sink()))
        await centre.bound()
        async with asyncio.timeout(20):
            while not driver.held:  # noqa: ASYNC110  # turns of the loop: a line tells nobody when it is held
                await asyncio.sleep(0)
        assert await driver.send(SmsOut("m-1", FIRM, "Inside", encoding_of("Inside")))
        assert [text for one in centre.taken for text in one if text == "Inside"] == ["Inside"]
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def test_mail_goes_over_tls(ours: Certificate, other: Certificate) -> None:
    """TLS from the first byte, and STARTTLS."""
    for scheme, options in (("smtps", {"ssl_context": ours.context}), ("smtp", {"tls_context": ours.context})):
        with mail_server(**options) as server:
            url = server.url.replace("smtp://127.0.0.1", f"{scheme}://localhost")
            await SmtpLine(SmtpSettings(url, BOX, ca_file=ours.file)).carry(
                "anna@example.ge", b"Subject: Inside\r\n\r\n"
            )
            assert len(server.letters) == 1
            for ca_file in ("", other.file):
                line = SmtpLine(SmtpSettings(url, BOX, ca_file=ca_file))
                with pytest.raises(ChannelUnavailable, match=UNTRUSTED + "email.ca_file names whom to trust"):
                    await line.carry("anna@example.ge", b"Subject: Outside\r\n\r\n")
            assert len(server.letters) == 1
            given = Email(smtp_url=url, sender=BOX, ca_file=ours.file)
            (right,) = await check_mail(Settings(email=given))
            (wrong,) = await check_mail(Settings(email=replace(given, ca_file=other.file)))
            assert (right.key, wrong.key) == ("mail_line", "mail_missing")
            assert UNTRUSTED in str(wrong.fields["error"])


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")  # imaplib leaves what it did not open
async def test_a_mailbox_is_asked_over_tls(ours: Certificate, other: Certificate) -> None:
    async with post_box(tls=ours.context) as box:
        url = f"imaps://{USER}:{PASSWORD}@localhost:{box.port}/INBOX"
        where = f"localhost:{box.port}"
        assert await imap.look(EmailSettings(url, ca_file=ours.file)) == (where, "")
        for ca_file in ("", other.file):
            found = await imap.look(EmailSettings(url, ca_file=ca_file))
            assert found == (where, f"{UNTRUSTED}email.ca_file names whom to trust")
            gc.collect()


async def test_a_mailbox_that_begins_plainly_changes_to_tls(tmp_path: Path, other: Certificate) -> None:
    """Of another machine (which an address of this one stands for here), before anything of the owner is said."""
    its = make_certificate(tmp_path, "its", ELSEWHERE)
    async with post_box(host=ELSEWHERE, starttls=(its.file, its.key)) as box:
        where = f"{ELSEWHERE}:{box.port}"
        assert await imap.look(EmailSettings(box.url, ca_file=its.file)) == (where, "")
        for ca_file in ("", other.file):
            found = await imap.look(EmailSettings(box.url, ca_file=ca_file))
            assert found == (where, f"{UNTRUSTED}email.ca_file names whom to trust")
            gc.collect()


@pytest.mark.parametrize(
    ("greeting", "able", "answer"),
    [("OK", "IMAP4rev1 AUTH=PLAIN", "OK"), ("OK", "IMAP4rev1 STARTTLS", "NO"), ("PREAUTH", "IMAP4rev1 STARTTLS", "OK")],
    ids=["not offered", "refused", "already signed in"],
)
async def test_no_password_is_said_aloud_to_another_machine(greeting: str, able: str, answer: str) -> None:
    """Whether nobody over there knows TLS, or somebody between has taken the offer away."""
    said: list[bytes] = []
    left: asyncio.Queue[None] = asyncio.Queue()

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"* {greeting} hello\r\n".encode())
        while line := await reader.readline():
            said.append(line)
            tag, word = line.split()[:2]
            told = f"* CAPABILITY {able}\r\n" if word == b"CAPABILITY" else ""
            writer.write(f"{told}{tag.decode()} {'OK' if told else answer} so\r\n".encode())
        writer.close()
        left.put_nowait(None)

    server = await asyncio.start_server(called, ELSEWHERE, 0)
    port = server.sockets[0].getsockname()[1]
    given = EmailSettings(f"imap://{USER.replace('@', '%40')}:hushhush@{ELSEWHERE}:{port}/INBOX")
    hearing = Hearing(given, Address(addr_spec=USER), Kept(), TEXTS)
    with pytest.raises(ChannelUnavailable, match="offers no TLS"):
        await imap.ImapListener(given, hearing).listen()
    _, why = await imap.look(given)
    assert why == "it offers no TLS (STARTTLS), and a password is not said aloud to another machine"
    for _ in range(2):
        await left.get()
    server.close()
    await server.wait_closed()
    assert said
    assert not any(b"hushhush" in line or b"LOGIN" in line or b"AUTHENTICATE" in line for line in said)


async def test_another_name_is_not_trusted(tmp_path: Path) -> None:
    """A certificate that is trusted, of another machine."""
    elsewhere = make_certificate(tmp_path, "elsewhere", "mail.example.am")
    with mail_server(ssl_context=elsewhere.context) as server:
        url = server.url.replace("smtp://127.0.0.1", "smtps://localhost")
        _, fault = await SmtpLine(SmtpSettings(url, BOX, ca_file=elsewhere.file)).look()
    assert "certificate is not valid for 'localhost'" in fault


def test_a_file_that_holds_no_certificate(tmp_path: Path) -> None:
    """It is told of before anything begins."""
    (tmp_path / "words").write_text("no certificate")
    assert check_ca("sms.ca_file", "") is None
    assert check_ca("sms.ca_file", str(tmp_path / "words")) == "sms.ca_file: there is no certificate in PEM form in it"
    gone = smtp.check(SmtpSettings("smtp://mail.example", BOX, ca_file=str(tmp_path / "gone")))
    assert gone == "email.ca_file: No such file or directory"
