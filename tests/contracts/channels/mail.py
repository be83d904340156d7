"""E-mail as a case of the suite: a mailbox that is read, and a mail server that takes what is sent."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from bot.email.carrier import EmailCarrier
from bot.email.settings import EmailSettings
from bot.email.smtp import SmtpLine, SmtpSettings
from conversation.channels import Carrier
from conversation.texts import Catalogue
from tests.contracts.channels.case import Again, Arrived, Case, Fault, read_numbered
from tests.letters import WAIT_S, Mailbox, mail_server
from tests.post_office import PASSWORD, PostBox, letter, post_box

_REPLIES = {"refused": "554 5.7.1 no", "busy": "451 4.3.0 later"}


@dataclass
class Server(Mailbox):
    """A mail server whose next answers can be chosen: ``fails``, "" to break the line. What it holds it has taken."""

    fails: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """The letter."""
        if self.fails:
            said = self.fails.pop(0)
            if said:
                return said
            server.transport.abort()  # nobody learns what became of it
            return "250 never heard"
        made = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        self.letters.append(made)
        asyncio.run_coroutine_threadsafe(self._tell(), self.loop)
        await asyncio.to_thread(self._open.wait, WAIT_S)
        return "250 taken"

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()


class Mail:
    """See ``Case``. Who wants no more writes so, or presses what his program shows him: a server does not know."""

    channel = "email"
    faults: frozenset[Fault] = frozenset(("refused", "busy", "broken"))
    secret = PASSWORD
    repeatable = False
    edits = False
    takes_files = True
    cold = False

    def __init__(self, box: PostBox, server: Server) -> None:
        self.box = box
        self.server = server

    def environment(self, address: str) -> dict[str, str]:
        """See the case."""
        return {
            "BAREV_EMAIL_IMAP_URL": self.box.url,
            "BAREV_EMAIL_SMTP_URL": self.server.url,
            "BAREV_EMAIL_SENDER": "Salon <hello@example.am>",
            "BAREV_SERVER_PUBLIC_URL": address,
        }

    async def opened(self) -> None:
        """It asks by itself."""

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """See the case."""
        line = SmtpLine(SmtpSettings(self.server.url, "Salon <hello@example.am>", timeout_s=0.5))
        yield EmailCarrier(EmailSettings(self.box.url), line, Catalogue())

    def person(self, number: int) -> str:
        """A mailbox."""
        return f"guest{number}@example.ge"

    async def says(self, who: str, text: str) -> Again:
        """See the case."""
        said = letter(text, sender=who, subject="")

        async def put() -> None:
            await self.box.put(said)

        await put()
        return put

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """See the case."""
        sent = letter("Here it is", sender=who, subject="")
        sent.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        await self.box.put(sent)

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """Writes the number."""
        await self.says(who, str(place + 1))

    def arrived(self, who: str) -> list[Arrived]:
        """See the case."""
        return [_read(one) for one in self.server.letters if str(one["To"]) == who]

    async def until(self, look: Callable[[], bool]) -> None:
        """See the case."""
        async with asyncio.timeout(WAIT_S), self.server.news:
            await self.server.news.wait_for(look)

    def fail(self, fault: Fault, who: str) -> None:
        """See the case."""
        self.server.fails.append(_REPLIES.get(fault, ""))

    async def returns(self, who: str) -> None:
        """He never left."""

    def hold(self) -> None:
        """See the case."""
        self.server.hold()

    def let_go(self) -> None:
        """See the case."""
        self.server.release()

    def fits(self, text: str) -> bool:
        """Letters are as long as one likes."""
        return True


def _read(one: EmailMessage) -> Arrived:
    body = one.get_body(("plain",))
    text = "" if body is None else str(body.get_content()).strip()
    files = [part.get_payload(decode=True) for part in one.iter_attachments()]
    file = next((content for content in files if isinstance(content, bytes)), None)
    return read_numbered(text)._replace(file=file)


@asynccontextmanager
async def mail() -> AsyncIterator[Case]:
    """One that runs."""
    with mail_server(Server) as server:
        async with post_box() as box:
            assert isinstance(server, Server)
            yield Mail(box, server)
