"""SMS by a gateway over HTTP as a case of the suite."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.sms.http import HttpSms, HttpSmsSettings
from bot.sms.sending import SmsCarrier, SmsSending, SmsTerms
from conversation.channels import Carrier
from tests.contracts.channels.case import Again, Arrived, Case, Fault, read_numbered
from tests.sms_gateway import SECRET, WAIT_S, SmsGateway, sms_gateway

_STATUSES = {"refused": 400, "busy": 429, "broken": 500}
_TEXT_CHARS = 670


class Sms:
    """See ``Case``."""

    channel = "sms"
    faults: frozenset[Fault] = frozenset(("refused", "busy", "broken"))
    secret = SECRET
    repeatable = False
    edits = False
    takes_files = False
    cold = False

    def __init__(self, gateway: SmsGateway) -> None:
        self.gateway = gateway
        self._ids = itertools.count(1)

    def environment(self, address: str) -> dict[str, str]:
        """See the case."""
        self.gateway.door = address
        return {**self.gateway.settings, "BAREV_SMS_PER_SECOND": "1000", "BAREV_SERVER_PUBLIC_URL": address}

    async def opened(self) -> None:
        """Gateways call wherever they were told to."""

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """See the case."""
        settings = HttpSmsSettings(self.gateway.settings["BAREV_SMS_URL"], timeout_s=0.5)
        yield SmsCarrier(SmsSending(HttpSms(settings), SmsTerms(per_second=1000)))

    def person(self, number: int) -> str:
        """A phone."""
        return f"+3747712{number:04}"

    async def says(self, who: str, text: str) -> Again:
        """See the case."""
        far_id = await self.gateway.says(who, text, f"case-{next(self._ids)}")

        async def tell() -> None:
            await self.gateway.says(who, text, far_id)

        return tell

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """There are no files in SMS."""
        raise AssertionError("SMS carries no files")

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """He writes its words; that its number will do is seen in the journeys."""
        await self.gateway.says(who, shown.choices[place])

    def arrived(self, who: str) -> list[Arrived]:
        """See the case."""
        return [read_numbered(one["text"]) for one in self.gateway.sent if one["to"] == who]

    async def until(self, look: Callable[[], bool]) -> None:
        """See the case."""
        async with asyncio.timeout(WAIT_S), self.gateway.arrived:
            await self.gateway.arrived.wait_for(look)

    def fail(self, fault: Fault, who: str) -> None:
        """See the case."""
        self.gateway.fails.append(_STATUSES[fault])

    async def returns(self, who: str) -> None:
        """No gateway says that somebody left."""

    def hold(self) -> None:
        """See the case."""
        self.gateway.held = asyncio.Event()

    def let_go(self) -> None:
        """See the case."""
        held, self.gateway.held = self.gateway.held, None
        if held is not None:
            held.set()

    def fits(self, text: str) -> bool:
        """Ten parts of 67 characters."""
        return len(text.encode("utf-16-le")) // 2 <= _TEXT_CHARS


@asynccontextmanager
async def sms() -> AsyncIterator[Case]:
    """One that runs."""
    async with sms_gateway() as gateway:
        yield Sms(gateway)
