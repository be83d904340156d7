"""The SMS as a modem takes and gives it: SMS-SUBMIT, SMS-DELIVER and SMS-STATUS-REPORT of 3GPP TS 23.040 section 9.2.2,
in hexadecimal digits behind the service centre's address (3GPP TS 27.005 section 3.1)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from bot.sms.coding import Body, Joined, coding_of, from_septets, pack, read_header, to_septets, unpack, write_header
from bot.sms.driver import ReportState
from bot.sms.parts import Encoding

_DIGITS: Final = "0123456789*#abc"
_INTERNATIONAL: Final = 0x91
_UNKNOWN: Final = 0x81
_WORDS: Final = 5
"""The type of a number that is a name, in the default alphabet."""
_THREE_DAYS: Final = 0xA9
_REASONS: Final = {
    0x40: "remote procedure error",
    0x41: "incompatible destination",
    0x42: "connection rejected by the phone",
    0x43: "not obtainable",
    0x44: "quality of service not available",
    0x45: "no interworking available",
    0x46: "validity period expired",
    0x47: "deleted by the sender",
    0x48: "deleted by the service centre",
    0x49: "does not exist",
    0x60: "congestion",
    0x61: "the phone is busy",
    0x62: "no response from the phone",
    0x63: "service rejected",
}


class PduError(ValueError):
    """These digits are no SMS that we read."""


class Deliver(NamedTuple):
    """An SMS that came. ``at``: when the service centre took it, None where it says nothing readable; ``stamp``: the
    same as it stands there; ``joined``: None where it is a whole."""

    sender: str
    body: Body
    at: datetime | None
    stamp: str
    joined: Joined | None


class StatusReport(NamedTuple):
    """What became of an SMS. ``reference``: what the modem called it, 0 to 255; ``to``: its recipient; ``at``: when the
    service centre took it."""

    reference: int
    to: str
    at: datetime | None
    state: ReportState
    why: str


def write_submit(to: str, text: str, encoding: Encoding, joined: Joined | None) -> str:
    """An SMS to be sent, a report asked for, by the service centre that the SIM names: hexadecimal digits. What
    ``parts.part`` cut fits."""
    head = b"" if joined is None else write_header(joined)
    if encoding == "ucs2":
        data = head + text.encode("utf-16-be")
        length, scheme = len(data), 8
    else:
        septets, filled = to_septets(text), -8 * len(head) % 7
        data = head + pack(septets, filled)
        length, scheme = (8 * len(head) + filled) // 7 + len(septets), 0
    first = 0x31 | (0x40 if head else 0)  # submit, relative validity, report asked for
    kind, digits = (_INTERNATIONAL, to[1:]) if to.startswith("+") else (_UNKNOWN, to)
    number = _swap(digits + "F" * (len(digits) % 2))
    octets = bytes((first, 0, len(digits), kind)) + number + bytes((0, scheme, _THREE_DAYS, length)) + data
    return "00" + octets.hex().upper()


def count_octets(pdu: str) -> int:
    """How long a modem is told that a PDU is: without the service centre's address."""
    return len(pdu) // 2 - 1 - int(pdu[:2], 16)


def read(pdu: str) -> Deliver | StatusReport | None:
    """What came; None: something else (an SMS that was sent). Raises PduError."""
    try:
        octets = bytes.fromhex(pdu)
        wire = _Wire(octets, 1 + octets[0])
        first = wire.one()
        if first & 3 == 0:
            return _read_deliver(wire, first)
        return _read_report(wire) if first & 3 == 2 else None
    except (IndexError, ValueError) as error:
        raise PduError(f"an unreadable PDU of {len(pdu) // 2} octets") from error


def read_status(reference: int, to: str, at: datetime | None, status: int) -> StatusReport:
    """A report by its TP-Status (section 9.2.3.15)."""
    if status < 3:
        return StatusReport(reference, to, at, "delivered", "")
    if 0x20 <= status < 0x40:
        return StatusReport(reference, to, at, "sent", "")
    why = _REASONS.get(status, "not delivered")
    return StatusReport(reference, to, at, "failed", f"{why} (status {status})")


class _Wire:
    """Octets, read one after another. Raises IndexError behind the end."""

    def __init__(self, octets: bytes, place: int) -> None:
        self._octets = octets
        self._place = place

    def one(self) -> int:
        self._place += 1
        return self._octets[self._place - 1]

    def take(self, count: int) -> bytes:
        self._place += count
        if self._place > len(self._octets):
            raise IndexError
        return self._octets[self._place - count : self._place]

    def rest(self) -> bytes:
        return self._octets[self._place :]

    def number(self) -> str:
        digits, kind = self.one(), self.one()
        octets = self.take((digits + 1) // 2)
        if (kind >> 4) & 7 == _WORDS:
            return from_septets(unpack(octets, digits * 4 // 7))
        said = "".join(_DIGITS[nibble] for nibble in _nibbles(octets)[:digits])
        return f"+{said}" if (kind >> 4) & 7 == 1 else said


def _read_deliver(wire: _Wire, first: int) -> Deliver:
    sender = wire.number()
    wire.one()  # the protocol identifier
    coding = coding_of(wire.one())
    stamp = wire.take(7)
    length, data = wire.one(), wire.rest()
    joined, taken = read_header(data) if first & 0x40 else (None, 0)
    if coding == "gsm7":
        filled = -8 * taken % 7
        body = unpack(data[taken:], max(length - (8 * taken + filled) // 7, 0), filled)
    else:
        body = data[taken:length]
    return Deliver(sender, Body(coding, body), _read_time(stamp), stamp.hex(), joined)


def _read_report(wire: _Wire) -> StatusReport:
    reference, to = wire.one(), wire.number()
    taken_at = _read_time(wire.take(7))
    wire.take(7)  # when it was done
    return read_status(reference, to, taken_at, wire.one())


def _read_time(stamp: bytes) -> datetime | None:
    """Section 9.2.3.11: two digits each, the lower half first; the zone in quarters of an hour, its sign in a bit."""
    year, month, day, hour, minute, second = ((one & 0xF) * 10 + (one >> 4) for one in stamp[:6])
    quarters = ((stamp[6] & 7) * 10 + (stamp[6] >> 4)) * (-1 if stamp[6] & 8 else 1)
    try:
        local = timezone(timedelta(minutes=15 * quarters))
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _swap(digits: str) -> bytes:
    return bytes.fromhex("".join(digits[place + 1] + digits[place] for place in range(0, len(digits), 2)))


def _nibbles(octets: bytes) -> list[int]:
    return [half for one in octets for half in (one & 0xF, one >> 4)]
