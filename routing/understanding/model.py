"""A trained model, and the file it is kept in: one compressed NumPy archive without pickled objects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from conversation.language import LANGUAGES
from conversation.messages import Language
from routing.understanding.calibration import Calibration
from routing.understanding.features import Weights
from routing.understanding.language import LanguageModel
from routing.understanding.linear import Linear
from routing.understanding.reading import Reader
from routing.understanding.romanised import Lexicon
from routing.understanding.tier0 import Tier0
from routing.understanding.tier1 import Tier1

STARTER: Final = Path(__file__).with_name("starter.npz")
_FORMAT: Final = 1
_TIER1: Final = ("mean", "spread", "weights", "bias")


@dataclass(frozen=True, slots=True)
class Model:
    """What tells intents apart. ``alone`` judges the first tier's margins, ``together`` those of both.
    ``language``: of the examples, where most are of one. ``corpus``: the fingerprint of what it was trained on."""

    intents: tuple[str, ...]
    tier0: Tier0
    alone: Calibration
    tier1: Tier1 | None = None
    together: Calibration | None = None
    language: Language | None = None
    corpus: str = ""

    def confidences(self, scores: Weights, vector: Weights | None) -> NDArray[np.float64]:
        """One confidence an intent, from the first tier's margins and, where there is one, the sentence's vector."""
        if vector is None or self.tier1 is None or self.together is None:
            return self.alone.confidences(scores)
        return self.together.confidences(scores + self.tier1.scores(vector))

    def threshold(self, with_vector: bool) -> float:
        """Below this confidence a message is out of scope."""
        judge = self.together if with_vector and self.together is not None else self.alone
        return judge.threshold


def save_model(path: Path, model: Model, reader: Reader) -> None:
    """Writes both into one file, the same bytes for the same model."""
    said = {
        "format": _FORMAT,
        "intents": model.intents,
        "alone": _calibration_said(model.alone),
        "together": None if model.together is None else _calibration_said(model.together),
        "share": None if model.tier1 is None else model.tier1.share,
        "lexicons": {language: dict(sorted(words.items())) for language, words in sorted(reader.lexicons.items())},
        "language": model.language,
        "corpus": model.corpus,
        "sounds": sorted(reader.sounds),
    }
    text = json.dumps(said, ensure_ascii=False).encode()
    arrays: dict[str, NDArray[np.generic]] = {
        "said": np.frombuffer(text, np.uint8),
        "language_rarity": reader.languages.rarity.astype(np.float16),
        "rarity": model.tier0.rarity.astype(np.float16),
        **_linear_arrays("language", reader.languages.linear),
        **_linear_arrays("tier0", model.tier0.linear),
    }
    if model.tier1 is not None:
        tier1 = model.tier1
        parts = (tier1.mean, tier1.spread, tier1.weights, tier1.bias)
        arrays |= {f"tier1_{name}": part.astype(np.float16) for name, part in zip(_TIER1, parts, strict=True)}
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load_model(path: Path | IO[bytes] = STARTER) -> tuple[Model, Reader]:
    """What ``save_model`` wrote. Raises OSError, ValueError for what is no such file."""
    with np.load(path, allow_pickle=False) as kept:
        arrays: dict[str, NDArray[np.generic]] = {name: kept[name] for name in kept.files}
    said = json.loads(arrays["said"].tobytes())
    if said["format"] != _FORMAT:
        raise ValueError(f"{path} is of another version")
    lexicons: Mapping[str, Lexicon] = said["lexicons"]
    reader = Reader(
        LanguageModel(arrays["language_rarity"].astype(np.float32), _linear("language", arrays)),
        {language: lexicons[language] for language in LANGUAGES if language in lexicons},
        frozenset(said["sounds"]),
    )
    tier0 = Tier0(arrays["rarity"].astype(np.float32), _linear("tier0", arrays))
    share, together = said["share"], said["together"]
    tier1 = None
    if share is not None:
        mean, spread, weights, bias = (arrays[f"tier1_{name}"].astype(np.float32) for name in _TIER1)
        tier1 = Tier1(mean, spread, weights, bias, float(share))
    model = Model(
        tuple(said["intents"]),
        tier0,
        _calibration(said["alone"]),
        tier1,
        None if together is None else _calibration(together),
        said["language"],
        said.get("corpus", ""),
    )
    return model, reader


def _calibration_said(one: Calibration) -> list[float]:
    return [one.sharpness, one.threshold, *one.inside]


def _calibration(said: list[float]) -> Calibration:
    sharpness, threshold, bias, best, lead, outside = map(float, said)
    return Calibration(sharpness, (bias, best, lead, outside), threshold)


def _linear_arrays(name: str, linear: Linear) -> dict[str, NDArray[np.generic]]:
    return {f"{name}_rows": linear.rows, f"{name}_scale": linear.scale, f"{name}_bias": linear.bias}


def _linear(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> Linear:
    return Linear(
        arrays[f"{name}_rows"].astype(np.int8),
        arrays[f"{name}_scale"].astype(np.float16),
        arrays[f"{name}_bias"].astype(np.float32),
    )
