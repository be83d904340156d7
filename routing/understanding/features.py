"""Hashed features: words, pairs of words, and parts of words of two to five characters, of both views of a text.

Feature hashing after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (ICML 2009); parts of
words do not cross their borders (``char_wb`` of scikit-learn). The hash of a part is a polynomial over code points
modulo 2^32, mixed by Knuth's multiplicative constant, so that a whole message is hashed in a few array operations.
"""

import math
from collections.abc import Sequence
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from routing.understanding.normal import sounding, spelled

VIEW_BITS: Final = 16
VIEW: Final = 1 << VIEW_BITS
BUCKETS: Final = 2 * VIEW
"""The first half are features as spelled, the second by sound."""
SHORTEST, LONGEST = 2, 5
_PRIME: Final = np.uint32(16_777_619)
_MIX: Final = np.uint32(2_654_435_761)
_SHIFT: Final = np.uint32(32 - VIEW_BITS)
_SPACE: Final = 32
_BEFORE, _BEHIND = 7, 11
_ONE: Final = np.ones(1, bool)

Buckets = NDArray[np.int64]
Weights = NDArray[np.float32]
Features = tuple[Buckets, Weights]
"""The buckets of a message, ascending and each once, and how often each is in it: 1 + ln of the count."""

_LOGARITHMS: Final[Weights] = (1.0 + np.log(np.arange(1, 1_001))).astype(np.float32)


def features_of(text: str) -> Features:
    """The features of a text; none for a text without words and signs."""
    words = spelled(text)
    return features_of_words(words, sounding(words))


def features_of_words(words: list[str], sounds: list[str]) -> Features:
    """The same from what was made of the text before: its words as spelled, and by sound."""
    if not words:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    as_spelled, by_sound = _words(words), _words(sounds)
    codes, starts = _parts(words, sounds)
    hashes = np.concatenate((np.array(as_spelled + by_sound, np.uint32), codes))
    buckets = ((hashes * _MIX) >> _SHIFT).astype(np.int64)
    buckets[len(as_spelled) : len(as_spelled) + len(by_sound)] += VIEW
    buckets[len(as_spelled) + len(by_sound) :][starts] += VIEW
    buckets.sort()
    first = np.flatnonzero(np.concatenate((_ONE, buckets[1:] != buckets[:-1])))
    counts = np.diff(first, append=len(buckets))
    return buckets[first], _LOGARITHMS[np.minimum(counts, len(_LOGARITHMS)) - 1]


def as_spelled(features: Features) -> Features:
    """Those of them that tell one spelling from another: what a language is known by."""
    buckets, often = features
    count = int(np.searchsorted(buckets, VIEW))
    return buckets[:count], often[:count]


def _words(words: list[str]) -> list[int]:
    """Hashes of words and of pairs of them, with the borders of the message."""
    whole = [crc32(word.encode("utf-8", "surrogatepass")) for word in words]
    pairs = zip([_BEFORE, *whole], [*whole, _BEHIND], strict=True)
    return [*whole, *((one * 31 + other) & 0xFFFFFFFF for one, other in pairs)] if whole else []


def _parts(words: list[str], sounds: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Hashes of the parts of words of both views, and which of them are of the second one."""
    line = " " + "  ".join(words) + " "
    split = len(line)
    if sounds:
        line += " " + "  ".join(sounds) + " "
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), np.uint32)
    spaces = codes == _SPACE
    inside = ~(spaces[:-1] & spaces[1:])  # a window with two spaces side by side would cross a border
    hashes: list[NDArray[np.uint32]] = []
    places: list[NDArray[np.intp]] = []
    hashed, whole = codes * _PRIME, inside
    for length in range(SHORTEST, min(LONGEST, len(codes)) + 1):
        windows = len(codes) - length + 1
        hashed = (hashed[:windows] + codes[length - 1 :]) * _PRIME
        whole = whole[:windows] & inside[length - 2 :]
        found = np.flatnonzero(whole)
        hashes.append(hashed[found] + np.uint32(length))
        places.append(found)
    return np.concatenate(hashes), np.concatenate(places) >= split


def weigh(features: Features, rarity: Weights) -> Features:
    """Each bucket with its weight: how often it is there times its rarity, to length 1 (Manning et al., "Introduction
    to Information Retrieval", 6.4)."""
    buckets, often = features
    weights = often * rarity[buckets]
    length = math.sqrt(float(weights @ weights))
    return buckets, weights / np.float32(length) if length else weights


def rarity_of(messages: Sequence[Features], spelled_weight: float = 1.0, buckets: int = BUCKETS) -> Weights:
    """The smoothed inverse document frequency of each of the first ``buckets``, ln((1 + n) / (1 + df)) + 1, those as
    spelled times ``spelled_weight``."""
    seen = np.zeros(buckets, np.float64)
    for found, _ in messages:
        seen[found] += 1
    rarity = np.log((1 + len(messages)) / (1 + seen)) + 1
    rarity[:VIEW] *= spelled_weight
    return rarity.astype(np.float32)
