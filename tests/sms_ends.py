"""The far ends of the drivers of SMS, alike for one suite: a gateway by HTTP, an SMS centre, a modem."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import smpp34

from bot.sms.coding import Joined, write_header
from bot.sms.driver import SmsDriver, SmsIn, SmsLine, SmsReport
from bot.sms.http import HttpSms, HttpSmsSettings
from bot.sms.modem.driver import ModemSms
from bot.sms.modem.settings import ModemSettings
from bot.sms.parts import part
from bot.sms.smpp.driver import SmppSms
from conversation.errors import Unavailable
from tests.sms_centre import SmsCentre, open_centre
from tests.sms_gateway import SmsGateway, sms_gateway
from tests.sms_modem import Modem, deliver, open_modem

WAIT_S = 60.0
Fault = Literal["refused", "later", "doubt"]
FIRM = "+37477123456"


@dataclass
class Sink:
    """What was heard. ``refuses``: so many times nothing can be kept; ``gate``: what is heard waits for it."""

    said: list[SmsIn] = field(default_factory=list)
    reports: list[SmsReport] = field(default_factory=list)
    refuses: int = 0
    gate: asyncio.Event | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def incoming(self, one: SmsIn) -> None:
        """See the port."""
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.refuses:
            self.refuses -= 1
            raise Unavailable(retry_after_s=0.0)
        async with self.moved:
            self.said.append(one)
            self.moved.notify_all()

    async def report(self, report: SmsReport) -> None:
        """See the port."""
        async with self.moved:
            self.reports.append(report)
            self.moved.notify_all()

    async def heard(self, count: int) -> list[str]:
        """The texts, as soon as there are so many."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: len(self.said) >= count)
        return [one.text for one in self.said]

    async def reported(self, count: int) -> list[SmsReport]:
        """The reports, likewise."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: len(self.reports) >= count)
        return self.reports


class End(Protocol):
    """A far end, and a driver that is set up for it."""

    async def taken(self, count: int) -> Sequence[tuple[str, str]]:
        """Recipient and text of what arrived, as soon as it is so much."""

    def fail(self, fault: Fault) -> None:
        """What becomes of the next message."""

    def make(self) -> SmsDriver:
        """A driver, as after a restart."""

    async def gone(self) -> None:
        """Nobody is there any more."""

    async def back(self) -> None:
        """It is there again."""


class HeldLine(SmsLine, Protocol):
    """A driver that says whether it holds its line."""

    @property
    def held(self) -> bool:
        """Whether it can send."""


class LineEnd(End, Protocol):
    """The same of a driver that holds a line."""

    def make(self) -> HeldLine:
        """See above."""

    @property
    def settings(self) -> dict[str, str]:
        """What a product is told of it."""

    async def ready(self) -> None:
        """The line is held."""

    async def say(self, sender: str, text: str, *, reference: int | None = None, only: Sequence[int] = ()) -> None:
        """A customer writes. Returns when it is confirmed. A text of several parts comes with its last part first;
        ``only``: these of its parts, which are not waited for."""

    def unconfirmed(self) -> bool:
        """Whether something was said that is not confirmed."""

    async def report(self, failed: bool = False) -> None:
        """What became of all parts of what was taken last."""


class HttpEnd:
    """See the protocol."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway
        self._url = f"http://127.0.0.1:{gateway.port}/send"

    async def taken(self, count: int) -> Sequence[tuple[str, str]]:
        """See the protocol."""
        await self._gateway.heard(FIRM, count)
        return [(one["to"], one["text"]) for one in self._gateway.sent]

    def fail(self, fault: Fault) -> None:
        """See the protocol."""
        self._gateway.fails.append({"refused": 400, "later": 429, "doubt": 502}[fault])

    def make(self) -> SmsDriver:
        """See the protocol."""
        return HttpSms(HttpSmsSettings(self._url, timeout_s=5.0))

    async def gone(self) -> None:
        """See the protocol: another port, where nobody listens."""
        self._url = "http://127.0.0.1:1/send"

    async def back(self) -> None:
        """See the protocol."""
        self._url = f"http://127.0.0.1:{self._gateway.port}/send"


