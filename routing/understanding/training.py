"""From examples to a model: trained, calibrated on examples held out, the second tier's share chosen by measurement."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from conversation.messages import Language
from routing.understanding.calibration import Calibration, Labels, Scores, fit_calibration
from routing.understanding.corpus import Example
from routing.understanding.features import Features
from routing.understanding.model import Model
from routing.understanding.reading import Reader
from routing.understanding.tier0 import SPELLED_WEIGHT, Tier0, train_tier0
from routing.understanding.tier1 import SHARES, Embedder, Tier1, Vectors, train_tier1

_FOLDS: Final = 5
_ROUNDS: Final = ((2_500, 1), (800, 2), (0, _FOLDS))
"""From so many examples on, so many of the fifths are held out in turn: the more there are, the more one says."""
_WORD: Final = re.compile(r"[^\W\d_]+?(?=[A-Z][a-z]|[\W\d_]|$)")
_FEW: Final = 50
_MOSTLY: Final = 0.8
_ENOUGH_OUTSIDE: Final = 0.1
"""Where fewer examples are out of scope than this share, intents are hidden from training in turn to stand for them."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Material:
    """``names``: so many of the last rows are names of intents, learned from whenever their intent is."""

    features: list[Features]
    labels: Numbers
    classes: int
    spelled_weight: float
    vectors: Vectors | None
    names: int

    def train(self, chosen: Numbers) -> tuple[Tier0, Tier1 | None]:
        named = np.arange(len(self.labels) - self.names, len(self.labels))
        chosen = np.concatenate((chosen, named[np.isin(self.labels[named], self.labels[chosen])]))
        labels = self.labels[chosen].tolist()
        tier0 = train_tier0([self.features[one] for one in chosen], labels, self.classes, self.spelled_weight)
        return tier0, None if self.vectors is None else train_tier1(self.vectors[chosen], labels, self.classes)

    def score(self, tiers: tuple[Tier0, Tier1 | None], chosen: Numbers) -> tuple[Scores, Scores]:
        tier0, tier1 = tiers
        first = np.array([tier0.scores(self.features[one]) for one in chosen])
        if tier1 is None or self.vectors is None:
            return first, np.zeros_like(first)
        return first, tier1.scores(self.vectors[chosen])


def say_nothing(line: str) -> None:
    """For who does not want to be told what goes on."""


def train(
    examples: Sequence[Example],
    reader: Reader,
    embedder: Embedder | None = None,
    say: Callable[[str], None] = say_nothing,
) -> Model:
    """A model of the examples' intents; intent None is out of scope. With an embedder it has both tiers. ``say`` is
    told what goes on. Deterministic. Raises EmbedderGone, ValueError where there are no two intents."""
    intents = tuple(sorted({one.intent for one in examples if one.intent is not None}))
    if len(intents) < 2:
        raise ValueError("at least two intents are needed")
    number = {intent: place for place, intent in enumerate(intents)}
    language = _common_language(examples, reader)
    said = [*examples, *_named(examples)]
    readings = [reader.read(one.text, one.language or language) for one in said]
    labels = np.array([len(intents) if one.intent is None else number[one.intent] for one in said], np.int64)
    vectors = _embed([reader.native(one) for one in readings], embedder, say) if embedder is not None else None
    weight = SPELLED_WEIGHT if language is None else 1.0
    names = len(said) - len(examples)
    material = _Material([one.features for one in readings], labels, len(intents) + 1, weight, vectors, names)

    say("measuring on examples held out")
    truth, first, second = _hold_out(material)
    outside = float(np.mean(labels[: len(examples)] == len(intents)))

    def judge(scores: Scores) -> Calibration:
        return fit_calibration(scores, truth, taught=outside > 0, pretended=outside < _ENOUGH_OUTSIDE)

    alone = judge(first)
    share, together = _choose_share(first, second, truth, judge) if vectors is not None else (0.0, None)
    say(f"training on {len(examples)} examples of {len(intents)} intents")
    tier0, tier1 = material.train(np.arange(len(examples)))
    return Model(intents, tier0, alone, None if tier1 is None else replace(tier1, share=share), together, language)


def _named(examples: Sequence[Example]) -> list[Example]:
    """The names of intents with few examples, in words: "card_arrival" is nearly one more. None where it says nothing:
    without words, or with the same ones as another's."""
    counts = Counter(one.intent for one in examples if one.intent is not None)
    words = {
        intent: " ".join(word for word in _WORD.findall(intent) if len(word) > 1).lower() for intent in sorted(counts)
    }
    often = Counter(words.values())
    few = (one for one, name in words.items() if name and often[name] == 1 and counts[one] < _FEW)
    return [Example(words[one], one, "en" if words[one].isascii() else None) for one in few]


def _common_language(examples: Sequence[Example], reader: Reader) -> Language | None:
    counts = Counter(one.language or reader.read(one.text).language for one in examples)
    language, count = counts.most_common(1)[0]
    return language if count > _MOSTLY * len(examples) else None


def _embed(texts: list[str], embedder: Embedder, say: Callable[[str], None]) -> Vectors:
    parts: list[Vectors] = []
    for at in range(0, len(texts), 512):
        parts.append(embedder.embed(texts[at : at + 512]))
        say(f"sentence vectors: {min(at + 512, len(texts))} of {len(texts)}")
    return np.concatenate(parts)


def _hold_out(material: _Material) -> tuple[Labels, Scores, Scores]:
    """Truth and both tiers' scores of examples that the scoring model had not seen."""
    outside = material.classes - 1
    truths: list[Labels] = []
    firsts: list[Scores] = []
    seconds: list[Scores] = []
    for kept, held, hidden in _folds(material.labels[: len(material.labels) - material.names], outside):
        first, second = material.score(material.train(kept), held)
        truth = material.labels[held]
        truths.append(np.where(np.isin(truth, hidden), outside, truth))
        firsts.append(first)
        seconds.append(second)
    return np.concatenate(truths), np.concatenate(firsts), np.concatenate(seconds)


def _folds(labels: Labels, outside: int) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """What is trained on, what is held out, and which intents are hidden."""
    chance = np.random.default_rng(0)
    part = chance.integers(0, _FOLDS, len(labels))
    intents = chance.permutation(outside)
    pretend = np.mean(labels == outside) < _ENOUGH_OUTSIDE
    for fold in range(next(rounds for least, rounds in _ROUNDS if len(labels) >= least)):
        hidden = intents[fold::_FOLDS] if pretend and outside > _FOLDS else np.zeros(0, np.int64)
        kept = np.flatnonzero((part != fold) & ~np.isin(labels, hidden))
        yield kept, np.flatnonzero(part == fold), hidden


def _choose_share(
    first: Scores, second: Scores, truth: Labels, judge: Callable[[Scores], Calibration]
) -> tuple[float, Calibration]:
    """The share with which the second tier helps most: right intents, and rightly answered or refused."""
    inside = truth != first.shape[1] - 1

    def worth(share: float) -> float:
        both = first + np.float32(share) * second
        calibration = judge(both)
        confidences = np.array([calibration.confidences(row) for row in both])
        right = (confidences.argmax(1) == truth)[inside]
        answered = confidences.max(1) >= calibration.threshold
        refused = np.mean(~answered[~inside]) if not inside.all() else 0.0
        return float(np.mean(right) + np.mean(right & answered[inside]) + refused)

    best = max(SHARES, key=worth)
    return best, judge(first + np.float32(best) * second)
