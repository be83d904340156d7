"""The yardstick of understanding: what scikit-learn does with TF-IDF and a linear support vector machine."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from routing.understanding.corpus import Example

HOW_TO_INSTALL = "scikit-learn is not installed, so nothing is compared with it: pip install scikit-learn"
_FEW = 3_000
"""With fewer examples than this it sees parts of words too; with more they only cost time."""


def is_installed() -> bool:
    """Whether there is something to compare with."""
    return find_spec("sklearn") is not None


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intent, and its margin."""

    intent: str
    sure: float


def guesses(learned: Sequence[Example], asked: Sequence[str]) -> tuple[list[Guess], float]:
    """A guess for each text asked, and the CPU seconds of training."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    inside = [one for one in learned if one.intent is not None]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    plain = make_pipeline(make_union(words, parts) if len(inside) < _FEW else words, LinearSVC())
    began = time.process_time()
    plain.fit([one.text for one in inside], [one.intent for one in inside])
    took_s = time.process_time() - began
    margins = plain.decision_function(list(asked))
    sure = abs(margins) if margins.ndim == 1 else margins.max(axis=1)  # of two intents there is one margin
    answers = zip(plain.predict(list(asked)).tolist(), sure.tolist(), strict=True)
    return [Guess(str(intent), float(one)) for intent, one in answers], took_s
