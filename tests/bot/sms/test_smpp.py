"""What is SMPP's own: addresses, codings, receipts, statuses, and far sides that misbehave."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.driver import SmsOut, SmsReport
from bot.sms.parts import encoding_of
from bot.sms.smpp import settings as smpp_settings
from bot.sms.smpp import wire
from bot.sms.smpp.driver import SmppSms
from bot.sms.smpp.settings import SmppSettings, check, read_url
from bot.sms.smpp.status import judge
from bot.sms.smpp.wire import Incoming
from conversation.errors import ChannelRejected, ChannelUnavailable, ChannelUncertain
from tests.sms_centre import SmsCentre, open_centre
from tests.sms_ends import FIRM, Sink

_GIVEN = SmppSettings("127.0.0.1", 2775, "firm", "secret", timeout_s=2.0)
_ANI = "+37499111222"


def _out(text: str) -> SmsOut:
    return SmsOut("m-1", FIRM, text, encoding_of(text))


@asynccontextmanager
async def _bound(centre: SmsCentre, sink: Sink | None = None) -> AsyncIterator[SmppSms]:
    driver = SmppSms(centre.settings)
    listening = asyncio.ensure_future(driver.listen(sink or Sink()))
    try:
        await centre.bound()
        async with asyncio.timeout(20):
            while not driver.held:  # noqa: ASYNC110  # turns of the loop: a line tells nobody when it is held
                await asyncio.sleep(0)
        yield driver
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


def test_an_address_is_read() -> None:
    told = read_url(
        "smpps://us%40r:p%3Aw@smsc.example.am?source=Firm&system_type=VMA&alphabet=latin1&long=payload&window=5"
        "&enquire_s=15&source_ton=1&source_npi=8&address_range=1000",
        7.0,
    )
    assert told == SmppSettings(
        "smsc.example.am", 3550, "us@r", "p:w", True, "VMA", "Firm", 1, 8, "1000", "latin1", "payload", 5, 15.0, 7.0
    )
    assert read_url("smpp://u@127.0.0.1").port == 2775
    assert "p:w" not in repr(told)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "smpp://USER"),
        ("http://u:hush@h", "smpp://USER"),
        ("smpp://u:hush@h:99999", "no address"),
        ("smpp://u:hush@", "smpp://USER"),
        ("smpp://u:hush@h/path", "smpp://USER"),
        ("smpp://:hush@h", "user"),
        ("smpp://u:հուշ@h", "password"),
        ("smpp://u:hush@h?x=1", "there may be"),
        ("smpp://u:hush@h?x", "no address"),
        ("smpp://u:hush@h?window=0", "window"),
        ("smpp://u:hush@h?window=²", "window"),
        ("smpp://u:hush@h?alphabet=utf8", "alphabet"),
        ("smpp://u:hush@h?source=ABCDEFGHIJKL", "source"),
        ("smpp://u:hush@h?system_type=ABCDEFGHIJKLM", "system_type"),
        ("smpp://" + "u" * 65 + ":hush@h", "64"),
    ],
)
def test_a_wrong_address_is_told_in_one_line(url: str, word: str) -> None:
    wrong = check(url)
    assert wrong is not None
    assert word in wrong
    assert "hush" not in wrong
    assert "\n" not in wrong


def test_a_package_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp_settings, "find_spec", lambda _: None)
    assert "barev[smpp]" in (check("smpp://u:p@h") or "")


@pytest.mark.parametrize(
    ("source", "kind"),
    [("", (0, 0)), ("Firm", (5, 0)), ("+37410000000", (1, 1)), ("37410000000", (1, 1)), ("1000", (3, 0))],
)
def test_a_source_says_what_it_is(source: str, kind: tuple[int, int]) -> None:
    given = SmppSettings("h", 1, "u", "p", source=source)
    told = smpp34.decode(wire.write_submits(given, FIRM, "hi", 1)[0])
    assert isinstance(told, smpp34.SubmitSm)
    assert (told.source_addr_ton, told.source_addr_npi, told.source_addr) == (*kind, source.removeprefix("+"))
    assert (told.dest_addr_ton, told.dest_addr_npi, told.destination_addr) == (1, 1, FIRM[1:])
    assert told.registered_delivery == 1


@pytest.mark.parametrize(
    ("text", "scheme", "octets"),
    [("é", 3, b"\xe9"), ("€", 8, b"\x20\xac"), ("Բ", 8, b"\x05\x32"), ("[", 3, b"[")],
)
def test_latin_1_where_the_gateway_wants_it(text: str, scheme: int, octets: bytes) -> None:
    given = SmppSettings("h", 1, "u", "p", alphabet="latin1")
    told = smpp34.decode(wire.write_submits(given, FIRM, text, 1)[0])
    assert isinstance(told, smpp34.SubmitSm)
    assert (told.data_coding, told.short_message) == (scheme, octets)


async def test_long_texts_in_one_payload() -> None:
    text = "Բարև " * 60
    async with open_centre("?long=payload") as centre, _bound(centre) as driver:
        await driver.send(_out(text))
        assert await centre.wait(1) == [(FIRM, text)]
        assert len(centre.events) == 1


def _deliver(
    data: bytes = b"", *, esm_class: int = 0, data_coding: int = 0, tlvs: list[smpp34.Tlv] | None = None
) -> bytes:
    return smpp34.DeliverSm(
        "37499111222", "1000", data, source_addr_ton=1, esm_class=esm_class, data_coding=data_coding, tlvs=tlvs or []
    ).encode()


@pytest.mark.parametrize(
    ("scheme", "octets", "text"),
    [
        (0, b"\x00\x1b\x65", "@€"),
        (1, b"hi", "hi"),
        (3, b"\xe9", "é"),
        (6, b"\xbf\xe0\xd8", "При"),
        (8, "Բարև 😀".encode("utf-16-be"), "Բարև 😀"),
        (0xF1, b"\x41", "A"),
        (0xE0, b"\x05\x32", "Բ"),
    ],
)
def test_codings_that_come(scheme: int, octets: bytes, text: str) -> None:
    from bot.sms.coding import decode

    told = wire.read_deliver(_deliver(octets, data_coding=scheme), _GIVEN)
    assert isinstance(told, Incoming)
    assert (told.sender, decode([told.body]), told.joined) == (_ANI, text, None)


def test_where_a_text_may_stand() -> None:
    payload = smpp34.Tlv(0x0424, b"long")
    told = wire.read_deliver(_deliver(tlvs=[payload]), _GIVEN)
    assert isinstance(told, Incoming)
    assert told.body.data == b"long"
    sar = [smpp34.Tlv(0x020C, b"\x01\x02"), smpp34.Tlv(0x020E, b"\x03"), smpp34.Tlv(0x020F, b"\x02")]
    told = wire.read_deliver(_deliver(b"x", tlvs=sar), _GIVEN)
    assert isinstance(told, Incoming)
    assert told.joined == (0x102, 3, 2)
    vendor = wire.read_deliver(_deliver(b"x", tlvs=[smpp34.Tlv(0x1500, b"?")]), _GIVEN)
    assert isinstance(vendor, Incoming)


@pytest.mark.parametrize(
    ("data", "tlvs", "told"),
    [
        (b"id:7f stat:DELIVRD err:000", [], SmsReport("7f", "delivered", "", "37499111222")),
        (
            b"ID:7f STAT:UNDELIV ERR:0b1 Text:id:9",
            [],
            SmsReport("7f", "failed", "undeliverable (error b1)", "37499111222"),
        ),
        (b"id:7f stat:ACCEPTD", [], SmsReport("7f", "sent", "", "37499111222")),
        (
            b"",
            [smpp34.Tlv(0x1E, b"7f\0"), smpp34.Tlv(0x427, b"\x03")],
            SmsReport("7f", "failed", "expired", "37499111222"),
        ),
        (b"nothing", [], None),
        (b"id:7f stat:ODD", [], None),
    ],
)
def test_receipts(data: bytes, tlvs: list[smpp34.Tlv], told: SmsReport | None) -> None:
    assert wire.read_deliver(_deliver(data, esm_class=4, tlvs=tlvs), _GIVEN) == told


async def test_a_receipt_in_other_digits_is_known() -> None:
    sink = Sink()
    async with open_centre() as centre, _bound(centre, sink) as driver:
        name = await driver.send(_out("hi"))
        assert await centre.report(FIRM, str(int(name, 16)), "DELIVRD") == 0
        assert [(one.id, one.state) for one in await sink.reported(1)] == [(name, "delivered")]


async def test_a_text_goes_on_where_it_was_throttled() -> None:
    text = "Բարև " * 60
    async with open_centre() as centre, _bound(centre) as driver:
        centre.answers += [0, 0x58, 0x14, 0]
        await driver.send(_out(text))
        assert await centre.wait(1) == [(FIRM, text)]


async def test_a_text_that_broke_off_may_have_arrived_in_part() -> None:
    async with open_centre() as centre, _bound(centre) as driver:
        centre.answers += [0, 0x0B]
        with pytest.raises(ChannelUncertain, match="1 of 5 parts"):
            await driver.send(_out("Բարև " * 60))


@pytest.mark.parametrize(
    ("status", "kind", "for_all"),
    [
        (0x08, ChannelUnavailable, True),
        (0x64, ChannelUnavailable, False),
        (0x33, ChannelRejected, None),
    ],
)
async def test_what_statuses_mean(status: int, kind: type[Exception], for_all: bool | None) -> None:
    async with open_centre() as centre, _bound(centre) as driver:
        centre.answers.append(status)
        with pytest.raises(kind) as caught:
            await driver.send(_out("hi"))
        assert getattr(caught.value, "for_all", None) == for_all


def test_what_vendors_say_is_for_good() -> None:
    judge(0)
    with pytest.raises(ChannelRejected, match="0x488"):
        judge(0x488)


async def test_parts_that_come_one_at_a_time_are_joined() -> None:
    """A centre that says the second only after the first is answered, and the first again where it was not taken."""
    sink, text = Sink(), "Բարև " * 20
    async with open_centre() as centre:
        driver = SmppSms(SmppSettings("127.0.0.1", centre.port, "u", "p", timeout_s=2.0, parts_s=0.05))
        listening = asyncio.ensure_future(driver.listen(sink))
        data = text.encode("utf-16-be")
        first = bytes((5, 0, 3, 9, 2, 1)) + data[:101]
        second = bytes((5, 0, 3, 9, 2, 2)) + data[101:]
        assert await centre.say(_ANI, first, esm_class=0x40) == 0x64
        assert await centre.say(_ANI, first, esm_class=0x40) == 0
        assert await centre.say(_ANI, second, esm_class=0x40) == 0
        assert await centre.say(_ANI, second, esm_class=0x40) == 0
        assert await sink.heard(1) == [text]
        assert await centre.say(_ANI, b"\x00a") == 0
        assert await sink.heard(2) == [text, "a"]
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def test_a_part_that_was_confirmed_is_shown_when_the_server_ends() -> None:
    sink = Sink()
    async with open_centre() as centre:
        driver = SmppSms(SmppSettings("127.0.0.1", centre.port, "u", "p", timeout_s=2.0, parts_s=0.05))
        listening = asyncio.ensure_future(driver.listen(sink))
        first = bytes((5, 0, 3, 9, 2, 1)) + "Բարև".encode("utf-16-be")
        assert await centre.say(_ANI, first, esm_class=0x40) == 0x64
        assert await centre.say(_ANI, first, esm_class=0x40) == 0
        unconfirmed = bytes((5, 0, 3, 8, 2, 1)) + b"\x00x"
        assert await centre.say(_ANI, unconfirmed, esm_class=0x40) == 0x64
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        assert [one.text for one in sink.said] == ["Բարև…"]


@given(st.binary(max_size=120), st.sampled_from([0x00, 0x04, 0x40]))
def test_nothing_that_comes_breaks_the_reader(octets: bytes, esm_class: int) -> None:
    """Neither a message of any octets, nor a unit that is cut anywhere or has any tail."""
    unit = _deliver(octets, esm_class=esm_class)
    assert isinstance(wire.read_deliver(unit, _GIVEN), Incoming | SmsReport | None)
    for odd in (unit[:-1], unit + octets, unit[: 16 + len(octets)]):
        framed = struct.pack("!I", len(odd)) + odd[4:]
        with suppress(ValueError):
            wire.read_deliver(framed, _GIVEN)


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _odd(answer: Answer) -> AsyncIterator[SmppSettings]:
    """A far side that does what no library's server would."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await answer(reader, writer)
            await reader.read()
        writer.close()
        over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield SmppSettings("127.0.0.1", port, "firm", "a-password-of-many-letters", timeout_s=1.0, enquire_s=0.2)
        async with asyncio.timeout(20):
            await over.wait()
    finally:
        server.close()
        await server.wait_closed()


