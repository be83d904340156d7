"""A message read for the first time: the keyboard it was typed on, its letters, its language, its features."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from conversation.layouts import other_layouts
from conversation.messages import Language
from routing.understanding.corpus import Example
from routing.understanding.features import Features, features_of_words
from routing.understanding.language import LanguageModel
from routing.understanding.normal import sounding, spelled
from routing.understanding.romanised import Lexicon, to_native
from routing.understanding.scripts import READ_CHARS, Script, script_of

_TELLING: Final = 3
"""A word of so many sounds that is known says that the keyboard was the right one."""
_LAYOUT_CHARS: Final = 200
_ENOUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """``text``: as it was meant: on the right keyboard, and not longer than is read."""

    text: str
    script: Script
    language: Language
    features: Features


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages; what it knows comes from the starter corpus. ``sounds``: every word of it by sound."""

    languages: LanguageModel
    lexicons: Mapping[Language, Lexicon]
    sounds: frozenset[str]

    def read(self, text: str, remembered: Language | None = None) -> Reading:
        """Reads any text; ``remembered``: the language the customer wrote in so far. Never raises."""
        meant = text[:READ_CHARS]
        words = spelled(meant)
        sounds = sounding(words)
        if not any(len(sound) >= _TELLING and sound in self.sounds for sound in sounds):
            meant = self._on_another_keyboard(meant)
            words = spelled(meant)
            sounds = sounding(words)
        script = script_of(meant)
        features = features_of_words(words, sounds)
        language = self.languages.identify(meant, script, features, remembered)
        return Reading(meant, script, language, features)

    def native(self, reading: Reading) -> str:
        """The text in its language's own letters, as far as they can be told: for models that know no others."""
        return to_native(reading.text, reading.language, self.lexicons.get(reading.language, {}))

    def _on_another_keyboard(self, text: str) -> str:
        if len(text) > _LAYOUT_CHARS:
            return text
        variants = other_layouts(text)
        best = max(variants, key=self._known_share, default=text)
        return best if variants and self._known_share(best) >= _ENOUGH else text

    def _known_share(self, text: str) -> float:
        words = [word for word in sounding(spelled(text)) if len(word) > 1 and not word.isdecimal()]
        return sum(word in self.sounds for word in words) / len(words) if words else 0.0


def sounds_of(examples: Iterable[Example]) -> frozenset[str]:
    """Every word of the examples by sound, but for those typed on the wrong keyboard."""
    return frozenset(
        sound for one in examples if one.form != "layout" for sound in sounding(spelled(one.text)) if len(sound) > 1
    )
