"""Which of the five languages a message is in, in whatever letters it is typed.

Armenian and Georgian letters decide by themselves. Cyrillic may be Russian, Kazakh with or without its own letters, or
Armenian and Georgian in Russian letters; Latin may be any of the five: there a linear classifier over the parts of the
words decides, trained on the starter corpus, and where it is close, the language the customer wrote in before.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from conversation.language import LANGUAGES
from conversation.messages import Language
from routing.understanding.features import VIEW, Features, Weights, as_spelled, rarity_of, weigh
from routing.understanding.linear import Linear, train_linear
from routing.understanding.scripts import KAZAKH_LETTERS, Script

HABIT: Final = 0.4
"""By so much of a margin the remembered language is preferred: "ok" and "salon" are words of all five."""
_UNLIKELY: Final = -9.0
_POSSIBLE: Final[dict[Script, tuple[Language, ...]]] = {
    "armenian": ("hy",),
    "georgian": ("ka",),
    "cyrillic": ("hy", "ka", "kk", "ru"),
    "latin": LANGUAGES,
    "none": LANGUAGES,
}


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Names the language of a message from its features."""

    rarity: Weights
    linear: Linear

    def identify(self, text: str, script: Script, features: Features, remembered: Language | None) -> Language:
        """The likeliest language; where a text says nothing (digits, emoji), the remembered one, else English."""
        possible = _POSSIBLE[script]
        if len(possible) == 1:
            return possible[0]
        if script == "none":
            return remembered or "en"
        if script == "cyrillic" and not KAZAKH_LETTERS.isdisjoint(text.casefold()):
            return "kk"
        scores = self.linear.scores(weigh(as_spelled(features), self.rarity))
        best: Language = possible[0]
        most = _UNLIKELY
        for language in possible:
            score = float(scores[LANGUAGES.index(language)]) + (HABIT if language == remembered else 0.0)
            if score > most:
                best, most = language, score
        return best


def train_language(messages: list[Features], languages: list[Language]) -> LanguageModel:
    """Learns from messages (their features) whose language is known. Deterministic."""
    own = [as_spelled(one) for one in messages]
    rarity = rarity_of(own, buckets=VIEW)
    labels = np.array([LANGUAGES.index(one) for one in languages], np.int64)
    linear = train_linear([weigh(one, rarity) for one in own], labels, len(LANGUAGES), buckets=VIEW)
    return LanguageModel(rarity, linear)