class SmppEnd:
    """See the protocol."""

    def __init__(self, centre: SmsCentre) -> None:
        self._centre = centre
        self._saying: set[asyncio.Task[int]] = set()
        self._references = 0
        self._told = 0

    async def taken(self, count: int) -> Sequence[tuple[str, str]]:
        """See the protocol."""
        return await self._centre.wait(count)

    def fail(self, fault: Fault) -> None:
        """See the protocol."""
        statuses = {"refused": 0x0B, "later": smpp34._smpp34.ESME_RTHROTTLED, "doubt": SmsCentre.WITHHELD}
        self._centre.answers.append(statuses[fault])

    def make(self) -> HeldLine:
        """See the protocol."""
        return SmppSms(self._centre.settings)

    async def gone(self) -> None:
        """See the protocol."""
        await self._centre.close()

    async def back(self) -> None:
        """See the protocol."""
        await self._centre.open()

    @property
    def settings(self) -> dict[str, str]:
        """See the protocol."""
        return {"BAREV_SMS_DRIVER": "smpp", "BAREV_SMS_URL": self._centre.url, "BAREV_SMS_TIMEOUT_S": "5"}

    async def ready(self) -> None:
        """See the protocol."""
        await self._centre.bound()

    async def say(self, sender: str, text: str, *, reference: int | None = None, only: Sequence[int] = ()) -> None:
        """See the protocol. What is not confirmed comes again."""
        self._references += 1
        cut = part(text, "ucs2")
        tasks = []
        for number in reversed(only or range(1, len(cut) + 1)):
            head = b""
            if len(cut) > 1:
                head = write_header(Joined(self._references if reference is None else reference, len(cut), number))
            data = head + cut[number - 1].encode("utf-16-be")
            tasks.append(asyncio.ensure_future(self._say(sender, data, 0x40 if head else 0)))
        self._saying.update(tasks)
        if not only:
            await asyncio.gather(*tasks)
            self._saying.difference_update(tasks)

    async def _say(self, sender: str, data: bytes, esm_class: int) -> int:
        status = -1
        while status != 0:
            with suppress(smpp34.SmppError):
                status = await self._centre.say(sender, data, esm_class=esm_class)
        return status

    def unconfirmed(self) -> bool:
        """See the protocol."""
        return bool(self._saying) and any(not one.done() for one in self._saying)

    async def report(self, failed: bool = False) -> None:
        """See the protocol."""
        for name in self._centre.ids[self._told :]:
            assert await self._centre.report(FIRM, name, "UNDELIV" if failed else "DELIVRD") == 0
        self._told = len(self._centre.ids)

    def close(self) -> None:
        """Nothing is said any more."""
        for one in self._saying:
            one.cancel()


class ModemEnd:
    """See the protocol."""

    def __init__(self, modem: Modem) -> None:
        self._modem = modem
        self._references = 0
        self._told = modem.reference

    async def taken(self, count: int) -> Sequence[tuple[str, str]]:
        """See the protocol."""
        return await self._modem.wait(count)

    def fail(self, fault: Fault) -> None:
        """See the protocol."""
        lines = {"refused": "+CMS ERROR: 28", "later": "+CMS ERROR: 42", "doubt": ""}
        self._modem.answers.append(lines[fault])

    def make(self) -> HeldLine:
        """See the protocol."""
        return ModemSms(ModemSettings(str(self._modem.path), look_s=0.5, send_s=3.0, answer_s=3.0))

    async def gone(self) -> None:
        """See the protocol."""
        self._modem.unplug()

    async def back(self) -> None:
        """See the protocol."""
        self._modem.plug()

    @property
    def settings(self) -> dict[str, str]:
        """See the protocol."""
        return {"BAREV_SMS_DRIVER": "modem", "BAREV_SMS_URL": f"modem:{self._modem.path}?look_s=1"}

    async def ready(self) -> None:
        """See the protocol."""
        await self._modem.until("ready")

    async def say(self, sender: str, text: str, *, reference: int | None = None, only: Sequence[int] = ()) -> None:
        """See the protocol."""
        self._references += 1
        cut = part(text)
        for number in reversed(only or range(1, len(cut) + 1)):
            joined = Joined(self._references if reference is None else reference, len(cut), number)
            self._modem.put(deliver(sender, cut[number - 1], joined if len(cut) > 1 else None))
        if not only:
            await self._modem.emptied()

    def unconfirmed(self) -> bool:
        """See the protocol."""
        return bool(self._modem.sim)

    async def report(self, failed: bool = False) -> None:
        """See the protocol."""
        while self._told != self._modem.reference:
            self._told = (self._told + 1) % 256
            self._modem.report(FIRM, self._told, 0x46 if failed else 0)

    def close(self) -> None:
        """Nothing is left to end."""


@asynccontextmanager
async def open_end(name: str, folder: Path) -> AsyncIterator[End]:
    """A far end by its driver's name."""
    if name == "http":
        async with sms_gateway() as gateway:
            yield HttpEnd(gateway)
    else:
        async with open_line_end(name, folder) as end:
            yield end


@asynccontextmanager
async def open_line_end(name: str, folder: Path) -> AsyncIterator[LineEnd]:
    """The same, where the driver holds a line."""
    if name == "smpp":
        async with open_centre() as centre:
            end = SmppEnd(centre)
            try:
                yield end
            finally:
                end.close()
    else:
        async with open_modem(folder / "modem") as modem:
            yield ModemEnd(modem)
