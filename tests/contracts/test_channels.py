"""The one suite that every channel passes, through the real product: what a customer says over there is heard once and
in its order, what is told him arrives once, whole and in its order; and however the far side fails, it is known.

``docs/how-to/add-a-channel.md`` says how a new one joins ``CHANNELS``.
"""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Final

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from conversation.channels import Capabilities, Piece
from conversation.errors import ChannelBlocked, ChannelUncertain
from routing.carrying.pieces import part_text
from tests import warm
from tests.contracts.channels.case import FAULTS, Case, Opens, outcome_of
from tests.contracts.channels.mail import mail
from tests.contracts.channels.relay import relay
from tests.contracts.channels.room import RULES, Room, room
from tests.contracts.channels.sms import sms
from tests.contracts.channels.telegram import telegram
from tests.contracts.channels.viber import viber
from tests.product import Product
from tests.samples import PDF, Bringer
from tests.stores import sqlite_store

CHANNELS: Final[Mapping[str, Opens]] = {"telegram": telegram, "viber": viber, "sms": sms, "email": mail, "relay": relay}
pytestmark = [
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
in_module = pytest.mark.asyncio(loop_scope="module")
every_channel = pytest.mark.parametrize("opens", [pytest.param(opens, id=name) for name, opens in CHANNELS.items()])
_LINK = re.compile(r"https?://\S+")


def free_port() -> int:
    """One that was free a moment ago: far sides call the product, and are told where before it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def product_of(case: Case, data: Path) -> Product:
    """A product that opens the door of the case."""
    port = free_port()
    settings = case.environment(f"http://127.0.0.1:{port}")
    if case.cold and warm.allowed:
        data.mkdir(mode=0o700)
        shutil.copy(sqlite_store(), data / "barev.db")
    return Product(data, port=port, environment={**RULES, **settings}, cold=case.cold)


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        pytest.param(opens, id=name, marks=pytest.mark.xdist_group(f"channel {name}"))
        for name, opens in CHANNELS.items()
    ],
)
async def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """One product for a channel; each test is another customer's."""
    async with request.param() as case:
        product = product_of(case, tmp_path_factory.mktemp("channel") / "data")
        async with room(case, product) as opened:
            yield opened


# --- the carrier alone


_WORDS = st.lists(st.text("aաქқ👩\u200d👧🇦e\u0301.,!։", min_size=1, max_size=12), min_size=1, max_size=30)
_GAPS = st.sampled_from([" ", "\n", "\n\n", "  ", "\t"])


@every_channel
def test_any_text_is_parted_at_its_words(opens: Opens) -> None:
    """Whole, in order, none too long for the far side; and no word in two messages that would fit into one."""

    async def ask() -> tuple[Capabilities, Callable[[str], bool]]:
        async with opens() as case, case.carrier() as carrier:
            return carrier.capabilities, case.fits

    can, fits = asyncio.run(ask())

    @given(_WORDS, _GAPS, st.integers(30, 400), st.integers(1, 3))
    def check(words: list[str], gap: str, most: int, times: int) -> None:
        text = gap.join(words)
        assert [word for part in part_text(text, most) for word in part.split()] == text.split()
        long = gap.join([text] * (times * can.text_chars // max(len(text), 1) + 1))
        parts = part_text(long, can.text_chars)
        assert all(fits(part) for part in parts)
        assert [word for part in parts for word in part.split()] == long.split()

    check()


@every_channel
async def test_what_a_carrier_raises(opens: Opens) -> None:
    """By each way in which its far side fails; and when it has gone, that it may be asked again."""
    async with opens() as case:
        who = case.person(1)
        async with case.carrier() as carrier:
            for place, fault in enumerate(FAULTS):
                if fault not in case.faults:
                    continue
                case.fail(fault, who)
                with pytest.raises(FAULTS[fault]) as caught:
                    await carrier.send(Piece(f"barev-{place}-0", who, "Hello"))
                assert isinstance(caught.value, ChannelBlocked) is (fault == "blocked")
                assert case.secret not in str(caught.value)
                await case.returns(who)
            await carrier.send(Piece("barev-8-0", who, "Hello"))
            assert [one.text for one in case.arrived(who)] == ["Hello"]
            case.hold()
            with pytest.raises(ChannelUncertain):
                await carrier.send(Piece("barev-9-0", case.person(2), "Hello?"))
            case.let_go()


# --- the whole product


@in_module
@pytest.mark.slow
async def test_in_order_and_once(here: Room) -> None:
    """A burst each way; what comes again on the wire, or again from the desk, changes nothing."""
    who, case = here.case.person(1), here.case
    talk = await here.talk_of(who, "order 0")
    for number in range(1, 8):
        again = await case.says(who, f"order {number}")
        if number % 3 == 0:
            await again()
    again = await case.says(who, "order 8")
    await here.sees("order 8")
    await again()
    await case.says(who, "order 9")
    await here.sees("order 9")
    assert await here.words(talk) == [f"order {number}" for number in range(10)]
    for number in range(3):
        given = {"conversation_id": talk, "client_id": f"0000000{number}-0000-4000-8000-000000000000"}
        for _ in range(2):
            await here.desk.get("reply", {**given, "text": f"answer {number}"})
    last = await here.answers(talk, "answer 3")
    shown = await here.reads(who, 4)
    await here.becomes(talk, last, "sent")
    assert [one.text for one in shown] == [f"answer {number}" for number in range(4)]
    assert len({one["conversation_id"] for one in here.desk.events("message") if one["text"][:6] == "order "}) == 1


@in_module
@pytest.mark.slow
async def test_a_long_text_arrives_whole(here: Room) -> None:
    """In as many messages as the far side needs, none too long for it, parted at words and in order."""
    who = here.case.person(2)
    talk = await here.talk_of(who, "long ones, please")
    words = [f"{word}{number:03}" for number in range(220) for word in ("բարեւ", "გამარჯობა", "сәлем", "👩‍👧hello")]
    text = " ".join(words)
    sent = await here.answers(talk, text)
    await here.becomes(talk, sent, "sent")
    shown = [one.text for one in here.case.arrived(who)]
    assert all(here.case.fits(one) for one in shown)
    assert here.case.fits(text) or len(shown) > 1
    assert [word for one in shown for word in one.split()] == words


@in_module
@pytest.mark.slow
async def test_choices_are_offered_and_taken(here: Room) -> None:
    """As buttons; or, where the channel has none, as numbers."""
    who = here.case.person(3)
    await here.switch_bot(on=True)
    try:
        await here.case.says(who, "haircut")
        (shown, *_) = await here.reads(who, 1)
        assert len(shown.choices) > 1, shown
        await here.case.chooses(who, shown, 0)
        await here.desk.wait_for(
            "message", lambda one: one["author"]["kind"] == "visitor" and one["text"] in (shown.choices[0], "1")
        )
        assert (await here.reads(who, 2))[1].text != shown.text
    finally:
        await here.switch_bot(on=False)


@in_module
@pytest.mark.slow
async def test_files_both_ways(here: Room) -> None:
    """What a customer sends is at the desk; what an agent sends is there, or can be had by its link."""
    who = here.case.person(4)
    talk = await here.talk_of(who, "papers")
    if here.case.takes_files:
        await here.case.sends(who, "paper.pdf", PDF)
        brought = await here.desk.wait_for(
            "message", lambda one: one["conversation_id"] == talk and bool(one.get("attachments"))
        )
        (attachment,) = brought["attachments"]
        assert (attachment["name"], attachment["size"]) == ("paper.pdf", len(PDF))
    file = await Bringer(here.product.address, here.owner.token, desk=True).brought(PDF, "slip.pdf")
    sent = await here.answers(talk, "Your slip", attachments=[file["id"]])
    await here.becomes(talk, sent, "sent")
    shown = here.case.arrived(who)
    assert shown[0].text.startswith("Your slip")
    content = next((one.file for one in shown if one.file is not None), None)
    if content is None:
        link = next(found[0] for one in shown if (found := _LINK.search(one.link or one.text)))
        async with aiohttp.ClientSession() as web, web.get(link) as answer:
            assert answer.status == 200
            content = await answer.read()
    assert content == PDF


@in_module
@pytest.mark.slow
async def test_what_is_changed_afterwards(here: Room) -> None:
    """It changes over there, or the desk is told that it cannot."""
    who = here.case.person(5)
    talk = await here.talk_of(who, "mistakes")
    sent = await here.answers(talk, "At tne")
    await here.becomes(talk, sent, "sent")
    await here.desk.get("edit_message", {"message_id": sent, "text": "At ten"})
    if here.case.edits:
        await here.case.until(lambda: [one.text for one in here.case.arrived(who)] == ["At ten"])
    else:
        await here.desk.wait_for(
            "message",
            lambda one: (
                one["conversation_id"] == talk and (one.get("activity") or {}).get("code") == "channel_edit_failed"
            ),
        )
        assert [one.text for one in here.case.arrived(who)] == ["At tne"]


@in_module
@pytest.mark.slow
async def test_however_it_fails_it_is_known(here: Room) -> None:
    """Failed, uncertain, or sent after all: as the failure says. What stands behind goes out in its turn, and nothing
    arrives twice."""
    case = here.case
    for place, fault in enumerate(sorted(case.faults)):
        who = case.person(10 + place)
        talk = await here.talk_of(who, f"this time {fault}")
        case.fail(fault, who)
        first = await here.answers(talk, "first")
        await here.becomes(talk, first, outcome_of(fault, case))
        if fault == "blocked":
            lines = [one["activity"]["code"] for one in await here.thread(talk) if one.get("activity")]
            assert lines == ["channel_left"]
            await case.returns(who)
            await case.says(who, "I am back")
            await here.sees("I am back")
        second = await here.answers(talk, "second")
        await here.becomes(talk, second, "sent")
        arrived = ["first", "second"] if outcome_of(fault, case) == "sent" else ["second"]
        assert [one.text for one in case.arrived(who)] == arrived, fault


@every_channel
@pytest.mark.slow
@pytest.mark.kill
async def test_killed_in_the_middle(opens: Opens, tmp_path: Path) -> None:
    """While the far side has a message: it may have arrived, and is not sent again where it could arrive twice; what
    stood behind it goes out once, and what was said meanwhile is heard once, in order."""
    async with opens() as case:
        who, product = case.person(1), product_of(case, tmp_path / "data")
        async with room(case, product) as here:
            talk = await here.talk_of(who, "word 0")
            case.hold()
            ids = [await here.answers(talk, f"answer {number}") for number in range(3)]
            await here.reads(who, 1)
            await product.kill()
        case.let_go()

        async def speak() -> None:
            for number in range(1, 9):
                await case.says(who, f"word {number}")

        speaking = asyncio.create_task(speak())
        async with room(case, product) as here:
            await here.becomes(talk, ids[2], "sent")
            async with asyncio.timeout(30):
                await speaking
            await case.says(who, "the last")
            await here.sees("the last")
            thread = {one["id"]: one["delivery"] for one in await here.thread(talk)}
            assert [thread[one] for one in ids] == ["sent" if case.repeatable else "uncertain", "sent", "sent"]
            assert await here.words(talk) == [*(f"word {number}" for number in range(9)), "the last"]
            assert [one.text for one in case.arrived(who)] == [f"answer {number}" for number in range(3)]
