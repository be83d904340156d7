"""A mailbox on this machine (pymap, an IMAP server in memory), and people who write to it."""

import argparse
import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from imap_tools import BaseMailBox, MailBoxStartTls, MailBoxUnencrypted
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

USER, PASSWORD = "hello@example.am", "p@ss:word"
LETTERS = Path(__file__).parent / "data" / "email"


@dataclass
class PostBox:
    """The mailbox of the firm. ``ca_file``: where it is signed in to inside STARTTLS only."""

    port: int
    host: str = "127.0.0.1"
    ca_file: str = ""

    @property
    def url(self) -> str:
        """Its address, with its password."""
        return f"imap://hello%40example.am:p%40ss%3Aword@{self.host}:{self.port}/INBOX"

    async def put(self, letter: bytes | EmailMessage, folder: str = "INBOX") -> None:
        """A letter arrives."""
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()

        def append() -> None:
            with self._line().login(USER, PASSWORD) as box:
                box.append(raw, folder)

        await asyncio.to_thread(append)

    async def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """The flags of each letter."""

        def read() -> list[set[str]]:
            with self._line().login(USER, PASSWORD, folder) as box:
                return [set(one.flags) for one in box.fetch(mark_seen=False, headers_only=True)]

        return await asyncio.to_thread(read)

    def _line(self) -> BaseMailBox:
        if self.ca_file:
            context = ssl.create_default_context(cafile=self.ca_file)
            return MailBoxStartTls(self.host, self.port, ssl_context=context)
        return MailBoxUnencrypted(self.host, self.port)


@asynccontextmanager
async def post_box(
    port: int = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", starttls: tuple[str, str] | None = None
) -> AsyncIterator[PostBox]:
    """Runs one, on its own loop. ``tls``: from the first byte; ``starttls``: files of a certificate and its key, where
    nobody signs in before he has changed to TLS."""
    args = argparse.Namespace(
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
        host="127.0.0.1",
        port=str(port),
        debug=False,
        cert=starttls and starttls[0],
        key=starttls and starttls[1],
        passlib_cfg=None,
        tls=starttls is not None,
        proxy_protocol=None,
        inherited_sockets=None,
    )
    backend, config = await DictBackend.init(args)
    config.apply_context()
    serve: Any = IMAPServer(backend.login, config)

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from proxyprotocol.sock import SocketInfoLocal

        class FromElsewhere(SocketInfoLocal):
            from_localhost = starttls is None

        try:
            await serve(reader, writer, FromElsewhere(writer.transport))
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(called, host, port, ssl=tls)
    try:
        yield PostBox(server.sockets[0].getsockname()[1], host, starttls[0] if starttls else "")
    finally:
        server.close()


def letter(
    text: str, *, sender: str = "Anna <anna@example.ge>", subject: str = "A haircut", **headers: str
) -> EmailMessage:
    """A plain one."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "Salon <hello@example.am>", subject
    message["Message-ID"] = make_msgid(domain="example.ge")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def answer_to(got: EmailMessage, text: str, **headers: str) -> EmailMessage:
    """The answer of a mail program to a letter of ours, with it quoted below."""
    body = got.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
    whole = f"{text}\n\nOn Wed, Nov 5, 2026 at 12:30 PM Salon <hello@example.am> wrote:\n{quoted}\n"
    named = {"In_Reply_To": str(got["Message-ID"]), "References": str(got["Message-ID"])}
    return letter(whole, subject=str(got["Subject"]), **{**named, **headers})


__all__ = ["LETTERS", "PASSWORD", "USER", "PostBox", "answer_to", "letter", "post_box"]
