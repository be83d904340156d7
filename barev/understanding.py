"""What the bot understands and answers with, made from the settings."""

import asyncio
from dataclasses import dataclass
from typing import Final

from barev.settings import Settings, SettingsError
from routing.flows.ports import FreeAnswers, Knowledge
from routing.free_answers import ModelAnswers
from routing.own_names import OwnNames
from routing.understanding.courtesy import PastGreeting
from routing.understanding.far_side import is_address
from routing.understanding.local import Local
from routing.understanding.rasa import Rasa
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
    if not settings.rasa.url:
        return Engines(PastGreeting(local), local)
    return Engines(Rasa(settings.rasa.url, local, settings.rasa.timeout_s), local)


def make_free_answers(settings: Settings, knowledge: Knowledge | None) -> FreeAnswers | None:
    """None where there is no model, or nothing that it could answer from."""
    given = settings.llm
    if not given.url or knowledge is None:
        return None
    return ModelAnswers(given.url, given.model, given.key, knowledge, given.timeout_s)


def check_addresses(settings: Settings) -> None:
    """Raises SettingsError for an address of an outside engine that is none."""
    for name, url in (("rasa.url", settings.rasa.url), ("llm.url", settings.llm.url)):
        if url and not is_address(url):
            raise SettingsError(f"{name} is no address; one looks like http://127.0.0.1:5005")
