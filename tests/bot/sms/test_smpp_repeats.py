"""What a customer says comes without a name: what comes again is one message, what is said twice is two."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import smpp34

from bot.sms.coding import Body
from bot.sms.driver import SmsOut
from bot.sms.parts import encoding_of
from bot.sms.smpp.driver import SmppSms
from bot.sms.smpp.repeats import Repeats, Said
from tests.sms_centre import SmsCentre, open_centre
from tests.sms_ends import FIRM, Sink

YES = Said(FIRM, Body("gsm7", b"yes"), -1)
NOON = datetime(2026, 3, 1, 12, 0, 59, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 12, 1, tzinfo=UTC)


def test_what_is_said_twice_is_two() -> None:
    """In one breath, before the first is confirmed; and after it."""
    repeats = Repeats()
    first, second = repeats.take(YES, 1, 0.0, NOON), repeats.take(YES, 2, 1.0, NOON)
    first.answered = second.answered = 1.5
    third = repeats.take(YES, 3, 100.0, NOON)
    assert len({first.name, second.name, third.name}) == 3


def test_a_far_side_that_lost_its_patience() -> None:
    """The same number of the same line, or the same after an answer that was long in coming."""
    repeats = Repeats()
    first = repeats.take(YES, 1, 0.0, NOON)
    assert repeats.take(YES, 1, 1.0, LATER).name == first.name
    assert repeats.take(YES, 2, 20.0, LATER).name == first.name
    late = repeats.take(Said(FIRM, Body("gsm7", b"no"), -1), 3, 30.0, LATER)
    late.answered = 40.0
    assert repeats.take(Said(FIRM, Body("gsm7", b"no"), -1), 4, 41.0, LATER).name == late.name


def test_each_of_two_comes_again_after_the_line() -> None:
    """One was confirmed for all we know, one was not; what has proved to be confirmed is said anew."""
    repeats = Repeats()
    old = repeats.take(YES, 1, 0.0, NOON)
    old.answered = 0.1
    first, second = repeats.take(YES, 2, 100.0, NOON), repeats.take(YES, 3, 100.1, NOON)
    names = {first.name, second.name}
    first.answered = 100.2
    repeats.lose(100.0)
    again = [repeats.take(YES, number, 131.0, LATER) for number in (1, 2)]
    assert {one.name for one in again} == names
    for one in again:
        one.answered = 131.1
    third = repeats.take(YES, 3, 132.0, LATER)
    assert third.name not in {old.name, *names}
    third.answered = 132.1
    repeats.lose(1000.0)
    assert repeats.take(YES, 1, 1001.0, LATER).name not in {old.name, third.name, *names}


def test_after_a_restart_the_minute_tells() -> None:
    """Whoever kept it is gone, and so is what he knew; the sender's own number tells more, where it is told."""
    first = Repeats().take(YES, 7, 0.0, NOON).name
    assert Repeats().take(YES, 1, 500.0, NOON).name == first
    assert Repeats().take(YES, 1, 500.0, LATER).name != first
    assert Repeats().take(YES._replace(reference=5), 1, 500.0, NOON).name != first


async def _line(centre: SmsCentre, driver: SmppSms, sink: Sink) -> asyncio.Task[None]:
    listening = asyncio.ensure_future(driver.listen(sink))
    await centre.bound()
    return listening


async def _over(listening: asyncio.Task[None]) -> None:
    listening.cancel()
    with suppress(Exception, asyncio.CancelledError):
        await listening


async def test_what_the_centre_went_on_after_is_confirmed() -> None:
    """It answered what was written after our answer, so that it has read that too: the same by the next line is new."""
    sink = Sink()
    async with open_centre() as centre:
        driver = SmppSms(centre.settings)
        listening = await _line(centre, driver, sink)
        assert await centre.say(FIRM, b"yes", data_coding=0) == 0
        await driver.send(SmsOut("m-1", FIRM, "Booked", encoding_of("Booked")))
        await centre.close()
        await _over(listening)
        await centre.open()
        listening = await _line(centre, driver, sink)
        assert await centre.say(FIRM, b"yes", data_coding=0) == 0
        assert len({one.id for one in sink.said}) == 2
        await _over(listening)


@pytest.mark.parametrize("kept", [True, False], ids=["kept, but not told", "not yet kept"])
async def test_the_line_is_lost_before_the_answer(kept: bool) -> None:
    """The centre says it again by another line, and it is the same message; then it is said once more."""
    sink = Sink(gate=None if kept else asyncio.Event())
    async with open_centre() as centre:
        driver = SmppSms(centre.settings)
        listening = await _line(centre, driver, sink)
        saying = asyncio.ensure_future(centre.say(FIRM, b"yes", data_coding=0))
        await sink.entered.wait()
        if kept:
            assert await saying == 0
        await centre.close()
        with suppress(smpp34.SmppError):
            await saying
        await _over(listening)
        sink.gate = None
        await centre.open()
        listening = await _line(centre, driver, sink)
        assert await centre.say(FIRM, b"yes", data_coding=0) == 0
        assert len({one.id for one in sink.said}) == 1
        assert await centre.say(FIRM, b"yes", data_coding=0) == 0
        assert len({one.id for one in sink.said}) == 2
        await _over(listening)
