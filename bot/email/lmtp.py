"""Takes letters from a mail server beside us (LMTP, RFC 2033, package aiosmtpd): one is accepted when it is kept.

There is no TLS and no password: it is spoken on one machine, where neither would protect anything.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.email.hearing import Hearing
from bot.email.settings import EmailSettings, is_open, read_lmtp
from conversation.errors import BarevError, ChannelUnavailable

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 10.0
_SILENT_S: Final = 120.0


class LmtpListener:
    """See ``conversation.channels.Listener``."""

    def __init__(self, settings: EmailSettings, hearing: Hearing) -> None:
        self._settings = settings
        self._hearing = hearing
        self._turn = asyncio.Lock()
        self.port = 0

    async def listen(self) -> None:
        """See the port."""
        from aiosmtpd.lmtp import LMTP

        host, port = read_lmtp(self._settings.lmtp)
        loop = asyncio.get_running_loop()

        def make() -> LMTP:
            return LMTP(
                self,
                data_size_limit=self._settings.letter_bytes,
                enable_SMTPUTF8=True,
                hostname="localhost",
                ident="Barev",
                loop=loop,
                timeout=_SILENT_S,
            )

        try:
            server = await loop.create_server(make, host, port)
        except OSError as error:
            raise ChannelUnavailable(f"email.lmtp: {error.strerror or 'not opened'}", _AGAIN_S) from None
        self.port = server.sockets[0].getsockname()[1]
        _log.info("hearing letters by LMTP on %s:%d", host, self.port)
        if is_open(self._settings.lmtp):
            _log.warning(
                "email.lmtp: other machines reach %s; whoever does is believed, and nothing is encrypted", host
            )
        try:
            await asyncio.Event().wait()
        finally:
            server.close()

    async def handle_DATA(self, server: "SMTP", session: "Session", envelope: "Envelope") -> str:  # noqa: N802  # aiosmtpd's names
        """A letter; each of those it is for is told what became of it."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        path = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode("utf-8", "replace")
        try:
            async with self._turn:  # one after another, as they came
                await self._hearing.take(path + content, tuple(envelope.rcpt_tos))
            status = "250 2.0.0 kept"
        except BarevError:
            status = "451 4.3.0 not kept, come again"
        except Exception:
            _log.exception("a letter by LMTP")
            status = "451 4.3.0 not kept, come again"
        return "\r\n".join([status] * max(1, len(envelope.rcpt_tos)))
