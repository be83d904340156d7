"""A linear classifier: one support vector machine a class, trained by dual coordinate descent, kept as int8 rows.

Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM" (ICML 2008), algorithm 1 with the squared
hinge (L2-loss); scikit-learn's ``LinearSVC`` is the same problem. All classes take their step at one example at once,
so that the inner loop is three array operations.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.understanding.features import BUCKETS, Features, Weights

NONE: Final = -1
"""The class of an example that belongs to none: a negative example for all."""
_STILL: Final = 1e-3
_INT8: Final = 127.0


@dataclass(frozen=True, slots=True)
class Linear:
    """Scores of the classes: ``weights @ (rows * scale) + bias``; rows are buckets x classes, scale is one a row."""

    rows: NDArray[np.int8]
    scale: NDArray[np.float16]
    bias: Weights

    def scores(self, weighed: Features) -> Weights:
        """One margin a class; about 1 is a typical example of it, below 0 rather not."""
        buckets, weights = weighed
        scaled = weights * self.scale[buckets]
        found: Weights = scaled @ self.rows[buckets].astype(np.float32) + self.bias
        return found


def train_linear(
    examples: list[Features],
    labels: NDArray[np.int64],
    classes: int,
    *,
    cost: float = 1.0,
    rounds: int = 10,
    buckets: int = BUCKETS,
) -> Linear:
    """Trains on examples with labels 0 .. classes-1 or ``NONE``; ``cost`` is C of the formula. Deterministic: the
    same examples in the same order give the same model."""
    table = np.zeros((buckets, classes), np.float32)
    bias = np.zeros(classes, np.float32)
    dual = np.zeros((len(examples), classes), np.float32)
    side = -np.ones((len(examples), classes), np.float32)
    inside = np.flatnonzero(labels != NONE)
    side[inside, labels[inside]] = 1.0
    ridge = np.float32(0.5 / cost)
    order = np.random.default_rng(0)
    live = np.arange(len(examples))
    for turn in range(rounds):
        moved: list[int] = []
        for one in order.permutation(live).tolist():
            found, weights = examples[one]
            rows = table.take(found, 0)  # quicker than table[found]
            gradient = side[one] * (weights @ rows + bias) - 1.0 + ridge * dual[one]
            wanted = np.maximum(dual[one] - gradient / (2.0 + ridge), 0.0)  # 1 of the weights, 1 of the bias
            step = wanted - dual[one]
            if np.abs(step).max() < _STILL:
                continue
            moved.append(one)
            dual[one] = wanted
            step *= side[one]
            table[found] = rows + weights[:, None] * step
            bias += step
        live = np.arange(len(examples)) if turn % 3 == 2 else np.array(sorted(moved), np.int64)
        if not moved:
            break
    return pack(table, bias)


def pack(table: Weights, bias: Weights) -> Linear:
    """Rows as int8 with one scale each: at most 1/254 of a row's largest weight is lost."""
    scale = (np.abs(table).max(axis=1) / _INT8).astype(np.float16)
    divisor = np.where(scale > 0, scale, 1).astype(np.float32)
    rows = np.clip(np.rint(table / divisor[:, None]), -_INT8, _INT8).astype(np.int8)
    return Linear(rows, scale, bias)
