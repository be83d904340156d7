"""How a door stands is known from outside, on both stores."""

import asyncio
from contextlib import suppress
from typing import NoReturn

import pytest

from conversation.errors import ChannelUnavailable
from crm_store.engine import Store
from routing.carrying.held import HeldDoor, HoldRules, list_states


async def _state(store: Store, error: str) -> None:
    async with asyncio.timeout(20):
        while [one.error for one in await list_states(store)] != [error]:
            pass


@pytest.mark.parametrize("alone", [True, False])
async def test_a_line_that_lasts_is_known_to_be_well(store: Store, alone: bool) -> None:
    """It was lost, is kept as lost by one process, and found well by the next one although nothing more happens."""
    lost = asyncio.Event()

    async def listen_in_vain() -> NoReturn:
        lost.set()
        raise ChannelUnavailable("the modem went away", 60.0)

    async def listen() -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError

    rules = HoldRules(alone=alone, settled_s=0.0)
    for holder, work, error in (("a", listen_in_vain, "the modem went away"), ("b", listen, "")):
        door = asyncio.ensure_future(HeldDoor(store, "sms", holder, rules, work, []).work())
        await _state(store, error)
        door.cancel()
        with suppress(asyncio.CancelledError):
            await door
    assert lost.is_set()
