"""The model in force, in every process: another one is swapped in whole, between two messages."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from conversation.events import TeachingChanged
from conversation.messages import Language
from crm_store import Tx, learned_models, learning
from crm_store.engine import Store
from crm_store.learned_models import Told
from routing.teaching.trainer import starter_mark
from routing.understanding.entities.frame import Frame
from routing.understanding.normal import same_message
from routing.understanding.understood import Ranked, Understanding, Understood

if TYPE_CHECKING:
    from routing.understanding.model import Model
    from routing.understanding.reading import Reader

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
_SURE: Final = 0.99
_UNLIKELY: Final = 0.05


class _Label(NamedTuple):
    language: Language | None
    intent: str | None


class Current:
    """An engine like any other, in front of another one, which is told the model in force (``use``). A message that the
    firm has labelled means what it was labelled with, from that moment on. ``renew_names`` is called when what things
    are called has changed."""

    def __init__(
        self,
        store: Store,
        engine: Understanding,
        use: "Callable[[Model, Reader], None]",
        renew_names: Callable[[], None],
    ) -> None:
        self._store = store
        self._engine = engine
        self._use = use
        self._renew_names = renew_names
        self._labels: Mapping[str, _Label] = {}
        self._told = Told(0, 0, 0)
        self._asked = asyncio.Event()
        self._asked.set()

    def heard(self, _event: TeachingChanged) -> None:
        """A listener: something else is taught, or another model is in force."""
        self._asked.set()

    def understand(self, text: str, frame: Frame) -> Understood:
        """What is meant by a message, by the model in force. Raises what the engine does."""
        understood = self._engine.understand(text, frame)
        label = self._labels.get(same_message(text)) if self._labels else None
        if label is None or label.language not in (None, understood.language):
            return understood
        return _as_labelled(understood, label.intent)

    async def work(self) -> None:
        """Follows what is told in the store, until it is cancelled. Raises Unavailable: it is to be called anew."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._asked.wait()
            self._asked.clear()
            await self.look()

    async def look(self) -> None:
        """Takes over what is told in the store by now. Raises Unavailable."""
        now = await self._store.read(learned_models.told)
        if now.taught != self._told.taught:
            self._labels = await self._store.read(_read_labels)
        if now.named != self._told.named:
            self._renew_names()
        if now.model != self._told.model:
            self._use(*await self._load(now.model))
        self._told = now

    async def _load(self, model_id: int) -> "tuple[Model, Reader]":
        """A model out of the store; the starter model where it cannot be read, or was made beside another one."""
        from routing.understanding.model import load_model

        row = await self._store.read(learned_models.find_in_force)
        data = await self._store.read(lambda tx: learned_models.read_data(tx, model_id)) if model_id else None
        if row is not None and data is not None and row.starter == await asyncio.to_thread(starter_mark):
            try:
                return await asyncio.to_thread(load_model, BytesIO(data))
            except (ValueError, KeyError, OSError) as error:
                log.error("the model %d cannot be read, the starter model answers: %s", model_id, error)
        return await asyncio.to_thread(load_model)


def _read_labels(tx: Tx) -> dict[str, _Label]:
    return {one.key: _Label(one.language, one.intent) for one in learning.list_taught(tx) if not one.checks}


def _as_labelled(understood: Understood, intent: str | None) -> Understood:
    others = [
        replace(one, confidence=min(one.confidence, _UNLIKELY)) for one in understood.ranking if one.intent != intent
    ]
    if intent is None:
        return replace(understood, intent=None, confidence=_UNLIKELY, ranking=tuple(others))
    return replace(understood, intent=intent, confidence=_SURE, ranking=(Ranked(intent, _SURE), *others))
