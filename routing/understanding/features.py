"""Hashed features: words, pairs of words, and parts of words of two to five characters, of both views of a text.

Feature hashing after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (ICML 2009); parts of
words do not cross their borders (``char_wb`` of scikit-learn). The hash of a part is a polynomial over code points
modulo 2^32, mixed by Knuth's multiplicative constant, so that a whole message is hashed in a few array operations.
"""

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

Buckets = NDArray[np.int64]
Weights = NDArray[np.float32]


def buckets_of(text: str) -> Buckets:
    """The buckets of a text, with repetition; empty for a text without words and signs."""
    words = spelled(text)
    return np.concatenate((_view(words, 0), _view(sounding(words), VIEW)))


def as_spelled(buckets: Buckets) -> Buckets:
    """Those of them that tell one spelling from another: what a language is known by."""
    return buckets[buckets < VIEW]


def _view(words: list[str], first: int) -> Buckets:
    if not words:
        return np.zeros(0, np.int64)
    whole = [crc32(word.encode("utf-8", "surrogatepass")) for word in words]
    pairs = [one * 31 + other for one, other in zip([7, *whole], [*whole, 11], strict=True)]
    hashes = [_parts(words), np.array([code & 0xFFFFFFFF for code in whole + pairs], np.uint32)]
    mixed = np.concatenate(hashes) * _MIX
    return (mixed >> _SHIFT).astype(np.int64) + first


def _parts(words: list[str]) -> NDArray[np.uint32]:
    line = " " + "  ".join(words) + " "
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), np.uint32)
    spaces = codes == _SPACE
    inside = ~(spaces[:-1] & spaces[1:])  # a window with two spaces side by side would cross a border
    found: list[NDArray[np.uint32]] = []
    hashed, whole = codes * _PRIME + np.uint32(1), np.ones(len(codes), bool)
    for length in range(SHORTEST, LONGEST + 1):
        windows = len(codes) - length + 1
        if windows <= 0:
            break
        hashed = hashed[:windows] * _PRIME + codes[length - 1 :]
        whole = whole[:windows] & inside[length - 2 :]
        found.append(hashed[whole] + np.uint32(length))
    return np.concatenate(found)


def weigh(buckets: Buckets, rarity: Weights) -> tuple[Buckets, Weights]:
    """Each bucket once with its weight: (1 + ln count) times its rarity, to length 1 (Manning et al., "Introduction to
    Information Retrieval", 6.4). Both empty where there is nothing."""
    found, counts = np.unique(buckets, return_counts=True)
    weights = (1.0 + np.log(counts)).astype(np.float32) * rarity[found]
    length = float(np.sqrt(weights @ weights))
    return found, weights / np.float32(length) if length else weights


def rarity_of(messages: Sequence[Buckets], spelled_weight: float = 1.0, buckets: int = BUCKETS) -> Weights:
    """The smoothed inverse document frequency of each of the first ``buckets``, ln((1 + n) / (1 + df)) + 1, those as
    spelled times ``spelled_weight``."""
    seen = np.zeros(buckets, np.float64)
    for one in messages:
        seen[np.unique(one)] += 1
    rarity = np.log((1 + len(messages)) / (1 + seen)) + 1
    rarity[:VIEW] *= spelled_weight
    return rarity.astype(np.float32)
