"""A small firm's examples, and a reader that learned from them: enough to train on in a second."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from conversation.messages import Language
from routing.understanding.corpus import Example
from routing.understanding.entities.frame import Frame
from routing.understanding.features import features_of
from routing.understanding.reading import Reader
from routing.understanding.starter import make_reader
from routing.understanding.tier1 import DIMENSIONS, EmbedderGone, Vectors

_SAID: dict[Language, dict[str | None, str]] = {
    "ru": {
        "book": "хочу записаться на стрижку|запишите меня на завтра|можно записаться к врачу|нужна запись на маникюр",
        "price": "сколько стоит стрижка|какая цена на маникюр|почём покраска|сколько будет стоить чистка",
        None: "какая завтра погода|кто выиграл матч|расскажи анекдот|переведи слово собака",
    },
    "hy": {
        "book": "ուզում եմ գրանցվել վաղը|գրանցեք ինձ մազերի կտրվածքի|կարո՞ղ եմ գրանցվել բժշկի մոտ|ինձ ժամ նշանակեք",
        "price": "ինչ արժե կտրվածքը|քանի՞ դրամ է մատնահարդարումը|գինը ասեք|որքա՞ն արժե ներկելը",
        None: "ինչ եղանակ է վաղը|ով հաղթեց խաղը|պատմիր անեկդոտ|ինչպես եփել խաշ",
    },
    "en": {
        "book": "i want to book a haircut|sign me up for tomorrow|can i make an appointment|put me down for friday",
        "price": "how much is a haircut|what is the price of a manicure|how much do you charge|price for dyeing please",
        None: "what is the weather|who won the match|tell me a joke|translate the word dog",
    },
}


@cache
def examples() -> tuple[Example, ...]:
    """Two intents and what is out of scope, in three languages."""
    return tuple(
        Example(text, intent, language)
        for language, said in _SAID.items()
        for intent, texts in said.items()
        for text in texts.split("|")
    )


@cache
def reader() -> Reader:
    """Knows the languages of these examples."""
    return make_reader(examples())


FRAME = Frame(datetime(2026, 11, 24, 6, tzinfo=UTC), ZoneInfo("Asia/Yerevan"))
"""A Tuesday, ten in the morning."""


class Hashing:
    """An embedder in this process: the buckets of a text fold into a vector, the same one for the same text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, features_of(text)[0] % DIMENSIONS, 1.0)
            row /= max(float(np.linalg.norm(row)), 1.0)
        return rows


class Gone:
    """An embedder that does not answer any more."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Never answers. Raises EmbedderGone."""
        raise EmbedderGone("it went away")


class Counting:
    """Counts what it is asked, and goes away before it is more than so many texts."""

    def __init__(self, most: int = 10_000) -> None:
        self.asked: list[str] = []
        self._most = most

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text: its length. Raises EmbedderGone."""
        if len(self.asked) + len(texts) > self._most:
            raise EmbedderGone("it went away")
        self.asked += texts
        return np.array([[len(text)] * DIMENSIONS for text in texts], np.float32)
