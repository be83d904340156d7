"""SMS by a gateway over HTTP as a case of the suite."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.sms.http import HttpSms, HttpSmsSettings
from bot.sms.parts import count
from bot.sms.sending import SmsCarrier, SmsSending, SmsTerms
from conversation.channels import Carrier
from tests.contracts.channels.case import Again, Arrived, Case, Fault, read_numbered
from tests.sms_gateway import SECRET, WAIT_S, SmsGateway, sms_gateway

PARTS = 40
_STATUSES = {"refused": 400, "busy": 429, "broken": 502}


class Sms:
    """See ``Case``. Who wants no more says so himself: a gateway does not know."""

    channel = "sms"
    faults: frozenset[Fault] = frozenset(("refused", "busy", "broken"))
    secret = SECRET
    repeatable = False
    edits = False
    takes_files = False
    cold = False

    def __init__(self, gateway: SmsGateway) -> None:
        self.gateway = gateway

    def environment(self, address: str) -> dict[str, str]:
        """See the case."""
        self.gateway.door = address
        return {
            **self.gateway.settings,
            "BAREV_SMS_PARTS_MOST": str(PARTS),
            "BAREV_SERVER_PUBLIC_URL": address,
            "BAREV_BUSINESS_COUNTRY": "AM",
        }

    async def opened(self) -> None:
        """The gateway knows where to call."""

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """See the case."""
        driver = HttpSms(HttpSmsSettings(self.gateway.settings["BAREV_SMS_URL"], timeout_s=0.5))
        yield SmsCarrier(SmsSending(driver, SmsTerms(parts_most=PARTS)))

    def person(self, number: int) -> str:
        """A phone."""
        return f"+37477123{number:03}"

    async def says(self, who: str, text: str) -> Again:
        """See the case."""
        far_id = await self.gateway.says(who, text)

        async def again() -> None:
            await self.gateway.says(who, text, far_id)

        return again

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """There is no such thing."""
        raise NotImplementedError

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """Types the number."""
        await self.says(who, str(place + 1))

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
        """He never left."""

    def hold(self) -> None:
        """See the case."""
        self.gateway.held = asyncio.Event()

    def let_go(self) -> None:
        """See the case."""
        held, self.gateway.held = self.gateway.held, None
        if held is not None:
            held.set()

    def fits(self, text: str) -> bool:
        """So many parts, each of 67 characters where not all letters are of the basic alphabet (3GPP TS 23.038)."""
        return count(text).parts <= PARTS


@asynccontextmanager
async def sms() -> AsyncIterator[Case]:
    """One that runs."""
    async with sms_gateway() as gateway:
        yield Sms(gateway)
