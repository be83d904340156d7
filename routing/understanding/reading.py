"""A message read for the first time: the keyboard it was typed on, its letters, its language, its features."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from conversation.layouts import other_layouts
from conversation.messages import Language
from routing.understanding.corpus import Example
from routing.understanding.features import Buckets, buckets_of
from routing.understanding.language import LanguageModel
from routing.understanding.normal import sounding, spelled
from routing.understanding.romanised import Lexicon, to_native
from routing.understanding.scripts import READ_CHARS, Script, script_of

_TELLING: Final = 3
"""A word of so many letters that is known says that the keyboard was the right one."""
_LAYOUT_CHARS: Final = 200
_ENOUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """``text``: as it was meant (on the right keyboard, not longer than is read); ``native``: in its language's own
    letters as far as they can be told, for models that were not taught others."""

    text: str
    script: Script
    language: Language
    buckets: Buckets
    native: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages; what it knows comes from the starter corpus. ``sounds``: every word of it by sound."""

    languages: LanguageModel
    lexicons: Mapping[Language, Lexicon]
    sounds: frozenset[str]

    def read(self, text: str, remembered: Language | None = None) -> Reading:
        """Reads any text; ``remembered``: the language the customer wrote in so far. Never raises."""
        meant = self._on_the_right_keyboard(text[:READ_CHARS])
        script = script_of(meant)
        buckets = buckets_of(meant)
        language = self.languages.identify(meant, script, buckets, remembered)
        return Reading(meant, script, language, buckets, to_native(meant, language, self.lexicons.get(language, {})))

    def _on_the_right_keyboard(self, text: str) -> str:
        words = [word for word in spelled(text) if len(word) >= _TELLING and word[0].isalpha()]
        if len(text) > _LAYOUT_CHARS or any(sound in self.sounds for sound in sounding(words)):
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
