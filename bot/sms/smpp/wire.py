"""The units of SMPP 3.4 that a transceiver needs. ``smpp34`` writes and reads messages; what frames and answers them is
a header of four numbers (section 3.2) and a few strings, so that what a far side adds to them breaks nothing."""

import re
import struct
from typing import Final, NamedTuple

import smpp34

from bot.sms.coding import Body, Coding, Joined, coding_of, read_header, to_septets, write_header
from bot.sms.driver import ReportState, SmsReport
from bot.sms.parts import encoding_of, part
from bot.sms.smpp.settings import SmppSettings

GENERIC_NACK: Final = 0x80000000
SUBMIT: Final = 0x4
DELIVER: Final = 0x5
UNBIND: Final = 0x6
BIND_TRANSCEIVER: Final = 0x9
ENQUIRE_LINK: Final = 0x15
ANSWER: Final = 0x80000000
"""The bit by which the id of an answer differs from its request's."""
HEADER: Final = struct.Struct("!4I")
MOST_OCTETS: Final = 70_000
"""Of one unit: the largest message_payload and more."""
_VERSION: Final = 0x34
_CODINGS: Final[dict[int, Coding]] = {1: "ascii", 2: "binary", 3: "latin1", 4: "binary", 6: "cyrillic", 8: "ucs2"}
_RECEIPTED: Final = 0x001E
_REFERENCE: Final = 0x0204
_SAR_REFERENCE: Final = 0x020C
_SAR_TOTAL: Final = 0x020E
_SAR_NUMBER: Final = 0x020F
_PAYLOAD: Final = 0x0424
_STATE: Final = 0x0427
"""Optional parameters, section 5.3.2."""
_UDHI: Final = 0x40
_KIND: Final = 0x3C
_RECEIPT: Final = 0x04
_NOTIFICATION: Final = 0x20
_STATES: Final[dict[int, ReportState]] = {
    1: "sent", 2: "delivered", 3: "failed", 4: "failed", 5: "failed", 6: "sent", 7: "sent", 8: "failed"
}  # fmt: skip
"""Section 5.2.28."""
_WORDS: Final = {3: "expired", 4: "deleted", 5: "undeliverable", 8: "rejected"}
_STATS: Final = {"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "UNKNOWN": 7,
                 "REJECTD": 8}  # fmt: skip
"""Appendix B."""
_FIELDS: Final = re.compile(r"\b(id|stat|err):(\S*)", re.IGNORECASE)
_TEXT: Final = re.compile(r"\btext:", re.IGNORECASE)
"""What follows is the customer's or ours."""


class Head(NamedTuple):
    """The header of a unit. ``command``: its id; ``status``: 0 or an error; ``sequence``: which request it answers."""

    command: int
    status: int
    sequence: int


class Incoming(NamedTuple):
    """What a customer said, or a part of it. ``name``: the far side's own of it, "" where it gives none;
    ``reference``: its sender's number of it, -1 likewise."""

    sender: str
    body: Body
    joined: Joined | None
    name: str
    reference: int


def write_plain(command: int, sequence: int, status: int = 0, body: bytes = b"") -> bytes:
    """A unit that says nothing more than its header and a few strings."""
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def write_bind(settings: SmppSettings, sequence: int) -> bytes:
    """bind_transceiver, section 4.1.5. The password may be longer than the eight characters of that section: so are
    many that gateways give."""
    words = [settings.user, settings.password, settings.system_type]
    body = b"".join(word.encode("ascii") + b"\0" for word in words)
    return write_plain(
        BIND_TRANSCEIVER,
        sequence,
        body=body + bytes((_VERSION, 0, 0)) + settings.address_range.encode("ascii") + b"\0",
    )


def write_submits(settings: SmppSettings, to: str, text: str, reference: int) -> list[bytes]:
    """submit_sm for each part of a text (none of an empty one), receipts asked for; the sequence is for ``number``."""
    scheme, parts = _encode(settings, text)
    if len(parts) > 1 and settings.long == "payload":
        whole = smpp34.Tlv(_PAYLOAD, b"".join(parts))
        return [_write_submit(settings, to, scheme, b"", 0, [whole])]
    if len(parts) == 1:
        return [_write_submit(settings, to, scheme, parts[0], 0, [])]
    heads = [write_header(Joined(reference, len(parts), number)) for number in range(1, len(parts) + 1)]
    return [
        _write_submit(settings, to, scheme, head + data, _UDHI, []) for head, data in zip(heads, parts, strict=True)
    ]


def number(unit: bytes, sequence: int) -> bytes:
    """The same unit with another sequence."""
    return unit[:12] + sequence.to_bytes(4, "big") + unit[16:]


