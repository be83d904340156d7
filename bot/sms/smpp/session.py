"""A bind as a transceiver, as long as it holds: requests and their answers, and what the far side asks."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final, NoReturn

from bot.far_tls import explain, make_context
from bot.sms.smpp import wire
from bot.sms.smpp.settings import CA_SETTING, SmppSettings
from bot.sms.smpp.status import OK, UNKNOWN_COMMAND, refuse_bind
from bot.sms.smpp.wire import Head
from conversation.errors import ChannelUnavailable, ChannelUncertain

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 5.0
_FAREWELL_S: Final = 2.0
_MOST_SEQUENCE: Final = 0x7FFFFFFF
Heard = Callable[[bytes, Callable[[int], None]], None]
"""Takes a deliver_sm, and what answers it by a status; whoever takes it answers it, once."""


class LineLost(Exception):
    """The bind is over."""


class Session:
    """One bind; a next one is another session."""

    def __init__(self, settings: SmppSettings, heard: Heard) -> None:
        self._settings = settings
        self._heard = heard
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter
        self._waiting: dict[int, asyncio.Future[tuple[Head, bytes]]] = {}
        self._sequence = 0
        self._window = asyncio.Semaphore(settings.window)
        self._bound = False
        self._moved = 0.0
        self.proved = float("-inf")
        """What was written before this second of the loop's clock has arrived: something written then was answered."""

    @property
    def bound(self) -> bool:
        """Whether requests can be sent."""
        return self._bound

    async def open(self) -> None:
        """Connects and binds. Raises ChannelUnavailable, and ChannelRejected where the far side does not want us."""
        given = self._settings
        try:
            async with asyncio.timeout(given.timeout_s):
                context = make_context(given.ca_file) if given.tls else None
                self._reader, self._writer = await asyncio.open_connection(given.host, given.port, ssl=context)
        except (OSError, TimeoutError) as error:
            why = explain(error, CA_SETTING)
            raise ChannelUnavailable(f"not reached ({why})", _AGAIN_S, for_all=True) from None
        try:
            async with asyncio.timeout(given.timeout_s):
                self._sequence = 1
                self._write(wire.write_bind(given, 1))
                head, _ = await self._read_unit()
        except (OSError, TimeoutError, EOFError, ValueError) as error:
            await self.close()
            raise ChannelUnavailable(
                f"no answer to the bind ({type(error).__name__})", _AGAIN_S, for_all=True
            ) from None
        except asyncio.CancelledError:
            self._writer.transport.abort()
            raise
        if head.status != OK or head.command != wire.BIND_TRANSCEIVER | wire.ANSWER:
            await self.close()
            refuse_bind(head)
        self._bound = True

    async def run(self) -> NoReturn:
        """Works until it is cancelled. Raises LineLost."""
        reading = asyncio.ensure_future(self._read())
        trying = asyncio.ensure_future(self._try_line())
        try:
            done, _ = await asyncio.wait((reading, trying), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            raise LineLost
        except (OSError, EOFError) as error:
            raise LineLost(type(error).__name__) from None
        except ValueError as error:
            raise LineLost(str(error)) from None
        finally:
            reading.cancel()
            trying.cancel()
            await asyncio.gather(reading, trying, return_exceptions=True)
            self._end()

    async def submit(self, unit: bytes) -> tuple[Head, bytes]:
        """Sends a submit_sm. Returns the header of its answer and what follows. Raises ChannelUnavailable where it
        cannot have left, ChannelUncertain where no answer came."""
        async with self._window:
            if not self._bound:
                raise ChannelUnavailable("the line is down", _AGAIN_S, for_all=True)
            try:
                return await self._ask(unit)
            except TimeoutError:
                raise ChannelUncertain(f"no answer within {self._settings.timeout_s:g} s") from None
            except LineLost:
                raise ChannelUncertain("the line was lost before the answer came") from None

    def _answer(self, sequence: int, status: int) -> None:
        """What can no longer be said is not: the far side comes again with it."""
        if self._bound:
            self._write(wire.write_plain(wire.DELIVER | wire.ANSWER, sequence, status, b"\0"))

    async def close(self) -> None:
        """Says good-bye, and does not wait long for it."""
        if self._bound:
            self._bound = False
            self._sequence = self._sequence % _MOST_SEQUENCE + 1
            self._write(wire.write_plain(wire.UNBIND, self._sequence))
        self._end()
        self._writer.close()
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    def _end(self) -> None:
        self._bound = False
        for one in self._waiting.values():
            if not one.done():
                one.set_exception(LineLost())
        self._waiting.clear()

    async def _ask(self, unit: bytes) -> tuple[Head, bytes]:
        self._sequence = self._sequence % _MOST_SEQUENCE + 1
        sequence = self._sequence
        answer: asyncio.Future[tuple[Head, bytes]] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        try:
            self._write(wire.number(unit, sequence))
            written = asyncio.get_running_loop().time()
            async with asyncio.timeout(self._settings.timeout_s):
                told = await answer
            self.proved = max(self.proved, written)
            return told
        finally:
            self._waiting.pop(sequence, None)

    def _write(self, unit: bytes) -> None:
        """Units are small and the window bounds them: what a far side does not read is soon an answer that is late."""
        self._writer.write(unit)

    async def _read_unit(self) -> tuple[Head, bytes]:
        octets = await self._reader.readexactly(wire.HEADER.size)
        length, head = wire.read_head(octets)
        rest = await self._reader.readexactly(length - wire.HEADER.size)
        self._moved = asyncio.get_running_loop().time()
        return head, octets + rest

    async def _read(self) -> None:
        while True:
            head, unit = await self._read_unit()
            if head.command & wire.ANSWER:
                waiting = self._waiting.pop(head.sequence, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result((head, unit[wire.HEADER.size :]))
            elif head.command == wire.DELIVER:
                self._heard(unit, partial(self._answer, head.sequence))
            elif head.command == wire.ENQUIRE_LINK:
                self._write(wire.write_plain(wire.ENQUIRE_LINK | wire.ANSWER, head.sequence))
            elif head.command == wire.UNBIND:
                self._write(wire.write_plain(wire.UNBIND | wire.ANSWER, head.sequence))
                raise EOFError
            else:
                _log.info("the gateway asks what we do not know (command %#x)", head.command)
                self._write(wire.write_plain(wire.GENERIC_NACK, head.sequence, UNKNOWN_COMMAND))

    async def _try_line(self) -> None:
        """Section 2.7: a line on which nothing moves is tried, and given up where nothing comes back."""
        loop = asyncio.get_running_loop()
        self._moved = loop.time()
        while True:
            quiet = loop.time() - self._moved
            if quiet < self._settings.enquire_s:
                await asyncio.sleep(self._settings.enquire_s - quiet)
                continue
            try:
                await self._ask(wire.write_plain(wire.ENQUIRE_LINK, 0))
            except TimeoutError:
                raise EOFError from None
