"""The two ways in which messages are exchanged with a modem: as PDUs, which carry all there is, and as text, for modems
that know nothing else (3GPP TS 27.005 sections 3 and 4)."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple, Protocol

from bot.sms.coding import Body, Joined
from bot.sms.parts import Encoding
from bot.sms.pdu import Deliver, PduError, StatusReport, count_octets, read, read_status, write_submit

Step = tuple[str, str]
"""A command, and the message that follows at the prompt ("" for none)."""


class Kept(NamedTuple):
    """A message on the SIM. ``what`` None: something that was sent."""

    slot: int
    what: Deliver | StatusReport | PduError | None


class Dialect(Protocol):
    """One of the two."""

    @property
    def begin(self) -> Sequence[str]:
        """What the modem is told first."""

    @property
    def look(self) -> str:
        """Asks for all messages on the SIM."""

    def write(self, to: str, text: str, encoding: Encoding, joined: Joined | None) -> list[Step]:
        """What sends a part; the last step's answer names it."""

    def read_list(self, lines: Sequence[str]) -> list[Kept]:
        """The answer to ``look``."""

    def read_told(self, line: str, more: str) -> Deliver | StatusReport | PduError | None:
        """A message or a report that the modem hands over without keeping it."""


class PduDialect:
    """See the protocol."""

    begin: Final = ("AT+CMGF=0",)
    look: Final = "AT+CMGL=4"

    def write(self, to: str, text: str, encoding: Encoding, joined: Joined | None) -> list[Step]:
        """See the protocol."""
        pdu = write_submit(to, text, encoding, joined)
        return [(f"AT+CMGS={count_octets(pdu)}", pdu)]

    def read_list(self, lines: Sequence[str]) -> list[Kept]:
        """See the protocol."""
        return [Kept(index, self.read_told("", "".join(more))) for index, _, more in _entries(lines)]

    def read_told(self, line: str, more: str) -> Deliver | StatusReport | PduError | None:
        """See the protocol."""
        try:
            return read(more)
        except PduError as error:
            return error


class TextDialect:
    """See the protocol. Texts are UCS-2 in hexadecimal digits both ways; a text of several parts leaves as several
    messages, since no header can be written."""

    begin: Final = ("AT+CMGF=1", 'AT+CSCS="UCS2"', "AT+CSDH=0")
    look: Final = 'AT+CMGL="ALL"'

    def write(self, to: str, text: str, encoding: Encoding, joined: Joined | None) -> list[Step]:
        """See the protocol."""
        scheme = 8 if encoding == "ucs2" else 0
        return [(f"AT+CSMP=49,169,0,{scheme}", ""), (f'AT+CMGS="{_to_hex(to)}"', _to_hex(text))]

    def read_list(self, lines: Sequence[str]) -> list[Kept]:
        """See the protocol."""
        found = []
        for index, fields, more in _entries(lines):
            state = fields[1] if len(fields) > 1 else ""
            if not state.startswith("REC"):
                found.append(Kept(index, None))
            elif len(fields) > 3 and fields[2].isdecimal() and not more:
                found.append(Kept(index, _text_report(fields[2:])))
            else:
                found.append(Kept(index, _text_deliver(fields[2:], more)))
        return found

    def read_told(self, line: str, more: str) -> Deliver | StatusReport | PduError | None:
        """See the protocol. A report stands in the line itself."""
        name, _, rest = line.partition(":")
        fields = _fields(rest)
        if name == "+CDS":
            return _text_report(fields)
        return _text_deliver(fields, [more])


def _entries(lines: Sequence[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Index, fields and the lines behind of each ``+CMGL:``."""
    index, fields, more = -1, list[str](), list[str]()
    for line in [*lines, "+CMGL: -1"]:
        if not line.startswith("+CMGL:"):
            more.append(line)
            continue
        if index >= 0:
            yield index, fields, more
        fields, more = _fields(line.partition(":")[2]), []
        index = int(fields[0]) if fields[0].isdecimal() else -1


def _fields(line: str) -> list[str]:
    return next(csv.reader([line.strip()], skipinitialspace=True), [""])


def _text_deliver(fields: Sequence[str], more: Iterable[str]) -> Deliver | PduError:
    """``"002B...",,"26/03/01,10:20:30+16"``, and the text in the lines behind."""
    stamp = fields[2] if len(fields) > 2 else ""
    try:
        body = Body("ucs2", bytes.fromhex("".join(more)))
        return Deliver(_from_hex(fields[0]), body, _text_time(stamp), stamp, None)
    except (ValueError, IndexError):
        return PduError("an unreadable message")


def _text_report(fields: Sequence[str]) -> StatusReport | PduError:
    """``fo,mr,[ra],[tora],scts,dt,st``."""
    try:
        to = fields[2] if fields[2].startswith("+") or (fields[2].isdecimal() and len(fields[2]) < 16) else ""
        return read_status(int(fields[1]), to or _from_hex(fields[2]), _text_time(fields[4]), int(fields[6]))
    except (ValueError, IndexError):
        return PduError("an unreadable report")


def _text_time(stamp: str) -> datetime | None:
    """``yy/MM/dd,hh:mm:ss±zz``, zz in quarters of an hour."""
    try:
        zone = timezone(timedelta(minutes=15 * int(stamp[17:])))
        return datetime.strptime(stamp[:17], "%y/%m/%d,%H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def _to_hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _from_hex(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")