def read_head(octets: bytes) -> tuple[int, Head]:
    """How long the unit is in all, and its header. Raises ValueError where it is none: the line is of no use then."""
    length, command, status, sequence = HEADER.unpack(octets)
    if not HEADER.size <= length <= MOST_OCTETS:
        raise ValueError("the far side does not speak SMPP")
    return length, Head(command, status, sequence)


def read_sequence(unit: bytes) -> int:
    """Of a whole unit."""
    return read_head(unit[: HEADER.size])[1].sequence


def read_name(body: bytes) -> str:
    """The message_id of an answer; "" where there is none."""
    return body.partition(b"\0")[0].decode("ascii", "replace")


def read_deliver(unit: bytes, settings: SmppSettings) -> Incoming | SmsReport | None:
    """What a deliver_sm says; None: nothing for us. Raises ValueError where it cannot be read."""
    try:
        told = smpp34.decode(unit)
    except smpp34.SmppError as error:
        raise ValueError(str(error)) from error
    if not isinstance(told, smpp34.DeliverSm):
        return None
    extra = {one.tag: one.value for one in told.tlvs}
    data = told.short_message or extra.get(_PAYLOAD, b"")
    kind = told.esm_class & _KIND
    if kind in (_RECEIPT, _NOTIFICATION):
        return _read_receipt(told.source_addr, data, extra)
    if kind:
        return None  # acknowledgements of a phone's user
    joined, taken = read_header(data) if told.esm_class & _UDHI else (_read_sar(extra), 0)
    body = Body(_coding(told.data_coding, settings), data[taken:])
    reference = int.from_bytes(extra[_REFERENCE], "big") if _REFERENCE in extra else -1
    name = read_name(extra.get(_RECEIPTED, b""))
    return Incoming(_address(told.source_addr, told.source_addr_ton), body, joined, name, reference)


def _encode(settings: SmppSettings, text: str) -> tuple[int, list[bytes]]:
    """The data_coding and the parts."""
    if encoding_of(text) == "ucs2":
        return 8, [one.encode("utf-16-be") for one in part(text)]
    if settings.alphabet == "gsm7":
        return 0, [to_septets(one) for one in part(text)]
    try:
        return 3, [one.encode("latin-1") for one in part(text)]
    except UnicodeEncodeError:  # what only the default alphabet has, like the euro
        return 8, [one.encode("utf-16-be") for one in part(text, "ucs2")]


def _write_submit(
    settings: SmppSettings, to: str, scheme: int, data: bytes, esm_class: int, extra: list[smpp34.Tlv]
) -> bytes:
    ton, npi = _kind_of(settings.source)
    return smpp34.SubmitSm(
        settings.source.removeprefix("+"),
        to.removeprefix("+"),
        data,
        source_addr_ton=ton if settings.source_ton is None else settings.source_ton,
        source_addr_npi=npi if settings.source_npi is None else settings.source_npi,
        dest_addr_ton=1 if to.startswith("+") else 0,
        dest_addr_npi=1,
        esm_class=esm_class,
        registered_delivery=1,
        data_coding=scheme,
        tlvs=extra,
    ).encode()


def _kind_of(source: str) -> tuple[int, int]:
    """Type of number and numbering plan, sections 5.2.5 and 5.2.6: a name, a short number of the network, a number."""
    if not source:
        return 0, 0
    if any(one.isalpha() for one in source):
        return 5, 0
    return (1, 1) if source.startswith("+") or len(source) > 6 else (3, 0)


def _address(number: str, ton: int) -> str:
    return f"+{number}" if ton == 1 and not number.startswith("+") else number


def _coding(scheme: int, settings: SmppSettings) -> Coding:
    """Section 5.2.19."""
    if scheme == 0:
        return settings.alphabet
    return _CODINGS.get(scheme, "binary") if scheme < 0x10 else coding_of(scheme)


def _read_sar(extra: dict[int, bytes]) -> Joined | None:
    """Sections 5.3.2.22 to 24."""
    names = (_SAR_REFERENCE, _SAR_TOTAL, _SAR_NUMBER)
    reference, total, place = (int.from_bytes(extra.get(name, b""), "big") for name in names)
    return Joined(reference, total, place) if total > 1 and 1 <= place <= total else None


def _read_receipt(sender: str, data: bytes, extra: dict[int, bytes]) -> SmsReport | None:
    """The parameters where there are some, else the words of appendix B: ``id:... stat:... err:...``."""
    words = data.decode("latin-1")
    said = {key.lower(): value for key, value in _FIELDS.findall(_TEXT.split(words)[0])}
    name = read_name(extra.get(_RECEIPTED, b"")) or said.get("id", "")
    state = int.from_bytes(extra.get(_STATE, b""), "big") or _STATS.get(said.get("stat", "").upper(), 0)
    if not name or state not in _STATES:
        return None
    fault = said.get("err", "").lstrip("0")
    why = _WORDS.get(state, "")
    return SmsReport(name, _STATES[state], f"{why} (error {fault})" if why and fault else why, sender)
