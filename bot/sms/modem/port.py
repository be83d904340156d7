"""A serial port with a modem behind it: commands and their answers, and what it says by itself (ITU-T V.250, 3GPP TS
27.005). The port is read in a thread of its own; everything else is of the event loop."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Final

import serial

_log = logging.getLogger(__name__)
_READ_S: Final = 0.5
_WRITE_S: Final = 10.0
_MOST_OCTETS: Final = 8192
"""Without an end of line: noise, as of another speed."""
_PROMPT: Final = ">"
_TOLD: Final = ("+CMTI:", "+CDSI:", "+CMT:", "+CDS:", "+CBM:", "RING", "+CRING:", "+CLIP:", "^")
_TOLD_WITH_MORE: Final = ("+CMT:", "+CDS:", "+CBM:")
"""Their next line belongs to them; in text mode a report stands in its own."""
_FINAL_ERRORS: Final = ("+CMS ERROR:", "+CME ERROR:")
Told = Callable[[str, str], None]
"""Takes a line that the modem says by itself, and the one that belongs to it ("" for none). Called in the loop."""


class PortLostError(Exception):
    """The modem went away. ``given``: the message was already with it."""

    given = False


class AtError(Exception):
    """The modem refused a command. ``family``: CMS, CME or "" for a bare ERROR; ``code``: -1 where there is none;
    ``given``: the message was already with the modem."""

    given = False

    def __init__(self, family: str, code: int) -> None:
        super().__init__(f"+{family} ERROR {code}" if family else "ERROR")
        self.family = family
        self.code = code


class SilenceError(Exception):
    """No answer in time. ``given``: the message was already with the modem."""

    def __init__(self, given: bool) -> None:
        super().__init__("the modem does not answer")
        self.given = given


class Port:
    """One opening of a port. ``lost``: is set when the modem is gone."""

    def __init__(self, path: str, speed: int, told: Told) -> None:
        self._path = path
        self._speed = speed
        self._told = told
        self._lock = asyncio.Lock()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._waits = False
        self._holds = ""
        self._serial: serial.Serial
        self._reader: threading.Thread
        self._stop = threading.Event()
        self._loop = asyncio.get_running_loop()
        self.lost = asyncio.Event()

    async def open(self) -> None:
        """Raises OSError (PermissionError where we may not)."""
        try:
            self._serial = await asyncio.to_thread(
                serial.Serial, self._path, self._speed, timeout=_READ_S, write_timeout=_WRITE_S, exclusive=True
            )
        except serial.SerialException as error:
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise OSError(error.errno, "the port cannot be opened") from None
        self._reader = threading.Thread(target=self._read, name="modem", daemon=True)
        self._reader.start()

    async def close(self) -> None:
        """The port is free afterwards."""
        self._stop.set()
        self.lost.set()
        await asyncio.to_thread(self._join)

    async def ask(self, command: str, timeout_s: float, body: str = "") -> list[str]:
        """Gives a command, and a message (``body``) at the modem's prompt. Returns what it says before its OK. Goes on
        when it is cancelled, since an answer would be taken for the next one's. Raises AtError, SilenceError and
        PortLostError."""
        return await asyncio.shield(asyncio.ensure_future(self._ask(command, timeout_s, body)))

    async def _ask(self, command: str, timeout_s: float, body: str) -> list[str]:
        async with self._lock:
            while not self._lines.empty():
                self._lines.get_nowait()
            self._waits, given = True, False
            try:
                async with asyncio.timeout(timeout_s):
                    await self._write(f"{command}\r")
                    if body:
                        await self._collect(command, until_prompt=True)
                        given = True
                        await self._write(f"{body}\x1a")
                    return await self._collect(body or command)
            except AtError as error:
                error.given = given
                raise
            except PortLostError as error:
                error.given = given
                raise
            except TimeoutError:
                await self._escape()
                raise SilenceError(given) from None
            finally:
                self._waits = False

    async def _collect(self, echo: str, *, until_prompt: bool = False) -> list[str]:
        said: list[str] = []
        while True:
            line = await self._lines.get()
            if line is None or self.lost.is_set():
                raise PortLostError
            if line == _PROMPT:
                if until_prompt:
                    return said
                continue
            if line == "OK":
                if until_prompt:
                    raise AtError("", -1)
                return said
            if line == "ERROR":
                raise AtError("", -1)
            if line.startswith(_FINAL_ERRORS):
                code = line.partition(":")[2].strip()
                raise AtError(line[1:4], int(code) if code.isdecimal() else -1)
            if line.rstrip("\x1a") != echo:
                said.append(line)

    async def _escape(self) -> None:
        """Out of a prompt at which the modem may still wait."""
        try:
            await self._write("\x1b")
        except PortLostError:
            return

    async def _write(self, text: str) -> None:
        if self.lost.is_set():
            raise PortLostError
        try:
            await asyncio.to_thread(self._serial.write, text.encode("ascii"))
        except OSError:
            self._lose()
            raise PortLostError from None

    def _lose(self) -> None:
        self.lost.set()
        self._lines.put_nowait(None)

    def _take(self, line: str) -> None:
        """In the loop: a line, or the prompt."""
        if self._holds:
            first, self._holds = self._holds, ""
            self._told(first, line)
        elif line.startswith(_TOLD_WITH_MORE) and not (line.startswith("+CDS:") and "," in line):
            self._holds = line
        elif line.startswith(_TOLD):
            self._told(line, "")
        elif self._waits:
            self._lines.put_nowait(line)

    def _read(self) -> None:
        """In the thread, until the port is closed or lost."""
        buffer = b""
        try:
            while not self._stop.is_set():
                buffer += self._serial.read(1)
                if self._serial.in_waiting:
                    buffer += self._serial.read(self._serial.in_waiting)
                *lines, buffer = buffer.split(b"\n")
                if buffer.strip() == _PROMPT.encode() and buffer.endswith(b" "):
                    lines, buffer = [*lines, buffer], b""
                if len(buffer) > _MOST_OCTETS:
                    buffer = b""
                for line in lines:
                    words = line.decode("latin-1").strip(" \r\0")
                    if words:
                        self._loop.call_soon_threadsafe(self._take, words)
        except (OSError, TypeError):  # TypeError: pyserial, of a port that was closed meanwhile
            if not self._stop.is_set():
                self._loop.call_soon_threadsafe(self._lose)
        except RuntimeError:  # the loop is closed
            _log.debug("the loop ended before the port")

    def _join(self) -> None:
        self._serial.cancel_read()
        self._reader.join(_WRITE_S)
        self._serial.close()
