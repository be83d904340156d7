"""What is a modem's own: PIN, network, errors, a full SIM, text mode, and modems that know less."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sms.coding import Joined
from bot.sms.driver import SmsOut
from bot.sms.modem import driver as driver_module
from bot.sms.modem.dialects import Kept, TextDialect
from bot.sms.modem.driver import ModemSms
from bot.sms.modem.errors import judge
from bot.sms.modem.port import AtError
from bot.sms.modem.settings import ModemSettings, check, read_url
from bot.sms.parts import encoding_of
from bot.sms.pdu import Deliver, PduError, StatusReport
from conversation.errors import ChannelRejected, ChannelUnavailable, ChannelUncertain
from tests.sms_ends import FIRM, Sink
from tests.sms_modem import Modem, deliver, open_modem

_ANI = "+37499111222"


@pytest.fixture
async def modem(tmp_path: Path) -> AsyncIterator[Modem]:
    """One that is plugged in."""
    async with open_modem(tmp_path / "modem") as found:
        yield found


def _given(modem: Modem, **other: object) -> ModemSettings:
    quick = ModemSettings(str(modem.path), look_s=0.2, answer_s=3.0, send_s=3.0, network_s=0.0)
    return replace(quick, **other)  # type: ignore[arg-type]  # as the tests name them


def _out(text: str) -> SmsOut:
    return SmsOut("m-1", FIRM, text, encoding_of(text))


@asynccontextmanager
async def _held(driver: ModemSms, modem: Modem, sink: Sink | None = None) -> AsyncIterator[None]:
    listening = asyncio.ensure_future(driver.listen(sink or Sink()))
    try:
        await modem.until("ready")
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError, ChannelUnavailable):
            await listening


def test_an_address_is_read() -> None:
    told = read_url("modem:/dev/ttyUSB0?speed=9600&pin=0000&mode=text&look_s=5")
    assert told == ModemSettings("/dev/ttyUSB0", 9600, "0000", "text", 5.0)
    assert read_url("modem:COM3").path == "COM3"
    assert "0000" not in repr(told)
    assert check("modem:/dev/ttyUSB0") is None


@pytest.mark.parametrize(
    "url",
    ["", "modem:", "/dev/ttyUSB0", "modem://h/dev", "modem:/dev/x?speed=fast", "modem:/dev/x?pin=12",
     "modem:/dev/x?pin=hush", "modem:/dev/x?mode=both", "modem:/dev/x?look_s=0", "modem:/dev/x?y=1", "modem:/dev/x?y"],
)  # fmt: skip
def test_a_wrong_address_is_told_in_one_line(url: str) -> None:
    wrong = check(url)
    assert wrong is not None
    assert wrong.startswith("sms.url: ")
    assert "hush" not in wrong


async def test_a_pin_is_entered(modem: Modem) -> None:
    modem.pin = "4711"
    async with _held(ModemSms(_given(modem, pin="4711")), modem):
        assert modem.pin_left == 3


async def test_a_wrong_pin_is_never_tried_twice(modem: Modem) -> None:
    modem.pin = "4711"
    driver = ModemSms(_given(modem, pin="1111"))
    for _ in range(3):
        with pytest.raises(ChannelRejected, match="wrong") as caught:
            await driver.listen(Sink())
        assert "1111" not in str(caught.value)
    with pytest.raises(ChannelRejected, match="2 attempts"):  # nor by the next process
        await ModemSms(_given(modem, pin="1111")).listen(Sink())
    with pytest.raises(ChannelRejected, match="pin="):
        await ModemSms(_given(modem)).listen(Sink())
    assert modem.pin_left == 2


async def test_what_is_not_ready_waits(modem: Modem) -> None:
    modem.registered = False
    with pytest.raises(ChannelUnavailable, match="network"):
        await ModemSms(_given(modem)).listen(Sink())
    modem.registered = True
    modem.refuses = ("AT+CPIN?",)
    with pytest.raises(ChannelUnavailable, match="SIM"):
        await ModemSms(_given(modem)).listen(Sink())
    modem.refuses = ("AT",)
    with pytest.raises(ChannelUnavailable, match="right port"):
        await ModemSms(_given(modem)).listen(Sink())


async def test_a_modem_that_knows_less(modem: Modem) -> None:
    modem.refuses = ("ATE0", "AT+CMEE", "AT+CPMS=", "AT+CNMI=2,1,0,1,0", "AT+CNMI=1,1", "AT+CNMI=2,1,0,2", "AT+CGMM")
    sink = Sink()
    async with _held(ModemSms(_given(modem)), modem, sink):
        modem.put(deliver(_ANI, "hello"))
        assert await sink.heard(1) == ["hello"]
        await modem.emptied()
    assert "AT+CNMI=2,1,0,0,0" in modem.asked


async def test_a_message_that_is_handed_over_is_heard(modem: Modem) -> None:
    sink = Sink(refuses=1)
    async with _held(ModemSms(_given(modem)), modem, sink):
        modem.hand_over(deliver(_ANI, "Բարև"))
        assert await sink.heard(1) == ["Բարև"]


async def test_a_message_on_the_sim_before_is_heard_and_what_is_none_is_deleted(modem: Modem) -> None:
    sink = Sink()
    modem.put("00zz")
    modem.put(deliver(_ANI, "from yesterday", at=datetime.now(UTC) - timedelta(days=1)))
    async with _held(ModemSms(_given(modem)), modem, sink):
        assert await sink.heard(1) == ["from yesterday"]
        await modem.emptied()


async def test_the_same_message_has_the_same_name_after_a_restart(modem: Modem) -> None:
    """Kept by us, and the plug pulled before it was deleted there."""
    pdu = deliver(_ANI, "hello", at=datetime(2026, 3, 1, tzinfo=UTC))
    names = set()
    for _ in range(2):
        sink = Sink()
        modem.put(pdu)
        async with _held(ModemSms(_given(modem)), modem, sink):
            await sink.heard(1)
            await modem.emptied()
        names.add(sink.said[0].id)
        modem.unplug()
        modem.plug()
    assert len(names) == 1


async def test_a_full_sim_gives_up_waiting_for_parts(modem: Modem) -> None:
    sink = Sink()
    modem.room = 2
    modem.put(deliver(_ANI, "Բա", Joined(3, 3, 1)))
    async with _held(ModemSms(_given(modem)), modem, sink):
        modem.put(deliver(_ANI, "րև", Joined(3, 3, 3)))
        assert await sink.heard(1) == ["Բա…րև"]
        await modem.emptied()


async def test_parts_without_the_rest_are_told_after_a_day(modem: Modem) -> None:
    sink = Sink()
    modem.put(deliver(_ANI, "old", Joined(3, 2, 2), datetime.now(UTC) - timedelta(hours=25)))
    modem.put(deliver(_ANI, "new", Joined(4, 2, 2)))
    async with _held(ModemSms(_given(modem)), modem, sink):
        assert await sink.heard(1) == ["…old"]
        await modem.emptied(left=1)
    assert len(modem.sim) == 1


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("+CMS ERROR: 1", ChannelRejected),
        ("+CMS ERROR: 331", ChannelUnavailable),
        ("+CMS ERROR: 332", ChannelUncertain),
        ("+CMS ERROR: 500", ChannelUncertain),
        ("+CME ERROR: 30", ChannelUnavailable),
        ("ERROR", ChannelUncertain),
        ("", ChannelUncertain),
    ],
)
async def test_what_errors_mean(modem: Modem, line: str, kind: type[Exception]) -> None:
    driver = ModemSms(_given(modem, send_s=0.5))
    async with _held(driver, modem):
        modem.answers.append(line)
        with pytest.raises(kind):
            await driver.send(_out("hi"))
        await driver.send(_out("next"))
        assert (await modem.wait(1))[-1] == (FIRM, "next")


async def test_a_text_does_not_wait_for_ever_behind_another(modem: Modem, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not begun: it is for later, and not in doubt."""
    monkeypatch.setattr(driver_module, "_BUSY_S", 0.05)
    driver = ModemSms(_given(modem, send_s=1.0))
    assert driver.at_once == 1
    async with _held(driver, modem):
        modem.answers.append("")
        first = asyncio.ensure_future(driver.send(_out("slow")))
        await modem.wait(1)
        with pytest.raises(ChannelUnavailable, match="busy"):
            await driver.send(_out("behind"))
        with pytest.raises(ChannelUncertain):
            await first


