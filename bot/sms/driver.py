"""What a driver of SMS is: it sends whole texts, and where it holds a line it hears too."""

from datetime import datetime
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from bot.sms.parts import Encoding

ReportState = Literal["sent", "delivered", "failed"]


class SmsOut(NamedTuple):
    """A whole text: a driver whose wire wants parts cuts it with ``parts.part``.

    ``id``: the same on every attempt, and no other text's; ``to``: E.164 (+37477123456); ``encoding``: what
    ``parts.count`` found for the text.
    """

    id: str
    to: str
    text: str
    encoding: Encoding


class SmsIn(NamedTuple):
    """An SMS of a customer, put together where it came in parts. ``sender``: as the far side tells it; ``id``: the far
    side's own, the same on every repeat, "" where it gives none."""

    sender: str
    text: str
    id: str
    at: datetime


class SmsReport(NamedTuple):
    """What became of a text that was sent. ``id``: what ``send`` returned; ``why``: a few plain words where it failed;
    ``to``: its recipient, "" where the far side does not say."""

    id: str
    state: ReportState
    why: str = ""
    to: str = ""


class SmsSink(Protocol):
    """Takes what a driver hears. Both return after the commit (or where it can never be kept): only then may the driver
    confirm it to the far side or delete it there. Both raise Unavailable: it must come again."""

    async def incoming(self, one: SmsIn) -> None:
        """A repeat changes nothing."""

    async def report(self, report: SmsReport) -> None:
        """A report of something unknown, and one that is older than what is known, change nothing."""


class SmsDriver(Protocol):
    """Sends. It opens nothing before it is used."""

    @property
    def repeatable(self) -> bool:
        """Whether the far side takes an ``id`` once only: what may have arrived may then be sent again."""

    @property
    def at_once(self) -> int:
        """How many texts may be under way side by side."""

    @property
    def part_s(self) -> float:
        """For how long one part may be under way."""

    async def send(self, one: SmsOut) -> str:
        """Returns the far side's id when it has taken the whole text ("" where it gives none; of several parts the
        one by which the whole is reported).

        Raises ChannelRejected (give up), ChannelUnavailable (later; ``for_all`` where the line is down or everything is
        too much) or ChannelUncertain (it may have arrived); their words hold neither secrets nor what was said.
        """


@runtime_checkable
class SmsLine(SmsDriver, Protocol):
    """A driver that holds a line (an SMPP bind, a modem). Only the process that listens sends: without a line ``send``
    raises ChannelUnavailable for all."""

    async def look(self) -> tuple[str, str]:
        """Where the other end is, and why it cannot be reached ("": it can), in plain words without secrets. Opens no
        line, for who only looks."""

    async def listen(self, sink: SmsSink) -> None:
        """Opens the line, hears until it is cancelled, and closes it then. Raises ChannelUnavailable where the line is
        lost or cannot be had, and is then called anew; ChannelRejected where it is of no use before the settings are
        others (a wrong password or PIN)."""
