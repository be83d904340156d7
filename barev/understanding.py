"""What the bot understands with, made from the settings."""

import asyncio
from dataclasses import dataclass
from typing import Final

from barev.settings import Settings
from routing.own_names import OwnNames
from routing.understanding.local import Local
from routing.understanding.understood import Understanding

_LOOK_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Engines:
    """``engine``: what messages are given to; ``local``: the one of this process behind it."""

    engine: Understanding
    local: Local

    async def work(self) -> None:
        """Lets rest what is not used, until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            await asyncio.to_thread(self.local.rest)

    async def close(self) -> None:
        """Ends every process of theirs."""
        await asyncio.to_thread(self.local.close)


def make_engines(settings: Settings, names: OwnNames) -> Engines:
    """Nothing is loaded or opened before the first message."""
    given = settings.understanding
    local = Local(names.gazetteer, sentences=given.sentences, timeout_s=given.timeout_s, idle_s=given.idle_s)
    return Engines(local, local)
