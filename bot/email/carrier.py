"""Sends the pieces of talks as letters."""

import asyncio
from typing import Final

from bot.email.composing import compose
from bot.email.names import message_id, plus_address
from bot.email.settings import EmailSettings
from bot.email.smtp import SmtpLine
from conversation.channels import Capabilities, Piece, Sent
from conversation.errors import ChannelRejected
from conversation.ports import Texts

_TEXT_CHARS: Final = 50_000


class EmailCarrier:
    """See ``conversation.channels.Carrier``."""

    def __init__(self, settings: EmailSettings, line: SmtpLine, texts: Texts) -> None:
        self._settings = settings
        self._line = line
        self._texts = texts
        self._can = Capabilities(
            text_chars=_TEXT_CHARS,
            caption_chars=_TEXT_CHARS,
            file_mb=settings.file_mb,
            files=settings.files,
            receipts=frozenset(("failed",)),
            threads=True,
            per_second=10.0,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._can

    @property
    def repeatable(self) -> bool:
        """The same Message-ID on every attempt lets most mailboxes show a letter once; none has to."""
        return False

    async def send(self, piece: Piece) -> Sent:
        """See the port."""
        box, settings = self._line.box, self._settings
        subject = self._texts.get(piece.language, "channel.email_subject", business=settings.name)
        try:
            letter = await asyncio.to_thread(lambda: compose(piece, box, subject, plus=settings.plus).as_bytes())
        except (ValueError, UnicodeError, IndexError):
            raise ChannelRejected("a letter to this mailbox cannot be written") from None
        await self._line.carry(piece.to, letter, plus_address(piece, box) if settings.plus else "")
        return Sent(message_id(piece, box))

    async def edit(self, far_id: str, piece: Piece) -> None:
        """There is no such thing."""
        raise ChannelRejected("a letter cannot be changed")

    async def delete(self, to: str, far_id: str) -> None:
        """There is no such thing."""
        raise ChannelRejected("a letter cannot be taken back")

    async def show_typing(self, to: str) -> None:
        """There is no such thing."""
        raise ChannelRejected("a mailbox shows no typing")
