"""Words with a typing mistake in them: how far two are apart, and where to look for those that are near."""

from functools import lru_cache
from typing import Final

from conversation.search_key import fold, loosen
from crm_store.search_plan import Has, Plan, Reading

LEAST_CHARS: Final = 4
"""A shorter word is near to too many."""
_SOUNDS = ("bp", "dt", "gk", "vp", "zs", "jz", "cs", "oa", "ei", "mn", "uo")
_ALIKE: Final = frozenset((*_SOUNDS, *(pair[::-1] for pair in _SOUNDS)))
_ALIKE_COST: Final = 0.5
_FAR: Final = 99.0
loosen_word = lru_cache(maxsize=8192)(loosen)


class Typed:
    """A query that may have a mistake in it. ``plan``: where to look for what was meant, nowhere for too short words.

    A mistake leaves the beginning, the middle or the end of a word as it was; names only."""

    def __init__(self, query: str) -> None:
        self._words = [loosen(fold(word).split()[0]) for word in Reading.of(query).words]
        keys = [fold(word).split()[0] for word in Reading.of(query).words]
        self.plan: Plan = ()
        if any(len(word) >= LEAST_CHARS for word in self._words):
            self.plan = (tuple(_intact(key) for key in keys),)
        self._near: dict[tuple[str, str], float] = {}

    def distance(self, names: str) -> float | None:
        """How far names (a column of keys) are from the words, None where they are too far.

        The last word may be the beginning of a name only, since it is still being typed."""
        total = 0.0
        for word in self._words:
            nearest = min((self._distance(word, name) for name in names.split()), default=_FAR)
            if nearest > allowed(len(word)):
                return None
            total += nearest
        return total

    def _distance(self, word: str, name: str) -> float:
        known = self._near.get((word, name))
        if known is None:
            easy = loosen_word(name)
            # so little is no beginning of anything
            long_enough = len(word) > LEAST_CHARS or len(easy) <= len(word) + 1
            known = beginning_distance(word, easy, allowed(len(word))) if long_enough else _FAR
            self._near[word, name] = known
        return known


def _intact(key: str) -> tuple[Has, ...]:
    if len(key) < LEAST_CHARS:
        return (Has("names", "start", key),)
    found = [Has("names", "part", key[:3]), Has("names", "part", key[-3:])]
    if len(key) > LEAST_CHARS:
        middle = len(key) // 2 - 1
        found += [Has("names", "part", key[middle : middle + 3]), Has("names", "part", key[1:4])]
    return tuple(dict.fromkeys(found))


def allowed(length: int) -> float:
    """How far a word of so many characters may be off."""
    return 0.0 if length < LEAST_CHARS else 1.0 if length < 8 else 2.0


def beginning_distance(typed: str, word: str, most: float = 99.0) -> float:
    """Edits (Damerau-Levenshtein, letters that sound alike at half the price) from ``typed`` to ``word`` or to a
    beginning of it that is not longer than typed and one more. Far away where it is more than ``most``.

    People mistake the first two letters of a word seldom both."""
    if len(word) < len(typed) - most or not set(typed[:2]) & set(word[:2]):
        return _FAR
    return _edits(typed, word, most)


def _edits(typed: str, word: str, most: float) -> float:
    word = word[: len(typed) + 1]
    before: list[float] = []
    row = [float(number) for number in range(len(word) + 1)]
    for i, one in enumerate(typed, 1):
        earlier, before, row = before, row, [float(i)]
        for j, other in enumerate(word, 1):
            swap = 0.0 if one == other else _ALIKE_COST if one + other in _ALIKE else 1.0
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + swap)
            if i > 1 and j > 1 and one == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return _FAR
    return min(row[-2:]) if len(word) > len(typed) else row[-1]
