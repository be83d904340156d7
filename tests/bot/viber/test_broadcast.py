"""A broadcast on Viber's wire: who was told, who was not and why, and what does not go as one."""

from collections.abc import AsyncIterator

import pytest

from bot.viber.carrier import ViberCarrier, ViberTerms
from bot.viber.wire import ViberSettings, ViberWire
from conversation.channels import Piece, SendsTogether, Sent
from conversation.errors import ChannelBlocked, ChannelRejected, ChannelUnavailable, ChannelUncertain
from tests.viber_api import TOKEN, ViberApi, viber_api

PEOPLE = [f"user-{number:017}A==" for number in range(300)]


@pytest.fixture
async def api() -> AsyncIterator[ViberApi]:
    """A running one."""
    async with viber_api() as made:
        yield made


@pytest.fixture
async def carrier(api: ViberApi) -> AsyncIterator[ViberCarrier]:
    """As the product has it."""
    settings = ViberSettings(TOKEN, api.url)
    wire = ViberWire(settings)
    yield ViberCarrier(settings, wire, ViberTerms())
    await wire.close()


def _pieces(text: str) -> list[Piece]:
    return [Piece(f"barev-{place}-0", to, text) for place, to in enumerate(PEOPLE)]


async def test_each_gets_an_outcome(api: ViberApi, carrier: ViberCarrier) -> None:
    """The answer is long where many are gone."""
    assert isinstance(carrier, SendsTogether)
    api.gone.update(PEOPLE[:299])
    outcomes = await carrier.send_together(_pieces("Closed tomorrow"))
    assert list(outcomes) == PEOPLE
    assert all(isinstance(outcomes[to], ChannelBlocked) for to in PEOPLE[:299])
    (heard,) = api.sent
    assert (heard["receiver"], heard["text"]) == (PEOPLE[299], "Closed tomorrow")
    assert outcomes[PEOPLE[299]] == Sent(str(heard["message_token"]))


async def test_what_is_no_broadcast(carrier: ViberCarrier) -> None:
    """What would not fit beside the addresses, and what Viber would fill in."""
    assert carrier.goes_together("Ողջույն! " * 100)
    assert carrier.goes_together("ա" * 7000), "the longest text there is"
    for text in ("", " ", "字" * 6001, "Dear replace_me_with_user_name"):
        assert not carrier.goes_together(text)
    assert not ViberCarrier(
        ViberSettings(TOKEN), ViberWire(ViberSettings(TOKEN)), ViberTerms(broadcast_from=0)
    ).capabilities.together


async def test_the_longest_fits(api: ViberApi, carrier: ViberCarrier) -> None:
    text = "ա" * 2900
    assert carrier.goes_together(text)
    outcomes = await carrier.send_together(_pieces(text))
    assert len({one for one in outcomes.values() if isinstance(one, Sent)}) == 1
    assert len(api.sent) == 300


async def test_what_all_share(api: ViberApi, carrier: ViberCarrier) -> None:
    api.may_broadcast = False
    with pytest.raises(ChannelRejected, match="status 20"):
        await carrier.send_together(_pieces("Hello"))
    api.may_broadcast, api.fails = True, [12]
    with pytest.raises(ChannelUnavailable) as busy:
        await carrier.send_together(_pieces("Hello"))
    assert busy.value.for_all
    api.breaks = 1
    with pytest.raises(ChannelUncertain):
        await carrier.send_together(_pieces("Hello"))
    assert not api.sent
