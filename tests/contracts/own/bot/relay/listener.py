"""What is heard: lines, one after another."""

import logging
from typing import Final

from conversation import clock
from conversation.channels import FarIntake, FarPerson, Heard
from conversation.errors import ChannelUnavailable, Rejected, Unavailable
from conversation.messages import Json
from conversation.ports import AddressKey

from .wire import RelayWire

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 1.0


class RelayListener:
    """Asks, and asks again behind what is kept."""

    def __init__(self, wire: RelayWire, intake: FarIntake, wait_s: float) -> None:
        self._wire = wire
        self._intake = intake
        self._wait_s = wait_s
        self._after = 0

    async def listen(self) -> None:
        """One round: see the port."""
        told = await self._wire.hear(self._after, self._wait_s)
        lines = told.get("lines")
        for line in lines if isinstance(lines, list) else ():
            await self._take(line)

    async def _take(self, line: Json) -> None:
        match line:
            case {"n": int(number), "from": str(who), "text": str(text)}:
                # what we say bears numbers of its own, and may bear the same
                heard = Heard(AddressKey("relay", who), str(number), FarPerson(who), clock.now(), text)
            case _:
                _log.warning("relay: a line that cannot be read")
                return
        try:
            await self._intake.hear(heard)
        except Rejected as error:  # it can never be kept: the next one shall be
            _log.warning("relay: line %d was not taken: %s", number, error.code)
        except Unavailable as error:
            raise ChannelUnavailable(f"not kept: {error.code}", error.retry_after_s or _AGAIN_S) from None
        self._after = max(self._after, number)
