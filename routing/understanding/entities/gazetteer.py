"""The firm's own names in a text (services, staff, branches), in any script, with case endings and typing mistakes.

An index is made once. A word of a message is cut by its likely endings and looked up among the stems of all names, by
the script-neutral key; a longer one also with a letter wrong, missing, or two changed about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from conversation.messages import Language
from routing.understanding.entities.stems import LEAST_STEM, is_ending, keys_of, sounds_of, split_words, stem_of
from routing.understanding.entities.tokens import Token, key_of
from routing.understanding.entities.whom import OTHERS, Whom, whom_of, whoms_of

Kind = Literal["service", "staff", "branch"]
_ONE_WRONG: Final = 5
"""A stem of so many letters is known with one letter wrong."""
_TWO_WRONG: Final = 9
_MOST_CUT: Final = 6
_MOST_SAME: Final = 30
"""Entries that one stretch of words may mean; of more, none is meant."""
_LONGEST_GAP: Final = 1
_BESIDE: Final = 3
"""Words from a service within which it is said for whom: "a haircut for my husband"."""
_KEPT: Final = 4096
"""Words of messages whose meaning is remembered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the firm's own: its id, its kind, and what it is called, in each language and otherwise."""

    id: str
    kind: Kind
    names: Mapping[Language, Sequence[str]]


class GazetteerFound(NamedTuple):
    """``ids``: all that the words may mean, the whole of them as likely."""

    start: int
    end: int
    kind: Kind
    ids: tuple[str, ...]


class _Place(NamedTuple):
    """A word of a name: which name, which of its words, and how many those are."""

    name: int
    word: int
    words: int


class _Hit(NamedTuple):
    """Some of a name's words among the tokens: first and last token, how many words, whether that is the whole name."""

    first: int
    last: int
    words: int
    whole: bool
    entry: Entry


class Gazetteer:
    """An index of entries, made once for all messages."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        self._owners: list[Entry] = []
        self._whoms = {one.id: _whoms_named(one) for one in entries if one.kind == "service"}
        self._places: dict[str, list[_Place]] = defaultdict(list)
        self._declined: dict[str, list[_Place]] = defaultdict(list)
        for entry in entries:
            seen: set[tuple[str, ...]] = set()
            for name in (name for names in entry.names.values() for name in names):
                for stems in self._spellings(name):
                    if stems and stems not in seen:
                        seen.add(stems)
                        for at, stem in enumerate(stems):
                            place = _Place(len(self._owners), at, len(stems))
                            self._places[stem].append(place)
                            for form in _forms(stem):
                                self._declined[form].append(place)
                        self._owners.append(entry)
        self._looked_up: dict[str, list[_Place]] = {}
        self._near: dict[str, set[str]] = defaultdict(set)
        self._farther: dict[str, set[str]] = defaultdict(set)
        for stem in self._places:
            if len(stem) >= _ONE_WRONG:
                for less in _without_one(stem):
                    self._near[less].add(stem)
            if len(stem) >= _TWO_WRONG:
                for less in {two for one in _without_one(stem) for two in _without_one(one)}:
                    self._farther[less].add(stem)

    @staticmethod
    def _spellings(name: str) -> list[tuple[str, ...]]:
        keys = [keys_of(word) for word in _words_of(name)]
        longest = max((len(one) for one in keys), default=0)
        return [
            tuple(
                stem for one in keys if one and (stem := stem_of(one[min(at, len(one) - 1)])) and stem not in _FILLING
            )
            for at in range(longest)
        ]

    def find(self, tokens: list[Token]) -> list[GazetteerFound]:
        """The firm's own names among the tokens of a text, in their order, the longest first where they overlap."""
        if not self._owners:
            return []
        hits: dict[int, list[tuple[int, _Place]]] = defaultdict(list)
        for at, token in enumerate(tokens):
            if token.kind in ("word", "number"):
                for place in self._look_up(token):
                    hits[place.name].append((at, place))
        found = [one for name, places in hits.items() for one in self._stretches(name, places, tokens)]
        return self._best(found, tokens)

    def _look_up(self, token: Token) -> list[_Place]:
        if token.kind == "number":
            return self._places.get(token.text, [])
        known = self._looked_up.get(token.text)
        if known is None:
            if len(self._looked_up) >= _KEPT:
                self._looked_up.clear()
            known = self._looked_up[token.text] = self._places_of(token.text)
        return known

    def _places_of(self, word: str) -> list[_Place]:
        keys = keys_of(word)
        for key in keys:
            for cut in range(min(len(key) - LEAST_STEM, _MOST_CUT) + 1):
                stem, ending = key[: len(key) - cut], key[len(key) - cut :]
                if stem in self._places and is_ending(ending):
                    return self._places[stem]
            if key in self._places or key in self._declined:
                return self._places.get(key) or self._declined[key]
        near = self._similar(keys[0]) if keys and whom_of(word) is None else set()
        return [place for stem in near for place in self._places[stem]]

    def _similar(self, key: str) -> set[str]:
        """Stems a letter away from the word without its ending, two letters where they are long."""
        best: set[str] = set()
        for cut in range(min(len(key) - _ONE_WRONG + 1, 4) + 1):
            stem, ending = key[: len(key) - cut], key[len(key) - cut :]
            if len(stem) < _ONE_WRONG - 1 or not is_ending(ending):
                continue
            for less in _without_one(stem):
                best |= {one for one in self._near.get(less, ()) if one[:1] == stem[:1] and _is_near(one, stem, 1)}
            if best:
                return best
        stem = stem_of(key)
        if len(stem) >= _TWO_WRONG - 1:
            for less in {two for one in _without_one(stem) for two in _without_one(one)}:
                best |= {one for one in self._farther.get(less, ()) if one[:1] == stem[:1] and _is_near(one, stem, 2)}
        return best

    def _stretches(self, name: int, places: list[tuple[int, _Place]], tokens: list[Token]) -> list[_Hit]:
        """Each run of a name's words that stand together."""
        found: list[_Hit] = []
        run: list[tuple[int, _Place]] = []
        for at, place in places:
            if run and (at - run[-1][0] > _LONGEST_GAP + 1 or place.word in {other.word for _, other in run}):
                found += self._close(run, name, tokens)
                run = []
            run.append((at, place))
        return found + self._close(run, name, tokens)

    def _close(self, run: list[tuple[int, _Place]], name: int, tokens: list[Token]) -> list[_Hit]:
        words = run[0][1].words
        if len(run) < words and all(tokens[at].kind == "number" for at, _ in run):
            return []
        return [_Hit(run[0][0], run[-1][0], len(run), len(run) == words, self._owners[name])]

    def _whoms_of(self, entry: Entry) -> frozenset[Whom]:
        return self._whoms[entry.id] if entry.kind == "service" else frozenset()

    def _best(self, found: list[_Hit], tokens: list[Token]) -> list[GazetteerFound]:
        """The stretches with the most words, a whole name before a part of one; what is as good is meant as likely."""
        found.sort(key=lambda one: (-one.words, not one.whole, one.first))
        taken: list[_Hit] = []
        owners: dict[int, _Hit] = {}
        same: dict[tuple[int, int], list[Entry]] = {}
        for one in found:
            over = next((owners[at] for at in range(one.first, one.last + 1) if at in owners), None)
            if over is None:
                taken.append(one)
                owners.update(dict.fromkeys(range(one.first, one.last + 1), one))
                same[one.first, one.last] = [one.entry]
            elif over[:4] == one[:4] and over.entry.kind == one.entry.kind:
                same[one.first, one.last].append(one.entry)
        return [
            GazetteerFound(tokens[one.first].start, tokens[one.last].end, one.entry.kind, tuple(ids))
            for one in sorted(taken, key=lambda one: one.first)
            if (ids := self._meant(same[one.first, one.last], one, tokens)) and len(ids) <= _MOST_SAME
        ]

    def _meant(self, same: list[Entry], hit: _Hit, tokens: list[Token]) -> dict[str, None]:
        """The ids of those for whom it is said: a woman's cut is not meant by who says a man's. Where none is for him,
        of those that are for everybody; a part of such a name says too little then."""
        said = _said_whom(tokens, hit.first, hit.last)
        if said is None:
            return {one.id: None for one in same}
        his = [one for one in same if said in self._whoms_of(one)]
        rest = [one for one in same if self._whoms_of(one) != OTHERS.get(said)]
        told = bool(his) or hit.whole or len(rest) == len(same)
        return {one.id: None for one in his or rest} if told else {}


