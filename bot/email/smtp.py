"""Mail by SMTP (package aiosmtplib): one connection a letter, TLS wherever there is any. Letters and talks go out by
the same line."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from bot.email.composing import clean
from bot.email.names import letter_id
from bot.far_tls import check_ca, explain, make_context
from conversation import clock
from conversation.errors import ChannelGone, ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.ports import Letter

if TYPE_CHECKING:
    import aiosmtplib

CA_SETTING: Final = "email.ca_file"
_PORTS: Final = {"smtp": 587, "smtps": 465}
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_LINES: Final = re.compile(r"[\r\n]+")
_UNREACHED_S: Final = 2.0
_WAIT_S: Final = 30.0
_LATER: Final = 400
_FOR_GOOD: Final = 500
_NO_CODE: Final = 600
_SHOWN_CHARS: Final = 160
_GONE: Final = re.compile(r"5\.1\.(1|10|2)\b")
"""No such mailbox, none that takes mail, no such domain (RFC 3463, RFC 7505)."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """``url``: ``smtp://USER:PASSWORD@HOST:587`` (STARTTLS; where a password goes to another machine it must be had) or
    ``smtps://USER:PASSWORD@HOST:465`` (TLS from the first byte). ``sender``: ``Firm <box@example.am>``, else the user;
    ``name``: the firm's, where ``sender`` has none; ``ca_file``: see ``bot.far_tls``."""

    url: str = field(repr=False)
    sender: str = ""
    name: str = ""
    timeout_s: float = 20.0
    ca_file: str = ""


def check(settings: SmtpSettings) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    try:
        parts = urlsplit(settings.url)
        port = parts.port
    except ValueError:
        return "email.smtp_url: this is no address"
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        return "email.smtp_url: an address begins with smtp:// or smtps:// and names a host"
    if read_box(settings) is None:
        return "email.sender: name the mailbox that letters come from, like Firm <hello@example.am>"
    return check_ca(CA_SETTING, settings.ca_file)


def read_box(settings: SmtpSettings) -> Address | None:
    """In whose name letters go out."""
    name, box = parseaddr(settings.sender or unquote(urlsplit(settings.url).username or ""))
    try:
        address = Address(display_name=clean(name or settings.name), addr_spec=box)
    except (ValueError, IndexError):
        return None
    return address if address.domain else None


class SmtpLine:
    """Hands letters over to the mail server."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Raises ValueError where ``check`` finds something."""
        wrong, box = check(settings), read_box(settings)
        if wrong is not None or box is None:
            raise ValueError(wrong)
        parts = urlsplit(settings.url)
        self.box = box
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._tls = parts.scheme == "smtps"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout_s = settings.timeout_s
        self._ca_file = settings.ca_file

    async def carry(self, to: str, message: bytes, sender: str = "") -> None:
        """Sends a letter. ``sender``: where it comes back to if it cannot be delivered, else the box. Raises
        ChannelRejected, ChannelGone, ChannelUnavailable, ChannelUncertain."""
        with self._line() as line:
            await self._hand_over(line, sender or self.box.addr_spec, to, message)

    async def look(self) -> tuple[str, str]:
        """Where the mail server is, and what is wrong with the line to it; empty: nothing. Nothing is sent."""
        from aiosmtplib import SMTPException

        where = f"{self._host}:{self._port}"
        try:
            with self._line() as line:
                await line.connect()
                await line.quit()
        except (TimeoutError, SMTPException, OSError) as error:
            return where, explain(error, CA_SETTING)
        return where, ""

    @contextmanager
    def _line(self) -> Iterator["aiosmtplib.SMTP"]:
        import aiosmtplib  # 40 ms that who sends no mail need not spend

        line = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            start_tls=None if self._tls else self._must_encrypt,
            tls_context=make_context(self._ca_file) if self._ca_file else None,
            timeout=self._timeout_s,
            local_hostname=self.box.domain if self.box.domain.isascii() else None,
        )
        try:
            yield line
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                line.close()

    @property
    def _must_encrypt(self) -> bool | None:
        """A password is not said aloud to another machine; otherwise TLS is used where it is offered."""
        return True if self._password and self._host not in _HERE else None

    async def _hand_over(self, line: "aiosmtplib.SMTP", sender: str, to: str, message: bytes) -> None:
        from aiosmtplib import SMTPException, SMTPRecipientRefused, SMTPResponseException, SMTPSenderRefused

        try:
            await line.connect()
            if self._user and self._password:
                await line.login(self._user, self._password)
            await line.mail(sender)
            await line.rcpt(to)
        except SMTPRecipientRefused as error:
            if error.code >= _FOR_GOOD and _GONE.match(error.message):
                raise ChannelGone(_told(error.code, error.message)) from None
            raise _refusal(error.code, error.message) from None
        except SMTPSenderRefused as error:
            raise _refusal(error.code, error.message) from None
        except SMTPResponseException as error:  # ours: a wrong password, a server that will not have us
            raise ChannelUnavailable(_told(error.code, error.message), _WAIT_S) from None
        except (TimeoutError, SMTPException, OSError, ssl.SSLError, UnicodeError) as error:
            raise ChannelUnavailable(f"not reached ({explain(error, CA_SETTING)})", _UNREACHED_S) from None
        try:
            await line.data(message)
        except SMTPResponseException as error:
            if not _LATER <= error.code < _NO_CODE:
                raise ChannelUncertain(_told(error.code, error.message)) from None
            raise _refusal(error.code, error.message) from None
        except (TimeoutError, SMTPException, OSError) as error:
            raise ChannelUncertain(f"no answer to the letter ({type(error).__name__})") from None
        with suppress(SMTPException, OSError, asyncio.TimeoutError):
            await line.quit()


class SmtpMail:
    """The driver of letters. ``look``: of its line."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Raises ValueError where ``check`` finds something."""
        self._line = SmtpLine(settings)
        self.look = self._line.look

    @property
    def repeatable(self) -> bool:
        """The same Message-ID on every attempt lets most mailboxes show a letter once; none has to."""
        return False

    async def send(self, letter: Letter) -> str:
        """See the port."""
        await self._line.carry(letter.to, compose(letter, self._line.box))
        return letter_id(letter.id, self._line.box)


def compose(letter: Letter, sender: Address) -> bytes:
    """The letter as it goes over the wire (RFC 5322): plain text, the letter's own Message-ID; news says how it is
    stopped (RFC 2369, RFC 8058)."""
    message = EmailMessage(policy=WIRE)
    message["From"] = sender
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = clean(letter.subject)
    message["Date"] = format_datetime(letter.at or clock.now())
    message["Message-ID"] = letter_id(letter.id, sender)
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable" if letter.text.isascii() else "base64")
    return message.as_bytes()


def _refusal(code: int, words: str) -> ChannelRejected | ChannelUnavailable:
    told = _told(code, words)
    return ChannelRejected(told) if code >= _FOR_GOOD else ChannelUnavailable(told, _WAIT_S)


def _told(code: int, words: str) -> str:
    return f"SMTP {code}: {_LINES.sub(' ', words)}"[:_SHOWN_CHARS]