async def _read_one(reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
    head = await reader.readexactly(16)
    length, command, _, sequence = struct.unpack("!4I", head)
    return command, sequence, await reader.readexactly(length - 16)


def _bind_answer(status: int) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, sequence, body = await _read_one(reader)
        assert body.startswith(b"firm\0a-password-of-many-letters\0")
        writer.write(struct.pack("!4I", 16, 0x80000009, status, sequence))

    return answer


@pytest.mark.parametrize(
    ("status", "kind"),
    [(0x0E, ChannelRejected), (0x0D, ChannelRejected), (0x05, ChannelUnavailable), (0x499, ChannelUnavailable)],
)
async def test_a_bind_that_is_refused(status: int, kind: type[Exception]) -> None:
    async with _odd(_bind_answer(status)) as given:
        with pytest.raises(kind) as caught:
            await SmppSms(given).listen(Sink())
        assert "many-letters" not in str(caught.value)


async def test_a_line_on_which_nothing_comes_back_is_given_up() -> None:
    async with _odd(_bind_answer(0)) as given:
        with pytest.raises(ChannelUnavailable, match="lost"):
            await SmppSms(given).listen(Sink())


async def test_what_is_no_smpp_is_given_up() -> None:
    async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with _odd(http) as given:
        with pytest.raises(ChannelUnavailable):
            await SmppSms(given).listen(Sink())


async def test_the_far_side_asks_and_leaves() -> None:
    said: list[tuple[int, int]] = []

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _bind_answer(0)(reader, writer)
        for sequence, command in enumerate((0x15, 0x77, 0x6), 100):
            writer.write(struct.pack("!4I", 16, command, 0, sequence))
            while True:
                command, answered, _ = await _read_one(reader)
                if answered == sequence:
                    said.append((command, answered))
                    break

    async with _odd(ask) as given:
        with pytest.raises(ChannelUnavailable):
            await SmppSms(given).listen(Sink())
    assert said == [(0x80000015, 100), (0x80000000, 101), (0x80000006, 102)]
