"""What the one suite of channels asks of each: a stand-in of its far side, which fails as it is documented to, and a
customer there who speaks, chooses and reads."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, Literal, NamedTuple, Protocol

from conversation.channels import Carrier
from conversation.errors import (
    ChannelBlocked,
    ChannelError,
    ChannelRejected,
    ChannelUnavailable,
    ChannelUncertain,
)
from conversation.messages import Delivery

Fault = Literal["refused", "blocked", "busy", "broken"]
FAULTS: Final[Mapping[Fault, type[ChannelError]]] = {
    "refused": ChannelRejected,
    "blocked": ChannelBlocked,
    "busy": ChannelUnavailable,
    "broken": ChannelUncertain,
}
"""How a far side fails, and what its carrier raises then: this message is refused; he does not want to hear from us;
not now, but soon; an answer that leaves open whether it was taken."""
Again = Callable[[], Awaitable[None]]
"""Says the same once more on the wire, as after an answer that was lost."""


class Arrived(NamedTuple):
    """One message as the customer sees it. ``choices``: the labels of its buttons; ``file``: what was sent with it;
    ``link``: where else it can be had."""

    text: str
    choices: tuple[str, ...] = ()
    file: bytes | None = None
    link: str = ""


class Case(Protocol):
    """One channel.

    ``channel``: its name; ``faults``: of all, those that its far side knows; ``secret``: what must never be in a log;
    ``repeatable``: the far side takes the id of a piece once only; ``edits``: what arrived can become another text
    there; ``takes_files``: customers can send files; ``cold``: the product needs more than the settings to know it, and
    is started from nothing.
    """

    channel: str
    faults: frozenset[Fault]
    secret: str
    repeatable: bool
    edits: bool
    takes_files: bool
    cold: bool

    def environment(self, address: str) -> dict[str, str]:
        """The settings that open the door of a product at this address."""

    async def opened(self) -> None:
        """Returns as soon as what customers say reaches the product that was started last."""

    def carrier(self) -> AbstractAsyncContextManager[Carrier]:
        """The door's own, towards this far side; it gives up waiting for an answer within a second."""

    def person(self, number: int) -> str:
        """A customer, by his address; each number is another."""

    async def says(self, who: str, text: str) -> Again:
        """He writes. While the product is down it is kept for it over there, as the far side keeps it."""

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """He sends a PDF."""

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """He takes one of the choices that were offered, counted from 0."""

    def arrived(self, who: str) -> list[Arrived]:
        """All that he sees, in its order."""

    async def until(self, look: Callable[[], bool]) -> None:
        """Waits until it is so; looked at whenever something arrives or changes there."""

    def fail(self, fault: Fault, who: str) -> None:
        """What is sent to him next fails so (``blocked``: all of it, until ``returns``)."""

    async def returns(self, who: str) -> None:
        """He wants to hear from us again."""

    def hold(self) -> None:
        """From now on what is sent arrives, and is not answered."""

    def let_go(self) -> None:
        """Answers again."""

    def fits(self, text: str) -> bool:
        """Whether the far side takes so long a text as one message."""


_NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)


def read_numbered(text: str) -> Arrived:
    """A message of a channel without buttons: its choices are lines with numbers."""
    return Arrived(text, tuple(label for _, label in _NUMBERED.findall(text)))


Opens = Callable[[], AbstractAsyncContextManager[Case]]
"""Starts a far side."""


def outcome_of(fault: Fault, case: Case) -> Delivery:
    """How a message ends whose first attempt failed so."""
    if fault == "busy" or (fault == "broken" and case.repeatable):
        return "sent"
    return "uncertain" if fault == "broken" else "failed"
