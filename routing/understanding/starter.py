"""The starter model: trained from the starter corpus, shipped ready."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from conversation.language import LANGUAGES
from conversation.messages import Language
from routing.understanding.corpus import Example, fingerprint
from routing.understanding.features import features_of
from routing.understanding.language import LanguageModel, train_language
from routing.understanding.model import Model
from routing.understanding.reading import Reader, sounds_of
from routing.understanding.romanised import Lexicon, make_lexicon, romanise
from routing.understanding.tier1 import Embedder
from routing.understanding.training import say_nothing, train

_OTHER_LETTERS: Final[dict[Language, tuple[bool, ...]]] = {
    "hy": (False, True),
    "ka": (False, True),
    "kk": (False, True),
}
_LATIN_ONLY: Final = (False,)


def make_reader(corpus: Sequence[Example]) -> Reader:
    """What reads messages, learned from the corpus and from its native messages in other letters. Deterministic."""
    lexicons: dict[Language, Lexicon] = {
        language: make_lexicon((one.text for one in corpus if one.language == language), language)
        for language in LANGUAGES
        if language != "en"
    }
    return Reader(_train_languages(corpus), lexicons, sounds_of(corpus))


def train_starter(
    corpus: Sequence[Example], embedder: Embedder | None = None, say: Callable[[str], None] = say_nothing
) -> tuple[Model, Reader]:
    """The starter model. Raises EmbedderGone."""
    reader = make_reader(corpus)
    return replace(train(corpus, reader, embedder, say), corpus=fingerprint(corpus)), reader


def _train_languages(corpus: Sequence[Example]) -> LanguageModel:
    chance = random.Random(0)
    texts: list[str] = []
    languages: list[Language] = []
    for one in corpus:
        if one.language is None or one.form == "layout":
            continue
        shapes = [one.text]
        if one.form == "native" and one.language != "en":
            others = _OTHER_LETTERS.get(one.language, _LATIN_ONLY)
            shapes += [romanise(one.text, one.language, chance, russian) for russian in others]
        texts += shapes
        languages += [one.language] * len(shapes)
    return train_language([features_of(text) for text in texts], languages)
