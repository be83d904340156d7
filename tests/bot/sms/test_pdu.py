"""The PDUs of a modem: vectors that were put together by hand from 3GPP TS 23.038 and 23.040, another reader of the
same specification, and properties."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smspdudecoder.easy import read_outgoing_sms
from smspdudecoder.fields import SMSSubmit

from bot.sms import parts
from bot.sms.coding import (
    Body,
    Joined,
    coding_of,
    decode,
    from_septets,
    pack,
    read_header,
    to_septets,
    unpack,
    write_header,
)
from bot.sms.pdu import Deliver, PduError, StatusReport, count_octets, read, write_submit
from tests.sms_modem import read_submit

_LATIN = st.text("".join(sorted({*parts.BASIC, *parts.EXTENSION} - {"\x1b"})), max_size=400)
_TEXTS = st.one_of(_LATIN, st.text(max_size=200), st.text("Բարևძкқ😀🏳️a", max_size=300))


@given(_LATIN)
def test_septets_come_back(text: str) -> None:
    septets = to_septets(text)
    assert from_septets(septets) == text
    for filled in range(7):
        assert unpack(pack(septets, filled), len(septets), filled) == septets


def test_septets_are_packed_as_the_specification_says() -> None:
    # 23.038, 6.1.2.1.1: seven bits of each character, the second one's lowest bit on top of the first
    assert pack(to_septets("12")) == bytes((0b0_0110001, 0b00_011001))
    assert pack(to_septets("hello")).hex() == "e8329bfd06"
    assert to_septets("€") == b"\x1b\x65"
    assert from_septets(b"\x1b\x1b\x41\x1b") == " A"
    assert from_septets(b"\x1b\x41") == "A"


@given(_TEXTS)
def test_what_is_sent_is_read_by_other_readers(text: str) -> None:
    text = text.encode("utf-16", "replace").decode("utf-16")
    cut = parts.part(text)
    said = []
    for number, one in enumerate(cut, 1):
        joined = Joined(7, len(cut), number) if len(cut) > 1 else None
        pdu = write_submit("+37477123456", one, parts.encoding_of(text), joined)
        assert len(pdu) // 2 - 1 == count_octets(pdu) <= 14 + 140
        to, header, part = read_submit(pdu)
        assert (to, header) == ("+37477123456", b"" if joined is None else write_header(joined))
        said.append(part)
        if not parts.EXTENSION.keys() & set(one):  # it counts characters, not septets
            assert read_outgoing_sms(pdu) == {"recipient": to, "content": part}
    assert "".join(said) == text


def test_a_submit_says_what_it_must() -> None:
    # 31: submit, relative validity, report; 00: the modem's reference; 0B 91: eleven digits, international; 00: short
    # message; 00: default alphabet; A9: three days; 02: two septets
    assert write_submit("+37477123456", "12", "gsm7", None) == "0031000B917374173254F60000A9023119"
    assert write_submit("1004", "Բ", "ucs2", None) == "003100048101400008A9020532"
    from io import StringIO

    seen = SMSSubmit.decode(StringIO(write_submit("+37477123456", "x" * 153, "gsm7", Joined(300, 2, 1))))
    assert seen["user_data"]["header"]["elements"][0]["data"] == {"reference": 44, "parts_count": 2, "part_number": 1}
    assert seen["header"]["srr"]


def test_what_comes_is_read() -> None:
    # service centre +37477000000; 04: deliver, nothing more to come; +37499123456; 2026-03-01 10:20:30 +4 h
    head, stamp = "0791737407000000", "62301001020361"
    told = read(head + "040B917394193254F60000" + stamp + "05E8329BFD06")
    at = datetime(2026, 3, 1, 6, 20, 30, tzinfo=UTC)
    assert told == Deliver("+37499123456", Body("gsm7", to_septets("hello")), at, stamp, None)
    # a name of six letters (eleven digits of four bits), UCS-2, the second of two parts by a wide reference
    told = read(head + "440BD0CDE6DB5DCE030008" + stamp + "09060804010202020532")
    assert told == Deliver("MMoney", Body("ucs2", "Բ".encode("utf-16-be")), at, stamp, Joined(0x102, 2, 2))
    # the first of two in septets: six octets of header and one bit to the seventh septet
    data = write_header(Joined(9, 2, 1)) + pack(to_septets("hello"), 1)
    told = read(head + "400B917394193254F60000" + stamp + f"{7 + 5:02X}" + data.hex())
    assert isinstance(told, Deliver)
    assert (told.body.data, told.joined) == (to_septets("hello"), Joined(9, 2, 1))
    # a zone west of Greenwich: the sign is bit 3; and a moment that is none
    west = read(head + "040481214300006230100102038A00")
    assert isinstance(west, Deliver)
    assert (west.sender, west.at) == ("1234", datetime(2026, 3, 1, 17, 20, 30, tzinfo=UTC))
    none = read(head + "04048121430000FFFFFFFFFFFFFF00")
    assert isinstance(none, Deliver)
    assert none.at is None


@pytest.mark.parametrize(
    ("status", "state"), [(0, "delivered"), (2, "delivered"), (0x30, "sent"), (0x46, "failed"), (0x62, "failed")]
)
def test_reports_are_read(status: int, state: str) -> None:
    stamp = "62301001020361"
    told = read("00062A0B917394193254F6" + stamp + stamp + f"{status:02X}")
    assert isinstance(told, StatusReport)
    assert (told.reference, told.to, told.state) == (42, "+37499123456", state)
    assert bool(told.why) == (state == "failed")


def test_what_was_sent_is_passed_over() -> None:
    assert read(write_submit("+37477123456", "x", "gsm7", None)) is None


@given(st.binary(max_size=180))
def test_no_octets_break_the_reader(octets: bytes) -> None:
    for digits in (octets.hex(), "00" + octets.hex(), "0004" + octets.hex(), octets.hex()[:-1]):
        try:
            told = read(digits)
        except PduError:
            continue
        if isinstance(told, Deliver):
            decode([told.body])


def test_characters_that_were_cut_in_two_are_whole_again() -> None:
    whole = "a😀".encode("utf-16-be")
    assert decode([Body("ucs2", whole[:4]), Body("ucs2", whole[4:])]) == "a😀"
    assert decode([Body("gsm7", b"\x41\x1b"), Body("gsm7", b"\x65")]) == "A€"
    assert decode([Body("gsm7", b"\x41"), None, Body("ucs2", "Բ".encode("utf-16-be"))]) == "A…Բ"


def test_headers_and_schemes() -> None:
    assert read_header(bytes((3, 4, 1, 9))) == (None, 4)
    assert read_header(bytes((8, 4, 1, 9, 0, 3, 5, 2, 1))) == (Joined(5, 2, 1), 9)
    assert read_header(bytes((5, 0, 3, 5, 1, 1))) == (None, 6)
    assert read_header(b"") == (None, 0)
    assert [coding_of(one) for one in (0, 4, 8, 0x10, 0x20, 0xE0, 0xF0, 0xF4)] == [
        "gsm7", "binary", "ucs2", "gsm7", "binary", "ucs2", "gsm7", "binary"
    ]  # fmt: skip
