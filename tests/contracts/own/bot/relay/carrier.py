"""What is sent: lines."""

from typing import Final

from conversation.channels import Capabilities, Piece, Sent
from conversation.errors import ChannelRejected

from .wire import RelayWire

CAN: Final = Capabilities(text_chars=500, per_second=50.0)


class RelayCarrier:
    """See ``conversation.channels.Carrier``."""

    def __init__(self, wire: RelayWire) -> None:
        self._wire = wire

    @property
    def capabilities(self) -> Capabilities:
        """Lines, and nothing else."""
        return CAN

    @property
    def repeatable(self) -> bool:
        """The relay takes an id once only."""
        return True

    async def send(self, piece: Piece) -> Sent:
        """See the port."""
        told = await self._wire.say({"id": piece.id, "to": piece.to, "text": piece.text})
        return Sent(str(told.get("n", "")))

    async def edit(self, far_id: str, piece: Piece) -> None:
        """There is no such thing."""
        raise ChannelRejected("the relay cannot change a line")

    async def delete(self, to: str, far_id: str) -> None:
        """There is no such thing."""
        raise ChannelRejected("the relay cannot take a line back")

    async def show_typing(self, to: str) -> None:
        """There is no such thing."""
        raise ChannelRejected("the relay shows no typing")
