"""From margins to what they are worth: how sure, and whether it is anything a firm answers at all.

A soft maximum of the intents' margins, with one sharpness, says how the chances are shared among them (Guo et al.,
"On Calibration of Modern Neural Networks", ICML 2017, section 4.2); a logistic regression over the best margin, its
lead and the margin of the class "out of scope" says how likely it is in scope. Both are fitted on examples the
classifier had not seen. Their product is the confidence, and one threshold on it parts what is answered from the rest.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Labels = NDArray[np.int64]

_SHARPNESS: Final = tuple(1.3**power for power in range(14))
_RIDGE: Final = 1e-2
_STEPS: Final = 25
_REFUSED, _BEYOND = 0.87, 0.25
_LEFT_OUT: Final = 0.025
"""The share of right answers given up where nothing tells what is out of scope."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """``inside``: bias, and weights of best margin, lead, and margin of the class out of scope. A message whose
    confidence is below ``threshold`` is out of scope."""

    sharpness: float
    inside: tuple[float, float, float, float]
    threshold: float

    def confidences(self, scores: Scores) -> NDArray[np.float64]:
        """One confidence an intent, from its margins and that of the class out of scope, which comes last."""
        margins = scores[:-1].astype(np.float64)
        second, best = np.partition(margins, -2)[-2:].tolist()
        shares = np.exp(self.sharpness * (margins - best))
        bias, by_best, by_lead, by_outside = self.inside
        inside = bias + by_best * best + by_lead * (best - second) + by_outside * float(scores[-1])
        chance = 1.0 / (1.0 + math.exp(-min(max(inside, -30.0), 30.0)))
        found: NDArray[np.float64] = shares * (chance / shares.sum())
        return found


def fit_calibration(scores: Scores, labels: Labels, *, taught: bool = True, pretended: bool = False) -> Calibration:
    """Fits on scores (messages x intents + 1) of unseen messages; labels: the intent's number, or that of the last
    column for out of scope. ``taught``: the class out of scope had examples, else its margin says nothing.
    ``pretended``: what is out of scope here are intents hidden from training. They are nearer than what people really
    say, so that the threshold only leaves out the least sure of the right answers. Deterministic."""
    outside = scores.shape[1] - 1
    inside = labels != outside
    sharpness = min(_SHARPNESS, key=lambda one: _surprise(one, scores[inside], labels[inside]))
    facts = _facts(scores)
    if not taught:
        facts[:, -1] = 0.0
    weights = _logistic(facts, inside)
    unfinished = Calibration(sharpness, weights, 0.0)
    confidences = np.array([unfinished.confidences(row) for row in scores])
    right = inside & (confidences.argmax(1) == labels)
    sure = confidences.max(1)
    if pretended and right.any():
        return Calibration(sharpness, weights, float(np.quantile(sure[right], _LEFT_OUT)))
    return Calibration(sharpness, weights, best_threshold(sure, right, inside))


def best_threshold(confidences: NDArray[np.float64], right: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    """Where the share of messages in scope answered rightly plus the share of the others refused is largest. Refusals
    beyond ``_REFUSED`` of the others count ``_BEYOND`` as much: who asks what a firm does answer is not to be sent away
    for the sake of the last of those who do not."""
    order = np.argsort(confidences, kind="stable")
    kept = (right.sum() - np.cumsum(right[order])) / max(int(inside.sum()), 1)
    refused = np.cumsum(~inside[order]) / max(int((~inside).sum()), 1)
    worth = kept + np.minimum(refused, _REFUSED) + _BEYOND * np.maximum(refused - _REFUSED, 0.0)
    best = int(np.argmax(worth))
    highest = confidences[order[min(best + 1, len(order) - 1)]]
    return float((confidences[order[best]] + highest) / 2)


def _facts(scores: Scores) -> NDArray[np.float64]:
    best = np.sort(scores[:, :-1], axis=1)[:, -2:].astype(np.float64)
    return np.column_stack(
        (np.ones(len(scores)), best[:, 1], best[:, 1] - best[:, 0], scores[:, -1].astype(np.float64))
    )


def _surprise(sharpness: float, scores: Scores, labels: Labels) -> float:
    """The mean negative logarithm of the chance given to the right intent."""
    margins = sharpness * scores[:, :-1].astype(np.float64)
    margins -= margins.max(axis=1, keepdims=True)
    chances = margins[np.arange(len(labels)), labels] - np.log(np.exp(margins).sum(axis=1))
    return float(-chances.mean())


def _logistic(facts: NDArray[np.float64], inside: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """Newton's steps on the ridged likelihood; both sides weigh the same, however many there are of each."""
    importance = np.where(inside, 0.5 / max(int(inside.sum()), 1), 0.5 / max(int((~inside).sum()), 1)) * len(inside)
    weights = np.zeros(facts.shape[1])
    for _ in range(_STEPS):
        chances = _sigmoid(facts @ weights)
        slope = facts.T @ (importance * (inside - chances)) - _RIDGE * weights
        bend = (facts * (importance * chances * (1 - chances))[:, None]).T @ facts + _RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    bias, best, lead, out = weights.tolist()
    return bias, best, lead, out


def _sigmoid(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0))))
