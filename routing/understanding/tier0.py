"""The first tier: always there, in the process, a fifth of a millisecond a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from routing.understanding.features import Features, Weights, rarity_of, weigh
from routing.understanding.linear import Linear, train_linear

SPELLED_WEIGHT: Final = 0.4
"""Of a feature as spelled beside the same by sound: measured, 0.4 against 1.0 gains 2 points in Latin letters."""
COST: Final = 2.0
ROUNDS: Final = 12


@dataclass(frozen=True, slots=True)
class Tier0:
    """Margins of the intents, and last that of the class out of scope, from a message's features."""

    rarity: Weights
    linear: Linear

    def scores(self, features: Features) -> Weights:
        """One margin an intent, and one for out of scope."""
        return self.linear.scores(weigh(features, self.rarity))

    def knows(self, features: Features) -> bool:
        """Whether anything of the message was in an example: else the margins are those of silence. Buckets are shared,
        so now and then it takes a stranger for known."""
        return bool(self.linear.scale[features[0]].any())


def train_tier0(messages: Sequence[Features], labels: Sequence[int], classes: int, spelled_weight: float) -> Tier0:
    """Trains on messages (their features) and the numbers of their classes, of which out of scope is the last one."""
    rarity = rarity_of(messages, spelled_weight)
    examples = [weigh(one, rarity) for one in messages]
    return Tier0(rarity, train_linear(examples, np.array(labels, np.int64), classes, cost=COST, rounds=ROUNDS))
