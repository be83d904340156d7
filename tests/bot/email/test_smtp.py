"""The driver of mail, against aiosmtpd."""

import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.email.smtp import SmtpMail, SmtpSettings, check
from conversation.errors import ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.ports import Letter
from tests.letters import mail_server

NEWS = "https://chat.example.am/news/token"
LETTER = Letter("id-1", "anna@example.am", "Ваш код: 123456\n\nСалон", "Ձեր կոդը\r\nBcc: all@example.am", "ru", NEWS)
SENDER = "Սալոն Անի <hello@example.am>"


async def test_a_letter_arrives_as_it_was_written() -> None:
    """Letters of any language, no header by the subject, an id of its own, and how news is stopped."""
    with mail_server() as server:
        await SmtpMail(SmtpSettings(server.url, SENDER)).send(LETTER)
        (letter,) = server.letters
    assert str(letter.get_content()).replace("\r\n", "\n").strip() == LETTER.text
    assert letter["Subject"] == "Ձեր կոդը Bcc: all@example.am"
    assert letter["Bcc"] is None
    assert letter["From"].addresses[0].display_name == "Սալոն Անի"
    assert letter["Message-ID"] == "<id-1@example.am>"
    assert letter["List-Unsubscribe"] == f"<{NEWS}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Date"] is not None


@pytest.mark.parametrize(
    ("recipient", "data", "error"),
    [
        ("550 no such mailbox", None, ChannelRejected),
        ("450 busy", None, ChannelUnavailable),
        (None, "554 spam", ChannelRejected),
        (None, "451 later", ChannelUnavailable),
    ],
)
async def test_refusals(recipient: str | None, data: str | None, error: type[Exception]) -> None:
    """For good, or for now: as the server says."""
    with mail_server() as server:
        server.refusal, server.refuses_data = recipient, data
        with pytest.raises(error, match="SMTP"):
            await SmtpMail(SmtpSettings(server.url, SENDER)).send(LETTER)
        assert server.letters == []


async def test_a_line_that_breaks_after_the_letter_is_a_doubt() -> None:
    """It may have arrived."""
    with mail_server() as server:
        server.refuses_data = "hang up"
        with pytest.raises(ChannelUncertain):
            await SmtpMail(SmtpSettings(server.url, SENDER, timeout_s=5)).send(LETTER)
    with pytest.raises(ChannelUnavailable):
        await SmtpMail(SmtpSettings(server.url, SENDER)).send(LETTER)  # it is gone


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # of the test server: TLS is there already
async def test_tls_and_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STARTTLS and TLS from the first byte; the password is said inside only, and its refusal is ours to mend."""
    context = _certificate(tmp_path, monkeypatch)

    def authenticate(_server: object, _session: object, _envelope: object, _how: str, given: object) -> AuthResult:
        right = isinstance(given, LoginPassword) and given == LoginPassword(b"box@example.am", b"p@ss:word")
        return AuthResult(success=right, handled=right)

    safe = {"authenticator": authenticate, "auth_required": True}
    with mail_server(tls_context=context, require_starttls=True, **safe) as server:
        url = server.url.replace("//127.0.0.1", "//box%40example.am:p%40ss%3Aword@localhost")
        await SmtpMail(SmtpSettings(url)).send(LETTER)
        assert server.letters[0]["From"].addresses[0].addr_spec == "box@example.am"
        with pytest.raises(ChannelUnavailable, match="535"):
            await SmtpMail(SmtpSettings(url.replace("word", "wrong"))).send(LETTER)
    with mail_server(ssl_context=context, auth_require_tls=False, **safe) as server:
        url = server.url.replace("smtp://127.0.0.1", "smtps://box%40example.am:p%40ss%3Aword@localhost")
        await SmtpMail(SmtpSettings(url)).send(LETTER)
        assert len(server.letters) == 1


def _certificate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that this process trusts."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    words = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {cert} -days 2 -subj /CN=localhost"
    subprocess.run([*words.split(), "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        (SmtpSettings("http://mail.example", SENDER), "email.smtp_url"),
        (SmtpSettings("smtp://", SENDER), "email.smtp_url"),
        (SmtpSettings("smtp://mail.example:x", SENDER), "email.smtp_url"),
        (SmtpSettings("smtp://mail.example"), "email.sender"),
        (SmtpSettings("smtp://mail.example", "nobody"), "email.sender"),
        (SmtpSettings("smtp://box%40example.am:x@mail.example"), None),
    ],
)
def test_settings_are_checked(settings: SmtpSettings, wrong: str | None) -> None:
    """In one plain line, without the password."""
    found = check(settings)
    assert found is None if wrong is None else found is not None and wrong in found
