"""The driver ``modem``."""

import asyncio
import hashlib
import logging
import os
import random
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, NoReturn

from bot.sms.coding import Body, Joined, decode
from bot.sms.driver import SmsIn, SmsOut, SmsReport, SmsSink
from bot.sms.modem.begin import Begin
from bot.sms.modem.dialects import Dialect, PduDialect, TextDialect
from bot.sms.modem.errors import judge, line_down
from bot.sms.modem.port import AtError, Port, PortLostError, SilenceError
from bot.sms.modem.settings import ModemSettings
from bot.sms.parts import part
from bot.sms.pdu import Deliver, PduError, StatusReport
from bot.sms.wholes import Wholes
from conversation import clock
from conversation.errors import BarevError, ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 5.0
_BUSY_S: Final = 20.0
_DENIED: Final = "this user may not open it (a member of the group dialout may)"
_REMEMBERED: Final = 20_000
_Key = tuple[str, int, int]


class _Part(NamedTuple):
    """``slot``: on the SIM; None: handed over by the modem without being kept there."""

    slot: int | None
    what: Deliver


class ModemSms:
    """Holds the port while it listens. What comes is deleted from the SIM after it is kept; parts stay there until all
    have come, so that they outlive a restart."""

    def __init__(self, settings: ModemSettings) -> None:
        self._settings = settings
        self._dialect: Dialect = PduDialect() if settings.mode == "pdu" else TextDialect()
        self._begin = Begin(settings, self._dialect)
        self._port: Port | None = None
        self._one = asyncio.Lock()
        self._wholes = Wholes()
        self._sent: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._reference = random.randrange(256)  # tells texts apart, nothing secret
        self._news = asyncio.Event()
        self._loose: list[_Part] = []
        self._reports: list[StatusReport] = []
        self._incomplete = False

    @property
    def repeatable(self) -> bool:
        """See the port: a modem sends what it is given, each time."""
        return False

    @property
    def at_once(self) -> int:
        """See the port."""
        return 1

    @property
    def part_s(self) -> float:
        """See the port."""
        return self._settings.send_s

    @property
    def held(self) -> bool:
        """Whether the modem is ready."""
        return self._port is not None

    async def send(self, one: SmsOut) -> str:
        """See the port. One text after another: the parts of one follow each other."""
        cut = part(one.text)
        if not cut:
            raise ChannelRejected("there is nothing in it")
        try:
            async with asyncio.timeout(_BUSY_S):
                await self._one.acquire()
        except TimeoutError:
            raise ChannelUnavailable("the modem is busy with another text", _AGAIN_S) from None
        try:
            self._reference = (self._reference + 1) % 256
            names: list[str] = []
            for number, text in enumerate(cut, 1):
                joined = Joined(self._reference, len(cut), number) if len(cut) > 1 else None
                try:
                    names.append(await self._send_part(one, text, joined))
                except ChannelError as error:
                    if not names:
                        raise
                    raise ChannelUncertain(f"{len(names)} of {len(cut)} parts were taken: {error}") from None
            return self._wholes.add(names)
        finally:
            self._one.release()

    async def look(self) -> tuple[str, str]:
        """See the port."""
        return self._settings.path, await asyncio.to_thread(_look_at, self._settings.path)

    async def listen(self, sink: SmsSink) -> None:
        """See the port."""
        port = Port(self._settings.path, self._settings.speed, self._told)
        try:
            await port.open()
        except PermissionError:
            raise ChannelRejected(f"{self._settings.path}: {_DENIED}") from None
        except OSError as error:
            raise line_down(f"no modem at {self._settings.path} ({error.strerror or type(error).__name__})") from None
        try:
            await self._begin.run(port)
            self._port = port
            await self._work(port, sink)
        except PortLostError:
            raise line_down("the modem went away") from None
        except SilenceError:
            raise line_down("the modem does not answer") from None
        except AtError as error:
            raise line_down(f"the modem says {error}") from None
        finally:
            self._port = None
            await port.close()

    async def _send_part(self, one: SmsOut, text: str, joined: Joined | None) -> str:
        port = self._port
        if port is None:
            raise line_down("the line is down")
        said: list[str] = []
        try:
            for command, body in self._dialect.write(one.to, text, one.encoding, joined):
                said = await port.ask(command, self._settings.send_s if body else self._settings.answer_s, body)
        except AtError as error:
            raise judge(error) from None
        except (SilenceError, PortLostError) as error:
            if error.given:
                raise ChannelUncertain("no answer of the modem") from None
            raise line_down("the modem does not answer") from None
        digits = next((line.partition(":")[2].strip() for line in said if line.startswith("+CMGS:")), "")
        reference = digits.partition(",")[0]
        if not reference.isdecimal():
            return ""
        name = _name(int(reference), clock.now())
        self._sent[_tail(one.to), int(reference)] = name
        while len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)
        return name

    def _told(self, line: str, more: str) -> None:
        """The modem says something by itself."""
        if line.startswith(("+CMT:", "+CDS:")):
            what = self._dialect.read_told(line, more)
            if isinstance(what, Deliver):
                self._loose.append(_Part(None, what))
            elif isinstance(what, StatusReport):
                self._reports.append(what)
            elif what is not None:
                _log.warning("a message of the modem cannot be read: %s", what)
        elif not line.startswith(("+CMTI:", "+CDSI:")):
            return
        self._news.set()

    async def _work(self, port: Port, sink: SmsSink) -> NoReturn:
        lost = asyncio.ensure_future(port.lost.wait())
        try:
            while True:
                self._news.clear()
                try:
                    await self._look(port, sink)
                    await self._tell_reports(sink)
                except BarevError as error:
                    _log.info("what came must be taken again: %s", error)
                    await asyncio.sleep(_AGAIN_S if error.retry_after_s is None else error.retry_after_s)
                    continue
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait((lost, news), timeout=self._settings.look_s, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if lost.done():
                    raise PortLostError
        finally:
            lost.cancel()

    async def _look(self, port: Port, sink: SmsSink) -> None:
        """Takes what is on the SIM, and what the modem handed over beside."""
        full = self._incomplete and await self._is_full(port)
        parts: list[_Part] = list(self._loose)
        for slot, what in self._dialect.read_list(await port.ask(self._dialect.look, self._settings.send_s)):
            if isinstance(what, Deliver):
                parts.append(_Part(slot, what))
            elif isinstance(what, StatusReport):
                await self._tell_report(what, sink)
                await self._delete(port, slot)
            elif isinstance(what, PduError):
                _log.warning("a message on the SIM cannot be read and is deleted: %s", what)
                await self._delete(port, slot)
        texts: dict[_Key | int, list[_Part]] = {}
        for place, one in enumerate(parts):
            joined = one.what.joined
            texts.setdefault((one.what.sender, joined.reference, joined.total) if joined else place, []).append(one)
        ready = [found for found in texts.values() if full or self._is_whole(found)]
        self._incomplete = len(ready) < len(texts)
        for found in ready:
            await self._hand_over(port, found, sink)

    def _is_whole(self, found: Sequence[_Part]) -> bool:
        """Whether all parts are there, or the rest was waited for long enough."""
        joined = found[0].what.joined
        if joined is None or len({one.what.joined.number for one in found if one.what.joined}) == joined.total:
            return True
        last = max((one.what.at for one in found if one.what.at), default=None)
        return last is not None and clock.now() - last > timedelta(hours=self._settings.parts_h)

    async def _hand_over(self, port: Port, found: Sequence[_Part], sink: SmsSink) -> None:
        first = found[0].what
        bodies: list[Body | None] = [first.body]
        if first.joined is not None:
            there = {one.what.joined.number: one.what.body for one in found if one.what.joined}
            bodies = [there.get(number) for number in range(1, first.joined.total + 1)]
        if any(body is None or body.coding != "binary" for body in bodies):
            said = decode(bodies)
            stamp = min(one.what.stamp for one in found)
            name = hashlib.sha256(f"{first.sender} {stamp} {said}".encode()).hexdigest()[:24]
            await sink.incoming(SmsIn(first.sender, said, name, first.at or clock.now()))
        else:
            _log.info("a message without a text was passed over")
        for one in found:
            if one.slot is None:
                self._loose.remove(one)
            else:
                await self._delete(port, one.slot)

    async def _delete(self, port: Port, slot: int) -> None:
        await port.ask(f"AT+CMGD={slot}", self._settings.answer_s)

    async def _is_full(self, port: Port) -> bool:
        """``+CPMS: "SM",used,total,...``: nothing more can come to a full SIM."""
        for line in await port.ask("AT+CPMS?", self._settings.answer_s):
            fields = line.split(",")
            if line.startswith("+CPMS:") and len(fields) > 2 and fields[1].isdecimal() and fields[2].isdecimal():
                return int(fields[1]) >= int(fields[2]) > 0
        return False

    async def _tell_reports(self, sink: SmsSink) -> None:
        while self._reports:
            await self._tell_report(self._reports[0], sink)
            del self._reports[0]

    async def _tell_report(self, told: StatusReport, sink: SmsSink) -> None:
        """By the reference, which comes again after 256 messages: the latest to that number. After a restart it is
        only known in which hour the service centre took it, so that two names are possible: one of them is unknown."""
        sent = self._sent.get((_tail(told.to), told.reference))
        if sent is not None:
            names = [sent]
        else:
            at = told.at or clock.now()
            names = sorted({_name(told.reference, at), _name(told.reference, at - timedelta(hours=1))})
        for name in names:
            judged = self._wholes.judge(SmsReport(name, told.state, told.why, told.to))
            if judged is not None:
                await sink.report(judged)


def _look_at(path: str) -> str:
    if not os.path.exists(path):
        return "there is no such port"
    return "" if os.access(path, os.R_OK | os.W_OK) else _DENIED


def _name(reference: int, at: datetime) -> str:
    return f"{at:%Y%m%d%H}-{reference}"


def _tail(number: str) -> str:
    """What the network leaves of a number, in whatever form it reports it."""
    return number.lstrip("+0")[-8:]
