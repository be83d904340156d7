"""What every driver of SMS keeps, whatever its wire; and what those keep that hold a line."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

from bot.sms.driver import SmsDriver, SmsLine, SmsOut
from bot.sms.parts import encoding_of
from conversation.errors import ChannelRejected, ChannelUnavailable, ChannelUncertain
from tests.sms_ends import FIRM, End, HeldLine, LineEnd, Sink, open_end, open_line_end

DRIVERS = ("http", "smpp", "modem")
LINES = ("smpp", "modem")
ANI = "+37499111222"
_LONG = "Ձեր այցը նշանակված է վաղը՝ ժամը 15:30-ին։ " * 9 + "👩‍👩‍👧 😀"
_TEXTS = (
    "hello",
    "Բարև Ձեզ",
    "x" * 160,
    "y" * 161,
    "z" * 152 + "€" + "[]{}|~^\\" * 20,
    "б" * 70,
    "ғ" * 71,
    "а" * 66 + "😀" * 70,
    _LONG,
    "a\nb {to} %s '\"<&>",
)


@pytest.fixture(params=DRIVERS)
async def end(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[End]:
    """A far end of each driver."""
    async with open_end(request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=LINES)
async def line_end(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LineEnd]:
    """A far end of each driver that holds a line."""
    async with open_line_end(request.param, tmp_path) as found:
        yield found


def _out(text: str, number: int = 1) -> SmsOut:
    return SmsOut(f"m-{number}", FIRM, text, encoding_of(text))


@asynccontextmanager
async def _held(driver: SmsDriver, end: End, sink: Sink | None = None) -> AsyncIterator[None]:
    """While its line is held, where it has one."""
    if not isinstance(driver, SmsLine):
        yield
        return
    listening = asyncio.ensure_future(driver.listen(sink or Sink()))
    try:
        await _ready(cast("LineEnd", end), cast("HeldLine", driver))
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError, ChannelUnavailable):
            await listening


async def _ready(end: LineEnd, driver: HeldLine) -> None:
    await end.ready()
    async with asyncio.timeout(20):
        while not driver.held:  # noqa: ASYNC110  # turns of the loop: a line tells nobody when it is held
            await asyncio.sleep(0)


async def test_texts_arrive_whole_and_in_their_order(end: End) -> None:
    driver = end.make()
    async with _held(driver, end):
        names = [await driver.send(_out(text, number)) for number, text in enumerate(_TEXTS)]
        assert list(await end.taken(len(_TEXTS))) == [(FIRM, text) for text in _TEXTS]
        assert len(set(names)) == len(names)


async def test_what_is_refused_is_given_up_and_the_next_goes(end: End) -> None:
    driver = end.make()
    async with _held(driver, end):
        end.fail("refused")
        with pytest.raises(ChannelRejected) as caught:
            await driver.send(_out("a secret code 4711"))
        assert "4711" not in str(caught.value)
        await driver.send(_out("next"))
        assert list(await end.taken(1)) == [(FIRM, "next")]


async def test_what_is_too_much_is_for_later(end: End) -> None:
    driver = end.make()
    async with _held(driver, end):
        end.fail("later")
        with pytest.raises(ChannelUnavailable) as caught:
            await driver.send(_out(_LONG))
        assert caught.value.retry_after_s > 0
        await driver.send(_out(_LONG))
        assert list(await end.taken(1)) == [(FIRM, _LONG)]


async def test_what_nobody_answered_may_have_arrived(end: End) -> None:
    driver = end.make()
    async with _held(driver, end):
        end.fail("doubt")
        with pytest.raises(ChannelUncertain):
            await driver.send(_out("perhaps"))
        await driver.send(_out("next"))


async def test_where_nobody_is_there_it_waits(end: End) -> None:
    await end.gone()
    driver = end.make()
    with pytest.raises(ChannelUnavailable):
        await driver.send(_out("later"))
    if isinstance(driver, SmsLine):
        with pytest.raises(ChannelUnavailable) as caught:
            await driver.listen(Sink())
        assert caught.value.for_all
    await end.back()
    driver = end.make()
    async with _held(driver, end):
        await driver.send(_out("now"))
        assert list(await end.taken(1)) == [(FIRM, "now")]


async def test_what_customers_say_is_whole_and_in_order(line_end: LineEnd) -> None:
    sink, driver = Sink(), line_end.make()
    async with _held(driver, line_end, sink):
        for text in _TEXTS:
            await line_end.say(ANI, text)
        assert await sink.heard(len(_TEXTS)) == list(_TEXTS)
        assert {one.sender for one in sink.said} == {ANI}
        assert all(one.at.tzinfo is not None for one in sink.said)


@pytest.mark.parametrize("text", ["Բարև", _LONG])
async def test_it_is_confirmed_only_when_it_is_kept(line_end: LineEnd, text: str) -> None:
    sink, driver = Sink(gate=asyncio.Event()), line_end.make()
    assert sink.gate is not None
    async with _held(driver, line_end, sink):
        saying = asyncio.ensure_future(line_end.say(ANI, text))
        async with asyncio.timeout(20):
            await sink.entered.wait()
        assert not saying.done()
        sink.gate.set()
        async with asyncio.timeout(20):
            await saying
        assert await sink.heard(1) == [text]


async def test_what_could_not_be_kept_comes_again(line_end: LineEnd) -> None:
    sink, driver = Sink(refuses=2), line_end.make()
    async with _held(driver, line_end, sink):
        async with asyncio.timeout(20):
            await line_end.say(ANI, _LONG)
        assert await sink.heard(1) == [_LONG]


async def test_parts_outlive_a_restart(line_end: LineEnd) -> None:
    first, sink = line_end.make(), Sink()
    async with _held(first, line_end):
        await line_end.say(ANI, _LONG, reference=77, only=(2,))
    assert line_end.unconfirmed()
    await line_end.gone()
    await line_end.back()
    second = line_end.make()
    async with _held(second, line_end, sink):
        rest = tuple(number for number in range(1, 7) if number != 2)
        await line_end.say(ANI, _LONG, reference=77, only=rest)
        assert await sink.heard(1) == [_LONG]


async def test_texts_of_two_customers_are_not_mixed(line_end: LineEnd) -> None:
    sink, driver = Sink(), line_end.make()
    async with _held(driver, line_end, sink):
        await line_end.say(ANI, _LONG, reference=5, only=(3, 1))
        await line_end.say("+77011112233", _LONG.replace("Ձեր", "Сіз"), reference=5, only=(1, 2))
        await line_end.say(ANI, _LONG, reference=5, only=(2, 4, 5, 6))
        assert await sink.heard(1) == [_LONG]


async def test_a_text_is_reported_once(line_end: LineEnd) -> None:
    sink, driver = Sink(), line_end.make()
    async with _held(driver, line_end, sink):
        name = await driver.send(_out(_LONG))
        await line_end.report()
        second = await driver.send(_out("short"))
        await line_end.report(failed=True)
        told = await sink.reported(2)
        assert [(one.id, one.state) for one in told] == [(name, "delivered"), (second, "failed")]
        assert told[1].why
        assert not told[0].why


async def test_a_report_after_a_restart_is_told(line_end: LineEnd) -> None:
    sink, driver = Sink(), line_end.make()
    async with _held(driver, line_end):
        name = await driver.send(_out("short"))
    await line_end.gone()
    await line_end.back()
    later = line_end.make()
    async with _held(later, line_end, sink):
        await line_end.report()
        await sink.reported(1)
        while name not in {one.id for one in sink.reports}:
            await sink.reported(len(sink.reports) + 1)


async def test_a_line_is_lost_and_held_again(line_end: LineEnd) -> None:
    driver, sink = line_end.make(), Sink()
    listening = asyncio.ensure_future(driver.listen(sink))
    await _ready(line_end, driver)
    line_end.fail("doubt")
    sending = asyncio.ensure_future(driver.send(_out("under way")))
    await line_end.taken(1)
    await line_end.gone()
    with pytest.raises(ChannelUnavailable):
        await asyncio.wait_for(listening, 20)
    with pytest.raises(ChannelUncertain):
        await sending
    with pytest.raises(ChannelUnavailable):
        await driver.send(_out("nobody there"))
    await line_end.back()
    async with _held(driver, line_end, sink):
        await driver.send(_out("here again"))
        assert [text for _, text in await line_end.taken(2)] == ["under way", "here again"]
        await line_end.say(ANI, "hello")
        assert await sink.heard(1) == ["hello"]


async def test_nothing_that_is_said_or_secret_is_logged(line_end: LineEnd, caplog: pytest.LogCaptureFixture) -> None:
    sink, driver = Sink(), line_end.make()
    with caplog.at_level(logging.DEBUG):
        async with _held(driver, line_end, sink):
            await driver.send(_out("the code is 4711"))
            line_end.fail("refused")
            with pytest.raises(ChannelRejected):
                await driver.send(_out("the code is 4711"))
            await line_end.say(ANI, "my code is 4711")
            await sink.heard(1)
    assert "4711" not in caplog.text
    assert "secret" not in caplog.text
    assert "hello" not in repr(driver)
