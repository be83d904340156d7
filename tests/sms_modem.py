"""A GSM modem in tests, at one end of a pseudo terminal: the commands of 3GPP TS 27.005 and 27.007 that are used, with
a SIM, a PIN, errors, silence, and a plug that can be pulled."""

import asyncio
import os
import re
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sms.coding import Joined, from_septets, pack, to_septets, write_header
from bot.sms.parts import encoding_of

WAIT_S = 60.0


@dataclass
class Modem:
    """The modem. ``taken``: texts that are whole, with their recipient; ``sim``: PDUs by their place; ``answers``: what
    the next messages are answered with instead of being taken: an error's line, "" for silence, "OK" to take it all the
    same; ``asked``: commands; ``text``: it speaks text mode, and ``sim`` holds its lines."""

    path: Path
    pin: str = ""
    pin_left: int = 3
    room: int = 10
    registered: bool = True
    text: bool = False
    taken: list[tuple[str, str]] = field(default_factory=list)
    sim: dict[int, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    reference: int = 200
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    ready: bool = False
    _parts: dict[tuple[str, int], dict[int, str]] = field(default_factory=dict)
    _master: int = -1
    _slave: int = -1
    _buffer: bytes = b""
    _waiting: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def plug(self) -> None:
        """It is there."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._slave))
        self._buffer, self._waiting, self.ready = b"", "", False
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def unplug(self) -> None:
        """It is gone."""
        if self._master < 0:
            return
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1
        self.path.unlink(missing_ok=True)
        self.ready = False

    async def until(self, what: str) -> None:
        """``what``: "ready", or a command that is asked for."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: self.ready if what == "ready" else what in self.asked)

    async def wait(self, count: int) -> list[tuple[str, str]]:
        """The whole texts, as soon as there are so many."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: len(self.taken) >= count)
        return self.taken

    async def emptied(self, left: int = 0) -> None:
        """No more than so much is left on the SIM."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: len(self.sim) <= left)

    def put(self, pdu: str) -> int:
        """A message comes from the network, and is kept and told of."""
        place = next(number for number in range(1, 1000) if number not in self.sim)
        self.sim[place] = pdu
        self._say(f'\r\n+CMTI: "SM",{place}\r\n')
        return place

    def hand_over(self, pdu: str) -> None:
        """A message comes, and is handed over without being kept."""
        self._say(f"\r\n+CMT: ,{len(pdu) // 2 - 1}\r\n{pdu}\r\n")

    def report(self, to: str, reference: int, status: int, at: datetime | None = None) -> None:
        """What became of a message."""
        stamp = _stamp(at or datetime.now(UTC))
        pdu = f"0006{reference:02X}{_number(to)}{stamp}{stamp}{status:02X}"
        self._say(f"\r\n+CDS: {len(pdu) // 2 - 1}\r\n{pdu}\r\n")

    def _say(self, words: str) -> None:
        if self._master >= 0:
            os.write(self._master, words.encode())

    def _read(self) -> None:
        with suppress(BlockingIOError, OSError):
            self._buffer += os.read(self._master, 4096)
        while True:
            end = b"\x1a" if self._waiting else b"\r"
            line, found, rest = self._buffer.partition(end)
            if not found:
                break
            self._buffer = rest
            words = line.decode().replace("\x1b", "").strip()
            if self._waiting:
                asked, self._waiting = self._waiting, ""
                self._submit(asked, words)
            elif words:
                self._command(words)
        task = asyncio.ensure_future(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self.moved:
            self.moved.notify_all()

    def _command(self, command: str) -> None:
        self.asked.append(command)
        if any(command.startswith(one) for one in self.refuses):
            self._say("\r\nERROR\r\n")
        elif command == "AT+CPIN?":
            self._say(f"\r\n+CPIN: {'SIM PIN' if self.pin else 'READY'}\r\n\r\nOK\r\n")
        elif command.startswith("AT+CPINR"):
            self._say(f"\r\n+CPINR: SIM PIN,{self.pin_left},3\r\n\r\nOK\r\n")
        elif match := re.fullmatch(r'AT\+CPIN="(\d+)"', command):
            right = match[1] == self.pin
            self.pin, self.pin_left = ("", 3) if right else (self.pin, self.pin_left - 1)
            self._say("\r\nOK\r\n" if right else "\r\n+CME ERROR: 16\r\n")
        elif command == "AT+CREG?":
            self._say(f"\r\n+CREG: 0,{1 if self.registered else 2}\r\n\r\nOK\r\n")
        elif command.startswith("AT+CMGS="):
            self._waiting = command
            self._say("\r\n> ")
        elif command == 'AT+CMGL="ALL"' and self.text:
            self.ready = True
            lines = "".join(f'+CMGL: {place},"REC UNREAD",{kept}\r\n' for place, kept in self.sim.items())
            self._say(f"\r\n{lines}\r\nOK\r\n")
        elif command == "AT+CMGL=4":
            self.ready = True
            lines = "".join(f"+CMGL: {place},1,,{len(pdu) // 2 - 1}\r\n{pdu}\r\n" for place, pdu in self.sim.items())
            self._say(f"\r\n{lines}\r\nOK\r\n")
        elif command.startswith("AT+CMGD="):
            self.sim.pop(int(command.partition("=")[2]), None)
            self._say("\r\nOK\r\n")
        elif command == "AT+CPMS?":
            self._say(f'\r\n+CPMS: "SM",{len(self.sim)},{self.room},"SM",1,9,"SM",1,9\r\n\r\nOK\r\n')
        elif command == "AT+CGMM":
            self._say("\r\nSTAND-IN\r\n\r\nOK\r\n")
        else:
            self._say("\r\nOK\r\n")

    def _submit(self, asked: str, pdu: str) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer == "OK":
            answer = None
        if answer:
            self._say(f"\r\n{answer}\r\n")
            return
        if self.text:
            digits = asked.split('"')[1]
            to, said = (bytes.fromhex(one).decode("utf-16-be") for one in (digits, pdu))
            header = b""
        else:
            to, header, said = read_submit(pdu)
        if not header:
            self.taken.append((to, said))
        else:
            parts = self._parts.setdefault((to, header[3]), {})
            parts[header[5]] = said
            if len(parts) == header[4]:
                self.taken.append((to, "".join(parts[number] for number in sorted(parts))))
        if answer is None:
            self.reference = (self.reference + 1) % 256
            self._say(f"\r\n+CMGS: {self.reference}\r\n\r\nOK\r\n")


def read_submit(pdu: str) -> tuple[str, bytes, str]:
    """Recipient, user data header and text of an SMS-SUBMIT, digit by digit (3GPP TS 23.040 section 9.2.2.2)."""
    octets = bytes.fromhex(pdu)
    assert octets[0] == 0
    assert octets[1] & 3 == 1
    digits = octets[3]
    end = 5 + (digits + 1) // 2
    number = "".join(f"{one & 15:X}{one >> 4:X}" for one in octets[5:end])[:digits]
    scheme, length, data = octets[end + 1], octets[end + 3], octets[end + 4 :]
    head = data[: data[0] + 1] if octets[1] & 0x40 else b""
    to = ("+" if octets[4] == 0x91 else "") + number
    if scheme == 8:
        assert len(data) == length
        return to, head, data[len(head) :].decode("utf-16-be")
    bits = "".join(f"{one:08b}"[::-1] for one in data)
    septets = [int(bits[7 * place : 7 * place + 7][::-1], 2) for place in range(length)]
    assert len(bits) - 7 * length < 8
    return to, head, from_septets(bytes(septets[-(-8 * len(head) // 7) :]))


def deliver(sender: str, text: str, joined: Joined | None = None, at: datetime | None = None) -> str:
    """The PDU of an SMS that comes."""
    head = b"" if joined is None else write_header(joined)
    if encoding_of(text) == "ucs2":
        data, scheme = head + text.encode("utf-16-be"), 8
        length = len(data)
    else:
        filled = -8 * len(head) % 7
        data, scheme = head + pack(to_septets(text), filled), 0
        length = (8 * len(head) + filled) // 7 + len(to_septets(text))
    first = 0x44 if head else 0x04
    return (
        f"00{first:02X}{_number(sender)}00{scheme:02X}{_stamp(at or datetime.now(UTC))}{length:02X}{data.hex().upper()}"
    )


def _number(number: str) -> str:
    digits = number.removeprefix("+")
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(padded[place + 1] + padded[place] for place in range(0, len(padded), 2))
    return f"{len(digits):02X}{91 if number.startswith('+') else 81}{swapped}"


def _stamp(at: datetime) -> str:
    digits = f"{at + timedelta(hours=4):%y%m%d%H%M%S}16"
    return "".join(digits[place + 1] + digits[place] for place in range(0, len(digits), 2))


@asynccontextmanager
async def open_modem(path: Path) -> AsyncIterator[Modem]:
    """A modem for as long as it is used."""
    modem = Modem(path)
    modem.plug()
    try:
        yield modem
    finally:
        modem.unplug()
