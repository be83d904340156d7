"""Words with a typing mistake in them: how far two are apart, and where to look for those that are near."""

from typing import Final

from crm_store.search_key import fold, loosen
from crm_store.search_plan import Has, Plan, Reading

LEAST_CHARS: Final = 4
"""A shorter word is near to too many."""
_SOUNDS = ("bp", "dt", "gk", "vp", "zs", "jz", "cs", "oa", "ei", "mn", "uo")
_ALIKE: Final = frozenset((*_SOUNDS, *(pair[::-1] for pair in _SOUNDS)))
_ALIKE_COST: Final = 0.5


def typo_plan(query: str) -> Plan:
    """Where to look: a mistake leaves the beginning, the middle or the end of a word as it was. Parts of names only."""
    words = Reading.of(query).words
    keys = [fold(word).split()[0] for word in words]
    if not keys or not any(len(key) >= LEAST_CHARS for key in keys):
        return ()
    return (tuple(_intact(key) for key in keys),)


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


def distance_of(query: str, names_key: str) -> float | None:
    """How far names (a column of keys) are from the query's words, None where they are too far.

    The last word may be the beginning of a name only, since it is still being typed."""
    names = [(word, loosen(word)) for word in names_key.split()]
    total = 0.0
    for word in Reading.of(query).words:
        key = fold(word).split()[0]
        loose = loosen(key)
        nearest = min(
            (
                min(beginning_distance(key, name), beginning_distance(loose, easy))
                for name, easy in names
                if len(loose) > LEAST_CHARS or len(easy) <= len(loose) + 1  # so little is no beginning of anything
            ),
            default=99.0,
        )
        if nearest > allowed(len(loose)):
            return None
        total += nearest
    return total


def beginning_distance(typed: str, word: str) -> float:
    """Edits (Damerau-Levenshtein, letters that sound alike at half the price) from ``typed`` to ``word`` or to a
    beginning of it that is not longer than typed and one more."""
    if abs(len(word) - len(typed)) > 2 and len(word) < len(typed):
        return 99.0
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
    return min(row[-2:]) if len(word) > len(typed) else row[-1]
