"""The driver ``smpp``."""

import asyncio
import logging
import random
from contextlib import suppress
from typing import Final, NamedTuple

from bot.far_tls import explain, make_context
from bot.sms.coding import decode
from bot.sms.driver import SmsIn, SmsOut, SmsReport, SmsSink
from bot.sms.smpp import wire
from bot.sms.smpp.joining import Answer, Joining
from bot.sms.smpp.repeats import Repeats, Said
from bot.sms.smpp.session import LineLost, Session
from bot.sms.smpp.settings import CA_SETTING, SmppSettings
from bot.sms.smpp.status import OK, QUEUE_FULL, TRY_AGAIN, judge
from bot.sms.wholes import Wholes
from conversation import clock
from conversation.errors import (
    BarevError,
    ChannelError,
    ChannelRejected,
    ChannelUnavailable,
    ChannelUncertain,
)

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 2.0
_PATIENCE: Final = 20
"""How often the rest of a text is tried whose first parts were taken."""
_LOOK_S: Final = 60.0
_END_S: Final = 2.0
_QUEUED: Final = 500


class _Came(NamedTuple):
    """What the far side said, and ``at`` which second of the loop's clock."""

    unit: bytes
    at: float
    answer: Answer


class SmppSms:
    """Holds a bind while it listens, and sends by it. A text of several parts is sent part by part, so that what is
    refused is refused before anything of it has gone."""

    def __init__(self, settings: SmppSettings) -> None:
        self._settings = settings
        self._session: Session | None = None
        self._wholes = Wholes()
        self._joining = Joining(settings.parts_s)
        self._repeats = Repeats()
        self._reporting: set[asyncio.Task[None]] = set()
        self._reference = random.randrange(256)  # tells texts apart, nothing secret

    @property
    def repeatable(self) -> bool:
        """See the port: SMPP has no such id."""
        return False

    @property
    def at_once(self) -> int:
        """See the port."""
        return self._settings.window

    @property
    def part_s(self) -> float:
        """See the port."""
        return self._settings.timeout_s

    @property
    def held(self) -> bool:
        """Whether it is bound."""
        return self._session is not None

    async def send(self, one: SmsOut) -> str:
        """See the port."""
        self._reference = (self._reference + 1) % 256
        units = wire.write_submits(self._settings, one.to, one.text, self._reference)
        if not units:
            raise ChannelRejected("there is nothing in it")
        names: list[str] = []
        for unit in units:
            try:
                names.append(await self._submit(unit, _PATIENCE if names else 0))
            except ChannelError as error:
                if not names:
                    raise
                raise ChannelUncertain(f"{len(names)} of {len(units)} parts were taken: {error}") from None
        return self._wholes.add(names)

    async def look(self) -> tuple[str, str]:
        """See the port."""
        given = self._settings
        where = f"{given.host}:{given.port}"
        try:
            async with asyncio.timeout(given.timeout_s):
                context = make_context(given.ca_file) if given.tls else None
                _, writer = await asyncio.open_connection(given.host, given.port, ssl=context)
        except (OSError, TimeoutError) as error:
            return where, explain(error, CA_SETTING)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return where, ""

    async def listen(self, sink: SmsSink) -> None:
        """See the port."""
        heard: asyncio.Queue[_Came] = asyncio.Queue(_QUEUED)
        loop = asyncio.get_running_loop()

        def take(unit: bytes, answer: Answer) -> None:
            try:
                heard.put_nowait(_Came(unit, loop.time(), answer))
            except asyncio.QueueFull:
                answer(QUEUE_FULL)

        session = Session(self._settings, take)
        await session.open()
        _log.info("bound at %s:%s", self._settings.host, self._settings.port)
        taking = asyncio.ensure_future(self._take_all(sink, heard))
        self._session = session
        try:
            await session.run()
        except LineLost as error:
            raise ChannelUnavailable(f"the line was lost {error}".rstrip(), _AGAIN_S, for_all=True) from None
        except asyncio.CancelledError:
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await self._joining.give_up(sink, at_once=True)
            raise
        finally:
            self._session = None
            taking.cancel()
            for task in self._reporting:
                task.cancel()
            await asyncio.gather(taking, *self._reporting, return_exceptions=True)
            self._joining.let_go()
            self._repeats.lose(session.proved)
            await session.close()

    async def _submit(self, unit: bytes, patience: int) -> str:
        """The name of what was taken. ``patience``: how often it is tried again where there is too much."""
        while True:
            session = self._session
            if session is None:
                raise ChannelUnavailable("the line is down", _AGAIN_S, for_all=True)
            head, body = await session.submit(unit)
            try:
                judge(head.status)
            except ChannelUnavailable as error:
                if patience == 0 or not error.for_all:
                    raise
                patience -= 1
                await asyncio.sleep(min(error.retry_after_s, 1.0))
                continue
            return wire.read_name(body)

    async def _take_all(self, sink: SmsSink, heard: asyncio.Queue[_Came]) -> None:
        """One after another, so that what a customer says keeps its order."""
        while True:
            await self._joining.give_up(sink)
            try:
                async with asyncio.timeout(_LOOK_S):
                    came = await heard.get()
            except TimeoutError:
                continue
            try:
                await self._take(came, sink)
            except BarevError as error:
                _log.info("a message must come again: %s", error)
                came.answer(TRY_AGAIN)
            except Exception:  # ours: one such message must not come again for ever
                _log.exception("a message of the gateway")
                came.answer(OK)

    async def _take(self, came: _Came, sink: SmsSink) -> None:
        answer = came.answer
        try:
            told = wire.read_deliver(came.unit, self._settings)
        except ValueError as error:
            _log.warning("a message of the gateway cannot be read: %s", error)
            told = None
        if isinstance(
            told, SmsReport
        ):  # beside: the order is of no matter, and some have to wait for what they tell of
            task = asyncio.ensure_future(self._report(told, answer, sink))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
            return
        if told is not None and told.joined is not None:
            await self._joining.add(told.sender, told.joined, told.body, answer, sink)
            return  # a part waits for the others
        if told is not None and told.body.coding == "binary":
            _log.info("a message without a text was passed over")
        elif told is not None:
            await self._hear(told, came, sink)
        answer(OK)

    async def _hear(self, told: wire.Incoming, came: _Came, sink: SmsSink) -> None:
        """A whole message; it is confirmed by who calls."""
        now = clock.now()
        said = Said(told.sender, told.body, told.reference)
        attempt = self._repeats.take(said, wire.read_sequence(came.unit), came.at, now)
        try:
            await sink.incoming(SmsIn(told.sender, decode([told.body]), told.name or attempt.name, now))
        except BarevError:
            attempt.doubtful = True
            raise
        attempt.answered = asyncio.get_running_loop().time()

    async def _report(self, told: SmsReport, answer: Answer, sink: SmsSink) -> None:
        name = next((one for one in _spellings(told.id) if self._wholes.knows(one)), told.id)
        judged = self._wholes.judge(told._replace(id=name))
        try:
            if judged is not None:
                await sink.report(judged)
        except BarevError:
            answer(TRY_AGAIN)
            return
        answer(OK)


def _spellings(name: str) -> list[str]:
    """Gateways are known that answer in hexadecimal digits and report in decimal ones, or the other way round."""
    found = [name]
    with suppress(ValueError):
        found += [f"{int(name):x}", f"{int(name):X}", f"{int(name):08X}", f"{int(name):08x}"]
    with suppress(ValueError):
        found += [str(int(name, 16)), f"{int(name, 16):010d}"]
    return found