def test_what_was_refused_before_it_was_handed_over_can_wait() -> None:
    assert isinstance(judge(AtError("", -1)), ChannelUnavailable)


async def test_a_text_that_broke_off_may_have_arrived_in_part(modem: Modem) -> None:
    driver = ModemSms(_given(modem))
    async with _held(driver, modem):
        modem.answers += ["OK", "+CMS ERROR: 28"]
        with pytest.raises(ChannelUncertain, match="1 of 5 parts"):
            await driver.send(_out("Բարև " * 60))
        modem.refuses = ("AT+CMGS=",)
        with pytest.raises(ChannelUnavailable):
            await driver.send(_out("Բարև " * 60))


async def test_a_report_of_another_hour_is_found_after_a_restart(modem: Modem) -> None:
    sink = Sink()
    async with _held(ModemSms(_given(modem)), modem, sink):
        modem.report(FIRM, 7, 0, datetime(2026, 3, 1, 10, 0, 5, tzinfo=UTC))
        assert {one.id for one in await sink.reported(2)} == {"2026030110-7", "2026030109-7"}


async def test_a_port_that_may_not_be_had(tmp_path: Path) -> None:
    driver = ModemSms(ModemSettings(str(tmp_path / "none")))
    assert await driver.look() == (str(tmp_path / "none"), "there is no such port")
    with pytest.raises(ChannelUnavailable, match="no modem at"):
        await driver.listen(Sink())


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def test_text_mode_as_modems_write_it() -> None:
    speech = TextDialect()
    assert speech.write(FIRM, "Բ", "ucs2", None) == [("AT+CSMP=49,169,0,8", ""), (f'AT+CMGS="{_hex(FIRM)}"', "0532")]
    lines = [
        f'+CMGL: 3,"REC UNREAD","{_hex(_ANI)}",,"26/03/01,10:20:30+16"',
        _hex("Բարև"),
        f'+CMGL: 4,"STO SENT","{_hex(FIRM)}",,',
        _hex("x"),
        '+CMGL: 5,"REC READ",6,42,"+37477123456",145,"26/03/01,10:20:30+16","26/03/01,10:20:31+16",0',
        f'+CMGL: 6,"REC READ","{_hex(_ANI)}",,"?"',
        "no digits",
    ]
    at = datetime(2026, 3, 1, 6, 20, 30, tzinfo=UTC)
    found = speech.read_list(lines)
    assert [one.slot for one in found] == [3, 4, 5, 6]
    assert isinstance(found[0].what, Deliver)
    assert (found[0].what.sender, found[0].what.at) == (_ANI, at)
    assert found[1] == Kept(4, None)
    assert found[2].what == StatusReport(42, FIRM, at, "delivered", "")
    assert isinstance(found[3].what, PduError)
    told = speech.read_told('+CDS: 6,42,"+37477123456",145,"26/03/01,10:20:30+16","26/03/01,10:20:31+16",70', "")
    assert isinstance(told, StatusReport)
    assert told.state == "failed"
    heard = speech.read_told(f'+CMT: "{_hex(_ANI)}",,"26/03/01,10:20:30+16"', _hex("hi"))
    assert isinstance(heard, Deliver)
    assert heard.at == at


async def test_text_mode(modem: Modem) -> None:
    sink, driver = Sink(), ModemSms(_given(modem, mode="text"))
    modem.text = True
    async with _held(driver, modem, sink):
        await driver.send(_out("Բարև 😀"))
        assert await modem.wait(1) == [(FIRM, "Բարև 😀")]
        modem.put(f'"{_hex(_ANI)}",,"26/03/01,10:20:30+16"\r\n{_hex("Ողջույն")}')
        assert await sink.heard(1) == ["Ողջույն"]
        await modem.emptied()