def _words_of(name: str) -> list[str]:
    return name.replace("/", " ").replace("-", " ").split()


def _whoms_named(entry: Entry) -> frozenset[Whom]:
    return whoms_of(word for names in entry.names.values() for name in names for word in _words_of(name))


def _said_whom(tokens: list[Token], first: int, last: int) -> Whom | None:
    """For whom a service is by the words that name it, else by those beside them; None where it is for several."""
    inside = whoms_of(one.text for one in tokens[first : last + 1])
    said = inside or whoms_of(one.text for one in tokens[max(first - _BESIDE, 0) : last + 1 + _BESIDE])
    return next(iter(said)) if len(said) == 1 else None


def _forms(stem: str) -> list[str]:
    """Forms that no ending tells: of a short name in a (Анна, Анны, Анне), of an Armenian doing (լվացում, լվացման)."""
    if stem.endswith("um") and len(stem) > _ONE_WRONG:
        return [stem[:-2] + "man" + ending for ending in ("", "e", "i", "n")]
    if len(stem) > LEAST_STEM + 1 or not stem.endswith("a"):
        return []
    return [stem[:-1] + ending for ending in ("i", "e", "u", "oi", "ei")]


def _without_one(key: str) -> set[str]:
    return {key} | {key[:place] + key[place + 1 :] for place in range(1, len(key))}


def _is_near(one: str, other: str, most: int) -> bool:
    """Whether two words are at most so many edits apart (Damerau-Levenshtein, optimal string alignment)."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


_FILLING: Final = frozenset(
    stem_of(sounds_of(key_of(word)))
    for word in split_words(
        "and or the of for with in on at to by from a an",
        "и или в на к у для с по из от до за ու և ev համար հետ ზე თან და мен және үшін бен пен",
        "dr др doctor доктор master мастер ուստա ოსტატი шебер",
    )
)
