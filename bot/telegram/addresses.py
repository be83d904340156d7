"""Who is who over there: a chat, or a chat of the owner's own account through one of its connections."""

from typing import NamedTuple

from conversation.errors import ChannelRejected
from conversation.ports import AddressKey


class Whom(NamedTuple):
    """``connection``: of the owner's account (Telegram Business), None in a chat with the bot itself."""

    chat: int
    connection: str | None = None

    @property
    def address(self) -> AddressKey:
        """As it is kept: ``CHAT`` or ``CHAT@CONNECTION``."""
        return AddressKey("telegram", f"{self.chat}@{self.connection}" if self.connection else str(self.chat))


def read_address(value: str) -> Whom:
    """Whom an address means. Raises ChannelRejected for one that is none of Telegram's."""
    chat, _, connection = value.partition("@")
    try:
        return Whom(int(chat), connection or None)
    except ValueError:
        raise ChannelRejected("this is no address of Telegram") from None
